from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import worked_tariff, worked_tariff_text
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.needs import RATIOS, RISK_LEVELS, RISKS, STAYS, SUPPORTS, Needs
from rcc_tui.domain.tariff import (
    BandRange,
    Extra,
    NoticeRule,
    Rate,
    Score,
    Tariff,
    check_tariff,
    in_force,
    notice_days,
    quote,
    retainer,
    tariff_from_toml,
    uplifted,
)

TARIFF = Tariff(
    name="Test",
    version=1,
    valid_from="2026-04-01",
    valid_to="2027-03-31",
    worked_example=True,
    bands=(BandRange("Core", 0, 5), BandRange("Specialist", 6, 99)),
    scores=(Score("ratio", "1:1", 3), Score("self_harm", "high", 3), Score("self_harm", "low", 1)),
    rates=(
        Rate("foster", 0, 10, "Core", 50001),
        Rate("foster", 0, 10, "Specialist", 90000),
        Rate("foster", 11, 15, "Core", 60000),
        Rate("foster", 11, 15, "Specialist", 124000),
    ),
    extras=(Extra("therapy", "week", 31000), Extra("mentor", "hour", 2150)),
    sibling_percent=50,
    emergency_premium=7000,
    emergency_nights=6,
    retainer_percent=50,
    notice=(NoticeRule(0, 7), NoticeRule(84, 28)),
    uplift=250,
)
NEEDS = Needs(12, "F", ratio="1:1", risks=(("self_harm", "high"),))


def moved(first_to: int, second_from: int) -> tuple[Rate, ...]:
    """The test's rates with the border between the two age bands moved."""
    return tuple(
        replace(rate, age_max=first_to) if rate.age_min == 0 else replace(rate, age_min=second_from)
        for rate in TARIFF.rates
    )


def test_a_quote_shows_every_step() -> None:
    found = quote(TARIFF, NEEDS, "foster", "U6", ["therapy"])
    assert [step.text for step in found.steps] == [
        "age 12 → 11–15",
        "ratio 1:1 +3",
        "self-harm high +3",
        "= 6 → Specialist",
        "core £1,240.00",
        "therapy £310.00",
        "£1,240.00 core + £310.00 therapy = £1,550.00 a week",
    ]
    assert (found.band, found.score, found.weekly, found.notice_days) == ("Specialist", 6, 155000, 7)


def test_the_second_and_further_child_pay_their_share_rounded_half_up() -> None:
    found = quote(TARIFF, Needs(4, "F", siblings=3), "foster", "U6", ())
    assert [line.pence for line in found.lines] == [50001, 25001, 25001]
    assert [line.label for line in found.lines] == ["core", "child 2 at 50 %", "child 3 at 50 %"]


def test_an_emergency_has_a_premium_for_some_nights() -> None:
    found = quote(TARIFF, replace(NEEDS, emergency=True), "foster", "U6", ())
    assert (found.lines[-1].pence, found.lines[-1].nights) == (7000, 6)
    assert not any(line.nights for line in quote(TARIFF, NEEDS, "foster", "U6", ()).lines)


@pytest.mark.parametrize(
    ("extra", "pence"), [("mentor:2", 4300), ("Mentor: 2.25", 4838), ("mentor:0.5", 1075), ("therapy", 31000)]
)
def test_extras_by_the_week_and_by_the_hour(extra: str, pence: int) -> None:
    assert quote(TARIFF, NEEDS, "foster", "U6", [extra]).lines[-1].pence == pence


@pytest.mark.parametrize(
    "extra",
    ["mentor", "mentor:", "mentor:0", "mentor:1.1", "mentor:-1", "mentor:169", "therapy:2", "massage", ""],
)
def test_extras_refused(extra: str) -> None:
    with pytest.raises(Refused) as refused:
        quote(TARIFF, NEEDS, "foster", "U6", [extra])
    assert refused.value.where == "extras"


def test_a_need_without_a_price_is_refused() -> None:
    with pytest.raises(Refused, match="no foster price at age 16"):
        quote(TARIFF, replace(NEEDS, age=16), "foster", "U6", ())
    with pytest.raises(Refused, match="no residential price"):
        quote(TARIFF, NEEDS, "residential", "K2", ())


