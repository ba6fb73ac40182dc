"""An .xlsx workbook as rows of text, however it was made: what is too large or broken is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from rcc_tui.domain.errors import Refused

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAGIC = b"PK\x03\x04"
# Unpacked, a file of some KiB can come to any size; the longest real list is some tens of MiB.
MOST_UNPACKED = 128 * 1024 * 1024
MOST_COLUMNS = 100
MOST_LINES = 1_048_576
MOST_SHEETS = 50

# The number of a row in its sheet, and its cells.
Line = tuple[int, tuple[str, ...]]


def read_sheets(path: Path, data: bytes, most_rows: int) -> list[list[Line]]:
    """The rows of each sheet in which anything stands, up to `most_rows` and one more. Raises Refused."""
    import warnings
    from zipfile import ZipFile

    from openpyxl import load_workbook

    try:
        with ZipFile(BytesIO(data)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise Refused(
                f"{path.name} unpacks to more than {MOST_UNPACKED // 1024 // 1024} MiB.",
                where=str(path),
                hint="Save the one sheet that is meant as CSV (UTF-8).",
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(data), read_only=True, data_only=True)
            return [list(_lines(sheet, most_rows)) for sheet in book.worksheets[:MOST_SHEETS]]
    except Refused:
        raise
    except Exception as error:
        # What a broken file makes its reader raise is without end: of zip, of XML, of a number in a cell.
        raise Refused(
            f"{path.name} is no workbook that can be read.", where=str(path), hint="Save it as CSV (UTF-8)."
        ) from error


def _lines(sheet: ReadOnlyWorksheet, most_rows: int) -> Iterator[Line]:
    """A row far down or a cell far to the right, as formats leave them, costs nothing."""
    found = 0
    blank: object = None
    rows = sheet.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS, values_only=True)
    for number, row in enumerate(rows, start=1):
        # A gap is one and the same row over and over.
        if row is blank:
            continue
        if not any(value is not None for value in row):
            blank = row
            continue
        cells = tuple(map(_text, row))
        if any(cells):
            yield number, cells
            found += 1
            if found > most_rows:
                return


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and isfinite(value):
        # A sum in a cell is a binary fraction: what people see has two decimals.
        return f"{value:.2f}" if value != int(value) else str(int(value))
    return str(value).strip()
