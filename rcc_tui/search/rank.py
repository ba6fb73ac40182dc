"""How good a place looks before anyone looks closely: a sum of points over all rows at once.

Every feature is a set of rows and its points; the sums are kept bit by bit, so that the best fifty of
100,000 are exact and cost a few ANDs. The points are those of `domain.fit`, as far as the index knows the
facts (not: the tariff, adult ratio, kinds of stay, ground floor); what rules a place out weighs more than
everything else together. The cheaper place comes first where points are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rcc_tui.domain.fit import AGE_MARGIN, LATELY_DAYS, MILES_A_POINT, WEIGHTS
from rcc_tui.domain.needs import Needs, Suitability
from rcc_tui.domain.vacancy import CARE_TYPES
from rcc_tui.search.asked import Query
from rcc_tui.search.bitset import add_points, at_most
from rcc_tui.search.facets import Distances, stale_rows
from rcc_tui.search.index import Index, day_number

POSSIBLE = 256
_OVER_20 = 20.0
_JUST_UNDER = 0.1  # distances have one decimal
_YOUNGEST_SUPPORTED = 16
_NO_NEEDS = Needs(age=-1, sex="U")

_Features = Iterator[tuple[int, int]]


def points(
    index: Index,
    query: Query,
    distances: Distances,
    needs: Needs | None,
    buyer: str,
    own_hub: str,
    today: date,
) -> list[int]:
    """The points of every living row, bit-sliced, lowest first."""
    needs = needs or _NO_NEEDS
    total: list[int] = []
    features = (
        _possible(index, query, needs, buyer, today),
        _close(index, query, distances, needs),
        _suited(index, query, needs),
        _lately(index, query, today),
        _ours(index, buyer, own_hub, today),
    )
    for feature in features:
        for rows, worth in feature:
            add_points(total, rows & index.live(), worth)
    return total


def possible(index: Index, query: Query, needs: Needs, buyer: str, today: date) -> int:
    """The rows that nothing the index knows of rules out for the child of a request (filled into `query`)."""
    live = index.live()
    barred = at_most(index.slices("places"), 0, live)
    ours = index.bits(f"f:reserved:{buyer}") if buyer else 0
    reserved = _reserved(index, today)
    protected = index.bits("f:protected") & live
    allowed = index.bits(f"f:authority:{buyer}") if buyer else 0
    if needs.uasc:
        allowed |= index.bits("f:protected:uasc")
    barred |= (reserved ^ (reserved & ours)) | (protected ^ (protected & allowed))
    unsuitable = [kind for kind in Suitability.__slots__ if getattr(needs.suitability, kind) == "unsuitable"]
    if query.age is not None and query.age < _YOUNGEST_SUPPORTED:
        unsuitable.append("supported")
    barred |= index.union([f"f:type:{kind}" for kind in unsuitable])
    barred |= index.union([f"f:outcode:{where.upper()}" for where in needs.avoid])
    return live ^ (live & barred)


def _possible(index: Index, query: Query, needs: Needs, buyer: str, today: date) -> _Features:
    yield possible(index, query, needs, buyer, today), POSSIBLE


def _reserved(index: Index, today: date) -> int:
    """The rows kept for somebody today: a soft block opens to all after its last day."""
    reserved = index.bits("f:reserved") & index.live()
    until = index.slices("reserved_until")
    over = at_most(until, day_number(today.isoformat()) - 1, reserved)
    return reserved ^ over ^ at_most(until, 0, over)


def _close(index: Index, query: Query, distances: Distances, needs: Needs) -> _Features:
    if not query.origin or not distances.knows(query.origin):
        return
    if not needs.local:
        near, known = distances.rings(query.origin, (_OVER_20, float("inf")))
        yield known ^ near, WEIGHTS["away as asked"] - WEIGHTS["near though away was asked"]
        return
    steps = WEIGHTS["next door"] - WEIGHTS["farthest"]
    bounds = tuple(step * MILES_A_POINT - _JUST_UNDER for step in range(1, steps + 1))
    for rows in distances.rings(query.origin, bounds):
        yield rows, 1


def _suited(index: Index, query: Query, needs: Needs) -> _Features:
    live = index.live()
    for need in needs.needs:
        yield index.bits(f"f:need:{need}"), WEIGHTS["need met"] - WEIGHTS["need not stated"]
    if query.age is not None:
        for margin in range(1, AGE_MARGIN + 1):
            inside = at_most(index.slices("age_min"), query.age - margin, live)
            inside ^= at_most(index.slices("age_max"), query.age + margin - 1, inside)
            yield inside, WEIGHTS["age margin"]
    for kind in CARE_TYPES:
        worth = f"type {getattr(needs.suitability, kind, '')}"
        if worth in WEIGHTS:
            yield index.bits(f"f:type:{kind}"), WEIGHTS[worth]
    yield live ^ (live & index.bits("f:type:secure")), -WEIGHTS["secure"]
    if needs.alongside == "solo":
        yield index.bits("f:solo"), WEIGHTS["solo"] - WEIGHTS["not solo"]
    if needs.budget_weekly > 0:
        yield at_most(index.slices("weekly"), needs.budget_weekly, live), -WEIGHTS["over budget"]


def _lately(index: Index, query: Query, today: date) -> _Features:
    live, day = index.live(), day_number(today.isoformat())
    yield live ^ stale_rows(index, today, live), -WEIGHTS["stale"]
    before = at_most(index.slices("confirmed"), day - LATELY_DAYS - 1, live)
    yield live ^ before, WEIGHTS["confirmed lately"]
    wanted = max(day, day_number(query.by))
    yield at_most(index.slices("available"), wanted, live), -WEIGHTS["free too late"]


def _ours(index: Index, buyer: str, own_hub: str, today: date) -> _Features:
    if buyer:
        yield index.bits(f"f:reserved:{buyer}") & _reserved(index, today), WEIGHTS["already paid for"]
    if own_hub:
        yield index.bits(f"f:hub:{own_hub.lower()}"), WEIGHTS["own hub"]
