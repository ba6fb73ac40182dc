"""Rows of the tables as values of plain classes: what every named question stands on.

Questions are SQL text: an ORM would take half a second of every start to load, and a tenth of the memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

T = TypeVar("T")
V = TypeVar("V")
Values = Sequence[object] | Mapping[str, object]

# What one question may name at once, below the least that any database allows.
AT_ONCE = 500


@cache
def columns(of: type, table: str = "") -> str:
    """The fields of a dataclass as columns of that name, of `table` where it is given."""
    before = f"{table}." if table else ""
    return ", ".join(f'{before}"{one.name}"' for one in fields(of))


def rows(connection: sqlite3.Connection, of: type[T], question: str, values: Values = ()) -> list[T]:
    """The rows of a question whose columns stand in the order of the dataclass's fields.

    What the class calls a bool is one: SQLite has only numbers.
    """
    make = maker(of)
    return [make(row) for row in connection.execute(question, values)]


def first(connection: sqlite3.Connection, of: type[T], question: str, values: Values = ()) -> T | None:
    """The first row of such a question; None where there is none."""
    row = connection.execute(question, values).fetchone()
    return None if row is None else maker(of)(row)


def cells(connection: sqlite3.Connection, question: str, values: Values = ()) -> list[Any]:
    """The one column of a question."""
    return [cell for (cell,) in connection.execute(question, values)]


def number(connection: sqlite3.Connection, question: str, values: Values = ()) -> int:
    """The one number that a question asks for."""
    return int(connection.execute(question, values).fetchone()[0])


def marks(values: Collection[object]) -> str:
    """A list of as many parameters as there are values, for `IN`."""
    return f"({','.join('?' * len(values))})"


def chunks(values: Iterable[V]) -> Iterator[list[V]]:
    """The values, as many at once as one question may name."""
    remaining = iter(values)
    while chunk := list(islice(remaining, AT_ONCE)):
        yield chunk


def maker(of: type[T]) -> Callable[[Sequence[Any]], T]:
    """What makes a dataclass of cells in the order of its fields."""
    flags = _flags(cast(Hashable, of))
    if not flags:
        return lambda row: of(*row)

    def make(row: Sequence[Any]) -> T:
        values = list(row)
        for at in flags:
            values[at] = bool(values[at])
        return of(*values)

    return make


@cache
def _flags(of: Any) -> tuple[int, ...]:
    """Where the fields stand that say yes or no."""
    return tuple(at for at, one in enumerate(fields(of)) if one.type in ("bool", bool))
