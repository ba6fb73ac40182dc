"""What else there is to a search: counts to narrow it by, and near misses to widen it by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rcc_tui.domain.vacancy import CARE_TYPES
from rcc_tui.search.asked import Query
from rcc_tui.search.counting import Count, Miss, counts, near_misses
from rcc_tui.search.engine import Engine
from rcc_tui.search.query import parse, without_filter
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import name_of
from rcc_tui.services.finder import open_finder
from rcc_tui.services.finding import names
from rcc_tui.services.judging import priced

__all__ = ["Around", "Choice", "Miss", "around"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value one may narrow a search to: of which filter (type or la), what it is called, how many places
    are listed if it is the only one asked for, and whether it is asked for already."""

    filter: str
    value: str
    label: str
    places: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Around:
    """Choices by type and by authority, each counted as if nothing of its own filter were asked for; and what
    a little less would find."""

    types: tuple[Choice, ...]
    authorities: tuple[Choice, ...]
    misses: tuple[Miss, ...]


def around(desk: Desk, text: str, *, request: str = "", counted: bool = True, near: bool = True) -> Around:
    """What lies beside a search (`counted`) and just beyond it (`near`). Raises NotFound."""
    needs = requests.show(desk, request).needs if request else None
    today, called = desk.clock.today(), names(desk)
    member = desk.rolls.member(desk.code)

    finder = open_finder(desk)

    def asked(line: str) -> Query:
        return priced(desk, finder, parse(line, today=today, names=called), needs)

    def read(line: str) -> Query:
        return parse(line, today=today, names=called).filled(needs)

    def look(engine: Engine) -> tuple[tuple[Count, ...], tuple[Count, ...], tuple[Miss, ...]]:
        def listed(line: str) -> int:
            return engine.rows(
                asked(line),
                needs=needs,
                buyer=desk.code,
                own_hub=member.hub if member else "",
                today=today,
            )

        def by(name: str, fact: str) -> tuple[Count, ...]:
            query = asked(without_filter(text, name, called))

            def each(sets: Sequence[int]) -> list[int]:
                return engine.each(query, sets, needs=needs, buyer=desk.code, today=today)

            return counts(engine.index, fact, each) if counted else ()

        types, owners = by("type", "type"), by("la", "authority")
        return types, owners, near_misses(text, read, listed, names=called) if near else ()

    types, owners, misses = finder.ask(look)
    query = parse(text, today=today, names=called)
    by_type = {one.value: one.rows for one in types}
    of_types = [Choice("type", kind, kind, by_type.get(kind, 0), kind in query.types) for kind in CARE_TYPES]
    return Around(tuple(of_types) if counted else (), _authorities(desk, owners, query.authorities), misses)


def _authorities(desk: Desk, owners: Iterable[Count], asked: tuple[str, ...]) -> tuple[Choice, ...]:
    """Those that have any, the most first, and those asked for."""
    found = [
        Choice("la", one.value, name_of(desk, one.value), one.rows, one.value in asked)
        for one in owners
        if one.rows or one.value in asked
    ]
    return tuple(sorted(found, key=lambda one: (-one.places, one.label)))
