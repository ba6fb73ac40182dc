"""What trading asks for now: changes to answer, notices that end, months to be stated, answered, closed."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from db.queries import today as queries
from fixtures.bank_holidays import is_bank_holiday
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.deadlines import calendar_of
from rcc_tui.domain.money import pounds
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import has_desk, name_of
from rcc_tui.services.pair_months import ANSWERED, OPEN, STATED, pair_months
from rcc_tui.services.reconcile import Cell, matrix, served
from rcc_tui.services.today_item import Item, cut
from rcc_tui.services.trade_views import read_terms

MONTHS_BACK = 12
"""So many months that are over are looked at for what is due."""
SOON_DAYS = 7
LAPSING_DAYS = 2


def trading(desk: Desk) -> Iterator[Item]:
    """All of it. A hub trades nothing: it is told of the months of its authorities."""
    if desk.role == "authority":
        yield from _changes(desk)
        yield from _unsigned(desk)
        yield from _unanswered(desk)
        yield from _notices(desk)
        yield from _months(desk)
        yield from _disputed(desk, {desk.code}, of_buyers=False)
    elif desk.role == "hub":
        own = served(desk)
        yield from _to_vouch(desk, own)
        yield from _months_of(desk, own)
        yield from _disputed(desk, own, of_buyers=True)


def _changes(desk: Desk) -> Iterator[Item]:
    """Changes of running trades that wait for my answer and have not lapsed."""
    day = desk.clock.today().isoformat()
    read = [(one, read_terms(one.change)) for one in desk.read(queries.changes, desk.code)]
    live = [(one, new) for one, new in read if not new.valid_until or new.valid_until >= day]
    live.sort(key=lambda pair: (pair[1].valid_until or "9", pair[0].id))
    items = (
        Item(
            "change",
            f"{_other(desk, one.buyer, one.seller)} proposes to change {one.setting_name} from"
            f" {show_date(new.effective)}",
            new.valid_until or new.effective,
            "trades",
            one.id,
            bool(new.valid_until) and new.valid_until <= day,
        )
        for one, new in live
    )
    yield from cut(items, len(live), "more changes wait for your answer", "trades")


def _unanswered(desk: Desk) -> Iterator[Item]:
    """My own proposals that will lapse soon without an answer."""
    today = desk.clock.today()
    last = (today + timedelta(days=LAPSING_DAYS)).isoformat()
    rows = desk.read(queries.lapsing_proposals, desk.code, today.isoformat(), last)
    items = (
        Item(
            "lapsing",
            f"{_other(desk, one.buyer, one.seller)} has not answered on {one.setting_name}",
            one.valid_until,
            "trades",
            one.id,
            False,
        )
        for one in rows
    )
    yield from cut(items, len(rows), "more proposals of ours are not answered", "trades")


def _unsigned(desk: Desk) -> Iterator[Item]:
    """Trades that a hub agreed to for my authority, before it had a desk."""
    found = desk.read(queries.unsigned, desk.code)
    items = (
        Item(
            "unsigned",
            f"Countersign, or dispute, what a hub agreed to for us: {one.setting_name},"
            f" {_other(desk, one.buyer, one.seller)}",
            "",
            "trades",
            one.id,
            False,
        )
        for one in found
    )
    yield from cut(items, len(found), "more trades are not countersigned", "trades")


def _to_vouch(desk: Desk, own: AbstractSet[str]) -> Iterator[Item]:
    """At a hub: what waits for an authority of its own that has no desk."""
    found = [
        (one, code)
        for one in desk.read(queries.waiting)
        for code in (one.buyer, one.seller)
        if code in own and not has_desk(desk, code)
    ]
    items = (
        Item(
            "vouch",
            f"Enter what {name_of(desk, code)} agrees to: {one.setting_name} from {show_date(one.start)}",
            one.valid_until,
            "trades",
            one.id,
            False,
        )
        for one, code in found
    )
    yield from cut(items, len(found), "more proposals wait for authorities without a desk", "trades")


def _notices(desk: Desk) -> Iterator[Item]:
    """Placements that end by notice within a week, and those whose notice is over and no end is stated."""
    today = desk.clock.today()
    rows = desk.read(queries.notices, desk.code, (today + timedelta(days=SOON_DAYS)).isoformat())
    items = (
        Item(
            "notice",
            f"Notice {'ended' if one.notice_on < today.isoformat() else 'ends'}: {one.setting_name},"
            f" {_other(desk, one.buyer, one.seller)}",
            one.notice_on,
            "trades",
            one.id,
            False,
        )
        for one in rows
    )
    yield from cut(items, len(rows), "more notices end", "trades")


def _months(desk: Desk) -> Iterator[Item]:
    """Months that are over which I have not stated, and statements that I have not answered."""
    months = _over(desk.clock.today())
    due = [
        item
        for (seller, buyer), cells in matrix(desk, months).items()
        for month, cell in cells.items()
        if (item := _month(desk, seller, buyer, month, cell)) is not None
    ]
    due.sort(key=lambda one: (one.due, one.id))
    yield from cut(due, len(due), "more months are to be stated or answered", "reconcile")


def _month(desk: Desk, seller: str, buyer: str, month: str, cell: Cell) -> Item | None:
    calendar = calendar_of(month, is_bank_holiday)
    record, named = f"{seller} {buyer} {month}", f"{month[5:]}/{month[:4]}"
    amount = pounds(cell.pence) + (" (example)" if cell.worked_example else "")
    if seller == desk.code and cell.state == OPEN and cell.pence:
        text = f"State {named} to {name_of(desk, buyer)}: {amount}"
        return Item("statement", text, calendar.statement_by, "reconcile", record, False)
    if buyer == desk.code and cell.state == STATED:
        text = f"Answer {name_of(desk, seller)}'s statement of {named}: {amount}"
        return Item("answer", text, calendar.answer_by, "reconcile", record, False)
    return None


def _months_of(desk: Desk, own: AbstractSet[str]) -> Iterator[Item]:
    """What the months of a hub's authorities wait for, where it is late, or where the hub may do it."""
    told: dict[str, list[Item]] = {kind: [] for kind in _MORE}
    for (seller, buyer), cells in matrix(desk, _over(desk.clock.today())).items():
        if own.isdisjoint((seller, buyer)):
            continue
        for month, cell in cells.items():
            if (item := _of_pair(desk, seller, buyer, month, cell)) is not None:
                told[item.kind].append(item)
    for kind, items in told.items():
        items.sort(key=lambda one: (one.due, one.id))
        yield from cut(items, len(items), _MORE[kind], "reconcile")


