"""Tables as people send them: any usual encoding and delimiter, and every row's own line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import RccError, Refused
from rcc_tui.interop import files, tables
from rcc_tui.interop.files import parse_day, write_bytes, write_csv
from rcc_tui.interop.tables import column_key, read_table, shown
from tests.interop.steady import STEADY

Write = Callable[[bytes], Path]
# Cells as they come out of reading: no control characters, no space around them.
CELL = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip)


@pytest.fixture
def sent(tmp_path: Path) -> Write:
    """Put bytes in a file as if somebody had sent them."""

    def write(data: bytes) -> Path:
        path = tmp_path / "sent.csv"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_usual_encodings_read_the_same(sent: Write, encoding: str) -> None:
    table = read_table(sent("Name;Price\r\nSt Éloi’s;£5\r\n".encode(encoding)))
    assert table.columns == ("name", "price")
    assert [dict(row.cells) for row in table.rows] == [{"name": "St Éloi’s", "price": "£5"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_are_found(sent: Write, delimiter: str) -> None:
    lines = [delimiter.join(cells) for cells in (("a", "b", "c"), ("1", "2", "3"))]
    assert read_table(sent("\n".join(lines).encode())).rows[0].cells == {"a": "1", "b": "2", "c": "3"}


def test_the_header_tells_the_delimiter_whatever_the_data_hold(sent: Write) -> None:
    table = read_table(sent(b'a,"b;;;;"\n1;;;;;;,2\n'))
    assert table.rows[0].cells == {"a": "1;;;;;;", "b;;;;": "2"}
    noted = read_table(sent(b"one, two, three, urn\nURN;Name\n1;x\n"), header_with=("urn", "name"))
    assert noted.rows[0].cells == {"urn": "1", "name": "x"}


def test_header_goes_by_any_case_and_spacing(sent: Write) -> None:
    table = read_table(sent(b"  Age_Min , LOCAL   Authority\n 3 , 871 \n"))
    assert table.columns == ("age_min", "local authority")
    assert table.header == ("Age_Min", "LOCAL   Authority")
    assert table.rows[0].get("age_min") == "3"
    assert table.rows[0].get("no such column") == ""


def test_a_row_goes_by_the_line_it_begins_on(sent: Write) -> None:
    table = read_table(sent(b'a,b\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n3,"y\nz"\n4,w'))
    assert [(row.line, row.get("a")) for row in table.rows] == [(2, "1"), (5, "2"), (6, "3"), (8, "4")]


def test_notes_above_the_header_are_passed_over(sent: Write) -> None:
    table = read_table(sent(b"A list\nas of March, 2023\n\nURN,Name\n1,x\n"), header_with=("urn",))
    assert (table.header_line, table.rows[0].line) == (4, 5)


def test_ragged_rows_are_told_by_line(sent: Write) -> None:
    table = read_table(sent(b"a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n,,\n"))
    assert [row.line for row in table.rows] == [3, 5]
    assert [(row.line, row.reason) for row in table.broken] == [
        (2, "has 2 cells where the header has 3"),
        (4, "has 4 cells where the header has 3"),
    ]
    assert table.broken[1].cells == ("1", "2", "3", "4")


def test_an_open_quote_spoils_its_own_line_only(sent: Write) -> None:
    table = read_table(sent(b'a,b\n1,"open\n2,x\n3,y\n'))
    assert [row.line for row in table.rows] == [3, 4]
    assert [row.line for row in table.broken] == [2]


def test_a_file_of_open_quotes_is_refused_in_the_end(sent: Write) -> None:
    with pytest.raises(Refused, match="too many rows"):
        read_table(sent(b"a,b\n" + b'1,"open"x\n' * 200))


def test_control_characters_break_the_row(sent: Write) -> None:
    table = read_table(sent(b"a,b\n1,\x1b[2J\n2,x\n"))
    assert [row.reason for row in table.broken] == ["has a control character in a cell"]
    assert [row.line for row in table.rows] == [3]
    assert shown(table.broken[0].cells[1]) == "�[2J"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (b"a,b\n\x00,1\n", "not plain text"),
        (b"\xff\xfea\x00,\x00", "not plain text"),
        (b"a,b\n\x81\x8d,1\n", "encoding"),
        (b"PK\x03\x04rest", "spreadsheet workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"a,b,A\n1,2,3\n", "column a twice"),
        (b"a," * 600 + b"a\n", "columns"),
    ],
)
def test_what_is_no_table_is_refused_naming_the_file(sent: Write, data: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        read_table(sent(data))
    assert "sent.csv" in refusal.value.message
    assert "sent.csv" in refusal.value.where


def test_too_large_and_too_long_are_refused(sent: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sent(b"a\n" + b"1\n" * 20)
    monkeypatch.setattr(tables, "MAX_ROWS", 10)
    with pytest.raises(Refused, match="more than 10 rows") as refusal:
        read_table(path)
    assert "line 12" in refusal.value.where
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    with pytest.raises(Refused, match="larger than"):
        read_table(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(Refused, match="cannot be read"):
            read_table(path)


@STEADY
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.csv"
    path.write_bytes(data)
    try:
        table = read_table(path)
    except RccError:
        return
    lines = [row.line for row in table.rows] + [row.line for row in table.broken]
    assert len(set(lines)) == len(lines)
    assert all(line > table.header_line for line in lines)


@STEADY
@given(st.lists(st.tuples(CELL, CELL, CELL).filter(any), max_size=6))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    path = write_csv(tmp_path_factory.mktemp("table") / "x.csv", ("one", "two", "three"), rows)
    table = read_table(path)
    assert [tuple(row.cells.values()) for row in table.rows] == rows
    assert [row.line for row in table.rows] == list(range(2, len(rows) + 2))


@STEADY
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_reads_the_same_both_ways(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{day.day:02d}/{day.month:02d}/{day.year}") == day
    assert parse_day(f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize(
    "text", ["", "today", "31/02/2026", "2026-13-01", "01/01/26", "1/1/0206", "٠١/٠١/٢٠٢٦", "2026-01-01T00"]
)
def test_what_is_no_day_of_a_file(text: str) -> None:
    assert parse_day(text) is None


@STEADY
@given(st.text(max_size=30))
def test_column_keys_are_settled(name: str) -> None:
    assert column_key(column_key(name)) == column_key(name)


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    path.mkdir()
    (path / "inside").touch()
    with pytest.raises(Refused, match="cannot be written"):
        write_bytes(path, b"x")
    assert [item.name for item in tmp_path.iterdir()] == ["kept.csv"]
    with pytest.raises(Refused, match="cannot be written"):
        write_bytes(tmp_path / "none" / "x.csv", b"x")
