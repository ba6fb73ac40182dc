from __future__ import annotations

from dataclasses import replace

import pytest

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.terms import Funder, Line, Terms
from rcc_tui.domain.trade import CLOSED, NEXT_STATES, STATES, check_age, check_terms
from rcc_tui.domain.vacancy import SettingFacts

TERMS = Terms(
    buyer="871",
    seller="931",
    referral="aa",
    vacancy="bb",
    setting="cc",
    setting_name="Elm House",
    place="K2",
    start="2026-12-03",
    end="",
    age=12,
    sex="F",
    places=1,
    tariff="dd",
    band="Core",
    lines=(Line("core", 445000), Line("therapy", 31000, "additional")),
    weekly=476000,
    notice_days=28,
)
SETTING = SettingFacts("r1", "Elm House", "Elm Care", "931", "residential", "K2")


def test_terms_that_keep_every_rule_bring_no_warning() -> None:
    assert check_terms(TERMS) == []
    assert check_terms(TERMS, SETTING) == []
    assert check_terms(replace(TERMS, end="2026-12-03", valid_until="2026-12-02")) == []


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"seller": "871"}, "seller", "Rule 229"),
        ({"buyer": "Slough"}, "buyer", "DfE code"),
        ({"seller": ""}, "seller", "DfE code"),
        ({"age": -1}, "age", "Age"),
        ({"sex": "A"}, "sex", "sex"),
        ({"places": 0}, "places", "places"),
        ({"place": "X9"}, "place", "PLACE"),
        ({"place": "P1"}, "type", "type of place"),
        ({"place": "K3"}, "place", "under 16"),
        ({"place": "K1"}, "legal_basis", "legal basis"),
        ({"start": "3/12/2026"}, "start", "not a date"),
        ({"end": "2026-12-02"}, "end", "before the start"),
        ({"valid_until": "soon"}, "valid_until", "not a date"),
        ({"notice_days": -1}, "notice_days", "Notice"),
        ({"lines": ()}, "lines", "no lines"),
        ({"weekly": 476001}, "lines", "add up to"),
        ({"lines": (Line("core", 476000, "main"),)}, "lines", "no part"),
        ({"lines": (Line(" ", 476000),)}, "lines", "no label"),
        ({"lines": (Line("core", -1),), "weekly": -1}, "weekly", "below zero"),
        ({"lines": (Line("core", 476100), Line("welcome", -100, nights=1))}, "lines", "below zero"),
        ({"funders": (Funder("health", 238000), Funder("health", 238000))}, "funders", "twice"),
        ({"funders": (Funder("social care", 1),)}, "funders", "add up to"),
        ({"funders": (Funder("lottery", 476000),)}, "funders", "share"),
        ({"funders": (Funder("health", -1), Funder("social care", 476001))}, "funders", "share"),
        ({"tariff": ""}, "off_tariff", "reason"),
        ({"tariff": "", "off_tariff": " "}, "off_tariff", "reason"),
    ],
)
def test_a_refusal_names_the_rule(change: dict[str, object], where: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        check_terms(replace(TERMS, **change))  # type: ignore[arg-type]
    assert refused.value.where == where
    assert words in refused.value.message


def test_the_setting_must_belong_to_the_seller_and_suit_the_type() -> None:
    with pytest.raises(Refused, match="Rule 229"):
        check_terms(TERMS, replace(SETTING, authority="871"))
    with pytest.raises(Refused, match="belongs to 870"):
        check_terms(TERMS, replace(SETTING, authority="870"))
    with pytest.raises(Refused, match="Type suits setting"):
        check_terms(TERMS, replace(SETTING, type="foster", place="U6"))


def test_sixteen_may_live_in_supported_accommodation_and_an_order_opens_secure_homes() -> None:
    assert check_terms(replace(TERMS, place="K3", age=16)) == []
    assert check_terms(replace(TERMS, place="K1", legal_basis="Section 25 order")) == []


def test_funders_and_a_price_off_the_tariff_pass_when_explained() -> None:
    shares = (Funder("social care", 300000), Funder("education", 100000), Funder("health", 76000))
    assert check_terms(replace(TERMS, funders=shares)) == []
    assert check_terms(replace(TERMS, tariff="", off_tariff="agreed by telephone")) == []


@pytest.mark.parametrize(
    ("weekly", "warned"), [(9999, True), (10000, False), (10_000_000, False), (10_000_001, True)]
)
def test_an_unusual_price_warns(weekly: int, warned: bool) -> None:
    found = check_terms(replace(TERMS, weekly=weekly, lines=(Line("core", weekly),)))
    assert bool(found) is warned


def test_a_code_of_another_year_warns() -> None:
    found = check_terms(replace(TERMS, place="H5", age=17))
    assert found == ["H5 is not a PLACE code of the 2027 collection."]


def test_states_lead_to_states_and_some_are_final() -> None:
    assert all(after in STATES for following in NEXT_STATES.values() for after in following)
    assert set(CLOSED) == {"settled", "countered", "declined", "withdrawn", "lapsed"}
    reached = {"proposed"}
    while (more := reached | {after for state in reached for after in NEXT_STATES[state]}) != reached:
        reached = more
    assert reached == set(STATES)


def test_care_that_the_law_does_not_allow_at_an_age() -> None:
    check_age("supported", 16)
    check_age("residential", 15)
    with pytest.raises(Refused, match="No supported accommodation under 16: the child is 15"):
        check_age("supported", 15)
