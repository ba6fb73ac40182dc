"""Places given out to trades: none twice, none by another than the desk that keeps the list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.acts import trades as acts
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.errors import Refused
from rcc_tui.services import places, trades
from rcc_tui.services.desk import Desk
from tests.conftest import RegionMaker
from tests.region import close_all, member_of, open_at, seat, signed_roll
from tests.trading import (
    BUYER,
    NEEDS,
    SELLER,
    carry,
    digests,
    offer,
    proposed,
    settle,
    sign,
    tariff_between,
)


def test_no_place_free_no_acceptance(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    first = proposed(region, box)
    second = trades.propose(buyer, first.terms.vacancy, start="2026-12-03", needs=NEEDS)
    carry(region, box, BUYER)
    trades.accept(seller, first.id)
    with pytest.raises(Refused, match="Free places at Willow Lodge: 0, needed: 1"):
        trades.accept(seller, second.id)
    assert trades.show(seller, second.id).state == "proposed"


def test_a_hold_for_the_buyer_is_used_up(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    tariff_between(region, box)
    vacancy = offer(seller, accepting=2)
    places.hold(seller, vacancy, held_for=BUYER, until="2026-12-05T17:00", places=2)
    carry(region, box)
    trade = trades.propose(buyer, vacancy, start="2026-12-03", needs=NEEDS)
    carry(region, box, BUYER)
    trades.accept(seller, trade.id)
    view = places.show(seller, vacancy)
    assert [(one.places, one.lapsed) for one in view.holds if not one.lapsed] == [(1, False)]
    assert view.place.free == 0
    assert places.free_for(seller, vacancy, BUYER) == 1


def test_what_is_held_for_others_is_not_free(region: dict[str, Desk], box: Path) -> None:
    vacancy = offer(region[SELLER], weekly=900_00)
    places.hold(region[SELLER], vacancy, held_for="867", until="2026-12-05T17:00")
    carry(region, box)
    with pytest.raises(Refused, match=r"Free places at .*: 0, needed: 1"):
        trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=NEEDS, off_tariff="none")


def test_by_telephone_sold_is_provisional_until_the_allocator_has_heard(
    region: dict[str, Desk], box: Path
) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    tariff_between(region, box)
    vacancy = offer(seller)
    trade = trades.record(seller, BUYER, start="2026-12-02", needs=NEEDS, vacancy=vacancy, as_seller=True)
    assert (trade.buyer, trade.seller, trade.flags) == (BUYER, SELLER, ())
    carry(region, box, SELLER)
    accepted = trades.accept(buyer, trade.id)
    assert (accepted.state, accepted.flags) == ("agreed", ("provisional",))
    carry(region, box)
    assert trades.show(seller, trade.id).flags == ()
    assert places.show(seller, vacancy).state == "full"
    settle(region, box)
    assert trades.show(buyer, trade.id).flags == ()
    assert trades.give_out(seller) == 0
    assert len(digests(region)) == 1


def test_what_has_no_place_left_stays_provisional(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    tariff_between(region, box)
    vacancy = offer(seller)
    made = [
        trades.record(seller, BUYER, start="2026-12-02", needs=NEEDS, vacancy=vacancy, as_seller=True)
        for _ in range(2)
    ]
    carry(region, box, SELLER)
    for trade in made:
        trades.accept(buyer, trade.id)
    carry(region, box)
    flags = sorted(trades.show(seller, trade.id).flags for trade in made)
    assert flags == [(), ("provisional",)]
    facts = places.show(seller, vacancy).place.vacancy
    places.edit(seller, vacancy, replace(facts, accepting=2))
    assert trades.give_out(seller) == 1
    assert [trades.show(seller, trade.id).flags for trade in made] == [(), ()]


def test_overbooked_when_another_desk_cut_the_list_unheard(tmp_path: Path, box: Path) -> None:
    seats = {BUYER: [seat(BUYER)], SELLER: [seat(SELLER), seat(SELLER, 2)]}
    signed = signed_roll([member_of(code, of, host=code == BUYER) for code, of in seats.items()])
    desks = {one.code: open_at(tmp_path / one.code, one, signed) for one in (seat(BUYER), seat(SELLER))}
    colleague = open_at(tmp_path / "2", seat(SELLER, 2), signed)
    buyer, seller = desks[BUYER], desks[SELLER]
    made = [proposed(desks, box, accepting=2)]
    vacancy = made[0].terms.vacancy
    made.append(trades.propose(buyer, vacancy, start="2026-12-03", needs=NEEDS))
    carry(desks, box)
    carry({BUYER: buyer, SELLER: colleague}, box, BUYER)
    places.edit(colleague, vacancy, replace(places.show(colleague, vacancy).place.vacancy, accepting=1))
    for trade in made:
        trades.accept(seller, trade.id)
    carry({BUYER: buyer, SELLER: colleague}, box)
    settle(desks, box)
    flags = [[trades.show(desk, trade.id).flags for trade in made] for desk in (buyer, seller)]
    assert flags == [[(), ("overbooked",)]] * 2
    close_all({**desks, "2": colleague})


def test_nobody_disposes_of_anothers_place(new_region: RegionMaker, box: Path) -> None:
    desks = new_region(("870", "931", "HUB-N", "867"))
    vacancy = offer(desks["867"])
    carry(desks, box)
    with pytest.raises(Refused, match="belongs to 867"):
        trades.record(
            desks[BUYER],
            SELLER,
            start="2026-12-03",
            needs=NEEDS,
            vacancy=vacancy,
            weekly=900_00,
            off_tariff="phone",
        )
    trade = proposed(desks, box)
    terms = replace(trade.terms, vacancy=vacancy, tariff="", off_tariff="x")
    done = sign(desks[BUYER], acts.Propose(terms))
    carry(desks, box)
    sign(desks[SELLER], acts.Accept(done.entry, terms_hash(terms)), done.record)
    settle(desks, box)
    assert places.show(desks["867"], vacancy).state == "open"
