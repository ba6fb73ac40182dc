"""Closed months stay as they were stated; corrections make the sum right, later."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.closing import ClosedLine, ClosedMonth, Derived, composed, corrections, next_month
from rcc_tui.domain.ledger import CARE, CORRECTION, PREMIUM, Posting, balances

MONTHS = ("2026-10", "2026-11", "2026-12", "2027-01")
PAIRS = (("931", "870"), ("870", "931"), ("931", "871"))


def charge(trade: str, month: str, pence: int, pair: tuple[str, str] = PAIRS[0]) -> Posting:
    seller, buyer = pair
    day = date.fromisoformat(f"{month}-01")
    return Posting(trade, month, buyer, seller, 7, pence, pence, "", CARE, day, day.replace(day=8))


class Stated(NamedTuple):
    """A closed month and its lines as postings."""

    month: ClosedMonth
    postings: tuple[Posting, ...]


def closed(month: str, *postings: Posting, pair: tuple[str, str] = PAIRS[0]) -> Stated:
    lines = tuple(
        ClosedLine(one.trade, one.pence, one.pence, False, one.kind, one.corrects) for one in postings
    )
    return Stated(ClosedMonth(*pair, month, lines), postings)


def with_corrections(derived: list[Posting], done: list[Stated]) -> list[Posting]:
    """The whole ledger."""
    now = Derived()
    for one in derived:
        now.add(((one.seller, one.buyer), one.month), one.trade, one.pence, one.kind)
    keys = {(one.month.pair, one.month.month) for one in done}
    stated = [posting for one in done for posting in one.postings]
    return composed(derived, keys, stated, corrections(now, [one.month for one in done]))


def test_a_month_closed_on_what_it_comes_to_needs_no_correction() -> None:
    stated = [charge("a", "2026-10", 100), charge("b", "2026-10", 50)]
    assert with_corrections(stated, [closed("2026-10", *stated)]) == stated


def test_what_turns_out_otherwise_is_posted_in_the_first_open_month_and_names_the_closed_one() -> None:
    month = [closed("2026-10", charge("a", "2026-10", 100)), closed("2026-11", charge("a", "2026-11", 70))]
    derived = [charge("a", "2026-10", 80), charge("a", "2026-11", 70), charge("a", "2026-12", 60)]
    found = with_corrections(derived, month)
    (correction,) = [one for one in found if one.kind == CORRECTION]
    assert (correction.month, correction.corrects, correction.pence) == ("2026-12", "2026-10", -20)
    assert [one.pence for one in found if one.kind == CARE] == [100, 70, 60]


def test_a_correction_stated_in_a_month_that_is_closed_too_is_not_posted_again() -> None:
    derived = [charge("a", "2026-10", 80), charge("a", "2026-11", 70)]
    first = closed("2026-10", charge("a", "2026-10", 100))
    november = [one for one in with_corrections(derived, [first]) if one.month == "2026-11"]
    second = closed("2026-11", *november)
    found = with_corrections(derived, [first, second])
    assert sum(one.pence for one in found) == 150
    assert len([one for one in found if one.kind == CORRECTION]) == 1


def test_a_trade_nobody_had_stated_is_posted_as_a_correction() -> None:
    found = with_corrections([charge("late", "2026-10", 30)], [closed("2026-10")])
    assert [(one.month, one.corrects, one.pence) for one in found] == [("2026-11", "2026-10", 30)]


def test_a_conceded_amount_counts_whatever_the_days_say_later() -> None:
    stated = charge("a", "2026-10", 100)
    month = Stated(ClosedMonth("931", "870", "2026-10", (ClosedLine("a", 100, 80, True, CARE),)), (stated,))
    for derived in (100, 80, 90):
        found = with_corrections([charge("a", "2026-10", derived)], [month])
        assert sum(one.pence for one in found) == 80


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from(MONTHS), st.integers(0, 1_000), st.sampled_from(PAIRS)
        ),
        max_size=12,
    ),
    st.lists(st.tuples(st.sampled_from(MONTHS), st.sampled_from(PAIRS), st.integers(-50, 50)), max_size=6),
    st.sets(st.integers(0, 5)),
    st.sets(st.sampled_from("abc")),
)
def test_however_months_are_closed_every_trade_comes_to_what_it_should(
    charges: list[tuple[str, str, int, tuple[str, str]]],
    closings: list[tuple[str, tuple[str, str], int]],
    opened: set[int],
    gone: set[str],
) -> None:
    """Months are closed one after the other, each on what the ledger then said, give or take a mistake; then
    some are open again, and of some trades nothing is due any more."""
    derived = [charge(f"{trade}{pair}", month, pence, pair) for trade, month, pence, pair in charges]
    done: list[Stated] = []
    for month, pair, slip in sorted(closings):
        if any((one.month.pair, one.month.month) == (pair, month) for one in done):
            continue
        ledger = with_corrections(derived, done)
        lines = [one for one in ledger if one.month == month and (one.seller, one.buyer) == pair]
        lines = [one._replace(pence=one.pence if one.corrects else max(0, one.pence + slip)) for one in lines]
        done.append(closed(month, *lines, pair=pair))
    done = [one for number, one in enumerate(done) if number not in opened]
    derived = [one for one in derived if one.trade[0] not in gone]
    found = with_corrections(derived, done)
    expected: defaultdict[str, int] = defaultdict(int)
    for one in derived:
        expected[one.trade] += one.pence
    total: defaultdict[str, int] = defaultdict(int)
    for one in found:
        total[one.trade] += one.pence
    assert {k: v for k, v in total.items() if v} == {k: v for k, v in expected.items() if v}
    assert sum(balances(found).values()) == 0
    assert all(one.pence >= 0 or one.kind == CORRECTION for one in found)


def correction(trade: str, month: str, pence: int, corrects: str) -> Posting:
    day = date.fromisoformat(f"{month}-01")
    return Posting(trade, month, "870", "931", 0, 0, pence, "", CORRECTION, day, day, corrects)


def comes_to(derived: list[Posting], *months: Stated) -> int:
    return sum(one.pence for one in with_corrections(derived, list(months)))


def conceding(month: str, *lines: tuple[Posting, int]) -> Stated:
    """A closed month of which the seller took the buyer's amounts, where they are others."""
    said = [
        ClosedLine(one.trade, one.pence, settled, settled != one.pence, one.kind, one.corrects)
        for one, settled in lines
    ]
    return Stated(ClosedMonth(*PAIRS[0], month, tuple(said)), tuple(one for one, _ in lines))


