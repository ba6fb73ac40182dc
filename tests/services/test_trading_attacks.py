"""Members who mean ill, or are careless: what they sign moves no penny and opens no closed month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rcc_tui.acts import statements as acts
from rcc_tui.config import Clock
from rcc_tui.domain.statement import StatementLine
from rcc_tui.services import (
    ledger,
    reconcile,
    statement_page,
    statement_paper,
    statements,
    today,
    trades,
)
from rcc_tui.services.desk import Desk
from tests.attacks.forge import Scribe, bring
from tests.region import seat
from tests.trading import BUYER, HUB, PAIR, SELLER, carry, digests, proposed, settle

NOVEMBER, DECEMBER, JANUARY = "2026-11", "2026-12", "2027-01"


@pytest.fixture
def running(region: dict[str, Desk], box: Path) -> str:
    """A placement that began on 3 November, both sides say so; it is 1 December."""
    trade = proposed(region, box, start="2026-11-03")
    trades.accept(region[SELLER], trade.id)
    carry(region, box, SELLER)
    for code in (BUYER, SELLER):
        trades.start(region[code], trade.id, "2026-11-03")
    settle(region, box)
    return trade.id


def close(region: dict[str, Desk], box: Path, month: str) -> None:
    """The seller states the month, the buyer agrees it, the hub closes it."""
    statements.issue(region[SELLER], BUYER, month)
    carry(region, box, SELLER)
    statements.agree(region[BUYER], SELLER, month)
    settle(region, box)
    statements.close(region[HUB], SELLER, BUYER, month)
    settle(region, box)


def later(region: dict[str, Desk], day: date) -> None:
    for desk in region.values():
        desk.clock = Clock(frozen=day)


def total(desk: Desk, *months: str) -> int:
    return sum(one.pence for month in months for one in ledger.ledger(desk, month=month))


def test_a_statement_slipped_in_before_a_closed_one_opens_nothing(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    """The seller signs another statement of the same month, as if it had been the first of all."""
    close(region, box, NOVEMBER)
    before = [ledger.ledger(desk, month=NOVEMBER) for desk in region.values()]
    forger = Scribe(seat(SELLER).desk, PAIR)
    forger.write("statement", acts.Issue(NOVEMBER, SELLER, BUYER, (), ()), clock=1)
    for desk in region.values():
        assert bring(desk, forger, maker=seat(SELLER).desk).result == "ok"
        assert reconcile.pair(desk, SELLER, BUYER, NOVEMBER).head.state == "closed"
    assert [ledger.ledger(desk, month=NOVEMBER) for desk in region.values()] == before
    assert len(digests(region)) == 1


def test_a_month_closed_far_ahead_stops_nobodys_ledger(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    forger = Scribe(seat(SELLER).desk, PAIR)
    far = forger.write("statement", acts.Issue("2189-12", SELLER, BUYER, (), ()))
    forger.write("statement", acts.Close(far.hash), record=far.record)
    past = forger.write("statement", acts.Issue("2199-12", SELLER, BUYER, (), ()))
    forger.write("statement", acts.Close(past.hash), record=past.record)
    before = total(region[HUB], NOVEMBER)
    for desk in region.values():
        assert bring(desk, forger, maker=seat(SELLER).desk).result == "ok"
        assert reconcile.pair(desk, SELLER, BUYER, "2189-12").head.state == "closed"
        assert reconcile.pair(desk, SELLER, BUYER, "2199-12").head.state == "open"
        assert total(desk, NOVEMBER) == before


def test_a_statement_of_a_month_long_before_or_after_stops_nobodys_day(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    forger = Scribe(seat(SELLER).desk, PAIR)
    line = StatementLine(running, "care", "2189-12-01", "2189-12-31", 30, 700_00, 300_000)
    for month in ("1990-01", "2189-12"):
        said = replace(line, start=f"{month}-01", end=f"{month}-31")
        forger.write("statement", acts.Issue(month, SELLER, BUYER, (said,), ()))
    for desk in region.values():
        bring(desk, forger, maker=seat(SELLER).desk)
        assert isinstance(today.today(desk), tuple)
        for month in ("1990-01", "2189-12"):
            assert reconcile.pair(desk, SELLER, BUYER, month).head.stated == 300_000
            assert statement_page.as_html(statement_paper.paper(desk, SELLER, BUYER, month))
        assert reconcile.month(desk, "2189-12").pairs[0].rows


def test_a_correction_that_is_disputed_and_conceded_is_put_right(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    """A correction of a correction: December states -x for November, the buyer says -x - £30.00."""
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    close(region, box, NOVEMBER)
    for desk in (buyer, seller):
        trades.start(desk, running, "2026-11-05")
    settle(region, box)
    later(region, date(2027, 1, 4))
    view = statements.issue(seller, BUYER, DECEMBER)
    carry(region, box, SELLER)
    (line,) = [one for one in view.lines if one.posting.corrects]
    statements.agree(buyer, SELLER, DECEMBER)
    statements.dispute(buyer, SELLER, DECEMBER, line.n, line.posting.pence - 30_00, "one night more")
    settle(region, box)
    statements.close(hub, SELLER, BUYER, DECEMBER)
    settle(region, box)
    before = total(hub, NOVEMBER, DECEMBER, JANUARY)
    statements.concede(seller, BUYER, DECEMBER, [line.n])
    settle(region, box)
    assert {total(desk, NOVEMBER, DECEMBER, JANUARY) for desk in region.values()} == {before - 30_00}
    due = [one for one in ledger.ledger(hub, month=JANUARY) if one.corrects]
    assert [(one.corrects, one.pence) for one in due] == [(NOVEMBER, -30_00)]
