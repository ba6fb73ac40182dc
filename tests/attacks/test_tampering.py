"""A bundle changed on its way: refused, or nothing about it has changed; the store never."""

from __future__ import annotations

import random
from hashlib import sha256
from pathlib import Path
from struct import pack as struct_pack

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import inflate, unpack
from tests.attacks.facts import home, rename
from tests.attacks.forge import Scribe, bundle, everything, import_bytes, take_in
from tests.attacks.scale import often
from tests.attacks.tally import Tally
from tests.region import seat

pytestmark = pytest.mark.threat(row="tamper")
MAKER = seat("931").desk


def _many(count: int) -> bytes:
    """A bundle of as many entries as asked for, sealed to nobody."""
    scribe = Scribe(MAKER, "rcc")
    opened = scribe.write("setting", home())
    for number in range(count - 1):
        scribe.write("setting", rename(f"Name {number}"), record=opened.record, deps=[opened.hash])
    return bundle(MAKER, [scribe.section()])


def _mended(body: bytes | bytearray) -> bytes:
    """A right trailer behind a changed body: who changes a byte can write the checksum anew."""
    return bytes(body) + struct_pack(">Q", len(body) + 44) + sha256(body).digest() + form.END


def _contents(raw: bytes) -> list[bytes]:
    opened = unpack(raw)
    return [
        inflate(part, length, packed)
        for part, (length, packed) in zip(opened.manifest.parts, opened.packed, strict=True)
    ]


def test_every_byte_flipped_in_turn(region: dict[str, Desk], tmp_path: Path) -> None:
    """Of the file as it travels, sealed or not."""
    reading, sender = region["870"], region["931"]
    with sender.writing() as w:
        w.act("setting", home())
    (exported,) = export(sender, ["870"], tmp_path / "out")
    path = Path(exported.file)
    raw = path.read_bytes()
    before = everything(reading)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << (place % 8)
        path.write_bytes(bytes(changed))
        result = take_in(reading, path)
        # A byte of the seal for this desk alone makes it one that is sealed for others.
        assert (result.result, result.exit_code) in (("refused", 3), ("refused", 1)), place
        assert result.reason
    assert everything(reading) == before
    path.write_bytes(raw)
    assert take_in(reading, path).new == 1


def test_bytes_flipped_behind_a_right_trailer(reading: Desk, tally: Tally) -> None:
    """Then signatures and hashes must find it."""
    raw = _many(2)
    before, honest = everything(reading), _contents(raw)
    body = raw[: -len(form.END) - 40]
    unharmed = 0
    for place in range(len(form.MAGIC), len(body)):
        changed = bytearray(body)
        changed[place] ^= 1 << (place % 8)
        unharmed += _is_harmless(reading, _mended(changed), honest)
    tally.add("harmless", unharmed)
    assert everything(reading) == before
    assert unharmed < 8


def _is_harmless(desk: Desk, forged: bytes, honest: list[bytes]) -> bool:
    """Whether it is taken for good, which is right only when nothing of what it holds has changed."""
    result = import_bytes(desk, forged, verify_only=True)
    if result.exit_code == 3:
        return False
    # Some bits say how a section was packed and nothing of what is in it.
    assert _contents(forged) == honest
    return True


@pytest.mark.parametrize("mended", [False, True])
def test_random_flips_of_a_large_bundle(reading: Desk, tally: Tally, mended: bool) -> None:
    raw = _many(often(100, 1000))
    honest = _contents(raw)
    chance = random.Random(903)
    body = raw[: -len(form.END) - 40] if mended else raw
    for _ in range(often(200, 5000)):
        changed = bytearray(body)
        changed[chance.randrange(len(body))] ^= chance.randrange(1, 256)
        forged = _mended(changed) if mended else bytes(changed)
        tally.add("harmless", _is_harmless(reading, forged, honest))
    assert tally.counts["harmless"] < 8
    assert import_bytes(reading, raw).exit_code == 0
