"""What can be done to the bytes of a bundle, without a key and with one.

What is drawn here may not depend on sealed bytes nor on how many there are: age draws both, out of reach
of the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random

import msgspec

from rcc_tui.domain.errors import BundleError
from rcc_tui.sync.bundle import Manifest, Part, deflate, inflate, pack, unpack
from rcc_tui.sync.entry import entry_hash, frame, read_header, unframe
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.seal import seal, unseal
from tests.region import key_of

STRANGER = key_of("a carrier on no roll")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as it travels and, for whoever has come by a key, what is in it."""

    raw: bytes
    plain: bytes

    @property
    def manifest(self) -> Manifest:
        """What its maker said."""
        return unpack(self.plain).manifest


def bundle_of(raw: bytes, keys: Sequence[SigningKey]) -> Bundle:
    """A bundle and what one of these keys opens."""
    for key in keys:
        try:
            return Bundle(raw, unseal(raw, key))
        except BundleError:
            continue
    raise AssertionError("none of its readers can open it")


def _resealed(manifest: Manifest, packed: Sequence[tuple[int, bytes]], key: SigningKey) -> bytes:
    return seal(pack(manifest, packed, key), sorted(manifest.sealed_to))


def flipped(draw: Random, bundle: Bundle) -> bytes:
    """One to four bits are others."""
    changed = bytearray(bundle.raw)
    for _ in range(draw.randrange(1, 5)):
        changed[int(draw.random() * len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def truncated(draw: Random, bundle: Bundle) -> bytes:
    """The end is missing."""
    return bundle.raw[: int(draw.random() * len(bundle.raw))]


def swapped(draw: Random, bundle: Bundle) -> bytes:
    """Two stretches have changed places."""
    raw = bundle.raw
    size = 1 + int(draw.random() * (len(raw) // 3))
    first = int(draw.random() * (len(raw) - 2 * size))
    second = first + size + int(draw.random() * (len(raw) - first - 2 * size))
    changed = bytearray(raw)
    changed[first : first + size] = raw[second : second + size]
    changed[second : second + size] = raw[first : first + size]
    return bytes(changed)


def repacked_by_stranger(draw: Random, bundle: Bundle) -> bytes:
    """The same sections under a manifest of somebody who is on no roll."""
    opened = unpack(bundle.plain)
    manifest = msgspec.structs.replace(opened.manifest, maker=STRANGER.public)
    return _resealed(manifest, opened.packed, STRANGER)


def left_open(draw: Random, bundle: Bundle) -> bytes:
    """Somebody it was for opened it, and it goes on without its seal."""
    return bundle.plain


def cut_inside(draw: Random, bundle: Bundle) -> bytes:
    """Somebody it was for opened it, changed a byte and sealed it again."""
    changed = bytearray(bundle.plain)
    changed[int(draw.random() * len(changed))] ^= 1 << draw.randrange(8)
    return seal(bytes(changed), sorted(bundle.manifest.sealed_to))


def without_tails(draw: Random, bundle: Bundle, insider: SigningKey) -> tuple[Bundle, frozenset[bytes]]:
    """A bundle of an insider's from which the ends of some logs are missing; and which logs those are.

    The heads still say what is held.
    """
    opened = unpack(bundle.plain)
    logs = sorted({part.log for part in opened.manifest.parts})
    chosen = frozenset(draw.sample(logs, min(len(logs), draw.randrange(1, 4))))
    parts: list[Part] = []
    packed: list[tuple[int, bytes]] = []
    for part, (length, one) in zip(opened.manifest.parts, opened.packed, strict=True):
        if part.log not in chosen:
            parts.append(part)
            packed.append((length, one))
            continue
        entries = unframe(inflate(part, length, one))
        left = entries[: draw.randrange(len(entries))]
        if left:
            body = b"".join(frame(entry) for entry in left)
            last = left[-1].header
            parts.append(
                msgspec.structs.replace(
                    part,
                    last=read_header(last).seq,
                    last_hash=entry_hash(last),
                    length=len(body),
                    sha256=sha256(body).digest(),
                )
            )
            packed.append((len(body), deflate(body)))
    return _remade(opened.manifest, parts, packed, insider), chosen


def with_a_lie(draw: Random, bundle: Bundle, insider: SigningKey) -> Bundle:
    """A bundle of an insider's in which one entry of somebody says something else."""
    opened = unpack(bundle.plain)
    if not opened.packed:
        return bundle
    place = draw.randrange(len(opened.packed))
    part, (length, one) = opened.manifest.parts[place], opened.packed[place]
    entries = unframe(inflate(part, length, one))
    said = [number for number, entry in enumerate(entries) if entry.payload]
    if not said:
        return bundle
    number = draw.choice(said)
    changed = bytearray(entries[number].payload)
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(7)
    entries[number] = replace(entries[number], payload=bytes(changed))
    body = b"".join(frame(entry) for entry in entries)
    parts, packed = list(opened.manifest.parts), list(opened.packed)
    parts[place] = msgspec.structs.replace(part, sha256=sha256(body).digest())
    packed[place] = (len(body), deflate(body))
    return _remade(opened.manifest, parts, packed, insider)


def _remade(
    manifest: Manifest, parts: Sequence[Part], packed: Sequence[tuple[int, bytes]], key: SigningKey
) -> Bundle:
    made = msgspec.structs.replace(manifest, parts=tuple(parts))
    plain = pack(made, packed, key)
    return Bundle(seal(plain, sorted(made.sealed_to)), plain)
