"""A spreadsheet from an authority that is not on the system: its side of the trades, whatever its layout.

Columns are found by what their headings are like; a row keeps its line in the file. Nothing is guessed about
an amount or a day whose meaning is not certain: the row says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from rcc_tui.domain.assignment import assign
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import parse_pounds
from rcc_tui.interop.files import parse_day, read_bytes, read_text
from rcc_tui.interop.tables import (
    DELIMITERS,
    HEADER_WITHIN_ROWS,
    BrokenRow,
    Table,
    TableRow,
    column_key,
    read_table,
    shown,
)
from rcc_tui.interop.workbook import MAGIC, read_sheets

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
# The side of one authority, over a few months.
MOST_ROWS = 2_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(r"([a-z]{3,9})[ ./-]*([0-9]{4}|[0-9]{2})")
_NUMBERED_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?|(\d{1,2})[/.-](\d{4})", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.0+)?", re.ASCII)
_EXCEL_EPOCH = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1990, 2199
MOST_PENCE = 10**11


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
    table = _workbook(path, data) if data.startswith(MAGIC) else _text_table(path)
    if len(table.rows) + len(table.broken) > MOST_ROWS:
        raise Refused(
            f"{path.name} has more than {MOST_ROWS:,} rows.",
            where=path.name,
            hint="Give the rows of one authority, a month or a few at a time.",
        )
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
            alike = [(_likeness(fuzz.ratio, column, name), -rank) for rank, name in enumerate(names)]
            likeness, rank = max(alike)
            if likeness >= _LIKE:
                # What comes first among the names of a thing is its best name.
                worth[at, what] = likeness * 100 + rank
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
        _pence(cell("weekly"), "weekly", wrong, negative=False),
        _pence(cell("amount"), "amount", wrong),
        _month(cell("month"), wrong),
        tuple(wrong),
    )


def _broken(row: BrokenRow) -> SideRow:
    return SideRow(row.line, "", " ".join(row.cells)[:80], "", "", None, None, "", (row.reason,))


def _blank(row: SideRow) -> bool:
    """Totals and remarks under a table: a line without anything that could name a trade."""
    return not (row.ref or row.setting or row.start or row.wrong)


def _pence(text: str, field: str, wrong: list[str], *, negative: bool = True) -> int | None:
    if not text:
        return None
    try:
        pence = parse_pounds(text, field, negative=negative)
    except Refused as refused:
        wrong.append(f"{field}: {refused.message}")
        return None
    if abs(pence) > MOST_PENCE:
        wrong.append(f"{field}: “{shown(text)}” is more than any month comes to")
        return None
    return pence


def _day(text: str, field: str, wrong: list[str]) -> str:
    if not text:
        return ""
    plain = text.removesuffix(" 00:00:00")
    found = parse_day(plain)
    if found is None and _SERIAL.fullmatch(plain):
        found = _EXCEL_EPOCH + timedelta(days=int(float(plain)))
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        wrong.append(f"{field}: “{shown(text)}” is no day, write it like 03/12/2026")
        return ""
    return found.isoformat()


def _month(text: str, wrong: list[str]) -> str:
    if not text:
        return ""
    low = text.casefold().strip()
    if (named := _NAMED_MONTH.fullmatch(low)) and named[1][:3] in _MONTHS:
        century = "" if len(named[2]) == 4 else "20"
        return f"{century}{named[2]}-{_MONTHS.index(named[1][:3]) + 1:02d}"
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
    """The first table of an .xlsx workbook that has amounts, as text."""
    sheets = read_sheets(path, data, MOST_ROWS)
    for lines in sheets:
        for at, (number, cells) in enumerate(lines[:HEADER_WITHIN_ROWS]):
            columns = tuple(map(column_key, cells))
            if _has_amounts(columns):
                rows = tuple(TableRow(line, _laid(columns, row)) for line, row in lines[at + 1 :])
                return Table(path.name, cells, _once(path.name, columns), rows, (), number)
    first = next((cells for lines in sheets for _, cells in lines), None)
    if first is None:
        raise Refused(f"{path.name} is empty.", where=path.name, hint="The first line must name the columns.")
    return Table(path.name, first, tuple(map(column_key, first)), (), ())


def _laid(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {key: cell for key, cell in zip(columns, row, strict=False) if key}


def _once(file: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns; raises Refused where two have one name, for which of them is meant nobody can tell."""
    named = [column for column in columns if column]
    for column in named:
        if named.count(column) > 1:
            raise Refused(
                f"{file} has the column {column} twice.",
                where=f"{file}, header",
                hint="Keep one of them, so that it is clear which is meant.",
            )
    return columns


def _has_amounts(columns: Sequence[str]) -> bool:
    return not {"amount", "weekly"}.isdisjoint(columns_of(columns))


def _text_table(path: Path) -> Table:
    """A CSV, under the first of its lines that names amounts; without one, under its first."""
    lines = [line for line in read_text(path).splitlines() if line.strip()][:HEADER_WITHIN_ROWS]
    for line in lines:
        for delimiter in DELIMITERS:
            cells = [column_key(cell.strip().strip('"')) for cell in line.split(delimiter)]
            columns = [cell for cell in cells if cell]
            if len(columns) > 1 and len(columns) == len(set(columns)) and _has_amounts(columns):
                return read_table(path, header_with=columns)
    return read_table(path)
