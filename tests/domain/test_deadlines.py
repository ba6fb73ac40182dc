"""Hours that run."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.deadlines import emergency_deadline, next_working_day

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 12, 1), "2026-12-02T17:00"),  # a Tuesday
        (date(2026, 12, 4), "2026-12-07T17:00"),  # a Friday
        (date(2026, 12, 5), "2026-12-07T17:00"),
        (date(2026, 12, 6), "2026-12-07T17:00"),
    ],
)
def test_an_emergency_stands_until_five_of_the_next_working_day(day: date, due: str) -> None:
    assert emergency_deadline(day) == due


@given(DAYS)
def test_the_next_working_day_is_a_weekday_and_none_lies_between(day: date) -> None:
    found = next_working_day(day)
    assert found > day
    assert found.weekday() < 5
    between = [day + timedelta(days=n) for n in range(1, (found - day).days)]
    assert all(one.weekday() >= 5 for one in between)


@given(DAYS, DAYS)
def test_a_later_day_is_never_due_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert datetime.fromisoformat(emergency_deadline(first)) <= datetime.fromisoformat(
        emergency_deadline(second)
    )
