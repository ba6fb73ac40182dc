"""What a stay costs, against a calculator that goes night by night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.domain.ledger import CARE, PREMIUM, RETAINER, Posting, Span, balances, postings
from rcc_tui.domain.stay import Priced, price_stay
from rcc_tui.domain.terms import Line, Terms
from tests.domain import slow_ledger

FAR = date(2030, 1, 1)
BASE = Terms(
    buyer="870",
    seller="931",
    referral="",
    vacancy="",
    setting="",
    setting_name="Willow Lodge",
    place="U6",
    start="2026-03-01",
    end="",
    age=12,
    sex="F",
    places=1,
    tariff="aa",
    band="Core",
    lines=(Line("core", 700_00),),
    weekly=700_00,
    notice_days=7,
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def versions(draw: st.DrawFn) -> list[Terms]:
    """Terms and up to three changes of them."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        lines = [Line("core", draw(st.integers(0, 900_000)))]
        if draw(st.booleans()):
            lines.append(
                Line("premium", draw(st.integers(0, 40_000)), "additional", draw(st.integers(1, 40)))
            )
        found.append(
            replace(
                BASE,
                lines=tuple(lines),
                weekly=sum(line.pence for line in lines),
                tariff=draw(st.sampled_from(("", "aa", "bb"))),
                effective=draw(DAYS).isoformat() if number else "",
                retainer_percent=draw(st.sampled_from((0, 0, 50, 33, 100))),
            )
        )
    return found


@st.composite
def kept_open(draw: st.DrawFn) -> list[tuple[date, date]]:
    """Up to three spans on which the place was kept open."""
    starts = draw(st.lists(DAYS, max_size=3))
    return [(first, first + timedelta(days=draw(st.integers(1, 60)))) for first in starts]


def posted(pieces: Sequence[Priced]) -> list[Posting]:
    spans = [Span("t", "931", "870", one.start, one.end, one.weekly, one.kind, one.tariff) for one in pieces]
    return postings(spans, FAR)


def lines_of(pieces: Sequence[Priced]) -> Counter[tuple[str, str, int, str, int]]:
    """Nights by month, kind, price and tariff: how a month's charges are cut up is not the calculator's."""
    found: Counter[tuple[str, str, int, str, int]] = Counter()
    for one in posted(pieces):
        found[(one.month, one.kind, one.weekly, one.tariff, 0)] += one.nights
    return found


@settings(max_examples=400)
@given(versions(), DAYS, st.integers(0, 500), kept_open())
def test_agrees_with_the_slow_calculator(
    agreed: list[Terms], start: date, stay: int, kept: list[tuple[date, date]]
) -> None:
    end = start + timedelta(days=stay)
    nights = slow_ledger.by_night(agreed, start, end, kept)
    if stay == 0:
        nights = {day: rates for day, rates in nights.items() if day < start}
    pieces = price_stay(agreed, start, end, kept)
    expected: Counter[tuple[str, str, int, str, int]] = Counter()
    for (month, (kind, weekly, tariff), _), count in slow_ledger.by_month(nights).items():
        expected[(month, kind, weekly, tariff, 0)] += count
    assert lines_of(pieces) == expected
    rounded = posted(pieces)
    assert all(one.pence == slow_ledger.rounded(one.weekly, one.nights) for one in rounded)
    assert all(one.pence >= 0 for one in rounded)
    exact = slow_ledger.total(nights)
    assert abs(Fraction(sum(one.pence for one in rounded)) - Fraction(exact)) <= Fraction(len(rounded), 2)
    assert sum(balances(rounded).values()) == 0


@given(versions(), DAYS, st.integers(2, 400), st.data())
def test_a_stay_cut_anywhere_costs_the_same_to_the_penny(
    agreed: list[Terms], start: date, stay: int, data: st.DataObject
) -> None:
    """Each cut adds at most two lines more to be rounded, by under a penny between them; nothing is lost."""
    end = start + timedelta(days=stay)
    whole = price_stay(agreed, start, end)
    at = start + timedelta(days=data.draw(st.integers(1, stay - 1)))
    cut: list[Priced] = []
    for one in whole:
        assert one.end is not None
        if one.start < at < one.end:
            cut += [replace(one, end=at), replace(one, start=at)]
        else:
            cut.append(one)
    through = sum(one.start < at < (one.end or FAR) for one in whole)
    before, after = posted(whole), posted(cut)
    assert abs(sum(one.pence for one in after) - sum(one.pence for one in before)) <= through
    exact = [sum(Fraction(one.weekly * one.nights, 7) for one in found) for found in (before, after)]
    assert exact[0] == exact[1]


