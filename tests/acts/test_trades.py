"""How the acts of a trade fold: agreement, crossing, statements, what is set aside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.acts import trades
from rcc_tui.acts.kind import Act, Heard
from rcc_tui.acts.terms import charges, terms_hash, unsound
from rcc_tui.acts.trades import Accept, Decline, Dispute, End, Notice, Propose, Resolve, Start, Withdraw
from rcc_tui.domain.terms import Funder, Line, Terms
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
    lines=(Line("agreed", 900_00),),
    weekly=900_00,
    notice_days=7,
    off_tariff="phone",
)


def _accept(proposal: Heard, terms: Terms = TERMS) -> Accept:
    return Accept(proposal.hash, terms_hash(terms))


@pytest.fixture
def story() -> Story:
    """A trade of Reading and Oxfordshire, not yet proposed."""
    return Story(trades.KIND, "pair:870:931")


@pytest.fixture
def proposal(story: Story) -> Heard:
    """Reading's proposal, which opens the story."""
    return story.tell(BUYER, Propose(TERMS))


def test_proposed_and_agreed_on_one_hash(story: Story, proposal: Heard) -> None:
    assert (story.row()["state"], story.row()["signed_by"]) == ("proposed", '["870"]')
    assert story.row()["disputed"] is False
    accepted = story.tell(SELLER, _accept(proposal))
    row = story.row()
    assert (row["state"], row["terms_hash"], row["acceptance"]) == (
        "agreed",
        terms_hash(TERMS),
        accepted.hash.hex(),
    )
    assert row["signed_by"] == '["870","931"]'
    (charge,) = story.folded().rows["charge"]
    assert (charge["start"], charge["end"], charge["weekly"]) == ("2026-12-03", "", 900_00)


@pytest.mark.parametrize(
    ("code", "desk", "terms"),
    [(BUYER, "1", TERMS), (BUYER, "2", TERMS), ("867", "1", TERMS), (SELLER, "1", replace(TERMS, age=13))],
)
def test_an_acceptance_that_is_none(
    story: Story, proposal: Heard, code: str, desk: str, terms: Terms
) -> None:
    heard = story.tell(code, _accept(proposal, terms), desk=desk)
    assert heard.hash in story.aside()
    assert story.row()["state"] == "proposed"


@pytest.mark.parametrize(
    "changed",
    [
        {"start": "2026-02-30"},
        {"start": "3/12/2026"},
        {"start": "0001-01-01"},
        {"end": "2026-12-02"},
        {"end": "9999-12-31"},
        {"valid_until": "soon"},
        {"weekly": 899_99},
        {"weekly": -1, "lines": (Line("agreed", -1),)},
        {"weekly": 10**30, "lines": (Line("agreed", 10**30),)},
        {"places": 0},
        {"age": -1},
        {"notice_days": -1},
        {"lines": (Line("agreed", 9_000_00), Line("welcome", -8_100_00, nights=1))},
        {"lines": (Line("premium", 900_00, nights=367),)},
        {"lines": (Line("premium", 900_00, nights=-1),)},
        {"funders": (Funder("health", 1),)},
        {"funders": (Funder("health", 900_01), Funder("education", -1))},
    ],
)
def test_terms_nobody_can_reckon_with_open_nothing_and_counter_nothing(
    story: Story, changed: dict[str, object]
) -> None:
    terms = replace(TERMS, **changed)  # type: ignore[arg-type]
    assert unsound(terms)
    first = story.tell(BUYER, Propose(terms))
    assert story.folded().rows == {}
    assert first.hash in story.aside()
    other = Story(trades.KIND, "pair:870:931")
    good = other.tell(BUYER, Propose(TERMS))
    counter = other.tell(SELLER, Propose(terms, good.hash))
    assert counter.hash in other.aside()
    assert other.row()["proposal"] == good.hash.hex()


def test_terms_of_others_open_nothing() -> None:
    for audience, code in (("pair:867:870", BUYER), ("pair:870:931", "HUB-N")):
        story = Story(trades.KIND, audience)
        story.tell(code, Propose(TERMS))
        story.tell(SELLER, Dispute("x"))
        folded = story.folded()
        assert folded.rows == {}
        assert len(folded.refused) == 2


