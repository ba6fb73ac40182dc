"""Other terms from a day on, the retainer, and who pays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures import worked_tariff_text
from rcc_tui.acts.trades import Propose
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.tariff import tariff_from_toml
from rcc_tui.domain.terms import Funder, Line
from rcc_tui.services import ledger, statement_paper, tariffs, trades
from rcc_tui.services.desk import Desk
from tests.trading import (
    BUYER,
    HUB,
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


@pytest.fixture
def agreed(region: dict[str, Desk], box: Path) -> str:
    """A trade by the tariff that both have agreed on, from 3 December."""
    trade = proposed(region, box)
    trades.accept(region[SELLER], trade.id)
    settle(region, box)
    return trade.id


def test_a_change_proposed_by_one_and_agreed_by_the_other(
    region: dict[str, Desk], box: Path, agreed: str
) -> None:
    buyer, seller, hub = (region[code] for code in (BUYER, SELLER, HUB))
    before = trades.show(buyer, agreed).weekly
    proposal = trades.change(seller, agreed, effective="2026-12-10", extras=["therapy"])
    assert (proposal.weekly, proposal.my_turn) == (before, False)
    with pytest.raises(Refused, match="your own terms"):
        trades.accept(seller, agreed)
    carry(region, box, SELLER)
    assert trades.show(buyer, agreed).my_turn
    assert trades.listing(buyer).rows[0].id == agreed
    accepted = trades.accept(buyer, agreed)
    assert (accepted.weekly, accepted.change, len(accepted.versions)) == (before + 310_00, None, 2)
    settle(region, box)
    found = [ledger.charges(desk, agreed) for desk in region.values()]
    assert found[0] == found[1] == found[2]
    assert [(one.nights, one.weekly) for one in found[0]] == [(7, before), (22, before + 310_00)]
    assert len(digests(region)) == 1
    assert hub.code == HUB


def test_the_extras_stay_when_the_price_list_changes(region: dict[str, Desk], box: Path, agreed: str) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trades.change(seller, agreed, effective="2026-12-10", extras=["therapy", "transport:2.5"])
    carry(region, box, SELLER)
    first = trades.accept(buyer, agreed)
    text = tariffs.listing(buyer)[0].text.replace("version = 1", "version = 2")
    text = text.replace('valid_from = "2025-04-01"', 'valid_from = "2026-12-20"').replace(
        '"310.00"', '"320.00"'
    )
    assert tariff_from_toml(text).version == 2
    newer = tariffs.publish(buyer, text)
    carry(region, box, BUYER)
    for desk in (buyer, seller):
        tariffs.adopt(desk, newer.id, "2026-12-20")
    settle(region, box)
    second = trades.change(buyer, agreed, effective="2026-12-20").change
    assert second is not None
    assert (second.tariff, second.weekly) == (newer.id, first.weekly + 10_00)
    assert [line.label for line in second.lines] == [line.label for line in first.terms.lines]


def test_declined_withdrawn_and_countered(region: dict[str, Desk], box: Path, agreed: str) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trades.change(seller, agreed, effective="2026-12-10", weekly=800_00, off_tariff="a second carer")
    carry(region, box, SELLER)
    with pytest.raises(Refused, match="other party's terms"):
        trades.withdraw(buyer, agreed)
    countered = trades.change(buyer, agreed, effective="2026-12-10", weekly=780_00, off_tariff="split it")
    assert (countered.change_proposer, countered.my_turn) == (BUYER, False)
    with pytest.raises(Refused, match="your own terms"):
        trades.decline(buyer, agreed, "other")
    carry(region, box, BUYER)
    assert trades.decline(seller, agreed, "other").change is None
    trades.change(seller, agreed, effective="2026-12-10", weekly=790_00, off_tariff="the last word")
    assert trades.withdraw(seller, agreed).change is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"effective": "2026-12-01"}, "terms begin on"),
        ({"effective": "2026-12-10"}, "already agreed"),
        ({"effective": "2026-12-10", "weekly": 800_00}, "off the tariff"),
        ({"effective": "2026-12-10", "extras": ["gold"]}, "no extra"),
        ({"effective": "2026-12-10", "end": "2026-12-02"}, "lies before the start"),
        ({"effective": "2026-12-10", "funders": [Funder("health", 1)]}, "add up"),
    ],
)
def test_what_is_no_change(region: dict[str, Desk], agreed: str, more: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        trades.change(region[SELLER], agreed, **more)  # type: ignore[arg-type]


def test_a_place_kept_open_is_stated_by_each_side(region: dict[str, Desk], box: Path, agreed: str) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    weekly = trades.show(buyer, agreed).weekly
    assert trades.show(buyer, agreed).terms.retainer_percent == 50
    trades.keep_open(seller, agreed, [("2026-12-10", "2026-12-17")])
    with pytest.raises(Refused, match="stated these days"):
        trades.keep_open(seller, agreed, [("2026-12-10", "2026-12-17")])
    with pytest.raises(Refused, match="no night"):
        trades.keep_open(seller, agreed, [("2026-12-17", "2026-12-10")])
    kinds = [(one.kind, one.nights, one.weekly) for one in ledger.charges(seller, agreed)]
    assert kinds == [("care", 7, weekly), ("retainer", 7, -(-weekly // 2)), ("care", 15, weekly)]
    carry(region, box, SELLER)
    assert trades.show(buyer, agreed).kept_seller == (("2026-12-10", "2026-12-17"),)
    assert trades.keep_open(seller, agreed, []).kept_seller == ()


def test_a_seller_can_say_that_there_were_no_such_days(
    region: dict[str, Desk], box: Path, agreed: str
) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    with pytest.raises(Refused, match="stated these days"):
        trades.keep_open(seller, agreed, [])
    trades.keep_open(buyer, agreed, [("2026-12-10", "2026-12-17")])
    carry(region, box, BUYER)
    assert [one.kind for one in ledger.charges(seller, agreed)] == ["care", "retainer", "care"]
    trades.keep_open(seller, agreed, [])
    assert [one.kind for one in ledger.charges(seller, agreed)] == ["care"]


def test_notice_beyond_the_end_agreed_is_a_change_of_terms(
    region: dict[str, Desk], box: Path, agreed: str
) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    trades.change(seller, agreed, effective="2026-12-10", end="2027-01-31")
    carry(region, box, SELLER)
    trades.accept(buyer, agreed)
    with pytest.raises(Refused, match="The end agreed is 31/01/2027"):
        trades.notice(buyer, agreed, "2027-02-28")
    assert trades.notice(buyer, agreed, "2027-01-15").notice_on == "2027-01-15"


def test_no_retainer_no_days_kept_open(region: dict[str, Desk], box: Path) -> None:
    trade = trades.record(
        region[SELLER],
        BUYER,
        setting_name="Oak",
        place="U6",
        start="2026-12-03",
        needs=NEEDS,
        weekly=900_00,
        off_tariff="no tariff yet",
        as_seller=True,
    )
    carry(region, box, SELLER)
    trades.accept(region[BUYER], trade.id)
    with pytest.raises(Refused, match="No retainer"):
        trades.keep_open(region[BUYER], trade.id, [("2026-12-10", "2026-12-17")])


def test_funders_share_the_price_to_the_penny(region: dict[str, Desk], box: Path) -> None:
    tariff_between(region, box)
    vacancy = offer(region[SELLER])
    carry(region, box, SELLER)
    price = trades.quote(region[BUYER], vacancy, NEEDS, start="2026-12-03").weekly
    shares = (Funder("social care", price - 100_00), Funder("health", 100_00))
    trade = trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=NEEDS, funders=shares)
    assert trade.terms.funders == shares
    with pytest.raises(Refused, match="add up"):
        trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=NEEDS, funders=shares[:1])


def _settled_by_both(
    region: dict[str, Desk], box: Path, text: str, *, emergency: bool = False, **more: object
) -> str:
    """A trade from 3 December by a tariff of this text."""
    buyer, seller = region[BUYER], region[SELLER]
    published = tariffs.publish(buyer, text)
    carry(region, box, BUYER)
    for desk in (buyer, seller):
        tariffs.adopt(desk, published.id, "2026-04-01")
    vacancy = offer(seller)
    carry(region, box)
    needs = replace(NEEDS, emergency=emergency)
    trade = trades.propose(buyer, vacancy, start="2026-12-03", needs=needs, **more)  # type: ignore[arg-type]
    carry(region, box, BUYER)
    trades.accept(seller, trade.id)
    settle(region, box)
    return trade.id


def test_the_price_of_another_age_is_that_of_its_age(region: dict[str, Desk], box: Path, agreed: str) -> None:
    proposal = trades.change(region[SELLER], agreed, effective="2026-12-10", age=16)
    assert proposal.change is not None
    assert (proposal.change.age, proposal.change.weekly) == (16, 575_00)
    carry(region, box, SELLER)
    assert trades.accept(region[BUYER], agreed).terms.age == 16


def test_the_emergency_premium_is_due_for_the_first_nights_of_the_stay_and_no_others(
    region: dict[str, Desk], box: Path
) -> None:
    trade = _settled_by_both(region, box, worked_tariff_text(), emergency=True)
    buyer, seller = region[BUYER], region[SELLER]
    premium = [("premium", 7, 105_00)]

    def premiums() -> list[tuple[str, int, int]]:
        return [
            (one.kind, one.nights, one.pence) for one in ledger.charges(buyer, trade) if one.kind != "care"
        ]

    assert premiums() == premium
    for day, more in (("2026-12-05", {"extras": ["therapy"]}), ("2026-12-20", {"notice_days": 28})):
        trades.change(seller, trade, effective=day, **more)
        carry(region, box, SELLER)
        trades.accept(buyer, trade)
        carry(region, box, BUYER)
        assert sum(nights for _, nights, _ in premiums()) == 7
        assert abs(sum(pence for _, _, pence in premiums()) - 105_00) <= 1


def test_an_extra_that_is_part_of_the_core_stays_with_the_next_prices(
    region: dict[str, Desk], box: Path
) -> None:
    text = worked_tariff_text().replace('part = "additional"', 'part = "core"', 1)
    name = next(one.name for one in tariff_from_toml(text).extras if one.part == "core")
    trade = _settled_by_both(region, box, text, extras=[name])
    buyer, seller = region[BUYER], region[SELLER]
    first = trades.show(buyer, trade)
    newer = tariffs.publish(buyer, tariffs.uplift(buyer, first.terms.tariff, "2027-04-01"))
    carry(region, box, BUYER)
    for desk in (buyer, seller):
        tariffs.adopt(desk, newer.id, "2027-04-01")
    settle(region, box)
    second = trades.change(seller, trade, effective="2027-04-01").change
    assert second is not None
    assert [line.label for line in second.lines] == [line.label for line in first.terms.lines]


def test_a_price_that_only_names_a_tariff_is_not_signed(
    region: dict[str, Desk], box: Path, agreed: str
) -> None:
    """Another program's terms: the lines, the retainer, the band are not what the tariff says of the need."""
    buyer, seller = region[BUYER], region[SELLER]
    terms = trades.show(buyer, agreed).terms
    other = tuple(replace(line, pence=line.pence + 1) for line in terms.lines)
    first = bytes.fromhex(trades.show(seller, agreed).proposal)
    for forged in (
        replace(terms, lines=other, weekly=sum(line.pence for line in other)),
        replace(terms, retainer_percent=100),
        replace(terms, band="Specialist", lines=(Line("core", 715_00),), weekly=715_00),
        replace(terms, band="No such", lines=(Line("core", 1),), weekly=1),
    ):
        change = replace(forged, effective="2026-12-10", valid_until="2026-12-08", funders=())
        sign(seller, Propose(change, first), agreed)
        carry(region, box, SELLER)
        with pytest.raises(Refused, match="is not that of Worked example"):
            trades.accept(buyer, agreed)
        trades.decline(buyer, agreed, "other")
        carry(region, box, BUYER)


