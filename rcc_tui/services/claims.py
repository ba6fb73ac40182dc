"""Both sides of every trade in a month: what each has stated, answered or sent on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from db.queries import statements as queries
from db.queries.statements import StoredLine, StoredSheetLine, StoredStatement, StoredStay
from rcc_tui.domain.closing import Pair
from rcc_tui.domain.ledger import CARE, Posting, Span, postings
from rcc_tui.domain.statement import AGREED, CONCEDED, DISPUTED, PENDING
from rcc_tui.domain.stay import price_stay
from rcc_tui.domain.terms import Terms
from rcc_tui.domain.worklist import Claim, Sides
from rcc_tui.services.desk import Desk
from rcc_tui.services.ledger import window
from rcc_tui.services.tariffs import worked_examples

BUYER, SELLER = "buyer", "seller"
_VERSIONS = msgspec.json.Decoder(list[Terms])
_SPANS = msgspec.json.Decoder(list[tuple[str, str]])


@dataclass(frozen=True, slots=True)
class MonthSides:
    """A month of the region: the charges and the statement of every pair, and both sides of its trades.

    A correction stands under its trade with the month it corrects behind a space. `examples` are the tariffs
    that are but worked examples.
    """

    charges: Mapping[Pair, Sequence[Posting]]
    statements: Mapping[Pair, StoredStatement]
    lines: Mapping[Pair, Sequence[StoredLine]]
    sides: Mapping[Pair, Sequence[Sides]]
    examples: frozenset[str]


@dataclass
class _Told:
    """What is known of one trade of a pair while a month is put together."""

    charges: list[Posting] = field(default_factory=list)
    lines: list[StoredLine] = field(default_factory=list)
    seller: Claim | None = None
    buyer: Claim | None = None
    sheets: dict[str, list[StoredSheetLine]] = field(default_factory=dict)


def month_sides(
    desk: Desk, month: str, charged: Iterable[Posting], *, pair: Pair | None = None
) -> MonthSides:
    """All pairs of a month, or one. `charged` are the month's postings."""
    seller, buyer = pair or ("", "")
    stays = {one.record: one for one in desk.read(queries.stays, seller=seller, buyer=buyer)}
    stated = {(one.seller, one.buyer): one for one in desk.read(queries.statements, month=month, pair=pair)}
    by_record = desk.read(queries.lines, [one.record for one in stated.values()])
    lines = {key: by_record[one.record] for key, one in stated.items()}
    sheets = desk.read(queries.sheet_lines, month)
    charges: defaultdict[Pair, list[Posting]] = defaultdict(list)
    for posting in charged:
        key = (posting.seller, posting.buyer)
        if pair is None or key == pair:
            charges[key].append(posting)
    told = _gathered(charges, lines, sheets, stays)
    _, through = window(desk, month)
    for key, trades in told.items():
        for trade, one in trades.items():
            _claim(one, stays.get(trade), key in stated, month, through)
    sides = {
        key: [_sides(trade, one, stays) for trade, one in trades.items()] for key, trades in told.items()
    }
    return MonthSides(charges, stated, lines, sides, worked_examples(desk))


def _gathered(
    charges: Mapping[Pair, Sequence[Posting]],
    lines: Mapping[Pair, Sequence[StoredLine]],
    sheets: Sequence[StoredSheetLine],
    stays: Mapping[str, StoredStay],
) -> dict[Pair, dict[str, _Told]]:
    told: defaultdict[Pair, defaultdict[str, _Told]] = defaultdict(lambda: defaultdict(_Told))
    for key, posted in charges.items():
        for posting in posted:
            told[key][_named(posting.trade, posting.corrects)].charges.append(posting)
    for key, stated in lines.items():
        for line in stated:
            told[key][_named(line.trade, line.corrects)].lines.append(line)
    for row in sheets:
        stay = stays.get(row.trade)
        if stay is not None:
            told[stay.seller, stay.buyer][row.trade].sheets.setdefault(row.code, []).append(row)
    for stay in stays.values():
        # A stay that by the days that count costs nothing this month may do so by the other side's.
        if _differs(stay):
            told[stay.seller, stay.buyer][stay.record]
    return {key: dict(trades) for key, trades in told.items()}


def _named(trade: str, corrects: str) -> str:
    return f"{trade} {corrects}" if corrects else trade


