"""How acts about a referral add up: who may make it and answer it."""

from __future__ import annotations

import pytest

from rcc_tui.acts import referrals
from rcc_tui.acts.referrals import Open, Refuse, Withdraw
from rcc_tui.domain.needs import Needs
from tests.acts.told import Story

NEEDS = Needs(age=12, sex="F")
OPEN = Open("870", "931", "aa" * 16, NEEDS)


@pytest.mark.parametrize(
    ("code", "act"),
    [("931", OPEN), ("870", Open("870", "867", "", NEEDS)), ("870", Open("870", "870", "", NEEDS))],
    ids=["made by the seller", "to one who does not hear it", "to oneself"],
)
def test_a_referral_goes_from_the_one_to_the_other_of_the_pair(code: str, act: Open) -> None:
    story = Story(referrals.KIND, "pair:870:931")
    opened = story.tell(code, act)
    later = story.tell("870", Withdraw(""))
    assert not story.folded().rows
    assert story.aside().keys() == {opened.hash, later.hash}


def test_each_party_has_its_own_answer() -> None:
    story = Story(referrals.KIND, "pair:870:931")
    story.tell("870", OPEN)
    wrong = [story.tell("870", Refuse("no_match", "")), story.tell("931", Withdraw(""))]
    assert story.row()["state"] == "sent"
    assert story.aside().keys() == {one.hash for one in wrong}
    story.tell("931", Refuse("no_match", "full"))
    assert (story.row()["state"], story.row()["note"]) == ("refused", "full")


def test_to_open_it_once_more_is_no_answer() -> None:
    story = Story(referrals.KIND, "pair:870:931")
    story.tell("870", OPEN)
    again = story.tell("870", OPEN)
    assert story.row()["state"] == "sent"
    assert list(story.aside()) == [again.hash]
