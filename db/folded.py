"""Writing the folded tables record by record, and the one hash of what an audience adds up to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

import msgspec

# Bump when a table or a fold changes its meaning: stores then fold again on opening.
FOLD_VERSION = 9
RAW_TABLES = frozenset(
    {
        "log",
        "entry",
        "waiting",
        "upheld",
        "proof",
        "roll",
        "receipt",
        "peer_head",
        "meta",
        "alembic_version",
    }
)

Row = dict[str, object]

# What the ledger of a pair follows from. Whoever keeps what it comes to asks in `meta`, under this key with
# the audience behind it, whether anything of it has been written since.
LEDGER = frozenset({"trade", "charge", "statement", "statement_line"})
CHANGES = "ledger:"


@cache
def ddl() -> tuple[str, ...]:
    """The statements that make the folded tables anew, from their one declaration in db.records."""
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable

    from db.records import FOLDED

    dialect = sqlite.dialect()
    statements: list[str] = []
    for table in FOLDED.sorted_tables:
        statements.append(f'DROP TABLE IF EXISTS "{table.name}"')
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements.extend(
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda one: one.name or "")
        )
    return tuple(statements)


def tables(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The folded tables of this store, by name."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")
    return tuple(
        name for (name,) in rows if name not in RAW_TABLES and not name.startswith(("sqlite_", "search_"))
    )


_AS_NUMBER: Mapping[object, object] = {False: 0, True: 1}


class _Statement(NamedTuple):
    """The insertion into a table, its columns that say yes or no, and what makes a row its cells."""

    insert: str
    flags: tuple[str, ...]
    cells: Callable[[Row], tuple[object, ...]]


class Writer:
    """Replaces the rows of records. Rows are gathered and written table by table at `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[Row]] = {}
        self._gone: dict[str, list[tuple[str, str]]] = {}
        self._insert: dict[str, _Statement] = {}

    def replace(
        self, record: str, audience: str, tables: Sequence[str], rows: Mapping[str, Sequence[Row]]
    ) -> None:
        """The rows of `record` in `tables` are now `rows`."""
        for table in tables:
            self._gone.setdefault(table, []).append((record, audience))
        self.add(rows)

    def add(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Rows of a record that has none yet."""
        for table, added in rows.items():
            if added:
                self._rows.setdefault(table, []).extend(added)

    def flush(self) -> None:
        """Write what has been gathered."""
        changed = {audience for name in LEDGER for _, audience in self._gone.get(name, ())}
        changed |= {str(row["audience"]) for name in LEDGER for row in self._rows.get(name, ())}
        note_changes(self._connection, changed)
        for table, gone in self._gone.items():
            self._connection.executemany(f"DELETE FROM {table} WHERE record=? AND audience=?", gone)
        for table, rows in self._rows.items():
            insert, flags, cells = self._statement(table)
            for row in rows:
                for name in flags:
                    # As a number: what is no number to the last is asked first whether it can become one.
                    row[name] = _AS_NUMBER.get(row[name], row[name])
            self._connection.executemany(insert, map(cells, rows))
        self._gone.clear()
        self._rows.clear()

    def _statement(self, table: str) -> _Statement:
        """The insertion into a table, and what makes a row its cells: by place, far quicker than by name."""
        if table not in self._insert:
            names = columns(self._connection, table)
            found = self._connection.execute(
                "SELECT name FROM pragma_table_info(?) WHERE type='BOOLEAN'", (table,)
            )
            self._insert[table] = _Statement(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                tuple(name for (name,) in found),
                itemgetter(*names),
            )
        return self._insert[table]


def note_changes(connection: sqlite3.Connection, audiences: Iterable[str]) -> None:
    """Count one more change of the ledger of these audiences."""
    connection.executemany(
        "INSERT INTO meta VALUES (?, '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        [(CHANGES + audience,) for audience in audiences],
    )


def columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The columns of a folded table that carry meaning: all but the row number."""
    found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return tuple(name for (name,) in found if name != "n")


def _lines(connection: sqlite3.Connection, audience: str) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    for table in tables(connection):
        names = ", ".join(columns(connection, table))
        yield encode([table])
        for row in connection.execute(
            f"SELECT {names} FROM {table} WHERE audience=? ORDER BY record, {names}", (audience,)
        ):
            yield encode(row)


def digest(connection: sqlite3.Connection, audience: str) -> str:
    """One SHA-256 (hex) of all rows of an audience: equal on every store that has heard the same."""
    total = sha256(b"rcc/digest/1\0" + audience.encode())
    for line in _lines(connection, audience):
        total.update(line)
        total.update(b"\n")
    return total.hexdigest()


def audiences(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Every audience this store has heard of, in order."""
    found = connection.execute("SELECT DISTINCT audience FROM log ORDER BY audience")
    return tuple(sorted({"rcc", *(audience for (audience,) in found)}))
