"""The day in a line: `by 3 dec`, and `by` that is only a word."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from rcc_tui.domain.dates import parse_date
from rcc_tui.domain.errors import RccError

if TYPE_CHECKING:
    from rcc_tui.search.pieces import Piece
    from rcc_tui.search.reading import Reader

_WORDS = ("now", "today", "tomorrow", "yesterday")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_LEAST = 3  # letters of a month
_ALIKE = 0.82
_YEAR = re.compile(r"[0-9]{4}")
_YEAR_BEGUN = re.compile(r"20[0-9]?")
_NUMBER = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?")
_BEGUN = re.compile(r"[+0-9][0-9a-z/.+-]*")
_WHOLE = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}")
_YEAR_WANTING = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]|[0-9]{3})|[0-9]{4}[/.-][0-9]{1,2}[/.-]?")


def by(reader: Reader, piece: Piece) -> int:
    """`by` and the day after it; 0 where what follows is no day, nor looks like one."""
    if piece.bare != "by":
        return 0
    following = reader.ahead(3)
    begun = False
    if len(following) == 3 and _YEAR.fullmatch(following[2].bare) is None:
        # "by 3 dec 12 f": 12 is an age, not a year; 20 is none, so a year may be on its way.
        begun = reader.waits(following[2]) and _YEAR_BEGUN.fullmatch(following[2].bare) is not None
        following.pop()
    for size in range(len(following), 0, -1):
        day = day_of(reader, " ".join(part.raw for part in following[:size]))
        if day is not None:
            reader.set("by", day.isoformat())
            return 1 + size + (begun and size == len(following))
    return _no_day(reader, piece, following)


def alone(reader: Reader, piece: Piece) -> int:
    """The day of `by:3dec`."""
    day = day_of(reader, piece.values[0].text)
    if day is None:
        return 0
    reader.set("by", day.isoformat())
    return 1


def day_of(reader: Reader, text: str) -> date | None:
    """The day a text names, None for none."""
    try:
        return parse_date(text, reader.today, "by")
    except RccError:
        return None


def _no_day(reader: Reader, piece: Piece, following: list[Piece]) -> int:
    if reader.waits(following[-1] if following else piece) and _may_become_one(following):
        return 1 + len(following)
    if size := _like_one(following):
        said = " ".join(part.raw for part in (piece, *following[:size]))
        reader.problem(said, "there is no such day")
        return 1 + size
    if not reader.at_end and not (following and _begins_like_one(following[0].bare)):
        return 0
    reader.problem(piece.raw, "by which day? For example: by 3 dec")
    return 1


def _may_become_one(following: list[Piece]) -> bool:
    """Whether more letters can make a day of it."""
    if not following:
        return True
    first, *rest = (part.bare for part in following)
    if rest:
        return bool(_NUMBER.fullmatch(first)) and not _is_month(rest[0]) and _starts(rest[0], _MONTHS)
    if _WHOLE.fullmatch(first):
        return _YEAR_WANTING.fullmatch(first) is not None
    return _BEGUN.fullmatch(first) is not None or _starts(first, (*_WORDS, *_WEEKDAYS))


def _like_one(following: list[Piece]) -> int:
    """How many pieces look like a day, though none of the calendar."""
    if not following:
        return 0
    if _WHOLE.fullmatch(following[0].bare):
        return 1
    if len(following) > 1 and _NUMBER.fullmatch(following[0].bare) and _is_month(following[1].bare):
        return len(following)
    return 0


def _begins_like_one(text: str) -> bool:
    """Whether somebody who writes this after `by` means a day: a number, a month, a name with a slip."""
    import difflib

    return (
        _BEGUN.fullmatch(text) is not None
        or _is_month(text)
        or bool(difflib.get_close_matches(text, (*_WORDS[1:], *_WEEKDAYS, *_MONTHS), 1, _ALIKE))
    )


def _is_month(text: str) -> bool:
    text = text.rstrip(".,")
    return len(text) >= _LEAST and _starts(text, _MONTHS)


def _starts(text: str, names: tuple[str, ...]) -> bool:
    return any(name.startswith(text) for name in names)
