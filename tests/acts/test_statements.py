"""How statements fold: whose they are, what an answer holds for, and when a month is closed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.acts import statements
from rcc_tui.acts.kind import Act, Heard
from rcc_tui.acts.statements import Answer, Close, Concede, Issue, Reissue
from rcc_tui.domain.statement import Answered, Reach, StatementLine
from tests.acts.told import Story

BUYER, SELLER, HUB = "870", "931", "HUB-N"
ONE = StatementLine("aa" * 16, "care", "2026-11-01", "2026-12-01", 30, 700_00, 300_000)
TWO = StatementLine("bb" * 16, "care", "2026-11-10", "2026-11-20", 10, 770_00, 110_000)
BACK = StatementLine("cc" * 16, "correction", "2026-11-01", "2026-11-01", 0, 0, -5_000, corrects="2026-10")
ISSUE = Issue("2026-11", SELLER, BUYER, (ONE, TWO), (Reach("dd" * 32, 4, "ee" * 32),))


def _issue(**more: Any) -> Issue:
    return Issue(**{name: more.get(name, getattr(ISSUE, name)) for name in ISSUE.__struct_fields__})


@pytest.fixture
def story() -> Story:
    return Story(statements.KIND, "pair:870:931")


@pytest.fixture
def issued(story: Story) -> Heard:
    """Oxfordshire's statement of November to Reading."""
    return story.tell(SELLER, ISSUE)


def states(story: Story) -> list[object]:
    return [row["state"] for row in story.folded().rows["statement_line"]]


def settled(story: Story) -> list[object]:
    return [row["settled"] for row in story.folded().rows["statement_line"]]


def agree_all(story: Story, issued: Heard, **more: Any) -> Heard:
    return story.tell(BUYER, Answer(issued.hash, (Answered(0, 300_000), Answered(1, 110_000))), **more)


def test_issued_answered_and_closed(story: Story, issued: Heard) -> None:
    assert (story.row()["total"], story.row()["closed"]) == (410_000, False)
    assert states(story) == ["pending", "pending"]
    agree_all(story, issued)
    assert states(story) == ["agreed", "agreed"]
    story.tell(HUB, Close(issued.hash), role="hub")
    assert (story.row()["closed"], story.row()["closed_by"]) == (True, HUB)


@pytest.mark.parametrize(
    "act",
    [
        Issue("2026-11", BUYER, SELLER, (ONE,), ()),
        Issue("2026-11", "867", BUYER, (ONE,), ()),
        Issue("2026-13", SELLER, BUYER, (ONE,), ()),
        Issue("November", SELLER, BUYER, (ONE,), ()),
        Issue("2026-11", SELLER, BUYER, (ONE, ONE), ()),
        Issue("2026-12", SELLER, BUYER, (ONE,), ()),
        Issue("2026-11", SELLER, BUYER, (replace(ONE, pence=-1),), ()),
        Issue("2026-11", SELLER, BUYER, (replace(ONE, weekly=-1),), ()),
        Issue("2026-11", SELLER, BUYER, (replace(ONE, pence=10**12),), ()),
        Issue("2026-11", SELLER, BUYER, (replace(ONE, nights=32),), ()),
        Issue("2026-11", SELLER, BUYER, (replace(ONE, start="2026-11-31"),), ()),
        Issue("2026-11", SELLER, BUYER, (replace(ONE, corrects="2026-10"),), ()),
        Issue("2026-11", SELLER, BUYER, (replace(BACK, corrects="2026-11"),), ()),
        Issue("2026-11", SELLER, BUYER, (replace(BACK, corrects=""),), ()),
    ],
)
def test_what_is_no_statement(story: Story, act: Issue) -> None:
    told = story.tell(SELLER, act)
    assert told.hash in story.aside()
    assert "statement" not in story.folded().rows


def test_a_statement_is_between_the_two_of_its_pair_whoever_issues_it(story: Story) -> None:
    told = story.tell(SELLER, Issue("2026-11", SELLER, "867", (ONE,), ()))
    assert told.hash in story.aside()


@pytest.mark.parametrize("month", ["2026-13", "November", "1926-11"])
def test_an_empty_statement_is_for_a_month_too(story: Story, month: str) -> None:
    assert story.tell(SELLER, Issue(month, SELLER, BUYER, (), ())).hash in story.aside()


