"""A long import beside the keys: what reads goes on, Esc ends it, and what others write is seen."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot
from textual.widgets import ProgressBar

from rcc_tui import app as application
from rcc_tui.app import RccApp
from rcc_tui.domain.needs import Needs
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.syncing import export
from screens.places import PlacesScreen
from screens.request_form import RequestForm
from screens.requests import RequestsScreen
from screens.search import SearchScreen
from screens.sync import SyncScreen
from screens.watch import Reached, Stopped, Watch
from screens.widgets.dialogs import Prompt
from tests.screens.store import CLOCK, Prepare, app_at, press, settle, shown, type_text
from tests.trading import offer

CHILD = Needs(age=9, sex="F", needed_by="2026-12-03")


class Gate:
    """Holds an import open in the midst of its transaction until `open` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came, self.open = Event(), Event()
        go_on = Watch.reached

        def held(watch: Watch, done: int, total: int) -> None:
            self.came.set()
            while not self.open.is_set() and not watch._leaving.is_set():
                self.open.wait(0.02)
            go_on(watch, done, total)

        monkeypatch.setattr(Watch, "reached", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """An import stands still where it tells how far it is."""
    return Gate(monkeypatch)


def prepared(folder: Path, bundles: list[str]) -> Prepare:
    """What is done at the desks: two requests here, a place elsewhere on its way in a bundle."""

    def prepare(region: dict[str, Desk]) -> None:
        for age in (9, 14):
            requests.add(region["870"], Needs(age=age, sex="F", needed_by="2026-12-03"))
        offer(region["870"], ref="OURS")
        offer(region["931"], ref="THEIRS")
        (written,) = export(region["931"], ["870"], folder)
        bundles.append(written.file)

    return prepare


async def begin_import(pilot: Pilot[None], file: str, gate: Gate) -> None:
    """Read a bundle by keys, as far as the gate."""
    await press(pilot, "8", "i")
    assert isinstance(pilot.app.screen, Prompt)
    pilot.app.screen.field.input.value = file
    await pilot.press("enter")
    for _ in range(500):
        await pilot.pause(0.01)
        if gate.came.is_set():
            return
    raise AssertionError("the import never came to the gate")


async def until(pilot: Pilot[None], words: str) -> None:
    """Wait until the screen says so: workers that are held open cannot be waited for."""
    assert isinstance(pilot.app, RccApp)
    for _ in range(500):
        await pilot.pause(0.01)
        if words in shown(pilot.app):
            return
    raise AssertionError(f"{words!r} is not in\n{shown(pilot.app)}")


def entries(app: RccApp) -> int:
    """How many entries the open store holds."""
    desk = app.at_desk.desk
    assert desk is not None
    found: int = desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone()[0]
    return found


def known(folder: Path) -> int:
    """How many entries a store holds once the application is closed."""
    desk = open_desk(folder, clock=CLOCK)
    try:
        found: int = desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone()[0]
        return found
    finally:
        desk.close()


async def test_while_an_import_is_held_open_keys_are_handled_and_screens_read(
    tmp_path: Path, gate: Gate
) -> None:
    bundles: list[str] = []
    async with app_at(tmp_path, prepared(tmp_path, bundles)) as (app, pilot):
        await begin_import(pilot, bundles[0], gate)
        assert "Esc stops it" in shown(app)
        await pilot.press("2")
        await until(pilot, "1 of 2")
        assert isinstance(app.screen, RequestsScreen)
        await pilot.press("down")
        await until(pilot, "2 of 2")
        await pilot.press("4")
        await until(pilot, "OURS")
        assert isinstance(app.screen, PlacesScreen)
        await pilot.press("3")
        await type_text(pilot, "lodge")
        await until(pilot, "1 of 1")
        assert isinstance(app.screen, SearchScreen)
        await pilot.press("tab", "2", "n")
        await pilot.pause()
        await type_text(pilot, "12")
        assert isinstance(app.screen, RequestForm)
        assert app.screen.form.values()["age"] == "12"
        gate.open.set()
        await settle(pilot)
        await press(pilot, "escape", "l", "3")
        await until(pilot, "of 2")


async def test_an_act_waits_for_the_import_and_says_so(tmp_path: Path, gate: Gate) -> None:
    bundles: list[str] = []
    async with app_at(tmp_path, prepared(tmp_path, bundles)) as (app, pilot):
        await begin_import(pilot, bundles[0], gate)
        await pilot.press("4")
        await until(pilot, "OURS")
        await pilot.press("c")
        await until(pilot, "This waits until what is being done is done.")
        assert app.at_desk.acting
        gate.open.set()
        await settle(pilot)
        assert "Confirmed Willow Lodge" in shown(app)


async def test_escape_stops_it_and_nothing_of_it_is_kept(tmp_path: Path, gate: Gate) -> None:
    bundles: list[str] = []
    async with app_at(tmp_path, prepared(tmp_path, bundles)) as (app, pilot):
        before = entries(app)
        await begin_import(pilot, bundles[0], gate)
        await pilot.press("escape")
        await until(pilot, "Stopping…")
        assert isinstance(app.screen, SyncScreen)
        gate.open.set()
        await settle(pilot)
        assert "Stopped. Of the bundle that was being read nothing is kept" in shown(app)
        assert not app.screen.has_class("-busy")
        assert entries(app) == before
        gate.came.clear()
        await begin_import(pilot, bundles[0], gate)
        await settle(pilot)
        assert "1 bundle read" in shown(app)


async def test_leaving_ends_an_import_at_once(tmp_path: Path, gate: Gate) -> None:
    bundles: list[str] = []
    async with app_at(tmp_path, prepared(tmp_path, bundles)) as (app, pilot):
        before = entries(app)
        await begin_import(pilot, bundles[0], gate)
        await pilot.press("ctrl+q")
    assert app.at_desk.desk is None
    assert known(tmp_path / "870") == before


async def test_the_bar_goes_on_with_the_bytes(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "8")
        screen = app.screen
        assert isinstance(screen, SyncScreen)
        screen._show_busy(Watch(screen.post_message, Event()))
        screen.post_message(Reached(25, 100))
        await pilot.pause()
        bar = screen.query_one(ProgressBar)
        assert (bar.progress, bar.total) == (25, 100)
        screen._show_busy(None)


def test_a_watch_tells_seldom_and_ends_for_either_reason() -> None:
    told: list[object] = []
    leaving = Event()
    watch = Watch(told.append, leaving)
    for done in range(1000):
        watch.reached(done, 1000)
    assert 1 <= len(told) < 500
    leaving.set()
    with pytest.raises(Stopped):
        watch.reached(1, 2)
    other = Watch(told.append, Event())
    other.stop()
    with pytest.raises(Stopped):
        other.came("x", 0, 1)


async def test_a_command_of_another_program_is_seen_and_nothing_typed_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "POLL_SECONDS", 0.05)
    bundles: list[str] = []
    async with app_at(tmp_path, prepared(tmp_path, bundles), size=(100, 30)) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "lodge")
        await until(pilot, "1 of 1")
        await import_elsewhere(tmp_path / "870", bundles[0])
        await until(pilot, "of 2")
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.box.value == "lodge"
        assert app.screen.box.has_focus


