"""How good a place is, summed over all rows at once.

Every feature is a set of rows and its points; the sums are kept bit by bit, so that the best fifty of 100,000
are exact and cost a few ANDs. The points are those of `domain.fit`, feature by feature: the order of the list
and the score of a place looked at closely are one and the same. The cheaper place comes first where points
are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import fixtures
from rcc_tui.domain.fit import MUST_REGISTER, YOUNGEST_SUPPORTED
from rcc_tui.domain.needs import RATIOS, STAYS, Needs, Suitability
from rcc_tui.domain.vacancy import CARE_TYPES
from rcc_tui.domain.weights import Weights
from rcc_tui.search.asked import Price, Query
from rcc_tui.search.bitset import add_points, at_most
from rcc_tui.search.facets import Distances, stale_rows
from rcc_tui.search.index import Index, day_number

_OVER_20 = 20.0
_JUST_UNDER = 0.1  # distances have one decimal

_Features = Iterator[tuple[int, int]]


def points(
    index: Index,
    query: Query,
    distances: Distances,
    needs: Needs | None,
    buyer: str,
    own_hub: str,
    today: date,
    prices: tuple[Price, ...] = (),
) -> list[int]:
    """The points of every living row, bit-sliced, lowest first, all raised by one number.

    `query` is filled from the request's `needs`; `prices` are compared with what places cost.
    """
    child, weights, live = query.child(needs), fixtures.weights(), index.live()
    features = (
        ((live ^ possible(index, query, needs, buyer, today), weights["impossible"]),),
        _close(index, child, distances, weights),
        _suited(index, child, weights),
        _housed(index, child, weights),
        _priced(index, child, prices, weights),
        _lately(index, child, today, weights),
        _ours(index, buyer, own_hub, today, weights),
    )
    total: list[int] = []
    for feature in features:
        for rows, worth in feature:
            rows &= live
            add_points(total, rows if worth >= 0 else live ^ rows, abs(worth))
    return total


def possible(index: Index, query: Query, needs: Needs | None, buyer: str, today: date) -> int:
    """The rows that no hard limit stands against, for the child of a request (filled into `query`)."""
    child, live = query.child(needs), index.live()
    barred = at_most(index.slices("places"), child.places - 1, live)
    ours = index.bits(f"f:reserved:{buyer}") if buyer else 0
    reserved = _reserved(index, today)
    protected = index.bits("f:protected") & live
    allowed = index.bits(f"f:authority:{buyer}") if buyer else 0
    if child.uasc:
        allowed |= index.bits("f:protected:uasc")
    barred |= (reserved ^ (reserved & ours)) | (protected ^ (protected & allowed))
    unsuitable = [kind for kind in Suitability.__slots__ if getattr(child.suitability, kind) == "unsuitable"]
    if child.age >= 0:
        barred |= live ^ _taking(index, child.age, 0)
        if child.age < YOUNGEST_SUPPORTED:
            unsuitable.append("supported")
    if child.sex in ("F", "M"):
        barred |= index.bits("f:sex:" + ("M" if child.sex == "F" else "F"))
    if child.emergency:
        barred |= live ^ (live & index.bits("f:emergency"))
    barred |= index.union([f"f:type:{kind}" for kind in unsuitable])
    barred |= index.union([f"f:outcode:{where.upper()}" for where in child.avoid])
    barred |= index.union([f"f:town:{where.casefold()}" for where in child.avoid])
    return live ^ (live & barred)


def _taking(index: Index, age: int, margin: int) -> int:
    """The rows whose ages reach so many years beyond an age on both sides."""
    rows = at_most(index.slices("age_min"), age - margin, index.live())
    return rows ^ at_most(index.slices("age_max"), age + margin - 1, rows)


def _reserved(index: Index, today: date) -> int:
    """The rows kept for somebody today: a soft block opens to all after its last day."""
    reserved = index.bits("f:reserved") & index.live()
    until = index.slices("reserved_until")
    over = at_most(until, day_number(today.isoformat()) - 1, reserved)
    return reserved ^ over ^ at_most(until, 0, over)


def _close(index: Index, child: Needs, distances: Distances, weights: Weights) -> _Features:
    if not child.home or not distances.knows(child.home):
        return
    known = distances.located()
    if child.local:
        steps = weights["next door"] - weights["farthest"]
        reach = weights["miles a point"]
        bounds = tuple(step * reach - _JUST_UNDER for step in range(1, steps + 1))
        yield known, weights["farthest"]
        for rows in distances.rings(child.home, bounds):
            yield rows, 1
    else:
        (near,) = distances.rings(child.home, (_OVER_20,))
        yield near, weights["near though away was asked"]
        yield known ^ (known & near), weights["away as asked"]
    if child.max_miles > 0:
        (within,) = distances.rings(child.home, (float(child.max_miles),))
        yield known ^ (known & within), weights["beyond the miles asked"]


def _suited(index: Index, child: Needs, weights: Weights) -> _Features:
    live = index.live()
    for need in child.needs:
        met = index.bits(f"f:need:{need}")
        yield met, weights["need met"]
        yield live ^ (live & met), weights["need not stated"]
    if child.age >= 0:
        for margin in range(1, weights["age margin years"] + 1):
            yield _taking(index, child.age, margin), weights["age margin"]
    if child.sex == "U":
        yield index.union(["f:sex:F", "f:sex:M"]), weights["sex not recorded"]
    if child.ratio in RATIOS[1:4]:
        more = live ^ (live & index.union([f"f:ratio:{one}" for one in RATIOS[1:]]))
        more |= index.union([f"f:ratio:{one}" for one in RATIOS[1 : RATIOS.index(child.ratio)]])
        yield more, weights["more adults needed"]
    if child.alongside == "solo":
        solo = index.bits("f:solo")
        yield solo, weights["solo"]
        yield live ^ (live & solo), weights["not solo"]
    if child.places > 1:
        yield live ^ at_most(index.slices("places"), child.places - 1, live), weights["siblings together"]


def _housed(index: Index, child: Needs, weights: Weights) -> _Features:
    for kind in CARE_TYPES:
        suitability = f"type {getattr(child.suitability, kind, '')}"
        if suitability in ("type preferred", "type suitable"):
            yield index.bits(f"f:type:{kind}"), weights[suitability]
    homes = index.union([f"f:type:{kind}" for kind in MUST_REGISTER])
    yield homes & index.bits("f:unregistered"), weights["registration not stated"]
    yield index.bits("f:type:secure"), weights["secure"]
    if child.adaptation:
        yield index.bits("f:ground floor"), weights["ground floor"]
    if child.stay:
        others = index.union([f"f:stay:{stay}" for stay in STAYS if stay != child.stay])
        yield others ^ (others & index.bits(f"f:stay:{child.stay}")), weights["stay not taken"]


def _priced(index: Index, child: Needs, prices: Iterable[Price], weights: Weights) -> _Features:
    """Places against the tariff and the budget in mind, those without a price at the tariff's."""
    live, weekly = index.live(), index.slices("weekly")
    by_tariff = at_most(weekly, 0, live)
    own_price = live ^ by_tariff
    worth = _tenths(weights)
    cheaper, over, over_budget = 0, [0] * len(worth), 0
    for price in prices:
        rows = index.union([f"f:authority:{seller}" for seller in price.sellers])
        rows &= index.bits(f"f:place:{price.place.lower()}")
        priced = rows & own_price
        cheaper |= at_most(weekly, price.weekly - 1, priced)
        for step in range(len(worth)):
            over[step] |= priced ^ at_most(weekly, price.weekly + step * price.weekly // 10, priced)
        if 0 < child.budget_weekly < price.weekly:
            over_budget |= rows & by_tariff
    if child.budget_weekly > 0:
        over_budget |= own_price ^ at_most(weekly, child.budget_weekly, own_price)
        yield over_budget, weights["over budget"]
    yield cheaper, weights["under tariff"]
    yield from zip(over, worth, strict=True)


def _tenths(weights: Weights) -> list[int]:
    """What each started tenth above the tariff adds, until the dearest is reached."""
    each, dearest = weights["over tariff"], weights["dearest"]
    found: list[int] = []
    while each and sum(found) > dearest:
        found.append(max(each, dearest - sum(found)))
    return found


def _lately(index: Index, child: Needs, today: date, weights: Weights) -> _Features:
    live, day = index.live(), day_number(today.isoformat())
    yield stale_rows(index, today, live), weights["stale"]
    before = at_most(index.slices("confirmed"), day - weights["lately"] - 1, live)
    yield live ^ before, weights["confirmed lately"]
    wanted = max(day, day_number(child.needed_by))
    yield live ^ at_most(index.slices("available"), wanted, live), weights["free too late"]


def _ours(index: Index, buyer: str, own_hub: str, today: date, weights: Weights) -> _Features:
    if buyer:
        yield index.bits(f"f:reserved:{buyer}") & _reserved(index, today), weights["already paid for"]
    if own_hub:
        yield index.bits(f"f:hub:{own_hub.lower()}"), weights["own hub"]
