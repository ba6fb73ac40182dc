"""Searches kept under a name."""

from __future__ import annotations

import sqlite3


def saved(connection: sqlite3.Connection) -> tuple[tuple[str, str, str], ...]:
    """Id, name and text of each, by name."""
    found = "SELECT record, name, text FROM saved_search ORDER BY LOWER(name), record"
    return tuple(connection.execute(found))
