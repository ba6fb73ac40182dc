"""Beside the places found: choices with live counts, and what a little less would find, taken by keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.app import RccApp
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import places
from rcc_tui.services.desk import Desk
from screens.search import SearchScreen
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import SETTING, VACANCY, offer, swap

WIDE = (120, 40)


def here(app: RccApp) -> SearchScreen:
    """The Search screen."""
    assert isinstance(app.screen, SearchScreen)
    return app.screen


def offered(region: dict[str, Desk]) -> None:
    """Two fostering households, one of each authority, and a home at Reading; known to Oxfordshire."""
    offer(region)
    desk, other = region["870"], region["931"]
    home = places.add_setting(desk, replace(SETTING, ref="R-2", name="Lock", type="residential", place="K2"))
    places.add(desk, home.id, VacancyFacts("R-2-1", 1, 8, 17, sex="M", confirmed_on="2026-11-30"))
    mine = replace(SETTING, ref="O-1", name="Isis", authority="931", town="Oxford", outcode="OX1")
    places.add(other, places.add_setting(other, mine).id, replace(VACANCY, ref="O-1-1", needs=()))
    swap(desk, other)


def counts(app: RccApp) -> dict[str, tuple[str, str]]:
    """The choices: their number of places and their mark, by label."""
    rows = (here(app).facets._model.row(place) for place in range(here(app).facets.total))
    return {str(row.cells[0]): (str(row.cells[1]), row.mark) for row in rows if row is not None}


async def test_counts_beside_the_list_are_chosen_by_keys(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931", size=WIDE) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12 ")
        await press(pilot)
        assert counts(app)["foster"] == ("2", "")
        assert counts(app)["residential"] == ("1", "")
        assert (counts(app)["Reading"], counts(app)["Oxfordshire"]) == (("2", ""), ("1", ""))
        await press(pilot, "f3", "down", "enter")
        assert here(app).facets.has_focus
        assert here(app).box.value == "12 type:residential "
        assert here(app).rows.total == 1
        assert counts(app)["residential"] == ("1", "+")
        assert counts(app)["foster"] == ("2", "")
        assert "Oxfordshire" not in counts(app)
        await press(pilot, "up", "space")
        assert here(app).box.value == "12 type:residential|foster "
        assert here(app).rows.total == 3
        await press(pilot, "space", "down", "space")
        assert here(app).box.value.strip() == "12"
        await press(pilot, "escape")
        assert here(app).rows.has_focus


async def test_where_there_is_no_room_a_key_shows_them(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12 ")
        await press(pilot)
        assert "Narrow to" not in shown(app)
        await press(pilot, "f3")
        assert "Narrow to" in shown(app)
        assert "Thames House" not in shown(app)
        assert counts(app)["foster"] == ("2", "")
        await press(pilot, "enter", "f3")
        assert here(app).box.value == "12 type:foster "
        assert here(app).rows.has_focus
        assert "Narrow to" not in shown(app)
        assert "Thames House" in shown(app)


async def test_among_the_choices_nothing_is_done_to_a_place(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12 ")
        await press(pilot, "down")
        assert "p Propose" in shown(app)
        await press(pilot, "f3")
        assert "Enter chooses, again lets go; F3 leads back." in shown(app)
        for word in ("Propose", "Shortlist", "Detail"):
            assert word not in shown(app), word
        await press(pilot, "p", "s")
        assert here(app) is app.screen, "no form, no question"
        assert here(app).facets.has_focus
        await press(pilot, "f3")
        assert "p Propose" in shown(app)
        await press(pilot, "p")
        assert not isinstance(app.screen, SearchScreen)


async def test_town_and_owner_are_seen_beside_choices_and_detail(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931", size=WIDE) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12 ")
        await press(pilot)
        assert here(app).facets.display
        head = next(line for line in shown(app).splitlines() if "Setting" in line)
        assert "Authority" in head
        assert "Ages" in head
        assert "Places" in head
        assert not here(app).facets.hidden


async def test_nothing_typed_has_nothing_to_narrow(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931", size=WIDE) as (app, pilot):
        await press(pilot, "3", "f3")
        assert "Nothing to narrow:" in shown(app)
        await press(pilot, "enter", "escape")
        assert here(app).box.has_focus


async def test_a_little_less_finds_more(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12f 10mi from OX1 ")
        await press(pilot)
        assert "F4: 1 more if 25 miles" in shown(app)
        await press(pilot, "f4")
        assert here(app).box.value == "12f 25mi from OX1 "
        assert here(app).rows.total == 2
        assert "1 more if 25 miles. Ctrl+Z takes it back." in shown(app)
        await press(pilot, "ctrl+z")
        assert here(app).box.value == "12f 10mi from OX1 "
        assert "The line is as it was before." in shown(app)
        here(app).box.put("zzzzz ")
        await press(pilot, "f4")
        assert "Nothing more would be found by asking a little less." in shown(app)


@pytest.mark.parametrize("size", [(60, 12), (100, 30), (160, 50)])
async def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, offered, code="931", size=size) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12 5mi from OX1 ")
        await press(pilot, "f3")
        assert "Narrow to" in shown(app)
        assert "F4: " in shown(app)
