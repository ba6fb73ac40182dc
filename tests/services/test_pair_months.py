"""What the months of a pair come to is kept as long as it holds; settled is what has all months closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from db.queries import pairs as queries
from rcc_tui.config import Clock
from rcc_tui.domain.errors import Refused
from rcc_tui.services import ledger, pair_months, reconcile, statements, trades
from rcc_tui.services.beside import beside
from rcc_tui.services.desk import Desk
from tests.trading import BUYER, HUB, SELLER, proposed, settle

MONTHS = ("2026-11", "2026-12", "2027-01", "2027-02")


@pytest.fixture
def stay(region: dict[str, Desk], box: Path) -> str:
    """A stay of November and December that both say has ended; it is January."""
    trade = proposed(region, box, start="2026-11-10")
    trades.accept(region[SELLER], trade.id)
    settle(region, box)
    for desk in region.values():
        desk.clock = Clock(date(2027, 1, 20))
    for code in (BUYER, SELLER):
        trades.start(region[code], trade.id, "2026-11-10")
        trades.end(region[code], trade.id, "2026-12-20", "CARPL")
    settle(region, box)
    return trade.id


def close(region: dict[str, Desk], box: Path, month: str) -> None:
    """The month from the statement to the close."""
    statements.issue(region[SELLER], BUYER, month)
    settle(region, box)
    statements.agree(region[BUYER], SELLER, month)
    settle(region, box)
    statements.close(region[HUB], SELLER, BUYER, month)
    settle(region, box)


def same(desk: Desk) -> None:
    """The matrix says what the ledger adds up to."""
    matrix = reconcile.matrix(desk, MONTHS)
    for month in MONTHS:
        sums: dict[tuple[str, str], int] = {}
        for one in ledger.ledger(desk, month=month):
            sums[one.seller, one.buyer] = sums.get((one.seller, one.buyer), 0) + one.pence
        found = {pair: cells[month].pence for pair, cells in matrix.items() if month in cells}
        assert {pair: pence for pair, pence in found.items() if pence} == sums


def state(desk: Desk, trade: str) -> str:
    """How the trade stands, the same wherever it is read."""
    view = trades.show(desk, trade)
    for name in trades.STATES:
        listed = trades.listing(desk, state=name)
        assert listed.total == len(listed.rows) == (name == view.state)
    return view.state


def test_a_trade_is_settled_once_all_its_months_are_closed(
    region: dict[str, Desk], box: Path, stay: str
) -> None:
    for month in ("2026-11", "2026-12"):
        for desk in region.values():
            assert state(desk, stay) == "ended"
            same(desk)
        close(region, box, month)
    for desk in region.values():
        assert state(desk, stay) == "settled"
        same(desk)


def test_what_turns_out_otherwise_unsettles_it_until_that_is_closed_too(
    region: dict[str, Desk], box: Path, stay: str
) -> None:
    for month in ("2026-11", "2026-12"):
        close(region, box, month)
    for code in (SELLER, BUYER):
        trades.end(region[code], stay, "2026-12-18", "CARPL")
    settle(region, box)
    for desk in region.values():
        assert state(desk, stay) == "ended"
        same(desk)
        (correction,) = ledger.ledger(desk, month="2027-01")
        assert (correction.corrects, correction.pence < 0) == ("2026-12", True)
    for desk in region.values():
        desk.clock = Clock(date(2027, 2, 2))
    close(region, box, "2027-01")
    assert {state(desk, stay) for desk in region.values()} == {"settled"}


def test_what_is_disputed_is_not_settled(region: dict[str, Desk], box: Path, stay: str) -> None:
    close(region, box, "2026-11")
    statements.issue(region[SELLER], BUYER, "2026-12")
    settle(region, box)
    statements.dispute(region[BUYER], SELLER, "2026-12", 1, 100, "gone on the first")
    statements.close(region[BUYER], SELLER, BUYER, "2026-12")
    settle(region, box)
    assert {state(desk, stay) for desk in region.values()} == {"ended"}
    statements.agree(region[BUYER], SELLER, "2026-12", [1])
    trades.dispute(region[BUYER], stay, "the last week")
    assert state(region[BUYER], stay) == "ended"
    trades.resolve(region[BUYER], stay, "talked it over")
    assert state(region[BUYER], stay) == "settled"


def test_a_settled_trade_can_be_disputed_and_its_days_stated_again(
    region: dict[str, Desk], box: Path, stay: str
) -> None:
    for month in ("2026-11", "2026-12"):
        close(region, box, month)
    assert trades.dispute(region[BUYER], stay, "two nights").state == "ended"
    with pytest.raises(Refused, match="is settled"):
        trades.start(region[SELLER], stay, "2026-11-11")
    assert trades.end(region[SELLER], stay, "2026-12-19", "CARPL").ended_seller == "2026-12-19"


def test_nothing_is_read_again_that_nobody_has_written(
    region: dict[str, Desk], box: Path, stay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = region[HUB]
    asked: list[Sequence[str]] = []
    read = queries.charges

    def counted(connection: object, audiences: Sequence[str]) -> object:
        asked.append(audiences)
        return read(connection, audiences)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "charges", counted)
    before = reconcile.matrix(hub, MONTHS)
    asked.clear()
    assert reconcile.matrix(hub, MONTHS) == before
    assert reconcile.matrix(hub, MONTHS[:1]) == {
        pair: {month: cell for month, cell in cells.items() if month == MONTHS[0]}
        for pair, cells in before.items()
    }
    assert asked == []
    trades.end(region[SELLER], stay, "2026-12-19", "CARPL")
    settle(region, box)
    asked.clear()
    assert reconcile.matrix(hub, MONTHS) != before
    assert asked == [[f"pair:{BUYER}:{SELLER}"]]
    asked.clear()
    hub.refold()
    reconcile.matrix(hub, MONTHS)
    assert len(asked) == 1


def test_a_desk_opened_beside_sees_what_the_other_writes(region: dict[str, Desk], stay: str) -> None:
    other = beside(region[SELLER])
    try:
        before = reconcile.matrix(other, MONTHS)
        trades.end(region[SELLER], stay, "2026-12-01", "CARPL")
        assert reconcile.matrix(other, MONTHS) != before
        same(other)
    finally:
        other.close()


def test_a_month_further_ahead_is_added_up_when_it_is_asked_for(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box, start="2026-11-10")
    trades.accept(region[SELLER], trade.id)
    for months in (MONTHS[:1], MONTHS, MONTHS[:2]):
        ((_, cells),) = reconcile.matrix(region[SELLER], months).items()
        assert tuple(cells) == months
    pair_months.forget(region[SELLER])
    same(region[SELLER])
