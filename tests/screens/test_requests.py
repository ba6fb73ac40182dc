"""Requests by keys alone: logged at night, changed, filtered, withdrawn, opened; no data is obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.app import RccApp
from rcc_tui.domain.needs import Needs
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from screens.request_detail import RequestDetail
from screens.request_form import RequestForm
from screens.requests import RequestsScreen
from screens.widgets.dialogs import Ask, Tell
from tests.screens.hostile import HOSTILE
from tests.screens.store import CLOCK, app_at, press, settle, shown, type_text

TWELVE = Needs(age=12, sex="F", needed_by="2026-12-03", home="RG1", risks=(("self_harm", "high"),))
SEVEN = Needs(age=7, sex="M", needed_by="2026-12-20", home="SL1", siblings=2)


def two_requests(region: dict[str, Desk]) -> None:
    requests.add(region["870"], TWELVE, child="C-12", officer="Ann", home_postcode="RG1 1AA")
    requests.add(region["870"], SEVEN, child="C-7", officer="Bob")


async def test_an_emergency_is_logged_by_keys_alone(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "2")
        assert "n logs one" in shown(app)
        await press(pilot, "E")
        assert isinstance(app.screen, RequestForm)
        await type_text(pilot, "14")
        await pilot.press("enter", "f", "enter", "enter")
        await type_text(pilot, "missing")
        await pilot.press("enter")
        await type_text(pilot, "self")
        await pilot.press("enter", "enter")
        await type_text(pilot, "sl1 4xy")
        await pilot.press("enter", "enter")
        await type_text(pilot, "C-99")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, RequestsScreen), shown(app)
        view = app.screen.current
        assert view is not None
        assert (view.needs.age, view.needs.sex, view.needs.emergency) == (14, "F", True)
        assert view.needs.risks == (("self_harm", "high"), ("going_missing", "high"))
        assert (view.needs.home, view.home_postcode, view.child) == ("SL1", "SL1 4XY", "C-99")
        assert view.needs.needed_by == "2026-12-01"
        assert f"Request {view.id[:4]}… logged; e edits, w withdraws" in shown(app)


async def test_the_list_filter_edit_and_withdraw(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_requests) as (app, pilot):
        await press(pilot, "2")
        screen = app.screen
        assert isinstance(screen, RequestsScreen)
        assert "2 open of 2" in shown(app)
        assert screen.rows.total == 2
        await press(pilot, "slash", *"c-7", "enter")
        assert screen.rows.total == 1
        await press(pilot, "e")
        assert isinstance(app.screen, RequestForm)
        await pilot.press("end", "backspace", "8")
        await press(pilot, "ctrl+s")
        assert screen.current is not None
        assert screen.current.needs.age == 8
        assert screen.current.needs.siblings == 2
        await press(pilot, "w")
        await type_text(pilot, "Home after all")
        await press(pilot, "enter")
        assert screen.current.state == "withdrawn"
        assert "w reopens it" in shown(app)
        await press(pilot, "escape")
        assert screen.rows.total == 2


async def test_a_filter_that_fits_nothing_says_how_to_leave_it(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_requests) as (app, pilot):
        await press(pilot, "2", "slash", *"zzz")
        assert "No match. Esc takes the filter off." in shown(app)
        await press(pilot, "escape")
        assert "1 of 2" in shown(app)


async def test_detail_shows_facts_and_timeline(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_requests) as (app, pilot):
        await press(pilot, "2", "enter")
        assert isinstance(app.screen, RequestDetail)
        text = app.screen.pane.text
        for words in ("Self-harm: high", "RG1 1AA", "Ann", "What happened", "12, Female"):
            assert words in text
        await press(pilot, "escape")
        assert isinstance(app.screen, RequestsScreen)


async def test_nothing_changed_is_said_and_the_form_stays(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_requests) as (app, pilot):
        await press(pilot, "2", "e", "ctrl+s")
        assert isinstance(app.screen, Tell)
        assert "Nothing has changed." in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, RequestForm)


async def test_a_refusal_stands_beside_its_field(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "2", "E")
        await pilot.press("1", "2", "enter", "f", "enter", "enter", "enter")
        await type_text(pilot, "nowhere")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, RequestForm)
        assert app.screen.form.field("home").error
        assert app.screen.form.field("home").text == "nowhere"


@pytest.mark.parametrize("answer", ["c", "d"])
async def test_what_was_typed_is_kept_and_offered_again(tmp_path: Path, answer: str) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "2", "n")
        await pilot.press("9", "enter")
        await press(pilot, "escape", "l")
        assert isinstance(app.screen, RequestsScreen)
        await press(pilot, "n")
        assert isinstance(app.screen, Ask)
        await press(pilot, answer)
        assert isinstance(app.screen, RequestForm)
        assert app.screen.form.field("age").text == ("9" if answer == "c" else "")
        await press(pilot, "escape", *(["l"] if answer == "c" else []))
        await press(pilot, "n")
        assert isinstance(app.screen, Ask if answer == "c" else RequestForm)


async def test_what_was_typed_outlives_the_program(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (_, pilot):
        await press(pilot, "2", "n")
        await pilot.press("9")
        await pilot.press("ctrl+q")
    again = RccApp(tmp_path / "870", CLOCK)
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "n")
        assert "Begun and not saved" in shown(again)
        await press(pilot, "c")
        assert isinstance(again.screen, RequestForm)
        assert again.screen.form.field("age").text == "9"


async def test_hostile_text_is_shown_not_obeyed(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        for text in HOSTILE:
            if any("\ud800" <= char <= "\udfff" for char in text):
                continue  # not UTF-8: no store can hold it
            words = text[:400]
            needs = Needs(age=3, sex="U", needed_by="2026-12-02", cultural=words, pets=words, education=words)
            requests.add(region["870"], needs, child=text, officer=text)

    async with app_at(tmp_path, prepare, size=(160, 50)) as (app, pilot):
        await press(pilot, "2")
        screen = app.screen
        assert isinstance(screen, RequestsScreen)
        assert "[@click=app.quit]x[/]" in shown(app)
        for _ in range(screen.rows.total):
            await press(pilot, "enter")
            assert isinstance(app.screen, RequestDetail)
            text = shown(app)
            assert not any((char < " " and char != "\n") or char in "\x7f\u202e\u200b" for char in text)
            await press(pilot, "escape", "down")
        await press(pilot, "home", "e")
        assert isinstance(app.screen, RequestForm)
        await press(pilot, "escape")
        assert isinstance(app.screen, RequestsScreen)


async def test_the_smallest_window_and_below(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_requests, size=(40, 10)) as (app, pilot):
        await press(pilot, "2")
        assert "12 F" in shown(app)
        assert "6 hidden" in shown(app)
        await press(pilot, "E")
        assert "Age" in shown(app)
        await pilot.resize_terminal(30, 8)
        await press(pilot, "n")
        assert "too small" in shown(app)
