"""An entry: one act, signed, in its place in one desk's log. The formats here are frozen."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from struct import Struct

import msgspec

from rcc_tui.domain.errors import BundleError

FORMAT = 1
HEADER_TYPE = b"application/vnd.rcc.entry.v1"
# Three hashes, a commitment and a record take this much already: a section of zeros holds no entry.
MIN_HEADER = 160
MAX_HEADER = 8 * 1024
MAX_PAYLOAD = 64 * 1024
MAX_DEPS = 64
# The clock is logical and may not be driven beyond what every language holds exactly.
MAX_CLOCK = 2**53 - 1
NO_HASH = bytes(32)
_FRAME = Struct(">HI")
_NO_SALT = bytes(16)
_OVERHEAD = _FRAME.size + 64 + 16


class Header(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is signed. Positional, so that there are no keys to double. Hashes are 32 bytes, `record` 16.

    `at_ms` is the desk's wall clock, for people; `clock` the hybrid logical clock, for order.
    """

    v: int
    log: bytes
    seq: int
    prev: bytes
    at_ms: int
    clock: int
    kind: str
    record: bytes
    deps: tuple[bytes, ...]
    commit: bytes
    length: int


@dataclass(frozen=True, slots=True)
class Signed:
    """An entry as it travels and is stored: the bytes, never encoded again.

    Salt and payload are empty where the content was erased, or somebody passed it on without.
    """

    header: bytes
    signature: bytes
    salt: bytes
    payload: bytes


def pae(kind: bytes, body: bytes) -> bytes:
    """DSSE pre-authentication encoding: a signature over one type of thing fits no other."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def commitment(salt: bytes, payload: bytes) -> bytes:
    """What the header says of the payload. Salted, so that an erased name cannot be guessed from it."""
    return sha256(salt + payload).digest()


def entry_hash(header: bytes) -> bytes:
    """The name of an entry."""
    return sha256(b"rcc/entry/1\0" + header).digest()


_decode_header = msgspec.json.Decoder(Header, strict=True).decode
_encode = msgspec.json.Encoder().encode


def encode_header(header: Header) -> bytes:
    """The one encoding of a header."""
    return _encode(header)


def read_header(raw: bytes) -> Header:
    """Decode and check the form of a header. Raises BundleError when it is not written the one way."""
    try:
        header = _decode_header(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"An entry's header cannot be read: {error}.") from error
    if _encode(header) != raw:
        raise BundleError("An entry's header is not written in the one canonical way.")
    whole = (
        header.v == FORMAT
        and len(header.log) == 32
        and len(header.prev) == 32
        and len(header.record) == 16
        and len(header.commit) == 32
        and 0 <= header.seq < 2**40
        and 0 < header.clock <= MAX_CLOCK
        and 0 <= header.at_ms < 2**53
        and 0 < header.length <= MAX_PAYLOAD
        and len(header.deps) <= MAX_DEPS
        and 0 < len(header.kind) <= 32
        and (header.prev == NO_HASH) == (header.seq == 0)
    )
    if not whole or any(len(dep) != 32 for dep in header.deps):
        raise BundleError("An entry's header is out of bounds.")
    return header


def frame(entry: Signed) -> bytes:
    """An entry in a bundle's section: lengths, header, signature, salt, payload."""
    return b"".join(
        (
            _FRAME.pack(len(entry.header), len(entry.payload)),
            entry.header,
            entry.signature,
            entry.salt or _NO_SALT,
            entry.payload,
        )
    )


def unframe(section: bytes) -> list[Signed]:
    """The entries of a section. Raises BundleError at the first that does not fit its bounds."""
    entries: list[Signed] = []
    at, end, unpack = 0, len(section), _FRAME.unpack_from
    while at < end:
        if end - at < _OVERHEAD:
            raise BundleError("A section of the bundle ends in the middle of an entry.")
        header_length, payload_length = unpack(section, at)
        if not MIN_HEADER <= header_length <= MAX_HEADER or payload_length > MAX_PAYLOAD:
            raise BundleError("An entry in the bundle is larger or smaller than any may be.")
        header_end = at + _FRAME.size + header_length
        stop = header_end + 80 + payload_length
        if stop > end:
            raise BundleError("A section of the bundle ends in the middle of an entry.")
        salt = section[header_end + 64 : header_end + 80]
        if not payload_length:
            if salt != _NO_SALT:
                raise BundleError("An entry without its content has no salt either.")
            salt = b""
        entries.append(
            Signed(
                section[at + _FRAME.size : header_end],
                section[header_end : header_end + 64],
                salt,
                section[header_end + 80 : stop],
            )
        )
        at = stop
    return entries
