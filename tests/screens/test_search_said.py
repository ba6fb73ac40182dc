"""What the Search screen says of the line, and for how long."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste

from rcc_tui.app import RccApp
from rcc_tui.search.language import SECTIONS
from rcc_tui.search.pieces import LONGEST
from rcc_tui.services.desk import Desk
from screens.search import SearchScreen
from screens.widgets.frame import HelpScreen
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import offer, swap


def here(app: RccApp) -> SearchScreen:
    """The Search screen."""
    assert isinstance(app.screen, SearchScreen)
    return app.screen


def offered(region: dict[str, Desk]) -> None:
    """Reading's place, known to Oxfordshire."""
    offer(region)
    swap(region["870"], region["931"])


async def test_what_is_said_of_a_line_goes_with_it(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "tahmes ")
        await press(pilot, "f2")
        assert "tahmes is looked for as typed, not as Thames." in shown(app)
        await press(pilot, "left")
        assert "looked for as typed" in shown(app), "the line is the same"
        await type_text(pilot, "x")
        await press(pilot)
        assert "looked for as typed" not in shown(app)
        await press(pilot, "f2")
        assert "Nothing was corrected." in shown(app)
        await press(pilot, "backspace")
        assert "Nothing was corrected." not in shown(app)


async def test_a_wider_line_is_said_until_it_changes(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12f 10mi from OX1 ")
        await press(pilot)
        await press(pilot, "f4")
        assert "Ctrl+Z takes it back." in shown(app)
        await type_text(pilot, "t")
        await press(pilot)
        assert "Ctrl+Z takes it back." not in shown(app)


async def test_what_was_done_stays_said_while_one_types(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "tahmes ")
        await press(pilot, "f2")
        here(app).tell("Kept as Teens.")
        await type_text(pilot, "x")
        await press(pilot)
        assert "Kept as Teens." in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 10)])
async def test_the_language_is_a_key_away(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, offered, size=size) as (app, pilot):
        await press(pilot, "3")
        assert "F1" in shown(app)
        await type_text(pilot, "tahmes")
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        seen = shown(app)
        assert "Search: what to write, keys" in seen
        for _ in range(90):
            await pilot.press("down")
            seen += shown(app)
        assert "closes" in shown(app), "the way back is in sight all the time"
        for title, examples in SECTIONS:
            assert title in seen
            for one in examples:
                assert any(
                    one.write in line and one.keeps.split()[0] in line for line in seen.splitlines()
                ), one
        assert "Shortlist" in seen
        await press(pilot, "escape")
        assert here(app).box.value == "tahmes"
        assert here(app).box.has_focus


async def test_a_page_of_it_is_seen_at_once(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered) as (app, pilot):
        await press(pilot, "3", "f1")
        assert sum(one.write in shown(app) for _, examples in SECTIONS for one in examples) > 15
        await press(pilot, "f1", "escape", "1", "f1")
        assert "milton keynes" not in shown(app)


async def test_marks_are_said_of_the_list_they_are_on(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames")
        await press(pilot, "down", "space")
        assert "Mark another to compare." in shown(app)
        await press(pilot, "escape", "x")
        assert "Mark another" not in shown(app)


async def test_how_a_word_matched_is_said_without_points(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "tahmes ")
        await press(pilot, "down", "enter")
        assert "tahmes → Thames" in here(app).pane.text
        assert "+0" not in here(app).pane.text


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "🏠👨‍👩‍👧 " * 2_000, "אבג ‮ " * 2_000, "\x00\x1b[31m " * 2_000, '"' * 9_999]
)
async def test_a_great_paste_is_cut_where_nothing_more_is_read(tmp_path: Path, text: str) -> None:
    """At every key the terminal's width of what the box holds is measured: it holds no more than it need."""
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames ")
        here(app).box.post_message(Paste(text))
        await press(pilot, "x")
        box = here(app).box
        assert LONGEST < len(box.value) <= LONGEST + 100
        assert box.value.startswith("thames ")
        assert "only the first 1,000 characters are read" in shown(app)
        assert "\x1b" not in shown(app)
        await press(pilot, "escape")
        await type_text(pilot, "thames ")
        await press(pilot)
        assert here(app).rows.total == 1


async def test_what_keys_write_is_taken_back_step_by_step(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931", size=(120, 40)) as (app, pilot):
        await press(pilot, "3", "ctrl+z")
        assert "No key has written into this line." in shown(app)
        await type_text(pilot, "tahmes ")
        await press(pilot)
        lines = [here(app).box.value]
        await press(pilot, "f2")
        lines.append(here(app).box.value)
        await press(pilot, "f3", "down", "enter")
        lines.append(here(app).box.value)
        await press(pilot, "f3", "escape")
        assert here(app).box.value == ""
        assert len(set(lines)) == 3
        for line in reversed(lines):
            await press(pilot, "ctrl+z")
            assert here(app).box.value == line
        await press(pilot, "ctrl+z")
        assert here(app).box.value == lines[0], "what was typed by hand is not taken back"


async def test_the_cursor_is_in_sight_after_a_long_paste_into_an_empty_line(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931", size=(60, 20)) as (app, pilot):
        await press(pilot, "3")
        here(app).box.post_message(Paste(f"{'oak ' * 40}at the end"))
        await press(pilot)
        assert "at the end" in shown(app)
