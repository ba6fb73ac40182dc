"""A bundle changed on its way, cut short, blown up or put together from others: refused, nothing changed."""

from __future__ import annotations

import random
import tracemalloc
import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from struct import pack as struct_pack

import msgspec
import pytest

from rcc_tui.domain.errors import BundleError
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, take_in
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import Head, Manifest, Part, inflate, pack, unpack
from tests.attacks.facts import home, places, rename
from tests.attacks.forge import (
    AT_MS,
    Scribe,
    Section,
    bundle,
    everything,
    import_bytes,
    lay,
    section_of,
)
from tests.region import seat

MAKER = seat("931").desk


def _honest(region: dict[str, Desk], folder: Path, acts: int = 1) -> Path:
    desk = region["931"]
    for _ in range(acts):
        with desk.writing() as w:
            w.act("setting", home())
    (exported,) = export(desk, ["870"], folder)
    return Path(exported.file)


def test_every_byte_flipped_in_turn(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    path = _honest(region, tmp_path / "out")
    raw = path.read_bytes()
    before = everything(reading)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << (place % 8)
        path.write_bytes(bytes(changed))
        (result,) = take_in(reading, [path])
        assert (result.result, result.exit_code) == ("refused", 3), place
        assert result.reason
    assert everything(reading) == before
    path.write_bytes(raw)
    assert take_in(reading, [path])[0].new == 1


def test_bytes_flipped_behind_a_right_trailer(region: dict[str, Desk], tmp_path: Path) -> None:
    """Who changes a byte can also write the checksum anew: then signatures and hashes must find it."""
    reading = region["870"]
    raw = _honest(region, tmp_path / "out").read_bytes()
    before, honest = everything(reading), _contents(raw)
    body = raw[: -len(form.END) - 40]
    unharmed = 0
    for place in range(len(form.MAGIC), len(body)):
        changed = bytearray(body)
        changed[place] ^= 1 << (place % 8)
        forged = bytes(changed) + struct_pack(">Q", len(raw)) + sha256(changed).digest() + form.END
        result = import_bytes(reading, forged, verify_only=True)
        if result.exit_code != 3:
            # Some bits say how a section was packed and nothing of what is in it.
            unharmed += 1
            assert _contents(forged) == honest, place
    assert everything(reading) == before
    assert unharmed < 8


def _contents(raw: bytes) -> list[bytes]:
    opened = unpack(raw)
    return [
        inflate(part, length, packed)
        for part, (length, packed) in zip(opened.manifest.parts, opened.packed, strict=True)
    ]


def test_random_flips_of_a_large_bundle(region: dict[str, Desk], tmp_path: Path) -> None:
    raw = _honest(region, tmp_path / "out", acts=60).read_bytes()
    chance = random.Random(903)
    for _ in range(2000):
        changed = bytearray(raw)
        changed[chance.randrange(len(raw))] ^= chance.randrange(1, 256)
        with pytest.raises(BundleError):
            unpack(bytes(changed))


def test_cut_at_every_64_bytes(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    path = _honest(region, tmp_path / "out", acts=5)
    raw = path.read_bytes()
    before = everything(reading)
    for length in {*range(0, len(raw), 64), *range(len(raw) - 60, len(raw))}:
        path.write_bytes(raw[:length])
        (result,) = take_in(reading, [path])
        assert (result.result, result.exit_code) == ("refused", 3), length
    assert everything(reading) == before


def test_a_file_that_is_still_growing(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    path = _honest(region, tmp_path / "out", acts=3)
    raw = path.read_bytes()
    results = []
    path.write_bytes(b"")
    for start in range(0, len(raw), len(raw) // 4 + 1):
        with path.open("ab") as file:
            file.write(raw[start : start + len(raw) // 4 + 1])
        results.append(take_in(reading, [path])[0].result)
    assert results == ["refused", "refused", "refused", "ok"]


@pytest.mark.parametrize("rest", [b"\0", b"END\n", b"x" * 1000])
def test_bytes_after_the_end(region: dict[str, Desk], tmp_path: Path, rest: bytes) -> None:
    raw = _honest(region, tmp_path / "out").read_bytes()
    assert import_bytes(region["870"], raw + rest).exit_code == 3
    assert import_bytes(region["870"], rest + raw).exit_code == 3
    assert import_bytes(region["870"], raw + raw).exit_code == 3


@pytest.mark.parametrize("raw", [b"", b"x", form.MAGIC, form.MAGIC + form.END, b"PK\3\4" + bytes(200)])
def test_what_is_no_bundle(reading: Desk, raw: bytes) -> None:
    assert import_bytes(reading, raw).exit_code == 3


def test_a_sealed_bundle_is_named_as_what_it_is(reading: Desk) -> None:
    assert "sealed" in import_bytes(reading, form.SEALED + b"v1\n" + bytes(200)).reason


def test_a_bundle_that_is_not_there(reading: Desk, tmp_path: Path) -> None:
    results = take_in(reading, [tmp_path / "none.rccb", tmp_path])
    assert [result.exit_code for result in results] == [3, 3]


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


def test_the_same_entries_twice_and_ranges_that_overlap(reading: Desk) -> None:
    scribe = Scribe(MAKER, "rcc")
    opened = scribe.write("setting", home())
    for name in "abcd":
        scribe.write("setting", rename(name), record=opened.record, deps=[scribe.entries[-1].hash])
    ranges = [(0, 3), (2, 5), (1, 2), (0, 5), (4, 5)]
    sections = [scribe.section(scribe.entries[first:last]) for first, last in ranges]
    result = import_bytes(reading, bundle(MAKER, sections))
    assert (result.result, result.new, result.exit_code) == ("ok", 5, 0)
    assert reading.store.write.execute("SELECT name FROM setting").fetchall() == [("d",)]


OUT_OF_BOUNDS = [
    {"at_ms": 2**64 - 1},
    {"at_ms": -1},
    {"roll": 2**63},
    {"heads": (Head(b"l" * 32, 2**63, b"h" * 32),)},
    {"heads": (Head(b"l" * 32, -1, b"h" * 32),)},
    {"heads": (Head(b"short", 1, b"h" * 32),)},
    {"heads": (Head(b"l" * 32, 1, b""),)},
    {"format": 2},
]


@pytest.mark.parametrize("change", OUT_OF_BOUNDS, ids=str)
def test_a_manifest_out_of_bounds(reading: Desk, change: dict[str, object]) -> None:
    plain = Manifest(1, MAKER.public, AT_MS, 1, ("870",), (), (), ())
    before = everything(reading)
    raw = pack(msgspec.structs.replace(plain, **change), [], MAKER)
    assert import_bytes(reading, raw).exit_code == 3
    assert everything(reading) == before


def test_a_manifest_written_another_way() -> None:
    plain = Manifest(1, MAKER.public, AT_MS, 1, ("870",), (), (), ())
    raw = pack(plain, [], MAKER)
    start, stop = raw.index(b"{"), raw.rindex(b"}") + 1
    for body in (
        raw[start:stop].replace(b'"format":1', b'"format": 1'),
        raw[start:stop].replace(b'"format":1', b'"format":1,"format":1'),
        raw[start:stop].replace(b'"format":1', b'"format":1.0'),
        raw[start:stop].replace(b'"format":1', b'"more":1,"format":1'),
        raw[start:stop] + b" ",
        b"[" * 100_000,
        b"null",
        b"\xff\xfe",
    ):
        signature = MAKER.public + MAKER.sign(form.MANIFEST_TYPE, body)
        whole = form.MAGIC + struct_pack(">I", len(body)) + body + struct_pack(">I", 96) + signature
        trailer = struct_pack(">Q", len(whole) + 44) + sha256(whole).digest() + form.END
        with pytest.raises(BundleError, match="manifest"):
            unpack(whole + trailer)


def test_sections_of_one_bundle_under_the_manifest_of_another(reading: Desk) -> None:
    one, other = Scribe(MAKER, "rcc"), Scribe(MAKER, "rcc")
    one.write("setting", home(name="One"))
    other.write("vacancy", places())
    a, b = one.section(), other.section()
    before = everything(reading)
    for sections in (
        [replace(a, packed=b.packed), replace(b, packed=a.packed)],
        [replace(a, packed=b.packed)],
        [replace(a, part=msgspec.structs.replace(a.part, log=b.part.log))],
        [replace(a, part=msgspec.structs.replace(a.part, audience="own:870"))],
        [replace(a, part=msgspec.structs.replace(a.part, incarnation=b.part.incarnation))],
        [replace(a, part=msgspec.structs.replace(a.part, desk=seat("HUB-N").desk.public))],
        [replace(a, part=msgspec.structs.replace(a.part, last_hash=b.part.last_hash))],
        [replace(a, part=msgspec.structs.replace(a.part, first=1, last=1))],
        [replace(a, part=msgspec.structs.replace(a.part, last=5))],
        [replace(a, part=msgspec.structs.replace(a.part, length=a.part.length - 1))],
    ):
        result = import_bytes(reading, bundle(MAKER, sections))
        assert (result.new, result.exit_code) == (0, 3)
        assert result.reason
    # What came of the refused: nothing but what the maker said it holds.
    assert everything(reading) == before
    assert import_bytes(reading, bundle(MAKER, [a, b])).new == 2


def test_more_or_fewer_sections_than_the_manifest_says() -> None:
    scribe = Scribe(MAKER, "rcc")
    scribe.write("setting", home())
    section = scribe.section()
    manifest = unpack(bundle(MAKER, [section])).manifest
    for packed in ([], [section.packed, section.packed]):
        with pytest.raises(BundleError, match="other sections"):
            unpack(pack(manifest, packed, MAKER))


def test_a_section_is_what_its_manifest_says_to_the_byte() -> None:
    scribe = Scribe(MAKER, "rcc")
    scribe.write("setting", home())
    section = scribe.section()
    length, packed = section.packed
    raw = inflate(section.part, length, packed)
    for changed_length, changed in (
        (length + 1, packed),
        (length, packed + b"\0"),
        (length, packed[:-1]),
        (length, zlib.compress(raw + b"\0")),
        (length, zlib.compress(raw[:-1])),
        (length, zlib.compress(bytes(length))),
        (length, b"no zlib"),
    ):
        with pytest.raises(BundleError):
            inflate(section.part, changed_length, changed)


@pytest.mark.parametrize("garbage", [b"", b"\0", bytes(86), bytes(4096)])
def test_a_section_that_holds_no_entries(reading: Desk, garbage: bytes) -> None:
    section = section_of(Scribe(MAKER, "rcc"), garbage, [])
    assert import_bytes(reading, bundle(MAKER, [section])).exit_code == 3
    assert reading.store.write.execute("SELECT COUNT(*) FROM log").fetchone() == (0,)


def test_replay_changes_nothing(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    path = _honest(region, tmp_path / "out", acts=3)
    assert take_in(reading, [path])[0].result == "ok"
    before = everything(reading)
    for _ in range(3):
        (result,) = take_in(reading, [path])
        assert (result.result, result.new, result.known, result.exit_code) == ("known", 0, 3, 0)
    assert everything(reading) == before


def test_an_old_bundle_after_a_new_one(region: dict[str, Desk], tmp_path: Path) -> None:
    reading, sender = region["870"], region["931"]
    old = _honest(region, tmp_path / "out", acts=2)
    record = sender.store.write.execute("SELECT record FROM setting ORDER BY record").fetchone()[0]
    with sender.writing() as w:
        w.act("setting", rename("Newer"), record=record)
    (exported,) = export(sender, ["870"], tmp_path / "out")
    take_in(reading, [Path(exported.file)])
    before = (
        digest := reading.digest("rcc"),
        reading.store.write.execute("SELECT * FROM peer_head").fetchall(),
    )
    (result,) = take_in(reading, [old])
    assert (result.result, result.new) == ("known", 0)
    assert (
        reading.digest("rcc"),
        reading.store.write.execute("SELECT * FROM peer_head").fetchall(),
    ) == before
    assert digest == sender.digest("rcc")


def test_to_verify_keeps_nothing(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    path = _honest(region, tmp_path / "out", acts=2)
    before = everything(reading)
    (result,) = take_in(reading, [path], verify_only=True)
    assert (result.result, result.new) == ("ok", 2)
    assert everything(reading) == before
    bad = lay(tmp_path, path.read_bytes()[:-1])
    assert take_in(reading, [bad], verify_only=True)[0].exit_code == 3
