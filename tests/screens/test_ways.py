"""Ways in and out: Esc leads back, the footer names what applies, faults are shown once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.app import RccApp
from rcc_tui.services import history, requests, trades
from rcc_tui.services.desk import Desk
from screens.keys import help_for, palette_for
from screens.search import SearchScreen
from screens.today import TodayScreen
from screens.trades import TradesScreen
from screens.widgets.dialogs import Tell
from screens.widgets.frame import RccScreen
from tests.screens.store import app_at, press, settle, shown, type_text
from tests.screens.trading import CHILD, agreed, proposed, trade_of


def footer(app: RccApp) -> list[str]:
    """The labels of the keys in the footer."""
    assert isinstance(app.screen, RccScreen)
    return [key.label for key, _ in app.screen.footer.shown_keys()]


async def test_escape_goes_the_way_back_and_ends_at_today(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        for key, name in (("2", "requests"), ("5", "trades"), ("3", "search")):
            await press(pilot, key)
            assert app.current_mode == name
        assert "Esc leads back" in shown(app)
        for name in ("trades", "requests", "today", "today"):
            await press(pilot, "escape")
            assert app.current_mode == name
        await press(pilot, "2", "5", "2", "escape")
        assert app.current_mode == "today"


async def test_escape_empties_the_query_before_it_leaves(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "12")
        await press(pilot, "escape")
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.box.value == ""
        await press(pilot, "escape", "5")
        assert app.current_mode == "trades"


async def test_an_item_of_today_and_back(tmp_path: Path) -> None:
    async with app_at(tmp_path, proposed) as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, TradesScreen)
        assert app.screen.reading
        await press(pilot, "escape", "escape")
        assert app.current_mode == "today"


async def test_the_most_urgent_is_under_the_cursor_unless_it_was_moved(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        today = app.screen
        assert isinstance(today, TodayScreen)
        desk = app.at_desk.desk
        assert desk is not None
        requests.add(desk, replace(CHILD, emergency=True))
        await press(pilot, "f5")
        assert today.rows.total > 1
        assert today.rows.cursor == 0
        await press(pilot, "down")
        here = today.rows.row_id
        requests.add(desk, replace(CHILD, age=3, emergency=True))
        await press(pilot, "f5")
        assert today.rows.row_id == here


async def test_the_footer_names_what_applies(tmp_path: Path) -> None:
    async with app_at(tmp_path, agreed) as (app, pilot):
        await press(pilot, "5")
        assert footer(app)[:3] == ["Begin", "Notice", "Dispute"]
        assert "Accept" not in footer(app)
        await press(pilot, "a")
        assert "nothing to answer" in shown(app)
        await press(pilot, "2")
        assert "Edit" not in footer(app)
        assert footer(app)[:2] == ["New", "Emergency"]


async def test_the_footer_of_the_query_names_no_typed_key(tmp_path: Path) -> None:
    async with app_at(tmp_path, agreed) as (app, pilot):
        await press(pilot, "3")
        assert "Filter" not in footer(app)
        assert "Detail" not in footer(app)
        assert "As typed" not in footer(app)
        await type_text(pilot, "tahmes ")
        await settle(pilot)
        assert "As typed" in footer(app)
        await press(pilot, "down")
        assert footer(app)[:3] == ["Detail", "Propose", "Shortlist"]


def test_the_table_lists_what_the_screens_offer() -> None:
    for screen, key in (
        ("search", "search.as-typed"),
        ("trades", "trades.dispute"),
        ("trades", "trades.settle"),
    ):
        assert key in {one.id for one in palette_for(screen)}
        assert key in {one.id for one in dict(help_for(screen))["This screen"]}
    assert "export" in {one.id for one in palette_for("requests")}


async def test_a_key_that_does_not_apply_says_why(tmp_path: Path) -> None:
    async with app_at(tmp_path, proposed) as (app, pilot):
        await press(pilot, "5", "i")
        assert "there is no agreement to dispute" in shown(app)
        await press(pilot, "s")
        assert "Nothing of this trade is contested or disputed." in shown(app)


async def test_a_fault_behind_a_list_is_shown_and_the_list_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(desk: Desk, record: str) -> None:
        raise KeyError("[/] gone")

    monkeypatch.setattr(history, "history", broken)
    async with app_at(tmp_path, proposed) as (app, pilot):
        await press(pilot, "5")
        assert isinstance(app.screen, Tell)
        assert "[/] gone" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TradesScreen)
        assert "! KeyError: '[/] gone'" in shown(app)
        await press(pilot, "f5")
        assert isinstance(app.screen, Tell)
        await press(pilot, "enter", "1")
        assert trades.show(_desk(app), trade_of(_desk(app))).state == "proposed"


def _desk(app: RccApp) -> Desk:
    assert app.at_desk.desk is not None
    return app.at_desk.desk


async def test_what_was_said_of_a_screen_is_forgotten_once_it_is_left(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "5", "a")
        assert "No trade is chosen." in shown(app)
        await press(pilot, "9", "5")
        assert "No trade is chosen." not in shown(app)
        await press(pilot, "a", "escape", "5")
        assert "No trade is chosen." not in shown(app)
