"""How a tariff and its adoptions fold."""

from __future__ import annotations

import fixtures
from rcc_tui.acts import tariffs
from rcc_tui.acts.kind import Heard
from rcc_tui.acts.tariffs import Adopt, Publish, WithdrawAdoption
from tests.acts.told import Story


def _published(story: Story, text: str, *, host: bool) -> Heard:
    return story.tell("870", Publish(text), host=host)


def test_a_tariff_is_the_hosts_and_never_changes() -> None:
    text = fixtures.worked_tariff_text()
    huge = text.replace("version = 1", "version = 99999999999999999999")
    for given_text, host in ((text, False), ("name = ", True), (huge, True)):
        story = Story(tariffs.TARIFF, "rcc")
        _published(story, given_text, host=host)
        assert story.folded().rows == {}
    story = Story(tariffs.TARIFF, "rcc")
    _published(story, text, host=True)
    second = _published(story, text.replace("310.00", "311.00"), host=True)
    assert second.hash in story.aside()
    assert story.row()["tariff"] == tariffs.tariff_hash(text)


def test_an_adoption_is_from_a_day_that_exists() -> None:
    story = Story(tariffs.ADOPTION, "rcc")
    story.tell("870", Adopt("ab" * 32, ""))
    assert story.folded().rows == {}
    story = Story(tariffs.ADOPTION, "rcc")
    story.tell("870", Adopt("ab" * 32, "2026-04-01"))
    wrong = [story.tell("931", WithdrawAdoption("2026-12-01")), story.tell("870", WithdrawAdoption("now"))]
    assert set(story.aside()) == {one.hash for one in wrong}
    story.tell("870", WithdrawAdoption("2027-04-01"))
    assert story.row()["withdrawn_on"] == "2027-04-01"
