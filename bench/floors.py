"""The least that importing and exporting can cost: the same work in straight lines, nothing asked twice.

Nothing of the program is used here but the shape of its tables: what the bytes mean is read as any other
reader of the format would. No chain, membership, canonical form or rule is checked, no act is understood.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
from nacl import bindings

_TYPE = b"application/vnd.rcc.entry.v1"
_SLICE = 256
_SECTION = 1024 * 1024
Row = tuple[object, ...]
_Header = tuple[int, bytes, int, bytes, int, int, str, bytes, tuple[bytes, ...], bytes, int]


@dataclass
class Stages:
    """Seconds spent, stage by stage; `all` is their sum."""

    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, work: Callable[[], None]) -> None:
        """Do `work` and note how long it took."""
        began = time.perf_counter()
        work()
        self.seconds[name] = time.perf_counter() - began

    @property
    def all(self) -> float:
        """Seconds in all."""
        return sum(self.seconds.values())


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry cut out of a bundle: whose it is, its four pieces, and what its header says."""

    desk: bytes
    header: bytes
    signature: bytes
    salt: bytes
    payload: bytes
    read: _Header
    hash: bytes


def _read(raw: bytes) -> list[Entry]:
    """Trailer, sections, headers, hashes: each looked at once."""
    if sha256(raw[:-44]).digest() != raw[-36:-4]:
        raise ValueError("not as it was sent")
    at = len(b"RCCBNDL1\n")
    (length,) = struct.unpack_from(">I", raw, at)
    manifest = msgspec.json.decode(raw[at + 4 : at + 4 + length])
    at += 4 + length
    (length,) = struct.unpack_from(">I", raw, at)
    at += 4 + length
    decode = msgspec.json.Decoder(_Header).decode
    entries: list[Entry] = []
    for part in manifest["parts"]:
        desk = _bytes(part["desk"])
        _, packed = struct.unpack_from(">II", raw, at)
        section = zlib.decompress(raw[at + 8 : at + 8 + packed])
        at += 8 + packed
        if sha256(section).digest() != _bytes(part["sha256"]):
            raise ValueError("not the section that was signed for")
        place = 0
        while place < len(section):
            one, two = struct.unpack_from(">HI", section, place)
            header = section[place + 6 : place + 6 + one]
            rest = place + 6 + one
            signature, salt = section[rest : rest + 64], section[rest + 64 : rest + 80]
            payload = section[rest + 80 : rest + 80 + two]
            place = rest + 80 + two
            if sha256(salt + payload).digest() != (read := decode(header))[9]:
                raise ValueError("not what was signed for")
            digest = sha256(b"rcc/entry/1\0" + header).digest()
            entries.append(Entry(desk, header, signature, salt, payload, read, digest))
    return entries


def _bytes(text: str) -> bytes:
    return msgspec.convert(text, bytes)


def _verify(entries: Sequence[Entry]) -> None:
    """Every signature, spread over two threads; libsodium runs outside the interpreter's lock."""

    def part(start: int) -> None:
        for one in entries[start : start + _SLICE]:
            body = b"DSSEv1 %d %b %d %b" % (len(_TYPE), _TYPE, len(one.header), one.header)
            bindings.crypto_sign_open(one.signature + body, one.desk)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(part, start) for start in range(0, len(entries), _SLICE)]:
            done.result()


def taking_in(bundle: Path, connection: sqlite3.Connection, folded: Mapping[str, Sequence[Row]]) -> Stages:
    """Import into a store that has nothing: read, verify, insert, write what it folds to, commit.

    `folded` are the rows that the folded tables hold in the end, made beforehand: they are only written.
    """
    stages = Stages()
    entries: list[Entry] = []
    stages.timed("read", lambda: entries.extend(_read(bundle.read_bytes())))
    stages.timed("verify", lambda: _verify(entries))
    stages.timed("insert", lambda: _insert(entries, connection))
    stages.timed("fold", lambda: _write(folded, connection))
    stages.timed("commit", lambda: connection.commit())
    return stages


def _insert(entries: Sequence[Entry], connection: sqlite3.Connection) -> None:
    logs: dict[bytes, int] = {}
    connection.execute("BEGIN IMMEDIATE")
    for one in entries:
        if one.read[1] not in logs:
            cursor = connection.execute(
                "INSERT INTO log (log, desk, audience, incarnation, head, connected, cut_why)"
                " VALUES (?, ?, 'rcc', x'00', ?, ?, '')",
                (one.read[1], one.desk, one.hash, len(entries)),
            )
            logs[one.read[1]] = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO entry (hash, log, seq, record, kind, state, header, signature, salt, payload)"
        " VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
        (
            (
                one.hash,
                logs[one.read[1]],
                one.read[2],
                one.read[7],
                one.read[6],
                one.header,
                one.signature,
                one.salt,
                one.payload,
            )
            for one in entries
        ),
    )


def _write(folded: Mapping[str, Sequence[Row]], connection: sqlite3.Connection) -> None:
    for table, rows in folded.items():
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def writing_out(connection: sqlite3.Connection, file: Path) -> Stages:
    """Export all entries: read, frame, pack, hash, write, read back."""
    stages = Stages()
    sections: list[bytes] = []
    stages.timed("read and pack", lambda: sections.extend(_packed(connection)))
    stages.timed("write", lambda: _put(b"".join(sections), file))
    return stages


def _packed(connection: sqlite3.Connection) -> list[bytes]:
    packed: list[bytes] = []
    gathered: list[bytes] = []
    size = 0
    for header, signature, salt, payload in connection.execute(
        "SELECT header, signature, salt, payload FROM entry WHERE log=1 ORDER BY log, seq, hash"
    ):
        framed = struct.pack(">HI", len(header), len(payload)) + header + signature + salt + payload
        gathered.append(framed)
        size += len(framed)
        if size >= _SECTION:
            packed.append(_section(gathered))
            gathered, size = [], 0
    return [*packed, _section(gathered)]


def _section(gathered: list[bytes]) -> bytes:
    raw = b"".join(gathered)
    return sha256(raw).digest() + zlib.compress(raw, 6)


def _put(whole: bytes, file: Path) -> None:
    with file.open("xb") as out:
        out.write(sha256(whole).digest() + whole)
        out.flush()
        os.fsync(out.fileno())
    back = file.read_bytes()
    if sha256(back[32:]).digest() != back[:32]:
        raise ValueError("does not read back")
