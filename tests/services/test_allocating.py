"""One desk gives places out: acceptance elsewhere is provisional, handing over, and what is overbooked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import fixtures
from rcc_tui.acts.canonical import encode
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services import allocating, places, tariffs, trades
from rcc_tui.services.desk import Desk
from rcc_tui.services.today import today
from rcc_tui.services.trades import TradeView
from rcc_tui.sync.roll import Cut, SignedRoll, read_roll, sign_roll
from tests.region import THRESHOLD, carry, close_all, member_of, open_at, roots, seat, signed_roll
from tests.trading import BUYER, HUB, NEEDS, SELLER, offer

SECOND = "931 again"
SEATS = {BUYER: seat(BUYER), SELLER: seat(SELLER), SECOND: seat(SELLER, 2), HUB: seat(HUB)}


def roll_with(*sellers: int, before: SignedRoll | None = None) -> SignedRoll:
    """A roll on which the seller has these of its desks."""
    members = [
        member_of(BUYER, [seat(BUYER)], host=True),
        member_of(SELLER, [seat(SELLER, number) for number in sellers]),
        member_of(HUB, [seat(HUB)]),
    ]
    return signed_roll(members, before=before, version=2 if before else 1)


FIRST_ROLL = roll_with(1, 2)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[dict[str, Desk]]:
    """The buyer, two desks of the seller, the hub."""
    made = {name: open_at(tmp_path / name, of, FIRST_ROLL) for name, of in SEATS.items()}
    yield made
    close_all(made)


def tell(desks: dict[str, Desk], folder: Path, *names: str) -> None:
    """Each of these desks (all unless named) tells every other what it lacks; then what that set off."""
    folder.mkdir(exist_ok=True)
    for _ in range(2):
        for sender in names or tuple(desks):
            for reader in desks:
                if reader != sender:
                    carry(desks[sender], desks[reader], folder)
        for desk in desks.values():
            trades.give_out(desk)


def proposal(desks: dict[str, Desk], folder: Path, vacancy: str) -> TradeView:
    """A proposal of the buyer that all have heard."""
    trade = trades.propose(desks[BUYER], vacancy, start="2026-12-03", needs=NEEDS)
    tell(desks, folder, BUYER)
    return trade


def ready(desks: dict[str, Desk], folder: Path, *, accepting: int = 1) -> str:
    """A tariff all have adopted and a vacancy of the seller's first desk; the vacancy's id."""
    published = tariffs.publish(desks[BUYER], fixtures.worked_tariff_text())
    tell(desks, folder)
    for code in (BUYER, SELLER):
        tariffs.adopt(desks[code], published.id, "2026-04-01")
    vacancy = offer(desks[SELLER], accepting=accepting)
    tell(desks, folder)
    return vacancy


def flags(desks: dict[str, Desk], trade: str) -> set[tuple[str, ...]]:
    """What is amiss with a trade, as all see it: one value when they agree."""
    return {trades.show(desk, trade).flags for desk in desks.values()}


def overbooked(desk: Desk) -> list[str]:
    """What Today says of overbooked places."""
    return [item.text for item in today(desk) if item.kind == "overbooked"]


def provisional(desk: Desk) -> list[str]:
    """What Today says of trades whose place has not been given out."""
    return [item.text for item in today(desk) if item.kind == "provisional"]


def test_acceptance_at_another_desk_is_provisional_until_the_allocator_has_heard(
    desks: dict[str, Desk], box: Path
) -> None:
    vacancy = ready(desks, box)
    trade = proposal(desks, box, vacancy)
    accepted = trades.accept(desks[SECOND], trade.id)
    assert (accepted.state, accepted.flags) == ("agreed", ("provisional",))
    others = {name: desk for name, desk in desks.items() if name != SELLER}
    for name in (BUYER, HUB):
        carry(desks[SECOND], desks[name], box)
    assert flags(others, trade.id) == {("provisional",)}
    for desk in others.values():
        assert provisional(desk) == [
            "Provisional: Willow Lodge, Reading and Oxfordshire; the place is not given out yet"
        ]
    tell(desks, box)
    assert flags(desks, trade.id) == {()}
    assert [provisional(desk) for desk in desks.values()] == [[], [], [], []]
    assert {places.show(desk, vacancy).state for desk in desks.values()} == {"full"}


def test_the_desk_that_gives_out_hands_over_and_the_other_gives(desks: dict[str, Desk], box: Path) -> None:
    vacancy = ready(desks, box)
    assert places.show(desks[BUYER], vacancy).allocator_name == "Desk 1"
    done = allocating.allocate(desks[SELLER], "OX-1", "Desk 2")
    assert done.allocator_name == "Desk 2"
    tell(desks, box)
    trade = proposal(desks, box, vacancy)
    accepted = trades.accept(desks[SELLER], trade.id)
    assert accepted.flags == ("provisional",)
    tell(desks, box)
    assert flags(desks, trade.id) == {()}
    with pytest.raises(Refused, match="Desk 2 gives these places out"):
        allocating.allocate(desks[SELLER], vacancy, "Desk 1")


@pytest.mark.parametrize(
    ("to", "error"), [("Desk 3", NotFound), ("", NotFound), ("abc", NotFound), ("Desk 1", Refused)]
)
def test_what_cannot_be_handed_over(
    desks: dict[str, Desk], box: Path, to: str, error: type[Exception]
) -> None:
    vacancy = offer(desks[SELLER])
    with pytest.raises(error):
        allocating.allocate(desks[SELLER], vacancy, to)


def test_only_our_own_and_only_open_ones(desks: dict[str, Desk], box: Path) -> None:
    vacancy = ready(desks, box)
    with pytest.raises(Refused, match="931 keeps this vacancy"):
        allocating.allocate(desks[BUYER], vacancy, "Desk 1")
    places.close(desks[SELLER], vacancy, "full")
    with pytest.raises(Refused, match="closed"):
        allocating.allocate(desks[SELLER], vacancy, "Desk 2")
    with pytest.raises(Refused, match="nothing this desk could hand over"):
        allocating.allocate_all(desks[SELLER], "Desk 2")


def test_a_name_that_two_desks_bear_wants_the_key(tmp_path: Path) -> None:
    twins = [replace(seat(SELLER, number), name="Placements") for number in (1, 2)]
    desk = open_at(tmp_path / "twins", twins[0], signed_roll([member_of(SELLER, twins, host=True)]))
    try:
        with pytest.raises(Refused, match="more than one desk"):
            allocating.seat_named(desk, "Placements")
        other = twins[1].desk.public.hex()
        assert allocating.seat_named(desk, other[:8].upper()).key == other
    finally:
        desk.close()


def test_another_desk_takes_over_when_the_one_that_gave_out_is_on_the_roll_no_more(
    desks: dict[str, Desk], box: Path
) -> None:
    vacancy = ready(desks, box)
    with pytest.raises(Refused, match="Desk 1 gives these places out"):
        allocating.allocate(desks[SECOND], vacancy, "Desk 2")
    # The first desk's words up to here stay; a cut says so.
    log = (
        desks[SECOND]
        .store.write.execute(
            "SELECT log, connected, head FROM log WHERE desk=? AND audience='rcc'",
            (seat(SELLER).desk.public,),
        )
        .fetchone()
    )
    second = without_first(log)
    left = {name: desk for name, desk in desks.items() if name != SELLER}
    for desk in left.values():
        desk.adopt_roll(second)
    trade = trades.propose(desks[BUYER], vacancy, start="2026-12-03", needs=NEEDS)
    tell(left, box, BUYER)
    assert trades.accept(desks[SECOND], trade.id).flags == ("provisional",)
    assert places.show(desks[SECOND], vacancy).allocator_name == ""
    assert allocating.allocate_all(desks[SECOND], "Desk 2") == 1
    assert trades.show(desks[SECOND], trade.id).flags == ()
    tell(left, box)
    assert flags(left, trade.id) == {()}


def without_first(log: tuple[bytes, int, bytes]) -> SignedRoll:
    """The next roll: the seller's first desk has gone, its log counts as far as it was heard."""
    digest, connected, head = log
    next_one = roll_with(2, before=FIRST_ROLL)
    roll = msgspec.structs.replace(read_roll(next_one.document), cuts=(Cut(digest, connected - 1, head),))
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in roots()[:THRESHOLD]]))


