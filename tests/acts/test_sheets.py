"""How an entered spreadsheet folds: what cannot be is set aside, and what was a mistake is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rcc_tui.acts import sheets
from rcc_tui.acts.sheets import Enter, Retract
from rcc_tui.domain.statement import SheetLine
from tests.acts.told import Story

LINE = SheetLine(2, "aa" * 16, "2026-11", "2026-11-01", "2026-12-01", 700_00, 300_000)
BARE = SheetLine(3, "bb" * 16, "2026-11", "", "", 0, -5_000)


def entered(*lines: SheetLine) -> Story:
    story = Story(sheets.KIND, "own:870")
    story.tell("870", Enter("ab" * 32, "kent.csv", "886", lines))
    return story


def test_a_sheet_and_its_rows() -> None:
    story = entered(LINE, BARE)
    assert (story.row()["name"], story.row()["lines"]) == ("kent.csv", 2)
    assert [row["pence"] for row in story.folded().rows["sheet_line"]] == [300_000, -5_000]


@pytest.mark.parametrize(
    "lines",
    [
        (replace(LINE, month="2026-13"),),
        (replace(LINE, start="2026-11-31"),),
        (replace(LINE, end="soon"),),
        (replace(LINE, pence=10**12),),
        (replace(LINE, pence=-(10**12)),),
        (replace(LINE, weekly=-1),),
        (replace(LINE, weekly=10**12),),
        (LINE,) * 301,
    ],
)
def test_what_cannot_be_is_no_sheet(lines: tuple[SheetLine, ...]) -> None:
    story = entered(*lines)
    assert len(story.aside()) == 1
    assert story.folded().rows == {}


def test_taken_back() -> None:
    story = entered(LINE)
    story.tell("870", Retract("the wrong month"))
    assert story.folded().rows == {}
    assert story.aside() == {}
