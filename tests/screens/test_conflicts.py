"""Conflicts by keys alone: side by side, settled by a number or a value; what is data is never obeyed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.services import conflicts
from rcc_tui.services.conflicts import Candidate, ConflictView
from rcc_tui.services.desk import open_desk
from screens.conflict_text import choices, row_of, side_by_side
from screens.conflicts import ConflictsScreen
from screens.sync import SyncScreen
from screens.widgets.dialogs import Ask, Prompt, Tell
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE
from tests.screens.quarrel import app_in_quarrel
from tests.screens.store import CLOCK, app_at, press, shown, type_text


def left(folder: Path) -> tuple[ConflictView, ...]:
    """What is still in conflict once the application is closed."""
    desk = open_desk(folder, clock=CLOCK)
    try:
        return conflicts.listing(desk)
    finally:
        desk.close()


async def test_from_today_to_the_values_side_by_side(tmp_path: Path) -> None:
    async with app_in_quarrel(tmp_path) as (app, pilot, _):
        assert "Two values of Oldest: Vacancy OX-1 at" in shown(app)
        assert "! 1 in conflict" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ConflictsScreen)
        text = shown(app)
        assert "1 ours to settle, 1 in all" in text
        assert "2 (shown now)" in text
        assert "Reading, Desk 1" in text
        assert "Reading, Desk 2" in text
        assert "01/12/2026" in text
        await press(pilot, "escape")
        assert isinstance(app.screen, SyncScreen)


@pytest.mark.parametrize("number", ["1", "2"])
async def test_settled_by_its_number(tmp_path: Path, number: str) -> None:
    async with app_in_quarrel(tmp_path) as (app, pilot, _):
        await press(pilot, "8", "c", "enter")
        assert isinstance(app.screen, Ask)
        wanted = next(label for key, label in app.screen._choices if key == number)[:2]
        await press(pilot, number)
        assert isinstance(app.screen, ConflictsScreen)
        assert app.screen.status.message.startswith(f"Oldest is {wanted}.")
        assert "Nothing is in conflict." in shown(app)
        assert "in conflict" not in app.screen.status.render().plain.replace("Nothing is in conflict.", "")
    assert left(tmp_path / "one") == ()


async def test_settled_by_another_value_and_what_it_cannot_be(tmp_path: Path) -> None:
    async with app_in_quarrel(tmp_path) as (app, pilot, _):
        await press(pilot, "8", "c", "enter", "v")
        assert isinstance(app.screen, Prompt)
        await type_text(pilot, "old")
        await press(pilot, "enter")
        assert isinstance(app.screen, Tell)
        await press(pilot, "enter", "enter", "v")
        await type_text(pilot, "14")
        await press(pilot, "enter")
        assert isinstance(app.screen, ConflictsScreen)
        assert app.screen.status.message.startswith("Oldest is 14.")
    assert left(tmp_path / "one") == ()


async def test_escape_settles_nothing(tmp_path: Path) -> None:
    async with app_in_quarrel(tmp_path) as (app, pilot, _):
        await press(pilot, "8", "c", "enter", "escape", "enter", "v", "escape", "escape")
        assert isinstance(app.screen, SyncScreen)
    assert len(left(tmp_path / "one")) == 1


async def test_where_nothing_is_in_conflict(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "8", "c")
        assert isinstance(app.screen, ConflictsScreen)
        assert "Nothing is in conflict." in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ConflictsScreen)


def view_of(text: str, *, candidates: int = 2, why_not: str = "") -> ConflictView:
    """A conflict in which everything that is data says `text`."""
    one = Candidate(text, text, "870", text, text, "2026-12-01T09:00", "ab", False)
    several = (*(one for _ in range(candidates - 1)), replace(one, shown=True))
    return ConflictView("ab" * 16, "vacancy", text, "age_max", text, several, why_not)


def test_many_values_go_on_below_and_every_line_fits() -> None:
    for width in (20, 40, 78):
        for candidates in (2, 3, 7):
            lines = side_by_side(view_of("a value of many words", candidates=candidates), width)
            # The title and the last line are sentences, which the pane breaks.
            assert all(line.cell_length <= width for line in lines[3:-1])
            assert f"{candidates} (show" in "\n".join(line.plain for line in lines)
    assert [key for key, _ in choices(view_of("x", candidates=3))] == ["1", "2", "3", "v"]


def test_others_conflicts_are_marked_and_say_why() -> None:
    view = view_of("x", why_not="Only Oxfordshire can settle this: it keeps the record.")
    assert row_of(view).mark == "x"
    assert side_by_side(view, 60)[-1].plain.startswith("Only Oxfordshire")


async def test_hostile_values_are_shown_not_obeyed(tmp_path: Path) -> None:
    async with app_at(tmp_path, codes=("870",), size=(100, 30)) as (app, pilot):
        await press(pilot, "8", "c")
        screen = app.screen
        assert isinstance(screen, ConflictsScreen)
        for text in HOSTILE:
            view = view_of(text)
            screen._views = {row_of(view).id: view}
            screen.fill([row_of(view)], screen._words)
            await pilot.pause()
            seen = shown(app)
            assert clean(seen, newlines=True) == seen
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, Ask)
            seen = shown(app)
            assert clean(seen, newlines=True) == seen
            await pilot.press("escape")
            await pilot.pause()
        assert app.is_running
