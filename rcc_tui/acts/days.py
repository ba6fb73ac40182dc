"""Days in acts: a fold counts only with days that exist."""

from __future__ import annotations

from functools import lru_cache

from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import Refused

_YEARS = range(1990, 2200)


# A fold asks for the same few days over and over.
@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """Whether a text is a day of this age in the stored form, so that everything may count with it."""
    try:
        return iso_date(text).year in _YEARS
    except Refused:
        return False


def said_day(text: str) -> str:
    """A day of an act as people read it; what is none stands as it was written."""
    return show_date(text) if is_day(text) else text
