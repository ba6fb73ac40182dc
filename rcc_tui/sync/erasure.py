"""Erasing here what an act has erased: salt and payload go, the header stays in its chain."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator

from rcc_tui.acts.kinds import ENDURING
from rcc_tui.sync.arrivals import chunks


def strip(connection: sqlite3.Connection, records: Collection[bytes] | None) -> set[bytes]:
    """Empty the entries of the erased ones among `records` (None: of all). Returns those that had content.

    Without its salt the commitment left in the header cannot be searched for a name. What was typed here and
    not sent may be about the same: of that nothing is kept either.
    """
    marks = ",".join("?" * len(ENDURING))
    bare: set[bytes] = set()
    for record, audience in _erased(connection, records):
        stripped = connection.execute(
            "UPDATE entry SET salt=x'', payload=x'' WHERE record=? AND length(payload) > 0"
            f" AND kind NOT IN ({marks}) AND log IN (SELECT n FROM log WHERE audience=?)",
            (record, *ENDURING, audience),
        )
        if stripped.rowcount:
            bare.add(record)
    if bare:
        connection.execute("DELETE FROM meta WHERE key LIKE 'draft:%'")
    return bare


def _erased(connection: sqlite3.Connection, records: Collection[bytes] | None) -> Iterator[tuple[bytes, str]]:
    """The erased ones among `records`, and in which audience."""
    if connection.execute("SELECT 1 FROM erasure LIMIT 1").fetchone() is None:
        return
    if records is None:
        rows = connection.execute("SELECT DISTINCT target, audience FROM erasure").fetchall()
    else:
        rows = [
            row
            for chunk in chunks(records)
            for row in connection.execute(
                "SELECT DISTINCT target, audience FROM erasure"
                f" WHERE target IN ({','.join('?' * len(chunk))})",
                [record.hex() for record in chunk],
            )
        ]
    for target, audience in rows:
        yield bytes.fromhex(target), audience


def brought_back(connection: sqlite3.Connection, since: int) -> set[bytes]:
    """Erased records of which an entry with content was stored after row `since`, even if it waits."""
    if connection.execute("SELECT 1 FROM erasure LIMIT 1").fetchone() is None:
        return set()
    marks = ",".join("?" * len(ENDURING))
    rows = connection.execute(
        # No DISTINCT, and CROSS JOIN: from the few entries by their rows, never through all there are.
        "SELECT e.record FROM entry e CROSS JOIN log l ON l.n = e.log"
        f" WHERE e.n > ? AND length(e.payload) > 0 AND e.kind NOT IN ({marks}) AND EXISTS"
        " (SELECT 1 FROM erasure x WHERE x.target=lower(hex(e.record)) AND x.audience=l.audience)",
        (since, *ENDURING),
    )
    return {record for (record,) in rows}
