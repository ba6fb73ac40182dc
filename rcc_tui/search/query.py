"""Read a line typed into the search box, and say back what was read.

Filters (age, sex, price, distance, postcode, dates, flags) are read exactly and never guessed at; what is
left are words, which the engine may correct. A filter that cannot be read becomes a `Problem` and the rest
still works: no text whatever raises.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rcc_tui.domain import money
from rcc_tui.search.asked import NO_ORIGIN, Problem, Query, Word
from rcc_tui.search.reading import Reader

__all__ = ["Problem", "Query", "Word", "describe_filters", "parse", "take_back"]


def parse(text: str, *, today: date, origin: str = "") -> Query:
    """Read a query. `origin` is the outcode to measure from where the text names none."""
    query = Reader(text, today).read()
    if not query.origin and origin:
        query = replace(query, origin=origin.strip().upper())
    if query.max_miles is not None and not query.origin:
        missing = Problem(f"{query.max_miles:g}mi", NO_ORIGIN)
        query = replace(query, problems=(*query.problems, missing))
    return query


def describe_filters(query: Query) -> list[str]:
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
    parts += [f"{name} {value}" for name, value in (("hub", query.hub), ("type", query.type)) if value]
    for name in ("emergency", "solo", "own", "stale", "protected"):
        flag = getattr(query, name)
        if flag is not None:
            parts.append(name if flag else f"not {name}")
    return parts


def _day(iso: str) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%b %Y}"


def take_back(text: str, typed: str) -> str:
    """The query text with every bare `typed` quoted, which makes it literal: a correction taken back."""
    return " ".join(f'"{part}"' if part.casefold() == typed.casefold() else part for part in text.split())
