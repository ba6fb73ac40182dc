"""Writing a bundle: what the recipient is entitled to and, by what it last said it holds, lacks."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rcc_tui.acts import names
from rcc_tui.domain.errors import IntegrityError, RccError, StoreError
from rcc_tui.sync.bundle import (
    FORMAT,
    MAX_ROLLS,
    SECTION_TARGET,
    Head,
    Manifest,
    Part,
    RollPart,
    deflate,
    pack,
    unpack,
)
from rcc_tui.sync.entry import Signed, frame
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.roll import Member, Rolls

SUFFIX = ".rccb"
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle that lies under its final name. `digest` is the SHA-256 of the file."""

    to: str
    file: Path
    entries: int
    digest: str


@dataclass(frozen=True, slots=True)
class _Log:
    n: int
    log: bytes
    desk: bytes
    audience: str
    incarnation: bytes
    connected: int
    head: bytes
    cut: int | None


class Outgoing:
    """Makes bundles from one store."""

    def __init__(self, connection: sqlite3.Connection, key: SigningKey, rolls: Rolls) -> None:
        self._connection = connection
        self._key = key
        self._rolls = rolls

    def write(self, to: Member, folder: Path, at_ms: int) -> Written:
        """Write the bundle for one member into `folder`. Raises StoreError when it cannot be written."""
        parts: list[Part] = []
        sections: list[tuple[int, bytes]] = []
        entries = 0
        logs = self._logs(to)
        for part, raw, count in self._sections(to, logs):
            parts.append(part)
            sections.append((len(raw), deflate(raw)))
            entries += count
        manifest = Manifest(
            format=FORMAT,
            maker=self._key.public,
            at_ms=at_ms,
            roll=self._rolls.latest.version if self._rolls.latest else 0,
            recipients=(to.code,),
            heads=tuple(Head(one.log, one.connected - 1, one.head) for one in logs if one.connected),
            rolls=tuple(RollPart(one.document, one.signatures) for one in self._rolls.signed[-MAX_ROLLS:]),
            parts=tuple(parts),
        )
        raw = pack(manifest, sections, self._key)
        return Written(to.code, put(folder, raw), entries, sha256(raw).hexdigest())

    def owed(self, to: Member) -> str:
        """What a bundle for `to` would hold now, as one hash: it changes when there is something to say."""
        total = sha256(b"rcc/owed/1\0")
        for log in self._logs(to):
            total.update(log.log + log.head + self._lacks_from(to, log).to_bytes(8, "big"))
        for signed in self._rolls.signed:
            total.update(sha256(signed.document).digest())
        return total.hexdigest()

    def _logs(self, to: Member) -> list[_Log]:
        rows = self._connection.execute(
            "SELECT n, log, desk, audience, incarnation, connected, head, cut FROM log ORDER BY log"
        )
        return [one for one in (_Log(*row) for row in rows) if names.may_read(one.audience, to.code, to.role)]

    def _lacks_from(self, to: Member, log: _Log) -> int:
        """The first entry of a log that the recipient may lack: by the desk of it that holds least."""
        if log.cut is not None:
            return 0
        seats = [seat.key for seat in to.desks if seat.key != self._key.public]
        return min((self._held_by(seat, log) for seat in seats), default=0)

    def _held_by(self, seat: bytes, log: _Log) -> int:
        """How many entries of a log, from its first, a desk is sure to hold."""
        row = self._connection.execute(
            "SELECT seq, hash FROM peer_head WHERE desk=? AND log=?", (seat, log.log)
        ).fetchone()
        if row is None:
            heard = self._connection.execute("SELECT 1 FROM peer_head WHERE desk=? LIMIT 1", (seat,))
            # It wrote this log itself and has told us nothing: it will hardly lack it.
            return log.connected if heard.fetchone() is None and log.desk == seat else 0
        seq, digest = row
        if seq >= log.connected:
            return int(seq) + 1
        same = self._connection.execute("SELECT 1 FROM entry WHERE hash=? AND log=?", (digest, log.n))
        # Another entry in that place: it holds another history of this log, and must hear of ours whole.
        return int(seq) + 1 if same.fetchone() is not None else 0

    def _sections(self, to: Member, logs: list[_Log]) -> Iterator[tuple[Part, bytes, int]]:
        for log in logs:
            first = self._lacks_from(to, log)
            rows = self._connection.execute(
                "SELECT seq, hash, header, signature, salt, payload FROM entry"
                " WHERE log=? AND seq>=? AND seq<? AND state<>2 ORDER BY seq, hash",
                (log.n, first, log.connected),
            )
            gathered: list[bytes] = []
            size, start, last, last_hash = 0, first, first, b""
            for seq, digest, *signed in rows:
                if not gathered:
                    start = seq
                framed = frame(Signed(*signed))
                gathered.append(framed)
                size += len(framed)
                last, last_hash = seq, digest
                if size >= SECTION_TARGET:
                    yield _section(log, start, last, last_hash, gathered)
                    gathered, size = [], 0
            if gathered:
                yield _section(log, start, last, last_hash, gathered)


def _section(
    log: _Log, first: int, last: int, last_hash: bytes, gathered: list[bytes]
) -> tuple[Part, bytes, int]:
    raw = b"".join(gathered)
    part = Part(
        log=log.log,
        desk=log.desk,
        audience=log.audience,
        incarnation=log.incarnation,
        first=first,
        last=last,
        last_hash=last_hash,
        length=len(raw),
        sha256=sha256(raw).digest(),
    )
    return part, raw, len(gathered)


def put(folder: Path, raw: bytes) -> Path:
    """Write a bundle beside its final name, read it back, then give it that name.

    The name tells nothing: eight random hex digits. Raises StoreError when the disk is full or read-only,
    and leaves no file under the final name then.
    """
    final = folder / f"rcc_{secrets.token_hex(4)}{SUFFIX}"
    part = final.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if part.read_bytes() != raw:
            raise IntegrityError("The bundle does not read back as it was written.", where=str(part))
        unpack(raw)
        _rename(part, final)
    except RccError:
        _discard(part)
        raise
    except OSError as error:
        _discard(part)
        raise StoreError(
            f"The bundle cannot be written: {error.strerror}.",
            where=str(folder),
            hint="Choose another folder or stick with --out; nothing was sent.",
        ) from error
    return final


def _discard(part: Path) -> None:
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)


def _rename(part: Path, final: Path) -> None:
    """Windows may hold a new file for a moment (virus scanners): try again, a few times."""
    for attempt in range(_RETRIES):
        try:
            part.rename(final)
        except PermissionError:
            if attempt == _RETRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            return
