"""Plain text: aligned, literal, and never an order to the terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.cli.answer import encode
from rcc_tui.cli.output import Column, blocks, clean, cut, day, fields, short, table, width

ANYTHING = st.text(st.characters(exclude_categories=()))


def test_a_table_is_aligned() -> None:
    text = table([("a", "£1.00"), ("bbb", "£1,234.50")], ("name", Column("weekly", right=True)))
    assert text.split("\n") == ["name     weekly", "a         £1.00", "bbb   £1,234.50"]


def test_no_rows_no_table() -> None:
    assert table([], ("a", "b")) == ""


def test_wide_letters_take_two_columns() -> None:
    assert width("日本") == 4
    assert width("e\u0301") == 1
    lines = table([("日本", "x"), ("abcd", "x")], ("name", "y")).split("\n")
    assert lines[1:] == ["日本  x", "abcd  x"]


def test_fields_leave_empty_ones_out() -> None:
    assert fields((("a", "1"), ("longer", ""), ("bc", "2"))) == "a   1\nbc  2"


@pytest.mark.parametrize(("shown", "total", "said"), [(50, 1234, "50 of 1,234"), (50, 50, ""), (0, 0, "")])
def test_a_cut_list_says_so(shown: int, total: int, said: str) -> None:
    assert cut(shown, total) == said


def test_days_and_ids() -> None:
    assert day("2026-12-03") == "03/12/2026"
    assert day("2026-12-03T17:00") == "03/12/2026 17:00"
    assert day("") == ""
    assert short("0123456789abcdef") == "01234567"
    assert blocks("a", "", "b") == "a\n\nb"


@given(ANYTHING)
def test_nothing_obeyed_reaches_a_terminal(text: str) -> None:
    shown = clean(text)
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(unicodedata.category(char) in hidden for char in shown)
    assert clean(shown) == shown


@given(st.lists(st.lists(ANYTHING, min_size=2, max_size=2), min_size=1, max_size=4))
def test_one_row_one_line(rows: list[list[str]]) -> None:
    assert len(table(rows, ("a", "b")).split("\n")) == len(rows) + 1


@given(st.dictionaries(ANYTHING, ANYTHING))
def test_json_is_ascii_and_the_same(document: dict[str, str]) -> None:
    text = encode(document)
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text) == document
    assert "\n" not in encode(document, one_line=True)
