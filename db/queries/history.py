"""The entries about one record, as they lie in the logs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

READY = 0


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """An entry as held. `ready` is false while it waits for others, `cut` true past the cut of its log;
    `set_aside` says why it counts for nothing, empty when it counts."""

    hash: bytes
    kind: str
    desk: bytes
    header: bytes
    payload: bytes
    ready: bool
    cut: bool
    set_aside: str


def entries_of(connection: sqlite3.Connection, record: bytes) -> list[HeldEntry]:
    """All entries about a record, in no particular order."""
    found = connection.execute(
        "SELECT e.n, e.hash, e.kind, l.desk, e.header, e.payload, e.state, e.seq, l.cut, l.missing"
        " FROM entry e JOIN log l ON l.n = e.log WHERE e.record=?",
        (record,),
    ).fetchall()
    upheld = {n for (n,) in connection.execute("SELECT entry FROM upheld")}
    why = dict(connection.execute("SELECT entry, why FROM set_aside WHERE record=?", (record.hex(),)))
    return [
        HeldEntry(
            hash,
            kind,
            desk,
            header,
            payload,
            state == READY,
            (cut is not None and seq >= cut and n not in upheld) or (missing is not None and seq >= missing),
            why.get(hash.hex(), ""),
        )
        for n, hash, kind, desk, header, payload, state, seq, cut, missing in found
    ]
