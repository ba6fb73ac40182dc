"""The logs held, and how they stand."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeldLog:
    """A log's row: its place from which on it does not count and why, content missing, entries upheld."""

    log: bytes
    desk: bytes
    audience: str
    incarnation: bytes
    connected: int
    cut: int | None
    why: str
    missing: int | None
    upheld: int


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of a history in a log: an entry nobody follows, its place, hash and header."""

    seq: int
    hash: bytes
    header: bytes


def logs(connection: sqlite3.Connection) -> list[HeldLog]:
    """Every log of which an entry is held, by desk and audience."""
    rows = connection.execute(
        "SELECT l.log, l.desk, l.audience, l.incarnation, l.connected, l.cut, l.cut_why, l.missing,"
        " (SELECT COUNT(*) FROM upheld u JOIN entry e ON e.n = u.entry WHERE e.log = l.n)"
        " FROM log l ORDER BY l.desk, l.audience, l.n"
    )
    return [HeldLog(*row) for row in rows]


def chain(connection: sqlite3.Connection, log: bytes, since: int) -> list[Tip]:
    """The entries in line of a log from place `since` on."""
    rows = connection.execute(
        "SELECT e.seq, e.hash, e.header FROM entry e JOIN log l ON l.n = e.log"
        " WHERE l.log=? AND e.seq>=? AND e.state<>2 ORDER BY e.seq, e.hash",
        (log, since),
    )
    return [Tip(*row) for row in rows]


def upheld_by(connection: sqlite3.Connection, log: bytes) -> list[tuple[int, str, str]]:
    """Who upheld a log up to which place and entry: (place, entry hash in hex, member)."""
    rows = connection.execute(
        'SELECT seq, hash, "by" FROM upholding WHERE log=? ORDER BY seq, hash, "by"', (log.hex(),)
    )
    return rows.fetchall()


def proven(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    """Logs proved to hold two histories, with their desks; also such as this store may not hear."""
    return connection.execute("SELECT log, desk FROM proof ORDER BY desk, log").fetchall()
