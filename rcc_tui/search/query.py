"""Read a line typed into the search box, and say back what was read.

Filters (age, sex, price, distance, postcode, dates, flags) are read exactly and never guessed at; what is
left are words, which the engine may correct. A filter that cannot be read becomes a `Problem` and the rest
still works: no text whatever raises. The text is all there is to a search: `rcc_tui.search.editing` has what
changes it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rcc_tui.domain import money
from rcc_tui.search.asked import FLAGS, NO_ORIGIN, Problem, Query, Word
from rcc_tui.search.editing import (
    correct_again,
    quoted_words,
    take_back,
    toggled,
    with_filter,
    without_filter,
)
from rcc_tui.search.names import Names, shipped
from rcc_tui.search.reading import Reader

_OPEN = {
    "age": "age",
    "sex": "sex",
    "siblings": "number of places",
    "max_miles": "distance",
    "by": "day",
    "emergency": "answer to emergencies",
    "solo": "company",
}

__all__ = [
    "Problem",
    "Query",
    "Word",
    "correct_again",
    "describe_filters",
    "parse",
    "quoted_words",
    "take_back",
    "toggled",
    "with_filter",
    "without_filter",
]


def parse(
    text: str, *, today: date, origin: str = "", names: Names | None = None, typing: bool = True
) -> Query:
    """Read a query. `origin` is the outcode to measure from where the text names none.

    `names` are those of the region's authorities. While `typing`, what the line ends with is no problem yet
    if more letters may make sense of it.
    """
    reader = Reader(text, today, names or shipped(), typing=typing)
    query = reader.read()
    if not query.origin and origin:
        query = replace(query, origin=origin.strip().upper())
    if query.max_miles is not None and not query.origin and not (typing and reader.ends_with("max_miles")):
        missing = Problem(f"{query.max_miles:g}mi", NO_ORIGIN)
        query = replace(query, problems=(*query.problems, missing))
    return query


def describe_filters(query: Query, names: Names | None = None) -> list[str]:
    """The filters as people say them: `12`, `female`, `2 places`, `up to £1,200.00`."""
    parts: list[str] = []
    if query.age is not None:
        parts.append(str(query.age))
    if query.sex:
        parts.append({"F": "female", "M": "male"}[query.sex])
    if query.siblings:
        parts.append("1 place" if query.siblings == 1 else f"{query.siblings} places")
    if query.max_weekly is not None:
        parts.append(f"up to {money.pounds(query.max_weekly)}")
    if query.origin and query.max_miles is not None:
        parts.append(f"within {query.max_miles:g} miles of {query.origin}")
    elif query.origin:
        parts.append(f"from {query.origin}")
    if query.by:
        parts.append(f"by {_day(query.by)}")
    parts += _listed(query, names or shipped())
    for name in FLAGS:
        flag = getattr(query, name)
        if flag is not None:
            parts.append(name if flag else f"not {name}")
    return parts + [f"any {word}" for field, word in _OPEN.items() if field in query.let_go]


def _listed(query: Query, names: Names) -> list[str]:
    said = (
        ("hub", [names.hub_name(one) for one in query.hubs]),
        ("not hub", [names.hub_name(one) for one in query.not_hubs]),
        ("type", query.types),
        ("not type", query.not_types),
        ("authority", [names.of(one) for one in query.authorities]),
        ("not authority", [names.of(one) for one in query.not_authorities]),
    )
    return [f"{name} {' or '.join(values)}" for name, values in said if values]


def _day(iso: str) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%b %Y}"
