"""Days: read as people type them, shown as people write them, counted as the field counts nights."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from rcc_tui.domain.errors import Refused

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]*([a-z]{3,9})\.?(?:[ ,-]*([0-9]{4}|[0-9]{2}))?")
_AHEAD = re.compile(r"([+-])([0-9]{1,4})")

# A day typed without a year is the coming one, unless it has only just gone by: endings and starts are
# often written down some days late.
_JUST_GONE = timedelta(days=31)

_HINT = "Write it like 3/12/2026, 3 dec, tomorrow, friday or +7."

# Births of the oldest carers to the longest plans; within it no sum of days can run off the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199


def parse_date(text: str, today: date, field: str = "date") -> date:
    """The day that was typed; `today` anchors the words and the missing years.

    Reads ISO 8601, dd/mm/yyyy, d/m/yy, "3 dec", "3 dec 2026", today, tomorrow, yesterday, +7 and the
    names of weekdays (the next such day after today). Raises Refused for a day that does not exist, and
    for one outside the years 1900 to 2199.
    """
    try:
        found = _typed(" ".join(text.casefold().split()), today)
    except (ValueError, OverflowError):
        raise Refused(f"“{text}” is not a day of the calendar.", where=field, hint=_HINT) from None
    if found is None:
        raise Refused(f"“{text}” is not a date.", where=field, hint=_HINT)
    return _of_our_time(found, text, field)


def _typed(typed: str, today: date) -> date | None:
    words = {"today": 0, "now": 0, "tomorrow": 1, "yesterday": -1}
    if typed in words:
        return today + timedelta(days=words[typed])
    if match := _AHEAD.fullmatch(typed):
        return today + timedelta(days=int(match.group(1) + match.group(2)))
    if (weekday := _weekday(typed)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if match := _ISO.fullmatch(typed):
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    if match := _SLASHED.fullmatch(typed):
        return date(_year(match.group(3), today), int(match.group(2)), int(match.group(1)))
    if (match := _NAMED.fullmatch(typed)) and (month := _month(match.group(2))):
        return _named(int(match.group(1)), month, match.group(3), today)
    return None


def _of_our_time(day: date, text: str, field: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(
            f"“{text}” lies outside the years {FIRST_YEAR} to {LAST_YEAR}.",
            where=field,
            hint="Check the year.",
        )
    return day


def _weekday(typed: str) -> int | None:
    if len(typed) < 3:
        return None
    return next((index for index, name in enumerate(_WEEKDAYS) if name.startswith(typed)), None)


def _month(typed: str) -> int:
    for index, name in enumerate(_MONTHS):
        if name.startswith(typed):
            return index + 1
    return 0


def _year(typed: str, today: date) -> int:
    if len(typed) == 4:
        return int(typed)
    year = today.year // 100 * 100 + int(typed)
    return year - 100 if year > today.year + 20 else year


def _named(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(_year(year, today), month, day)
    for candidate in range(today.year - 1, today.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:
            if (month, day) != (2, 29):
                raise
            continue
        if found >= today - _JUST_GONE:
            return found
    raise ValueError(day)


def show_date(day: str | date) -> str:
    """dd/mm/yyyy, from a date or an ISO string; an empty string stays empty."""
    if isinstance(day, str):
        if not day:
            return ""
        day = iso_date(day)
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def iso_date(text: str, field: str = "date") -> date:
    """A date from the stored form, exactly yyyy-mm-dd, of the years 1900 to 2199. Raises Refused."""
    return _iso_date(text, field)


# A list of places says the same few days over and over.
@lru_cache(maxsize=4096)
def _iso_date(text: str, field: str) -> date:
    match = _ISO.fullmatch(text)
    if match is None or len(text) != 10:
        raise Refused(f"“{text}” is not a date.", where=field, hint="The stored form is yyyy-mm-dd.")
    try:
        found = date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    except ValueError:
        raise Refused(f"“{text}” is not a day of the calendar.", where=field, hint=_HINT) from None
    return _of_our_time(found, text, field)


def nights(start: date, end: date) -> int:
    """Nights of a stay: the start day counts, the end day does not. Refuses an end before the start."""
    if end < start:
        raise Refused(
            f"The end {show_date(end)} lies before the start {show_date(start)}.",
            where="end",
            hint="Check both dates.",
        )
    return (end - start).days


def months(start: date, end: date) -> list[tuple[str, date, date]]:
    """The stay cut at calendar months: ("2026-11", first day, day after the last). Nothing for no nights."""
    nights(start, end)
    parts: list[tuple[str, date, date]] = []
    while start < end:
        month = f"{start.year:04d}-{start.month:02d}"
        stop = min(month_end(month), end)
        parts.append((month, start, stop))
        start = stop
    return parts


# A ledger asks for the same few months over and over.
@lru_cache(maxsize=2048)
def month_end(month: str) -> date:
    """The day after the last of a month "2026-11". Raises Refused."""
    first = iso_date(f"{month}-01", "month")
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def collection_year(day: date) -> int:
    """The SSDA903 year a day falls in, named by its 31 March: 2026 = 1 April 2025 to 31 March 2026."""
    return day.year + 1 if (day.month, day.day) >= (4, 1) else day.year


def age_on(dob: date, day: date) -> int:
    """Whole years on a day. One born on 29 February is a year older on 1 March of a common year."""
    if day < dob:
        raise Refused(
            f"The date of birth {show_date(dob)} lies after {show_date(day)}.",
            where="dob",
            hint="Check the date of birth.",
        )
    return day.year - dob.year - ((day.month, day.day) < (dob.month, dob.day))
