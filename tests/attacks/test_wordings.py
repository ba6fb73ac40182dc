"""Laws and numbers said wrongly by a desk that signs them rightly: counted for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rcc_tui.acts.canonical import encode
from rcc_tui.acts.erasure import MAX_BASIS, Erase
from rcc_tui.acts.kind import Act
from rcc_tui.acts.names import pair
from rcc_tui.acts.standing import Uphold
from rcc_tui.acts.trades import Propose
from rcc_tui.domain.terms import Line
from rcc_tui.services.desk import Desk
from tests.attacks.forge import Scribe, bring, is_live_as_rebuilt, set_aside
from tests.region import seat
from tests.sync.histories import TERMS

pytestmark = pytest.mark.threat(row="malformed")
MAKER = seat("931").desk
GOOD = Erase(MAKER.public, bytes(16), 0, "b")
RIGHT = Uphold(MAKER.public, bytes(16), 0, bytes(32))

WRONG: dict[str, Act] = {
    "a short incarnation": Erase(MAKER.public, bytes(15), 0, "b"),
    "a place before the first": Erase(MAKER.public, bytes(16), -1, "b"),
    "a place beyond the last": Erase(MAKER.public, bytes(16), 2**40, "b"),
    "no basis": Erase(MAKER.public, bytes(16), 0, ""),
    "a basis of spaces": Erase(MAKER.public, bytes(16), 0, " \t "),
    "a basis of a page": Erase(MAKER.public, bytes(16), 0, "b" * (MAX_BASIS + 1)),
    "upholding a short incarnation": Uphold(MAKER.public, bytes(15), 0, bytes(32)),
    "upholding half a hash": Uphold(MAKER.public, bytes(16), 0, bytes(16)),
    "upholding a place before the first": Uphold(MAKER.public, bytes(16), -1, bytes(32)),
}


@pytest.mark.parametrize("act", WRONG.values(), ids=WRONG.keys())
def test_a_law_said_wrongly_counts_for_nothing(reading: Desk, act: Act) -> None:
    scribe = Scribe(MAKER, "rcc")
    kind = "erasure" if isinstance(act, Erase) else "standing"
    bad = scribe.write(kind, act)
    good = scribe.write(kind, GOOD if isinstance(act, Erase) else RIGHT)
    assert bring(reading, scribe, maker=MAKER).quarantined == 1
    assert set(set_aside(reading)) == {bad.hash}
    assert good.hash not in set_aside(reading)
    assert is_live_as_rebuilt(reading)


def test_a_number_too_large_deep_within_a_list(reading: Desk) -> None:
    """Sums are made of the numbers in lists as well."""
    scribe = Scribe(MAKER, pair("870", "931"))
    terms = replace(TERMS, lines=(Line("Care", 70_000), Line("More", 10**12 + 1)))
    bad = scribe.write("trade", Propose(terms))
    good = scribe.write("trade", Propose(TERMS))
    bring(reading, scribe, maker=MAKER)
    assert "too large" in set_aside(reading)[bad.hash]
    assert good.hash not in set_aside(reading)


def test_bytes_written_another_way(reading: Desk) -> None:
    """Base64 leaves bits over at its end: two texts for the same bytes would be two payloads of one act."""
    scribe = Scribe(MAKER, "rcc")
    said = encode(RIGHT)
    assert said.endswith(b'AAA="}')
    bad = scribe.write("standing", said.replace(b'AAA="}', b'AAB="}'))
    good = scribe.write("standing", RIGHT)
    bring(reading, scribe, maker=MAKER)
    assert set(set_aside(reading)) == {bad.hash}
    assert good.hash not in set_aside(reading)


@pytest.mark.parametrize("whole", [b"0.0", b"0e0", b"-0"])
def test_numbers_written_another_way(reading: Desk, whole: bytes) -> None:
    scribe = Scribe(MAKER, "rcc")
    bad = scribe.write("standing", encode(RIGHT).replace(b'"seq":0', b'"seq":' + whole))
    bring(reading, scribe, maker=MAKER)
    assert set(set_aside(reading)) == {bad.hash}
