"""A request through its form and back; several codes in one field; words for every fact."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from rcc_tui.domain import codes
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.needs import (
    ALONGSIDE,
    COMMUNICATION,
    OUT_OF_AREA_REASONS,
    RATIOS,
    RISK_LEVELS,
    RISKS,
    STAYS,
    SUITABILITIES,
    SUPPORTS,
    Needs,
    Suitability,
    check_needs,
)
from screens import needs_words as words
from screens.needs_form import emergency_fields, full_fields, needs_of, postcode_of, values_of
from screens.widgets.codesfield import CodesField
from screens.widgets.form import Field, Form

TODAY = date(2026, 12, 1)
TEXT = st.sampled_from(["", "a quiet home", "no dogs; cats, yes", "[bold]x[/]"])
NEEDS = st.builds(
    Needs,
    age=st.integers(0, 25),
    sex=st.sampled_from(["F", "M", "U"]),
    needed_by=st.sampled_from(["", "2026-12-03"]),
    emergency=st.booleans(),
    stay=st.sampled_from(STAYS),
    siblings=st.integers(0, 12),
    home=st.sampled_from(["", "SL1", "RG41"]),
    max_miles=st.integers(0, 999),
    local=st.booleans(),
    out_of_area_reason=st.sampled_from(["", *OUT_OF_AREA_REASONS]),
    suitability=st.builds(Suitability, *[st.sampled_from(SUITABILITIES)] * 3),
    alongside=st.sampled_from(ALONGSIDE),
    needs=st.lists(st.sampled_from(["autism", "wheelchair, electric", "asthma"]), unique=True).map(tuple),
    communication=st.sampled_from(["", *COMMUNICATION]),
    cultural=TEXT,
    pets=TEXT,
    school=TEXT,
    ratio=st.sampled_from(RATIOS),
    support=st.lists(st.sampled_from(SUPPORTS), unique=True).map(tuple),
    support_other=st.just("a mentor"),
    risks=st.dictionaries(st.sampled_from(RISKS), st.sampled_from(RISK_LEVELS)).map(
        lambda levels: tuple((risk, levels[risk]) for risk in RISKS if risk in levels)
    ),
    dol=st.booleans(),
    uasc=st.booleans(),
    legal_status=st.sampled_from(["", *codes.LEGAL_STATUS]),
    category=st.sampled_from(["", *codes.CIN]),
    avoid=st.lists(st.sampled_from(["Slough", "SL1", "Hove, actually"]), unique=True).map(tuple),
    budget_weekly=st.integers(0, 10**9),
)


def held(parts: list[Field], values: dict[str, str]) -> dict[str, str]:
    """What the fields say when they are given these values."""
    for field in parts:
        if field.key in values:
            field.set_value(values[field.key])
    assert [field.problem() for field in parts if field.key != "needed_by" and field.problem()] == []
    return {field.key: field.value for field in parts}


class Quiet(App[None]):
    """An empty application, for widgets that ask for one."""


@given(NEEDS)
def test_every_request_comes_back_the_same_through_the_full_form(needs: Needs) -> None:
    needs = check_needs(needs)
    values = values_of(needs, "", "C-1", "Ann")
    assert needs_of(values, needs) == needs


async def test_the_fields_of_the_full_form_hold_every_fact() -> None:
    async with Quiet().run_test():
        parts = [part for part in full_fields(TODAY) if isinstance(part, Field)]
        keys = {field.key.partition(".")[0] for field in parts}
        assert {one.name for one in fields(Needs)} <= keys
        needs = check_needs(
            Needs(
                age=12,
                sex="F",
                needed_by="2026-12-03",
                home="SL1",
                support=("therapeutic", "school_taxi"),
                risks=(("going_missing", "high"),),
                budget_weekly=123456,
            )
        )
        assert needs_of(held(parts, values_of(needs, "", "", "")), needs) == needs


async def test_the_short_form_needs_six_facts_and_fits_a_page() -> None:
    async with Quiet().run_test():
        parts = [part for part in emergency_fields(TODAY) if isinstance(part, Field)]
        assert len(parts) <= 8
        values = held(parts, {"age": "14", "sex": "F", "risks": "self_harm:low,self_harm:high,harm_fire:low"})
        needs = needs_of(values)
        assert needs.risks == (("self_harm", "high"), ("harm_fire", "low"))
        assert needs.needed_by == "2026-12-01"
        assert needs.siblings == 1


@pytest.mark.parametrize(
    ("home", "outcode", "postcode"), [("SL1 4XY", "SL1", "SL1 4XY"), ("sl1", "SL1", ""), ("", "", "")]
)
def test_of_a_full_postcode_only_the_outcode_is_told(home: str, outcode: str, postcode: str) -> None:
    values = {"age": "5", "sex": "M", "home": home}
    assert needs_of(values).home == outcode
    assert postcode_of(values) == postcode


def test_a_full_postcode_in_words_is_refused_at_its_field() -> None:
    with pytest.raises(Refused) as caught:
        needs_of({"age": "5", "sex": "M", "school": "near SL1 4XY"})
    assert caught.value.where == "school"


def test_words_for_every_code() -> None:
    assert set(words.RISK_NAMES) == set(RISKS)
    assert set(words.LEVELS) == set(RISK_LEVELS)
    assert set(words.STAYS) == set(STAYS)
    assert set(words.SUITABILITIES) == set(SUITABILITIES)
    assert set(words.ALONGSIDE) == set(ALONGSIDE)
    assert set(words.RATIOS) == set(RATIOS)
    assert set(words.SUPPORTS) == set(SUPPORTS)
    assert set(words.COMMUNICATION) == set(COMMUNICATION)
    several = [*words.SUPPORTS.values(), *words.RISKS_WITH_LEVEL.values()]
    assert not any("," in meaning for meaning in several)


class Host(App[None]):
    """A form of one field for several codes."""

    def __init__(self) -> None:
        super().__init__()
        self.codes = CodesField("support", "Support", words.options(words.SUPPORTS))

    def compose(self) -> ComposeResult:
        yield Form(self.codes)

    def on_mount(self) -> None:
        self.codes.input.focus()


async def test_several_codes_by_letters_enter_and_arrows() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"ther", "enter")
        assert app.codes.text == "Therapeutic support, "
        await pilot.press(*"tax", "enter", "enter")
        assert app.codes.value == "therapeutic,school_taxi"
        await pilot.press(*"nothing")
        assert app.codes.problem() == "No code or meaning fits “nothing”."


async def test_the_same_code_counts_once_and_unknown_ones_are_said() -> None:
    async with Quiet().run_test():
        field = CodesField("support", "Support", words.options(words.SUPPORTS))
        field.set_text("therapeutic, Therapeutic support,, other")
        assert field.value == "therapeutic,other"
        field.set_value("other,gone")
        assert field.text == "Other, gone"
        assert field.value == "other,gone"