@given(versions(), DAYS, st.integers(1, 300), kept_open())
def test_no_night_is_charged_twice_for_care(
    agreed: list[Terms], start: date, stay: int, kept: list[tuple[date, date]]
) -> None:
    end = start + timedelta(days=stay)
    pieces = [one for one in price_stay(agreed, start, end, kept) if one.kind != PREMIUM]
    days = [
        one.start + timedelta(days=n) for one in pieces for n in range(((one.end or FAR) - one.start).days)
    ]
    assert len(days) == len(set(days))
    inside = {day for day in days if day >= start}
    assert inside == {start + timedelta(days=n) for n in range(stay)}


def test_a_change_holds_from_its_day() -> None:
    later = replace(BASE, lines=(Line("core", 717_50),), weekly=717_50, effective="2026-04-01", tariff="bb")
    found = price_stay([BASE, later], date(2026, 3, 30), None)
    assert [(one.start, one.end, one.weekly, one.tariff) for one in found] == [
        (date(2026, 3, 30), date(2026, 4, 1), 700_00, "aa"),
        (date(2026, 4, 1), None, 717_50, "bb"),
    ]


def test_a_change_that_changes_no_price_cuts_nothing() -> None:
    later = replace(BASE, effective="2026-04-01", notice_days=28)
    assert len(price_stay([BASE, later], date(2026, 3, 1), date(2026, 5, 1))) == 1


def test_a_change_does_not_begin_the_first_nights_anew() -> None:
    lines = (Line("core", 700_00), Line("emergency premium", 105_00, "additional", 7))
    first = replace(BASE, lines=lines, weekly=805_00)
    for day, nights in (("2026-03-20", 7), ("2026-03-04", 7)):
        later = replace(first, effective=day, notice_days=28)
        found = [
            one for one in posted(price_stay([first, later], date(2026, 3, 1), None)) if one.kind == PREMIUM
        ]
        assert sum(one.nights for one in found) == nights
        assert sum(one.pence for one in found) == 105_00
    without = replace(BASE, effective="2026-03-04")
    found = [
        one for one in posted(price_stay([first, without], date(2026, 3, 1), None)) if one.kind == PREMIUM
    ]
    assert [one.nights for one in found] == [3]


def test_the_retainer_takes_the_place_of_the_price_while_a_place_is_kept_open() -> None:
    terms = replace(BASE, retainer_percent=50)
    kept = [(date(2026, 2, 26), date(2026, 3, 1)), (date(2026, 3, 10), date(2026, 3, 17))]
    found = price_stay([terms], date(2026, 3, 1), date(2026, 4, 1), kept)
    assert [(one.kind, one.start, one.end, one.weekly) for one in found] == [
        (RETAINER, date(2026, 2, 26), date(2026, 3, 1), 350_00),
        (CARE, date(2026, 3, 1), date(2026, 3, 10), 700_00),
        (RETAINER, date(2026, 3, 10), date(2026, 3, 17), 350_00),
        (CARE, date(2026, 3, 17), date(2026, 4, 1), 700_00),
    ]


def test_a_place_kept_open_without_a_retainer_agreed_changes_nothing() -> None:
    kept = [(date(2026, 3, 10), date(2026, 3, 17))]
    assert price_stay([BASE], date(2026, 3, 1), None, kept) == price_stay([BASE], date(2026, 3, 1), None)


def test_a_stay_that_ends_before_it_starts_costs_nothing() -> None:
    assert price_stay([BASE], date(2026, 3, 10), date(2026, 3, 1)) == []
    assert price_stay([], date(2026, 3, 10), None) == []