async def test_the_cursor_and_the_filter_stay_when_somebody_else_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "POLL_SECONDS", 0.05)
    async with app_at(tmp_path, prepared(tmp_path, [])) as (app, pilot):
        await press(pilot, "2", "down", "slash", "f")
        screen = app.screen
        assert isinstance(screen, RequestsScreen)
        here = screen.rows.row_id
        other = open_desk(tmp_path / "870", clock=CLOCK)
        requests.add(other, CHILD)
        other.close()
        for _ in range(200):
            await pilot.pause(0.02)
            if screen.rows.total == 3:
                break
        assert screen.rows.total == 3
        assert screen.rows.row_id == here
        assert screen.filter.input.value == "f"
        assert screen.filter.input.has_focus


async def import_elsewhere(store: Path, bundle: str) -> None:
    """`rcc bundle import` in a process of its own, while the event loop goes on."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "rcc_tui", "bundle", "import", bundle, "--store", str(store), "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr


async def test_reading_parts_from_acting_once_the_store_is_open(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, _):
        at_desk = app.at_desk
        assert at_desk.reader is not at_desk.desk
        reader = at_desk.reader
        await at_desk.part()
        assert at_desk.reader is reader
        assert isinstance(app, RccApp)
        code, name = await at_desk.read(lambda desk: (desk.code, desk.name))
        assert (code, name) == ("870", "Desk 1")
