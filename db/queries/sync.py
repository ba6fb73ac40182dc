"""Counts and traces of what has been heard, straight from the raw tables."""

from __future__ import annotations

import sqlite3


def entries(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many entries are held, and how many of them wait for others."""
    held, parked = connection.execute("SELECT COUNT(*), COALESCE(SUM(state<>0), 0) FROM entry").fetchone()
    return int(held), int(parked)


def count(connection: sqlite3.Connection, table: str) -> int:
    """The rows of a folded table."""
    return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def forked(connection: sqlite3.Connection) -> int:
    """The logs in which a desk's key has written two histories."""
    return int(connection.execute("SELECT COUNT(*) FROM log WHERE cut_why='fork'").fetchone()[0])


def heard_of(connection: sqlite3.Connection) -> dict[bytes, tuple[int, tuple[bytes, ...]]]:
    """For each desk: how many of its entries are held, and the header of the last of each of its logs."""
    found: dict[bytes, tuple[int, tuple[bytes, ...]]] = {}
    for desk, connected, header in connection.execute(
        "SELECT l.desk, l.connected, e.header FROM log l LEFT JOIN entry e ON e.hash = l.head"
        " WHERE l.connected > 0 ORDER BY l.desk, l.log"
    ):
        total, headers = found.get(desk, (0, ()))
        found[desk] = (total + int(connected), (*headers, header) if header else headers)
    return found


def withheld(connection: sqlite3.Connection) -> list[tuple[bytes, bytes, int, int]]:
    """Logs that a peer said it holds further than we do: (peer's desk, log, its last, our last)."""
    return connection.execute(
        "SELECT p.desk, p.log, p.seq, COALESCE(l.missing, l.connected, 0) - 1"
        " FROM peer_head p LEFT JOIN log l ON l.log = p.log"
        " WHERE p.seq >= COALESCE(l.missing, l.connected, 0) ORDER BY p.desk, p.log"
    ).fetchall()


def receipts(connection: sqlite3.Connection, limit: int) -> list[tuple[str, str, str, str]]:
    """The last bundles in and out: (direction, at, peer, report)."""
    return connection.execute(
        "SELECT direction, at, peer, report FROM receipt ORDER BY n DESC LIMIT ?", (limit,)
    ).fetchall()


def receipt_known(connection: sqlite3.Connection, direction: str, digest: str) -> bool:
    """Whether a file of that SHA-256 has gone this way before."""
    row = connection.execute(
        "SELECT 1 FROM receipt WHERE direction=? AND digest=? LIMIT 1", (direction, digest)
    ).fetchone()
    return row is not None


def add_receipt(
    connection: sqlite3.Connection, direction: str, digest: str, at: str, peer: str, report: str
) -> None:
    """Note a bundle that came in or went out."""
    connection.execute(
        "INSERT INTO receipt (direction, digest, at, peer, report) VALUES (?, ?, ?, ?, ?)",
        (direction, digest, at, peer, report),
    )
