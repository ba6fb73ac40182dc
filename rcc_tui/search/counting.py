"""What lies beside and just beyond a search: counts by a fact, and what one limit less would bring.

All of it is sets of rows ANDed and counted: no row is looked at. One limit less is a change of the line that
was typed, so that taking it is seen, kept and repeated like any other query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rcc_tui.domain.money import pounds
from rcc_tui.search.asked import FLAGS, OLDEST, Query
from rcc_tui.search.editing import ANY, with_filter, without_filter
from rcc_tui.search.index import Index
from rcc_tui.search.names import Names
from rcc_tui.search.pieces import pieces

MOST = 4
_FARTHEST = 40
_MILES = 5
_PERCENTS = (10, 25)
_ROUND = 5_000  # pence
_WEEK = timedelta(days=7)
_LISTS = (
    ("types", "type", "of any type"),
    ("authorities", "la", "of any authority"),
    ("hubs", "hub", "in any hub"),
)

Read = Callable[[str], Query]
"""What a line asks for, with what the request fills in."""
Listed = Callable[[str], int]
"""The set of rows that a line lists."""
Each = Callable[[Sequence[int]], Sequence[int]]
"""Of each of these sets of rows the number that a line would list, were it asked for beside the line."""
_Step = tuple[str, str]
"""What is let go of, in words that follow "3 more", and the line without it."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows would be listed if a value were asked for."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True)
class Miss:
    """`more` rows are listed that were not, if the line becomes `text`; `said` follows the number in words:
    "if 25 miles"."""

    said: str
    text: str
    more: int


def counts(index: Index, fact: str, each: Each) -> tuple[Count, ...]:
    """How many rows would be listed for each value of a fact, were it the one asked for: values in their own
    order, those none has too."""
    values = [value for value in index.facts(fact) if value]
    rows = each([index.bits(f"f:{fact}:{value}") for value in values])
    return tuple(map(Count, values, rows))


def near_misses(
    text: str, read: Read, listed: Listed, most: int = MOST, names: Names | None = None
) -> tuple[Miss, ...]:
    """What the line would list in addition if one of its limits were a little wider.

    `names` are those of the region's authorities, as for `read`. Of each limit the smallest step that brings
    anything, at most `most` in all, the limits that cost a child least first.
    """
    here = listed(text)
    found: list[Miss] = []
    for steps in _widenings(text, read, names):
        for said, wider in steps:
            more = (listed(wider) & ~here).bit_count()
            if more:
                found.append(Miss(said, wider, more))
                break
        if len(found) >= most:
            break
    return tuple(found[:most])


def _widenings(text: str, read: Read, names: Names | None) -> Iterator[Iterator[_Step]]:
    query = read(text)
    yield _miles(text, query, names)
    yield _price(text, query, names)
    yield _day(text, query, names)
    for one in _words(text, query, read):
        yield iter((one,))
    yield from _lists(text, query, names)
    yield from _flags(text, query, read, names)
    yield _siblings(text, query, names)
    yield _age(text, query, names)


def _miles(text: str, query: Query, names: Names | None) -> Iterator[_Step]:
    if query.max_miles is None or not query.origin:
        return
    step = int(query.max_miles) // _MILES * _MILES + _MILES
    while step <= _FARTHEST:
        yield f"if {step} miles", with_filter(text, "miles", step, names)
        step += _MILES


def _price(text: str, query: Query, names: Names | None) -> Iterator[_Step]:
    if query.max_weekly is None:
        return
    for percent in _PERCENTS:
        dearer = -(-query.max_weekly * (100 + percent) // (100 * _ROUND)) * _ROUND
        yield f"if up to {pounds(dearer)}", with_filter(text, "price", dearer, names)


def _day(text: str, query: Query, names: Names | None) -> Iterator[_Step]:
    try:
        later = date.fromisoformat(query.by) + _WEEK
    except (ValueError, OverflowError):
        return
    yield f"if by {later.day} {later:%b}", with_filter(text, "by", later.isoformat(), names)


def _siblings(text: str, query: Query, names: Names | None) -> Iterator[_Step]:
    if query.siblings > 1:
        fewer = query.siblings - 1
        yield (
            f"for {fewer} {'child' if fewer == 1 else 'together'}",
            with_filter(text, "siblings", fewer, names),
        )


def _age(text: str, query: Query, names: Names | None) -> Iterator[_Step]:
    if query.age is None:
        return
    for age in (query.age + 1, query.age - 1):
        if 0 <= age <= OLDEST:
            said = f"for a child of {age}" if age else "for a baby under 1"
            yield said, with_filter(text, "age", age, names)


def _words(text: str, query: Query, read: Read) -> Iterator[_Step]:
    """The line with one word left out, each in turn; the last of all cannot be."""
    wanted = [word for word in query.words if not word.excluded]
    for piece in pieces(text):
        if piece.name or (len(wanted) < 2 and not piece.excluded):
            continue
        rest = f"{text[: piece.start]}{text[piece.end :].lstrip()}"
        rest = rest if rest.endswith(" ") or not piece.unfinished else f"{rest.rstrip()} "
        asked = read(rest)
        if len(asked.words) < len(query.words) and _but_words(asked) == _but_words(query):
            yield f"without {piece.raw}", rest


def _but_words(query: Query) -> Query:
    return replace(query, text="", words=(), problems=())


def _lists(text: str, query: Query, names: Names | None) -> Iterator[Iterator[_Step]]:
    for field, name, said in _LISTS:
        if getattr(query, field):
            yield iter(((said, without_filter(text, name, names)),))
        if getattr(query, f"not_{field}"):
            yield iter(((f"without -{name}:", without_filter(text, f"-{name}", names)),))


def _flags(text: str, query: Query, read: Read, names: Names | None) -> Iterator[Iterator[_Step]]:
    for name in FLAGS:
        asked = getattr(query, name)
        if asked is not None:
            wider = without_filter(text, name, names)
            if getattr(read(wider), name) is not None:  # the request says so
                wider = with_filter(text, name, ANY, names)
            yield iter(((f"without {'' if asked else '-'}{name}", wider),))
