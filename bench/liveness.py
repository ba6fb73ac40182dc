"""How long an import lets nothing else run: the longest stall of a ticking thread, and of the screens."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

from bench.importing import fill
from bench.made import region
from rcc_tui.app import RccApp
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import export, take_in

ENTRIES = 100_000
RUNS = 3
_TICK = 0.002


class Ticker:
    """Notes how late each tick comes, in seconds; the longest is what somebody who types would feel."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._over = False

    def stop(self) -> None:
        """No more ticks."""
        self._over = True

    def thread(self) -> None:
        """Tick in this thread until stopped."""
        while not self._over:
            began = time.perf_counter()
            time.sleep(_TICK)
            self.late.append(time.perf_counter() - began - _TICK)

    async def loop(self) -> None:
        """Tick on this event loop until stopped."""
        while not self._over:
            began = time.perf_counter()
            await asyncio.sleep(_TICK)
            self.late.append(time.perf_counter() - began - _TICK)

    @property
    def longest(self) -> float:
        """The longest stall, in milliseconds."""
        return max(self.late) * 1000

    @property
    def usual(self) -> float:
        """The stall that one tick in a hundred exceeds, in milliseconds."""
        return sorted(self.late)[len(self.late) * 99 // 100] * 1000


def beside_thread(store: Path, bundle: Path) -> Ticker:
    """An import in one thread, ticks in another."""
    ticker = Ticker()
    desk = open_desk(store)
    thread = threading.Thread(target=ticker.thread)
    thread.start()
    try:
        (result,) = take_in(desk, [bundle])
    finally:
        ticker.stop()
        thread.join()
        desk.close()
    if not result.new:
        raise SystemExit(f"not imported: {result}")
    return ticker


async def beside_screens(store: Path, bundle: Path) -> Ticker:
    """An import by keys on the Sync screen, ticks on the event loop that draws it."""
    ticker = Ticker()
    app = RccApp(store)
    async with app.run_test(size=(120, 40)) as pilot:
        await _settled(app)
        await pilot.press("8", "i")
        await pilot.press(*str(bundle))
        ticking = asyncio.create_task(ticker.loop())
        await pilot.press("enter")
        await _imported(app)
        await _settled(app)
        ticker.stop()
        await ticking
        desk = app.at_desk.desk
        assert desk is not None
        if desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone() == (0,):
            raise SystemExit("not imported")
    return ticker


async def _imported(app: RccApp) -> None:
    """From the import's first sign on the screen to its last."""
    for busy in (True, False):
        while app.screen.has_class("-busy") is not busy:
            await asyncio.sleep(0.05)


async def _settled(app: RccApp) -> None:
    while app.at_desk.busy or any(not worker.is_finished for worker in app.workers):
        await asyncio.sleep(0.05)


def idle() -> Ticker:
    """Ticks beside nothing: what the machine itself makes late."""
    ticker = Ticker()
    thread = threading.Thread(target=ticker.thread)
    thread.start()
    time.sleep(2)
    ticker.stop()
    thread.join()
    return ticker


def main(entries: int = ENTRIES, runs: int = RUNS) -> None:
    """Print the longest stalls, medians of `runs`."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        made = region(root / "region", ("870", "931"))
        fill(made["870"], entries)
        (exported,) = export(made["870"], ["931"], root / "out")
        bundle = root / "b.rccb"
        Path(exported.file).rename(bundle)
        for desk in made.values():
            desk.close()
        found: dict[str, list[Ticker]] = {}
        for run in range(runs):
            found.setdefault("nothing", []).append(idle())
            for name in ("thread", "screens"):
                store = Path(shutil.copytree(root / "region" / "931", root / f"{name}{run}"))
                ticker = (
                    beside_thread(store, bundle)
                    if name == "thread"
                    else asyncio.run(beside_screens(store, bundle))
                )
                found.setdefault(name, []).append(ticker)
                shutil.rmtree(store)
    for name, tickers in found.items():
        longest, usual = median(one.longest for one in tickers), median(one.usual for one in tickers)
        print(f"ticks beside {name:<8} longest stall {longest:6.1f} ms; 99 in 100 under {usual:5.1f} ms")


if __name__ == "__main__":
    main()
