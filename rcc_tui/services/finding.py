"""Finding a place: a line as typed or a request in, the best places out, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter_ns

import fixtures
from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.geography import outcode_of
from rcc_tui.search.asked import Problem
from rcc_tui.search.names import Names
from rcc_tui.search.query import parse
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import MemberView, members
from rcc_tui.services.finder import attach, open_finder
from rcc_tui.services.judging import Hit, Judge, priced

__all__ = ["Hit", "SearchResult", "attach", "ids", "names", "open_finder", "search"]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search came to: `understood` says the query back, `total` counts all places it listed, `hits`
    are the first of them. `problems` are parts that could not be used; `corrections` (typed, taken).
    `micros` is the time from the line to the ids, in millionths of a second."""

    query: str
    understood: str
    total: int
    hits: tuple[Hit, ...]
    problems: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    micros: int


def search(
    desk: Desk, text: str, *, request: str = "", origin: str = "", limit: int = 50, typing: bool = True
) -> SearchResult:
    """Search the regional list, own places included.

    With a `request` the filters that the text leaves open are filled in from it. `origin` is an outcode or
    postcode to measure from where neither says. While `typing`, what the text ends with is no problem yet.
    Raises NotFound, and Refused for an origin that is none.
    """
    finder = open_finder(desk)
    needs = requests.show(desk, request).needs if request else None
    measured = outcode_of(origin, "from") if origin else ""
    began = perf_counter_ns()
    query = parse(text, today=desk.clock.today(), origin=measured, names=names(desk), typing=typing)
    query = priced(desk, finder, query, needs)
    read = perf_counter_ns() - began
    child, hub = query.filled(needs).child(needs), _hub(desk)
    judge = Judge(desk, finder, child, hub, asked=needs is not None)
    found = finder.find(query, limit=limit, needs=needs, hub=hub, prices=judge.prices())
    listed = finder.places(found.ids)
    words = finder.explain([place.id for place in listed], query)
    problems = (*finder.take_problems(), *_said(found.problems))
    return SearchResult(
        text,
        found.understood,
        found.total,
        tuple(judge.hit(place, words[place.id]) for place in listed),
        problems,
        found.corrections,
        found.micros + read // 1000,
    )


def ids(desk: Desk, text: str, *, limit: int = 50) -> tuple[str, int, tuple[str, ...], int, tuple[str, ...]]:
    """(understood, total, ids, micros, problems) of a query: reading and search alone, without a look at the
    places."""
    finder, today, called, hub = open_finder(desk), desk.clock.today(), names(desk), _hub(desk)
    began = perf_counter_ns()
    query = priced(desk, finder, parse(text, today=today, names=called, typing=False), None)
    found = finder.find(query, limit=limit, needs=None, hub=hub)
    micros = (perf_counter_ns() - began) // 1000
    return found.understood, found.total, found.ids, micros, _said(found.problems)


def _said(problems: Iterable[Problem]) -> tuple[str, ...]:
    return tuple(f"{one.text}: {one.message}" for one in problems)


def names(desk: Desk) -> Names:
    """What authorities are called at this desk: as the region ships, and as the roll has them."""
    return _names(members(desk))


@lru_cache(maxsize=4)
def _names(known: tuple[MemberView, ...]) -> Names:
    shipped = {one.code: one for one in fixtures.authorities()}
    named = [
        Authority(one.code, "", one.name, one.hub, one.trust)
        for one in known
        if one.role == "authority" and (one.code not in shipped or shipped[one.code].name != one.name)
    ]
    return Names((*shipped.values(), *named), fixtures.HUB_NAMES)


def _hub(desk: Desk) -> str:
    member = desk.rolls.member(desk.code)
    return member.hub if member else ""