def test_a_counter_takes_the_place_of_what_it_names(story: Story, proposal: Heard) -> None:
    terms = replace(TERMS, start="2026-12-05")
    counter = story.tell(SELLER, Propose(terms, proposal.hash))
    assert (story.row()["proposer"], story.row()["start"]) == (SELLER, "2026-12-05")
    late = story.tell(SELLER, _accept(proposal))
    assert late.hash in story.aside()
    story.tell(BUYER, _accept(counter, terms))
    assert (story.row()["state"], story.row()["contested"]) == ("agreed", False)


@pytest.mark.parametrize("terms", [replace(TERMS, seller="867"), replace(TERMS, buyer=SELLER, seller=BUYER)])
def test_a_counter_cannot_change_who_trades(story: Story, proposal: Heard, terms: Terms) -> None:
    counter = story.tell(SELLER, Propose(terms, proposal.hash))
    assert counter.hash in story.aside()


def test_declined_by_the_other_withdrawn_by_oneself(story: Story, proposal: Heard) -> None:
    wrong = [
        story.tell(BUYER, Decline(proposal.hash, "staffing", "")),
        story.tell(SELLER, Withdraw(proposal.hash, "")),
        story.tell(SELLER, Decline(b"\0" * 32, "staffing", "")),
    ]
    assert set(story.aside()) == {one.hash for one in wrong}
    story.tell(SELLER, Decline(proposal.hash, "staffing", "two off sick"))
    assert (story.row()["state"], story.row()["reason"]) == ("declined", "staffing two off sick")
    assert story.tell(SELLER, _accept(proposal)).hash in story.aside()


