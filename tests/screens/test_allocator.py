"""Places handed to another desk by keys alone; a desk's name is shown, not obeyed."""

from __future__ import annotations

from pathlib import Path

from rcc_tui.services.allocating import SeatView
from screens.places import PlacesScreen, _seat_label
from screens.widgets.dialogs import Pick
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE
from tests.screens.quarrel import app_in_quarrel
from tests.screens.store import app_at, press, shown
from tests.trading import offer


async def test_handed_over_to_the_other_desk(tmp_path: Path) -> None:
    async with app_in_quarrel(tmp_path, size=(100, 40)) as (app, pilot, _):
        await press(pilot, "4")
        assert "Given out by  Desk 1" in shown(app)
        await press(pilot, "a")
        assert isinstance(app.screen, Pick)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlacesScreen)
        assert app.screen.status.message == "Desk 2 gives out Willow Lodge from now on."
        assert "Given out by  Desk 2" in shown(app)
        await press(pilot, "a", "enter")
        assert "Desk 2 gives these places out." in shown(app)


async def test_with_one_desk_there_is_nobody_to_hand_to(tmp_path: Path) -> None:
    async with app_at(tmp_path, lambda region: (offer(region["870"]), None)[1]) as (app, pilot):
        await press(pilot, "4", "a")
        assert isinstance(app.screen, PlacesScreen)
        assert "no other desk" in app.screen.status.message


async def test_hostile_names_of_desks(tmp_path: Path) -> None:
    async with app_at(tmp_path, codes=("870",)) as (app, pilot):
        await press(pilot, "4")
        for text in HOSTILE:
            app.push_screen(Pick(f"Give out {text} at", [("ab", _seat_label(SeatView("ab", text, True)))]))
            await pilot.pause()
            seen = shown(app)
            assert clean(seen, newlines=True) == seen
            await pilot.press("escape")
            await pilot.pause()
        assert app.is_running
