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

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import parse_pounds
from rcc_tui.interop.files import parse_day, read_bytes, read_text
from rcc_tui.interop.headings import columns_of
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

# The side of one authority, over a few months.
MOST_ROWS = 2_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(r"([a-z]{3,9})[ ./-]*([0-9]{4}|[0-9]{2})")
_NUMBERED_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?|(\d{1,2})[/.-](\d{4})", re.ASCII)
_WRITTEN = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2}|[a-z]{3,9})[./ -]([0-9]{4}|[0-9]{2})")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?", re.ASCII)
_TOTAL = re.compile(r"((grand|sub|month)[ -]?)?totals?\W*")
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
    if _TOTAL.fullmatch(row.setting.casefold()) and not (row.ref or row.start or row.wrong):
        return True
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
    found = parse_day(plain) or _written(plain)
    if found is None and _SERIAL.fullmatch(plain):
        found = _EXCEL_EPOCH + timedelta(days=int(float(plain)))
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        wrong.append(f"{field}: “{shown(text)}” is no day, write it like 03/12/2026")
        return ""
    return found.isoformat()


def _written(text: str) -> date | None:
    """A day as people write it in tables: 3.12.2026, 3-12-26, 3 Dec 2026. Day before month, always."""
    if (found := _WRITTEN.fullmatch(text.casefold())) is None:
        return None
    named = found[2][:3]
    month = _MONTHS.index(named) + 1 if named in _MONTHS else int(found[2]) if found[2].isdecimal() else 0
    try:
        return date(int(found[3]) + (2000 if len(found[3]) == 2 else 0), month, int(found[1]))
    except ValueError:
        return None


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
    for least in (_TELLS_ROWS, _AMOUNTS):
        for lines in sheets:
            keys = [tuple(map(column_key, cells)) for _, cells in lines[:HEADER_WITHIN_ROWS]]
            if (at := _header(keys, least)) is not None:
                number, cells = lines[at]
                rows = tuple(TableRow(line, _laid(keys[at], row)) for line, row in lines[at + 1 :])
                return Table(path.name, cells, _once(path.name, keys[at]), rows, (), number)
    # None has amounts: what is said names the row that looks most like a header.
    rows_of_all = [cells for lines in sheets for _, cells in lines[:HEADER_WITHIN_ROWS]]
    if not rows_of_all:
        raise Refused(f"{path.name} is empty.", where=path.name, hint="The first line must name the columns.")
    first = max(rows_of_all, key=lambda cells: sum(map(bool, cells)))
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


_AMOUNTS = (frozenset({"amount", "weekly"}),)
_TELLS_ROWS = (*_AMOUNTS, frozenset({"ref", "setting", "start"}))
"""What a header names at least one of each of: amounts, and what tells one row from another."""


def _header(rows: Sequence[Sequence[str]], least: Sequence[frozenset[str]]) -> int | None:
    """Which row is the header: of those that name what is needed the one of which most is understood. There
    may be titles above it."""
    found = [columns_of(row) for row in rows]
    fit = [at for at, held in enumerate(found) if not any(some.isdisjoint(held) for some in least)]
    return max(fit, key=lambda at: (len(found[at]), -at)) if fit else None


def _text_table(path: Path) -> Table:
    """A CSV, under the line that is likeliest its header; under its first where none has amounts."""
    lines = [line for line in read_text(path).splitlines() if line.strip()][:HEADER_WITHIN_ROWS]
    rows = [
        columns
        for line in lines
        for delimiter in DELIMITERS
        if len(columns := _cells(line, delimiter)) == len(set(columns)) > 1
    ]
    for least in (_TELLS_ROWS, _AMOUNTS):
        if (at := _header(rows, least)) is not None:
            return read_table(path, header_with=rows[at])
    return read_table(path)


def _cells(line: str, delimiter: str) -> list[str]:
    cells = (column_key(cell.strip().strip('"')) for cell in line.split(delimiter))
    return [cell for cell in cells if cell]