def test_after_the_agreement_nothing_takes_it_back(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    late = [
        story.tell(BUYER, Withdraw(proposal.hash, "")),
        story.tell(SELLER, Decline(proposal.hash, "staffing", "")),
        story.tell(BUYER, Propose(replace(TERMS, age=13), proposal.hash)),
    ]
    assert set(story.aside()) == {one.hash for one in late}
    assert (story.row()["state"], story.row()["contested"]) == ("agreed", False)


def test_crossing_is_contested_and_charges_nothing(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    story.tell(BUYER, Withdraw(proposal.hash, ""), knows=[proposal])
    assert (story.row()["state"], story.row()["contested"]) == ("agreed", True)
    assert story.folded().rows["charge"] == []


def _moved_in(story: Story, proposal: Heard, terms: Terms = TERMS) -> None:
    story.tell(SELLER, _accept(proposal, terms))
    for code in (BUYER, SELLER):
        story.tell(code, Start("2026-12-03"))


def test_who_owes_cannot_quarrel_a_stay_away_that_both_have_stated(story: Story, proposal: Heard) -> None:
    """Another desk of the buyer takes the proposal back months later, as if it had not heard."""
    _moved_in(story, proposal)
    before = story.folded().rows["charge"]
    story.tell(BUYER, Withdraw(proposal.hash, ""), knows=[proposal], desk="2")
    assert (story.row()["state"], story.row()["contested"]) == ("started", True)
    assert story.folded().rows["charge"] == before


def test_nor_make_it_cheaper_by_an_older_proposal(story: Story) -> None:
    cheap = replace(TERMS, lines=(Line("agreed", 1),), weekly=1)
    first = story.tell(SELLER, Propose(cheap))
    second = story.tell(SELLER, Propose(TERMS, first.hash))
    story.tell(BUYER, _accept(second))
    for code in (BUYER, SELLER):
        story.tell(code, Start("2026-12-03"))
    before = story.row()
    story.tell(BUYER, _accept(first, cheap), knows=[first], desk="2")
    assert story.row() == before | {"contested": True}
    assert [row["weekly"] for row in story.folded().rows["charge"]] == [900_00]


def test_a_notice_makes_no_stay_longer_and_the_earlier_of_two_counts() -> None:
    terms = replace(TERMS, end="2026-12-31")
    story = Story(trades.KIND, "pair:870:931")
    _moved_in(story, story.tell(BUYER, Propose(terms)), terms)

    def ends() -> object:
        return story.folded().rows["charge"][0]["end"]

    story.tell(SELLER, Notice("2026-12-04", "2027-03-31"))
    assert (ends(), story.row()["notice_on"]) == ("2026-12-31", "")
    story.tell(BUYER, Notice("2026-12-05", "2026-12-19"))
    assert ends() == "2026-12-19"
    story.tell(SELLER, Notice("2026-12-06", "2026-12-26"))
    assert (ends(), story.row()["notice_on"]) == ("2026-12-19", "2026-12-19")
    story.tell(BUYER, Notice("2026-12-07", "2026-12-29"))
    assert ends() == "2026-12-26"


def test_a_resolution_counts_when_it_knew_all_it_resolves(story: Story, proposal: Heard) -> None:
    accept = story.tell(SELLER, _accept(proposal))
    blind = story.tell(SELLER, Resolve(True, "x"), knows=[proposal, accept])
    assert blind.hash in story.aside()
    story.tell(BUYER, Withdraw(proposal.hash, ""), knows=[proposal])
    assert story.row()["contested"] is True
    story.tell(SELLER, Resolve(True, "it stands"))
    assert (story.row()["state"], story.row()["contested"]) == ("agreed", False)
    assert len(story.folded().rows["charge"]) == 1


def test_two_resolutions_that_contradict_each_other_are_none(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    story.tell(BUYER, Withdraw(proposal.hash, ""), knows=[proposal])
    before = list(story.told)
    story.tell(SELLER, Resolve(True, "stands"), knows=before)
    story.tell(BUYER, Resolve(False, "is off"), knows=before)
    assert story.row()["contested"] is True
    story.tell(BUYER, Resolve(False, "both say: off"))
    assert (story.row()["state"], story.row()["reason"]) == ("withdrawn", "both say: off")


def test_given_up_before_anything_came_of_it(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    story.tell(BUYER, Dispute("stays at home"))
    assert story.row()["disputed"] is True
    story.tell(BUYER, Resolve(False, "both agree"))
    assert (story.row()["state"], story.row()["disputed"]) == ("withdrawn", False)
    late = story.tell(SELLER, Start("2026-12-03"))
    assert late.hash in story.aside()
    assert story.row()["state"] == "withdrawn"


def test_what_was_said_to_stand_goes_on(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    story.tell(BUYER, Dispute("the price"))
    story.tell(SELLER, Resolve(True, "it is right"))
    story.tell(SELLER, Start("2026-12-03"))
    assert (story.row()["state"], story.aside()) == ("started", {})


def test_what_counters_nothing_of_this_trade_is_no_proposal(story: Story, proposal: Heard) -> None:
    stray = story.tell(SELLER, Propose(replace(TERMS, age=13), replaces=bytes(32)))
    assert list(story.aside()) == [stray.hash]
    assert story.row()["proposal"] == proposal.hash.hex()


def test_what_has_happened_is_not_undone(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    agreed = list(story.told)
    story.tell(BUYER, Dispute("stays at home"))
    story.tell(BUYER, Resolve(False, "both agree"))
    story.tell(SELLER, Start("2026-12-03"), knows=agreed)
    assert story.row()["state"] == "started"
    assert len(story.folded().rows["charge"]) == 1
    end = story.tell(SELLER, End("2026-12-10", "CARPL"))
    assert end.hash not in story.aside()


def test_a_resolution_of_nothing_is_set_aside(story: Story, proposal: Heard) -> None:
    early = story.tell(BUYER, Resolve(False, "x"))
    story.tell(SELLER, _accept(proposal))
    late = story.tell(BUYER, Resolve(False, "x"))
    assert set(story.aside()) == {early.hash, late.hash}
    assert story.row()["state"] == "agreed"


@pytest.mark.parametrize(
    "act",
    [Start("2026-02-30"), Notice("2026-12-05", "soon"), Notice("", "2026-12-20"), End("99999", "CARPL")],
)
def test_days_that_do_not_exist_state_nothing(story: Story, proposal: Heard, act: Act) -> None:
    story.tell(SELLER, _accept(proposal))
    heard = story.tell(SELLER, act)
    assert heard.hash in story.aside()
    assert story.row()["state"] == "agreed"


def test_nothing_starts_or_ends_before_it_is_agreed(story: Story, proposal: Heard) -> None:
    early = [story.tell(BUYER, Start("2026-12-03")), story.tell(BUYER, End("2026-12-04", "CARPL"))]
    assert set(story.aside()) == {one.hash for one in early}


def test_statements_of_both_sides_stand_side_by_side(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    story.tell(BUYER, Start("2026-12-04"))
    story.tell(SELLER, Start("2026-12-03"))
    story.tell(SELLER, Notice("2026-12-05", "2026-12-20"))
    row = story.row()
    assert (row["started_buyer"], row["started_seller"]) == ("2026-12-04", "2026-12-03")
    (charge,) = story.folded().rows["charge"]
    assert (charge["start"], charge["end"]) == ("2026-12-03", "2026-12-20")
    story.tell(BUYER, End("2026-12-18", "CHILD"))
    (charge,) = story.folded().rows["charge"]
    assert (story.row()["state"], charge["end"]) == ("ended", "2026-12-18")


def test_an_end_before_the_start_charges_nothing(story: Story, proposal: Heard) -> None:
    story.tell(SELLER, _accept(proposal))
    story.tell(SELLER, Start("2026-12-03"))
    story.tell(SELLER, End("2026-12-01", "CARPL"))
    assert story.folded().rows["charge"] == []


def test_the_emergency_premium_is_a_span_of_its_own() -> None:
    terms = replace(
        TERMS,
        lines=(Line("core", 800_00), Line("emergency premium, first 7 nights", 100_00, "additional", 7)),
    )
    care, premium = charges([terms], "2026-12-03", "2026-12-31")
    assert (care["kind"], care["weekly"], care["end"]) == ("care", 800_00, "2026-12-31")
    assert (premium["kind"], premium["weekly"], premium["end"]) == ("premium", 100_00, "2026-12-10")
    assert charges([terms], "2026-12-03", "2026-12-05")[1]["end"] == "2026-12-05"
    assert charges([terms], "2026-12-03", "")[1]["end"] == "2026-12-10"


_DAYS = st.sampled_from(["2026-12-03", "2026-12-10", "2027-01-02", "never"])
_WHO = st.tuples(st.sampled_from([BUYER, SELLER, "867"]), st.sampled_from(["1", "2"]))


def _act(choice: int, proposals: list[Heard], pick: int, day: str) -> Act:
    named = proposals[pick % len(proposals)]
    assert isinstance(named.act, Propose)
    return (
        Accept(named.hash, terms_hash(named.act.terms)),
        Decline(named.hash, "staffing", ""),
        Withdraw(named.hash, ""),
        Propose(replace(TERMS, weekly=pick, lines=(Line("agreed", pick),)), named.hash),
        Start(day),
        Notice(day, day),
        End(day, "CARPL"),
        Dispute("x"),
        Resolve(bool(pick % 2), "y"),
        Accept(named.hash, "00" * 32),
    )[choice]


@given(
    st.lists(
        st.tuples(
            _WHO, st.integers(0, 9), st.integers(0, 9), _DAYS, st.lists(st.integers(0, 30), max_size=3)
        ),
        max_size=14,
    )
)
def test_whatever_anybody_does_the_books_stay_sound(
    moves: list[tuple[tuple[str, str], int, int, str, list[int]]],
) -> None:
    story = Story(trades.KIND, "pair:870:931")
    proposals = [story.tell(BUYER, Propose(TERMS))]
    for (code, desk), choice, pick, day, unheard in moves:
        knows = [one for number, one in enumerate(story.told) if number not in unheard]
        heard = story.tell(code, _act(choice, proposals, pick, day), knows=knows, desk=desk)
        if isinstance(heard.act, Propose):
            proposals.append(heard)
    folded = story.folded()
    (row,) = folded.rows["trade"]
    charges = folded.rows["charge"]
    assert row["state"] in ("proposed", "agreed", "started", "ended", "declined", "withdrawn")
    assert all(heard.hash in story.aside() for heard in story.told if heard.author.code == "867")
    both = row["started_buyer"] and row["started_seller"]
    if (row["contested"] and not both) or row["state"] in ("proposed", "declined", "withdrawn"):
        assert charges == []
    for charge in charges:
        assert int(str(charge["weekly"])) >= 0
        assert not charge["end"] or str(charge["start"]) < str(charge["end"])
    if row["acceptance"]:
        assert row["signed_by"] == '["870","931"]'
