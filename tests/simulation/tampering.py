"""What can be done to the bytes of a bundle, without a key and with one."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from hashlib import sha256
from random import Random

import msgspec

from db.queries import sync as stored
from rcc_tui.sync.bundle import Part, deflate, inflate, pack, unpack
from rcc_tui.sync.entry import entry_hash, frame, read_header, unframe
from rcc_tui.sync.keys import SigningKey
from tests.region import key_of

STRANGER = key_of("a carrier on no roll")


def withheld(connection: sqlite3.Connection) -> list[tuple[bytes, bytes, int, int]]:
    """What the program says is kept from it: (peer's desk, log, its last, ours)."""
    return stored.withheld(connection)


def flipped(draw: Random, raw: bytes) -> bytes:
    """One to four bits are others."""
    changed = bytearray(raw)
    for _ in range(draw.randrange(1, 5)):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def truncated(draw: Random, raw: bytes) -> bytes:
    """The end is missing."""
    return raw[: draw.randrange(len(raw))]


def swapped(draw: Random, raw: bytes) -> bytes:
    """Two stretches have changed places."""
    size = draw.randrange(1, max(2, len(raw) // 3))
    first = draw.randrange(0, len(raw) - 2 * size + 1) if len(raw) > 2 * size else 0
    second = draw.randrange(first + size, len(raw) - size + 1) if len(raw) >= first + 2 * size else first
    changed = bytearray(raw)
    changed[first : first + size], changed[second : second + size] = (
        raw[second : second + size],
        raw[first : first + size],
    )
    return bytes(changed)


def repacked_by_stranger(draw: Random, raw: bytes) -> bytes:
    """The same sections under a manifest of somebody who is on no roll."""
    opened = unpack(raw)
    manifest = msgspec.structs.replace(opened.manifest, maker=STRANGER.public)
    return pack(manifest, opened.packed, STRANGER)


def without_tails(
    draw: Random, raw: bytes, insider: SigningKey
) -> tuple[bytes, frozenset[bytes]]:
    """A bundle of an insider's from which the ends of some logs are missing; and which logs those are.

    The heads still say what is held.
    """
    opened = unpack(raw)
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
            parts.append(
                msgspec.structs.replace(
                    part,
                    last=read_header(left[-1].header).seq,
                    last_hash=entry_hash(left[-1].header),
                    length=len(body),
                    sha256=sha256(body).digest(),
                )
            )
            packed.append((len(body), deflate(body)))
    manifest = msgspec.structs.replace(opened.manifest, parts=tuple(parts))
    return pack(manifest, packed, insider), chosen


def with_a_lie(draw: Random, raw: bytes, insider: SigningKey) -> bytes:
    """A bundle of an insider's in which one entry of somebody says something else."""
    opened = unpack(raw)
    if not opened.packed:
        return raw
    place = draw.randrange(len(opened.packed))
    part, (length, one) = opened.manifest.parts[place], opened.packed[place]
    entries = unframe(inflate(part, length, one))
    number = draw.randrange(len(entries))
    entry = entries[number]
    at = draw.randrange(len(entry.payload))
    changed = bytearray(entry.payload)
    changed[at] ^= 1 << draw.randrange(7)
    entries[number] = replace(entry, payload=bytes(changed))
    body = b"".join(frame(entry) for entry in entries)
    parts = list(opened.manifest.parts)
    parts[place] = msgspec.structs.replace(part, sha256=sha256(body).digest())
    packed = list(opened.packed)
    packed[place] = (len(body), deflate(body))
    return pack(msgspec.structs.replace(opened.manifest, parts=tuple(parts)), packed, insider)
