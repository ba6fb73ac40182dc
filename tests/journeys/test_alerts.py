"""A neighbour's new place comes in a bundle: Today says so, one looks, and it is gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rcc_tui.app import RccApp
from rcc_tui.services import places, requests
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.finder import attach
from screens.search import SearchScreen
from screens.today import TodayScreen
from screens.widgets.rows import Row
from tests.screens.store import CLOCK, app_at, press, shown
from tests.screens.trading import CHILD, SETTING, VACANCY, offer, swap

NEWS = "1 new place fits the girl of 12 from OX1"


def _wanted(region: dict[str, Desk]) -> None:
    """Oxfordshire looks for a place and knows of one; Reading has a bundle with another."""
    offer(region)
    swap(region["870"], region["931"])
    requests.add(region["931"], CHILD)


def _bring(folder: Path, change: str) -> None:
    """Another program at Oxfordshire's store takes in a bundle of Reading's."""
    ours, theirs = (open_desk(folder / code, clock=CLOCK) for code in ("870", "931"))
    attach(theirs)
    try:
        if change == "new":
            home = places.add_setting(ours, replace(SETTING, ref="R-2", name="Weir House"))
            places.add(ours, home.id, replace(VACANCY, ref="R-2-1"))
        else:
            for one in places.listing(ours).rows:
                places.confirm(ours, one.id)
        swap(ours, theirs)
    finally:
        ours.close()
        theirs.close()


def _rows(app: RccApp) -> list[Row]:
    """The rows of the list on the screen."""
    assert isinstance(app.screen, TodayScreen | SearchScreen)
    found = (app.screen.rows._model.row(place) for place in range(app.screen.rows.total))
    return [row for row in found if row is not None]


async def test_from_the_bundle_to_the_look(tmp_path: Path) -> None:
    async with app_at(tmp_path, _wanted, code="931") as (app, pilot):
        assert "new place" not in shown(app)
        _bring(tmp_path, "new")
        await press(pilot, "f5")
        await press(pilot)
        assert NEWS in shown(app)
        here = next(place for place, row in enumerate(_rows(app)) if NEWS in row.cells)
        await press(pilot, "home", *["down"] * here, "enter")
        await press(pilot)
        assert isinstance(app.screen, SearchScreen)
        marks = {str(row.cells[0]): row.mark for row in _rows(app)}
        assert "N" in marks["Weir House"]
        assert "N" not in marks["Thames House"]
        await press(pilot, "1")
        assert "new place" not in shown(app)
        _bring(tmp_path, "confirmed")
        await press(pilot, "f5")
        await press(pilot)
        assert "new place" not in shown(app)
