"""The form of a bundle on disk. Reading checks form and hashes only; trust is decided in `incoming`."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct, error

import msgspec

from rcc_tui.acts.canonical import encode
from rcc_tui.domain.errors import BundleError
from rcc_tui.sync import keys
from rcc_tui.sync.proof import MAX_PROOF
from rcc_tui.sync.roll import MAX_ROLL, MAX_SIGNATURES

MAGIC = b"RCCBNDL1\n"
_ANY_MAGIC = b"RCCBNDL"
END = b"END\n"
MANIFEST_TYPE = b"application/vnd.rcc.manifest.v1"
SEALED = b"age-encryption.org/"
FORMAT = 1
# A file is read whole: room for a million entries, and little memory for what only says it is a bundle.
MAX_FILE = 128 * 1024 * 1024
MAX_MANIFEST = 16 * 1024 * 1024
# A section is cut at about this many bytes, so that reading one never takes much memory.
SECTION_TARGET = 1024 * 1024
MAX_SECTION = 4 * 1024 * 1024
MAX_ROLLS = 64
# A region of two dozen members has some two thousand logs; the rest is room for long ones.
MAX_PARTS = 16 * 1024
MAX_RAW = 8 * MAX_FILE
MAX_PROOFS = 64
_NUMBER = 2**53
_U32 = Struct(">I")
_PAIR = Struct(">II")
_U64 = Struct(">Q")
_TRAILER = _U64.size + 32 + len(END)


class Head(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How far a log is held: the last connected entry."""

    log: bytes
    seq: int
    hash: bytes


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section: entries `first` to `last` of one log, with what names the log."""

    log: bytes
    desk: bytes
    audience: str
    incarnation: bytes
    first: int
    last: int
    last_hash: bytes
    length: int
    sha256: bytes


class RollPart(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A version of the roll, for a reader who may lack it."""

    document: bytes
    signatures: bytes


