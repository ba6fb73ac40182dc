"""What is contested or disputed, and what nobody may do to a trade of others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.acts import trades as acts
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services import ledger, places, trades
from rcc_tui.services.desk import Desk
from tests.conftest import RegionMaker
from tests.trading import (
    BUYER,
    HUB,
    SELLER,
    carry,
    digests,
    proposed,
    settle,
    sign,
)


def test_accepted_and_withdrawn_at_once_is_contested_until_resolved(
    region: dict[str, Desk], box: Path
) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    trade = proposed(region, box)
    trades.accept(seller, trade.id)
    trades.withdraw(buyer, trade.id, "found nearer")
    settle(region, box)
    for desk in region.values():
        assert "contested" in trades.show(desk, trade.id).flags
        assert ledger.charges(desk, trade.id) == ()
    with pytest.raises(Refused, match="contested"):
        trades.start(buyer, trade.id, "2026-12-03")
    with pytest.raises(Refused, match="hub"):
        trades.resolve(hub, trade.id, "spoke with both")
    given_up = trades.resolve(seller, trade.id, "the child went elsewhere", stands=False)
    assert (given_up.state, given_up.reason, given_up.flags) == (
        "withdrawn",
        "the child went elsewhere",
        (),
    )
    assert places.show(seller, trade.terms.vacancy).state == "open"
    settle(region, box)
    assert len(digests(region)) == 1


def test_contested_may_be_resolved_to_stand(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trade = proposed(region, box)
    trades.accept(seller, trade.id)
    trades.withdraw(buyer, trade.id)
    settle(region, box)
    stands = trades.resolve(buyer, trade.id, "we take it")
    assert (stands.state, stands.flags) == ("agreed", ())
    assert trades.start(buyer, trade.id, "2026-12-03").state == "started"
    with pytest.raises(Refused, match="Nothing is disputed"):
        trades.resolve(buyer, trade.id, "again")


def test_disputed_and_resolved(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trade = proposed(region, box)
    trades.accept(seller, trade.id)
    carry(region, box)
    trades.start(buyer, trade.id, "2026-12-03")
    assert "disputed" in trades.dispute(buyer, trade.id, "no therapy given").flags
    carry(region, box)
    with pytest.raises(Refused, match="moved in"):
        trades.resolve(seller, trade.id, "give up", stands=False)
    with pytest.raises(Refused, match="Nothing is said"):
        trades.resolve(seller, trade.id, " ")
    assert trades.resolve(seller, trade.id, "therapy from January").flags == ()
    settle(region, box)
    assert len(digests(region)) == 1


def test_an_agreement_nothing_came_of_may_be_given_up(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trade = proposed(region, box)
    trades.accept(seller, trade.id)
    carry(region, box)
    trades.dispute(buyer, trade.id, "the child stays at home")
    assert trades.resolve(buyer, trade.id, "both agree", stands=False).state == "withdrawn"
    carry(region, box, BUYER)
    # The allocator's desk has put the place back on the list on hearing of it.
    assert places.show(seller, trade.terms.vacancy).state == "open"
    assert ledger.charges(seller, trade.id) == ()


def test_accept_is_the_other_partys_alone(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box)
    carry(region, box)
    with pytest.raises(Refused, match="your own terms"):
        trades.accept(region[BUYER], trade.id)
    with pytest.raises(Refused, match="is a hub"):
        trades.accept(region[HUB], trade.id)
    assert not trades.show(region[HUB], trade.id).my_turn


def test_a_third_party_neither_hears_nor_acts(new_region: RegionMaker, box: Path) -> None:
    desks = new_region(("870", "931", "HUB-N", "867"))
    trade = proposed(desks, box)
    settle(desks, box)
    third = desks["867"]
    with pytest.raises(NotFound):
        trades.accept(third, trade.id)
    # Should it learn the id and write into the pair all the same, nobody takes it in.
    with pytest.raises(Refused, match="does not belong"):
        sign(third, acts.Dispute("mine"), trade.id)


def test_terms_of_another_hash_are_not_accepted(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box)
    with pytest.raises(Refused, match="other terms"):
        sign(region[SELLER], acts.Accept(bytes.fromhex(trade.proposal), "00" * 32), trade.id)
    assert trades.show(region[SELLER], trade.id).state == "proposed"


def test_terms_that_claim_a_tariff_not_in_force_are_not_accepted(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box)
    seller = region[SELLER]
    terms = replace(trade.terms, tariff="ab" * 32)
    done = sign(region[BUYER], acts.Propose(terms))
    carry(region, box, BUYER)
    with pytest.raises(Refused, match="not in force"):
        trades.accept(seller, done.record)
