"""What a bundle may hold of each thing: beyond a bound it is refused before any of it is used."""

from __future__ import annotations

import pytest

from rcc_tui.domain.errors import BundleError
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import Head, RollPart, unpack
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bundle
from tests.region import seat

MAKER = seat("931").desk
ROLLS = [RollPart(b"document", b"signatures" * 10)] * 2
PROOFS = [b"proof"] * 2


def _whole() -> bytes:
    scribe = Scribe(MAKER, "rcc")
    scribe.write("setting", home())
    return bundle(
        MAKER, [scribe.section()] * 2, rolls=ROLLS, proofs=PROOFS, heads=[Head(bytes(32), 0, bytes(32))]
    )


@pytest.mark.parametrize(
    ("bound", "most", "why"),
    [
        ("MAX_MANIFEST", 100, "part of the bundle is larger"),
        ("MAX_SECTION", 10, "section of the bundle is larger"),
        ("MAX_ROLLS", 1, "more of the roll"),
        ("MAX_ROLL", 7, "more of the roll"),
        ("MAX_SIGNATURES", 99, "more of the roll"),
        ("MAX_PROOFS", 1, "more proofs"),
        ("MAX_PROOF", 4, "more proofs"),
        ("MAX_PARTS", 1, "more than any may"),
        ("MAX_RAW", 10, "more than any may"),
        ("_NUMBER", 1, "out of bounds"),
    ],
)
def test_beyond_a_bound(monkeypatch: pytest.MonkeyPatch, bound: str, most: int, why: str) -> None:
    raw = _whole()
    assert unpack(raw).manifest.maker == MAKER.public
    monkeypatch.setattr(form, bound, most)
    with pytest.raises(BundleError, match=why):
        unpack(raw)


@pytest.mark.parametrize("head", [Head(bytes(31), 0, bytes(32)), Head(bytes(32), 0, bytes(33))])
def test_heads_of_another_length(head: Head) -> None:
    with pytest.raises(BundleError, match="out of bounds"):
        unpack(bundle(MAKER, heads=[head]))
