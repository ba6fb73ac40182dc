"""The life of a trade between two desks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rcc_tui.domain.errors import Refused
from rcc_tui.services import ledger, places, trades
from rcc_tui.services.desk import Desk
from rcc_tui.services.history import history
from tests.conftest import RegionMaker
from tests.trading import (
    BUYER,
    HUB,
    NEEDS,
    SELLER,
    carry,
    digests,
    proposed,
    settle,
)


def test_a_whole_life_is_the_same_at_both_and_at_the_hub(region: dict[str, Desk], box: Path) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    trade = proposed(region, box)
    assert (trade.state, trade.my_turn, trade.signed_by) == ("proposed", False, (BUYER,))
    assert trade.valid_until == "2026-12-03"

    heard = trades.show(seller, trade.id[:8])
    assert heard.my_turn
    assert heard.setting_name == "Willow Lodge"
    accepted = trades.accept(seller, heard.id)
    assert (accepted.state, accepted.flags, accepted.signed_by) == ("agreed", (), (BUYER, SELLER))
    assert places.show(seller, accepted.terms.vacancy).state == "full"

    carry(region, box, SELLER)
    trades.start(buyer, trade.id, "2026-12-03")
    trades.start(seller, trade.id, "2026-12-03")
    settle(region, box)
    assert trades.show(hub, trade.id).state == "started"

    trades.end(seller, trade.id, "2026-12-17", "carpl")
    carry(region, box, SELLER)
    ended = trades.end(buyer, trade.id, "2026-12-17", "CARPL")
    settle(region, box)
    assert (ended.state, ended.end_reason, ended.flags) == ("ended", "CARPL", ())
    assert places.show(seller, ended.terms.vacancy).state == "open"

    assert len(digests(region)) == 1
    charged = [ledger.charges(desk, trade.id) for desk in region.values()]
    assert charged[0] == charged[1] == charged[2]
    assert [(one.month, one.nights) for one in charged[0]] == [("2026-12", 14)]
    assert charged[0][0].pence == trade.weekly * 2
    said = [line.what for line in history(hub, trade.id)]
    assert said[0].startswith("proposed Willow Lodge")
    assert said[1].startswith("accepted")


def test_declined_and_the_referral_with_it(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trade = proposed(region, box)
    with pytest.raises(Refused, match="reason"):
        trades.decline(seller, trade.id, "because")
    declined = trades.decline(seller, trade.id, "staffing", "two off sick")
    assert (declined.state, declined.reason) == ("declined", "staffing two off sick")
    carry(region, box)
    tries: tuple[Callable[[], object], ...] = (
        lambda: trades.accept(buyer, trade.id),
        lambda: trades.withdraw(buyer, trade.id),
        lambda: trades.counter(buyer, trade.id, weekly=1),
        lambda: trades.start(buyer, trade.id, "2026-12-03"),
        lambda: trades.end(buyer, trade.id, "2026-12-03", "CARPL"),
        lambda: trades.dispute(buyer, trade.id, "no"),
    )
    for attempt in tries:
        with pytest.raises(Refused, match="declined"):
            attempt()
    state = seller.store.write.execute("SELECT state, reason FROM referral").fetchone()
    assert state == ("refused", "staffing")


def test_withdrawn_by_who_proposed_alone(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box)
    with pytest.raises(Refused, match="Decline"):
        trades.withdraw(region[SELLER], trade.id)
    with pytest.raises(Refused, match="Withdraw"):
        trades.decline(region[BUYER], trade.id, "staffing")
    assert trades.withdraw(region[BUYER], trade.id, "found nearer").state == "withdrawn"
    carry(region, box)
    assert trades.show(region[SELLER], trade.id).reason == "found nearer"


def test_countered_until_both_agree(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trade = proposed(region, box)
    by_tariff = trade.weekly
    with pytest.raises(Refused, match="off the tariff, which says"):
        trades.counter(seller, trade.id, weekly=1_300_00)
    with pytest.raises(Refused, match="same terms"):
        trades.counter(seller, trade.id)
    countered = trades.counter(
        seller, trade.id, weekly=1_300_00, off_tariff="waking night staff", start="2026-12-05"
    )
    assert (countered.state, countered.proposer, countered.start) == ("proposed", SELLER, "2026-12-05")
    assert countered.flags == ("off-tariff",)
    carry(region, box)
    assert trades.show(buyer, trade.id).my_turn
    back = trades.counter(buyer, trade.id, weekly=by_tariff)
    assert (back.flags, back.terms.tariff) == ((), trade.terms.tariff)
    carry(region, box)
    assert trades.accept(seller, trade.id).weekly == by_tariff
    settle(region, box)
    assert len(digests(region)) == 1
    with pytest.raises(Refused, match="agreed"):
        trades.counter(buyer, trade.id, weekly=1)


def test_lapsed_is_a_matter_of_the_clock_and_a_counter_revives_it(new_region: RegionMaker, box: Path) -> None:
    desks = new_region()
    trade = proposed(desks, box)
    later = new_region(today="2026-12-09")
    carry({**later, "x": desks[BUYER]}, box, "x")
    seller = later[SELLER]
    # The desk of 9 December is the same desk with the same logs, some days on.
    assert trades.show(seller, trade.id).state == "lapsed"
    assert not trades.show(seller, trade.id).my_turn
    assert trades.listing(seller, state="proposed").total == 0
    assert [one.id for one in trades.listing(seller, state="lapsed").rows] == [trade.id]
    with pytest.raises(Refused, match="lapsed"):
        trades.accept(seller, trade.id)
    with pytest.raises(Refused, match="over"):
        trades.counter(seller, trade.id, valid_until="2026-12-08")
    revived = trades.counter(seller, trade.id, valid_until="2026-12-10")
    assert (revived.state, revived.valid_until, revived.proposer) == ("proposed", "2026-12-10", SELLER)


def test_starts_that_differ_are_shown_and_the_sellers_counts(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trade = proposed(region, box)
    trades.accept(seller, trade.id)
    carry(region, box)
    trades.start(buyer, trade.id, "2026-12-04")
    trades.start(seller, trade.id, "2026-12-03")
    settle(region, box)
    for desk in region.values():
        view = trades.show(desk, trade.id)
        assert (view.started_buyer, view.started_seller) == ("2026-12-04", "2026-12-03")
        assert ledger.charges(desk, trade.id)[0].from_day.isoformat() == "2026-12-03"
    assert trades.start(buyer, trade.id, "2026-12-03").started_buyer == "2026-12-03"


def test_nothing_ends_before_it_started(region: dict[str, Desk], box: Path) -> None:
    seller = region[SELLER]
    trade = proposed(region, box)
    trades.accept(seller, trade.id)
    with pytest.raises(Refused, match="has not started"):
        trades.end(seller, trade.id, "2026-12-10", "CARPL")
    trades.start(seller, trade.id, "2026-12-03")
    for day in ("2026-12-02", "10/12/2026"):
        with pytest.raises(Refused):
            trades.end(seller, trade.id, day, "CARPL")
    with pytest.raises(Refused, match="reason"):
        trades.end(seller, trade.id, "2026-12-10", "BORED")
    trades.end(seller, trade.id, "2026-12-10", "CARPL")
    with pytest.raises(Refused):
        trades.start(seller, trade.id, "2026-12-11")


def test_notice_ends_the_charges(region: dict[str, Desk], box: Path) -> None:
    seller = region[SELLER]
    trade = proposed(region, box)
    with pytest.raises(Refused, match="proposed"):
        trades.notice(seller, trade.id, "2026-12-20")
    trades.accept(seller, trade.id)
    trades.start(seller, trade.id, "2026-12-03")
    with pytest.raises(Refused):
        trades.notice(seller, trade.id, "2026-12-02")
    given = trades.notice(seller, trade.id, "2026-12-20")
    assert (given.state, given.notice_on) == ("started", "2026-12-20")
    assert ledger.charges(seller, trade.id)[-1].to_day.isoformat() == "2026-12-20"


def test_the_hub_lists_all_and_what_waits_for_me_comes_first(region: dict[str, Desk], box: Path) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    waiting = proposed(region, box, accepting=3)
    later = [
        trades.record(
            seller,
            BUYER,
            setting_name="Elm House",
            place="K2",
            start=f"2026-12-{day}",
            needs=NEEDS,
            weekly=900_00,
            off_tariff="phone",
        )
        for day in ("20", "10")
    ]
    settle(region, box)
    assert [one.id for one in trades.listing(seller).rows] == [waiting.id, later[0].id, later[1].id]
    assert [one.id for one in trades.listing(buyer, limit=1, offset=1).rows] == [later[1].id]
    page = trades.listing(hub, limit=2)
    assert (len(page.rows), page.total) == (2, 3)
    assert trades.listing(hub, with_code="867").total == 0
    assert trades.listing(hub, with_code=SELLER, state="proposed").total == 3
    with pytest.raises(Refused, match="no state"):
        trades.listing(hub, state="settled-ish")
    for trade in page.rows:
        assert not trade.my_turn


def test_what_was_stated_is_not_stated_again(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trade = proposed(region, box)
    trades.accept(seller, trade.id)
    with pytest.raises(Refused) as refused:
        trades.accept(seller, trade.id)
    assert refused.value.hint == "There is nothing to do."
    carry(region, box, SELLER)
    trades.start(buyer, trade.id, "2026-12-03")
    with pytest.raises(Refused, match="stated 03/12/2026 already"):
        trades.start(buyer, trade.id, "2026-12-03")
    assert trades.start(buyer, trade.id, "2026-12-04").started_buyer == "2026-12-04"
    trades.end(buyer, trade.id, "2026-12-10", "CARPL")
    with pytest.raises(Refused, match="stated 10/12/2026 already"):
        trades.end(buyer, trade.id, "2026-12-10", "CARPL")
    assert trades.end(buyer, trade.id, "2026-12-10", "CHILD").end_reason == "CHILD"
