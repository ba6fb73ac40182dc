"""The threads in which the open desk lives, so that no key press waits for the store.

Acts are jobs of one thread, one after the other; what reads is a job of another, with a desk of its own on
connections of its own: a long import keeps nobody from reading. The services are imported by the first job,
after the first frame; until `part` is called that thread does all there is.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from screens.memory import give_back

if TYPE_CHECKING:
    from rcc_tui.config import Clock
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.secrets import Unlocked

T = TypeVar("T")


class DeskThread:
    """Opens the store in `store` with its first job and closes it at the end.

    `desk` does the acts; it is None until the store is open. `leaving` is set when the application ends: a
    long job looks at it and gives up. `unlocked` is the desk's secret where somebody had to be asked for it.
    `drafts` are what was typed since the start, by name: some may still be on their way to the store.
    """

    def __init__(self, store: Path, clock: Clock | None = None, unlocked: Unlocked | None = None) -> None:
        self.store = store
        self.leaving = Event()
        self.drafts: dict[str, str] = {}
        self._clock = clock
        self._unlocked = unlocked
        self.desk: Desk | None = None
        self._reader: Desk | None = None
        self._seen = 0
        self._acting = 0
        self._reading = 0
        self._worked = False
        self._kept: set[str] = set()
        self._acts = ThreadPoolExecutor(1, thread_name_prefix="acts")
        self._reads = ThreadPoolExecutor(1, thread_name_prefix="reads")

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._acting + self._reading > 0

    @property
    def acting(self) -> bool:
        """Whether an act runs or waits: another would have to wait for it."""
        return self._acting > 0

    @property
    def reader(self) -> Desk | None:
        """The desk to read with."""
        return self._reader or self.desk

    async def run(self, work: Callable[[Desk], T]) -> T:
        """The result of an act on the open desk. Raises what it raises, and what opening the store raises."""
        self._acting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._acts, self._act, work)
        finally:
            self._acting -= 1

    async def read(self, work: Callable[[Desk], T]) -> T:
        """The result of a reading: of all that is committed, whatever act goes on meanwhile."""
        if self._reader is None:
            return await self.run(work)
        self._reading += 1
        self._worked = True
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reads, self._read, work)
        finally:
            self._reading -= 1

    def _act(self, work: Callable[[Desk], T]) -> T:
        return work(self.desk) if self.desk is not None else self._first_job(work)

    def _first_job(self, work: Callable[[Desk], T]) -> T:
        # What is loaded now stays for good: looking through it for garbage costs a tenth of the start.
        gc.disable()
        try:
            from rcc_tui.services.desk import open_desk

            self.desk = open_desk(self.store, clock=self._clock, unlocked=self._unlocked)
            self._seen = self.desk.store.data_version()
            return work(self.desk)
        finally:
            gc.freeze()
            gc.enable()

    def _read(self, work: Callable[[Desk], T]) -> T:
        assert self._reader is not None
        self._reader.refresh()
        return work(self._reader)

    async def part(self) -> None:
        """From now on let reading have its own thread. Again does nothing."""
        await asyncio.get_running_loop().run_in_executor(self._reads, self._open_reader)

    def _open_reader(self) -> None:
        if self._reader is not None or self.desk is None:
            return
        from rcc_tui.services.beside import beside

        reader = beside(self.desk)
        self._seen = reader.store.data_version()
        self._reader = reader

    def keep(self, what: str) -> None:
        """What was loaded for `what` stays for good: the collector is not to go through it again and again,
        for to go through the index of a region takes longer than a key may. Done once for each."""
        if what not in self._kept:
            self._kept.add(what)
            gc.collect(1)
            gc.freeze()

    def at_rest(self) -> int | None:
        """A number that changes with every commit of others than the reading desk, where nobody reads just
        now, so that something quick may be read at once; else None."""
        reader = self.reader
        if reader is None or self._reading or (self._reader is None and self._acting):
            return None
        self._worked = True
        return reader.store.data_version()

    async def changed(self) -> bool:
        """Whether anybody has written to the store since this was last asked: another program, or an act."""
        if self.desk is None or (self.busy if self._reader is None else self._reading):
            return False
        worked = self._worked
        version = await self.read(lambda desk: desk.store.data_version())
        self._worked = False
        if worked and not self.busy:
            for pool, desk in ((self._acts, self.desk), (self._reads, self._reader)):
                await asyncio.get_running_loop().run_in_executor(pool, _rest, desk)
        changed, self._seen = version != self._seen, version
        return changed

    def close(self) -> None:
        """Let the jobs that run come to their end, drop those that wait, and close the store."""
        self.leaving.set()
        for pool in (self._acts, self._reads):
            pool.shutdown(wait=True, cancel_futures=True)
        for desk in (self._reader, self.desk):
            if desk is not None:
                desk.close()
        if self.desk is not None:
            gc.unfreeze()
        self.desk = self._reader = None


def _rest(desk: Desk | None) -> None:
    """Give back the memory that a desk keeps only to be quicker."""
    if desk is not None:
        desk.store.rest()
    give_back()
