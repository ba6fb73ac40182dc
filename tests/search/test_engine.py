"""Finding places from mistyped words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.domain.needs import Needs
from rcc_tui.search.bitset import rows_of
from rcc_tui.search.engine import Engine, Found
from rcc_tui.search.query import parse
from rcc_tui.search.rows import IndexRow
from tests.search.made import TODAY, engine, random_rows, row

FIRST = row(
    "first",
    "Elm Cottage Thames Foster Care Slough foster autism K2",
    age_min=8,
    age_max=15,
    sex="F",
    siblings=2,
    free=2,
    weekly=95_000,
    outcode="SL1",
    type="foster",
)
PLACES = (
    FIRST,
    row("second", "Harbour House Brighton residential adhd", outcode="BN1"),
    row("third", "Foster Lodge Windsor supported", outcode="SL4"),
    row("fourth", "Oak 2000 West Sussex Milton Keynes secure", outcode="RG1"),
    row("fifth", "Oaks Home Brightling Portsmouth", outcode="PO1"),
)


@pytest.fixture(scope="module")
def small() -> Engine:
    return engine(PLACES)


def ask(searching: Engine, text: str, **more: object) -> Found:
    return searching.find(parse(text, today=TODAY), today=TODAY, **more)  # type: ignore[arg-type]


def test_a_line_full_of_slips_finds_the_place(small: Engine) -> None:
    found = ask(small, "fostr slouhg autisim 12f sib2 <1200 20mi from SL1 ")
    assert found.ids == ("first",)
    assert found.total == 1
    assert found.understood == (
        "fostr → Foster · slouhg → Slough · autisim → Autism · 12 · female · 2 places · up to £1,200.00"
        " · within 20 miles of SL1"
    )
    assert found.corrections == (("fostr", "Foster"), ("slouhg", "Slough"), ("autisim", "Autism"))


def test_every_key_of_a_line_is_a_query(small: Engine) -> None:
    line = "fostr slouhg autisim 12f sib2 <1200 20mi from SL1"
    for end in range(len(line) + 1):
        ask(small, line[:end])
    assert ask(small, line[: len("fostr slouh")]).ids[0] == "first"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("brihgton ", "second"),
        ("rbighton ", "second"),
        ("vrighton ", "second"),
        ("brightonn ", "second"),
        ("brigthn", "second"),
        ("harbr", "second"),
        ("brihg", "second"),
        ("elk ", "first"),
        ("aok ", "fourth"),
        ("westsussex ", "fourth"),
        ("westsusex ", "fourth"),
        ("milton keyns ", "fourth"),
        ("miltonkeynes ", "fourth"),
        ("wind sor ", "third"),
        ("ports mouth ", "fifth"),
        ("asd ", "first"),
    ],
)
def test_slips(small: Engine, text: str, id: str) -> None:
    assert ask(small, text).ids[:1] == (id,)


def test_an_exact_word_comes_before_any_correction(small: Engine) -> None:
    assert ask(small, "oak ").ids[0] == "fourth"
    assert ask(small, "oaks ").ids[0] == "fifth"
    assert ask(small, "brightling ").ids[0] == "fifth"
    assert ask(small, "oak ").corrections == ()


@pytest.mark.parametrize("text", ["2001 ", "2001", "200o ", "sl5 oak "])
def test_numbers_and_postcodes_are_never_corrected(small: Engine, text: str) -> None:
    assert ask(small, text).corrections == ()
    if text.startswith("2"):
        assert ask(small, text).total == 0


def test_a_quoted_word_is_not_corrected(small: Engine) -> None:
    assert ask(small, '"brihgton" ').total == 0
    assert ask(small, '"brighton" ').ids == ("second",)


def test_a_word_left_out(small: Engine) -> None:
    assert "first" not in ask(small, "foster -slough ").ids
    assert ask(small, "-slough ").total == len(PLACES) - 1


def test_one_word_may_be_missing_and_comes_after(small: Engine) -> None:
    found = ask(small, "brighton zzzzqq ")
    assert found.ids == ("second",)
    assert found.understood == "brighton · zzzzqq not found"
    assert ask(small, "zzzzqq xxxxqq ").total == 0
    # Both words mean something, and no place has both.
    assert ask(small, "brighton slough ").understood.endswith(" left out")
    both = ask(small, "foster slough ")
    assert both.ids[0] == "first"
    assert both.total - both.near == 1


def test_rows_with_all_words_come_before_rows_without_one() -> None:
    rows = [row(f"near{n}", "Foster Windsor", outcode="SL1") for n in range(5)]
    searching = engine([*rows, row("far", "Foster Sloough", outcode="CT1")])
    assert ask(searching, "foster slough from SL1 ").ids[0] == "far"


def test_the_best_reading_of_a_word_counts_not_the_sum() -> None:
    searching = engine([row("many", "Oaks Oaka Oakb Oakc House"), row("one", "Oak House")])
    assert ask(searching, "oak house ").ids[0] == "one"


def test_ranked_by_fit_where_words_are_equal() -> None:
    fresh = TODAY.isoformat()
    rows = [
        row("reserved", "Foster", outcode="SL1", stale_on=fresh, reserved_for=("868",)),
        row("far", "Foster", outcode="CT1", stale_on=fresh),
        row("stale", "Foster", outcode="SL1"),
        row("dear", "Foster", outcode="SL1", stale_on=fresh, weekly=200_000),
        row("best", "Foster", outcode="SL1", stale_on=fresh, weekly=90_000),
        row("full", "Foster", outcode="SL1", stale_on=fresh, free=0),
    ]
    found = ask(engine(rows), "foster from SL1 ", buyer="871")
    assert found.ids[:4] == ("best", "dear", "stale", "far")
    assert set(found.ids[4:]) == {"reserved", "full"}


def test_a_request_fills_the_filters_and_its_needs_weigh() -> None:
    rows = [
        row("meets", "Foster", outcode="SL4", needs=("autism",)),
        row("not", "Foster", outcode="SL4"),
        row("old", "Foster", outcode="SL4", age_min=14),
    ]
    needs = Needs(age=9, sex="F", home="SL1", max_miles=20, needs=("autism",))
    found = ask(engine(rows), "", needs=needs)
    assert found.ids == ("meets", "not")
    assert found.understood == "9 · female · within 20 miles of SL1"


def test_an_unknown_origin_is_said_and_leaves_the_rest(small: Engine) -> None:
    found = ask(small, "brighton 20mi from ZZ9 ")
    assert [problem.text for problem in found.problems] == ["ZZ9"]
    assert found.ids == ("second",)


def test_an_unknown_hub_is_said(small: Engine) -> None:
    assert [problem.text for problem in ask(small, "hub:east ").problems] == ["hub:east"]


def test_why(small: Engine) -> None:
    reasons = small.explain("first", parse("fostr elm zzzzqq ", today=TODAY))
    assert [reason for reason, _ in reasons] == ["fostr → Foster", "elm: as typed", "zzzzqq: not found"]
    assert reasons[1][1] > reasons[0][1] > reasons[2][1] == 0
    assert small.explain("nobody", parse("fostr ", today=TODAY)) == []


def test_the_limit_cuts_and_the_total_does_not() -> None:
    rows = random_rows(5, 400)
    searching = engine(rows)
    whole = ask(searching, "house ", limit=None)
    assert len(whole.ids) == whole.total == 400
    for limit in (0, 1, 7, 50, 399):
        part = ask(searching, "house ", limit=limit)
        assert part.ids == whole.ids[:limit]
        assert part.total == 400


@pytest.mark.parametrize("text", ["", "hose ", "oak brigthon zzzzqq ", "foster 12f 20mi from SL1", "zzzzqq "])
def test_the_set_of_rows_is_what_the_search_lists(text: str) -> None:
    rows = random_rows(6, 300)
    searching = engine(rows)
    needs = Needs(age=9, sex="F", home="SL1", max_miles=60)
    for more in ({}, {"needs": needs, "buyer": "871", "own_hub": "N"}):
        found = ask(searching, text, limit=None, **more)
        every = searching.rows(parse(text, today=TODAY), today=TODAY, **more)  # type: ignore[arg-type]
        assert {searching.index.ids[row] for row in rows_of(every)} == set(found.ids)
        assert every.bit_count() == found.total


def test_equal_rows_keep_one_order_however_they_came() -> None:
    rows = [row(f"{n:04x}", "House") for n in range(300)]
    there, back = ask(engine(rows), "house ", limit=20), ask(engine(rows[::-1]), "house ", limit=20)
    assert there.ids == back.ids


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_search(small_text: str) -> None:
    found = ask(_SMALL, small_text)
    assert len(found.ids) <= found.total <= len(PLACES)


_SMALL = engine(PLACES)


def test_forgetting_changes_nothing(small: Engine) -> None:
    before = ask(small, "fostr sloug")
    small.forget()
    after = ask(small, "fostr sloug")
    assert (before.ids, before.total, before.understood) == (after.ids, after.total, after.understood)


def test_an_empty_index_finds_nothing() -> None:
    none: list[IndexRow] = []
    assert ask(engine(none), "brighton 12f 20mi from SL1 ").ids == ()
