"""What trading asks for now: changes to answer, notices that end, statements and answers that are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from db.queries import statements as statement_queries
from db.queries import today as queries
from fixtures.bank_holidays import is_bank_holiday
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.deadlines import calendar_of
from rcc_tui.domain.money import pounds
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import name_of
from rcc_tui.services.pair_months import OPEN, STATED
from rcc_tui.services.reconcile import Cell, matrix
from rcc_tui.services.today_item import Item, cut
from rcc_tui.services.trade_views import read_terms

MONTHS_BACK = 3
"""So many months that are over are looked at for what is due."""
SOON_DAYS = 7
LAPSING_DAYS = 2


def trading(desk: Desk) -> Iterator[Item]:
    """All of it, for the desk of an authority; a hub's desk trades nothing."""
    if desk.role != "authority":
        return
    yield from _changes(desk)
    yield from _unanswered(desk)
    yield from _notices(desk)
    yield from _months(desk)
    yield from _disputed(desk)


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
    amount = pounds(cell.pence) + (" (worked example)" if cell.worked_example else "")
    if seller == desk.code and cell.state == OPEN and cell.pence:
        text = f"State {named} to {name_of(desk, buyer)}: {amount}"
        return Item("statement", text, calendar.statement_by, "reconcile", record, False)
    if buyer == desk.code and cell.state == STATED:
        text = f"Answer {name_of(desk, seller)}'s statement of {named}: {amount}"
        return Item("answer", text, calendar.answer_by, "reconcile", record, False)
    return None


def _disputed(desk: Desk) -> Iterator[Item]:
    """Lines of my statements that the buyer disputes."""
    mine = desk.read(statement_queries.statements, seller=desk.code)
    counts = desk.read(statement_queries.disputed, [one.record for one in mine])
    found = [(one, counts[one.record]) for one in mine if one.record in counts]
    items: Iterable[Item] = (
        Item(
            "disputed",
            f"{name_of(desk, one.buyer)} disputes {count} {'line' if count == 1 else 'lines'} of"
            f" {one.month[5:]}/{one.month[:4]}",
            "",
            "reconcile",
            f"{one.seller} {one.buyer} {one.month}",
            False,
        )
        for one, count in found
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
