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
from rcc_tui.domain.errors import IntegrityError, RccError, Refused, StoreError
from rcc_tui.sync.bundle import (
    FORMAT,
    MAX_FILE,
    MAX_PROOFS,
    MAX_ROLLS,
    SECTION_TARGET,
    Head,
    Manifest,
    Part,
    Recipient,
    RollPart,
    deflate,
    pack,
    unpack,
)
from rcc_tui.sync.entry import Signed, frame
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.paths import shown
from rcc_tui.sync.proof import MAX_PROOF, audience_of
from rcc_tui.sync.roll import Member, Rolls
from rcc_tui.sync.seal import seal

SUFFIX = ".rccb"
UNFINISHED = ".part"
# What a bundle holds at most before it is packed: the rest goes with the next, once this one is confirmed.
MOST = 128 * 1024 * 1024
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle that lies under its final name. `digest` is the SHA-256 of the file.

    `left_out` counts the entries that only a sealed bundle may hold; `rest`: there is more than one bundle
    holds, and it goes with the next.
    """

    to: str
    file: Path
    entries: int
    digest: str
    sealed: bool = True
    left_out: int = 0
    rest: bool = False


@dataclass(frozen=True, slots=True)
class _Log:
    n: int
    log: bytes
    desk: bytes
    audience: str
    incarnation: bytes
    connected: int
    head: bytes
    missing: int | None
    fork: int | None


class Outgoing:
    """Makes bundles from one store."""

    def __init__(self, connection: sqlite3.Connection, key: SigningKey, rolls: Rolls) -> None:
        self._connection = connection
        self._key = key
        self._rolls = rolls

    def write(
        self, to: Member, folder: Path, at_ms: int, *, unsealed: bool = False, name: str = ""
    ) -> Written:
        """Write the bundle for one member into `folder`, sealed to all its desks but this one.

        `unsealed` leaves out what is not for everybody. Raises Refused when a desk of the member cannot be
        sealed to, StoreError when the bundle cannot be written.
        """
        logs = self._logs(to)
        told = [one for one in logs if one.audience == names.RCC] if unsealed else logs
        parts: list[Part] = []
        sections: list[tuple[int, bytes]] = []
        entries = size = 0
        rest = False
        for part, raw, count in self._sections(to, told):
            if rest := size + len(raw) > MOST:
                break
            parts.append(part)
            sections.append((len(raw), deflate(raw)))
            entries += count
            size += len(raw)
        manifest = Manifest(
            format=FORMAT,
            maker=self._key.public,
            at_ms=at_ms,
            roll=self._rolls.latest.version if self._rolls.latest else 0,
            recipients=(Recipient(to.code, () if unsealed else self.recipients(to)),),
            heads=tuple(head for one in told if (head := self._held_whole(one)) is not None),
            rolls=tuple(RollPart(one.document, one.signatures) for one in self._rolls.signed[-MAX_ROLLS:]),
            parts=tuple(parts),
            proofs=() if unsealed else tuple(self._proofs(to)),
        )
        raw = closed(manifest, pack(manifest, sections, self._key))
        file = put(folder, raw, name or new_name())
        left_out = sum(max(one.connected - self._lacks_from(to, one), 0) for one in logs if one not in told)
        return Written(to.code, file, entries, sha256(raw).hexdigest(), not unsealed, left_out, rest)

    def recipients(self, to: Member) -> tuple[str, ...]:
        """The age recipients of a member's desks but this one. Raises Refused for a desk that has none."""
        seats = [seat for seat in to.desks if seat.key != self._key.public]
        if not seats:
            raise Refused(f"{to.code} has no desk that could open a bundle.", hint="Enrol one first.")
        for seat in seats:
            if not seat.recipient:
                raise Refused(
                    f"The desk “{seat.name}” of {to.code} has no key to seal to.",
                    hint=f"{to.code} must enrol it anew (rcc init, rcc region enrol desk); until then: "
                    "rcc bundle export --unsealed, for what is for everybody.",
                )
        return tuple(seat.recipient for seat in seats)

    def owed(self, to: Member) -> str:
        """What a bundle for `to` would hold now and who could open it, as one hash.

        It changes when there is something to say, and when a desk has come or gone. Raises Refused as
        `recipients` does.
        """
        total = sha256(b"rcc/owed/2\0")
        for key in self.recipients(to):
            total.update(sha256(key.encode()).digest())
        for log in self._logs(to):
            head = self._held_whole(log)
            total.update(log.log + log.head + self._lacks_from(to, log).to_bytes(8, "big"))
            total.update(head.hash if head else b"")
        for document in (*(one.document for one in self._rolls.signed), *self._proofs(to)):
            total.update(sha256(document).digest())
        return total.hexdigest()

    def _proofs(self, to: Member) -> list[bytes]:
        """One for each desk: a key in two places concerns all, but what an authority does among itself."""
        rows = self._connection.execute(
            "SELECT desk, document FROM proof WHERE LENGTH(document) <= ? ORDER BY log", (MAX_PROOF,)
        )
        told: dict[bytes, bytes] = {}
        for desk, document in rows:
            audience = audience_of(document)
            if names.scope(audience) != "own" or audience == names.own(to.code):
                told.setdefault(desk, bytes(document))
        return list(told.values())[:MAX_PROOFS]

    def _logs(self, to: Member) -> list[_Log]:
        rows = self._connection.execute(
            "SELECT l.n, l.log, l.desk, l.audience, l.incarnation, l.connected, l.head, l.missing,"
            " (SELECT MIN(seq) FROM (SELECT seq FROM entry WHERE log=l.n AND state<>2 AND p.log IS NOT NULL"
            " GROUP BY seq HAVING COUNT(*) > 1))"
            " FROM log l LEFT JOIN proof p ON p.log = l.log ORDER BY l.log"
        )
        # A desk of a roll that was set aside since is a stranger to everybody.
        return [
            one
            for one in (_Log(*row) for row in rows)
            if names.may_read(one.audience, to.code, to.role) and one.desk in self._rolls.authors
        ]

    def _held_whole(self, log: _Log) -> Head | None:
        """How far this store holds a log with all its content: what it tells others it need not be sent."""
        if log.missing is None or log.missing >= log.connected:
            return Head(log.log, log.connected - 1, log.head) if log.connected else None
        row = self._connection.execute(
            "SELECT hash FROM entry WHERE log=? AND seq=? AND state<>2 ORDER BY hash",
            (log.n, log.missing - 1),
        ).fetchone()
        return Head(log.log, log.missing - 1, row[0]) if row else None

    def _lacks_from(self, to: Member, log: _Log) -> int:
        """The first entry of a log that the recipient may lack: by the desk of it that holds least."""
        return self._held(to, log)[0]

    def _held(self, to: Member, log: _Log) -> tuple[int, int]:
        """How many entries of a log, from its first, the recipient's desks hold: the least and the most."""
        seats = [seat.key for seat in to.desks if seat.key != self._key.public]
        # A head tells of one history: of a log that has two both are sent from where they part.
        most = log.connected if log.fork is None else log.fork
        held = [min(self._held_by(seat, log), most) for seat in seats]
        return min(held, default=0), max(held, default=0)

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
        """First what none of the recipient's desks holds, then what only some of them do.

        So a desk that never answers does not keep the others from ever hearing what one bundle cannot hold.
        """
        held = [(log, *self._held(to, log)) for log in logs]
        for log, _, most in held:
            yield from self._stretch(log, most, log.connected)
        for log, least, most in held:
            yield from self._stretch(log, least, most)

    def _stretch(self, log: _Log, first: int, end: int) -> Iterator[tuple[Part, bytes, int]]:
        rows = self._connection.execute(
            "SELECT seq, hash, header, signature, salt, payload FROM entry"
            " WHERE log=? AND seq>=? AND seq<? AND state<>2 ORDER BY seq, hash",
            (log.n, first, end),
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


def closed(manifest: Manifest, raw: bytes) -> bytes:
    """A packed bundle as it may leave: sealed to the desks its manifest names, or open when it names none.

    Raises Refused for an open one that holds what is not for everybody.
    """
    unpack(raw)
    if manifest.sealed_to:
        raw = seal(raw, sorted(manifest.sealed_to))
    elif any(part.audience != names.RCC for part in manifest.parts):
        raise Refused("What is not for everybody never leaves unsealed.")
    if len(raw) > MAX_FILE:
        raise Refused("The bundle is larger than any may be.")
    return raw


def new_name() -> str:
    """A name for a bundle that tells nothing: eight random hex digits."""
    return f"rcc_{secrets.token_hex(4)}{SUFFIX}"


def put(folder: Path, raw: bytes, name: str) -> Path:
    """Write a bundle beside its final name, read it back, then give it that name.

    Raises StoreError when the disk is full or read-only, and leaves no file under the final name then.
    """
    final = folder / name
    part = final.with_suffix(UNFINISHED)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
            _forget_copy(file.fileno())
        if part.read_bytes() != raw:
            raise IntegrityError(
                "The bundle does not read back as it was written.",
                where=shown(part),
                hint="The disk or stick is failing: choose another.",
            )
        _rename(part, final)
        _sync_folder(folder)
    except RccError:
        _discard(part)
        raise
    except OSError as error:
        _discard(part)
        raise StoreError(
            f"The bundle cannot be written: {error.strerror}.",
            where=shown(folder),
            hint="Choose another folder or stick with --out; nothing was sent.",
        ) from error
    except BaseException:
        _discard(part)
        raise
    return final


def _forget_copy(descriptor: int) -> None:
    """What is read back shall come from the disk and not from memory, where the system can be told so."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _sync_folder(folder: Path) -> None:
    """See the new name on the disk. Not every system and not every share can; the file itself is there."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
