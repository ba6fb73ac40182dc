"""Searches kept under a name and with a request, by keys."""

from __future__ import annotations

from pathlib import Path

from rcc_tui.app import RccApp
from rcc_tui.services import requests, searches
from rcc_tui.services.desk import Desk
from screens.search import SearchScreen
from screens.widgets.dialogs import Ask, Pick, Prompt
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import CHILD, offer, swap


def here(app: RccApp) -> SearchScreen:
    """The Search screen."""
    assert isinstance(app.screen, SearchScreen)
    return app.screen


def here_desk(app: RccApp) -> Desk:
    """The open desk."""
    assert app.at_desk.desk is not None
    return app.at_desk.desk


def wanted(region: dict[str, Desk]) -> None:
    """Reading's place, and a child of Oxfordshire."""
    offer(region)
    swap(region["870"], region["931"])
    requests.add(region["931"], CHILD)


async def test_under_a_name(tmp_path: Path) -> None:
    async with app_at(tmp_path, wanted, code="931") as (app, pilot):
        await press(pilot, "3", "ctrl+s")
        assert "Type a query first, then Ctrl+S keeps it." in shown(app)
        await press(pilot, "ctrl+o")
        assert "No search is kept: Ctrl+S keeps what is typed." in shown(app)
        await type_text(pilot, "thames 12f")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Prompt)
        await type_text(pilot, "Girls [/ of 12")
        await press(pilot, "enter")
        assert "Kept as Girls [/ of 12. Ctrl+O brings it back." in shown(app)
        await press(pilot, "escape")
        assert here(app).box.value == ""
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, Pick)
        assert "Girls [/ of 12: thames 12f" in shown(app)
        await press(pilot, "enter")
        assert here(app).box.value == "thames 12f "
        assert here(app).rows.total == 1
        await press(pilot, "ctrl+o", "down", "enter", "enter")
        assert "Girls [/ of 12 is dropped. It said: thames 12f" in shown(app)
        assert searches.listing(here_desk(app)) == ()


async def test_with_a_request(tmp_path: Path) -> None:
    async with app_at(tmp_path, wanted, code="931", size=(120, 40)) as (app, pilot):
        request = requests.listing(here_desk(app)).rows[0].id
        await press(pilot, "3")
        app.open_record("search", request)
        await press(pilot, "slash", "ctrl+s")
        assert "Type a query first" in shown(app)
        await type_text(pilot, "tahmes")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Ask)
        await press(pilot, "r")
        assert "Kept with the request. Ctrl+S changes it." in shown(app)
        assert "kept: tahmes" in shown(app)
        await press(pilot, "escape", "escape")
        assert here(app).request is None
        app.open_record("search", request)
        await press(pilot)
        assert here(app).box.value == "tahmes "
        assert here(app).rows.total == 1
        await press(pilot, "ctrl+s", "x")
        assert "No words are kept with the request now." in shown(app)
        assert requests.show(here_desk(app), request).search == ""
        await press(pilot, "ctrl+s", "n")
        await type_text(pilot, "T")
        await press(pilot, "enter")
        assert [one.text for one in searches.listing(here_desk(app))] == ["tahmes"]
