from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fixtures
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.fit import Fit, fit
from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.domain.needs import Needs, Suitability
from rcc_tui.domain.vacancy import Place, SettingFacts, VacancyFacts
from rcc_tui.domain.weights import UNITS, Weights, weights_of

TODAY = date(2026, 12, 1)
WEIGHTS = fixtures.weights()
SETTING = SettingFacts("r1", "Elm House", "Elm Care", "931", "residential", "K2", "OX1", "Oxford")
VACANCY = VacancyFacts("r1", 2, 8, 17, needs=("autism",), siblings=2, confirmed_on="2026-11-25")
PLACE = Place("01", "02", SETTING, VACANCY, 2, hub="N")
NEEDS = Needs(12, "F")
SOLO = Needs(12, "F", alongside="solo")


def judge(
    needs: Needs = NEEDS,
    place: Place = PLACE,
    miles: float = 10.0,
    tariff_weekly: int = 0,
    own_hub: str = "",
    buyer: str = "871",
) -> Fit:
    return fit(
        needs,
        place,
        today=TODAY,
        miles=miles,
        buyer=buyer,
        weights=WEIGHTS,
        tariff_weekly=tariff_weekly,
        own_hub=own_hub,
    )


def offered(place: Place = PLACE, **change: object) -> Place:
    return replace(place, vacancy=replace(place.vacancy, **change))  # type: ignore[arg-type]


def home(**change: object) -> Place:
    return replace(PLACE, setting=replace(SETTING, **change))  # type: ignore[arg-type]


def test_a_plain_place_is_possible() -> None:
    assert judge().possible
    assert judge().barriers == ()


@pytest.mark.parametrize(
    ("needs", "place", "barrier"),
    [
        (replace(NEEDS, age=7), PLACE, "takes ages 8–17"),
        (replace(NEEDS, age=18), PLACE, "takes ages 8–17"),
        (NEEDS, offered(sex="M"), "takes boys only"),
        (NEEDS, replace(PLACE, free=0), "no place free"),
        (replace(NEEDS, siblings=2), replace(PLACE, free=1), "1 free, 2 needed"),
        (replace(NEEDS, siblings=3), replace(PLACE, free=4), "takes 2 together"),
        (NEEDS, offered(protected="UASC"), "protected for UASC"),
        (NEEDS, offered(reserved_for=("870",)), "block for 870"),
        (NEEDS, offered(reserved_for=("870",), reserved_until="2026-12-01"), "soft block for 870"),
        (NEEDS, home(type="supported", place="K3"), "not for under 16s"),
        (replace(NEEDS, avoid=("OX1",)), PLACE, "OX1 is to be avoided"),
        (replace(NEEDS, avoid=("oxford",)), PLACE, "oxford is to be avoided"),
        (replace(NEEDS, suitability=Suitability(residential="unsuitable")), PLACE, "unsuitable"),
        (replace(NEEDS, emergency=True), PLACE, "takes no emergencies"),
    ],
)
def test_what_rules_a_place_out(needs: Needs, place: Place, barrier: str) -> None:
    found = judge(needs, place)
    assert not found.possible
    assert len(found.barriers) == 1
    assert barrier in found.barriers[0]


@pytest.mark.parametrize(
    ("needs", "place"),
    [
        (replace(NEEDS, age=8), PLACE),
        (replace(NEEDS, age=17), PLACE),
        (NEEDS, offered(sex="F")),
        (replace(NEEDS, sex="U"), offered(sex="F")),
        (replace(NEEDS, siblings=2), PLACE),
        (replace(NEEDS, uasc=True), offered(protected="UASC")),
        (NEEDS, offered(reserved_for=("871",))),
        (NEEDS, offered(reserved_for=("870",), reserved_until="2026-11-30")),
        (replace(NEEDS, age=16), home(type="supported", place="K3")),
        (replace(NEEDS, avoid=("RG1",)), PLACE),
        (replace(NEEDS, suitability=Suitability(foster="unsuitable")), PLACE),
        (replace(NEEDS, emergency=True), offered(emergency=True)),
    ],
)
def test_what_does_not(needs: Needs, place: Place) -> None:
    assert judge(needs, place).barriers == ()


def test_a_protected_place_stays_open_to_its_own_authority() -> None:
    assert judge(place=offered(protected="Kent mothers"), buyer="931").possible


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (judge(replace(NEEDS, needs=("autism",))), judge(replace(NEEDS, needs=("epilepsy",)))),
        (judge(), judge(place=offered(age_min=12, age_max=12))),
        (judge(miles=3.0), judge(miles=30.0)),
        (judge(miles=10.0), judge(replace(NEEDS, max_miles=5), miles=10.0)),
        (judge(replace(NEEDS, local=False), miles=30.0), judge(replace(NEEDS, local=False), miles=3.0)),
        (judge(place=offered(weekly=90000), tariff_weekly=95000), judge(tariff_weekly=95000)),
        (judge(tariff_weekly=95000), judge(place=offered(weekly=96000), tariff_weekly=95000)),
        (
            judge(place=offered(weekly=96000), tariff_weekly=95000),
            judge(place=offered(weekly=120000), tariff_weekly=95000),
        ),
        (
            judge(place=offered(weekly=96000)),
            judge(replace(NEEDS, budget_weekly=95999), offered(weekly=96000)),
        ),
        (judge(place=offered(confirmed_on="2026-11-30")), judge()),
        (judge(), judge(place=offered(confirmed_on="2026-11-01"))),
        (judge(), judge(place=offered(confirmed_on=""))),
        (judge(own_hub="N"), judge(own_hub="S")),
        (judge(place=offered(reserved_for=("871",))), judge()),
        (judge(replace(NEEDS, siblings=2)), judge()),
        (judge(replace(NEEDS, suitability=Suitability(residential="preferred"))), judge()),
        (
            judge(replace(NEEDS, suitability=Suitability(residential="preferred"))),
            judge(replace(NEEDS, suitability=Suitability(residential="suitable"))),
        ),
        (
            judge(SOLO, offered(solo=True)),
            judge(SOLO),
        ),
        (judge(), judge(replace(NEEDS, ratio="2:1"))),
        (judge(), judge(place=offered(available_from="2026-12-20"))),
        (judge(), judge(place=offered(stays=("respite",)))),
        (judge(), judge(place=home(type="secure", place="K1"))),
        (judge(replace(NEEDS, adaptation="ramp"), offered(ground_floor=True)), judge()),
        (judge(place=offered(sex="F")), judge(replace(NEEDS, sex="U"), offered(sex="F"))),
    ],
)
def test_what_speaks_for_and_against(better: Fit, worse: Fit) -> None:
    assert better.points > worse.points


