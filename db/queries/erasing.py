"""What may be erased and what was: from the raw tables and the table of erasures."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db.queries.trades import REQUEST_OF
from db.reading import cells, marks


@dataclass(frozen=True, slots=True)
class Opened:
    """A record by its opening entry: whose log it is in, and where."""

    record: str
    kind: str
    audience: str
    desk: bytes
    incarnation: bytes
    log: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure that counts, and where its act stands: log and place."""

    target: str
    kind: str
    audience: str
    by: str
    basis: str
    at_ms: int
    log: bytes
    seq: int
    entries: int


def opened(connection: sqlite3.Connection, prefix: str) -> list[Opened]:
    """The records whose id (hex) begins so, by the first entry of each log that has one about them."""
    low = bytes.fromhex(prefix.ljust(32, "0")) if len(prefix) <= 32 else b""
    high = bytes.fromhex(prefix.ljust(32, "f")) if len(prefix) <= 32 else b""
    rows = connection.execute(
        "SELECT e.record, e.kind, l.audience, l.desk, l.incarnation, l.log, e.seq"
        " FROM entry e JOIN log l ON l.n = e.log WHERE e.record BETWEEN ? AND ? AND e.state=0"
        " ORDER BY e.record, e.seq",
        (low, high),
    )
    return [Opened(record.hex(), *rest) for record, *rest in rows]


def children_called(connection: sqlite3.Connection, local_id: str) -> list[str]:
    """The records of my children of that local identifier."""
    return cells(connection, "SELECT record FROM child WHERE local_id=?", (local_id,))


def told_of(connection: sqlite3.Connection, local_id: str) -> list[str]:
    """All records of mine that a child of that local identifier is in: episodes and requests."""
    return cells(
        connection,
        "SELECT record FROM episode WHERE local_id=?1 UNION ALL SELECT record FROM request WHERE child=?1",
        (local_id,),
    )


def local_id_of(connection: sqlite3.Connection, record: str) -> str:
    """The local identifier of a child's record; empty when it is no child's."""
    found = cells(connection, "SELECT local_id FROM child WHERE record=?", (record,))
    return str(found[0]) if found else ""


def referrals_of(connection: sqlite3.Connection, requests: list[str]) -> list[str]:
    """The referrals made for these requests of mine, through the trades they were for."""
    return cells(
        connection,
        "SELECT r.record FROM referral r WHERE r.record IN (SELECT t.referral FROM trade t"
        f" JOIN request_trade q ON q.trade = t.record WHERE q.record IN {marks(requests)}"
        f" UNION SELECT t.referral FROM trade t JOIN meta m ON m.key = ? || t.record"
        f" WHERE m.value IN {marks(requests)})",
        (*requests, REQUEST_OF, *requests),
    )


def erased(connection: sqlite3.Connection) -> list[Erased]:
    """All erasures that count, newest first."""
    rows = connection.execute(
        'SELECT x.target, x.audience, x."by", x.basis, x.at_ms, l.log, e.seq FROM erasure x'
        " JOIN entry e ON e.hash = unhex(x.entry) JOIN log l ON l.n = e.log ORDER BY x.at_ms DESC, x.target"
    ).fetchall()
    found = []
    for target, audience, by, basis, at_ms, log, seq in rows:
        kinds = connection.execute(
            "SELECT e.kind, COUNT(*) FROM entry e JOIN log l ON l.n = e.log"
            " WHERE e.record=? AND l.audience=? GROUP BY e.kind ORDER BY 2 DESC",
            (bytes.fromhex(target), audience),
        ).fetchall()
        kind, entries = (kinds[0][0], sum(count for _, count in kinds)) if kinds else ("", 0)
        found.append(Erased(target, kind, audience, by, basis, at_ms, log, seq, entries))
    return found


def confirmed(connection: sqlite3.Connection, log: bytes, seq: int) -> set[bytes]:
    """The desks that said they hold a log up to that place."""
    rows = connection.execute("SELECT desk FROM peer_head WHERE log=? AND seq>=?", (log, seq))
    return {desk for (desk,) in rows}
