"""Days and hours that run: answers, statements, and what a duty team did overnight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from rcc_tui.domain.dates import month_end

_SATURDAY = 5
CLOSE = "17:00"
# Working days after a month within which its statement is issued, and answered.
STATEMENT_WITHIN = 5
ANSWER_WITHIN = 10

# Whether a day is a bank holiday.
IsHoliday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a month's reconciliation (ISO): the last day that counts in it, by when the seller issues
    its statement, by when the buyer has answered it."""

    cut_off: str
    statement_by: str
    answer_by: str


def next_working_day(day: date, is_holiday: IsHoliday) -> date:
    """The first day after `day` that is no Saturday, no Sunday and no bank holiday."""
    following = day + timedelta(days=1)
    while following.weekday() >= _SATURDAY or is_holiday(following):
        following += timedelta(days=1)
    return following


def working_days_after(day: date, days: int, is_holiday: IsHoliday) -> date:
    """The last of so many working days after a day."""
    for _ in range(days):
        day = next_working_day(day, is_holiday)
    return day


def emergency_deadline(day: date, is_holiday: IsHoliday) -> str:
    """By when an emergency of `day` must be confirmed or moved on: an ISO minute, local time."""
    return f"{next_working_day(day, is_holiday).isoformat()}T{CLOSE}"


def calendar_of(month: str, is_holiday: IsHoliday) -> Calendar:
    """The calendar of a month "2026-11". Raises Refused for no month."""
    last = month_end(month) - timedelta(days=1)
    return Calendar(
        last.isoformat(),
        working_days_after(last, STATEMENT_WITHIN, is_holiday).isoformat(),
        working_days_after(last, ANSWER_WITHIN, is_holiday).isoformat(),
    )
