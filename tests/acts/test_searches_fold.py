"""How kept searches add up: a name and words until they are dropped, and the words kept with a request."""

from __future__ import annotations

import pytest

from rcc_tui.acts import requests, searches
from rcc_tui.acts.requests import RequestFacts
from rcc_tui.domain.needs import Needs
from tests.acts.told import Story

NEEDS = Needs(age=12, sex="F", needed_by="2026-12-03")


def test_a_search_is_kept_until_somebody_drops_it() -> None:
    story = Story(searches.KIND, "own:870")
    story.tell("870", searches.Keep("Teens", "slough 14f"))
    assert story.row() == {"name": "Teens", "text": "slough 14f"}
    story.tell("870", searches.Drop(), desk="2")
    assert story.folded().rows == {}
    assert story.aside() == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [("", "slough"), (" ", "slough"), ("n" * 61, "slough"), ("Teens", " "), ("Teens", "w" * 301)],
)
def test_without_name_or_words_it_is_none(name: str, text: str) -> None:
    story = Story(searches.KIND, "own:870")
    kept = story.tell("870", searches.Keep(name, text))
    assert story.folded().rows == {}
    assert list(story.aside()) == [kept.hash]


def test_one_record_is_one_search() -> None:
    story = Story(searches.KIND, "own:870")
    story.tell("870", searches.Keep("Teens", "slough 14f"))
    again = story.tell("870", searches.Keep("Other", "reading"))
    assert story.row()["name"] == "Teens"
    assert list(story.aside()) == [again.hash]


def test_the_words_of_a_request() -> None:
    story = Story(requests.KIND, "own:870")
    opened = story.tell("870", requests.Open(NEEDS, RequestFacts()))
    assert story.row()["search"] == ""
    first = story.tell("870", requests.Seek(" slough 20mi "))
    assert story.row()["search"] == "slough 20mi"
    long = story.tell("870", requests.Seek("w" * 301))
    assert story.row()["search"] == "slough 20mi"
    assert list(story.aside()) == [long.hash]
    apart = story.tell("870", requests.Seek("reading"), knows=[opened], desk="2")
    ((field, values),) = story.folded().conflicts
    assert (field, {entry for entry, _ in values}) == ("search", {first.hash, apart.hash})
    story.tell("870", requests.Seek(""), knows=[opened, first, apart])
    assert story.row()["search"] == ""
    assert story.folded().conflicts == []
