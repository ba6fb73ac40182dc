"""Requests of the own authority."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from db.reading import marks, number
from rcc_tui.domain.needs import Needs

OPEN = ("open", "shortlisted")
_needs = msgspec.json.Decoder(Needs).decode
_ids = msgspec.json.Decoder(tuple[str, ...]).decode


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as its table has it; `shortlist` are vacancy ids."""

    id: str
    state: str
    needs: Needs
    child: str
    home_postcode: str
    officer: str
    entered_on: str
    shortlist: tuple[str, ...]
    search: str
    trade: str
    closed_why: str


_REQUEST = (
    "SELECT record, state, needs, child, home_postcode, officer, entered_on, shortlist, search, trade,"
    " closed_why FROM request"
)


def one(connection: sqlite3.Connection, record: str) -> RequestRow | None:
    """The request of that id."""
    found = connection.execute(f"{_REQUEST} WHERE record=?", (record,)).fetchone()
    return _row(found) if found else None


def page(
    connection: sqlite3.Connection, states: Sequence[str], limit: int | None, offset: int
) -> tuple[tuple[RequestRow, ...], int]:
    """Requests in these states (none: in any) and how many there are.

    Those still open come first, then emergencies, then by the day needed; no day counts as today.
    """
    within = f" WHERE state IN {marks(states)}" if states else ""
    total = number(connection, f"SELECT COUNT(*) FROM request{within}", states)
    found = connection.execute(
        f"{_REQUEST}{within} ORDER BY state NOT IN {marks(OPEN)}, emergency DESC, needed_by, entered_on,"
        " record LIMIT ? OFFSET ?",
        (*states, *OPEN, -1 if limit is None else limit, offset),
    )
    return tuple(map(_row, found)), total


def _row(row: Sequence[Any]) -> RequestRow:
    record, state, needs, child, postcode, officer, entered, shortlist, search, trade, why = row
    return RequestRow(
        record, state, _needs(needs), child, postcode, officer, entered, _ids(shortlist), search, trade, why
    )