def test_a_statement_holds_so_many_lines(story: Story) -> None:
    many = tuple(replace(ONE, pence=pence) for pence in range(501))
    assert story.tell(SELLER, Issue("2026-11", SELLER, BUYER, many, ())).hash in story.aside()


def test_a_buyer_issues_no_statement(story: Story) -> None:
    assert story.tell(BUYER, ISSUE).hash in story.aside()


def test_a_correction_may_be_below_zero(story: Story) -> None:
    story.tell(SELLER, Issue("2026-11", SELLER, BUYER, (ONE, BACK), ()))
    assert story.row()["total"] == 295_000


@pytest.mark.parametrize(
    ("code", "role", "act"),
    [
        (SELLER, "authority", lambda h: Answer(h, (Answered(0, 300_000),))),
        (HUB, "hub", lambda h: Answer(h, (Answered(0, 300_000),))),
        (BUYER, "authority", lambda h: Answer(h, (Answered(2, 300_000),))),
        (BUYER, "authority", lambda h: Answer(h, (Answered(-1, 300_000),))),
        (BUYER, "authority", lambda h: Answer(h, (Answered(0, 1),))),
        (BUYER, "authority", lambda h: Answer(h, (Answered(0, 1, "  "),))),
        (BUYER, "authority", lambda h: Answer(h, (Answered(0, 10**12, "much"),))),
        (BUYER, "authority", lambda h: Reissue(h, (ONE,), ())),
        (HUB, "hub", lambda h: Reissue(h, (ONE,), ())),
        (SELLER, "authority", lambda h: Reissue(h, (ONE, ONE), ())),
        (BUYER, "authority", lambda h: Concede(h, (0,))),
        (SELLER, "authority", lambda h: Concede(h, (0,))),
        (SELLER, "authority", lambda h: Concede(h, (7,))),
        (SELLER, "authority", lambda h: Close(h)),
        ("867", "authority", lambda h: Close(h)),
        (SELLER, "authority", lambda h: Close(bytes(32))),
        (BUYER, "authority", lambda h: Answer(bytes(32), (Answered(0, 300_000),))),
    ],
)
def test_what_does_not_count(story: Story, issued: Heard, code: str, role: str, act: Any) -> None:
    told = story.tell(code, act(issued.hash), role=role)
    assert told.hash in story.aside()
    assert states(story) == ["pending", "pending"]


def test_a_stranger_closes_no_month(story: Story, issued: Heard) -> None:
    agree_all(story, issued)
    assert story.tell("867", Close(issued.hash)).hash in story.aside()
    assert story.row()["closed"] is False


def test_disputed_conceded_and_agreed_after_all(story: Story, issued: Heard) -> None:
    story.tell(BUYER, Answer(issued.hash, (Answered(0, 300_000), Answered(1, 99_000, "left on the 19th"))))
    assert states(story) == ["agreed", "disputed"]
    assert settled(story) == [300_000, 110_000]
    story.tell(SELLER, Concede(issued.hash, (1,)))
    assert states(story) == ["agreed", "conceded"]
    assert settled(story) == [300_000, 99_000]
    story.tell(BUYER, Answer(issued.hash, (Answered(1, 88_000, "the 18th"),)))
    assert states(story) == ["agreed", "disputed"]
    story.tell(BUYER, Answer(issued.hash, (Answered(1, 110_000),)))
    assert states(story) == ["agreed", "agreed"]
    assert settled(story) == [300_000, 110_000]


def test_an_agreed_line_cannot_be_conceded(story: Story, issued: Heard) -> None:
    agree_all(story, issued)
    assert story.tell(SELLER, Concede(issued.hash, (0,))).hash in story.aside()


def test_an_answer_holds_for_a_line_repeated_to_the_penny_and_for_no_other(
    story: Story, issued: Heard
) -> None:
    agree_all(story, issued)
    anew = story.tell(SELLER, Reissue(issued.hash, (ONE, replace(TWO, weekly=693_00, pence=99_000)), ()))
    assert states(story) == ["agreed", "pending"]
    assert story.row()["issued"] == anew.hash.hex()
    assert story.tell(SELLER, Close(anew.hash)).hash in story.aside()


