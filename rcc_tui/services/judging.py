"""Looking closely at places found: how well each fits the child, with every reason and every barrier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import fixtures
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.fit import fit
from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.quote import quote
from rcc_tui.domain.tariff import Tariff, tariff_from_toml
from rcc_tui.domain.vacancy import CARE_TYPES, Place
from rcc_tui.search.asked import Price, Query
from rcc_tui.search.spelling import CORRECTED, MOST
from rcc_tui.services import tariffs
from rcc_tui.services.desk import Desk
from rcc_tui.services.finder import Finder

Reason = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place found. `miles` from where the search measures (`UNKNOWN_MILES` where not known), `weekly`
    pence a week (0: no price known).

    Places are listed by `match`, the cost of taking the words for what they were taken for (0: all as typed),
    then by `score`. `reasons` (words, points) add up to the score, how each word matched among them with no
    points; `barriers` say why the child cannot go there.
    """

    id: str
    ref: str
    place: Place
    miles: float
    weekly: int
    match: int
    score: int
    reasons: tuple[Reason, ...]
    barriers: tuple[str, ...]


class Judge:
    """Judges places for one child. `asked`: there is a request, so that prices are weighed against the tariff
    (without one too little is known of the child)."""

    def __init__(self, desk: Desk, finder: Finder, child: Needs, hub: str, *, asked: bool) -> None:
        self._desk = desk
        self._finder = finder
        self._child = child
        self._hub = hub
        self._asked = asked
        self._today = desk.clock.today()
        self._by_tariff: dict[str, dict[str, int]] = {}

    def prices(self) -> tuple[Price, ...]:
        """What the tariffs say for this child, wherever one is in force. Nothing without a request."""
        return self.quotes() if self._asked else ()

    def quotes(self) -> tuple[Price, ...]:
        """The same with a request and without, where the child's age is known."""
        if self._child.age < 0:
            return ()
        sellers: dict[str, list[str]] = {}
        for seller in self._sellers():
            if text := self._tariff(seller):
                sellers.setdefault(text, []).append(seller)
        return tuple(
            Price(tuple(codes), place, weekly)
            for text, codes in sellers.items()
            for place, weekly in _quotes(text, self._priced).items()
        )

    def hit(self, place: Place, words: Sequence[Reason]) -> Hit:
        """Judge one place. `words` are how each word of the query matched it, as the engine explains it."""
        miles = self._miles(place)
        tariff_weekly = self._tariff_weekly(place)
        judged = fit(
            self._child,
            place,
            today=self._today,
            miles=miles,
            buyer=self._desk.code,
            weights=fixtures.weights(),
            tariff_weekly=tariff_weekly if self._asked else 0,
            own_hub=self._hub,
        )
        return Hit(
            place.id,
            place.vacancy.ref,
            place,
            miles,
            place.vacancy.weekly or tariff_weekly,
            _cost([MOST + 1 - points for _, points in words]),
            judged.points,
            (*((said, 0) for said, _ in words), *judged.reasons),
            judged.barriers,
        )

    def _miles(self, place: Place) -> float:
        if not self._child.home:
            return UNKNOWN_MILES
        return fixtures.gazetteer().miles(self._child.home, place.setting.outcode)

    def _tariff_weekly(self, place: Place) -> int:
        """What the tariff in force with the owner says for the child; 0 without one, or for an own place."""
        seller = place.setting.authority
        if self._child.age < 0 or seller == self._desk.code:
            return 0
        if seller not in self._by_tariff:
            text = self._tariff(seller)
            self._by_tariff[seller] = _quotes(text, self._priced) if text else {}
        return self._by_tariff[seller].get(place.setting.place, 0)

    @property
    def _priced(self) -> Needs:
        return self._child if self._child.stay else replace(self._child, stay="short")

    def _sellers(self) -> list[str]:
        """The authorities that have places, the own one left out."""
        known = self._finder.remembered(
            ("sellers",), lambda: " ".join(self._finder.ask(lambda engine: engine.index.facts("authority")))
        )
        return [code for code in known.split() if code != self._desk.code]

    def _tariff(self, seller: str) -> str:
        day = self._child.needed_by or self._today.isoformat()
        return self._finder.remembered(("tariff", seller, day), lambda: _text(self._desk, seller, day))


def priced(desk: Desk, finder: Finder, query: Query, needs: Needs | None) -> Query:
    """The query, told what the tariffs ask for its child, where it says how much a place may cost."""
    if query.max_weekly is None:
        return query
    child = query.filled(needs).child(needs)
    return replace(query, by_tariff=Judge(desk, finder, child, "", asked=True).quotes())


def _cost(costs: Sequence[int]) -> int:
    """The cost of all words, in the order in which places are listed: a place that lacks a word comes after
    all that have each of them, one with a corrected word after all that match as typed."""
    missing, corrected = any(cost > MOST for cost in costs), any(cost >= CORRECTED for cost in costs)
    return sum(costs) + (MOST + 1) * (corrected + len(costs) * missing)


def _text(desk: Desk, seller: str, day: str | date) -> str:
    found = tariffs.in_force(desk, desk.code, seller, day)
    return found.text if found else ""


@lru_cache(maxsize=8)
def _tariff(text: str) -> Tariff:
    return tariff_from_toml(text)


@lru_cache(maxsize=64)
def _quotes(text: str, child: Needs) -> dict[str, int]:
    """What a tariff says for a child, by PLACE code; codes it has no price for are left out."""
    found: dict[str, int] = {}
    for kind, places in CARE_TYPES.items():
        for place in places:
            try:
                found[place] = quote(_tariff(text), child, kind, place).weekly
            except Refused:
                continue
    return found