def _differs(stay: StoredStay) -> bool:
    return (
        stay.started_buyer != stay.started_seller
        or stay.ended_buyer != stay.ended_seller
        or stay.kept_buyer != stay.kept_seller
    )


def _claim(one: _Told, stay: StoredStay | None, stated: bool, month: str, through: date) -> None:
    """Each side's claim: its paper, else its statement or answer, else what it has stated of the days."""
    counted = _of_postings(one.charges, "terms", stay.proposal if stay else "")
    one.seller = one.buyer = counted
    if stay is not None and _differs(stay):
        one.seller, one.buyer = (_stated(stay, side, month, through) for side in (SELLER, BUYER))
    if stated:
        one.seller = _of_lines(one.lines, [line.pence for line in one.lines], "statement")
    if any(line.state != PENDING for line in one.lines):
        one.buyer = _of_lines(one.lines, [line.answer for line in one.lines], "answer")
    if stay is not None:
        if stay.seller in one.sheets:
            one.seller = _of_sheet(one.sheets[stay.seller])
        if stay.buyer in one.sheets:
            one.buyer = _of_sheet(one.sheets[stay.buyer])


def _of_postings(charges: Sequence[Posting], source: str, by: str) -> Claim | None:
    if not charges:
        return None
    care = [one for one in charges if one.kind == CARE] or charges
    return Claim(
        sum(one.pence for one in charges),
        min(one.from_day for one in charges).isoformat(),
        max(one.to_day for one in charges).isoformat(),
        care[-1].weekly,
        source,
        by,
    )


def _of_lines(lines: Sequence[StoredLine], pence: Sequence[int], source: str) -> Claim | None:
    if not lines:
        return None
    care = [one for one in lines if one.kind == CARE] or lines
    days = min(one.start for one in lines), max(one.end for one in lines)
    return Claim(sum(pence), *days, care[-1].weekly, source)


def _of_sheet(rows: Sequence[StoredSheetLine]) -> Claim:
    last = rows[-1]
    same = [one for one in rows if one.record == last.record]
    return Claim(
        sum(one.pence for one in same),
        min((one.start for one in same if one.start), default=""),
        max((one.end for one in same if one.end), default=""),
        last.weekly,
        last.name,
    )


def _stated(stay: StoredStay, side: str, month: str, through: date) -> Claim | None:
    """What the month comes to by one side's own days; None where it does not have the child there.

    Where neither has stated a start, both have it by the terms.
    """
    mine, other = (SELLER, BUYER) if side == SELLER else (BUYER, SELLER)
    start = getattr(stay, f"started_{mine}") or ("" if getattr(stay, f"started_{other}") else stay.start)
    if not start:
        return None
    end = getattr(stay, f"ended_{mine}") or stay.notice_on or stay.end
    kept = [(_day(first), _day(stop)) for first, stop in _SPANS.decode(getattr(stay, f"kept_{mine}"))]
    priced = price_stay(_VERSIONS.decode(stay.versions), _day(start), _day(end) if end else None, kept)
    spans = [
        Span(stay.record, stay.seller, stay.buyer, one.start, one.end, one.weekly, one.kind, one.tariff)
        for one in priced
    ]
    found = [one for one in postings(spans, through) if one.month == month]
    return _of_postings(found, "stated", getattr(stay, f"said_{mine}") or stay.proposal)


def _day(iso: str) -> date:
    return date.fromisoformat(iso)


def _sides(named: str, one: _Told, stays: Mapping[str, StoredStay]) -> Sides:
    trade, _, corrects = named.partition(" ")
    stay = stays.get(trade)
    title = stay.setting_name if stay else trade[:8]
    return Sides(
        trade,
        f"{title}, correction of {corrects}" if corrects else title,
        one.seller,
        one.buyer,
        _state([line.state for line in one.lines]),
        "; ".join(dict.fromkeys(line.reason for line in one.lines if line.reason)),
        off_tariff="agreed off the tariff" if stay and stay.off_tariff and not corrects else "",
        disputed=bool(stay and stay.disputed and not corrects),
        waiting=any(line.state == PENDING for line in one.lines),
    )


def _state(states: Sequence[str]) -> str:
    """How the lines of a trade stand together."""
    for worst in (DISPUTED, PENDING):
        if worst in states:
            return worst
    return (CONCEDED if CONCEDED in states else AGREED) if states else ""
