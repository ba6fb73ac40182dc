"""The order the index gives and the score a place gets when looked at closely are one and the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fixtures
from rcc_tui.domain.fit import Fit, fit
from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.domain.needs import ALONGSIDE, RATIOS, STAYS, SUITABILITIES, Needs, Suitability
from rcc_tui.domain.vacancy import Place, SettingFacts, VacancyFacts
from rcc_tui.search.asked import Price, Query
from rcc_tui.search.engine import Engine
from rcc_tui.search.facets import Distances
from rcc_tui.search.index import Index
from rcc_tui.search.query import parse
from rcc_tui.search.rank import points, possible
from rcc_tui.search.rows import index_row
from tests.search.made import GAZETTEER, NEEDS, OUTCODES, TODAY, TOWNS

AUTHORITIES = ("871", "868", "846")
TYPES = (("foster", "U6"), ("residential", "K2"), ("supported", "K3"), ("secure", "K1"), ("school", "S1"))


def _day(chance: random.Random, least: int, most: int) -> str:
    return chance.choice(("", (TODAY + timedelta(days=chance.randint(least, most))).isoformat()))


def _place(chance: random.Random, number: int) -> Place:
    kind, code = chance.choice(TYPES)
    youngest = chance.randint(0, 15)
    reserved = chance.choice(((), (), ("871",), ("868", "846")))
    setting = SettingFacts(
        f"S{number}",
        chance.choice(("Oak House", "Elm Lodge", "Oak Elm")),
        "Thames Care",
        chance.choice(AUTHORITIES),
        kind,
        code,
        outcode=chance.choice((*OUTCODES, "ZZ9", "")),
        town=chance.choice((*TOWNS, "")),
        urn=chance.choice(("SC123456", "")),
        registered=chance.choice((0, 1, 2, 6)),
    )
    vacancy = VacancyFacts(
        f"V{number}",
        chance.randint(0, 4),
        youngest,
        chance.randint(youngest, 18),
        sex=chance.choice("FMA"),
        needs=tuple(sorted(chance.sample(NEEDS, chance.randint(0, 3)))),
        siblings=chance.randint(1, 4),
        solo=chance.random() < 0.4,
        emergency=chance.random() < 0.4,
        weekly=chance.choice((0, 100_000, chance.randint(50_000, 200_000))),
        available_from=_day(chance, -10, 60),
        reserved_for=reserved,
        reserved_until=_day(chance, -20, 20) if reserved else "",
        protected=chance.choice(("", "", "UASC", "Mothers")),
        ratio=chance.choice(RATIOS),
        stays=tuple(chance.sample(STAYS, chance.randint(0, 2))),
        ground_floor=chance.random() < 0.3,
        confirmed_on=_day(chance, -40, 1),
    )
    return Place(
        f"{number:08x}", f"{number:08x}", setting, vacancy, chance.randint(0, 4), chance.choice("NS")
    )


@cache
def region() -> tuple[dict[str, Place], Index]:
    chance = random.Random(8)
    places = [_place(chance, number) for number in range(600)]
    return {place.id: place for place in places}, Index.build(map(index_row, places))


children = st.builds(
    Needs,
    age=st.integers(0, 18),
    sex=st.sampled_from("FMU"),
    needed_by=st.sampled_from(("", "2026-12-10")),
    emergency=st.booleans(),
    stay=st.sampled_from(STAYS),
    siblings=st.integers(0, 4),
    home=st.sampled_from(("SL1", "CT1", "ZZ9", "")),
    max_miles=st.sampled_from((0, 10, 40)),
    local=st.booleans(),
    suitability=st.builds(Suitability, *[st.sampled_from(SUITABILITIES)] * 3),
    alongside=st.sampled_from(ALONGSIDE),
    needs=st.lists(st.sampled_from(NEEDS), max_size=3, unique=True).map(tuple),
    adaptation=st.sampled_from(("", "ramp")),
    ratio=st.sampled_from(RATIOS),
    uasc=st.booleans(),
    avoid=st.lists(st.sampled_from(("SL1", "windsor", "Milton Keynes", "RG1")), max_size=2).map(tuple),
    budget_weekly=st.sampled_from((0, 90_000, 120_000)),
)
lines = st.sampled_from(
    ("", "12f", "9m sib2 emergency solo", "20mi from BN1", "2.5mi from SL1", "by 20 dec 5")
)
prices = st.lists(
    st.builds(
        Price,
        sellers=st.sampled_from((("868", "846"), ("868",))),
        place=st.sampled_from(("U6", "K2", "K3")),
        weekly=st.integers(60_000, 160_000),
    ),
    max_size=3,
    unique_by=lambda price: price.place,
).map(tuple)


def judged(child: Needs, place: Place, buyer: str, hub: str, found: tuple[Price, ...]) -> Fit:
    of = place.setting
    tariff = next((one.weekly for one in found if of.authority in one.sellers and of.place == one.place), 0)
    miles = GAZETTEER.miles(child.home, of.outcode) if child.home else UNKNOWN_MILES
    return fit(
        child,
        place,
        today=TODAY,
        miles=miles,
        buyer=buyer,
        weights=fixtures.weights(),
        tariff_weekly=tariff,
        own_hub=hub,
    )


@settings(deadline=None, max_examples=300)
@given(st.none() | children, lines, prices, st.sampled_from(("871", "900", "")), st.sampled_from(("N", "")))
def test_the_index_weighs_as_fit_does(
    needs: Needs | None, line: str, found: tuple[Price, ...], buyer: str, hub: str
) -> None:
    places, index = region()
    query = parse(line, today=TODAY).filled(needs)
    child = query.child(needs)
    slices = points(index, query, Distances(index, GAZETTEER), needs, buyer, hub, TODAY, found)
    fitting = possible(index, query, needs, buyer, TODAY)
    raised = set()
    for row, id in enumerate(index.ids):
        close = judged(child, places[id], buyer, hub, found)
        summed = sum((bits >> row & 1) << place for place, bits in enumerate(slices))
        raised.add(summed - close.points)
        assert bool(fitting >> row & 1) == close.possible, close.barriers
    assert len(raised) == 1


@settings(deadline=None, max_examples=60)
@given(children, st.sampled_from(("", "oak ", "oak house ", "oka elm ")))
def test_the_list_falls_from_score_to_score(needs: Needs, line: str) -> None:
    places, index = region()
    engine = Engine(index, GAZETTEER)
    query = parse(line, today=TODAY)
    found = engine.find(query, limit=None, needs=needs, buyer="871", own_hub="N", today=TODAY)
    child = query.filled(needs).child(needs)
    words = engine.explain_all(found.ids, query)
    keys = [
        (sum(worth for _, worth in words[id]), judged(child, places[id], "871", "N", ()).points)
        for id in found.ids
    ]
    assert keys == sorted(keys, reverse=True)


def test_who_let_go_of_a_filter_sees_what_is_impossible_last() -> None:
    places, index = region()
    needs = Needs(age=9, sex="F", siblings=1)
    found = Engine(index, GAZETTEER).find(
        parse("age:any sex:any", today=TODAY), limit=None, needs=needs, today=TODAY
    )
    fitting = [judged(needs, places[id], "", "", ()).possible for id in found.ids]
    assert found.total == len(places)
    assert True in fitting
    assert fitting == sorted(fitting, reverse=True)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("12f", "age", 12),
        ("12f", "sex", "F"),
        ("sib3", "siblings", 3),
        ("2.5mi from BN1", "max_miles", 3),
        ("from bn1", "home", "BN1"),
        ("by 3 dec", "needed_by", "2026-12-03"),
        ("emergency", "emergency", True),
        ("solo", "alongside", "solo"),
        ("oak", "age", 9),
        ("age:any", "age", 9),
    ],
)
def test_the_text_says_otherwise_than_the_request(line: str, field: str, value: object) -> None:
    needs = Needs(age=9, sex="M", home="SL1", siblings=2)
    child = parse(line, today=TODAY).filled(needs).child(needs)
    assert getattr(child, field) == value


def test_without_a_request_only_what_is_said_is_known() -> None:
    child = Query().child(None)
    assert (child.age, child.sex, child.stay, child.home, child.places) == (-1, "", "", "", 1)
    assert replace(child, age=12) == parse("12", today=TODAY).child(None)
