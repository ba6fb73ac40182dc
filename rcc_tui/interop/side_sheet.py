"""A spreadsheet from an authority that is not on the system: its side of the trades, whatever its layout.

Columns are found by what their headings are like; a row keeps its line in the file. Nothing is guessed about
an amount or a day whose meaning is not certain: the row says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from rcc_tui.domain.assignment import assign
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import parse_pounds
from rcc_tui.interop.files import parse_day, read_bytes
from rcc_tui.interop.tables import BrokenRow, Table, TableRow, column_key, read_table, shown

# What a column may hold, and what it is called. The order is that of the messages.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "ref": ("reference", "ref", "our ref", "trade", "trade id", "placement id", "po number", "order number"),
    "setting": ("setting", "home", "placement", "provider", "placement name", "home name", "carer", "unit"),
    "start": ("start", "start date", "from", "date from", "placement start", "admission", "date started"),
    "end": (
        "end",
        "end date",
        "to",
        "date to",
        "until",
        "placement end",
        "discharge",
        "date ended",
        "last day",
    ),
    "weekly": ("weekly", "weekly rate", "weekly cost", "rate", "price per week", "weekly price", "fee"),
    "amount": (
        "amount",
        "total",
        "charge",
        "cost",
        "net amount",
        "amount due",
        "month total",
        "value",
        "invoice",
    ),
    "month": ("month", "period", "invoice month", "billing month"),
    "code": ("authority", "la", "local authority", "la code", "buyer", "seller", "council"),
}
_LIKE = 78  # of 100: below that a heading is of something else
_WORKBOOK = b"PK\x03\x04"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(r"([a-z]{3,9})[ ./-]*(\d{4}|\d{2})")
_NUMBERED_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?|(\d{1,2})[/.-](\d{4})")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class SideRow:
    """A row of the other side. `line` is its line in the file, the header being line 1.

    `pence` is the amount of the month and `weekly` the price, None where the file has none; days are ISO or
    empty, `end` the day after the last night; `month` "2026-11" or empty. `wrong` says what cannot be used.
    """

    line: int
    ref: str
    setting: str
    start: str
    end: str
    weekly: int | None
    pence: int | None
    month: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SideSheet:
    """A whole file: `digest` the SHA-256 of its bytes in hex, `columns` what was read as what."""

    name: str
    digest: str
    columns: Mapping[str, str]
    rows: tuple[SideRow, ...]
    notes: tuple[str, ...]


def read_side(path: Path) -> SideSheet:
    """Read a CSV or the first table of an .xlsx workbook. Raises Refused naming what is missing."""
    data = read_bytes(path)
    table = _workbook(path, data) if data.startswith(_WORKBOOK) else read_table(path)
    columns = columns_of(table.columns)
    if "amount" not in columns and "weekly" not in columns:
        raise Refused(
            f"{path.name} has no amounts.",
            where=f"{path.name}, header",
            hint=f"Name a column amount or weekly; it has {', '.join(filter(None, table.header)) or 'none'}.",
        )
    if not {"ref", "setting", "start"} & set(columns):
        raise Refused(
            f"{path.name} names no reference, setting or start: its rows cannot be told apart.",
            where=f"{path.name}, header",
            hint="Name a column ref, setting or start.",
        )
    rows = [_row(row, columns) for row in table.rows]
    rows += [_broken(one) for one in table.broken]
    rows, notes = _days_the_right_way(rows)
    names = dict(zip(table.columns, table.header, strict=False))
    found = {what: names.get(column, column) for what, column in columns.items()}
    used = sorted((row for row in rows if not _blank(row)), key=lambda one: one.line)
    return SideSheet(path.name, sha256(data).hexdigest(), found, tuple(used), notes)


def columns_of(columns: Sequence[str]) -> dict[str, str]:
    """What each column holds, by the likeness of its heading, each column for one thing."""
    from rapidfuzz import fuzz

    worth = {}
    for at, column in enumerate(columns):
        for what, (_, names) in enumerate(HEADINGS.items()):
            likeness = max((_likeness(fuzz.ratio, column, name) for name in names), default=0)
            if likeness >= _LIKE:
                # What comes first among the names of a thing is its best name.
                worth[at, what] = likeness
    keys = list(HEADINGS)
    return {keys[one.column]: columns[one.row] for one in assign(worth)}


def _likeness(ratio: object, column: str, name: str) -> int:
    plain = re.sub(r"[^a-z0-9 ]+", " ", column).strip()
    bare = re.sub(r"\b(gbp|£|pounds|per|the|of)\b", " ", plain)
    return int(max(ratio(plain, name), ratio(" ".join(bare.split()), name)))  # type: ignore[operator]


def _row(row: TableRow, columns: Mapping[str, str]) -> SideRow:
    wrong: list[str] = []

    def cell(what: str) -> str:
        return row.get(columns[what]) if what in columns else ""

    return SideRow(
        row.line,
        cell("ref"),
        cell("setting"),
        _day(cell("start"), "start", wrong),
        _day(cell("end"), "end", wrong),
        _pence(cell("weekly"), "weekly", wrong),
        _pence(cell("amount"), "amount", wrong),
        _month(cell("month"), wrong),
        tuple(wrong),
    )


def _broken(row: BrokenRow) -> SideRow:
    return SideRow(row.line, "", " ".join(row.cells)[:80], "", "", None, None, "", (row.reason,))


def _blank(row: SideRow) -> bool:
    """Totals and remarks under a table: a line without anything that could name a trade."""
    return not (row.ref or row.setting or row.start or row.wrong)


def _pence(text: str, field: str, wrong: list[str]) -> int | None:
    if not text:
        return None
    try:
        return parse_pounds(text, field, negative=True)
    except Refused as refused:
        wrong.append(f"{field}: {refused.message}")
        return None


def _day(text: str, field: str, wrong: list[str]) -> str:
    if not text:
        return ""
    plain = text.removesuffix(" 00:00:00")
    found = parse_day(plain)
    if found is None and _SERIAL.fullmatch(plain):
        found = _EXCEL_EPOCH + timedelta(days=int(float(plain)))
    if found is None:
        wrong.append(f"{field}: “{shown(text)}” is no day, write it like 03/12/2026")
        return ""
    return found.isoformat()


def _month(text: str, wrong: list[str]) -> str:
    if not text:
        return ""
    low = text.casefold().strip()
    if (named := _NAMED_MONTH.fullmatch(low)) and named[1][:3] in _MONTHS:
        return f"{int(named[2]) % 100 + 2000}-{_MONTHS.index(named[1][:3]) + 1:02d}"
    if numbered := _NUMBERED_MONTH.match(low):
        year, month = numbered[1] or numbered[4], numbered[2] or numbered[3]
        if 1 <= int(month) <= 12:
            return f"{year}-{int(month):02d}"
    wrong.append(f"month: “{shown(text)}” is no month, write it like 2026-11")
    return ""


def _days_the_right_way(rows: list[SideRow]) -> tuple[list[SideRow], tuple[str, ...]]:
    """Start and end under each other's heading all through the file are changed back, and that is said; a
    single row whose end lies before its start is wrong."""
    both = [row for row in rows if row.start and row.end]
    backwards = sum(row.end < row.start for row in both)
    if both and backwards == len(both) > 1:
        return [replace(row, start=row.end, end=row.start) for row in rows], (
            "Start and end stood under each other's heading: they were changed back.",
        )
    return [
        replace(row, wrong=(*row.wrong, f"its end {row.end} lies before its start {row.start}"))
        if row.start and row.end and row.end < row.start
        else row
        for row in rows
    ], ()


def _workbook(path: Path, data: bytes) -> Table:
    """The first table of an .xlsx workbook, as text."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        found = [
            [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book
        ]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise Refused(
            f"{path.name} is no workbook that can be read.", where=str(path), hint="Save it as CSV (UTF-8)."
        ) from error
    for rows in found:
        table = _table(path.name, rows)
        if table is not None:
            return table
    raise Refused(f"{path.name} is empty.", where=path.name, hint="The first line must name the columns.")


def _table(name: str, rows: Sequence[Sequence[str]]) -> Table | None:
    """The rows of a sheet under the first line that names amounts."""
    for at, cells in enumerate(rows):
        columns = tuple(map(column_key, cells))
        known = columns_of(columns)
        if {"amount", "weekly"} & set(known):
            laid = [
                TableRow(number, {key: cell for key, cell in zip(columns, row, strict=False) if key})
                for number, row in enumerate(rows[at + 1 :], start=at + 2)
                if any(row)
            ]
            return Table(name, tuple(cells), columns, tuple(laid), (), at + 1)
    first = next((row for row in rows if any(row)), None)
    return Table(name, tuple(first), tuple(map(column_key, first)), (), ()) if first else None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float):
        # A sum in a cell is a binary fraction: what people see has two decimals.
        return f"{value:.2f}" if value != int(value) else str(int(value))
    return str(value).strip()
