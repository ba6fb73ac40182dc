"""How the acts of a vacancy fold: who may act, what is given out, what is set aside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rcc_tui.acts import vacancies
from rcc_tui.acts.kind import Act, Row
from rcc_tui.acts.vacancies import (
    Allocator,
    Close,
    Confirm,
    Edit,
    GiveBack,
    HandOver,
    Hold,
    Open,
    Release,
    Take,
)
from rcc_tui.domain.vacancy import VacancyFacts
from tests.acts.told import Story

OWNER = "931"
FACTS = VacancyFacts(ref="V1", accepting=2, age_min=5, age_max=15, confirmed_on="2026-12-01")


@pytest.fixture
def story() -> Story:
    """Two places of Oxfordshire's on offer."""
    told = Story(vacancies.KIND, "rcc")
    told.tell(OWNER, Open("bb" * 16, OWNER, FACTS))
    return told


def _accepting(count: int) -> Edit:
    return Edit(replace(FACTS, accepting=count), ("accepting",))


def _takes(story: Story) -> list[Row]:
    return story.folded().rows["take"]


def test_given_out_and_back(story: Story) -> None:
    story.tell(OWNER, Take("t1", 1))
    assert story.row()["taken"] == 1
    story.tell(OWNER, GiveBack("t1"))
    assert story.row()["taken"] == 0
    assert [take["given_back"] for take in _takes(story)] == [True]


def test_a_vacancy_opens_once(story: Story) -> None:
    again = story.tell(OWNER, Open("bb" * 16, OWNER, replace(FACTS, accepting=9)))
    assert list(story.aside()) == [again.hash]
    assert story.row()["accepting"] == 2


def test_only_the_allocators_desk_gives_out(story: Story) -> None:
    wrong = [
        story.tell(OWNER, Take("t1", 1), desk="2"),
        story.tell("870", Take("t1", 1)),
        story.tell(OWNER, GiveBack("t1")),
    ]
    assert set(story.aside()) == {one.hash for one in wrong}
    story.tell(OWNER, Allocator(f"desk {OWNER} 2"))
    story.tell(OWNER, Take("t1", 1), desk="2")
    assert story.row()["taken"] == 1
    assert story.tell(OWNER, Take("t2", 1)).hash in story.aside()


def test_one_trade_takes_once(story: Story) -> None:
    story.tell(OWNER, Take("t1", 1))
    again = story.tell(OWNER, Take("t1", 1))
    assert again.hash in story.aside()
    assert story.row()["taken"] == 1


def test_a_count_that_knew_of_a_take_has_it_in_it(story: Story) -> None:
    story.tell(OWNER, Take("t1", 1))
    story.tell(OWNER, _accepting(1))
    assert (story.row()["accepting"], story.row()["taken"]) == (1, 0)


def test_a_count_that_did_not_know_of_it_overbooks(story: Story) -> None:
    opening = list(story.told)
    story.tell(OWNER, Take("t1", 1))
    story.tell(OWNER, Take("t2", 1))
    story.tell(OWNER, _accepting(1), knows=opening, desk="2")
    row = story.row()
    assert (row["accepting"], row["taken"], row["overbooked"]) == (1, 2, True)
    assert [take["over"] for take in _takes(story)] == [False, True]
    story.tell(OWNER, GiveBack("t1"))
    assert story.row()["taken"] == 1


def test_holds_are_kept_and_released(story: Story) -> None:
    hold = story.tell(OWNER, Hold("870", "", 1, "2026-12-05T17:00"))
    story.tell(OWNER, Release(hold.hash))
    stray = story.tell(OWNER, Release(b"\1" * 32))
    assert stray.hash in story.aside()
    (row,) = story.folded().rows["hold"]
    assert (row["hold"], row["released"]) == (hold.hash.hex(), True)


def test_handed_over_to_its_owner_alone() -> None:
    story = Story(vacancies.KIND, "rcc")
    story.tell("HUB-N", Open("bb" * 16, OWNER, FACTS), role="hub")
    assert story.tell(OWNER, Confirm("2026-12-02")).hash in story.aside()
    assert story.tell("HUB-N", HandOver("870", "desk 870 1"), role="hub").hash in story.aside()
    story.tell("HUB-N", HandOver(OWNER, f"desk {OWNER} 1"), role="hub")
    story.tell(OWNER, Take("t1", 1))
    assert (story.row()["keeper"], story.row()["taken"]) == (OWNER, 1)
    assert story.tell("HUB-N", Close("x"), role="hub").hash in story.aside()


