"""Bundles that are small and say they are huge: refused at once, in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from struct import pack as struct_pack

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import Head, Part
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, Section, bundle, everything, import_bytes, lay
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat

pytestmark = pytest.mark.threat(row="bomb")
MAKER = seat("931").desk
ROOT = Path(__file__).parents[2]
GIB = 1024 * 1024 * 1024


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


@cache
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


def _trailed(body: bytes) -> bytes:
    return body + struct_pack(">Q", len(body) + 44) + sha256(body).digest() + form.END


def _as_manifest(body: bytes) -> bytes:
    signature = MAKER.public + MAKER.sign(form.MANIFEST_TYPE, body)
    return _trailed(
        form.MAGIC + struct_pack(">I", len(body)) + body + struct_pack(">I", len(signature)) + signature
    )


def _sections(count: int) -> bytes:
    """As many logs as a bundle may unpack to, each a section of zeros."""
    packed = _zeros(form.MAX_SECTION)
    raw = bytes(form.MAX_SECTION)
    made = []
    for _ in range(count):
        one = _bomb(Scribe(MAKER, "rcc"), form.MAX_SECTION, packed)
        made.append(Section(_named(one.part, sha256(raw).digest()), one.packed))
    return bundle(MAKER, made)


def _named(part: Part, digest: bytes) -> Part:
    return Part(
        part.log, part.desk, part.audience, part.incarnation, 0, 10**9, bytes(32), part.length, digest
    )


BOMBS: dict[str, Callable[[], bytes]] = {
    "1 GiB of zeros in a section that says so": lambda: bundle(
        MAKER, [_bomb(Scribe(MAKER, "rcc"), GIB, _zeros(GIB))]
    ),
    "1 GiB of zeros in a section that says 4 MiB": lambda: bundle(
        MAKER, [_bomb(Scribe(MAKER, "rcc"), form.MAX_SECTION, _zeros(GIB))]
    ),
    "10^9 entries in a section of none": lambda: bundle(MAKER, [_bomb(Scribe(MAKER, "rcc"), 0, b"")]),
    "10^9 entries in each of 8 sections of zeros": lambda: _sections(8),
    "a list 8 million deep": lambda: _as_manifest(b"[" * 8_000_000),
    "a number of 8 million digits": lambda: _as_manifest(b'{"format":' + b"9" * 8_000_000),
    "100,000 heads out of bounds": lambda: bundle(MAKER, heads=[Head(bytes(32), -1, bytes(32))] * 100_000),
    "a manifest that says it is 4 GiB": lambda: _trailed(form.MAGIC + b"\xff" * 4096),
    "a section that says it is 4 GiB": lambda: _trailed(bundle(MAKER)[:-44] + b"\xff" * 4096),
}

_IMPORTER = """
import json, resource, sys, time
from pathlib import Path
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import take_in

def peak():
    # Of this program alone: the system's own figure for a child begins with its parent's.
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

desk = open_desk(Path(sys.argv[1]))
idle, started = peak(), time.perf_counter()
(result,) = take_in(desk, [Path(sys.argv[2])])
took = time.perf_counter() - started
held = desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone()[0]
print(json.dumps([result.result, (peak() - idle) // 1024, round(took * 1000), held]))
"""


def _measured(copies: Copies, path: Path, tally: Tally) -> None:
    """Import in a process of its own: refused, and in less than 200 MiB over what it took to open."""
    store = copies.closed(seat("870"))
    ran = subprocess.run(
        [sys.executable, "-c", _IMPORTER, str(store), str(path)],
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    outcome, peak, took, held = json.loads(ran.stdout)
    tally.tried(refused=outcome == "refused")
    tally.most("peak MiB over idle", peak)
    tally.most("slowest ms", took)
    assert (outcome, held) == ("refused", 0)
    assert peak < 200


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_small_file_that_says_it_is_huge(
    copies: Copies, tmp_path: Path, tally: Tally, bomb: Callable[[], bytes]
) -> None:
    _measured(copies, lay(tmp_path, bomb()), tally)


@pytest.mark.parametrize("start", [b"", form.MAGIC, form.SEALED + b"v1\n"], ids=["zeros", "ours", "sealed"])
def test_a_file_of_1_gib(copies: Copies, tmp_path: Path, tally: Tally, start: bytes) -> None:
    """Nothing but zeros behind its first word; it takes no room on the disk."""
    path = tmp_path / "huge.rccb"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(GIB)
    _measured(copies, path, tally)
