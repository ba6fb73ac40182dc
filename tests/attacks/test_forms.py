"""Bundles put together wrongly: what a manifest says and its sections are not must never go in."""

from __future__ import annotations

import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from struct import pack as struct_pack

import msgspec
import pytest

from rcc_tui.domain.errors import BundleError
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import Head, Manifest, Recipient, inflate, pack, unpack
from tests.attacks.facts import home, places, rename
from tests.attacks.forge import AT_MS, Scribe, bundle, everything, import_bytes, lay, section_of, take_in
from tests.region import seat

pytestmark = pytest.mark.threat(row="malformed")
MAKER = seat("931").desk


@pytest.mark.parametrize("rest", [b"\0", b"END\n", b"x" * 1000])
def test_bytes_after_the_end(reading: Desk, rest: bytes) -> None:
    raw = bundle(MAKER)
    for changed in (raw + rest, rest + raw, raw + raw):
        assert import_bytes(reading, changed).exit_code == 3


@pytest.mark.parametrize("raw", [b"", b"x", form.MAGIC, form.MAGIC + form.END, b"PK\3\4" + bytes(200)])
def test_what_is_no_bundle(reading: Desk, raw: bytes) -> None:
    assert import_bytes(reading, raw).exit_code == 3


def test_a_sealed_bundle_is_named_as_what_it_is(reading: Desk) -> None:
    assert "sealed" in import_bytes(reading, form.SEALED + b"v1\n" + bytes(200)).reason


def test_a_bundle_that_is_not_there(reading: Desk, tmp_path: Path) -> None:
    """Refused, and no word of damage: nothing was damaged."""
    for path in (tmp_path / "none.rccb", tmp_path):
        assert take_in(reading, path).exit_code == 1


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
    plain = Manifest(1, MAKER.public, AT_MS, 1, (Recipient("870"),), (), (), ())
    before = everything(reading)
    raw = pack(msgspec.structs.replace(plain, **change), [], MAKER)
    assert import_bytes(reading, raw).exit_code == 3
    assert everything(reading) == before


def test_a_manifest_written_another_way() -> None:
    plain = Manifest(1, MAKER.public, AT_MS, 1, (Recipient("870"),), (), (), ())
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


def test_to_verify_keeps_nothing(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    with region["931"].writing() as w:
        w.act("setting", home())
        w.act("setting", home())
    (exported,) = export(region["931"], ["870"], tmp_path / "out")
    path = Path(exported.file)
    before = everything(reading)
    result = take_in(reading, path, verify_only=True)
    assert (result.result, result.new) == ("ok", 2)
    assert everything(reading) == before
    bad = lay(tmp_path, path.read_bytes()[:-1])
    assert take_in(reading, bad, verify_only=True).exit_code == 3
