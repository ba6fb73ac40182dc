"""Data reaches the screen as shown characters only."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from screens.widgets.text import Align, cell_width, clean, fit_cell, fit_content, join, rich_safe, safe
from tests.screens.hostile import HOSTILE

FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
ANYTHING = st.text(st.characters(exclude_categories=()))


def is_clean(text: str) -> bool:
    return not any(unicodedata.category(char) in FORBIDDEN for char in text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_literal_and_clean(text: str) -> None:
    content = safe(text)
    assert is_clean(content.plain)
    assert content.spans == []
    assert rich_safe(text).plain == content.plain


def test_escapes_are_readable() -> None:
    assert safe("\x1b[31m").plain == "\\x1b[31m"
    assert safe("\u202eabc").plain == "<U+202E>abc"
    assert safe("a\x00b\nc\td").plain == "a\\x00b\\nc\\td"
    assert safe("\U000e0041").plain == "<U+E0041>"


def test_plain_names_are_untouched() -> None:
    for name in ("Łódź O'Brien", "Siân", "日本", "שלום", "e\u0301", "[red]"):
        assert clean(name) == name


def test_newlines_are_kept_on_request_only() -> None:
    assert safe("a\r\nb\rc", newlines=True).plain == "a\nb\nc"
    assert safe("a\r\nb").plain == "a\\r\\nb"


def test_objects_and_styles() -> None:
    assert safe(42).plain == "42"
    assert [span.style for span in safe("x", "bold").spans] == ["bold"]
    assert safe(None).plain == "None"


def test_content_from_elsewhere_is_checked() -> None:
    good = Content.styled("good", "bold")
    assert safe(good) is good
    assert safe(Content("bad\x1b[2J")).plain == "bad\\x1b[2J"


def test_join_takes_content_pairs_and_data() -> None:
    joined = join(safe("a", "bold"), ("[b]", "red"), "\x1b")
    assert joined.plain == "a[b]\\x1b"
    assert [(span.start, span.end, span.style) for span in joined.spans] == [(0, 1, "bold"), (1, 4, "red")]


def test_piled_marks_are_cut_short() -> None:
    shown = clean("Z" + "\u0335" * 9)
    assert shown.count("\u0335") == 4
    assert shown.count("<U+0335>") == 5


@given(ANYTHING)
def test_clean_leaves_nothing_to_obey_and_is_stable(text: str) -> None:
    cleaned = clean(text)
    assert is_clean(cleaned)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(ANYTHING, st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_fit_is_exact(text: str, width: int, align: str) -> None:
    side: Align = "right" if align == "right" else "left"
    assert cell_len(fit_cell(text, width, side)) == width
    assert fit_content(safe(text), width, side).cell_length == width


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_fit_is_exact_for_the_corpus(text: str) -> None:
    for width in (1, 2, 7, 20):
        assert cell_len(fit_cell(text, width)) == width


def test_fit_shows_what_it_cut() -> None:
    assert fit_cell("abcdef", 4) == "abc…"
    assert fit_cell("12.50", 8, "right") == "   12.50"
    assert fit_cell("日本語", 4) == "日 …"
    assert fit_cell("ab", 4) == "ab  "


def test_width_is_in_cells() -> None:
    assert cell_width("日本") == 4
    assert cell_width("e\u0301") == 1
    assert cell_width("\u202e") == len("<U+202E>")
