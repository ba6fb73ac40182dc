"""Changes of agreed terms: who agreed to what, from which day, and what crossed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rcc_tui.acts import trades
from rcc_tui.acts.kind import Heard
from rcc_tui.acts.terms import terms_hash
from rcc_tui.acts.trades import Accept, Decline, KeepOpen, Propose, Start, Withdraw
from rcc_tui.domain.terms import Line, Terms
from tests.acts.told import Story

BUYER, SELLER = "870", "931"
TERMS = Terms(
    buyer=BUYER,
    seller=SELLER,
    referral="",
    vacancy="aa" * 16,
    setting="bb" * 16,
    setting_name="Willow Lodge",
    place="U6",
    start="2026-12-03",
    end="",
    age=12,
    sex="F",
    places=1,
    tariff="",
    band="",
    lines=(Line("agreed", 700_00),),
    weekly=700_00,
    notice_days=7,
    off_tariff="phone",
    retainer_percent=50,
)


def changed(weekly: int = 770_00, effective: str = "2027-01-01", **more: Any) -> Terms:
    return replace(TERMS, lines=(Line("agreed", weekly),), weekly=weekly, effective=effective, **more)


class Trade:
    """A trade agreed on `TERMS`."""

    def __init__(self) -> None:
        self.story = Story(trades.KIND, "pair:870:931")
        self.proposal = self.story.tell(BUYER, Propose(TERMS))
        self.acceptance = self.accept(SELLER, self.proposal, TERMS)

    def accept(self, code: str, proposal: Heard, terms: Terms, **more: Any) -> Heard:
        return self.story.tell(code, Accept(proposal.hash, terms_hash(terms)), **more)

    def change(self, code: str, terms: Terms, of: Heard | None = None, **more: Any) -> Heard:
        return self.story.tell(code, Propose(terms, (of or self.proposal).hash), **more)

    def weeks(self) -> list[tuple[object, object, object]]:
        """Start, end and price of each span charged."""
        return [(row["start"], row["end"], row["weekly"]) for row in self.story.folded().rows["charge"]]

    def counts(self, heard: Heard) -> bool:
        return heard.hash not in self.story.aside()


@pytest.fixture
def trade() -> Trade:
    return Trade()


def test_a_change_both_signed_holds_from_its_day(trade: Trade) -> None:
    new = changed()
    proposed = trade.change(SELLER, new)
    row = trade.story.row()
    assert (row["change_proposal"], row["change_proposer"]) == (proposed.hash.hex(), SELLER)
    assert trade.weeks() == [("2026-12-03", "", 700_00)]
    trade.accept(BUYER, proposed, new)
    row = trade.story.row()
    assert (row["weekly"], row["change"], row["terms_hash"]) == (770_00, "", terms_hash(new))
    assert [one["weekly"] for one in json.loads(str(row["versions"]))] == [700_00, 770_00]
    assert trade.weeks() == [("2026-12-03", "2027-01-01", 700_00), ("2027-01-01", "", 770_00)]


def test_one_signature_changes_nothing(trade: Trade) -> None:
    proposed = trade.change(SELLER, changed())
    own = trade.accept(SELLER, proposed, changed())
    other = trade.accept(BUYER, proposed, changed(weekly=1))
    assert not trade.counts(own)
    assert not trade.counts(other)
    assert trade.weeks() == [("2026-12-03", "", 700_00)]


@pytest.mark.parametrize(
    "terms",
    [
        changed(vacancy="cc" * 16),
        changed(setting="cc" * 16),
        changed(referral="cc" * 16),
        changed(start="2026-12-04"),
        replace(changed(), buyer=SELLER, seller=BUYER),
        replace(changed(), weekly=1),
        changed(effective="2026-12-01"),
        changed(effective="soon"),
        changed(retainer_percent=101),
    ],
)
def test_no_change_of_who_where_or_since_when_and_none_that_does_not_add_up(
    trade: Trade, terms: Terms
) -> None:
    assert not trade.counts(trade.change(SELLER, terms))


def test_terms_with_a_day_they_take_effect_open_no_trade() -> None:
    story = Story(trades.KIND, "pair:870:931")
    opened = story.tell(BUYER, Propose(changed()))
    assert opened.hash in story.aside()


def test_a_change_is_of_the_terms_that_were_agreed_not_of_those_first_proposed() -> None:
    story = Story(trades.KIND, "pair:870:931")
    first = story.tell(BUYER, Propose(replace(TERMS, start="2026-11-30", vacancy="cc" * 16)))
    countered = story.tell(SELLER, Propose(TERMS, first.hash))
    story.tell(BUYER, Accept(countered.hash, terms_hash(TERMS)))
    proposed = story.tell(SELLER, Propose(changed(), countered.hash))
    assert proposed.hash not in story.aside()
    of_the_first = story.tell(SELLER, Propose(changed(), first.hash))
    assert of_the_first.hash in story.aside()


def test_a_change_of_what_was_only_proposed_is_none() -> None:
    story = Story(trades.KIND, "pair:870:931")
    proposal = story.tell(BUYER, Propose(TERMS))
    early = story.tell(SELLER, Propose(changed(), proposal.hash))
    assert early.hash in story.aside()


def test_a_change_countered_declined_and_taken_back(trade: Trade) -> None:
    first = trade.change(SELLER, changed())
    second = trade.change(BUYER, changed(740_00), first)
    late = trade.accept(BUYER, first, changed())
    assert not trade.counts(late)
    assert trade.story.row()["change_proposal"] == second.hash.hex()
    trade.story.tell(SELLER, Decline(second.hash, "COST", ""))
    assert trade.story.row()["change"] == ""
    third = trade.change(SELLER, changed())
    trade.story.tell(SELLER, Withdraw(third.hash, ""))
    late = trade.accept(BUYER, third, changed())
    assert not trade.counts(late)
    assert trade.weeks() == [("2026-12-03", "", 700_00)]


def test_what_was_agreed_cannot_be_taken_back(trade: Trade) -> None:
    proposed = trade.change(SELLER, changed())
    trade.accept(BUYER, proposed, changed())
    assert not trade.counts(trade.story.tell(SELLER, Withdraw(proposed.hash, "")))
    assert not trade.counts(trade.story.tell(BUYER, Decline(proposed.hash, "COST", "")))


def test_one_withdraws_ones_own_and_declines_the_others(trade: Trade) -> None:
    proposed = trade.change(SELLER, changed())
    assert not trade.counts(trade.story.tell(BUYER, Withdraw(proposed.hash, "")))
    assert not trade.counts(trade.story.tell(SELLER, Decline(proposed.hash, "COST", "")))


def test_changes_build_on_each_other(trade: Trade) -> None:
    first = trade.change(SELLER, changed())
    trade.accept(BUYER, first, changed())
    again = changed(800_00, "2027-02-01")
    second = trade.change(BUYER, again, first)
    trade.accept(SELLER, second, again)
    assert trade.weeks()[1:] == [("2027-01-01", "2027-02-01", 770_00), ("2027-02-01", "", 800_00)]
    earlier = changed(650_00, "2026-12-20")
    third = trade.change(BUYER, earlier, second)
    trade.accept(SELLER, third, earlier)
    assert trade.weeks() == [("2026-12-03", "2026-12-20", 700_00), ("2026-12-20", "", 650_00)]


def rivals(trade: Trade) -> tuple[Heard, Heard]:
    """Two changes of the same terms, each accepted by a desk that did not know of the other."""
    base = [trade.proposal, trade.acceptance]
    one = trade.change(SELLER, changed(), knows=base)
    two = trade.change(BUYER, changed(740_00), knows=base)
    trade.accept(BUYER, one, changed(), knows=[*base, one], desk="2")
    trade.accept(SELLER, two, changed(740_00), knows=[*base, two], desk="2")
    return one, two


def test_two_changes_that_did_not_know_of_each_other_are_contested_and_change_nothing(trade: Trade) -> None:
    rivals(trade)
    assert trade.story.row()["contested"] is True
    assert trade.weeks() == [("2026-12-03", "", 700_00)]


def test_a_further_change_of_one_of_them_settles_it(trade: Trade) -> None:
    one, _ = rivals(trade)
    settled = changed(760_00, "2027-01-15")
    further = trade.change(SELLER, settled, one)
    assert trade.story.row()["change_proposal"] == further.hash.hex()
    trade.accept(BUYER, further, settled)
    assert trade.story.row()["contested"] is False
    assert [weekly for _, _, weekly in trade.weeks()] == [700_00, 770_00, 760_00]


def test_accepted_and_taken_back_at_once_is_contested(trade: Trade) -> None:
    proposed = trade.change(SELLER, changed())
    known = list(trade.story.told)
    trade.story.tell(SELLER, Withdraw(proposed.hash, ""), knows=known)
    trade.accept(BUYER, proposed, changed(), knows=known)
    assert trade.story.row()["contested"] is True
    assert trade.weeks() == [("2026-12-03", "", 700_00)]


def test_a_place_kept_open_is_charged_the_retainer(trade: Trade) -> None:
    trade.story.tell(BUYER, Start("2026-12-03"))
    trade.story.tell(SELLER, KeepOpen((("2026-12-10", "2026-12-17"),)))
    assert trade.weeks() == [
        ("2026-12-03", "2026-12-10", 700_00),
        ("2026-12-10", "2026-12-17", 350_00),
        ("2026-12-17", "", 700_00),
    ]
    trade.story.tell(SELLER, KeepOpen(()))
    assert trade.weeks() == [("2026-12-03", "", 700_00)]
    trade.story.tell(BUYER, KeepOpen((("2026-12-24", "2026-12-31"),)))
    assert trade.weeks() == [("2026-12-03", "", 700_00)]


def test_days_kept_open_are_the_buyers_word_only_where_the_seller_has_said_nothing(trade: Trade) -> None:
    """Else a buyer halves the price of every day, and a seller who says there were none is not heard."""
    trade.story.tell(SELLER, Start("2026-12-03"))
    trade.story.tell(BUYER, KeepOpen((("2026-12-03", "2027-03-01"),)))
    assert trade.weeks() == [("2026-12-03", "2027-03-01", 350_00), ("2027-03-01", "", 700_00)]
    trade.story.tell(SELLER, KeepOpen(()))
    assert trade.weeks() == [("2026-12-03", "", 700_00)]
    backwards = trade.story.tell(SELLER, KeepOpen((("2026-12-17", "2026-12-10"),)))
    never = trade.story.tell(SELLER, KeepOpen((("2026-12-17", "2026-12-35"),)))
    assert not trade.counts(backwards)
    assert not trade.counts(never)
