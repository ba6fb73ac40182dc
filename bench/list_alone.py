"""From a key to the lines of the list, within the process: no frame of the whole screen, no terminal.

`python -m bench.list_alone STORE` prints milliseconds of the processor for search, rows and painted lines,
beside the same list given rows made beforehand. What Textual makes of a whole screen then, and a terminal of
that, is told by `bench.painting`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import process_time

from textual.geometry import Region

from bench.painted import Least, Ours
from bench.painting import LINES, SIZE
from screens.search import SearchScreen
from screens.widgets.rows import Rows

_PATIENCE = 60.0


def _timed(press: Callable[[str], None], rows: Rows) -> list[float]:
    """Milliseconds of each key of the lines."""
    took = []
    for line in LINES:
        for char in line:
            began = process_time()
            press(char)
            rows.render_lines(Region(0, 0, *rows.size))
            took.append((process_time() - began) * 1000)
        for _ in line:
            press("")
    return took


async def _ours(store: Path) -> list[float]:
    app = Ours(store)
    with Path("/dev/null").open("w") as app.noted:
        async with app.run_test(size=(SIZE[1], SIZE[0])) as pilot:
            async with asyncio.timeout(_PATIENCE):
                while app.at_desk.reader is app.at_desk.desk:
                    await asyncio.sleep(0.1)
                await pilot.press("3", "f")
                screen = app.screen
                assert isinstance(screen, SearchScreen)
                while not screen.rows.total:  # the first search is made beside the keys
                    await asyncio.sleep(0.1)
            box = screen.box
            box.action_delete_left()

            def press(char: str) -> None:
                box.insert_text_at_cursor(char) if char else box.action_delete_left()

            return _timed(press, screen.rows)


async def _least() -> list[float]:
    app = Least()
    with Path("/dev/null").open("w") as app.noted:
        async with app.run_test(size=(SIZE[1], SIZE[0])):

            def press(char: str) -> None:
                app.line.insert_text_at_cursor(char) if char else app.line.action_delete_left()

            return _timed(press, app.rows)


def main(store: Path) -> None:
    """Print the figures."""
    floor, ours = asyncio.run(_least()), asyncio.run(_ours(store))
    (mid, slow), (least, least_slow) = ((median(one), quantiles(one, n=20)[18]) for one in (ours, floor))
    print(
        f"list alone p50 {mid:7.1f}  p95 {slow:7.1f} ms   floor p50 {least:6.1f}  p95 {least_slow:6.1f} ms"
        f"   ratio p50 {mid / least:.2f}  p95 {slow / least_slow:.2f}   (of the processor)"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
