"""What trading asks for: named while it does, at whom it waits for, gone when it is done."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rcc_tui.config import Clock
from rcc_tui.services import statements, trades
from rcc_tui.services.desk import Desk
from rcc_tui.services.today import Item, today
from tests.trading import BUYER, HUB, SELLER, carry, proposed, settle

NOVEMBER = "2026-11"


def kinds(desk: Desk, *wanted: str) -> list[Item]:
    """The items of some kinds."""
    return [item for item in today(desk) if item.kind in wanted]


def running(region: dict[str, Desk], box: Path) -> str:
    """A placement that began on 3 November, as both say; it is 1 December."""
    trade = proposed(region, box, start="2026-11-03")
    trades.accept(region[SELLER], trade.id)
    carry(region, box, SELLER)
    for code in (BUYER, SELLER):
        trades.start(region[code], trade.id, "2026-11-03")
    settle(region, box)
    return trade.id


def later(region: dict[str, Desk], day: date) -> None:
    for desk in region.values():
        desk.clock = Clock(frozen=day)


def test_a_month_is_stated_then_answered_then_nothing(region: dict[str, Desk], box: Path) -> None:
    running(region, box)
    buyer, seller = region[BUYER], region[SELLER]
    (item,) = kinds(seller, "statement", "answer")
    assert item.text.startswith("State 11/2026 to Reading: £")
    assert (item.due, item.where, item.urgent) == ("2026-12-07", "reconcile", False)
    assert item.id == f"{SELLER} {BUYER} {NOVEMBER}"
    assert kinds(buyer, "statement", "answer") == []
    later(region, date(2026, 12, 8))
    assert not kinds(seller, "statement")[0].urgent, "money waits behind a child without a bed"
    statements.issue(seller, BUYER, NOVEMBER)
    assert kinds(seller, "statement", "answer") == []
    carry(region, box, SELLER)
    (answer,) = kinds(buyer, "statement", "answer")
    assert answer.text.startswith("Answer Oxfordshire's statement of 11/2026: £")
    assert (answer.due, answer.urgent, answer.id) == ("2026-12-14", False, item.id)
    statements.agree(buyer, SELLER, NOVEMBER)
    assert kinds(buyer, "statement", "answer") == []


def test_disputed_lines_wait_for_the_seller(region: dict[str, Desk], box: Path) -> None:
    running(region, box)
    buyer, seller = region[BUYER], region[SELLER]
    statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    statements.dispute(buyer, SELLER, NOVEMBER, 1, 100, "respite")
    settle(region, box)
    (item,) = kinds(seller, "disputed")
    assert item.text == "Reading disputes 1 line of 11/2026"
    assert (item.where, item.id) == ("reconcile", f"{SELLER} {BUYER} {NOVEMBER}")
    assert kinds(buyer, "disputed") == []
    statements.concede(seller, BUYER, NOVEMBER, [1])
    assert kinds(seller, "disputed") == []


def test_a_change_waits_for_the_other_party_until_it_lapses(region: dict[str, Desk], box: Path) -> None:
    trade = running(region, box)
    buyer, seller = region[BUYER], region[SELLER]
    trades.change(
        buyer, trade, effective="2026-12-20", weekly=90_000, off_tariff="x", valid_until="2026-12-05"
    )
    assert kinds(buyer, "change") == []
    carry(region, box, BUYER)
    (item,) = kinds(seller, "change")
    assert item.text == "Reading proposes to change Willow Lodge from 20/12/2026"
    assert (item.due, item.where, item.id, item.urgent) == ("2026-12-05", "trades", trade, False)
    later(region, date(2026, 12, 5))
    assert kinds(seller, "change")[0].urgent
    later(region, date(2026, 12, 6))
    assert kinds(seller, "change") == []
    later(region, date(2026, 12, 4))
    trades.decline(seller, trade, "terms")
    assert kinds(seller, "change") == []


def test_own_proposals_that_lapse_soon(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box)
    assert trade.valid_until == "2026-12-03"
    (item,) = kinds(region[BUYER], "lapsing")
    assert item.text == "Oxfordshire has not answered on Willow Lodge"
    assert (item.due, item.id) == ("2026-12-03", trade.id)
    assert kinds(region[SELLER], "lapsing") == []
    later(region, date(2026, 12, 4))
    assert kinds(region[BUYER], "lapsing") == []


def test_notices_that_end(region: dict[str, Desk], box: Path) -> None:
    trade = running(region, box)
    buyer, seller = region[BUYER], region[SELLER]
    trades.notice(buyer, trade, "2026-12-12")
    settle(region, box)
    assert kinds(buyer, "notice") == kinds(seller, "notice") == []
    later(region, date(2026, 12, 5))
    for desk, other in ((buyer, "Oxfordshire"), (seller, "Reading")):
        (item,) = kinds(desk, "notice")
        assert item.text == f"Notice ends: Willow Lodge, {other}"
        assert (item.due, item.where, item.id, item.urgent) == ("2026-12-12", "trades", trade, False)
    later(region, date(2026, 12, 13))
    (item,) = kinds(buyer, "notice")
    assert item.text.startswith("Notice ended: ")
    trades.end(buyer, trade, "2026-12-12", "CARPL")
    assert kinds(buyer, "notice") == []


def test_a_hub_trades_nothing(region: dict[str, Desk], box: Path) -> None:
    running(region, box)
    assert kinds(region[HUB], "statement", "answer", "change", "notice", "lapsing") == []


def test_the_hub_is_told_what_months_wait_for(region: dict[str, Desk], box: Path) -> None:
    running(region, box)
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    mine = ("close", "restate", "late", "disputed")

    def texts() -> list[tuple[str, str, str]]:
        settle(region, box)
        return [(item.kind, item.text.partition(": £")[0], item.due) for item in kinds(hub, *mine)]

    assert texts() == [], "nothing is late on 1 December"
    later(region, date(2026, 12, 7))
    assert texts() == []
    later(region, date(2026, 12, 8))
    assert texts() == [("late", "Oxfordshire has not stated 11/2026 to Reading", "2026-12-07")]
    statements.issue(seller, BUYER, NOVEMBER)
    assert texts() == [], "the answer is not late yet"
    later(region, date(2026, 12, 15))
    assert texts() == [("late", "Reading has not answered Oxfordshire's statement of 11/2026", "2026-12-14")]
    statements.dispute(buyer, SELLER, NOVEMBER, 1, 100, "home again")
    assert [text for _, text, _ in texts()] == [
        "Close 11/2026, answered: Reading owes Oxfordshire £2,120.00 (example)",
        "Reading disputes 1 line of 11/2026 to Oxfordshire",
    ]
    (item,) = kinds(hub, "close")
    assert (item.where, item.id) == ("reconcile", f"{SELLER} {BUYER} {NOVEMBER}")
    statements.agree(buyer, SELLER, NOVEMBER, [1])
    assert [kind for kind, _, _ in texts()] == ["close"]
    for desk in (seller, buyer):
        trades.start(desk, trades.listing(desk).rows[0].id, "2026-11-05")
    ((kind, text, _),) = texts()
    assert kind == "restate"
    assert text.startswith("Oxfordshire is to state 11/2026 to Reading anew: the ledger has moved on to £1,")
    statements.issue(seller, BUYER, NOVEMBER)
    settle(region, box)
    statements.agree(buyer, SELLER, NOVEMBER)
    assert [kind for kind, _, _ in texts()] == ["close"]
    statements.close(hub, SELLER, BUYER, NOVEMBER)
    assert texts() == []


def test_a_hub_is_not_told_of_months_of_the_other_hub(
    region: dict[str, Desk], box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(region, box)
    later(region, date(2026, 12, 8))
    assert len(kinds(region[HUB], "late")) == 1
    monkeypatch.setattr("rcc_tui.services.today_trading.served", lambda desk: {"850"})
    assert kinds(region[HUB], "late") == []
