"""Trades with an authority that is not on the system: agreed on paper, charged, reconciled, signed later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from rcc_tui.acts import names
from rcc_tui.acts.trades import Accept, Vouch
from rcc_tui.config import Clock
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.worklist import RATE
from rcc_tui.services import ledger, matching, reconcile, trades
from rcc_tui.services.desk import Desk
from rcc_tui.services.history import history
from rcc_tui.services.syncing import check
from rcc_tui.services.today import today
from tests.region import close_all, member_of, open_at, seat, signed_roll
from tests.trading import BUYER, HUB, NEEDS, SELLER, carry, settle

BRACKNELL = "867"
PAIR = names.pair(BUYER, BRACKNELL)
NOVEMBER = "2026-11"
MEMBERS = [
    member_of(BUYER, [seat(BUYER)], host=True),
    *(member_of(one, [seat(one)]) for one in (SELLER, HUB)),
]
FIRST = signed_roll([*MEMBERS, member_of(BRACKNELL, [])])
JOINED = signed_roll([*MEMBERS, member_of(BRACKNELL, [seat(BRACKNELL)])], before=FIRST, version=2)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[dict[str, Desk]]:
    """Reading, Oxfordshire and the North hub; Bracknell is on the roll and has no desk."""
    made = {code: open_at(tmp_path / code, seat(code), FIRST) for code in (BUYER, SELLER, HUB)}
    yield made
    close_all(made)


@pytest.fixture
def told(desks: dict[str, Desk], box: Path) -> str:
    """Reading has made a trade with Bracknell by telephone, of which the hub has heard."""
    trade = by_telephone(desks[BUYER])
    carry(desks, box)
    return trade


def by_telephone(desk: Desk, whom: str = BRACKNELL) -> str:
    return trades.record(
        desk,
        whom,
        setting_name="Oast House",
        place="U6",
        start="2026-11-03",
        needs=NEEDS,
        weekly=700_00,
        off_tariff="by telephone",
    ).id


def join(desks: dict[str, Desk], folder: Path) -> Desk:
    """Bracknell gets a desk, and hears all that it may."""
    joined = open_at(folder / "bracknell", seat(BRACKNELL), FIRST)
    desks[BRACKNELL] = joined
    for desk in desks.values():
        desk.adopt_roll(JOINED)
    settle(desks, folder / "box")
    return joined


def flags(desks: dict[str, Desk], trade: str) -> set[tuple[str, ...]]:
    """State, signatures and flags, as all who hear of it see them."""
    views = [trades.show(desk, trade) for code, desk in desks.items() if code != SELLER]
    return {(one.state, *one.signed_by, *one.flags) for one in views}


def test_the_hub_enters_it_and_both_charge_it(desks: dict[str, Desk], box: Path, told: str) -> None:
    hub = desks[HUB]
    (item,) = [one for one in today(hub) if one.kind == "vouch"]
    assert (item.text, item.where, item.id) == (
        "Enter what Bracknell Forest agrees to: Oast House from 03/11/2026",
        "trades",
        told,
    )
    view = trades.vouch(hub, told, "paper")
    assert [how for _, _, how in view.vouched] == ["paper"]
    assert any("entered the other side's agreement, by paper" in one.what for one in history(hub, told))
    settle(desks, box)
    assert flags(desks, told) == {("agreed", BUYER, "off-tariff", "uncountersigned")}
    trades.start(desks[BUYER], told, "2026-11-03")
    settle(desks, box)
    found = [ledger.ledger(desks[code], month=NOVEMBER) for code in (BUYER, HUB)]
    assert found[0] == found[1]
    assert sum(one.pence for one in found[0]) == 4 * 700_00
    assert [one for one in today(hub) if one.kind == "vouch"] == []


@pytest.mark.parametrize(("pounds", "rows"), [("2800.00", []), ("2700.00", [RATE])])
def test_it_is_reconciled_with_the_sheet_of_the_other_side(
    desks: dict[str, Desk], box: Path, told: str, pounds: str, rows: list[str]
) -> None:
    hub = desks[HUB]
    trades.vouch(hub, told, "paper")
    sheet = box / "sheet.csv"
    sheet.write_text(f"home,from,to,amount\nOast House,03/11/2026,01/12/2026,{pounds}\n")
    hub.clock = Clock(date(2026, 12, 2))
    found = matching.match(hub, sheet, BRACKNELL)
    assert [one.due.trade for one in found.matched] == [told]
    matching.confirm(hub, found)
    (pair,) = reconcile.month(hub, NOVEMBER).pairs
    assert [row.kind for row in pair.rows if row.kind != "off-tariff"] == rows


def test_a_change_is_entered_too(desks: dict[str, Desk], box: Path, told: str) -> None:
    trades.vouch(desks[HUB], told, "telephone")
    settle(desks, box)
    trades.change(desks[BUYER], told, effective="2026-12-10", weekly=800_00, off_tariff="two carers")
    settle(desks, box)
    assert [one.kind for one in today(desks[HUB]) if one.kind == "vouch"] == ["vouch"]
    view = trades.vouch(desks[HUB], told, "paper")
    assert ([one.weekly for one in view.versions], view.change) == ([700_00, 800_00], None)
    assert [how for _, _, how in view.vouched] == ["telephone", "paper"]
    joined = join(desks, box.parent)
    assert trades.accept(joined, told).vouched == ()
    settle(desks, box)
    assert flags(desks, told) == {("agreed", BRACKNELL, BUYER, "off-tariff")}


def test_once_it_has_a_desk_it_countersigns(desks: dict[str, Desk], box: Path, told: str) -> None:
    trades.vouch(desks[HUB], told, "paper")
    settle(desks, box)
    joined = join(desks, box.parent)
    assert flags(desks, told) == {("agreed", BUYER, "off-tariff", "uncountersigned")}
    (item,) = [one for one in today(joined) if one.kind == "unsigned"]
    assert item.text == "Countersign, or dispute, what a hub agreed to for us: Oast House, Reading"
    assert trades.show(joined, told).my_turn
    assert trades.listing(joined).rows[0].my_turn
    signed = trades.accept(joined, told)
    assert (signed.signed_by, signed.my_turn) == ((BRACKNELL, BUYER), False)
    settle(desks, box)
    assert flags(desks, told) == {("agreed", BRACKNELL, BUYER, "off-tariff")}
    assert [one for one in today(joined) if one.kind == "unsigned"] == []
    assert len({desk.digest(PAIR) for code, desk in desks.items() if code != SELLER}) == 1
    other = by_telephone(desks[BUYER])
    settle(desks, box)
    with pytest.raises(Refused, match="Bracknell Forest has a desk and signs for itself"):
        trades.vouch(desks[HUB], other, "paper")


def test_or_it_disputes(desks: dict[str, Desk], box: Path, told: str) -> None:
    trades.vouch(desks[HUB], told, "paper")
    settle(desks, box)
    joined = join(desks, box.parent)
    trades.dispute(joined, told, "no such child was ever agreed to")
    settle(desks, box)
    assert flags(desks, told) == {("agreed", BUYER, "off-tariff", "disputed", "uncountersigned")}
    trades.resolve(desks[BUYER], told, "a mistake of ours", stands=False)
    settle(desks, box)
    assert {state for state, *_ in flags(desks, told)} == {"withdrawn"}
    assert ledger.ledger(desks[HUB]) == ()


def test_what_may_not_be_entered(desks: dict[str, Desk], box: Path, told: str) -> None:
    with pytest.raises(Refused, match="A hub enters"):
        trades.vouch(desks[BUYER], told, "paper")
    with pytest.raises(Refused, match="By “hearsay”"):
        trades.vouch(desks[HUB], told, "hearsay")
    with pytest.raises(Refused, match="hub"):
        trades.accept(desks[HUB], told)
    other = by_telephone(desks[BUYER], SELLER)
    carry(desks, box)
    with pytest.raises(Refused, match="Oxfordshire has a desk"):
        trades.vouch(desks[HUB], other, "paper")
    trades.vouch(desks[HUB], told, "paper")
    with pytest.raises(Refused, match="is agreed"):
        trades.vouch(desks[HUB], told, "paper")
    with pytest.raises(NotFound, match="no authority 999"):
        by_telephone(desks[BUYER], "999")
    assert trades.show(desks[BUYER], by_telephone(desks[BUYER], "850")).seller_name == "Hampshire"


Forge = Callable[[Vouch], Vouch]
FORGERIES: dict[str, tuple[str, Forge]] = {
    "by a party": (BUYER, lambda act: act),
    "heard in the street": (HUB, lambda act: replace_act(act, how="hearsay")),
    "for other terms": (HUB, lambda act: replace_act(act, terms_hash="00" * 32)),
}


def replace_act(act: Vouch, **fields: object) -> Vouch:
    given = {name: getattr(act, name) for name in ("proposal", "terms_hash", "how", "roll")}
    return Vouch(**{**given, **fields})


@pytest.mark.parametrize("name", FORGERIES)
def test_another_programs_word_counts_for_nothing(desks: dict[str, Desk], told: str, name: str) -> None:
    code, forge = FORGERIES[name]
    view = trades.show(desks[code], told)
    act = forge(Vouch(bytes.fromhex(view.proposal), view.terms_hash, "paper", 1))
    with pytest.raises(Refused, match="may not be done"), desks[code].writing() as w:
        w.act("trade", act, record=told, audience=PAIR)


def test_nobody_vouches_for_one_that_has_a_desk(desks: dict[str, Desk], box: Path, told: str) -> None:
    other = by_telephone(desks[BUYER], SELLER)
    carry(desks, box)
    view = trades.show(desks[HUB], other)
    act = Vouch(bytes.fromhex(view.proposal), view.terms_hash, "paper", 1)
    with pytest.raises(Refused, match="signs for itself"), desks[HUB].writing() as w:
        w.act("trade", act, record=other, audience=f"pair:{BUYER}:{SELLER}")


def test_a_roll_that_is_still_to_come_is_no_excuse(desks: dict[str, Desk], box: Path, told: str) -> None:
    """A hub that names a later roll is believed until Bracknell has a desk, and then nowhere."""
    view = trades.show(desks[HUB], told)
    act = Vouch(bytes.fromhex(view.proposal), view.terms_hash, "paper", 9)
    with desks[HUB].writing() as w:
        w.act("trade", act, record=told, audience=PAIR)
    settle(desks, box)
    assert trades.show(desks[BUYER], told).state == "agreed"
    joined = join(desks, box.parent)
    assert {trades.show(desk, told).state for desk in (joined, desks[BUYER], desks[HUB])} == {"proposed"}
    for desk in desks.values():
        assert all(before == after for before, after in desk.rebuild().values())
        assert check(desk, deep=True).ok


def test_an_acceptance_of_its_own_says_the_same_without_the_hub(
    desks: dict[str, Desk], box: Path, told: str
) -> None:
    """Bracknell has a desk by now and has not heard of the hub's word: it is countersigned."""
    joined = open_at(box.parent / "bracknell", seat(BRACKNELL), FIRST)
    desks[BRACKNELL] = joined
    for desk in desks.values():
        desk.adopt_roll(JOINED)
    carry({code: desks[code] for code in (BUYER, BRACKNELL)}, box, BUYER)
    view = trades.show(joined, told)
    with joined.writing() as w:
        w.act("trade", Accept(bytes.fromhex(view.proposal), view.terms_hash), record=told, audience=PAIR)
    with desks[HUB].writing() as w:
        act = Vouch(bytes.fromhex(view.proposal), view.terms_hash, "paper", 1)
        w.act("trade", act, record=told, audience=PAIR)
    settle(desks, box)
    assert flags(desks, told) == {("agreed", BRACKNELL, BUYER, "off-tariff")}