def test_a_counter_at_another_price_leaves_the_shares_of_the_old_one(
    region: dict[str, Desk], box: Path
) -> None:
    tariff_between(region, box)
    vacancy = offer(region[SELLER])
    carry(region, box, SELLER)
    price = trades.quote(region[BUYER], vacancy, NEEDS, start="2026-12-03").weekly
    shares = (Funder("social care", price - 100_00), Funder("health", 100_00))
    trade = trades.propose(region[BUYER], vacancy, start="2026-12-03", needs=NEEDS, funders=shares)
    carry(region, box, BUYER)
    assert trades.counter(region[SELLER], trade.id, end="2027-03-01").terms.funders == shares
    dearer = trades.counter(region[SELLER], trade.id, weekly=price + 50_00, off_tariff="two carers")
    assert dearer.terms.funders == ()
    carry(region, box, SELLER)
    again = (Funder("social care", price - 60_00), Funder("health", 100_00))
    mine = trades.counter(
        region[BUYER], trade.id, weekly=price + 40_00, off_tariff="two carers", funders=again
    )
    assert mine.terms.funders == again


def test_who_funds_may_change_in_the_middle_of_a_month(region: dict[str, Desk], box: Path) -> None:
    """The price stays, so it is one charge; each funder pays for the nights that were theirs."""
    tariff_between(region, box)
    vacancy = offer(region[SELLER])
    carry(region, box, SELLER)
    buyer, seller = region[BUYER], region[SELLER]
    price = trades.quote(buyer, vacancy, NEEDS, start="2026-12-03").weekly
    first = (Funder("social care", price),)
    trade = trades.propose(buyer, vacancy, start="2026-12-03", needs=NEEDS, funders=first)
    carry(region, box, BUYER)
    trades.accept(seller, trade.id)
    then = (Funder("health", price - 1), Funder("social care", 1))
    trades.change(seller, trade.id, effective="2026-12-10", funders=then)
    carry(region, box, SELLER)
    trades.accept(buyer, trade.id)
    paper = statement_paper.paper(buyer, SELLER, BUYER, "2026-12")
    (line,) = paper.lines
    parts = {one.name: one.pence for one in line.funders}
    assert sum(parts.values()) == line.view.posting.pence
    # Seven nights of the first, 22 of the second; a penny a week of them still with the first.
    assert parts["social care"] == price + 3
