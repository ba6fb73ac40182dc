"""The form of an entry: one way to write it, bounds, and no bytes that bring the reader down."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import fields

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.acts.kind import log_id
from rcc_tui.domain.errors import BundleError
from rcc_tui.sync.entry import (
    MAX_CLOCK,
    MAX_DEPS,
    MAX_HEADER,
    MAX_PAYLOAD,
    MIN_HEADER,
    NO_HASH,
    Header,
    Signed,
    commitment,
    encode_header,
    entry_hash,
    frame,
    pae,
    read_header,
    unframe,
)

hashes = st.binary(min_size=32, max_size=32)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    seq = draw(st.integers(0, 2**40 - 1))
    return Header(
        v=1,
        log=draw(hashes),
        seq=seq,
        prev=draw(hashes.filter(lambda one: one != NO_HASH)) if seq else NO_HASH,
        at_ms=draw(st.integers(0, 2**53 - 1)),
        clock=draw(st.integers(1, MAX_CLOCK)),
        kind=draw(st.text(min_size=1, max_size=32)),
        record=draw(st.binary(min_size=16, max_size=16)),
        deps=tuple(draw(st.lists(hashes, max_size=4))),
        commit=draw(hashes),
        length=draw(st.integers(1, MAX_PAYLOAD)),
    )


PLAIN = Header(1, b"l" * 32, 1, b"p" * 32, 5, 7, "vacancy", b"r" * 16, (b"d" * 32,), b"c" * 32, 9)


@given(headers())
def test_a_header_reads_back_to_the_same_bytes(header: Header) -> None:
    assert read_header(encode_header(header)) == header


@given(st.binary(max_size=400))
def test_any_bytes_are_a_header_or_refused(raw: bytes) -> None:
    try:
        header = read_header(raw)
    except BundleError:
        return
    assert encode_header(header) == raw


@given(st.integers(0, len(encode_header(PLAIN)) - 1), st.integers(1, 255))
def test_a_changed_byte_is_another_header_or_none(place: int, change: int) -> None:
    raw = bytearray(encode_header(PLAIN))
    raw[place] ^= change
    try:
        assert read_header(bytes(raw)) != PLAIN
    except BundleError:
        assert entry_hash(bytes(raw)) != entry_hash(encode_header(PLAIN))


OUT_OF_BOUNDS: dict[str, object] = {
    "another format": {"v": 2},
    "a log's id cut short": {"log": b"l" * 31},
    "a place below none": {"seq": -1},
    "a place beyond any": {"seq": 2**40},
    "a first entry that follows one": {"seq": 0},
    "a later entry that follows none": {"prev": NO_HASH},
    "a hash before it cut short": {"prev": b"p"},
    "a wall clock below none": {"at_ms": -1},
    "a wall clock beyond any": {"at_ms": 2**53},
    "a clock at none": {"clock": 0},
    "a clock beyond the last": {"clock": MAX_CLOCK + 1},
    "a number that fills pages": {"clock": 10**400},
    "no kind": {"kind": ""},
    "a kind without end": {"kind": "k" * 33},
    "a record's id cut short": {"record": b"r" * 15},
    "a thousand deps": {"deps": (b"d" * 32,) * (MAX_DEPS + 1)},
    "a dep cut short": {"deps": (b"d",)},
    "a commitment cut short": {"commit": b"c"},
    "nothing said": {"length": 0},
    "more said than may be": {"length": MAX_PAYLOAD + 1},
}


@pytest.mark.parametrize("change", OUT_OF_BOUNDS.values(), ids=OUT_OF_BOUNDS.keys())
def test_bounds(change: dict[str, object]) -> None:
    values = json.loads(encode_header(PLAIN))
    names = list(Header.__struct_fields__)
    for name, value in change.items():
        values[names.index(name)] = (
            b64encode(value).decode()
            if isinstance(value, bytes)
            else [b64encode(one).decode() for one in value]
            if isinstance(value, tuple)
            else value
        )
    raw = json.dumps(values, separators=(",", ":")).encode()
    with pytest.raises(BundleError):
        read_header(raw)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"[1,", b"[1.0,"),
        (b"[1,", b"[ 1,"),
        (b",5,7,", b",5e0,7,"),
        (b",5,7,", b",05,7,"),
        (b",5,7,", b",true,7,"),
        (b'"vacancy"', b'"v\\u0061cancy"'),
        (b'"vacancy"', b'"\\ud800"'),
        (b'"vacancy"', b'"vac\xff"'),
        (b'"vacancy"', b"null"),
        (b",9]", b",9,0]"),
        (b",9]", b"]"),
        (b",9]", b",9]]"),
        (b",9]", b",9]\n"),
        (b",9]", b"," + b"9" * 5000 + b"]"),
        (b",9]", b"," + b"[" * 100_000),
        (b"=", b""),
    ],
)
def test_another_way_to_write_the_same_is_refused(old: bytes, new: bytes) -> None:
    raw = encode_header(PLAIN)
    with pytest.raises(BundleError):
        read_header(raw.replace(old, new, 1))
    assert old in raw


signed_entries = st.builds(
    Signed,
    header=st.binary(min_size=MIN_HEADER, max_size=MIN_HEADER + 50),
    signature=st.binary(min_size=64, max_size=64),
    salt=st.binary(min_size=16, max_size=16),
    payload=st.binary(min_size=1, max_size=300),
)
hollow_entries = st.builds(
    Signed,
    header=st.binary(min_size=MIN_HEADER, max_size=MIN_HEADER + 50),
    signature=st.binary(min_size=64, max_size=64),
    salt=st.just(b""),
    payload=st.just(b""),
)


@given(st.lists(signed_entries | hollow_entries, max_size=5))
def test_a_section_gives_back_what_was_put_in(entries: list[Signed]) -> None:
    assert unframe(b"".join(map(frame, entries))) == entries


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_section_or_refused(raw: bytes) -> None:
    try:
        entries = unframe(raw)
    except BundleError:
        return
    assert b"".join(map(frame, entries)) == raw


@given(st.lists(signed_entries, min_size=1, max_size=3), st.data())
def test_a_section_cut_anywhere_but_between_entries_is_refused(
    entries: list[Signed], data: st.DataObject
) -> None:
    raw = b"".join(map(frame, entries))
    whole = {0}
    for entry in entries:
        whole.add(max(whole) + len(frame(entry)))
    cut = data.draw(st.integers(0, len(raw)).filter(lambda at: at not in whole))
    with pytest.raises(BundleError):
        unframe(raw[:cut])


@pytest.mark.parametrize(
    "entry",
    [
        Signed(bytes(MAX_HEADER + 1), bytes(64), bytes(16), b""),
        Signed(b"", bytes(64), bytes(16), b"said"),
        Signed(bytes(MIN_HEADER), bytes(64), bytes(16), bytes(MAX_PAYLOAD + 1)),
    ],
)
def test_larger_than_any_may_be(entry: Signed) -> None:
    with pytest.raises(BundleError, match="larger"):
        unframe(frame(entry))


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_no_two_things_are_signed_alike(kind: bytes, body: bytes, other: bytes, text: bytes) -> None:
    assert (pae(kind, body) == pae(other, text)) == ((kind, body) == (other, text))


def test_names_depend_on_all_that_they_name() -> None:
    one = log_id(b"k" * 32, "rcc", b"i" * 16)
    assert len({one, log_id(b"j" * 32, "rcc", b"i" * 16), log_id(b"k" * 32, "rcc", b"j" * 16)}) == 3
    assert log_id(b"k" * 32, "own:870", b"i" * 16) != one
    assert commitment(b"s" * 16, b"text") != commitment(b"t" * 16, b"text")
    assert entry_hash(b"text") != commitment(b"", b"text")


def test_the_formats_are_frozen() -> None:
    """What has been signed must stay readable for ever: these bytes may not change."""
    assert encode_header(PLAIN) == (
        b'[1,"bGxsbGxsbGxsbGxsbGxsbGxsbGxsbGxsbGxsbGxsbGw=",1,"cHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHA=",'
        b'5,7,"vacancy","cnJycnJycnJycnJycnJycg==",["ZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGQ="],'
        b'"Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M=",9]'
    )
    assert entry_hash(encode_header(PLAIN)).hex().startswith("a427731fabb3c87a")
    assert log_id(b"k" * 32, "rcc", b"i" * 16).hex().startswith("00ade77f4ec31437")
    assert frame(Signed(b"h", b"s" * 64, b"t" * 16, b"p")) == (
        b"\x00\x01\x00\x00\x00\x01h" + b"s" * 64 + b"t" * 16 + b"p"
    )
    assert [item.name for item in fields(Signed)] == ["header", "signature", "salt", "payload"]
    assert msgspec.json.decode(encode_header(PLAIN))[0] == 1
