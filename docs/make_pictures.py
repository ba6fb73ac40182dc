"""Makes the pictures of the screens, on a made-up region and a day that stands still."""

from __future__ import annotations

import asyncio
import re
import tempfile
from datetime import date
from pathlib import Path

from rcc_tui import demo
from rcc_tui.app import RccApp
from rcc_tui.config import Clock

FOLDER = Path(__file__).parent / "pictures"
SIZE = (100, 30)
# What is pressed from the first screen on, and the picture then taken.
WALKS: dict[str, tuple[str, ...]] = {
    "today": (),
    "requests": ("2",),
    "search": ("3", *"fostr oxfrdshire 12f 30mi from RG4 ".replace(" ", "\0")),
    "places": ("4",),
    "trades": ("5", "enter"),
    "sync": ("8",),
}
# The exporter names fonts on a web host; a picture must not fetch anything.
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def _settled(app: RccApp, pilot: object) -> None:
    for _ in range(60):
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        if not app.workers and app.at_desk is not None:
            break


async def _take(store: Path, name: str, keys: tuple[str, ...]) -> None:
    app = RccApp(store, Clock(date(2026, 12, 1)))
    async with app.run_test(size=SIZE) as pilot:
        await _settled(app, pilot)
        for key in keys:
            await pilot.press("space" if key == "\0" else key)
            await _settled(app, pilot) if len(key) > 1 or key.isdigit() else await pilot.pause()
        await _settled(app, pilot)
        picture = _FONTS.sub("", app.export_screenshot(title=f"rcc · {name}"))
    (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")


def main() -> None:
    """Make the region, walk, take each picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        stores = demo.make(Path(scratch) / "region", vacancies=400, seed=1, progress=lambda *_: None)
        for name, keys in WALKS.items():
            asyncio.run(_take(stores["870"], name, keys))


if __name__ == "__main__":
    main()
