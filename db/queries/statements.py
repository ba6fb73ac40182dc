"""Statements and sheets as folded, and the stays that both sides of a pair have stated."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from db.reading import cells, chunks, columns, first, marks, rows


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """The statement of a pair's month that counts. `issued` is the hash (hex) of its entry, `heard` JSON."""

    record: str
    audience: str
    month: str
    seller: str
    buyer: str
    issued: str
    total: int
    heard: str
    closed: bool
    closed_by: str


@dataclass(frozen=True, slots=True)
class StoredLine:
    """One line of a statement: `at` its number, `state` how it stands, `settled` what counts (pence);
    `answer` what the buyer holds; while the line is pending, what was stated."""

    record: str
    at: int
    trade: str
    kind: str
    start: str
    end: str
    nights: int
    weekly: int
    pence: int
    corrects: str
    state: str
    settled: int
    answer: int
    reason: str


@dataclass(frozen=True, slots=True)
class StoredStay:
    """An agreed trade as both sides have stated it. `versions`, `kept_…` are JSON; days ISO or empty."""

    record: str
    buyer: str
    seller: str
    setting_name: str
    state: str
    versions: str
    start: str
    end: str
    started_buyer: str
    started_seller: str
    ended_buyer: str
    ended_seller: str
    notice_on: str
    kept_buyer: str
    kept_seller: str
    said_buyer: str
    said_seller: str
    off_tariff: bool
    disputed: bool
    proposal: str
    vouched: str


@dataclass(frozen=True, slots=True)
class StoredSheetLine:
    """A confirmed row of a spreadsheet named `name`: what the authority `code` has of a trade in a month.

    `record` is the sheet: one sent again, put right, often has the name of the first.
    """

    record: str
    name: str
    code: str
    trade: str
    month: str
    row: int
    start: str
    end: str
    weekly: int
    pence: int


STAYED = ("agreed", "started", "ended")


def statements(
    connection: sqlite3.Connection,
    *,
    month: str = "",
    months: Collection[str] = (),
    pair: tuple[str, str] | None = None,
    seller: str = "",
    closed: bool | None = None,
    audiences: Sequence[str] = (),
) -> list[StoredStatement]:
    """The statements that count, by month and pair, of one month or some, of one (seller, buyer), of one
    seller or of some audiences where given.

    Where two desks of a seller opened one each without knowing, the one that was closed counts, else the
    first in everybody's order.
    """
    within: list[str] = ["1"]
    values: list[str] = []
    if month:
        within.append("month=?")
        values.append(month)
    if months:
        within.append(f"month IN {marks(months)}")
        values += months
    if seller:
        within.append("seller=?")
        values.append(seller)
    if audiences:
        within.append(f"audience IN {marks(audiences)}")
        values += audiences
    if pair is not None:
        within.append("seller=? AND buyer=?")
        values += pair
    found = rows(
        connection,
        StoredStatement,
        f"SELECT {columns(StoredStatement)} FROM statement WHERE {' AND '.join(within)}"
        " ORDER BY month, seller, buyer, closed DESC, clock, record",
        values,
    )
    counts: dict[tuple[str, str, str], StoredStatement] = {}
    for one in found:
        counts.setdefault((one.month, one.seller, one.buyer), one)
    return [one for one in counts.values() if closed is None or one.closed == closed]


def statement(connection: sqlite3.Connection, record: str) -> StoredStatement | None:
    """One statement by its whole id."""
    return first(
        connection,
        StoredStatement,
        f"SELECT {columns(StoredStatement)} FROM statement WHERE record=?",
        (record,),
    )


def lines(connection: sqlite3.Connection, records: Sequence[str]) -> dict[str, list[StoredLine]]:
    """The lines of these statements, in order."""
    found: dict[str, list[StoredLine]] = {record: [] for record in records}
    for wanted in chunks(records):
        question = (
            f"SELECT {columns(StoredLine)} FROM statement_line WHERE record IN {marks(wanted)}"
            " ORDER BY record, at"
        )
        for line in rows(connection, StoredLine, question, wanted):
            found[line.record].append(line)
    return found


def pending(connection: sqlite3.Connection, records: Sequence[str]) -> set[str]:
    """Of these statements those with a line that was not answered."""
    question = "SELECT DISTINCT record FROM statement_line WHERE state='pending' AND record IN "
    return {
        record for wanted in chunks(records) for record in cells(connection, question + marks(wanted), wanted)
    }


def disputed(connection: sqlite3.Connection, records: Sequence[str]) -> dict[str, int]:
    """Of these statements those with lines the buyer disputes: how many."""
    found: dict[str, int] = {}
    for wanted in chunks(records):
        found.update(
            connection.execute(
                "SELECT record, COUNT(*) FROM statement_line WHERE state='disputed'"
                f" AND record IN {marks(wanted)} GROUP BY record",
                wanted,
            )
        )
    return found


def stays(
    connection: sqlite3.Connection, *, seller: str = "", buyer: str = "", code: str = ""
) -> list[StoredStay]:
    """Agreed trades, of one seller and buyer or of one authority where given."""
    within, values = [f"state IN {marks(STAYED)}"], [*STAYED]
    if seller:
        within.append("seller=?")
        values.append(seller)
    if buyer:
        within.append("buyer=?")
        values.append(buyer)
    if code:
        within.append("(seller=? OR buyer=?)")
        values += [code, code]
    return rows(
        connection,
        StoredStay,
        f"SELECT {columns(StoredStay)} FROM trade WHERE {' AND '.join(within)} ORDER BY record",
        values,
    )


def sheets(connection: sqlite3.Connection, file: str) -> str:
    """The record of the sheet that was entered from a file, by its SHA-256 (hex); empty when none was."""
    found = cells(connection, "SELECT record FROM sheet WHERE file=?", (file,))
    return str(found[0]) if found else ""


def sheet_lines(connection: sqlite3.Connection, month: str = "") -> list[StoredSheetLine]:
    """All confirmed rows, of one month where given; of two about one trade the later sheet's comes last."""
    return rows(
        connection,
        StoredSheetLine,
        'SELECT l.record, s.name, l.code, l.trade, l.month, l.row, l.start, l."end", l.weekly, l.pence'
        " FROM sheet_line l JOIN sheet s ON s.record = l.record"
        f"{' WHERE l.month=?' if month else ''} ORDER BY s.clock, s.record, l.row",
        (month,) if month else (),
    )
