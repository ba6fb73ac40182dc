"""The filters of a query as sets of rows. Exact: just what a plain loop would keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Protocol

from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.domain.vacancy import STALE_AFTER_DAYS
from rcc_tui.search.asked import Price, Problem, Query, Word
from rcc_tui.search.bitset import at_most
from rcc_tui.search.index import Index, day_number

_KEPT = 32  # sets of rings kept


class Measures(Protocol):
    """What measures distance: a `Gazetteer`."""

    def miles(self, a: str, b: str) -> float:
        """Miles between two outcodes."""

    def knows(self, outcode: str) -> bool:
        """Whether the outcode can be measured from."""


class Distances:
    """Which rows lie how far from an outcode, by the outcodes the rows have."""

    def __init__(self, index: Index, gazetteer: Measures) -> None:
        self._index = index
        self._gazetteer = gazetteer
        self._sorted: dict[str, list[tuple[float, str]]] = {}
        self._rings: dict[tuple[str, tuple[float, ...]], list[int]] = {}
        self._located: int | None = None

    def knows(self, origin: str) -> bool:
        """Whether distances from there are known."""
        return self._gazetteer.knows(origin)

    def rings(self, origin: str, bounds: tuple[float, ...]) -> list[int]:
        """The rows within each of the rising bounds, in miles. A row of unknown distance is in none."""
        found = self._rings.get((origin, bounds))
        if found is None:
            if len(self._rings) >= _KEPT:
                self._rings.clear()
            found = self._rings[origin, bounds] = self._drawn(origin, bounds)
        return found

    def located(self) -> int:
        """The rows whose distance from a known place is known."""
        if self._located is None:
            where = self._index.facts("outcode")
            lost = [f"f:outcode:{outcode}" for outcode in where if not self._gazetteer.knows(outcode)]
            live = self._index.live()
            self._located = live ^ (live & self._index.union(lost))
        return self._located

    def _drawn(self, origin: str, bounds: tuple[float, ...]) -> list[int]:
        rows: list[int] = []
        total, start = 0, -1.0
        for bound in bounds:
            ring = (outcode for miles, outcode in self._measured(origin) if start < miles <= bound)
            total |= self._index.union([f"f:outcode:{outcode}" for outcode in ring])
            start = bound
            rows.append(total)
        return rows

    def _measured(self, origin: str) -> list[tuple[float, str]]:
        found = self._sorted.get(origin)
        if found is None:
            outcodes = (outcode for outcode in self._index.facts("outcode") if outcode)
            pairs = ((self._gazetteer.miles(origin, outcode), outcode) for outcode in outcodes)
            found = self._sorted[origin] = sorted(pair for pair in pairs if pair[0] < UNKNOWN_MILES)
        return found


def stale_rows(index: Index, today: date, within: int) -> int:
    """The rows whose place was last confirmed more than 14 days ago, or never."""
    return at_most(index.slices("confirmed"), day_number(today.isoformat()) - STALE_AFTER_DAYS - 1, within)


def filtered(
    index: Index,
    query: Query,
    distances: Distances,
    buyer: str,
    today: date,
    having: Callable[[Word], int],
) -> tuple[int, tuple[Problem, ...]]:
    """The living rows that pass every filter of the query, and the filters that could not be applied.

    A place without a price of its own (`weekly` 0) passes any price unless a tariff asks more (`by_tariff`);
    with several sexes (A) any sex; one that is open today any day; one of unknown distance passes no
    distance. `having` gives the rows that have a word just as it was typed, for those to leave out.
    """
    problems: list[Problem] = []
    rows = _by_number(index, query, today, index.live())
    for required, wanted in _flags(index, query, buyer, today, rows):
        rows = rows & required if wanted else rows ^ (rows & required)
    for wanted_facts, unwanted_facts in _facts(query):
        if wanted_facts:
            rows &= index.union(wanted_facts)
        if unwanted_facts:
            rows ^= rows & index.union(unwanted_facts)
    if query.origin and not distances.knows(query.origin):
        problems.append(Problem(query.origin, "not a known postcode district: distances are left out"))
    elif query.origin and query.max_miles is not None:
        rows &= distances.rings(query.origin, (query.max_miles,))[0]
    for word in query.words:
        if word.excluded:
            rows ^= rows & having(word)
    return rows, tuple(problems)


def type_fact(kind: str) -> str:
    """The name of the set of rows of a PLACE code or a care type."""
    return f"f:place:{kind.lower()}" if kind[-1:].isdigit() else f"f:type:{kind}"


def _facts(query: Query) -> Iterator[tuple[list[str], list[str]]]:
    """The sets of rows of which any will do, and those to leave out, by kind of fact."""
    yield [f"f:hub:{one.lower()}" for one in query.hubs], [f"f:hub:{one.lower()}" for one in query.not_hubs]
    yield list(map(type_fact, query.types)), list(map(type_fact, query.not_types))
    yield (
        [f"f:authority:{one}" for one in query.authorities],
        [f"f:authority:{one}" for one in query.not_authorities],
    )


def _by_number(index: Index, query: Query, today: date, rows: int) -> int:
    if query.age is not None:
        rows = at_most(index.slices("age_min"), query.age, rows)
        rows ^= at_most(index.slices("age_max"), query.age - 1, rows)
    if query.siblings:
        rows ^= at_most(index.slices("places"), query.siblings - 1, rows)
    if query.max_weekly is not None:
        rows = at_most(index.slices("weekly"), query.max_weekly, rows)
        rows ^= _dearer_by_tariff(index, query.by_tariff, query.max_weekly, rows)
    if query.by:
        # What is open today is open for a child who should have had a place before.
        day = max(query.by, today.isoformat())
        rows = at_most(index.slices("available"), day_number(day), rows)
    return rows


def _dearer_by_tariff(index: Index, prices: Sequence[Price], most: int, within: int) -> int:
    """The rows without a price of their own for which a tariff asks more."""
    dearer = 0
    for price in prices:
        if price.weekly > most:
            sellers = index.union([f"f:authority:{seller}" for seller in price.sellers])
            dearer |= sellers & index.bits(f"f:place:{price.place.lower()}")
    return at_most(index.slices("weekly"), 0, within) & dearer if dearer else 0


def _flags(index: Index, query: Query, buyer: str, today: date, rows: int) -> Iterator[tuple[int, bool]]:
    if query.sex:
        yield index.bits("f:sex:" + ("M" if query.sex == "F" else "F")), False
    if query.emergency is not None:
        yield index.bits("f:emergency"), query.emergency
    if query.solo is not None:
        yield index.bits("f:solo"), query.solo
    if query.protected is not None:
        yield index.bits("f:protected"), query.protected
    if query.own is not None:
        yield index.bits(f"f:authority:{buyer}"), query.own
    if query.stale is not None:
        yield stale_rows(index, today, rows), query.stale
