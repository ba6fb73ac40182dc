"""Months as people type them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import typer

from rcc_tui.domain.errors import UsageError

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

Month = Annotated[
    str, typer.Option("--month", metavar="YYYY-MM", help="The month; the last one that is over if not given.")
]


def a_month(text: str) -> str:
    """The month itself. Raises UsageError."""
    if not _MONTH.fullmatch(text):
        raise UsageError(f"“{text}” is no month.", where="--month", hint="Write it like 2026-11.")
    return text


def month_or_last(text: str, today: date) -> str:
    """The month typed, or the last one that is over. Raises UsageError."""
    if text:
        return a_month(text)
    year, number = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return f"{year:04d}-{number:02d}"
