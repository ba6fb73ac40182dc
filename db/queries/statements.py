"""Statements and sheets as folded, and the stays that both sides of a pair have stated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlmodel import Session, and_, func, or_, select

from db.month_records import Sheet, SheetLine, Statement, StatementLine
from db.records import Trade


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


@dataclass(frozen=True, slots=True)
class StoredSheetLine:
    """A confirmed row of a spreadsheet named `name`: what the authority `code` has of a trade in a month."""

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


def _columns(table: Any, names: type) -> tuple[Any, ...]:
    return tuple(getattr(table, one.name) for one in fields(names))


def statements(
    session: Session,
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

    Where two desks of a seller opened one each without knowing, the one that was closed counts, else the first
    in everybody's order.
    """
    s: Any = Statement
    query = select(*_columns(Statement, StoredStatement)).order_by(
        s.month, s.seller, s.buyer, s.closed.desc(), s.clock, s.record
    )
    if month:
        query = query.where(s.month == month)
    if months:
        query = query.where(s.month.in_(months))
    if seller:
        query = query.where(s.seller == seller)
    if audiences:
        query = query.where(s.audience.in_(audiences))
    if pair is not None:
        query = query.where(and_(s.seller == pair[0], s.buyer == pair[1]))
    first: dict[tuple[str, str, str], StoredStatement] = {}
    for row in session.exec(query):
        one = StoredStatement(*row)
        first.setdefault((one.month, one.seller, one.buyer), one)
    return [one for one in first.values() if closed is None or one.closed == closed]


def statement(session: Session, record: str) -> StoredStatement | None:
    """One statement by its whole id."""
    s: Any = Statement
    row = session.exec(select(*_columns(Statement, StoredStatement)).where(s.record == record)).first()
    return None if row is None else StoredStatement(*row)


def lines(session: Session, records: Sequence[str]) -> dict[str, list[StoredLine]]:
    """The lines of these statements, in order."""
    s: Any = StatementLine
    found: dict[str, list[StoredLine]] = {record: [] for record in records}
    wanted = list(records)
    for start in range(0, len(wanted), 500):
        query = select(*_columns(StatementLine, StoredLine)).where(s.record.in_(wanted[start : start + 500]))
        for row in session.exec(query.order_by(s.record, s.at)):
            found[row[0]].append(StoredLine(*row))
    return found


def pending(session: Session, records: Sequence[str]) -> set[str]:
    """Of these statements those with a line that was not answered."""
    s: Any = StatementLine
    found: set[str] = set()
    for start in range(0, len(records), 500):
        query = select(s.record).where(s.record.in_(records[start : start + 500]), s.state == "pending")
        found.update(map(str, session.exec(query.distinct())))
    return found


def disputed(session: Session, records: Sequence[str]) -> dict[str, int]:
    """Of these statements those with lines the buyer disputes: how many."""
    s: Any = StatementLine
    found: dict[str, int] = {}
    for start in range(0, len(records), 500):
        query = select(s.record, func.count()).where(
            s.record.in_(records[start : start + 500]), s.state == "disputed"
        )
        found.update((str(record), int(count)) for record, count in session.exec(query.group_by(s.record)))
    return found


def stays(session: Session, *, seller: str = "", buyer: str = "", code: str = "") -> list[StoredStay]:
    """Agreed trades, of one seller and buyer or of one authority where given."""
    t: Any = Trade
    query = select(*_columns(Trade, StoredStay)).where(t.state.in_(STAYED)).order_by(t.record)
    if seller:
        query = query.where(t.seller == seller)
    if buyer:
        query = query.where(t.buyer == buyer)
    if code:
        query = query.where(or_(t.seller == code, t.buyer == code))
    return [StoredStay(*row) for row in session.exec(query)]


def sheets(session: Session, file: str) -> str:
    """The record of the sheet that was entered from a file, by its SHA-256 (hex); empty when none was."""
    s: Any = Sheet
    found = session.exec(select(s.record).where(s.file == file)).first()
    return str(found) if found else ""


def sheet_lines(session: Session, month: str = "") -> list[StoredSheetLine]:
    """All confirmed rows, of one month where given; of two about one trade the later sheet's comes last."""
    s: Any = Sheet
    row: Any = SheetLine
    names = [getattr(s if one.name == "name" else row, one.name) for one in fields(StoredSheetLine)]
    query = select(*names).join(Sheet, s.record == row.record).order_by(s.at_ms, s.record, row.row)
    if month:
        query = query.where(row.month == month)
    return [StoredSheetLine(*one) for one in session.exec(query)]
