"""Whose entries a bundle may carry, and to whom."""

from __future__ import annotations

import pytest

from rcc_tui.services.desk import Desk
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bundle, everything, import_bytes
from tests.region import seat

pytestmark = pytest.mark.threat(row="matrix")
MAKER = seat("931").desk


def test_a_stranger(reading: Desk) -> None:
    stranger = seat("999").desk
    scribe = Scribe(stranger, "rcc")
    scribe.write("setting", home())
    before = everything(reading)
    result = import_bytes(reading, bundle(stranger, [scribe.section()]))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert "stranger" in result.reason
    assert everything(reading) == before
    # The log of a stranger carried by a member is left out, and the member's own goes in.
    honest = Scribe(MAKER, "rcc")
    honest.write("setting", home())
    result = import_bytes(reading, bundle(MAKER, [scribe.section(), honest.section()]))
    assert (result.new, result.exit_code) == (1, 3)
    assert "a stranger" in result.reason


def test_entries_for_a_third_party_are_left_out_and_the_rest_goes_in(reading: Desk) -> None:
    hub = seat("HUB-N").desk
    own, third = Scribe(MAKER, "own:931"), Scribe(hub, "pair:931:HUB-N")
    own.write("request", b"{}")
    third.write("trade", b"{}")
    good = Scribe(MAKER, "rcc")
    good.write("setting", home())
    result = import_bytes(reading, bundle(MAKER, [own.section(), third.section(), good.section()]))
    assert (result.new, result.exit_code) == (1, 3)
    assert result.reason.count("not for this desk") == 2
    assert reading.store.write.execute("SELECT audience FROM log").fetchall() == [("rcc",)]


@pytest.mark.parametrize(
    "audience",
    ["", "all", "rcc ", "RCC", "own:", "own:870\n", "pair:870", "pair:931:870", "pair:870:870", "own:é70"],
)
def test_audiences_that_do_not_exist(reading: Desk, audience: str) -> None:
    scribe = Scribe(MAKER, audience)
    scribe.write("setting", home())
    result = import_bytes(reading, bundle(MAKER, [scribe.section()]))
    assert (result.new, result.exit_code) == (0, 3)


@pytest.mark.parametrize("audience", ["own:870", "pair:870:HUB-N"])
def test_a_member_that_writes_for_others(reading: Desk, audience: str) -> None:
    scribe = Scribe(MAKER, audience)
    scribe.write("setting", home())
    result = import_bytes(reading, bundle(MAKER, [scribe.section()]))
    assert (result.new, result.exit_code) == (0, 3)
    assert "may not write" in result.reason
