from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain import needs as domain
from rcc_tui.domain.codes import CIN, LEGAL_STATUS
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.needs import (
    Needs,
    Suitability,
    check_needs,
    needs_from_json,
    needs_to_json,
    urgency,
)

TODAY = date(2026, 12, 1)
WHOLE: dict[str, object] = {
    "child": "C-17",
    "age": 12,
    "sex": "F",
    "siblings": 2,
    "needed_by": "2026-12-03",
    "emergency": False,
    "stay": "long",
    "home": "SL1 4XY",
    "max_miles": 20,
    "local": True,
    "suitability": {"foster": "preferred", "residential": "suitable", "supported": "unsuitable"},
    "alongside": "solo",
    "needs": ["Autism"],
    "communication": "bsl",
    "ratio": "1:1",
    "support": ["therapeutic"],
    "risks": {"going_missing": "low", "self_harm": "high"},
    "dol": False,
    "uasc": False,
    "legal_status": "c2",
    "category": "N1",
    "avoid": ["RG1 1AA", "Reading"],
    "budget_weekly": 120000,
}

WORDS = st.text("abc xyz", max_size=12).filter(lambda text: text == text.strip())


@st.composite
def any_needs(draw: st.DrawFn) -> Needs:
    def some(allowed: tuple[str, ...]) -> str:
        return draw(st.sampled_from(allowed))

    return check_needs(
        Needs(
            age=draw(st.integers(0, 25)),
            sex=some(("F", "M", "U")),
            needed_by=some(("", "2026-12-03")),
            emergency=draw(st.booleans()),
            stay=some(domain.STAYS),
            siblings=draw(st.integers(0, 12)),
            home=some(("", "SL1", "W1A")),
            max_miles=draw(st.integers(0, 200)),
            local=draw(st.booleans()),
            out_of_area_reason=some(("", *domain.OUT_OF_AREA_REASONS)),
            suitability=Suitability(*(some(domain.SUITABILITIES) for _ in range(3))),
            alongside=some(domain.ALONGSIDE),
            needs=tuple(draw(st.lists(WORDS.filter(bool), max_size=3))),
            communication=some(("", *domain.COMMUNICATION)),
            cultural=draw(WORDS),
            health=draw(WORDS),
            ratio=some(domain.RATIOS),
            support=tuple(draw(st.lists(st.sampled_from(domain.SUPPORTS[:4]), unique=True))),
            risks=tuple(
                (risk, some(domain.RISK_LEVELS))
                for risk in draw(st.lists(st.sampled_from(domain.RISKS), unique=True))
            ),
            dol=draw(st.booleans()),
            uasc=draw(st.booleans()),
            legal_status=some(("", *LEGAL_STATUS)),
            category=some(("", *CIN)),
            budget_weekly=draw(st.integers(0, 10**8)),
        )
    )


@given(any_needs())
def test_a_request_written_as_json_reads_back_the_same(needs: Needs) -> None:
    assert needs_from_json(needs_to_json(needs), TODAY) == (needs, {})


@given(any_needs())
def test_tidy_needs_stay_as_they_are(needs: Needs) -> None:
    assert check_needs(needs) == needs


def test_a_whole_request_splits_what_may_leave_from_what_may_not() -> None:
    needs, own = needs_from_json(WHOLE, TODAY)
    assert own == {"child": "C-17", "home_postcode": "SL1 4XY"}
    assert needs.home == "SL1"
    assert needs.avoid == ("RG1", "Reading")
    assert needs.risks == (("self_harm", "high"), ("going_missing", "low"))
    assert (needs.legal_status, needs.communication, needs.needs) == ("C2", "BSL", ("autism",))
    assert needs.places == 2
    told = repr(needs)
    assert "4XY" not in told
    assert "C-17" not in told


def test_age_and_sex_are_enough() -> None:
    assert needs_from_json({"age": 3, "sex": "m"}, TODAY) == (Needs(3, "M"), {})


@pytest.mark.parametrize(("home", "kept"), [("sl1", {}), ("sl14xy", {"home_postcode": "SL1 4XY"})])
def test_of_the_home_only_the_outcode_is_a_need(home: str, kept: dict[str, str]) -> None:
    needs, own = needs_from_json({"age": 3, "sex": "F", "home": home}, TODAY)
    assert (needs.home, own) == ("SL1", kept)