def test_rates_of_a_place_code_come_before_those_of_its_type() -> None:
    own = tuple(replace(rate, type="U4", weekly=rate.weekly + 1) for rate in TARIFF.rates)
    tariff = check_tariff(replace(TARIFF, rates=TARIFF.rates + own))
    assert quote(tariff, NEEDS, "foster", "U4", ()).weekly == 124001
    assert quote(tariff, NEEDS, "foster", "U6", ()).weekly == 124000


def test_notice_and_retainer() -> None:
    assert [notice_days(TARIFF, nights) for nights in (0, 83, 84, 500)] == [7, 7, 28, 28]
    assert notice_days(replace(TARIFF, notice=()), 5) == 0
    assert quote(TARIFF, replace(NEEDS, stay="long"), "foster", "U6", ()).notice_days == 28
    assert retainer(TARIFF, 155001) == 77501


def test_a_tariff_is_in_force_on_its_first_and_last_day() -> None:
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1))
    assert [in_force(TARIFF, day) for day in days] == [False, True, True, False]
    assert in_force(replace(TARIFF, valid_to=""), date(2099, 1, 1))


def test_the_uplift_makes_a_new_version() -> None:
    after = uplifted(TARIFF, "2027-04-01")
    assert (after.version, after.valid_from, after.valid_to) == (2, "2027-04-01", "")
    assert after.rates[0].weekly == 51251
    assert after.extras[0].pence == 31775
    assert after.emergency_premium == 7175


def test_a_whole_tariff_passes_as_it_is() -> None:
    assert check_tariff(TARIFF) is TARIFF


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "no name"),
        ({"version": 0}, "Version 0"),
        ({"valid_from": "soon"}, "not a date"),
        ({"valid_to": "2026-03-31"}, "before valid_from"),
        ({"sibling_percent": 201}, "sibling_percent"),
        ({"retainer_percent": -1}, "retainer_percent"),
        ({"emergency_premium": -1}, "emergency_premium"),
        ({"uplift": 10_001}, "uplift"),
        ({"bands": ()}, "no need bands"),
        ({"bands": (BandRange("Core", 0, 5), BandRange("Core", 6, 9))}, "given twice"),
        ({"bands": (BandRange("Core", 0, 6), BandRange("Specialist", 6, 99))}, "overlap at score 6"),
        ({"bands": (BandRange("Core", 0, 4), BandRange("Specialist", 6, 99))}, "Nothing covers score 5"),
        ({"bands": (BandRange("Core", 1, 5), BandRange("Specialist", 6, 99))}, "Nothing covers score 0"),
        ({"bands": (BandRange("Core", 0, 5), BandRange("Specialist", 6, 5))}, "backwards"),
        ({"bands": (BandRange("Core", 0, 2), BandRange("Specialist", 3, 5))}, "Scores reach 6"),
        ({"scores": (Score("self_harm", "medium", 1),)}, "self_harm medium"),
        ({"scores": (Score("hunger", "high", 1),)}, "hunger high"),
        ({"scores": (Score("dol", "yes", -1),)}, "below zero"),
        ({"scores": (Score("dol", "yes", 1), Score("dol", "yes", 2))}, "scored twice"),
        ({"rates": ()}, "no rates"),
        ({"rates": TARIFF.rates[:3]}, "foster 11–15 has no price for Specialist"),
        ({"rates": (*TARIFF.rates, TARIFF.rates[0])}, "two prices for Core"),
        ({"rates": (*TARIFF.rates, Rate("foster", 16, 17, "Luxury", 1))}, "no band of this tariff"),
        (
            {"rates": moved(11, 11)},
            "overlap at age 11",
        ),
        (
            {"rates": moved(10, 12)},
            "covers age 11",
        ),
        ({"rates": (Rate("hotel", 0, 10, "Core", 1),)}, "no type of place"),
        ({"rates": (Rate("foster", 5, 4, "Core", 1),)}, "impossible"),
        ({"extras": (Extra("a", "day", 1),)}, "per day"),
        ({"extras": (Extra("a", "week", 1, "fun"),)}, "no part"),
        ({"extras": (Extra("a", "week", -1),)}, "impossible"),
        ({"extras": (Extra("Core", "week", 1),)}, "impossible"),
        ({"extras": (Extra("child 2 at 90 %", "week", 1),)}, "impossible"),
        ({"extras": (Extra("respite 2 hours", "week", 1),)}, "impossible"),
        ({"extras": (Extra("a", "week", 1), Extra("a", "hour", 1))}, "given twice"),
        ({"notice": (NoticeRule(5, 7),)}, "begin at 0"),
        ({"notice": (NoticeRule(0, 7), NoticeRule(0, 8))}, "rise"),
        ({"notice": (NoticeRule(0, -7),)}, "below zero"),
    ],
)
def test_a_tariff_that_is_not_whole_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(Refused) as refused:
        check_tariff(replace(TARIFF, **change))  # type: ignore[arg-type]
    assert words in refused.value.message


