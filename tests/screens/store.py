"""The application on a desk of a tiny region, for tests of whole screens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import WorkerCancelled

from rcc_tui.app import RccApp
from rcc_tui.config import KEY_FILE, Clock
from rcc_tui.services.desk import Desk
from rcc_tui.sync.keys import write_key
from tests.region import CODES, TODAY, close_all, make_region, seat

CLOCK = Clock(date.fromisoformat(TODAY))
Prepare = Callable[[dict[str, Desk]], None]


def make_stores(folder: Path, prepare: Prepare | None = None, codes: Sequence[str] = CODES) -> None:
    """A store for each code in a folder of that name, its key beside it; `prepare` does acts at the desks."""
    region = make_region(folder, codes)
    try:
        if prepare is not None:
            prepare(region)
    finally:
        close_all(region)
    for code in codes:
        write_key(folder / code / KEY_FILE, seat(code).desk, kind="desk", name=code)


@asynccontextmanager
async def app_at(
    folder: Path,
    prepare: Prepare | None = None,
    *,
    code: str = CODES[0],
    codes: Sequence[str] = CODES,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[tuple[RccApp, Pilot[None]]]:
    """The application at one desk of a fresh region, its store open and read."""
    make_stores(folder, prepare, codes)
    app = RccApp(folder / code, CLOCK)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot


async def settle(pilot: Pilot[None]) -> None:
    """Wait until no worker runs and all messages are handled."""
    for _ in range(3):
        await pilot.pause()
        # One that a newer has replaced meanwhile is no failure: the newer is waited for in the next round.
        with suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, and wait for what follows."""
    await pilot.press(*keys)
    await settle(pilot)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Type text into whatever has the focus."""
    await pilot.press(*("space" if char == " " else char for char in text))


def shown(app: RccApp) -> str:
    """What is on the screen, line by line, as plain text."""
    width, height = app.size
    strips = app.screen._compositor.render_strips() if width and height else []
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def statics(app: RccApp) -> str:
    """The words of every plain widget of the screen, seen or scrolled away."""
    return "\n".join(str(part.render()) for part in app.screen.query(Static))
