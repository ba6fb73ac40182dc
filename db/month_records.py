"""The folded tables of a month's end: statements, and what spreadsheets of others said."""

from __future__ import annotations

from sqlmodel import Field

from db.folded_table import FoldedTable


class Statement(FoldedTable, table=True):
    """What a seller states a buyer owes it for a month; `issued` is the hash of the entry that counts,
    `heard` JSON of how far its issuer had heard, `clock` orders two statements of one month."""

    record: str = Field(primary_key=True)
    audience: str
    month: str = Field(index=True)
    seller: str
    buyer: str
    issued: str
    clock: int
    total: int
    heard: str
    closed: bool
    closed_by: str


class StatementLine(FoldedTable, table=True):
    """One line of a statement: what was stated, what the buyer answered (while it has not, what was stated),
    what is settled (pence)."""

    __tablename__ = "statement_line"
    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    at: int
    trade: str = Field(index=True)
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


class Sheet(FoldedTable, table=True):
    """A spreadsheet that was entered: `file` is the SHA-256 of its bytes, `code` whose side it tells; `clock`
    orders those that were entered in one moment."""

    record: str = Field(primary_key=True)
    audience: str
    file: str = Field(index=True)
    name: str
    code: str
    lines: int
    at_ms: int
    clock: int


class SheetLine(FoldedTable, table=True):
    """A confirmed row of a spreadsheet. What it does not say is empty."""

    __tablename__ = "sheet_line"
    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    code: str
    trade: str = Field(index=True)
    month: str
    row: int
    start: str
    end: str
    weekly: int
    pence: int
