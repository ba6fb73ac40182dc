"""Makes the pictures of the screens, on a made-up region and a moment that stands still.

Run it again after a change of the screens: `.venv/bin/python docs/make_pictures.py`. The same screens give
the same pictures.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from datetime import date, datetime, time
from pathlib import Path

from textual.pilot import Pilot

from rcc_tui import demo
from rcc_tui.app import RccApp
from rcc_tui.config import Clock

FOLDER = Path(__file__).parent / "pictures"
SIZE = (100, 30)
DAY = date(2026, 12, 1)
HOUR = time(9, 30)
QUERY = "autisim wokingam fostr 12f 30mi from RG4"
WALKS: dict[str, tuple[str, ...]] = {
    "today": (),
    "requests": ("2",),
    "search": ("3", *QUERY, "down"),
    "places": ("4",),
    "trades": ("5", "enter"),
    "sync": ("8",),
    "standing": ("8", "s"),
}
"""What is pressed from the first screen on, and the picture then taken."""
# The exporter names fonts on a web host, and its own home: a picture fetches nothing and names no host.
_HOSTS = re.compile(r"@font-face \{.*?\}\s*|<!-- Generated.*?-->\s*", re.DOTALL)


def _still(_: Clock) -> datetime:
    return datetime.combine(DAY, HOUR)


async def _settle(app: RccApp, pilot: Pilot[None]) -> None:
    await pilot.pause()
    while not app.typed.idle or any(not worker.is_finished for worker in app.workers):
        await pilot.pause(0.02)
    await pilot.pause()


async def _take(store: Path, name: str, keys: tuple[str, ...]) -> None:
    app = RccApp(store, Clock(DAY))
    async with app.run_test(size=SIZE) as pilot:
        await _settle(app, pilot)
        for key in keys:
            await pilot.press("space" if key == " " else key)
            await _settle(app, pilot)
        picture = _HOSTS.sub("", app.export_screenshot(title=f"rcc · {name}"))
    (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")


def main() -> None:
    """Make the region, walk, take each picture."""
    FOLDER.mkdir(exist_ok=True)
    os.environ["RCC_TODAY"] = DAY.isoformat()
    setattr(Clock, "now", _still)  # noqa: B010 - the hours go on even where the day stands still
    with tempfile.TemporaryDirectory() as scratch:
        stores = demo.make(Path(scratch) / "region", vacancies=400, seed=1, progress=lambda *_: None)
        for name, keys in WALKS.items():
            asyncio.run(_take(stores["870"], name, keys))


if __name__ == "__main__":
    main()
