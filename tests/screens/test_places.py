"""Places, worked by keys alone: offered, confirmed, held, released, closed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from rcc_tui.app import RccApp
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts
from rcc_tui.services import places
from rcc_tui.services.desk import Desk
from screens.places import PlacesScreen
from screens.widgets.form import Form
from tests.screens.hostile import HOSTILE
from tests.screens.store import app_at, press, shown, type_text

SETTING = SettingFacts(
    ref="R-1",
    name="Thames House",
    provider="Reading Borough Council",
    authority="870",
    type="foster",
    place="U6",
    outcode="RG1",
    town="Reading",
    registered=3,
    occupied=1,
)
VACANCY = VacancyFacts("R-1-1", 2, 8, 14, needs=("autism",), emergency=True, confirmed_on="2026-11-01")


def offer(region: dict[str, Desk]) -> None:
    """Reading has a setting with a vacancy that nobody confirmed for a month."""
    setting = places.add_setting(region["870"], SETTING)
    places.add(region["870"], setting.id, VACANCY)


def here(app: RccApp) -> PlacesScreen:
    """The Places screen."""
    assert isinstance(app.screen, PlacesScreen)
    return app.screen


async def fill(pilot: Pilot[None], app: RccApp, values: dict[str, str]) -> None:
    """Type values into the fields of the form on the screen, and save it."""
    form = app.screen.query_one(Form)
    for key, text in values.items():
        field = form.field(key)
        field.input.focus()
        field.set_text("")
        await type_text(pilot, text)
    await press(pilot, "ctrl+s")


async def test_an_empty_list_names_the_key_that_fills_it(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "4")
        assert "n adds a setting" in shown(app)
        await press(pilot, "c")
        assert "No place." in shown(app)


async def test_stale_is_told_by_a_letter_and_c_confirms(tmp_path: Path) -> None:
    async with app_at(tmp_path, offer) as (app, pilot):
        await press(pilot, "4")
        assert "1 to confirm" in shown(app)
        row = here(app).rows.current
        assert row is not None
        assert row.mark == "s"
        assert "01/11/2026" in row.cells
        assert "not confirmed for 14 days" in here(app).pane.text
        await press(pilot, "c")
        assert "Confirmed Thames House unchanged. e changes it." in shown(app)
        row = here(app).rows.current
        assert row is not None
        assert row.mark == ""
        assert "to confirm" not in shown(app)


async def test_a_setting_and_its_vacancy_from_nothing(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "4", "n")
        await fill(pilot, app, {"name": "Mill Lane", "ref": "M-1", "place": "k2", "registered": "4"})
        assert "Added Mill Lane. n gives it a vacancy." in shown(app)
        assert "no vacancy" in shown(app)
        await press(pilot, "n")
        await press(pilot, "enter")
        await fill(pilot, app, {"accepting": "2", "age_min": "11", "age_max": "16"})
        assert "2 offered at Mill Lane" in shown(app)
        row = here(app).rows.current
        assert row is not None
        assert row.cells[:2] == ("Mill Lane", "M-1-1")
        assert "residential" not in here(app).pane.text
        assert "K2 Children" in here(app).pane.text


async def test_a_refusal_stays_in_the_form(tmp_path: Path) -> None:
    async with app_at(tmp_path, offer) as (app, pilot):
        await press(pilot, "4", "e")
        await press(pilot, "v")
        await fill(pilot, app, {"accepting": "9"})
        form = app.screen.query_one(Form)
        assert "3 registered" in form.field("accepting").error
        assert form.field("accepting").text == "9"
        await fill(pilot, app, {"accepting": "1", "age_max": "15"})
        assert "Changed the offer of Thames House. e changes it back." in shown(app)
        assert "8 to 15" in here(app).pane.text


async def test_hold_and_release(tmp_path: Path) -> None:
    async with app_at(tmp_path, offer) as (app, pilot):
        await press(pilot, "4", "h")
        await fill(pilot, app, {"held_for": "931"})
        assert "Held for 931 until 03/12/2026 17:00. r releases it." in shown(app)
        assert "931 Oxfordshire until 03/12/2026 17:00" in here(app).pane.text
        row = here(app).rows.current
        assert row is not None
        assert row.mark == "sh"
        await press(pilot, "r")
        assert "Released: 2 free. h holds it again." in shown(app)


async def test_close_with_a_reason_and_filter(tmp_path: Path) -> None:
    async with app_at(tmp_path, offer) as (app, pilot):
        await press(pilot, "4", "x")
        await press(pilot, "enter")
        await type_text(pilot, "carer ill")
        await press(pilot, "enter")
        assert "Closed Thames House" in shown(app)
        await press(pilot, "c")
        assert "n offers the place anew" in shown(app)
        await press(pilot, "slash")
        await type_text(pilot, "free")
        await press(pilot, "enter")
        assert "No match. Esc takes the filter off." in shown(app)
        await press(pilot, "escape")
        assert here(app).rows.has_focus
        assert here(app).rows.total == 2


async def test_a_draft_outlives_the_form(tmp_path: Path) -> None:
    async with app_at(tmp_path, offer) as (app, pilot):
        await press(pilot, "4", "e", "s")
        form = app.screen.query_one(Form)
        form.field("town").input.focus()
        await press(pilot, "end")
        await type_text(pilot, " West")
        await press(pilot, "down")
        app.pop_screen()
        await press(pilot, "e", "s")
        assert app.screen.query_one(Form).field("town").text == "Reading West"
        await press(pilot, "escape", "l")
        await press(pilot, "e", "s")
        assert app.screen.query_one(Form).field("town").text == "Reading"


async def test_enter_reads_and_escape_goes_back(tmp_path: Path) -> None:
    async with app_at(tmp_path, offer) as (app, pilot):
        await press(pilot, "4", "enter")
        assert here(app).pane.has_focus
        assert here(app).pane.size.height > 12
        assert "Own ref" in shown(app)
        await press(pilot, "escape")
        assert here(app).rows.has_focus


@pytest.mark.parametrize("size", [(40, 10), (39, 24), (80, 9), (100, 30), (160, 50)])
async def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, offer, size=size) as (app, pilot):
        await press(pilot, "4")
        small = size[0] < 40 or size[1] < 10
        assert ("too small" in shown(app)) == small
        if not small:
            assert "Thames House" in shown(app)


async def test_hostile_words(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        desk = region["870"]
        for number, text in enumerate(text for text in HOSTILE if text.strip() and "\ud800" not in text):
            said = text[:200]
            home = places.add_setting(
                desk, replace(SETTING, ref=f"{number}", name=said, provider=said, town=said)
            )
            places.add(desk, home.id, replace(VACANCY, ref=f"{number}", needs=(said,), protected=said))

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "4")
        count = here(app).rows.total
        assert count > 20
        for _ in range(count):
            await pilot.press("down")
            assert "\x1b" not in shown(app)
        assert "[@click=app.quit]x[/]" in "".join(
            str(cell) for view in here(app)._vacancies.values() for cell in (view.place.setting.name,)
        )
        await press(pilot, "n")
        assert "\x1b" not in shown(app)
