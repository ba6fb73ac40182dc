"""The month's end between two authorities and their hub."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from db.queries import reach
from rcc_tui.acts.statements import Issue
from rcc_tui.config import Clock
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.statement import Reach, StatementLine
from rcc_tui.domain.worklist import DATES, NOT_HEARD, ONLY_SELLER, UNANSWERED
from rcc_tui.services import ledger, reconcile, statements, trades
from rcc_tui.services.desk import Desk
from tests.trading import BUYER, HUB, PAIR, SELLER, carry, digests, proposed, settle

NOVEMBER, DECEMBER = "2026-11", "2026-12"


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


def later(region: dict[str, Desk], day: date) -> None:
    for desk in region.values():
        desk.clock = Clock(frozen=day)


def views(region: dict[str, Desk], month: str = NOVEMBER) -> list[reconcile.PairMonth]:
    """What each desk makes of the pair's month."""
    return [reconcile.pair(desk, SELLER, BUYER, month).head for desk in region.values()]


def test_a_month_from_statement_to_close_alike_at_both_and_the_hub(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    issued = statements.issue(seller, BUYER, NOVEMBER)
    assert (issued.head.state, issued.head.stated, issued.head.rows) == ("stated", issued.head.pence, ())
    carry(region, box, SELLER)
    agreed = statements.agree(buyer, SELLER, NOVEMBER)
    assert [(line.n, line.state, line.mark) for line in agreed.lines] == [(1, "agreed", "cleared")]
    carry(region, box, BUYER)
    closed = statements.close(hub, SELLER, BUYER, NOVEMBER)
    assert (closed.head.state, closed.head.closed_by, closed.head.unexplained) == ("closed", HUB, 0)
    settle(region, box)
    assert len({(one.state, one.pence, one.stated, one.rows) for one in views(region)}) == 1
    assert len(digests(region)) == 1
    month = reconcile.month(hub, NOVEMBER)
    assert sum(month.net.values()) == 0
    assert month.net[SELLER] == closed.head.pence
    assert (month.calendar.statement_by, month.calendar.answer_by) == ("2026-12-07", "2026-12-14")


def test_a_day_put_right_after_the_close_is_a_correction_that_names_the_month(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, NOVEMBER)
    statements.close(buyer, SELLER, BUYER, NOVEMBER)
    settle(region, box)
    before = ledger.ledger(hub, month=NOVEMBER)
    for desk in (buyer, seller):
        trades.start(desk, running, "2026-11-05")
    settle(region, box)
    assert ledger.ledger(hub, month=NOVEMBER) == before
    found = [ledger.ledger(desk, month=DECEMBER) for desk in region.values()]
    assert found[0] == found[1] == found[2]
    (correction,) = [one for one in found[0] if one.kind == "correction"]
    weekly = before[0].weekly
    assert (correction.corrects, correction.trade) == (NOVEMBER, running)
    assert correction.pence == round(weekly * 26 / 7) - round(weekly * 28 / 7)
    later(region, date(2027, 1, 4))
    view = statements.issue(seller, BUYER, DECEMBER)
    assert [line.posting.corrects for line in view.lines if line.posting.corrects] == [NOVEMBER]
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, DECEMBER)
    statements.close(buyer, SELLER, BUYER, DECEMBER)
    january = ledger.ledger(buyer, month="2027-01")
    assert [one.kind for one in january] == ["care"]


def test_two_starts_are_a_row_until_the_buyer_is_right(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    trades.start(buyer, running, "2026-11-05")
    settle(region, box)
    (row,) = views(region)[2].rows
    assert (row.kind, row.trade) == (DATES, running)
    assert row.seller_pence is not None
    assert row.buyer_pence is not None
    assert row.difference == row.seller_pence - row.buyer_pence > 0
    assert row.why == "seller from 03/11/2026, buyer from 05/11/2026"
    view = statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, NOVEMBER)
    assert statements.close(buyer, SELLER, BUYER, NOVEMBER).head.rows == ()
    assert view.head.rows[0].kind == DATES
    assert hub.code == HUB


def test_a_start_only_one_side_has_stated(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box, start="2026-11-03")
    trades.accept(region[SELLER], trade.id)
    trades.start(region[SELLER], trade.id, "2026-11-03")
    settle(region, box)
    assert [[row.kind for row in view.rows] for view in views(region)] == [[ONLY_SELLER]] * 3


def test_disputed_carried_forward_and_conceded(region: dict[str, Desk], box: Path, running: str) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    issued = statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    pence = issued.head.pence
    with pytest.raises(Refused, match="Why"):
        statements.dispute(buyer, SELLER, NOVEMBER, 1, pence - 5_000, " ")
    with pytest.raises(Refused, match="There is no line 2"):
        statements.dispute(buyer, SELLER, NOVEMBER, 2, pence - 5_000, "respite")
    statements.dispute(buyer, SELLER, NOVEMBER, 1, pence - 5_000, "two nights of respite")
    closed = statements.close(buyer, SELLER, BUYER, NOVEMBER)
    assert [(row.kind, row.difference, row.why) for row in closed.head.rows] == [
        ("disputed", 5_000, "two nights of respite")
    ]
    settle(region, box)
    statements.concede(seller, BUYER, NOVEMBER, [1])
    settle(region, box)
    december = [ledger.ledger(desk, month=DECEMBER) for desk in region.values()]
    assert december[0] == december[1] == december[2]
    assert [one.pence for one in december[0] if one.kind == "correction"] == [-5_000]