def test_an_unknown_distance_neither_helps_nor_harms_and_is_said() -> None:
    there = judge(replace(NEEDS, home="SL1"), miles=UNKNOWN_MILES)
    assert ("distance unknown", 0) in there.reasons
    assert there.points == judge(miles=UNKNOWN_MILES).points


def test_a_borderline_distance_says_about_twenty() -> None:
    assert any("about 20 miles" in words for words, _ in judge(miles=19.0).reasons)
    assert not any("about 20 miles" in words for words, _ in judge(miles=10.0).reasons)


def test_a_ratio_not_specified_costs_nothing() -> None:
    assert judge(place=offered(ratio="unspecified")).points == judge().points


@given(
    age=st.integers(0, 25),
    sex=st.sampled_from(("F", "M", "U")),
    siblings=st.integers(0, 5),
    miles=st.floats(0, 999.9),
    weekly=st.integers(0, 2_000_000),
    tariff=st.integers(0, 2_000_000),
    free=st.integers(-1, 4),
    emergency=st.booleans(),
)
def test_reasons_add_up_and_barriers_decide(
    age: int, sex: str, siblings: int, miles: float, weekly: int, tariff: int, free: int, emergency: bool
) -> None:
    needs = Needs(age, sex, siblings=siblings, emergency=emergency, needs=("autism", "trauma"))
    place = replace(offered(weekly=weekly), free=free)
    found = judge(needs, place, miles, tariff)
    assert found.points == sum(points for _, points in found.reasons)
    assert found.possible == (not found.barriers)
    assert all(words for words, _ in found.reasons)
    assert found == judge(needs, place, miles, tariff)


ROWS = [
    {"name": name, "value": str(WEIGHTS[name]), "unit": "points", "meaning": WEIGHTS.meanings[name]}
    for name in UNITS
]
for _row in ROWS:
    if UNITS[_row["name"]] not in ("for", "against"):
        _row["unit"] = UNITS[_row["name"]]


def test_the_shipped_weights_are_a_whole_table_of_sentences() -> None:
    assert weights_of(ROWS) == Weights(dict(WEIGHTS.values), dict(WEIGHTS.meanings))
    assert set(WEIGHTS.values) == set(UNITS)
    assert all(len(meaning.split()) >= 4 for meaning in WEIGHTS.meanings.values())


@pytest.mark.parametrize(
    "change",
    [
        {"value": "-8"},
        {"value": "eight"},
        {"value": "99999"},
        {"value": ""},
        {"unit": "miles"},
        {"meaning": " "},
        {"name": "luck"},
        {"name": "stale"},
    ],
)
def test_a_table_of_weights_that_is_off_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(Refused):
        weights_of([{**row, **(change if row["name"] == "need met" else {})} for row in ROWS])


def test_a_missing_weight_is_named() -> None:
    with pytest.raises(Refused, match="own hub"):
        weights_of([row for row in ROWS if row["name"] != "own hub"])


def test_an_impossible_place_has_fewer_points_than_any_that_is_possible() -> None:
    best = replace(NEEDS, age=7, needs=("autism",), siblings=2)
    worst = replace(SOLO, needs=("a", "b", "c", "d", "e"), ratio="2:1", stay="long", budget_weekly=1)
    assert not judge(best, miles=0.0).possible
    found = judge(worst, offered(stays=("respite",), weekly=900_000, confirmed_on=""), 200.0, 100_000)
    assert found.possible
    assert found.points > judge(best, miles=0.0, own_hub="N").points


def test_what_is_not_known_of_a_child_rules_nothing_out() -> None:
    nobody = Needs(-1, "")
    assert judge(nobody, offered(sex="F", age_min=3, age_max=5)).barriers == ()
    assert judge(nobody, home(type="supported", place="K3")).barriers == ()
    assert not any("sex" in words or "age" in words for words, _ in judge(nobody, offered(sex="F")).reasons)


def test_registration() -> None:
    assert judge(replace(NEEDS, siblings=2), home(registered=1)).barriers == ("registered for 1, 2 needed",)
    assert judge(place=home(urn="SC123456")).points - judge().points == -WEIGHTS["registration not stated"]
    assert judge(place=home(type="foster", place="U6")).points > judge().points
