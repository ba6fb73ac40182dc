"""The funders' parts of a charge."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import RccError
from rcc_tui.domain.funding import read_funders, split
from rcc_tui.domain.terms import FUNDERS, Funder

SHARES = st.lists(st.integers(0, 10**7), min_size=1, max_size=3)


def _funders(shares: list[int]) -> list[Funder]:
    return [Funder(name, pence) for name, pence in zip(FUNDERS, shares, strict=False)]


@given(st.integers(-(10**9), 10**9), SHARES)
def test_the_parts_add_up_and_are_within_a_penny_of_exact(pence: int, shares: list[int]) -> None:
    parts = split(pence, _funders(shares))
    assert [part.name for part in parts] == list(FUNDERS[: len(shares)])
    assert sum(part.pence for part in parts) == pence
    whole = sum(shares)
    for part, share in zip(parts, shares, strict=True):
        if whole:
            assert abs(part.pence - Fraction(pence * share, whole)) < 1
        if not share and whole:
            assert part.pence == 0


@given(st.integers(0, 10**9), SHARES)
def test_a_reversal_is_the_exact_negative(pence: int, shares: list[int]) -> None:
    there, back = split(pence, _funders(shares)), split(-pence, _funders(shares))
    assert [-part.pence for part in there] == [part.pence for part in back]


def test_the_penny_left_over_goes_to_whom_it_is_owed_most() -> None:
    thirds = _funders([100, 100, 100])
    assert [part.pence for part in split(100, thirds)] == [34, 33, 33]
    assert [part.pence for part in split(101, _funders([100, 100, 200]))] == [25, 25, 51]
    assert [part.pence for part in split(-100, thirds)] == [-34, -33, -33]
    assert [part.pence for part in split(5, _funders([0, 0]))] == [5, 0]
    assert split(100, ()) == ()


def test_shares_are_read_as_they_are_typed() -> None:
    typed = ["Social care=380.00", " health = £1,150 "]
    assert read_funders(typed) == (Funder("social care", 380_00), Funder("health", 1_150_00))
    assert read_funders(["None"]) == read_funders([]) == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["health"], "is not NAME=POUNDS"),
        (["health="], "is not NAME=POUNDS"),
        (["=300"], "is not NAME=POUNDS"),
        (["health=300", "Health=10"], "is given twice"),
        (["health=lots"], "is not an amount"),
        (["none", "health=300"], "is not NAME=POUNDS"),
    ],
)
def test_shares_that_are_none(typed: list[str], said: str) -> None:
    with pytest.raises(RccError, match=said) as refused:
        read_funders(typed, "--funder")
    assert refused.value.where == "--funder"
