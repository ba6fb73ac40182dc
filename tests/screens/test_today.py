"""Today: grouped by urgency, opened where it can be done, empty with the next key, hostile text harmless."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import places, requests
from rcc_tui.services.desk import Desk
from rcc_tui.services.noticing import Watch
from rcc_tui.services.today import Item
from screens.places import PlacesScreen
from screens.request_detail import RequestDetail
from screens.sync import SyncScreen
from screens.today import BANDS, TodayScreen, band, rows_of
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE
from tests.screens.store import app_at, press, shown
from tests.screens.trading import SETTING

DAY = date(2026, 12, 1)


def urgent_request(region: dict[str, Desk]) -> None:
    requests.add(region["870"], Needs(age=3, sex="M", needed_by="2026-12-04", home="RG1"))
    requests.add(region["870"], Needs(age=14, sex="F", emergency=True, home="SL1"))


async def test_an_item_opens_its_record(tmp_path: Path) -> None:
    async with app_at(tmp_path, urgent_request) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, TodayScreen)
        text = shown(app)
        assert text.index("Emergency: girl of 14") < text.index("boy of 3")
        assert "Today, Tuesday 01/12/2026" in text
        assert "1 urgent" in text
        await press(pilot, "enter")
        assert isinstance(app.screen, RequestDetail)
        assert app.current_mode == "requests"
        assert app.screen.current is not None
        assert app.screen.current.needs.age == 14
        await press(pilot, "escape", "1")
        assert app.current_mode == "today"


async def test_an_item_without_a_record_goes_to_its_screen(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        assert "Not heard from" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, SyncScreen)


def two_alike(region: dict[str, Desk]) -> None:
    """Reading holds two places of one home for two children of Oxfordshire, both until 17:00."""
    desk = region["870"]
    home = places.add_setting(desk, SETTING)
    free = places.add(desk, home.id, VacancyFacts("v", 3, 5, 15, confirmed_on="2026-11-30"))
    for _ in range(2):
        places.hold(desk, free.id, held_for="931", until="2026-12-01T17:00")


async def test_of_two_that_read_alike_both_are_listed(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_alike, code="870") as (app, pilot):
        assert shown(app).count("The hold at Thames House") == 2
        await press(pilot, "down", "f5")
        assert isinstance(app.screen, TodayScreen)
        assert app.screen.rows.cursor == 1
        await press(pilot, "enter")
        assert isinstance(app.screen, PlacesScreen)


async def test_nothing_to_do_names_the_next_key(tmp_path: Path) -> None:
    async with app_at(tmp_path, codes=("870",)) as (app, _):
        assert "Nothing needs you now. 2 shows the requests" in shown(app)


@pytest.mark.parametrize(
    ("due", "urgent", "expected"),
    [
        ("2026-12-31", True, "Now"),
        ("2026-11-30", False, "Today"),
        ("2026-12-01T17:00", False, "Today"),
        ("2026-12-07", False, "This week"),
        ("2026-12-08", False, "Later"),
        ("", False, "Any time"),
    ],
)
def test_bands(due: str, urgent: bool, expected: str) -> None:
    assert band(Item("request", "x", due, "requests", "1", urgent), DAY) == expected
    assert expected in BANDS


def test_a_band_is_named_once_and_urgent_is_marked() -> None:
    items = {key: Item("hold", key, "", "places", key, key != "c") for key in "abc"}
    rows = rows_of(items, DAY)
    assert [(row.cells[0], row.mark) for row in rows] == [("Now", "!"), ("", "!"), ("Any time", "")]


async def test_hostile_text_is_shown_not_obeyed(tmp_path: Path) -> None:
    async with app_at(tmp_path, codes=("870",), size=(100, 50)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, TodayScreen)
        items = {text: Item("hold", text, "", "places", "", False) for text in HOSTILE}
        screen.rows.set_rows(rows_of(items, DAY))
        await pilot.pause()
        seen = shown(app)
        assert "[@click=app.quit]x[/]" in seen
        assert clean(seen, newlines=True) == seen


async def test_the_rows_are_there_before_anybody_looks_for_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And requests are looked into a few at a time, so that another reading gets its turn between."""
    done: list[str] = []
    show, begin, go_on = TodayScreen._show, Watch.begin, Watch.go_on

    def rows(screen: TodayScreen, items: Sequence[Item], day: date, aside: str) -> None:
        show(screen, items, day, aside)
        done.append(f"rows {screen.rows.total}")

    def first(watch: Watch, desk: Desk) -> None:
        begin(watch, desk)
        done.append("begun")

    def then(watch: Watch, desk: Desk) -> None:
        before = len(watch._waiting)
        go_on(watch, desk)
        done.append(f"looked into {before - len(watch._waiting)}")

    def many(region: dict[str, Desk]) -> None:
        for age in range(9):
            requests.add(region["870"], Needs(age=age, sex="M", needed_by="2026-12-02", home="RG1"))

    monkeypatch.setattr(TodayScreen, "_show", rows)
    monkeypatch.setattr(Watch, "begin", first)
    monkeypatch.setattr(Watch, "go_on", then)
    async with app_at(tmp_path, many, codes=("870",)) as (_, pilot):
        await press(pilot)
        begun = done.index("begun")
        assert "rows 9" in done[:begun]
        assert done[begun + 1 : begun + 4] == ["looked into 4", "looked into 4", "looked into 1"]
