"""What differs between two tariffs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import worked_tariff
from rcc_tui.domain.price_list import BandRange, Extra, NoticeRule, Rate, Score, Tariff
from rcc_tui.domain.tariff import uplifted
from rcc_tui.domain.tariff_diff import Difference, differences, percent_words, words_of

OLD = worked_tariff()


def with_rate(tariff: Tariff, at: int, weekly: int) -> Tariff:
    """The tariff with one price changed."""
    rates = list(tariff.rates)
    rates[at] = replace(rates[at], weekly=weekly)
    return replace(tariff, rates=tuple(rates))


def test_nothing_differs_from_itself() -> None:
    assert differences(OLD, OLD) == ()


@given(st.integers(0, len(OLD.rates) - 1), st.integers(0, 10**7))
def test_one_price_changed_is_the_one_difference(at: int, weekly: int) -> None:
    found = differences(OLD, with_rate(OLD, at, weekly))
    rate = OLD.rates[at]
    if weekly == rate.weekly:
        assert found == ()
        return
    (one,) = found
    assert (one.part, one.what) == ("price", f"{rate.type} {rate.age_min}–{rate.age_max} {rate.band}")
    assert (one.old, one.new, one.change) == (rate.weekly, weekly, weekly - rate.weekly)


def test_an_uplift_raises_every_price_by_its_percentage() -> None:
    found = differences(OLD, uplifted(OLD, "2027-04-01"))
    assert {one.what for one in found if one.part == "head"} == {"version", "valid from"}
    prices = [one for one in found if one.unit == "pence"]
    assert len(prices) == len(OLD.rates) + len(OLD.extras) + 1
    for one in prices:
        assert isinstance(one.old, int)
        assert one.percent is not None
        assert abs(one.percent - OLD.uplift) * one.old <= 10_000


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"retainer_percent": 60}, Difference("rule", "retainer", 50, 60, "percent")),
        (
            {"notice": (*OLD.notice, NoticeRule(400, 56))},
            Difference("notice", "from 400 nights", None, 56, "days"),
        ),
        (
            {"bands": (BandRange("Core", 0, 4), *OLD.bands[1:])},
            Difference("band", "Core", "0 to 3", "0 to 4"),
        ),
        ({"scores": OLD.scores[1:]}, Difference("score", "self_harm low", 1, None, "points")),
        (
            {"scores": (*OLD.scores, Score("ratio", "standard", 1))},
            Difference("score", "ratio standard", None, 1, "points"),
        ),
        (
            {"rates": (*OLD.rates, Rate("U4", 0, 17, "Core", 5))},
            Difference("price", "U4 0–17 Core", None, 5, "pence"),
        ),
        (
            {"extras": (replace(OLD.extras[0], part="other"), *OLD.extras[1:])},
            Difference("extra", "therapy is part of", "additional", "other"),
        ),
    ],
)
def test_each_part_is_named(changed: dict[str, object], expected: Difference) -> None:
    assert differences(OLD, replace(OLD, **changed)) == (expected,)  # type: ignore[arg-type]


def test_an_extra_priced_otherwise_is_another() -> None:
    found = differences(
        replace(OLD, extras=(Extra("a", "week", 5),)), replace(OLD, extras=(Extra("a", "hour", 5),))
    )
    assert [(one.what, one.old, one.new) for one in found] == [
        ("a per week", 5, None),
        ("a per hour", None, 5),
    ]


def test_percentages() -> None:
    assert Difference("price", "x", 20_000, 20_500, "pence").percent == 250
    assert Difference("price", "x", 20_000, 19_999, "pence").percent == -1
    assert Difference("price", "x", 0, 5, "pence").percent is None
    assert Difference("band", "x", "a", "b").percent is None
    said = [percent_words(one) for one in (250, 200, -1, 0, 1025, -310)]
    assert said == ["2.5 %", "2 %", "-0.01 %", "0 %", "10.25 %", "-3.1 %"]


def test_differences_in_words() -> None:
    new = replace(OLD, version=OLD.version + 1, valid_from="2027-04-01", scores=OLD.scores[1:])
    first, day, score = (words_of(one) for one in differences(OLD, new))
    assert first == ("head", "version", "1", "2", "", ""), "a version is a name, and no number"
    assert day[2:] == ("01/04/2025", "01/04/2027", "", "")
    assert score[0] == "score"
    assert "_" not in score[1]
    assert score[3:] == ("none", "", "")
    price = Difference("price", "foster 0–10 Core", 20_000, 20_500, "pence")
    assert words_of(price)[2:] == ("£200.00", "£205.00", "£5.00", "2.5 %")
