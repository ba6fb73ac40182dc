"""Hours that run."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.bank_holidays import is_bank_holiday
from rcc_tui.domain.deadlines import Calendar, calendar_of, emergency_deadline, next_working_day

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 12, 1), "2026-12-02T17:00"),  # a Tuesday
        (date(2026, 12, 4), "2026-12-07T17:00"),  # a Friday
        (date(2026, 12, 5), "2026-12-07T17:00"),
        (date(2026, 12, 6), "2026-12-07T17:00"),
        (date(2026, 12, 24), "2026-12-29T17:00"),  # Christmas on a Friday, Boxing Day observed on Monday
        (date(2027, 3, 25), "2027-03-30T17:00"),  # the Thursday before Easter
        (date(2026, 8, 28), "2026-09-01T17:00"),  # the Friday before the summer bank holiday
    ],
)
def test_an_emergency_stands_until_five_of_the_next_working_day(day: date, due: str) -> None:
    assert emergency_deadline(day, is_bank_holiday) == due


@given(DAYS)
def test_the_next_working_day_is_a_weekday_and_none_lies_between(day: date) -> None:
    found = next_working_day(day, is_bank_holiday)
    assert found > day
    assert found.weekday() < 5
    between = [day + timedelta(days=n) for n in range(1, (found - day).days)]
    assert not is_bank_holiday(found)
    assert all(one.weekday() >= 5 or is_bank_holiday(one) for one in between)


@given(DAYS, DAYS)
def test_a_later_day_is_never_due_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    due = [datetime.fromisoformat(emergency_deadline(day, is_bank_holiday)) for day in (first, second)]
    assert due[0] <= due[1]


def test_the_calendar_of_a_month() -> None:
    found = calendar_of("2026-12", is_bank_holiday)
    # New Year's Day is a Friday.
    assert found == Calendar("2026-12-31", "2027-01-08", "2027-01-15")
