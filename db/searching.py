"""What the search keeps in the store: a snapshot of its index, and which vacancies changed since.

The tables are named `search_*`: they are local, never digested, and may be dropped at any time. A change is
a vacancy's id and a stamp that only rises, so that every program that has the store open can tell what it
has not seen yet. `generation` rises when everything must be read anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

_TABLES = (
    "CREATE TABLE IF NOT EXISTS search_state (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS search_change (vacancy TEXT PRIMARY KEY, stamp INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS search_change_stamp ON search_change (stamp)",
    "CREATE TABLE IF NOT EXISTS search_blob (name TEXT PRIMARY KEY, data BLOB NOT NULL)",
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class State:
    """How far things are. `saved` is the generation of the snapshot (-1: none), `floor` the last change in
    it, `version` the index's form."""

    stamp: int = 0
    generation: int = 0
    saved: int = -1
    floor: int = 0
    version: int = 0


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether every change of the store has been followed."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name='search_state'").fetchone()
    return found is not None and _told(connection) == _heard(connection)


def catch_up(connection: sqlite3.Connection) -> None:
    """Make the tables where they are missing, and follow what was not followed; most often that is nothing.

    Entries that only came on top are followed now; after anything else, an erasure too, all is read anew.
    """
    if is_current(connection):
        return
    for statement in _TABLES:
        connection.execute(statement)
    told, heard = _told(connection), _heard(connection)
    if told is None or replace(told, last=heard.last) != heard:
        follow_all(connection)
        return
    erased = connection.execute("SELECT 1 FROM entry WHERE n > ? AND kind='erasure' LIMIT 1", (told.last,))
    if erased.fetchone() is not None:
        follow_all(connection)
        return
    rows = connection.execute(
        "SELECT DISTINCT kind, record FROM entry WHERE n > ? AND kind IN ('vacancy', 'setting')", (told.last,)
    ).fetchall()
    touched = [(kind, record.hex()) for kind, record in rows]
    follow(
        connection,
        [record for kind, record in touched if kind == "vacancy"],
        [record for kind, record in touched if kind == "setting"],
    )


def follow(connection: sqlite3.Connection, vacancies: Sequence[str], settings: Sequence[str]) -> None:
    """Note what a fold touched, in its transaction: these vacancies, and all those of these settings."""
    stamp = _number(connection, "stamp") + 1
    changed = dict.fromkeys(vacancies)
    for start in range(0, len(settings), _AT_ONCE):
        part = settings[start : start + _AT_ONCE]
        marks = ",".join("?" * len(part))
        rows = connection.execute(f"SELECT record FROM vacancy WHERE setting IN ({marks})", part)
        changed.update(dict.fromkeys(record for (record,) in rows))
    connection.executemany("DELETE FROM search_change WHERE vacancy=?", ((one,) for one in changed))
    connection.executemany("INSERT INTO search_change VALUES (?, ?)", ((one, stamp) for one in changed))
    told = _told(connection)
    if told is not None and told.members != _members(connection):
        _put(connection, generation=_number(connection, "generation") + 1)
    _put(connection, stamp=stamp)
    _tell(connection)


def follow_all(connection: sqlite3.Connection) -> None:
    """Note that everything must be read anew: the tables were made anew, or something in them was erased.

    The snapshot goes at once, for it is a list of words.
    """
    connection.execute("DELETE FROM search_change")
    connection.execute("DELETE FROM search_blob")
    _put(
        connection,
        stamp=_number(connection, "stamp") + 1,
        generation=_number(connection, "generation") + 1,
    )
    _tell(connection)


def save(
    connection: sqlite3.Connection, built: State, blobs: Iterable[tuple[str, bytes]], *, whole: bool
) -> None:
    """Keep the index as it was at the stamp and generation of `built`: all blobs, or those that changed.

    Nothing is kept when another program has saved a later one meanwhile.
    """
    if _number(connection, "generation") != built.generation or _number(connection, "floor") > built.stamp:
        return
    if whole:
        connection.execute("DELETE FROM search_blob")
    connection.executemany("INSERT OR REPLACE INTO search_blob VALUES (?, ?)", blobs)
    connection.execute("DELETE FROM search_change WHERE stamp <= ?", (built.stamp,))
    _put(connection, saved=built.generation, floor=built.stamp, version=built.version)


def state(connection: sqlite3.Connection) -> State:
    """How far things are, as committed."""
    rows = connection.execute("SELECT name, value FROM search_state")
    known = {name: value for name, value in rows if name in State.__slots__}
    return State(**{name: int(value) for name, value in known.items()})


def changes(connection: sqlite3.Connection, after: int) -> list[str]:
    """The vacancies that changed after a stamp."""
    rows = connection.execute("SELECT vacancy FROM search_change WHERE stamp > ?", (after,))
    return [vacancy for (vacancy,) in rows]


def blobs(connection: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """The snapshot."""
    rows = connection.execute("SELECT name, data FROM search_blob")
    return [(name, data) for name, data in rows]


class _Heard(msgspec.Struct, frozen=True):
    """What tells that the tables have changed: the newest entry, entries that wait and logs that were cut,
    the form the tables were folded in, and what the members are called."""

    last: int
    waiting: int
    cut: int
    fold: str
    members: str


def _heard(connection: sqlite3.Connection) -> _Heard:
    def number(question: str) -> int:
        return int(connection.execute(question).fetchone()[0])

    fold = connection.execute("SELECT value FROM meta WHERE key='fold_version'").fetchone()
    return _Heard(
        number("SELECT COALESCE(MAX(n), 0) FROM entry"),
        number("SELECT COUNT(*) FROM waiting"),
        number("SELECT COUNT(*) FROM log WHERE cut IS NOT NULL"),
        fold[0] if fold else "",
        _members(connection),
    )


def _members(connection: sqlite3.Connection) -> str:
    rows = connection.execute("SELECT code, name, hub FROM authority ORDER BY code")
    return "|".join(":".join(row) for row in rows)


def _told(connection: sqlite3.Connection) -> _Heard | None:
    row = connection.execute("SELECT value FROM search_state WHERE name='heard'").fetchone()
    return msgspec.json.decode(row[0], type=_Heard) if row else None


def _tell(connection: sqlite3.Connection) -> None:
    _write(connection, "heard", msgspec.json.encode(_heard(connection)).decode())


def _number(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT value FROM search_state WHERE name=?", (name,)).fetchone()
    return int(row[0]) if row else 0


def _put(connection: sqlite3.Connection, **numbers: int) -> None:
    for name, value in numbers.items():
        _write(connection, name, str(value))


def _write(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO search_state VALUES (?, ?)", (name, value))
