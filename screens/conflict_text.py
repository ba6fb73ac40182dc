"""A field in conflict in words: its values side by side, who wrote each and when."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content

from screens.sync_words import moment
from screens.widgets.rows import Row
from screens.widgets.text import clean, fit_cell, join, safe

if TYPE_CHECKING:
    from rcc_tui.services.conflicts import Candidate, ConflictView

LABEL_WIDTH = 6
LEAST_WIDTH = 12
DIGITS = 9
OWN = "v"
"""The answer for neither of the values."""


def row_of(view: ConflictView) -> Row:
    """A conflict as a row; `x` marks one that others must settle."""
    now = next(one for one in view.candidates if one.shown)
    others = " / ".join(one.text for one in view.candidates if not one.shown)
    return Row(row_id(view), (view.title, view.label, now.text, others), "x" if view.why_not else "")


def row_id(view: ConflictView) -> str:
    """What tells a conflict from every other."""
    return f"{view.record}:{view.field}"


def side_by_side(view: ConflictView, width: int) -> list[Content]:
    """The values beside each other within `width` cells, as many as there is room for; the rest below."""
    least = LEAST_WIDTH + 1
    at_once = max(1, min(len(view.candidates), (width - LABEL_WIDTH) // least))
    lines = [
        join((view.title, "bold")),
        join((f"{view.label}:", "bold"), " two desks set it apart"),
        safe(""),
    ]
    for start in range(0, len(view.candidates), at_once):
        part = view.candidates[start : start + at_once]
        lines += [*_columns(part, start, (width - LABEL_WIDTH) // len(part) - 1), safe("")]
    return [*lines, safe(view.why_not or "Enter settles it: one of the values, or another.", "bold")]


def _columns(part: tuple[Candidate, ...], start: int, each: int) -> list[Content]:
    facts = (
        ("", [f"{start + place}{' (shown now)' if one.shown else ''}" for place, one in enumerate(part, 1)]),
        ("Value", [one.text for one in part]),
        ("By", [f"{one.who_name}, {one.desk}" for one in part]),
        ("When", [moment(one.at) or "no day" for one in part]),
    )
    lines: list[Content] = []
    for label, told in facts:
        cells = [wrap(clean(text), each) or ["-"] for text in told]
        for line in range(max(map(len, cells))):
            words = [fit_cell(cell[line] if line < len(cell) else "", each) for cell in cells]
            head = fit_cell("" if line else label, LABEL_WIDTH)
            lines.append(join((head, "bold"), (" ".join(words), "bold" if label == "Value" else "")))
    return lines


def choices(view: ConflictView) -> list[tuple[str, str]]:
    """The answers: the number of each value, and one for a value of one's own."""
    said = [
        (str(number), f"{one.text}  ({one.who_name}, {one.desk}, {moment(one.at)})")
        for number, one in enumerate(view.candidates, 1)
    ]
    return [*said, (OWN, "Another value")]
