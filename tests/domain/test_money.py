from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import charge, half_up, parse_pounds, percent_of, pounds

PENCE = st.integers(0, 10**12)


@given(PENCE)
def test_what_is_shown_reads_back(pence: int) -> None:
    assert parse_pounds(pounds(pence)) == pence


@given(PENCE)
def test_amounts_below_zero_read_back_where_allowed(pence: int) -> None:
    assert parse_pounds(pounds(-pence), negative=True) == -pence
    assert parse_pounds(f"({pounds(pence)})", negative=True) == -pence


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£1,234.50", 123450),
        ("1234", 123400),
        ("1,234.5", 123450),
        (" £ 12 ", 1200),
        (".50", 50),
        ("0", 0),
        ("12.", None),
        ("1,234,567.89", 123456789),
        ("1.234,50", None),
        ("12,34", None),
        ("1234,567", None),
        ("1.005", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("", None),
        ("£", None),
        (".", None),
        ("£££5", None),
        ("-5", None),
        ("(5)", None),
        ("١٢", None),
        ("1_000", None),
        ("9" * 40, None),
        ("1,000,000,000,000,000.00", None),
    ],
)
def test_what_can_be_read_and_what_is_refused(text: str, pence: int | None) -> None:
    if pence is None:
        with pytest.raises(Refused) as refused:
            parse_pounds(text, "weekly")
        assert refused.value.where == "weekly"
    else:
        assert parse_pounds(text) == pence


def test_shown_amounts() -> None:
    assert pounds(123450) == "£1,234.50"
    assert pounds(-1200) == "-£12.00"
    assert pounds(5) == "£0.05"


@given(st.integers(-(10**9), 10**9), st.integers(0, 5000))
def test_a_charge_is_the_nearest_penny(weekly: int, nights: int) -> None:
    found = charge(weekly, nights)
    assert found.exact == Fraction(weekly * nights, 7)
    assert abs(found.exact - found.pence) < Fraction(1, 2)


@given(st.fractions(min_value=-(10**6), max_value=10**6))
def test_half_up_is_the_nearest_and_halves_go_away_from_zero(exact: Fraction) -> None:
    nearest = half_up(exact)
    assert abs(exact - nearest) <= Fraction(1, 2)
    assert half_up(-exact) == -nearest
    if abs(exact - nearest) == Fraction(1, 2):
        assert abs(nearest) > abs(exact)


def test_halves_go_up() -> None:
    assert [half_up(Fraction(n, 2)) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]
    assert percent_of(105, 50) == 53


@given(st.integers(0, 10**8), st.lists(st.integers(0, 400), min_size=1, max_size=8))
def test_a_split_stay_costs_less_than_a_penny_a_split_more_or_less(weekly: int, parts: list[int]) -> None:
    whole = charge(weekly, sum(parts)).pence
    assert abs(sum(charge(weekly, part).pence for part in parts) - whole) <= len(parts) - 1


@given(st.integers(0, 300), st.integers(0, 10**7))
def test_whole_weeks_cost_whole_weeks(weeks: int, weekly: int) -> None:
    assert charge(weekly, weeks * 7).pence == weekly * weeks


def test_nights_below_zero_are_refused() -> None:
    with pytest.raises(Refused):
        charge(1000, -1)


def test_more_than_an_act_can_hold_is_refused() -> None:
    assert parse_pounds("10,000,000,000.00") == 10**12
    with pytest.raises(Refused, match="too large"):
        parse_pounds("10,000,000,000.01")
