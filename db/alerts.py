"""Which places have been known to fit each request of mine, and which of them nobody has looked at yet.

Local, like all tables named `search_*`: never digested, heard of by nobody, and may be dropped at any time;
what fits then counts as known. A place is kept as the first bytes of its id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

KEY = 6  # bytes of an id that tell it from all others of a region

_TABLES = (
    "CREATE TABLE IF NOT EXISTS search_fit"
    " (request TEXT PRIMARY KEY, asked TEXT NOT NULL, places BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS search_news"
    " (request TEXT NOT NULL, vacancy TEXT NOT NULL, PRIMARY KEY (request, vacancy))",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a request asked for when last looked at (a fingerprint), and the keys of the places that fitted,
    one after the other."""

    asked: str
    places: bytes


def known(connection: sqlite3.Connection) -> dict[str, Known]:
    """By request."""
    if not _there(connection):
        return {}
    rows = connection.execute("SELECT request, asked, places FROM search_fit")
    return {request: Known(asked, places) for request, asked, places in rows}


def news(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The places nobody has looked at, by request."""
    if not _there(connection):
        return {}
    rows = connection.execute("SELECT request, vacancy FROM search_news ORDER BY request, vacancy")
    found: dict[str, list[str]] = {}
    for request, vacancy in rows:
        found.setdefault(request, []).append(vacancy)
    return {request: tuple(vacancies) for request, vacancies in found.items()}


def note(connection: sqlite3.Connection, request: str, now: Known, unseen: Iterable[str]) -> None:
    """What fits a request now, and what of it nobody has looked at."""
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT OR REPLACE INTO search_fit VALUES (?, ?, ?)", (request, now.asked, now.places))
    connection.execute("DELETE FROM search_news WHERE request=?", (request,))
    connection.executemany("INSERT INTO search_news VALUES (?, ?)", ((request, one) for one in unseen))


def seen(connection: sqlite3.Connection, request: str) -> None:
    """Somebody has looked at what is new for a request."""
    if _there(connection):
        connection.execute("DELETE FROM search_news WHERE request=?", (request,))


def forget(connection: sqlite3.Connection) -> None:
    """Forget requests that there are no more, or that are closed."""
    if _there(connection):
        for table in ("search_fit", "search_news"):
            connection.execute(
                f"DELETE FROM {table} WHERE request NOT IN"
                " (SELECT record FROM request WHERE state IN ('open', 'shortlisted'))"
            )


_QUESTION = "SELECT 1 FROM sqlite_master WHERE name='search_news'"


def _there(connection: sqlite3.Connection) -> bool:
    return connection.execute(_QUESTION).fetchone() is not None