def test_a_postcode_of_its_own_gives_the_outcode() -> None:
    needs, own = needs_from_json({"age": 3, "sex": "F", "home_postcode": "rg11aa"}, TODAY)
    assert (needs.home, own) == ("RG1", {"home_postcode": "RG1 1AA"})


def test_a_day_may_be_typed_in_words() -> None:
    assert (
        needs_from_json({"age": 3, "sex": "F", "needed_by": "tomorrow"}, TODAY)[0].needed_by == "2026-12-02"
    )


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"agee": 4}, "agee"),
        ({"name": "A"}, "name"),
        ({"age": None}, "age"),
        ({"age": "12"}, "age"),
        ({"age": True}, "age"),
        ({"age": 26}, "age"),
        ({"age": -1}, "age"),
        ({"sex": ""}, "sex"),
        ({"sex": "X"}, "sex"),
        ({"sex": 1}, "sex"),
        ({"siblings": 13}, "siblings"),
        ({"emergency": "no"}, "emergency"),
        ({"needed_by": "31/2/2026"}, "needed_by"),
        ({"needed_by": 3}, "needed_by"),
        ({"stay": "forever"}, "stay"),
        ({"home": "nowhere"}, "home"),
        ({"home": 4}, "home"),
        ({"home_postcode": "SL1"}, "home_postcode"),
        ({"max_miles": 20.5}, "max_miles"),
        ({"suitability": "foster"}, "suitability"),
        ({"suitability": {"fostering": "preferred"}}, "suitability.fostering"),
        ({"suitability": {"foster": "best"}}, "suitability.foster"),
        ({"needs": "autism"}, "needs"),
        ({"needs": [""]}, "needs"),
        ({"needs": [1]}, "needs"),
        ({"communication": "Klingon"}, "communication"),
        ({"ratio": "3:1"}, "ratio"),
        ({"support": ["other"]}, "support_other"),
        ({"support": ["taxi"]}, "support"),
        ({"risks": {"self_harm": "medium"}}, "risks.self_harm"),
        ({"risks": {"harm": "low"}}, "risks.harm"),
        ({"risks": ["self_harm"]}, "risks"),
        ({"legal_status": "C9"}, "legal_status"),
        ({"category": "N9"}, "category"),
        ({"avoid": [" "]}, "avoid"),
        ({"budget_weekly": -1}, "budget_weekly"),
        ({"out_of_area_reason": "because"}, "out_of_area_reason"),
        ({"education": "x" * 501}, "education"),
        ({"school": "the one at SL1 4XY"}, "school"),
        ({"avoid": ["the flat at sl14xy please"]}, "avoid"),
    ],
)
def test_a_refusal_names_the_key(change: dict[str, object], where: str) -> None:
    with pytest.raises(Refused) as refused:
        needs_from_json({**WHOLE, **change}, TODAY)
    assert refused.value.where == where
    assert refused.value.hint


def test_a_slip_in_a_key_gets_the_key_that_was_meant() -> None:
    with pytest.raises(Refused) as refused:
        needs_from_json({"age": 3, "sex": "F", "siblngs": 2}, TODAY)
    assert "siblings" in refused.value.hint


@given(
    st.dictionaries(
        st.sampled_from(sorted(domain.REQUEST_KEYS)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=5,
        ),
    )
)
def test_any_json_is_read_or_refused(document: dict[str, Any]) -> None:
    try:
        needs, _ = needs_from_json({"age": 4, "sex": "F"} | document, TODAY)
    except Refused:
        return
    assert check_needs(needs) == needs


def test_a_risk_given_twice_is_refused() -> None:
    with pytest.raises(Refused, match="twice"):
        check_needs(Needs(4, "F", risks=(("self_harm", "low"), ("self_harm", "high"))))


def test_other_support_with_words_passes() -> None:
    needs = Needs(4, "F", support=("other",), support_other="a night nurse")
    assert check_needs(needs) == needs
    with pytest.raises(Refused):
        check_needs(replace(needs, support_other="  "))


@pytest.mark.parametrize(
    ("needed_by", "band"),
    [
        ("", "Today"),
        ("2026-12-01", "Today"),
        ("2026-11-01", "Today"),
        ("2026-12-02", "< 5 days"),
        ("2026-12-06", "< 5 days"),
        ("2026-12-07", "> 5 days"),
    ],
)
def test_the_band_of_urgency(needed_by: str, band: str) -> None:
    assert urgency(needed_by, TODAY) == band
