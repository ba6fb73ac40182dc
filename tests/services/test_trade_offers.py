"""Terms on offer: what a quote says, what may be proposed, and what of a child leaves with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from db.queries import trades as queries
from rcc_tui.acts import referrals
from rcc_tui.acts import trades as acts
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts
from rcc_tui.services import erasing, places, requests, trades
from rcc_tui.services.desk import Desk
from rcc_tui.services.history import history
from tests.region import carry as bring
from tests.region import close_all, member_of, open_at, seat, signed_roll
from tests.trading import (
    BUYER,
    HUB,
    NEEDS,
    PAIR,
    SELLER,
    carry,
    offer,
    proposed,
    settle,
    sign,
    tariff_between,
)


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
    assert any(trade.id[:8] in one.what for one in history(buyer, asked.id))
    buyer.refold()
    assert trades.show(buyer, trade.id).request == asked.id
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


def told_by_telephone(desk: Desk, request: str = "") -> trades.TradeView:
    """A trade with the seller, for a request where one is given."""
    return trades.record(
        desk,
        SELLER,
        setting_name="Elm House",
        place="U6",
        start="2026-12-03",
        needs=NEEDS,
        weekly=700_00,
        off_tariff="by telephone",
        request=request,
    )


def test_other_desks_of_the_authority_know_the_request_and_place_it(tmp_path: Path) -> None:
    members = [
        member_of(BUYER, [seat(BUYER), seat(BUYER, 2)], host=True),
        member_of(SELLER, [seat(SELLER)]),
    ]
    roll = signed_roll(members)
    first, second, seller = (
        open_at(tmp_path / str(number), of, roll)
        for number, of in enumerate((seat(BUYER), seat(BUYER, 2), seat(SELLER)))
    )
    try:
        asked = requests.add(first, NEEDS)
        trade = told_by_telephone(first, asked.id)
        assert requests.show(first, asked.id).shortlist == ()
        for one, other in ((first, seller), (first, second)):
            bring(one, other, tmp_path)
        trades.accept(seller, trade.id)
        bring(seller, second, tmp_path)
        assert trades.start(second, trade.id, "2026-12-03").request == asked.id
        assert requests.show(second, asked.id).state == "placed"
    finally:
        close_all({"1": first, "2": second, "3": seller})


def test_the_note_an_earlier_release_made_is_still_read(region: dict[str, Desk], box: Path) -> None:
    buyer = region[BUYER]
    asked = requests.add(buyer, NEEDS)
    trade = told_by_telephone(buyer)
    assert trade.request == ""
    buyer.set_meta(f"trade_request:{trade.id}", asked.id)
    assert trades.show(buyer, trade.id).request == asked.id


def test_that_note_of_a_request_since_erased_hinders_nobody(region: dict[str, Desk], box: Path) -> None:
    buyer = region[BUYER]
    asked = requests.add(buyer, NEEDS)
    trade = told_by_telephone(buyer)
    buyer.set_meta(f"trade_request:{trade.id}", asked.id)
    erasing.erase(buyer, asked.id, "asked for")
    assert trades.show(buyer, trade.id).request == ""
    settle(region, box)
    trades.accept(region[SELLER], trade.id)
    settle(region, box)
    assert trades.start(buyer, trade.id, "2026-12-03").state == "started"


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


def test_the_law_is_named_before_the_price(region: dict[str, Desk], box: Path) -> None:
    tariff_between(region, box)
    home = places.add_setting(
        region[SELLER],
        SettingFacts("S-1", "Key Lodge", "Key", SELLER, "supported", "K3", outcode="OX4"),
    )
    facts = VacancyFacts(ref="S-1", accepting=1, age_min=16, age_max=18)
    vacancy = places.add(region[SELLER], home.id, facts).id
    carry(region, box, SELLER)
    needs = replace(NEEDS, age=15)
    for weekly, reason in ((0, ""), (900_00, "agreed")):
        with pytest.raises(Refused, match="under 16"):
            trades.propose(
                region[BUYER], vacancy, start="2026-12-03", needs=needs, weekly=weekly, off_tariff=reason
            )
    with pytest.raises(Refused, match="under 16"):
        trades.quote(region[BUYER], vacancy, needs, start="2026-12-03")


def test_why_a_child_is_in_care_does_not_leave(region: dict[str, Desk], box: Path) -> None:
    tariff_between(region, box)
    vacancy = offer(region[SELLER])
    carry(region, box)
    needs = replace(NEEDS, legal_status="C2", category="N1", out_of_area_reason="bail", dol=True)
    trade = trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=needs)
    told = region[BUYER].read(queries.referral, trade.terms.referral)
    assert told is not None
    heard = msgspec.json.decode(told[1], type=Needs)
    assert (heard.legal_status, heard.category, heard.out_of_area_reason) == ("", "", "")
    assert (heard.age, heard.sex, heard.home, heard.dol) == (12, "F", "RG1", True)


def test_needs_another_program_wrote_are_checked_before_they_are_priced(
    region: dict[str, Desk], box: Path
) -> None:
    buyer = region[BUYER]
    trade = proposed(region, box)
    with buyer.writing() as w:
        odd = referrals.Open(BUYER, SELLER, trade.terms.vacancy, replace(NEEDS, stay="for ever"))
        referral = w.act("referral", odd, audience=PAIR)
    done = sign(buyer, acts.Propose(replace(trade.terms, referral=referral.record)))
    carry(region, box, BUYER)
    with pytest.raises(Refused, match="“for ever” is no stay"):
        trades.counter(region[SELLER], done.record, weekly=700_00, off_tariff="two carers")
