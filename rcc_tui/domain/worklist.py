"""What stands between a pair and the close of its month: both sides, the difference, and the act behind it.

Each row has one class. Of one trade there may be several, and their differences add up to the difference
between the two sides of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import charge, pounds
from rcc_tui.domain.statement import AGREED, CONCEDED, DISPUTED, PENDING

ONLY_SELLER = "only the seller has it"
ONLY_BUYER = "only the buyer has it"
DATES = "dates differ"
RATE = "rate or band differs"
OFF_TARIFF = "off-tariff"
IN_DISPUTE = "disputed"
UNANSWERED = "unanswered"
NOT_HEARD = "not yet heard"
CLASSES = (ONLY_SELLER, ONLY_BUYER, DATES, RATE, OFF_TARIFF, IN_DISPUTE, UNANSWERED, NOT_HEARD)

# What a month can be closed with: it is named, and carried forward.
NAMED = frozenset({OFF_TARIFF, IN_DISPUTE})


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a trade in a month: `pence` for nights from `start` up to `end` (ISO) at `weekly` pence.

    `by` is the entry (hex hash) that says so, `source` how: "terms", "stated", "statement", "answer" or the
    name of a spreadsheet. What a spreadsheet does not say of days is empty, of the price 0.
    """

    pence: int
    start: str
    end: str
    weekly: int
    source: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """A trade in a month, as each side has it; None where a side does not have it.

    `state` is that of its lines in the statement, empty where there is none; `reason` the buyer's for a
    dispute. `disputed`: the trade as a whole is in dispute. `waiting`: a line of it, beside others in dispute
    it may be, has no answer.
    """

    trade: str
    setting_name: str
    seller: Claim | None
    buyer: Claim | None
    state: str = ""
    reason: str = ""
    off_tariff: str = ""
    disputed: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One thing to clear up. `difference` is seller's pence less buyer's, as far as this row explains it;
    `trade` is empty for what concerns the whole pair."""

    kind: str
    trade: str
    seller_pence: int | None
    buyer_pence: int | None
    difference: int
    why: str
    by: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the month cannot be closed with it."""
        return self.kind not in NAMED


def work_list(sides: Sequence[Sides], *, late: bool, unheard: Sequence[str] = ()) -> list[WorkRow]:
    """The rows of a pair's month. `late`: the day by which the buyer answers is over; `unheard` says in words
    what a statement rests on and was not heard here."""
    rows = [WorkRow(NOT_HEARD, "", None, None, 0, why) for why in unheard]
    for one in sorted(sides, key=lambda side: (side.setting_name, side.trade)):
        rows += _rows(one, late)
    return rows


def unexplained(rows: Sequence[WorkRow]) -> int:
    """Pence, without sign, that keep a month from being closed."""
    return sum(abs(row.difference) for row in rows if row.blocks)


def _rows(one: Sides, late: bool) -> Iterator[WorkRow]:
    if one.state not in (AGREED, CONCEDED):
        yield from _differences(one)
    if one.off_tariff and (one.seller or one.buyer):
        yield _row(OFF_TARIFF, one, 0, one.off_tariff)
    if one.disputed and one.state != DISPUTED:
        yield _row(IN_DISPUTE, one, 0, "the trade is in dispute")
    if late and (one.waiting or one.state == PENDING) and one.seller:
        yield _row(UNANSWERED, one, 0, "the buyer has not answered", one.seller.by)


def _differences(one: Sides) -> Iterator[WorkRow]:
    seller, buyer = one.seller, one.buyer
    if seller is None and buyer is None:
        return
    if buyer is None:
        assert seller is not None
        yield _row(
            ONLY_SELLER, one, seller.pence, f"the buyer has no {one.setting_name} in this month", seller.by
        )
    elif seller is None:
        yield _row(
            ONLY_BUYER, one, -buyer.pence, f"the seller has no {one.setting_name} in this month", buyer.by
        )
    elif one.state == DISPUTED:
        yield _row(IN_DISPUTE, one, seller.pence - buyer.pence, one.reason, buyer.by)
    else:
        yield from _both(one, seller, buyer)


def _both(one: Sides, seller: Claim, buyer: Claim) -> Iterator[WorkRow]:
    """How much of the difference comes from the days, and how much from the price."""
    whole = seller.pence - buyer.pence
    days = _days_differ(seller, buyer)
    price = bool(seller.weekly and buyer.weekly and seller.weekly != buyer.weekly)
    if days:
        of_days = _of_days(seller, buyer) if price else whole
        yield _row(DATES, one, of_days, _days_words(seller, buyer), buyer.by)
    if price or (whole and not days):
        rest = whole - (_of_days(seller, buyer) if days else 0)
        yield _row(RATE, one, rest, _price_words(seller, buyer), buyer.by)


def _days_differ(seller: Claim, buyer: Claim) -> bool:
    return any(a and b and a != b for a, b in ((seller.start, buyer.start), (seller.end, buyer.end)))


def _of_days(seller: Claim, buyer: Claim) -> int:
    """What the nights in dispute come to at the seller's price; a day that one side does not say is no
    dispute."""
    nights = _apart(seller.end, buyer.end) - _apart(seller.start, buyer.start)
    due = charge(seller.weekly, abs(nights)).pence
    return due if nights > 0 else -due


def _apart(one: str, other: str) -> int:
    if not one or not other:
        return 0
    return (date.fromisoformat(one) - date.fromisoformat(other)).days


def _days_words(seller: Claim, buyer: Claim) -> str:
    parts = []
    if buyer.start and seller.start and seller.start != buyer.start:
        parts.append(f"seller from {show_date(seller.start)}, buyer from {show_date(buyer.start)}")
    if buyer.end and seller.end and seller.end != buyer.end:
        parts.append(f"seller to {show_date(seller.end)}, buyer to {show_date(buyer.end)}")
    return "; ".join(parts)


def _price_words(seller: Claim, buyer: Claim) -> str:
    if seller.weekly != buyer.weekly and seller.weekly and buyer.weekly:
        return f"seller {pounds(seller.weekly)} a week, buyer {pounds(buyer.weekly)}"
    return f"seller {pounds(seller.pence)}, buyer {pounds(buyer.pence)} for the same days"


def _row(kind: str, one: Sides, difference: int, why: str, by: str = "") -> WorkRow:
    return WorkRow(
        kind,
        one.trade,
        one.seller.pence if one.seller else None,
        one.buyer.pence if one.buyer else None,
        difference,
        why,
        by,
    )
