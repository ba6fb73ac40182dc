"""Counts beside a search and near misses, against rows looked at one by one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.domain.needs import Needs
from rcc_tui.search.asked import Query
from rcc_tui.search.bitset import rows_of
from rcc_tui.search.counting import Count, Miss, counts, near_misses
from rcc_tui.search.engine import WIDEN_BELOW, Engine
from rcc_tui.search.query import parse, toggled, without_filter
from rcc_tui.search.rows import IndexRow
from tests.search.made import TODAY, engine, random_rows, row

ROWS = random_rows(7, 400)
ALL = engine(ROWS)
NEEDS = Needs(age=12, sex="F", home="SL1", max_miles=20, needed_by="2026-12-03", alongside="solo")
PARTS = (
    *("12", "f", "sib2", "sib3", "<1200", "<3000", "5mi", "20mi", "from SL1", "by 3 dec", "solo", "-stale"),
    *(
        "emergency",
        "type:foster",
        "type:K2|secure",
        "la:slough",
        "-la:brighton",
        "hub:n",
        "own",
        "-protected",
    ),
    *("slough", "autisim", "oak", "-meadow", '"harbour"', "windsor|reading", "willow"),
)
LINES = st.lists(st.sampled_from(PARTS), max_size=5, unique=True).map(" ".join)
CHILDREN = st.sampled_from((None, NEEDS))


def listed(searching: Engine, text: str, needs: Needs | None) -> int:
    return searching.rows(parse(text, today=TODAY), needs=needs, buyer="871", today=TODAY)


def ids(searching: Engine, text: str, needs: Needs | None) -> set[str]:
    query = parse(text, today=TODAY)
    return set(searching.find(query, limit=None, needs=needs, buyer="871", today=TODAY).ids)


def counted(searching: Engine, text: str, needs: Needs | None, fact: str) -> tuple[Count, ...]:
    query = parse(text, today=TODAY)

    def each(sets: Sequence[int]) -> list[int]:
        return searching.each(query, sets, needs=needs, buyer="871", today=TODAY)

    return counts(searching.index, fact, each)


def problems(text: str, needs: Needs | None) -> bool:
    return bool(parse(text, today=TODAY, typing=False).filled(needs).problems)


def misses(searching: Engine, text: str, needs: Needs | None = None, most: int = 99) -> tuple[Miss, ...]:
    def read(line: str) -> Query:
        return parse(line, today=TODAY).filled(needs)

    return near_misses(text, read, lambda line: listed(searching, line, needs), most)


@settings(max_examples=150, deadline=None)
@given(LINES, CHILDREN)
def test_a_count_is_what_choosing_lists(text: str, needs: Needs | None) -> None:
    for name, fact in (("type", "type"), ("la", "authority")):
        line = without_filter(text, name)
        found = {one.value: one.rows for one in counted(ALL, line, needs, fact)}
        assert found.keys() == {getattr(one, fact) for one in ROWS}
        for value, rows in found.items():
            assert rows == len(ids(ALL, toggled(line, name, value), needs)), (line, value)


@pytest.mark.parametrize(("text", "foster"), [("oak ", 3), ("oak elm ", 5), ("oak zzzz ", 3), ("oka ", 3)])
def test_few_of_a_value_count_corrections_as_choosing_lists_them(text: str, foster: int) -> None:
    """Of many that match as typed few may be of one value: choosing it lists what was corrected, too."""
    many = [row(f"many{n}", "Oak House", type="residential", place="K2") for n in range(WIDEN_BELOW)]
    few = [row(f"few{n}", "Oak House", type="foster", place="U4") for n in range(2)]
    slips = [row("slip", "Oka Lodge", type="foster", place="U4")]
    elms = [row(f"elm{n}", "Elm", type="foster", place="U4") for n in range(2)]
    searching = engine([*many, *few, *slips, *elms])
    (count,) = (one.rows for one in counted(searching, text, None, "type") if one.value == "foster")
    assert count == len(ids(searching, f"{text}type:foster ", None)) == foster


@settings(max_examples=150, deadline=None)
@given(LINES, CHILDREN)
def test_a_near_miss_brings_what_it_says(text: str, needs: Needs | None) -> None:
    here = ids(ALL, text, needs)
    for one in misses(ALL, text, needs):
        assert one.more == len(ids(ALL, one.text, needs) - here) > 0
        assert one.said
        assert not (problems(one.text, needs) and not problems(text, needs))


@settings(max_examples=100, deadline=None)
@given(LINES, CHILDREN)
def test_a_near_miss_lets_go_of_one_thing(text: str, needs: Needs | None) -> None:
    before = parse(text, today=TODAY).filled(needs)
    for one in misses(ALL, text, needs):
        after = parse(one.text, today=TODAY).filled(needs)
        skipped = ("text", "problems", "let_go", "words")
        names = [name for name in Query.__slots__ if name not in skipped]
        changed = [name for name in names if getattr(before, name) != getattr(after, name)]
        changed += ["words"] if [w.text for w in before.words] != [w.text for w in after.words] else []
        assert len(changed) == 1, (one, changed)


def test_few_of_many_are_named_the_cheapest_first() -> None:
    text = "5mi from SL1 <1200 by 3 dec 12f sib3 "
    every = misses(ALL, text)
    assert misses(ALL, text, most=2) == every[:2]
    assert [one.said for one in every] == ["if 20 miles", "for 2 together", "for a child of 13"]


@pytest.mark.parametrize(
    ("text", "said", "wider"),
    [
        ("oak 12 10mi from SL1 ", "if 20 miles", "oak 12 20mi from SL1 "),
        ("oak 12 <900 from SL1 ", "if up to £1,000.00", "oak 12 <1000 from SL1 "),
        ("oak 16 ", "for a child of 15", "oak 15 "),
        ("oak sib3 ", "for 2 together", "oak sib2 "),
        ("oak by 1 dec ", "if by 8 Dec", "oak by 2026-12-08 "),
        ("oak solo ", "without solo", "oak "),
        ("oak -stale ", "without -stale", "oak "),
        ("oak type:secure ", "of any type", "oak "),
        ("oak la:brighton ", "of any authority", "oak "),
        ("oak -slough ", "without -slough", "oak "),
    ],
)
def test_each_limit_has_its_step(text: str, said: str, wider: str) -> None:
    home = row(
        "home",
        "Oak House Slough",
        age_min=8,
        age_max=15,
        siblings=2,
        free=2,
        weekly=99_000,
        outcode="RG1",
        type="foster",
        place="U4",
        authority="871",
        available_from="2026-12-05",
        stale_on="",
    )
    (only,) = (one for one in misses(engine([home, row("no", "Elm", weekly=1)]), text) if one.said == said)
    assert only == Miss(said, wider, 1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("0", "for a child of 1"),
        ("1", "for a baby under 1"),
        ("2", "for a child of 1"),
        ("17", "for a child of 16"),
    ],
)
def test_ages_are_said_as_people_say_them(asked: str, said: str) -> None:
    old = int(said.split()[-1]) if "child" in said else 0
    home = row("home", "Oak House", age_min=old, age_max=old)
    assert [one.said for one in misses(engine([home]), f"oak {asked} ")] == [said]


def test_a_limit_of_the_request_is_widened_in_the_line() -> None:
    far: IndexRow = row("far", "Oak House", outcode="RG1", age_max=18, solo=True)
    near = row("near", "Oak Lodge", outcode="SL1", age_max=18)
    found = misses(engine([far, near]), "oak ", NEEDS)
    assert Miss("if 30 miles", "oak 30mi ", 1) not in found  # the distance from SL1 is less
    assert {one.text for one in found} >= {"oak solo:any "}


def test_nothing_asked_has_no_near_miss() -> None:
    assert misses(ALL, "") == ()
    assert rows_of(listed(ALL, "", None)) == list(range(len(ROWS)))
