"""My own logs: one chain per audience, each act appended signed."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass

from rcc_tui.acts import names
from rcc_tui.acts.canonical import encode, normal
from rcc_tui.acts.kind import Act, log_id, record_id
from rcc_tui.domain.errors import Refused
from rcc_tui.sync.entry import (
    FORMAT,
    HEADER_TYPE,
    MAX_CLOCK,
    MAX_DEPS,
    MAX_PAYLOAD,
    NO_HASH,
    Header,
    Signed,
    commitment,
    encode_header,
    entry_hash,
    read_header,
)
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.standing import COUNTS


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry just written: its log's row, header, hash and bytes."""

    log: int
    audience: str
    header: Header
    hash: bytes
    signed: Signed


class OwnLogs:
    """Appends to the logs of one desk's key in one store."""

    def __init__(self, connection: sqlite3.Connection, key: SigningKey) -> None:
        self._connection = connection
        self._key = key
        # The tips of records appended to here, as long as nothing else writes: to read them anew for every
        # act takes longer with each.
        self._left: dict[tuple[bytes, str], dict[bytes, int]] = {}
        self._changes = connection.total_changes

    def append(
        self, kind: str, act: Act, *, audience: str, record: bytes | None, deps: tuple[bytes, ...], at_ms: int
    ) -> Appended:
        """Sign `act` as the next entry of my log for `audience` and store it; the caller folds it.

        `record` is None when the act opens one. The entries of the record that I know and nobody has
        built upon go into the deps by themselves. Raises Refused when the act is too large, or relies on
        what this desk does not hold or others of the audience cannot hear.
        """
        payload = normal(encode(act))
        if len(payload) > MAX_PAYLOAD:
            raise Refused(
                f"This is too large to be one act: {len(payload)} bytes of {MAX_PAYLOAD}.", where=kind
            )
        self._check_deps(deps, audience)
        log_row, log, seq, prev, clock, old = self._next(audience)
        relied = dict.fromkeys((*deps, *old))
        clocks = [clock, *self._clocks(tuple(relied))]
        if record is not None:
            tips = self._tips(record, audience)
            relied.update(dict.fromkeys(tips))
            clocks.extend(tips.values())
        if max(clocks) >= MAX_CLOCK or len(relied) > MAX_DEPS:
            raise Refused(
                "Nothing can be added to what this act relies on: its clock has been run to the end,"
                " or it is too many entries.",
                where=kind,
                hint="Open it anew.",
            )
        header = Header(
            v=FORMAT,
            log=log,
            seq=seq,
            prev=prev,
            at_ms=at_ms,
            clock=max(at_ms, 1 + max(clocks)),
            kind=kind,
            record=record if record is not None else record_id(log, seq),
            deps=tuple(relied),
            commit=commitment(salt := os.urandom(16), payload),
            length=len(payload),
        )
        raw = encode_header(header)
        signed = Signed(raw, self._key.sign(HEADER_TYPE, raw), salt, payload)
        appended = Appended(log_row, audience, header, entry_hash(raw), signed)
        self._store(appended, opens=record is None)
        return appended

    def _check_deps(self, deps: tuple[bytes, ...], audience: str) -> None:
        """Another's store would wait for ever for what it cannot hear; so it may not be signed here."""
        for dep in deps:
            row = self._connection.execute(
                "SELECT l.audience FROM entry e JOIN log l ON l.n = e.log WHERE e.hash=? AND e.state=0",
                (dep,),
            ).fetchone()
            if row is None:
                raise Refused("This act relies on an entry that is not here.", where=dep.hex()[:12])
            if names.scope(audience) != "own" and row[0] not in (names.RCC, audience):
                raise Refused(
                    f"This act relies on an entry of {row[0]}, which others of {audience} cannot hear.",
                    where=dep.hex()[:12],
                )

    def _next(self, audience: str) -> tuple[int, bytes, int, bytes, int, tuple[bytes, ...]]:
        """Where my next entry goes: log (row, id), place, the hash before, its clock, old head to name.

        A log is continued only where that is sure to be right. When its key has written two histories, or
        entries of mine lie here that do not join on or lack their content (this store is an older copy), or
        it was closed, or its clock was run to the end, a new incarnation opens and names the old head.
        """
        row = self._connection.execute(
            "SELECT n, log, connected, head, cut IS NOT NULL OR missing IS NOT NULL OR closed"
            " OR EXISTS (SELECT 1 FROM entry e WHERE e.log=log.n AND e.seq>=log.connected AND e.state=2)"
            " FROM log WHERE desk=? AND audience=? ORDER BY n DESC LIMIT 1",
            (self._key.public, audience),
        ).fetchone()
        old: tuple[bytes, ...] = ()
        if row is not None:
            n, log, connected, head, broken = row
            (clock,) = self._clocks((head,)) or [0]
            if not broken and clock < MAX_CLOCK:
                return n, log, connected, head or NO_HASH, clock, ()
            old = (head,) if head and clock < MAX_CLOCK and self._is_ready(head) else ()
        incarnation = os.urandom(16)
        log = log_id(self._key.public, audience, incarnation)
        cursor = self._connection.execute(
            "INSERT INTO log (log, desk, audience, incarnation, connected, head, cut_why)"
            " VALUES (?, ?, ?, ?, 0, ?, '')",
            (log, self._key.public, audience, incarnation, b""),
        )
        return int(cursor.lastrowid or 0), log, 0, NO_HASH, 0, old

    def _is_ready(self, digest: bytes) -> bool:
        found = self._connection.execute("SELECT 1 FROM entry WHERE hash=? AND state=0", (digest,))
        return found.fetchone() is not None

    def _clocks(self, hashes: tuple[bytes, ...]) -> list[int]:
        marks = ",".join("?" * len(hashes))
        found = self._connection.execute(f"SELECT header FROM entry WHERE hash IN ({marks})", hashes)
        return [read_header(header).clock for (header,) in found]

    def _tips(self, record: bytes, audience: str) -> dict[bytes, int]:
        """The newest entries of a record that no other of its entries relied on, with their clocks."""
        known = self._known_tips()
        if (record, audience) not in known:
            known[record, audience] = self._read_tips(record, audience)
        tips = known[record, audience]
        # One whose clock was run to the end cannot be built upon; leaving it aside keeps the record usable.
        usable = [tip for tip in tips if tips[tip] < MAX_CLOCK]
        newest = sorted(usable, key=lambda one: (tips[one], one), reverse=True)[: MAX_DEPS // 2]
        return {one: tips[one] for one in newest}

    def _known_tips(self) -> dict[tuple[bytes, str], dict[bytes, int]]:
        if self._connection.total_changes != self._changes:
            self._left.clear()
            self._changes = self._connection.total_changes
        return self._left

    def _read_tips(self, record: bytes, audience: str) -> dict[bytes, int]:
        rows = self._connection.execute(
            "SELECT e.hash, e.header FROM entry e JOIN log l ON l.n = e.log"
            f" WHERE e.record=? AND l.audience=? AND e.state=0 AND {COUNTS}",
            (record, audience),
        )
        headers = {found: read_header(raw) for found, raw in rows}
        relied = {dep for header in headers.values() for dep in header.deps}
        return {found: header.clock for found, header in headers.items() if found not in relied}

    def _store(self, appended: Appended, *, opens: bool) -> None:
        header, signed = appended.header, appended.signed
        known, record = self._known_tips(), (appended.header.record, appended.audience)
        if opens or record in known:
            tips = known.get(record, {})
            known[record] = {tip: tips[tip] for tip in tips.keys() - set(header.deps)}
            known[record][appended.hash] = header.clock
        self._connection.execute(
            "INSERT INTO entry (hash, log, seq, record, kind, state, header, signature, salt, payload)"
            " VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
            (
                appended.hash,
                appended.log,
                header.seq,
                header.record,
                header.kind,
                signed.header,
                signed.signature,
                signed.salt,
                signed.payload,
            ),
        )
        self._connection.execute(
            "UPDATE log SET connected=?, head=? WHERE n=?", (header.seq + 1, appended.hash, appended.log)
        )
        self._changes = self._connection.total_changes
