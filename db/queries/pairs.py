"""What the ledger of each pair follows from, in bulk, and whether it has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from db.folded import CHANGES
from db.reading import marks


class PairCharge(NamedTuple):
    """A span of nights of a trade. Days ISO, `end` empty while it goes on; pence a week."""

    audience: str
    trade: str
    buyer: str
    seller: str
    start: str
    end: str
    weekly: int
    tariff: str
    kind: str


def changes(connection: sqlite3.Connection) -> dict[str, str]:
    """For each audience with a ledger how often it was written: another number, and it may be another."""
    rows = connection.execute(
        "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ?", (len(CHANGES), CHANGES)
    )
    return {str(key).removeprefix(CHANGES): str(value) for key, value in rows}


def charges(connection: sqlite3.Connection, audiences: Sequence[str]) -> list[PairCharge]:
    """All spans of these audiences."""
    question = (
        'SELECT audience, record, buyer, seller, start, "end", weekly, tariff, kind FROM charge'
        f" WHERE audience IN {marks(audiences)}"
    )
    return [PairCharge(*row) for row in connection.execute(question, audiences)]


def closed_lines(
    connection: sqlite3.Connection, audiences: Sequence[str]
) -> Iterator[tuple[str, str, int, int, str, str, str]]:
    """(statement, trade, pence, settled, state, kind, corrects) of all lines of closed months."""
    # Statements first: there are far fewer of them than of lines.
    yield from connection.execute(
        "SELECT x.record, x.trade, x.pence, x.settled, x.state, x.kind, x.corrects FROM statement s"
        " CROSS JOIN statement_line x ON x.record = s.record"
        f" WHERE s.closed AND s.audience IN {marks(audiences)}",
        audiences,
    )


def uncleared(connection: sqlite3.Connection, audiences: Sequence[str]) -> list[tuple[str, str]]:
    """(statement, trade) of the lines of open months, and of closed ones those unanswered or disputed."""
    return connection.execute(
        "SELECT DISTINCT x.record, x.trade FROM statement s"
        " CROSS JOIN statement_line x ON x.record = s.record"
        f" WHERE s.audience IN {marks(audiences)} AND (NOT s.closed OR x.state IN ('pending', 'disputed'))",
        audiences,
    ).fetchall()


def to_settle(connection: sqlite3.Connection, audiences: Sequence[str]) -> list[tuple[str, str, int]]:
    """(statement, pending or disputed, how many lines) of all statements of these audiences."""
    found = connection.execute(
        "SELECT x.record, x.state, COUNT(*) FROM statement s"
        " CROSS JOIN statement_line x ON x.record = s.record"
        f" WHERE s.audience IN {marks(audiences)} AND x.state IN ('pending', 'disputed')"
        " GROUP BY x.record, x.state",
        audiences,
    )
    return [(str(record), str(state), int(count)) for record, state, count in found]


def ended(connection: sqlite3.Connection, audiences: Sequence[str]) -> list[tuple[str, str]]:
    """(audience, trade) of the trades that have ended and of which nothing is disputed or contested."""
    return connection.execute(
        "SELECT audience, record FROM trade WHERE state='ended' AND NOT disputed AND NOT contested"
        f" AND audience IN {marks(audiences)}",
        audiences,
    ).fetchall()
