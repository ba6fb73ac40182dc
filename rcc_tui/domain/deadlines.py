"""Hours that run: what a duty team did overnight stands until 5 pm of the next working day."""

from __future__ import annotations

from datetime import date, timedelta

_SATURDAY = 5
CLOSE = "17:00"


def next_working_day(day: date) -> date:
    """The first day after `day` that is no Saturday and no Sunday."""
    following = day + timedelta(days=1)
    while following.weekday() >= _SATURDAY:
        following += timedelta(days=1)
    return following


def emergency_deadline(day: date) -> str:
    """By when an emergency of `day` must be confirmed or moved on: an ISO minute, local time."""
    return f"{next_working_day(day).isoformat()}T{CLOSE}"
