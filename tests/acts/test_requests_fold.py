"""How acts about a request add up: what names a day that cannot be counts for nothing."""

from __future__ import annotations

from dataclasses import replace

from rcc_tui.acts import referrals, requests
from rcc_tui.acts.requests import RequestFacts
from rcc_tui.domain.needs import Needs
from tests.acts.told import Story

NEEDS = Needs(age=12, sex="F", needed_by="2026-12-03")
FACTS = RequestFacts(entered_on="2026-12-01")
FAR = replace(NEEDS, needed_by="9999-12-31")


def test_a_request_for_a_day_that_cannot_be_is_none() -> None:
    for needs, facts in ((FAR, FACTS), (NEEDS, replace(FACTS, entered_on="soon"))):
        story = Story(requests.KIND, "own:870")
        opened = story.tell("870", requests.Open(needs, facts))
        later = story.tell("870", requests.Withdraw("home"))
        assert "request" not in story.folded().rows
        assert story.aside()[opened.hash] == "names a day that does not exist"
        assert later.hash in story.aside()


def test_an_edit_to_such_a_day_changes_nothing() -> None:
    story = Story(requests.KIND, "own:870")
    story.tell("870", requests.Open(NEEDS, FACTS))
    edit = story.tell("870", requests.Edit(replace(FAR, age=13), FACTS, ("needed_by", "age")))
    assert (story.row()["needed_by"], story.row()["age"]) == ("2026-12-03", 12)
    assert list(story.aside()) == [edit.hash]


def test_nor_is_a_referral() -> None:
    story = Story(referrals.KIND, "pair:870:931")
    opened = story.tell("870", referrals.Open("870", "931", "", FAR))
    assert "referral" not in story.folded().rows
    assert list(story.aside()) == [opened.hash]


def test_an_edit_of_nothing_is_set_aside() -> None:
    story = Story(requests.KIND, "own:870")
    story.tell("870", requests.Open(NEEDS, FACTS))
    edit = story.tell("870", requests.Edit(NEEDS, FACTS, ()))
    assert list(story.aside()) == [edit.hash]


def test_a_request_is_put_to_others_by_trades_each_said_once() -> None:
    story = Story(requests.KIND, "own:870")
    story.tell("870", requests.Open(NEEDS, FACTS))
    for trade in ("ab" * 16, "cd" * 16, "ab" * 16):
        story.tell("870", requests.Refer(trade))
    odd = [story.tell("870", requests.Refer(trade)) for trade in ("", "ab", "AB" * 16, "ab" * 16 + "\n")]
    rows = story.folded().rows["request_trade"]
    assert [row["trade"] for row in rows] == ["ab" * 16, "cd" * 16]
    assert set(story.aside()) == {one.hash for one in odd}