def test_a_conceded_correction_counts_in_the_month_it_corrects_and_nowhere_else() -> None:
    """Stated 1,000, put right by -50, the buyer says by -80, the seller takes it: 920, not 950."""
    october = closed("2026-10", charge("a", "2026-10", 1_000))
    care, said = charge("a", "2026-11", 700), correction("a", "2026-11", -50, "2026-10")
    november = conceding("2026-11", (care, 700), (said, -80))
    derived = [charge("a", "2026-10", 950), charge("a", "2026-11", 700)]
    assert comes_to(derived, october, november) == 920 + 700
    assert comes_to([charge("a", "2026-10", 900), derived[1]], october, november) == 920 + 700
    # The care of November was not conceded: it goes with the days.
    assert comes_to([derived[0], charge("a", "2026-11", 600)], october, november) == 920 + 600
    due = [one for one in with_corrections(derived, [october, november]) if one.month == "2026-12"]
    assert [(one.corrects, one.pence) for one in due] == [("2026-10", -30)]
    december = closed("2026-12", *due)
    assert comes_to(derived, october, november, december) == 920 + 700


def test_what_was_conceded_of_one_kind_of_charge_leaves_the_others_to_the_days() -> None:
    premium = charge("a", "2026-10", 100)._replace(kind=PREMIUM)
    october = conceding("2026-10", (charge("a", "2026-10", 1_000), 1_000), (premium, 0))
    for care in (1_000, 500):
        assert comes_to([charge("a", "2026-10", care), premium], october) == care


def test_a_correction_of_a_trade_that_is_no_more_is_taken_back() -> None:
    """Posted for a trade nobody had stated, which then came to nothing."""
    late = closed("2026-11", correction("late", "2026-11", 30, "2026-10"))
    assert comes_to([charge("late", "2026-10", 30)], closed("2026-10"), late) == 30
    assert comes_to([], closed("2026-10"), late) == 0


def test_a_month_that_is_open_again_is_not_put_right_twice() -> None:
    november = closed("2026-11", correction("a", "2026-11", -50, "2026-10"))
    found = with_corrections([charge("a", "2026-10", 950)], [november])
    assert sum(one.pence for one in found) == 950
    back = [one for one in found if one.pence == 50]
    assert [(one.month, one.corrects) for one in back] == [("2026-12", "2026-10")]


def test_months_follow_each_other() -> None:
    assert [next_month(one) for one in MONTHS] == [*MONTHS[1:], "2027-02"]
