"""Finding a place: a line as typed or a request in, the best places out, each with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import fixtures
from db.queries import places as queries
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.fit import fit
from rcc_tui.domain.geography import UNKNOWN_MILES, outcode_of
from rcc_tui.domain.needs import MAX_AGE, Needs
from rcc_tui.domain.quote import quote
from rcc_tui.domain.tariff import Tariff, tariff_from_toml
from rcc_tui.domain.vacancy import Place
from rcc_tui.search.asked import Query
from rcc_tui.search.query import parse
from rcc_tui.services import requests, tariffs
from rcc_tui.services.desk import Desk
from rcc_tui.services.finder import Finder, attach, open_finder
from rcc_tui.services.place_views import minute

__all__ = ["Hit", "SearchResult", "attach", "ids", "open_finder", "search"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place found. `miles` from where the search measures (`UNKNOWN_MILES` where not known), `weekly`
    pence a week (0: no price known); `reasons` (words, points) add up to `score`; `barriers` say why the
    child cannot go there."""

    id: str
    ref: str
    place: Place
    miles: float
    weekly: int
    score: int
    reasons: tuple[tuple[str, int], ...]
    barriers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search came to: `understood` says the query back, `total` counts all places it listed, `hits`
    are the first of them. `problems` are parts that could not be used; `corrections` (typed, taken).
    `micros` is the time the index took, in millionths of a second."""

    query: str
    understood: str
    total: int
    hits: tuple[Hit, ...]
    problems: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    micros: int


def search(desk: Desk, text: str, *, request: str = "", origin: str = "", limit: int = 50) -> SearchResult:
    """Search the regional list, own places included.

    With a `request` the filters that the text leaves open are filled in from it. `origin` is an outcode or
    postcode to measure from where neither says. Raises NotFound, and Refused for an origin that is none.
    """
    finder = open_finder(desk)
    needs = requests.show(desk, request).needs if request else None
    query = parse(text, today=desk.clock.today(), origin=outcode_of(origin, "from") if origin else "")
    found = finder.find(query, limit=limit, needs=needs, hub=_hub(desk))
    rows = desk.read(queries.places, found.ids, minute(desk), desk.code)
    judge = _Judge(desk, finder, query, needs)
    hits = tuple(judge.hit(row.place) for row in rows.values() if row.listed and row.place.free)
    return SearchResult(
        text,
        found.understood,
        found.total,
        hits,
        tuple(f"{one.text}: {one.message}" for one in found.problems),
        found.corrections,
        found.micros,
    )


def ids(desk: Desk, text: str, *, limit: int = 50) -> tuple[str, int, tuple[str, ...], int]:
    """(understood, total, ids, micros) of a query: the search alone, without a look at the places."""
    query = parse(text, today=desk.clock.today())
    found = open_finder(desk).find(query, limit=limit, needs=None, hub=_hub(desk))
    return found.understood, found.total, found.ids, found.micros


def _hub(desk: Desk) -> str:
    member = desk.rolls.member(desk.code)
    return member.hub if member else ""


class _Judge:
    """Looks closely at each place found."""

    def __init__(self, desk: Desk, finder: Finder, query: Query, needs: Needs | None) -> None:
        self._desk = desk
        self._finder = finder
        self._query = query
        self._needs = needs or _needs_of(query)
        self._origin = query.filled(needs).origin
        self._today = desk.clock.today()
        self._hub = _hub(desk)
        self._prices: dict[tuple[str, str, str], int] = {}

    def hit(self, place: Place) -> Hit:
        miles = self._miles(place)
        tariff_weekly = self._tariff_weekly(place)
        reasons: Sequence[tuple[str, int]] = self._finder.explain(place.id, self._query)
        barriers: tuple[str, ...] = ()
        if self._needs is not None:
            judged = fit(
                self._needs,
                place,
                today=self._today,
                miles=miles,
                buyer=self._desk.code,
                tariff_weekly=tariff_weekly,
                own_hub=self._hub,
            )
            reasons, barriers = (*reasons, *judged.reasons), judged.barriers
        return Hit(
            place.id,
            place.vacancy.ref,
            place,
            miles,
            place.vacancy.weekly or tariff_weekly,
            sum(points for _, points in reasons),
            tuple(reasons),
            barriers,
        )

    def _miles(self, place: Place) -> float:
        if not self._origin:
            return UNKNOWN_MILES
        return fixtures.gazetteer().miles(self._origin, place.setting.outcode)

    def _tariff_weekly(self, place: Place) -> int:
        """What the tariff in force with the owner says for the child; 0 without one, or for an own place."""
        setting = place.setting
        if self._needs is None or setting.authority == self._desk.code:
            return 0
        key = (setting.authority, setting.type, setting.place)
        if key not in self._prices:
            self._prices[key] = self._quoted(*key)
        return self._prices[key]

    def _quoted(self, seller: str, kind: str, place: str) -> int:
        assert self._needs is not None
        day = self._needs.needed_by or self._today.isoformat()
        text = self._finder.remembered(("tariff", seller, day), lambda: _tariff_text(self._desk, seller, day))
        if not text:
            return 0
        try:
            return quote(_tariff(text), self._needs, kind, place).weekly
        except Refused:
            return 0


def _tariff_text(desk: Desk, seller: str, day: str | date) -> str:
    found = tariffs.in_force(desk, desk.code, seller, day)
    return found.text if found else ""


@lru_cache(maxsize=8)
def _tariff(text: str) -> Tariff:
    return tariff_from_toml(text)


def _needs_of(query: Query) -> Needs | None:
    """What a query says of a child, as far as it does; None when it names no age."""
    if query.age is None or not 0 <= query.age <= MAX_AGE:
        return None
    return Needs(
        age=query.age,
        sex=query.sex or "U",
        siblings=query.siblings or 1,
        needed_by=query.by,
        home=query.origin,
        max_miles=int(query.max_miles or 0),
        emergency=bool(query.emergency),
        alongside="solo" if query.solo else "any",
    )