def test_what_is_refused(region: dict[str, Desk], box: Path, running: str) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    with pytest.raises(Refused, match="still open"):
        statements.issue(seller, BUYER, DECEMBER)
    with pytest.raises(Refused, match="owes nothing"):
        statements.issue(buyer, SELLER, NOVEMBER)
    with pytest.raises(Refused, match="hub owes nothing"):
        statements.issue(hub, BUYER, NOVEMBER)
    statements.issue(seller, BUYER, NOVEMBER)
    with pytest.raises(Refused, match="says the same"):
        statements.issue(seller, BUYER, NOVEMBER)
    with pytest.raises(Refused, match="Not answered yet: 1 of 1"):
        statements.close(seller, SELLER, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, NOVEMBER)
    with pytest.raises(Refused, match="Every line is answered"):
        statements.agree(buyer, SELLER, NOVEMBER)
    statements.close(buyer, SELLER, BUYER, NOVEMBER)
    with pytest.raises(Refused, match="closed"):
        statements.close(buyer, SELLER, BUYER, NOVEMBER)
    carry(region, box, BUYER)
    with pytest.raises(Refused, match="closed"):
        statements.issue(seller, BUYER, NOVEMBER)


def test_a_statement_the_ledger_has_left_behind_is_issued_anew(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, NOVEMBER)
    for desk in (buyer, seller):
        trades.start(desk, running, "2026-11-05")
    settle(region, box)
    with pytest.raises(Refused, match="no longer says"):
        statements.close(buyer, SELLER, BUYER, NOVEMBER)
    anew = statements.issue(seller, BUYER, NOVEMBER)
    assert [line.state for line in anew.lines] == ["pending"]


def test_late_answers(region: dict[str, Desk], box: Path, running: str) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    later(region, date(2026, 12, 14))
    assert reconcile.pair(hub, SELLER, BUYER, NOVEMBER).head.rows == ()
    later(region, date(2026, 12, 15))
    assert [row.kind for row in reconcile.pair(hub, SELLER, BUYER, NOVEMBER).head.rows] == [UNANSWERED]
    statements.agree(buyer, SELLER, NOVEMBER)
    assert reconcile.pair(buyer, SELLER, BUYER, NOVEMBER).head.rows == ()


def test_a_statement_that_rests_on_what_was_not_heard_here(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    lines = tuple(
        StatementLine(
            one.trade,
            one.kind,
            one.from_day.isoformat(),
            one.to_day.isoformat(),
            one.nights,
            one.weekly,
            one.pence,
        )
        for one in ledger.ledger(seller, month=NOVEMBER)
    )
    heard = reach.reach(seller.store.write, PAIR)
    known = next(one for one in heard if one.desk == buyer.key.public)
    beyond = Reach(known.log.hex(), known.seq + 3, "ab" * 32)
    with seller.writing() as w:
        w.act("statement", Issue(NOVEMBER, SELLER, BUYER, lines, (beyond,)), audience=PAIR)
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, NOVEMBER)
    (row,) = reconcile.pair(buyer, SELLER, BUYER, NOVEMBER).head.rows
    assert (row.kind, row.blocks) == (NOT_HEARD, True)
    # Three were missing; its own answer has come since.
    assert row.why == "2 entries of Reading: ask for a bundle"
    with pytest.raises(Refused, match="not yet heard"):
        statements.close(buyer, SELLER, BUYER, NOVEMBER)


def test_the_matrix_is_the_ledger_added_up(region: dict[str, Desk], box: Path, running: str) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, NOVEMBER)
    statements.close(buyer, SELLER, BUYER, NOVEMBER)
    for desk in (buyer, seller):
        trades.start(desk, running, "2026-11-05")
    settle(region, box)
    found = reconcile.matrix(hub, (NOVEMBER, DECEMBER, "2027-01"))
    assert [(cell.state, cell.pence) for cell in found[SELLER, BUYER].values()] == [
        (state, sum(one.pence for one in ledger.ledger(hub, month=month)))
        for month, state in ((NOVEMBER, "closed"), (DECEMBER, "open"), ("2027-01", "open"))
    ]


def test_a_line_the_ledger_has_dropped_keeps_the_month_open_too(
    region: dict[str, Desk], box: Path, running: str
) -> None:
    """The child moved in a month later after all: the statement says a night that nobody charges any more."""
    buyer, seller = region[BUYER], region[SELLER]
    statements.issue(seller, BUYER, NOVEMBER)
    carry(region, box, SELLER)
    statements.agree(buyer, SELLER, NOVEMBER)
    for desk in (buyer, seller):
        trades.start(desk, running, "2026-12-03")
    settle(region, box)
    with pytest.raises(Refused, match="no longer says"):
        statements.close(buyer, SELLER, BUYER, NOVEMBER)
    assert statements.issue(seller, BUYER, NOVEMBER).lines == ()
    carry(region, box, SELLER)
    assert statements.close(buyer, SELLER, BUYER, NOVEMBER).head.state == "closed"
