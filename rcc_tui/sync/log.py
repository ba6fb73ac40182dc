"""My own logs: one chain per audience, each act appended signed."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass

from rcc_tui.acts.kind import Act, encode, normal, record_id
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
    log_id,
    read_header,
)
from rcc_tui.sync.keys import SigningKey


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

    def append(
        self, kind: str, act: Act, *, audience: str, record: bytes | None, deps: tuple[bytes, ...], at_ms: int
    ) -> Appended:
        """Sign `act` as the next entry of my log for `audience` and store it; the caller folds it.

        `record` is None when the act opens one. The entries of the record that I know and nobody has
        built upon go into the deps by themselves. Raises Refused when the act is too large.
        """
        payload = normal(encode(act))
        if len(payload) > MAX_PAYLOAD:
            raise Refused(
                f"This is too large to be one act: {len(payload)} bytes of {MAX_PAYLOAD}.", where=kind
            )
        log_row, log, seq, prev, clock = self._next(audience)
        relied = dict.fromkeys(deps)
        clocks = [clock, *self._clocks(deps)]
        if record is not None:
            tips = self._tips(record, audience)
            relied.update(dict.fromkeys(tips))
            clocks.extend(tips.values())
        header = Header(
            v=FORMAT,
            log=log,
            seq=seq,
            prev=prev,
            at_ms=at_ms,
            clock=min(MAX_CLOCK, max(at_ms, 1 + max(clocks))),
            kind=kind,
            record=record if record is not None else record_id(log, seq),
            deps=tuple(relied)[:MAX_DEPS],
            commit=commitment(salt := os.urandom(16), payload),
            length=len(payload),
        )
        raw = encode_header(header)
        signed = Signed(raw, self._key.sign(HEADER_TYPE, raw), salt, payload)
        appended = Appended(log_row, audience, header, entry_hash(raw), signed)
        self._store(appended)
        return appended

    def _next(self, audience: str) -> tuple[int, bytes, int, bytes, int]:
        row = self._connection.execute(
            "SELECT n, log, connected, head FROM log WHERE desk=? AND audience=? ORDER BY n DESC LIMIT 1",
            (self._key.public, audience),
        ).fetchone()
        if row is None:
            incarnation = os.urandom(16)
            log = log_id(self._key.public, audience, incarnation)
            cursor = self._connection.execute(
                "INSERT INTO log (log, desk, audience, incarnation, connected, head, cut_why)"
                " VALUES (?, ?, ?, ?, 0, ?, '')",
                (log, self._key.public, audience, incarnation, b""),
            )
            return int(cursor.lastrowid or 0), log, 0, NO_HASH, 0
        n, log, connected, head = row
        (clock,) = self._clocks((head,)) or [0]
        return n, log, connected, head or NO_HASH, clock

    def _clocks(self, hashes: tuple[bytes, ...]) -> list[int]:
        marks = ",".join("?" * len(hashes))
        found = self._connection.execute(f"SELECT header FROM entry WHERE hash IN ({marks})", hashes)
        return [read_header(header).clock for (header,) in found]

    def _tips(self, record: bytes, audience: str) -> dict[bytes, int]:
        """The entries of a record that no other of its entries relied on, with their clocks."""
        rows = self._connection.execute(
            "SELECT e.hash, e.header FROM entry e JOIN log l ON l.n = e.log"
            " WHERE e.record=? AND l.audience=? AND e.state=0",
            (record, audience),
        )
        headers = {found: read_header(raw) for found, raw in rows}
        relied = {dep for header in headers.values() for dep in header.deps}
        tips = {found: header.clock for found, header in headers.items() if found not in relied}
        newest = sorted(tips, key=lambda one: (tips[one], one), reverse=True)[: MAX_DEPS // 2]
        return {one: tips[one] for one in newest}

    def _store(self, appended: Appended) -> None:
        header, signed = appended.header, appended.signed
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
