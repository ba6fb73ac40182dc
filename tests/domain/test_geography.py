from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.geography import (
    UNKNOWN_MILES,
    Gazetteer,
    Grid,
    borderline,
    is_outcode,
    is_postcode,
    miles,
    outcode_of,
    over_20,
)

GRIDS = st.builds(Grid, st.integers(0, 700_000), st.integers(0, 1_300_000))


@given(GRIDS, GRIDS)
def test_the_distance_is_the_formula_of_the_guide_rounded_half_up(a: Grid, b: Grid) -> None:
    squared = Decimal((a.easting - b.easting) ** 2 + (a.northing - b.northing) ** 2)
    exact = squared.sqrt() / 1000 / Decimal("1.6093")
    assert miles(a, b) == float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
    assert miles(a, b) == miles(b, a)


@given(GRIDS)
def test_nowhere_is_unknown_and_here_is_zero(a: Grid) -> None:
    assert miles(a, a) == 0.0
    assert miles(a, None) == miles(None, a) == miles(None, None) == UNKNOWN_MILES


def test_a_half_goes_up() -> None:
    # 0.05 miles are 80.465 m: 80 m fall short of it, 81 m do not.
    assert miles(Grid(0, 0), Grid(80, 0)) == 0.0
    assert miles(Grid(0, 0), Grid(81, 0)) == 0.1


def test_over_twenty_is_strict_and_unknown_is_not_over() -> None:
    assert not over_20(20.0)
    assert over_20(20.1)
    assert not over_20(UNKNOWN_MILES)


def test_the_borderline() -> None:
    assert [borderline(distance) for distance in (16.9, 17.0, 23.0, 23.1)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "outcode"),
    [
        ("sl1", "SL1"),
        ("SL1 4XY", "SL1"),
        ("sl14xy", "SL1"),
        (" sl1   4xy ", "SL1"),
        ("SL14", "SL14"),
        ("W1A 1AA", "W1A"),
        ("w1a1aa", "W1A"),
        ("EC1A1BB", "EC1A"),
        ("N1 1AA", "N1"),
        ("M11AE", "M1"),
    ],
)
def test_outcodes(text: str, outcode: str) -> None:
    assert outcode_of(text) == outcode


@pytest.mark.parametrize("text", ["", "1SL", "SL", "SLOUGH", "SL1 4", "SL1 4XC1", "SL1 4CX", "S L1", "ＳＬ1"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        outcode_of(text, "home")
    assert refused.value.where == "home"


def test_full_postcodes_and_outcodes_are_told_apart() -> None:
    assert is_postcode("sl1 4xy")
    assert not is_postcode("SL1")
    assert is_outcode("sl1")
    assert not is_outcode("SL1 4XY")


def test_a_gazetteer_measures_between_outcodes() -> None:
    gazetteer = Gazetteer({"SL1": Grid(496247, 180585), "RG1": Grid(471617, 172953)})
    assert gazetteer.knows("sl1")
    assert not gazetteer.knows("ZZ9")
    assert gazetteer.grid("ZZ9") is None
    assert gazetteer.miles("SL1", "rg1") == 16.0
    assert gazetteer.miles("SL1", "ZZ9") == UNKNOWN_MILES
