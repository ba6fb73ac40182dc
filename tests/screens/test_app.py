"""The application: first frame, modes, palette, changes by others, a store that cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from textual.command import CommandPalette
from textual.widgets import Static

from rcc_tui import app as application
from rcc_tui.app import THEMES, Commands, RccApp
from rcc_tui.config import KEY_FILE, Clock
from rcc_tui.domain.needs import Needs
from rcc_tui.services import desk as services_desk
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.secrets import Unlocked
from screens.base import DeskScreen
from screens.requests import RequestsScreen
from screens.sync import SyncScreen
from screens.widgets.frame import HelpScreen
from tests.screens.store import CLOCK, app_at, make_stores, press, settle, shown

HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "rapidfuzz", "nacl", "msgspec", "alembic")


def test_the_first_frame_needs_no_orm(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rcc_tui.app import RccApp; "
        f"app = RccApp(Path({str(tmp_path)!r})); "
        "[__import__(f'screens.{name}') for name in ('today', 'requests', 'sync')]; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"


async def test_digits_switch_modes_and_screens_are_kept(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        first = app.screen
        assert isinstance(first, DeskScreen)
        assert first.status.facts.authority == "870 Reading"
        assert first.status.facts.today == "01/12/2026"
        await press(pilot, "2")
        assert isinstance(app.screen, RequestsScreen)
        await press(pilot, "8")
        assert isinstance(app.screen, SyncScreen)
        await press(pilot, "1")
        assert app.screen is first


async def test_until_the_store_is_open_the_screen_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_stores(tmp_path)
    gate = Event()
    opened = services_desk.open_desk

    def slowly(folder: Path, *, clock: Clock | None = None, unlocked: Unlocked | None = None) -> Desk:
        gate.wait()
        return opened(folder, clock=clock, unlocked=unlocked)

    monkeypatch.setattr(services_desk, "open_desk", slowly)
    app = RccApp(tmp_path / "870", CLOCK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "opening the store…" in shown(app)
        await pilot.press("2")
        assert "opening the store…" in shown(app)
        gate.set()
        await settle(pilot)
        assert "870 Reading" in shown(app)
        assert "n logs one" in shown(app)


async def test_another_program_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "POLL_SECONDS", 0.05)
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "2")
        assert isinstance(app.screen, RequestsScreen)
        assert app.screen.rows.total == 0
        other = open_desk(tmp_path / "870", clock=CLOCK)
        requests.add(other, Needs(age=9, sex="F", needed_by="2026-12-03"))
        other.close()
        for _ in range(100):
            await pilot.pause(0.05)
            if app.screen.rows.total:
                break
        assert app.screen.rows.total == 1


async def test_the_palette_offers_what_applies(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "2", "ctrl+p")
        assert isinstance(app.screen, CommandPalette)
        await pilot.press(*"emerg")
        await settle(pilot)
        await press(pilot, "enter")
        assert "Emergency: what is known tonight" in shown(app)


async def test_the_palette_leaves_out_what_cannot_be_done(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "8")
        names = [name for name, _, _ in Commands(app.screen)._commands()]
        assert "Export (o)" in names
        assert "Filter (/)" not in names
        assert [name for name in names if name.startswith("Theme: ")] == [f"Theme: {one}" for one in THEMES]


@pytest.mark.parametrize("theme", THEMES)
async def test_every_theme_shows_the_lists(tmp_path: Path, theme: str) -> None:
    async with app_at(tmp_path) as (app, pilot):
        app.theme = theme
        await press(pilot, "8")
        assert "Reading (here)" in shown(app)


async def test_without_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "8")
        assert "Reading (here)" in shown(app)


async def test_help_lists_the_keys(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "Go to what needs me" in "\n".join(str(part.render()) for part in app.screen.query(Static))


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (1, 1)])
async def test_small_windows(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, size=size) as (app, pilot):
        await press(pilot, "2", "n", "8", "1")
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        assert screen.too_small == (size != (40, 10))


def test_run_says_why_there_is_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Headless(RccApp):
        def run(self, *args: object, **settings: object) -> None:
            super().run(headless=True)

    monkeypatch.setattr(application, "RccApp", Headless)
    assert application.run(tmp_path) == 1
    assert "There is no store here." in capsys.readouterr().err


async def test_a_key_of_another_desk_is_refused(tmp_path: Path) -> None:
    async with app_at(tmp_path, codes=("870", "931")) as (_, _):
        pass
    (tmp_path / "870" / KEY_FILE).write_bytes((tmp_path / "931" / KEY_FILE).read_bytes())
    app = RccApp(tmp_path / "870", CLOCK)
    async with app.run_test() as pilot:
        await settle(pilot)
    assert app.return_code == 3
