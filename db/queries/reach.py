"""How far the logs of an audience have been heard here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeardLog:
    """A log of an audience: its id, its desk's key, the place of its last entry in line, and that's hash."""

    log: bytes
    desk: bytes
    seq: int
    head: bytes


def reach(connection: sqlite3.Connection, audience: str) -> list[HeardLog]:
    """Every log of an audience of which an entry in line is held."""
    rows = connection.execute(
        "SELECT log, desk, connected - 1, head FROM log WHERE audience=? AND connected > 0 ORDER BY log",
        (audience,),
    )
    return [HeardLog(*row) for row in rows]


def held(connection: sqlite3.Connection, entries: Iterable[bytes]) -> set[bytes]:
    """Of these entries those held here and ready to count."""
    found = set()
    for entry in entries:
        if connection.execute("SELECT 1 FROM entry WHERE hash=? AND state=0", (entry,)).fetchone():
            found.add(entry)
    return found


def named_beyond(connection: sqlite3.Connection, audience: str) -> dict[bytes, int]:
    """How many entries of each log of an audience others hold that are not held here, by the desk's key."""
    rows = connection.execute(
        "SELECT l.desk, MAX(p.seq) - l.connected + 1 FROM peer_head p JOIN log l ON l.log = p.log"
        " WHERE l.audience=? GROUP BY l.n HAVING MAX(p.seq) >= l.connected",
        (audience,),
    )
    found: dict[bytes, int] = {}
    for desk, count in rows:
        found[desk] = found.get(desk, 0) + count
    return found