def test_another_authority_opens_nothing_of_ours() -> None:
    story = Story(vacancies.KIND, "rcc")
    story.tell("870", Open("bb" * 16, OWNER, FACTS))
    assert story.folded().rows == {}


_IMPOSSIBLE: tuple[dict[str, object], ...] = (
    {"accepting": -1},
    {"accepting": 10**30},
    {"age_max": -3},
    {"siblings": 10**20},
    {"weekly": -5},
    {"weekly": 10**18},
    {"available_from": "soon"},
    {"reserved_until": "2026-02-30"},
    {"confirmed_on": "20261201"},
)


@pytest.mark.parametrize("changed", _IMPOSSIBLE)
def test_facts_that_cannot_be_counted_with_change_nothing(story: Story, changed: dict[str, object]) -> None:
    facts = replace(FACTS, **changed)  # type: ignore[arg-type]
    before = story.row()
    edit = story.tell(OWNER, Edit(facts, tuple(changed)))
    assert edit.hash in story.aside()
    assert story.row() == before
    other = Story(vacancies.KIND, "rcc")
    other.tell(OWNER, Open("bb" * 16, OWNER, facts))
    assert other.folded().rows == {}


@pytest.mark.parametrize(
    "act",
    [
        Confirm("yesterday"),
        Hold("870", "", 0, "2026-12-05T17:00"),
        Hold("870", "", 1, "next week"),
        Take("t1", 0),
        Take("t1", -1),
        Take("t1", 10**30),
    ],
)
def test_acts_that_cannot_be_counted_with_change_nothing(story: Story, act: Act) -> None:
    before = story.folded().rows
    assert story.tell(OWNER, act).hash in story.aside()
    assert story.folded().rows == before


@given(st.lists(st.tuples(st.sampled_from("012"), st.integers(0, 4), st.integers(0, 3)), max_size=12))
@example([("0", 0, 1), ("1", 0, 0), ("2", 0, 0), ("1", 0, 0)])
def test_what_is_taken_adds_up(moves: list[tuple[str, int, int]]) -> None:
    """At one desk, which always knows all it did, nothing is ever counted twice or lost."""
    story = Story(vacancies.KIND, "rcc")
    story.tell(OWNER, Open("bb" * 16, OWNER, FACTS))
    out: dict[str, int] = {}
    every: set[str] = set()
    since = 0
    for move, trade, count in moves:
        name = f"t{trade}"
        if move == "0":
            story.tell(OWNER, Take(name, count))
            if count and name not in every:
                every.add(name)
                out[name] = count
                since += count
        elif move == "1":
            story.tell(OWNER, GiveBack(name))
            since -= out.pop(name, 0)
        else:
            story.tell(OWNER, _accepting(count))
            since = 0
    assert story.row()["taken"] == since
    assert {str(take["trade"]) for take in _takes(story) if not take["given_back"]} == set(out)


def test_a_place_given_back_is_not_overbooked(story: Story) -> None:
    for trade, places in (("t1", 1), ("t2", 2), ("t3", 1)):
        story.tell(OWNER, Take(trade, places))
    story.tell(OWNER, GiveBack("t3"))
    assert [take["over"] for take in _takes(story)] == [False, True, False]


def test_nor_is_one_that_the_number_stated_knew_of(story: Story) -> None:
    (opening,) = story.told
    story.tell(OWNER, Take("t1", 3))
    given = story.tell(OWNER, Confirm("2026-12-02"), knows=[opening], desk="2")
    named = story.tell(OWNER, Allocator(f"desk {OWNER} 2"), knows=[opening, given], desk="2")
    story.tell(OWNER, Take("t2", 1), knows=[opening, named], desk="2")
    story.tell(OWNER, _accepting(1), knows=[opening], desk="2")
    assert [(take["trade"], take["over"]) for take in _takes(story)] == [("t1", True), ("t2", False)]
