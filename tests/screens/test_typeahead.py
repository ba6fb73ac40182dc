"""Keys that come in one burst do what they would do one by one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.events import Key, Paste
from textual.worker import Worker, WorkType

from rcc_tui.app import RccApp
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from screens import typeahead
from screens.request_form import RequestForm
from screens.search import SearchScreen
from screens.typeahead import OPENING
from tests.screens.store import app_at, settle, shown

PATIENCE = 30.0
NAMES = {" ": "space", "/": "slash", ".": "full_stop"}


def burst(app: RccApp, *keys: str) -> None:
    """All the keys at once, as a slow line brings them; a word stands for its letters after `=`."""
    for key in keys:
        for one in key[1:] if key.startswith("=") else (key,):
            app.post_message(Key(NAMES.get(one, one), one if len(one) == 1 else None))


async def quiet(app: RccApp) -> None:
    """Until every key has been seen to."""
    async with asyncio.timeout(PATIENCE):
        await asyncio.sleep(0)
        while not app.typed.idle or any(not worker.is_finished for worker in app.workers):
            await asyncio.sleep(0.01)


def wanted(desk: Desk) -> tuple[requests.RequestView, ...]:
    """The requests that were logged."""
    return requests.listing(desk).rows


async def _never() -> None:
    await asyncio.Event().wait()


HANGING: WorkType[None] = _never


async def test_an_emergency_in_one_burst(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        burst(app, "2", "E", "=14", "enter", "f", "enter", "enter", "=self", "enter", "enter")
        await quiet(app)
        assert isinstance(app.screen, RequestForm)
        form = app.screen.form
        assert form.values()["age"] == "14"
        assert form.values()["sex"] == "F"
        assert form.values()["risks"] == "self_harm:high"
        burst(app, "=rg4 8aa", "ctrl+s", "s")
        await quiet(app)
        desk = app.at_desk.desk
        assert desk is not None
        (one,) = wanted(desk)
        assert (one.needs.age, one.needs.sex, one.home_postcode) == (14, "F", "RG4 8AA")
        assert isinstance(app.screen, SearchScreen)
        await settle(pilot)
        assert "For 14 F" in shown(app)


async def test_keys_wait_for_what_is_being_opened(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        go_on = asyncio.Event()

        async def opening() -> None:
            await go_on.wait()
            await app.switch_mode("trades")

        burst(app, "2")
        await quiet(app)
        app.run_worker(opening(), group=OPENING)
        burst(app, "slash", "x")
        app.post_message(Paste("yz"))
        await asyncio.sleep(0.05)
        assert app.current_mode == "requests"
        go_on.set()
        await quiet(app)
        assert app.current_mode == "trades"
        await settle(pilot)
        assert "/ xyz" in shown(app)


async def test_leaving_waits_for_nothing(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, _):
        app.run_worker(HANGING, group=OPENING)
        burst(app, "2", "5", "ctrl+q")
        async with asyncio.timeout(PATIENCE):
            while app.is_running:
                await asyncio.sleep(0.01)
        assert app.return_code == 0


async def test_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeahead, "PATIENCE", 0.05)
    async with app_at(tmp_path) as (app, _):
        hanging: Worker[None] = app.run_worker(HANGING, group=OPENING)
        burst(app, "5")
        async with asyncio.timeout(PATIENCE):
            while app.current_mode != "trades":
                await asyncio.sleep(0.01)
        hanging.cancel()
