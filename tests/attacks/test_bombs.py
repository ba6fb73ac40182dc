"""Bundles that are small and say they are huge: refused at once, in little memory."""

from __future__ import annotations

import tracemalloc
import zlib
from hashlib import sha256

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import Part
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, Section, bundle, everything, import_bytes
from tests.region import seat

pytestmark = pytest.mark.threat(row="bomb")
MAKER = seat("931").desk


def _bomb(scribe: Scribe, declared: int, packed: bytes) -> Section:
    part = Part(
        log=scribe.log,
        desk=scribe.key.public,
        audience=scribe.audience,
        incarnation=scribe.incarnation,
        first=0,
        last=10**9,
        last_hash=bytes(32),
        length=declared,
        sha256=sha256(b"").digest(),
    )
    return Section(part, (declared, packed))


def _zeros(total: int) -> bytes:
    stream = zlib.compressobj(9)
    piece = bytes(1024 * 1024)
    return b"".join(stream.compress(piece) for _ in range(total // len(piece))) + stream.flush()


@pytest.mark.parametrize("declared", [10, 1024 * 1024, 4 * 1024 * 1024, 1024 * 1024 * 1024])
def test_a_bomb_does_not_go_off(reading: Desk, declared: int) -> None:
    before = everything(reading)
    raw = bundle(MAKER, [_bomb(Scribe(MAKER, "rcc"), declared, _zeros(128 * 1024 * 1024))])
    tracemalloc.start()
    result = import_bytes(reading, raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.exit_code == 3
    assert peak < 20 * 1024 * 1024
    assert everything(reading) == before


def test_more_declared_than_any_bundle_may_hold(reading: Desk) -> None:
    scribe = Scribe(MAKER, "rcc")
    many = [_bomb(scribe, form.MAX_SECTION, b"")] * 1000
    result = import_bytes(reading, bundle(MAKER, many))
    assert result.exit_code == 3
    assert "more than any may" in result.reason


def test_thousands_of_parts(reading: Desk) -> None:
    scribe = Scribe(MAKER, "rcc")
    scribe.write("setting", home())
    result = import_bytes(reading, bundle(MAKER, [scribe.section()] * (form.MAX_PARTS + 1)))
    assert result.exit_code == 3
    assert result.new == 0
