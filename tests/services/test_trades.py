"""The life of a trade between two desks, and all that can go wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.acts import names
from rcc_tui.acts import trades as acts
from rcc_tui.acts.kind import Act
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import ledger, places, requests, trades
from rcc_tui.services.desk import Desk, Done
from rcc_tui.services.history import history
from tests.conftest import RegionMaker
from tests.region import close_all, member_of, open_at, seat, signed_roll
from tests.trading import BUYER, HUB, NEEDS, SELLER, carry, offer, proposed, settle, tariff_between

PAIR = names.pair(BUYER, SELLER)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """The folder bundles travel in."""
    return tmp_path / "box"


def _digests(desks: dict[str, Desk]) -> set[tuple[str, str]]:
    return {(desk.digest("rcc"), desk.digest(PAIR)) for desk in desks.values()}


def _sign(desk: Desk, act: Act, record: str = "") -> Done:
    """Sign an act of a trade past the services, as another program could."""
    with desk.writing() as w:
        return w.act("trade", act, record=record, audience=PAIR)


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

    assert len(_digests(region)) == 1
    charged = [ledger.charges(desk, trade.id) for desk in region.values()]
    assert charged[0] == charged[1] == charged[2]
    assert [(one.month, one.nights) for one in charged[0]] == [("2026-12", 14)]
    assert charged[0][0].pence == trade.weekly * 2
    said = [line.what for line in history(hub, trade.id)]
    assert said[0].startswith("proposed Willow Lodge")
    assert said[1].startswith("accepted")


def test_the_quote_names_every_step(region: dict[str, Desk], box: Path) -> None:
    tariff = tariff_between(region, box)
    vacancy = offer(region[SELLER])
    carry(region, box)
    needs = replace(NEEDS, ratio="1:1", risks=(("self_harm", "high"),))
    found = trades.quote(region[BUYER], vacancy, needs, start="2026-12-03", extras=["therapy"])
    assert (found.tariff, found.worked_example) == (tariff, True)
    assert sum(line.pence for line in found.lines) == found.weekly
    assert found.steps[0].startswith("age 12")
    assert "therapy" in found.steps[-1]


def test_without_a_common_tariff_the_places_price_needs_a_reason(region: dict[str, Desk], box: Path) -> None:
    buyer = region[BUYER]
    vacancy = offer(region[SELLER], weekly=900_00)
    carry(region, box)
    with pytest.raises(Refused, match="No tariff is in force"):
        trades.quote(buyer, vacancy, NEEDS, start="2026-12-03")
    with pytest.raises(Refused, match="£900") as refused:
        trades.propose(buyer, vacancy, start="2026-12-03", needs=NEEDS)
    assert refused.value.where == "off_tariff"
    trade = trades.propose(
        buyer, vacancy, start="2026-12-03", needs=NEEDS, off_tariff="no tariff adopted yet"
    )
    assert (trade.weekly, trade.flags, trade.terms.tariff) == (900_00, ("off-tariff",), "")
    assert [(line.label, line.pence) for line in trade.lines] == [("agreed", 900_00)]


def test_a_price_off_the_tariff_names_both_and_needs_a_reason(region: dict[str, Desk], box: Path) -> None:
    buyer = region[BUYER]
    tariff_between(region, box)
    vacancy = offer(region[SELLER], weekly=900_00)
    carry(region, box)
    by_tariff = trades.quote(buyer, vacancy, NEEDS, start="2026-12-03").weekly
    with pytest.raises(Refused, match=r"£950\.00 a week is off the tariff"):
        trades.propose(buyer, vacancy, start="2026-12-03", needs=NEEDS, weekly=950_00)
    # The place's own price never comes before the tariff's by itself.
    assert trades.propose(buyer, vacancy, start="2026-12-03", needs=NEEDS).weekly == by_tariff
    marked = trades.propose(
        buyer, vacancy, start="2026-12-03", needs=NEEDS, weekly=950_00, off_tariff="a pair of twins"
    )
    assert (marked.weekly, marked.flags) == (950_00, ("off-tariff",))
    with pytest.raises(Refused, match="no other price"):
        trades.propose(buyer, vacancy, start="2026-12-03", needs=NEEDS, off_tariff="because")


def test_from_a_request_and_nothing_of_it_leaves(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    tariff_between(region, box)
    vacancy = offer(seller)
    carry(region, box)
    needs = replace(NEEDS, budget_weekly=777_77, school="St Swithun's", avoid=("OX9",))
    asked = requests.add(buyer, needs, child="C-4711", home_postcode="RG1 1AA")
    trade = trades.propose(buyer, vacancy, start="2026-12-03", request=asked.id)
    assert trade.request == asked.id
    assert requests.show(buyer, asked.id).shortlist == (vacancy,)
    settle(region, box)
    trades.accept(seller, trade.id)
    carry(region, box)
    started = trades.start(buyer, trade.id, "2026-12-03")
    placed = requests.show(buyer, asked.id)
    assert (placed.state, placed.trade, started.request) == ("placed", trade.id, asked.id)
    settle(region, box)
    for code in (SELLER, HUB):
        assert trades.show(region[code], trade.id).request == ""
        rows = region[code].store.write.execute("SELECT payload FROM entry").fetchall()
        heard = b"".join(payload for (payload,) in rows)
        for secret in (b"77777", b"Swithun", b"OX9", b"C-4711", b"1AA", asked.id.encode()):
            assert secret not in heard


def test_a_closed_request_is_proposed_for_no_more(region: dict[str, Desk], box: Path) -> None:
    buyer = region[BUYER]
    vacancy = offer(region[SELLER], weekly=900_00)
    carry(region, box)
    asked = requests.add(buyer, NEEDS)
    requests.withdraw(buyer, asked.id, "went home")
    with pytest.raises(Refused, match="withdrawn"):
        trades.propose(buyer, vacancy, start="2026-12-03", request=asked.id, off_tariff="none")
    with pytest.raises(Refused, match="which child"):
        trades.propose(buyer, vacancy, start="2026-12-03", off_tariff="none")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"protected": "UASC"}, "protected for UASC"),
        ({"reserved_for": ("867",), "reserved_until": "2026-12-05"}, "soft block for 867 until 05/12/2026"),
        ({"reserved_for": ("867", "871")}, "block for 867, 871"),
        ({"accepting": 0}, "Free places at .*: 0, needed: 1"),
    ],
)
def test_a_place_kept_for_others_or_full_is_refused(
    region: dict[str, Desk], box: Path, facts: dict[str, object], why: str
) -> None:
    base = VacancyFacts(ref="V", accepting=1, age_min=0, age_max=17, weekly=900_00)
    vacancy = offer(region[SELLER], vacancy=replace(base, **facts))  # type: ignore[arg-type]
    carry(region, box)
    with pytest.raises(Refused, match=why):
        trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=NEEDS, off_tariff="none yet")


def test_a_place_for_uasc_takes_one(region: dict[str, Desk], box: Path) -> None:
    facts = VacancyFacts(ref="V", accepting=1, age_min=0, age_max=17, weekly=900_00, protected="UASC")
    vacancy = offer(region[SELLER], vacancy=facts)
    carry(region, box)
    needs = replace(NEEDS, uasc=True)
    assert trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=needs, off_tariff="none yet")


def test_rules_of_terms_are_named(region: dict[str, Desk], box: Path) -> None:
    own = offer(region[BUYER], weekly=900_00)
    theirs = offer(region[SELLER], weekly=900_00)
    carry(region, box)
    buyer = region[BUYER]
    with pytest.raises(Refused, match="229"):
        trades.propose(buyer, own, start="2026-12-03", needs=NEEDS, off_tariff="own")
    for start, end, until in (
        ("3/12/2026", "", ""),
        ("2026-12-03", "2026-12-01", ""),
        ("2026-12-03", "", "2026-11-30"),
        ("2026-02-30", "", ""),
    ):
        with pytest.raises(Refused):
            trades.propose(
                buyer, theirs, start=start, end=end, valid_until=until, needs=NEEDS, off_tariff="none"
            )
    with pytest.raises(NotFound):
        trades.propose(buyer, "feedbeef", start="2026-12-03", needs=NEEDS)
    assert trades.listing(buyer).total == 0


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
    assert len(_digests(region)) == 1
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
    assert len(_digests(region)) == 1


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
    assert len(_digests(region)) == 1


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
        _sign(third, acts.Dispute("mine"), trade.id)


def test_terms_of_another_hash_are_not_accepted(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box)
    with pytest.raises(Refused, match="other terms"):
        _sign(region[SELLER], acts.Accept(bytes.fromhex(trade.proposal), "00" * 32), trade.id)
    assert trades.show(region[SELLER], trade.id).state == "proposed"


def test_terms_that_claim_a_tariff_not_in_force_are_not_accepted(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box)
    seller = region[SELLER]
    terms = replace(trade.terms, tariff="ab" * 32)
    done = _sign(region[BUYER], acts.Propose(terms))
    carry(region, box, BUYER)
    with pytest.raises(Refused, match="not in force"):
        trades.accept(seller, done.record)


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


def test_by_telephone_bought_and_countersigned(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    with pytest.raises(Refused) as refused:
        trades.record(
            buyer,
            SELLER,
            setting_name="Elm House",
            place="K2",
            start="2026-11-20",
            needs=NEEDS,
            weekly=4_000_00,
        )
    assert refused.value.where == "off_tariff"
    trade = trades.record(
        buyer,
        SELLER,
        setting_name="Elm House",
        place="K2",
        start="2026-11-20",
        needs=NEEDS,
        weekly=4_000_00,
        off_tariff="agreed on the phone at night",
    )
    assert (trade.terms.by_telephone, trade.state, trade.valid_until) == (True, "proposed", "2026-12-08")
    carry(region, box, BUYER)
    accepted = trades.accept(seller, trade.id)
    assert (accepted.state, accepted.flags) == ("agreed", ("off-tariff",))


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
    assert len(_digests(region)) == 1


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
    done = _sign(desks[BUYER], acts.Propose(terms))
    carry(desks, box)
    _sign(desks[SELLER], acts.Accept(done.entry, terms_hash(terms)), done.record)
    settle(desks, box)
    assert places.show(desks["867"], vacancy).state == "open"


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


def test_a_group_takes_as_many_places(region: dict[str, Desk], box: Path) -> None:
    tariff_between(region, box)
    vacancy = offer(region[SELLER], accepting=3)
    carry(region, box)
    needs = Needs(age=9, sex="M", siblings=2)
    trade = trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=needs)
    assert trade.terms.places == 2
    assert len(trade.lines) == 2
    carry(region, box, BUYER)
    trades.accept(region[SELLER], trade.id)
    assert places.show(region[SELLER], vacancy).place.free == 1
