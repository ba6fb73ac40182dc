"""Months as people read them, one after the other."""

from __future__ import annotations

from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2999


def month_text(month: str) -> str:
    """`11/2026` for "2026-11"."""
    year, _, number = month.partition("-")
    return f"{number}/{year}"


def month_of(day: date) -> str:
    """The month a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def shift(month: str, by: int) -> str:
    """The month so many after, or before where `by` is below zero; it stays within the years there may be."""
    year, _, number = month.partition("-")
    count = int(year) * 12 + int(number) - 1 + by
    count = max(FIRST_YEAR * 12, min(LAST_YEAR * 12 + 11, count))
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def up_to(last: str, count: int) -> tuple[str, ...]:
    """So many months, the last of them `last`."""
    return tuple(shift(last, by) for by in range(1 - count, 1))