def test_what_is_closed_is_opened_by_no_statement_that_did_not_know_of_it(
    story: Story, issued: Heard
) -> None:
    """Else a seller opens what was closed whenever it likes, by saying that it had not heard."""
    answered = agree_all(story, issued)
    known = [issued, answered]
    anew = story.tell(SELLER, Reissue(issued.hash, (ONE,), ()), knows=known)
    assert story.row()["closed"] is False
    story.tell(HUB, Close(issued.hash), role="hub", knows=known)
    assert (story.row()["closed"], story.row()["issued"]) == (True, issued.hash.hex())
    assert len(states(story)) == 2
    story.tell(BUYER, Close(anew.hash), knows=[anew, answered])
    assert (story.row()["closed_by"], story.row()["issued"]) == (BUYER, anew.hash.hex())


@pytest.mark.parametrize(
    "act",
    [
        _issue(month="2199-12", lines=()),
        _issue(heard=(Reach("zz", 4, "ee" * 32),)),
        _issue(heard=(Reach("dd" * 32, 4, "no hash"),)),
        _issue(heard=(Reach("dd" * 32, -1, "ee" * 32),)),
        _issue(lines=(replace(ONE, trade="=HYPERLINK(1)"),)),
        _issue(lines=(replace(ONE, kind="=1+1"),)),
        _issue(lines=(replace(ONE, end="2026-11-30"),)),
        _issue(lines=(replace(ONE, end="2026-10-01"),)),
        _issue(lines=(replace(ONE, nights=29),)),
        _issue(lines=(replace(ONE, pence=300_001),)),
        _issue(lines=(replace(BACK, weekly=5),)),
    ],
)
def test_a_statement_says_nothing_that_cannot_be(story: Story, issued: Heard, act: Issue) -> None:
    """What no program of ours writes: it would stop those who read it, or be false on paper."""
    again = story.tell(SELLER, Reissue(issued.hash, act.lines, act.heard))
    assert (again.hash in story.aside()) == (act.month == "2026-11")
    other = Story(statements.KIND, "pair:870:931")
    assert other.tell(SELLER, act).hash in other.aside()


def test_a_closed_month_is_not_issued_anew_nor_disputed(story: Story, issued: Heard) -> None:
    story.tell(BUYER, Answer(issued.hash, (Answered(0, 300_000), Answered(1, 99_000, "left on the 19th"))))
    story.tell(BUYER, Close(issued.hash))
    assert story.tell(SELLER, Reissue(issued.hash, (ONE,), ())).hash in story.aside()
    late = story.tell(BUYER, Answer(issued.hash, (Answered(0, 1, "second thoughts"),)))
    assert late.hash in story.aside()
    story.tell(SELLER, Concede(issued.hash, (1,)))
    assert states(story) == ["agreed", "conceded"]
    assert story.row()["closed"] is True


def test_two_desks_of_the_buyer_that_say_two_things_have_not_answered(story: Story, issued: Heard) -> None:
    agree_all(story, issued, knows=[issued])
    other = Answer(issued.hash, (Answered(1, 99_000, "left on the 19th"),))
    story.tell(BUYER, other, knows=[issued], desk="2")
    assert states(story) == ["agreed", "pending"]
    story.tell(BUYER, other)
    assert states(story) == ["agreed", "disputed"]


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((BUYER, SELLER, HUB, "867")),
            st.sampled_from(("answer", "dispute", "reissue", "concede", "close")),
            st.integers(0, 2),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_whatever_is_said_a_closed_month_has_no_line_without_an_answer(
    said: list[tuple[str, str, int, bool]],
) -> None:
    story = Story(statements.KIND, "pair:870:931")
    opened = story.tell(SELLER, ISSUE)
    named = [opened.hash]
    for code, what, n, blind in said:
        acts: dict[str, Act] = {
            "answer": Answer(named[-1], (Answered(n, (300_000, 110_000, 0)[n]),)),
            "dispute": Answer(named[-1], (Answered(n, 5, "no"),)),
            "reissue": Reissue(named[-1], (ONE, TWO, BACK)[n:], ()),
            "concede": Concede(named[-1], (n,)),
            "close": Close(named[-1]),
        }
        role = "hub" if code == HUB else "authority"
        heard = story.tell(code, acts[what], role=role, knows=[opened] if blind else None)
        if what == "reissue" and heard.hash not in story.aside():
            named.append(heard.hash)
    row = story.row()
    lines = story.folded().rows["statement_line"]
    assert row["total"] == sum(int(str(one["pence"])) for one in lines)
    assert all(one["settled"] in (one["pence"], one["answer"]) for one in lines)
    if row["closed"]:
        assert row["closed_by"] != "867"