@st.composite
def any_needs(draw: st.DrawFn) -> Needs:
    risks = draw(st.lists(st.sampled_from(RISKS), unique=True))
    return Needs(
        age=draw(st.integers(0, 17)),
        sex="F",
        siblings=draw(st.integers(0, 6)),
        emergency=draw(st.booleans()),
        stay=draw(st.sampled_from(STAYS)),
        ratio=draw(st.sampled_from(RATIOS)),
        risks=tuple((risk, draw(st.sampled_from(RISK_LEVELS))) for risk in risks),
        support=tuple(draw(st.lists(st.sampled_from(SUPPORTS), unique=True))),
        dol=draw(st.booleans()),
    )


@given(
    any_needs(),
    st.sampled_from(("foster", "residential")),
    st.lists(st.sampled_from(("therapy", "education")), unique=True),
)
def test_the_worked_example_prices_every_child_and_adds_up(
    needs: Needs, kind: str, extras: list[str]
) -> None:
    found = quote(worked_tariff(), needs, kind, "", extras)
    assert sum(line.pence for line in found.lines) == found.weekly
    assert sum(step.pence for step in found.steps) == found.weekly
    assert sum(step.points for step in found.steps) == found.score
    band = next(band for band in worked_tariff().bands if band.name == found.band)
    assert band.low <= found.score <= band.high
    assert len(found.lines) == needs.places + len(extras) + needs.emergency


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("version = 1", "version = '1'", "version"),
        ("version = 1", "verzion = 1", "verzion"),
        ("worked_example = true", "worked_example = 1", "worked_example"),
        ('price = "310.00"', "price = 310.00", "extras.therapy.price"),
        ('price = "310.00"', 'price = "310,00"', "extras.therapy.price"),
        ('Core = "445.00"', "Core = 445", "rates.foster.0-2.Core"),
        ('"0-2" =', '"0 to 2" =', "rates.foster.0 to 2"),
        ("dol = { yes = 4 }", "dol = 4", "scores.dol"),
        ("dol = { yes = 4 }", "dol = { yes = true }", "scores.dol.yes"),
        ('name = "Core", low = 0', 'name = "Core", low = "0"', "low"),
        ("bands = [", "bands = [ 1,", "bands"),
        ("[scores]", "[scores", "tariff"),
        ('valid_to = ""', "valid_to = 3", "valid_to"),
    ],
)
def test_a_document_with_a_slip_is_refused_by_key(old: str, new: str, where: str) -> None:
    text = worked_tariff_text()
    assert old in text
    with pytest.raises(Refused) as refused:
        tariff_from_toml(text.replace(old, new, 1))
    assert refused.value.where == where


def test_dates_may_be_written_as_toml_dates() -> None:
    text = worked_tariff_text().replace('valid_from = "2025-04-01"', "valid_from = 2025-04-01")
    assert tariff_from_toml(text) == worked_tariff()


def test_an_extra_is_asked_for_once() -> None:
    with pytest.raises(Refused, match="twice") as refused:
        quote(TARIFF, NEEDS, "foster", "U6", ["mentor:2", "Mentor:1"])
    assert refused.value.where == "extras"