def test_places_promised_past_what_there_is_are_overbooked_for_all_to_see(
    desks: dict[str, Desk], box: Path
) -> None:
    """The seller's second desk says the last place has gone while the first gives it out."""
    vacancy = ready(desks, box)
    trade = proposal(desks, box, vacancy)
    facts = places.show(desks[SECOND], vacancy).place.vacancy
    places.edit(desks[SECOND], vacancy, replace(facts, accepting=0))
    assert trades.accept(desks[SELLER], trade.id).flags == ()
    tell(desks, box)
    assert flags(desks, trade.id) == {("overbooked",)}
    for desk in desks.values():
        assert overbooked(desk) == ["Willow Lodge is OVERBOOKED"]
        assert places.show(desk, vacancy).overbooked
        assert [one.flags for one in trades.listing(desk).rows] == [("overbooked",)]
        assert all(before == after for before, after in desk.rebuild().values())


def test_two_agreed_for_one_place_the_second_stays_provisional(desks: dict[str, Desk], box: Path) -> None:
    vacancy = ready(desks, box)
    first, second = proposal(desks, box, vacancy), proposal(desks, box, vacancy)
    trades.accept(desks[SELLER], first.id)
    trades.accept(desks[SECOND], second.id)
    tell(desks, box)
    assert flags(desks, first.id) == {()}
    assert flags(desks, second.id) == {("provisional",)}
    for desk in desks.values():
        assert len(provisional(desk)) == 1