_MORE = {
    "close": "more months are answered and to be closed",
    "restate": "more months are answered, and stated otherwise than the ledger has it",
    "late": "more statements or answers are late",
}


def _of_pair(desk: Desk, seller: str, buyer: str, month: str, cell: Cell) -> Item | None:
    calendar, today = calendar_of(month, is_bank_holiday), desk.clock.today().isoformat()
    record, named = f"{seller} {buyer} {month}", f"{month[5:]}/{month[:4]}"
    owed, owes = name_of(desk, seller), name_of(desk, buyer)
    amount = pounds(cell.pence) + (" (example)" if cell.worked_example else "")
    if cell.state == ANSWERED and cell.stated == cell.pence:
        text = f"Close {named}, answered: {owes} owes {owed} {amount}"
        return Item("close", text, calendar.answer_by, "reconcile", record, False)
    if cell.state == ANSWERED:
        text = f"{owed} is to state {named} to {owes} anew: the ledger has moved on to {amount}"
        return Item("restate", text, calendar.answer_by, "reconcile", record, False)
    if cell.state == OPEN and cell.pence and calendar.statement_by < today:
        text = f"{owed} has not stated {named} to {owes}: {amount}"
        return Item("late", text, calendar.statement_by, "reconcile", record, False)
    if cell.state == STATED and calendar.answer_by < today:
        text = f"{owes} has not answered {owed}'s statement of {named}: {amount}"
        return Item("late", text, calendar.answer_by, "reconcile", record, False)
    return None


def _disputed(desk: Desk, whose: AbstractSet[str], *, of_buyers: bool) -> Iterator[Item]:
    """Lines that a buyer disputes of statements of these sellers; with `of_buyers` of these buyers too."""
    found = [
        (key, count)
        for one in pair_months(desk)
        for key, count in one.disputes.items()
        if key[0][0] in whose or (of_buyers and key[0][1] in whose)
    ]
    found.sort(key=lambda one: (one[0][1], one[0][0]))
    items = (
        Item(
            "disputed",
            f"{name_of(desk, buyer)} disputes {count} {'line' if count == 1 else 'lines'} of"
            f" {month[5:]}/{month[:4]}" + (f" to {name_of(desk, seller)}" if of_buyers else ""),
            "",
            "reconcile",
            f"{seller} {buyer} {month}",
            False,
        )
        for ((seller, buyer), month), count in found
    )
    yield from cut(items, len(found), "more statements are disputed", "reconcile")


def _over(today: date) -> tuple[str, ...]:
    """The last months that are over, the oldest first."""
    found, day = [], today.replace(day=1)
    for _ in range(MONTHS_BACK):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(f"{day.year:04d}-{day.month:02d}")
    return tuple(reversed(found))


def _other(desk: Desk, buyer: str, seller: str) -> str:
    return name_of(desk, seller if buyer == desk.code else buyer)
