"""Settled, and what is kept of a pair's months, are matters of that pair alone, and of all its statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from db.folded import note_changes
from db.queries import pairs as queries
from rcc_tui.acts import names
from rcc_tui.acts import statements as acts
from rcc_tui.config import Clock
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.statement import Answered, StatementLine
from rcc_tui.services import pair_months, reconcile, statements, trades
from rcc_tui.services.desk import Desk
from tests.conftest import RegionMaker
from tests.trading import settle

BUYER, SELLER, THIRD, HUB = "870", "931", "868", "HUB-N"
CODES = (BUYER, SELLER, THIRD, HUB)
NOVEMBER, DECEMBER = "2026-11", "2026-12"


@pytest.fixture
def region(new_region: RegionMaker) -> dict[str, Desk]:
    desks = new_region(CODES)
    for desk in desks.values():
        desk.clock = Clock(date(2027, 1, 20))
    return desks


def agreed(region: dict[str, Desk], box: Path, seller: str) -> str:
    trade = trades.record(
        region[BUYER],
        seller,
        setting_name="Elm House",
        place="U6",
        start="2026-11-10",
        needs=Needs(age=12, sex="F"),
        weekly=700_00,
        off_tariff="by telephone",
    ).id
    settle(region, box)
    trades.accept(region[seller], trade)
    settle(region, box)
    return trade


def stay(region: dict[str, Desk], box: Path) -> str:
    """A stay from 10 November to 20 December, as both say."""
    trade = agreed(region, box, SELLER)
    for code in (BUYER, SELLER):
        trades.start(region[code], trade, "2026-11-10")
        trades.end(region[code], trade, "2026-12-20", "CARPL")
    settle(region, box)
    return trade


def close(region: dict[str, Desk], box: Path, month: str) -> None:
    statements.issue(region[SELLER], BUYER, month)
    settle(region, box)
    statements.agree(region[BUYER], SELLER, month)
    settle(region, box)
    statements.close(region[HUB], SELLER, BUYER, month)
    settle(region, box)


def states(region: dict[str, Desk], trade: str) -> set[str]:
    return {trades.show(region[code], trade).state for code in (BUYER, SELLER, HUB)}


def test_a_line_of_another_pair_unsettles_nothing(region: dict[str, Desk], box: Path) -> None:
    """Windsor states, to Oxfordshire, a line for a trade of Reading's; it is disputed and carried forward."""
    trade = stay(region, box)
    for month in (NOVEMBER, DECEMBER):
        close(region, box, month)
    assert states(region, trade) == {"settled"}
    audience = names.pair(SELLER, THIRD)
    line = StatementLine(trade, "care", "2026-11-10", "2026-11-17", 7, 700_00, 700_00)
    with region[THIRD].writing() as w:
        issued = w.act("statement", acts.Issue(NOVEMBER, THIRD, SELLER, (line,), ()), audience=audience)
    settle(region, box)
    with region[SELLER].writing() as w:
        answer = acts.Answer(issued.entry, (Answered(0, 0, "no child of ours"),))
        w.act("statement", answer, record=issued.record, audience=audience, deps=[issued.entry])
        w.act("statement", acts.Close(issued.entry), record=issued.record, audience=audience)
    settle(region, box)
    assert states(region, trade) == {"settled"}
    hub = region[HUB]
    kept = pair_months.settled(hub)
    pair_months.forget(hub)
    assert pair_months.settled(hub) == kept


def test_what_stands_disputed_in_an_open_month_is_not_settled(region: dict[str, Desk], box: Path) -> None:
    """December was stated and disputed; then both say that the child left in November."""
    trade = stay(region, box)
    close(region, box, NOVEMBER)
    statements.issue(region[SELLER], BUYER, DECEMBER)
    settle(region, box)
    statements.dispute(region[BUYER], SELLER, DECEMBER, 1, 0, "gone in November")
    settle(region, box)
    for code in (BUYER, SELLER):
        trades.end(region[code], trade, "2026-12-01", "CARPL")
    settle(region, box)
    assert states(region, trade) == {"ended"}


def test_what_is_stated_and_unanswered_is_not_settled(region: dict[str, Desk], box: Path) -> None:
    trade = stay(region, box)
    close(region, box, NOVEMBER)
    statements.issue(region[SELLER], BUYER, DECEMBER)
    for code in (BUYER, SELLER):
        trades.end(region[code], trade, "2026-12-01", "CARPL")
    settle(region, box)
    assert states(region, trade) == {"ended"}


def test_a_look_at_less_meanwhile_takes_nothing_away(
    region: dict[str, Desk], box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread at this desk, which looks at no month ahead, reads after a write meanwhile."""
    for seller in (SELLER, THIRD):
        agreed(region, box, seller)
    desk = region[BUYER]
    monkeypatch.setattr(pair_months, "_AT_ONCE", 1)
    read = queries.charges
    seen: list[Sequence[str]] = []

    def interrupted(connection: object, audiences: Sequence[str]) -> object:
        seen.append(audiences)
        if len(seen) == 2:
            with desk.store.transaction() as write:
                note_changes(write, seen[0])
            pair_months.pair_months(desk)
        return read(connection, audiences)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "charges", interrupted)
    found = reconcile.matrix(desk, (NOVEMBER, DECEMBER))
    assert {pair: sorted(cells) for pair, cells in found.items()} == {
        (seller, BUYER): [NOVEMBER, DECEMBER] for seller in (SELLER, THIRD)
    }