class Recipient(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A member a bundle is for, and the age recipients of its desks; none when it is not sealed."""

    code: str
    keys: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bundle holds and for whom. `maker` is the desk's public key, `at_ms` its wall clock.

    `proofs` are documents that show a key to have written two histories of one log.
    """

    format: int
    maker: bytes
    at_ms: int
    roll: int
    recipients: tuple[Recipient, ...]
    heads: tuple[Head, ...]
    rolls: tuple[RollPart, ...]
    parts: tuple[Part, ...]
    proofs: tuple[bytes, ...] = ()

    @property
    def sealed_to(self) -> frozenset[str]:
        """The age recipients it was sealed to; none when it was not."""
        return frozenset(key for one in self.recipients for key in one.keys)

    def is_for(self, code: str) -> bool:
        """Whether a member is among those it was made for."""
        return any(one.code == code for one in self.recipients)


class _Form(msgspec.Struct, frozen=True):
    """The one field of a manifest that every form of it has."""

    format: int


class CutShort(BundleError):
    """The end is not there; it may still be coming."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle whose form, trailer and manifest signature hold. `packed` are its sections, still packed.

    `digest` is the SHA-256 of the file as it lay there.
    """

    manifest: Manifest
    digest: str
    packed: tuple[tuple[int, bytes], ...]


def pack(manifest: Manifest, sections: Sequence[tuple[int, bytes]], key: keys.SigningKey) -> bytes:
    """The bytes of a bundle: `sections` are (raw length, zlib) in the order of the manifest's parts."""
    body = encode(manifest)
    signature = key.public + key.sign(MANIFEST_TYPE, body)
    pieces = [MAGIC, _U32.pack(len(body)), body, _U32.pack(len(signature)), signature]
    for length, packed in sections:
        pieces.append(_PAIR.pack(length, len(packed)))
        pieces.append(packed)
    whole = b"".join(pieces)
    return b"".join((whole, _U64.pack(len(whole) + _TRAILER), sha256(whole).digest(), END))


def unpack(raw: bytes) -> Opened:
    """Check the trailer, the manifest's signature and its form, in that order. Raises BundleError."""
    _check_trailer(raw)
    try:
        at = len(MAGIC)
        body, at = _piece(raw, at, MAX_MANIFEST)
        signature, at = _piece(raw, at, MAX_SIGNATURES)
    except error as problem:
        raise BundleError("The bundle is cut short.") from problem
    if len(signature) != 96 or not keys.verify(signature[:32], MANIFEST_TYPE, body, signature[32:]):
        raise BundleError("The signature of the bundle's manifest does not hold.")
    manifest = _read_manifest(body)
    if manifest.maker != signature[:32]:
        raise BundleError("The bundle is signed by another desk than the one it names.")
    packed = tuple(_sections(raw, at, len(raw) - _TRAILER))
    if len(packed) != len(manifest.parts):
        raise BundleError("The bundle has other sections than its manifest says.")
    return Opened(manifest, sha256(raw).hexdigest(), packed)


def _check_trailer(raw: bytes) -> None:
    if not raw.startswith(MAGIC):
        if raw.startswith(_ANY_MAGIC):
            raise BundleError("The bundle is of a form this program does not know.", hint="Update rcc.")
        # Some ways of copying take the room first and fill it later.
        start = raw[: len(SEALED)].rstrip(b"\0")
        if MAGIC.startswith(start) or SEALED.startswith(start):
            raise CutShort("The bundle is not there yet.", hint="Wait for it, or ask for it again.")
        raise BundleError("This is no bundle.", hint="A bundle's name ends in .rccb.")
    if len(raw) < len(MAGIC) + _TRAILER or not raw.endswith(END):
        raise CutShort(
            "The bundle is cut short, or still being written.", hint="Wait for it, or ask for it again."
        )
    whole, trailer = memoryview(raw)[:-_TRAILER], raw[-_TRAILER:]
    (total,) = _U64.unpack_from(trailer)
    if total != len(raw) or sha256(whole).digest() != trailer[_U64.size : _U64.size + 32]:
        raise BundleError("The bundle was changed or damaged on its way.", hint="Ask for it again.")


def _piece(raw: bytes, at: int, limit: int) -> tuple[bytes, int]:
    (length,) = _U32.unpack_from(raw, at)
    stop = at + _U32.size + length
    if length > limit or stop > len(raw) - _TRAILER:
        raise BundleError("A part of the bundle is larger than any may be.")
    return raw[at + _U32.size : stop], stop


def _sections(raw: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    while at < end:
        if end - at < _PAIR.size:
            raise BundleError("The bundle ends in the middle of a section.")
        length, packed = _PAIR.unpack_from(raw, at)
        at += _PAIR.size
        if length > MAX_SECTION or packed > end - at:
            raise BundleError("A section of the bundle is larger than any may be.")
        yield length, raw[at : at + packed]
        at += packed


def _read_manifest(body: bytes) -> Manifest:
    try:
        # First the number alone: what a newer form added must not be taken for damage.
        if msgspec.json.decode(body, type=_Form, strict=True).format != FORMAT:
            raise BundleError("The bundle is of a form this program does not know.", hint="Update rcc.")
        manifest = msgspec.json.decode(body, type=Manifest, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise BundleError(f"The bundle's manifest cannot be read: {problem}.") from problem
    if encode(manifest) != body:
        raise BundleError("The bundle's manifest is not written in the one canonical way.")
    if len(manifest.rolls) > MAX_ROLLS or any(
        len(one.document) > MAX_ROLL or len(one.signatures) > MAX_SIGNATURES for one in manifest.rolls
    ):
        raise BundleError("The bundle carries more of the roll than any may.")
    if len(manifest.proofs) > MAX_PROOFS or any(len(one) > MAX_PROOF for one in manifest.proofs):
        raise BundleError("The bundle carries more proofs of forks than any may.")
    if len(manifest.parts) > MAX_PARTS or sum(part.length for part in manifest.parts) > MAX_RAW:
        raise BundleError("The bundle says it holds more than any may.")
    numbers = [manifest.at_ms, manifest.roll, *(head.seq for head in manifest.heads)]
    numbers += [number for part in manifest.parts for number in (part.first, part.last, part.length)]
    if not all(0 <= number < _NUMBER for number in numbers) or any(
        len(one.log) != 32 or len(one.hash) != 32 for one in manifest.heads
    ):
        raise BundleError("The bundle's manifest is out of bounds.")
    return manifest


def inflate(part: Part, length: int, packed: bytes) -> bytes:
    """A section's bytes, with a hard bound on what comes out. Raises BundleError."""
    if length != part.length:
        raise BundleError("A section has another length than the manifest says.")
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(packed, length + 1)
    except zlib.error as problem:
        raise BundleError(f"A section cannot be unpacked: {problem}.") from problem
    if len(raw) != length or stream.unused_data or stream.unconsumed_tail or not stream.eof:
        raise BundleError("A section does not unpack to what its manifest says.")
    if sha256(raw).digest() != part.sha256:
        raise BundleError("A section is not the one the manifest was signed for.")
    return raw


def deflate(raw: bytes) -> bytes:
    """A section, packed."""
    return zlib.compress(raw, 6)
