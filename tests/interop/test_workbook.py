"""Workbooks that are too large, broken, or odd: refused by name, or read for what they hold."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from rcc_tui.domain.errors import Refused
from rcc_tui.interop.side_sheet import read_side
from rcc_tui.interop.workbook import MOST_UNPACKED

HEADER = ("Home", "Date from", "Date to", "Weekly", "Amount")
ROW = ("Oak", date(2026, 11, 3), date(2026, 12, 1), 900, 3600.5)
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with notes above its table."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (("Kent County Council",), (), HEADER, ROW):
        sheet.append(row)
    path = tmp_path / "kent.xlsx"
    made.save(path)
    return path


def altered(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    with ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = change(parts[part])
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return path


def test_a_workbook_is_read(book: Path) -> None:
    (row,) = read_side(book).rows
    assert (row.line, row.setting, row.start, row.end) == (4, "Oak", "2026-11-03", "2026-12-01")
    assert (row.weekly, row.pence) == (900_00, 3600_50)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, lambda body: body[:200]),
        (SHEET, lambda body: b""),
        ("xl/workbook.xml", lambda body: body[:100]),
        ("xl/workbook.xml", lambda body: b"<a/>"),
        ("[Content_Types].xml", lambda body: b"<Types/>"),
        (SHEET, lambda body: body.replace(b't="inlineStr"', b't="s"').replace(b"is><t", b"is><v")),
    ],
)
def test_a_broken_workbook_is_refused(book: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refused, match=r"no workbook that can be read|is empty|has no amounts"):
        read_side(altered(book, part, change))


@pytest.mark.parametrize("number", [b"1E400", b"-1E400", b"NaN"])
def test_a_number_that_is_none_is_no_amount(book: Path, number: bytes) -> None:
    path = altered(book, SHEET, lambda body: body.replace(b"3600.5", number))
    try:
        (row,) = read_side(path).rows
    except Refused:
        return
    assert row.pence is None


def test_a_cell_at_the_far_end_of_the_sheet_costs_nothing(book: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = altered(book, SHEET, lambda body: body.replace(b"</sheetData>", far))
    assert [one.setting for one in read_side(path).rows] == ["Oak"]


def test_one_column_twice_is_refused(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in ((*HEADER, "amount"), (*ROW, 7)):
        sheet.append(row)
    made.save(tmp_path / "kent.xlsx")
    with pytest.raises(Refused, match="has the column amount twice"):
        read_side(tmp_path / "kent.xlsx")


def test_what_unpacks_to_far_more_than_it_is_is_not_unpacked(book: Path) -> None:
    path = altered(book, "xl/styles.xml", lambda body: body + b" " * MOST_UNPACKED)
    assert path.stat().st_size < MOST_UNPACKED // 500
    with pytest.raises(Refused, match="unpacks to more than 128 MiB"):
        read_side(path)


def test_nor_where_it_says_that_it_is_small(book: Path) -> None:
    """The size that the index of the file names is what is read, and no more."""
    path = altered(book, "xl/styles.xml", lambda body: body + b" " * MOST_UNPACKED)
    with ZipFile(path) as packed:
        true = packed.getinfo("xl/styles.xml").file_size
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", true), struct.pack("<L", 5_000)))
    with pytest.raises(Refused, match="no workbook that can be read"):
        read_side(path)
