"""The wire between a desk and its store: it can be cut before any statement, as a power cut would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any


class Crash(BaseException):
    """The program stops here, at once. No program may catch this and go on."""


class Wire:
    """A connection that counts statements (each row of a batch is one) and dies before the one named.

    Dead, it executes nothing any more, not even the rollback a program would like to make.
    """

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw
        self.dead = False
        self._left: int | None = None

    def arm(self, statements: int) -> None:
        """Die before the statement after so many."""
        self._left = statements

    def disarm(self) -> None:
        """Live on."""
        self._left = None

    def _count(self) -> None:
        if self._left is not None:
            self._left -= 1
            self.dead = self.dead or self._left < 0
        if self.dead:
            raise Crash

    def _counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self._count()
            yield row

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """As sqlite3 has it, unless the wire is dead."""
        self._count()
        return self.raw.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        """As sqlite3 has it; may die between two rows."""
        self._count()
        return self.raw.executemany(sql, self._counted(rows))

    @property
    def in_transaction(self) -> bool:
        """Whether there is something that could still be rolled back: not when dead."""
        return not self.dead and bool(self.raw.in_transaction)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)
