"""What is held of logs that others named, and when bundles of others came in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def logs_named(connection: sqlite3.Connection, logs: Iterable[bytes]) -> dict[bytes, tuple[bytes, str]]:
    """Of these logs those heard of here: the key of the desk that writes it, and its audience."""
    found: dict[bytes, tuple[bytes, str]] = {}
    for log in logs:
        row = connection.execute("SELECT desk, audience FROM log WHERE log=?", (log,)).fetchone()
        if row is not None:
            found[log] = (row[0], row[1])
    return found


def bundles_of(connection: sqlite3.Connection) -> dict[str, str]:
    """When the last bundle that a member made came in (ISO minute), by the member's code."""
    rows = connection.execute("SELECT peer, MAX(at) FROM receipt WHERE direction='in' GROUP BY peer")
    return dict(rows.fetchall())
