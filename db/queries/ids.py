"""Which records an id that a person typed may mean."""

from __future__ import annotations

import sqlite3

from db.reading import cells

# Each kind has a table of its name, and its id is the record's, but for a tariff's.
_KINDS = ("request", "vacancy", "setting", "trade", "referral", "tariff")
_WITH_REFS = ("vacancy", "setting")
# Comes after every hex digit: ids that begin with p lie from p up to p + this.
_AFTER_HEX = "g"


def by_prefix(connection: sqlite3.Connection, kind: str, prefix: str, limit: int = 3) -> list[str]:
    """Ids of a kind that begin with `prefix` (lower-case hex), at most `limit`, in order.

    Raises KeyError for another kind.
    """
    if kind not in _KINDS:
        raise KeyError(kind)
    column = "tariff" if kind == "tariff" else "record"
    return cells(
        connection,
        f"SELECT DISTINCT {column} FROM {kind} WHERE {column} >= ? AND {column} < ?"
        f" ORDER BY {column} LIMIT ?",
        (prefix, prefix + _AFTER_HEX, limit),
    )


def by_ref(connection: sqlite3.Connection, kind: str, ref: str, limit: int = 3) -> list[tuple[str, str]]:
    """(id, keeper) of the vacancies or settings that bear exactly this ref of their sender."""
    if kind not in _WITH_REFS:
        return []
    return connection.execute(
        f"SELECT record, keeper FROM {kind} WHERE ref=? ORDER BY record LIMIT ?", (ref, limit)
    ).fetchall()
