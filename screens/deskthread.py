"""The one thread in which the open desk lives, so that no key press waits for the store.

Every use of the desk is a job here, one after the other: acts, reads and the search index never meet.
The services (and with them the ORM) are imported by the first job, after the first frame.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rcc_tui.config import Clock
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.secrets import Unlocked

T = TypeVar("T")


class DeskThread:
    """Opens the store in `store` with its first job and closes it at the end.

    `desk` is None until the store is open. `unlocked` is its secret where somebody had to be asked for it.
    """

    def __init__(self, store: Path, clock: Clock | None = None, unlocked: Unlocked | None = None) -> None:
        self.store = store
        self._clock = clock
        self._unlocked = unlocked
        self.desk: Desk | None = None
        self._seen = 0
        self._jobs = 0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk")

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._jobs > 0

    async def run(self, work: Callable[[Desk], T]) -> T:
        """The result of `work` on the open desk. Raises what it raises, and what opening the store raises."""
        self._jobs += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._job, work)
        finally:
            self._jobs -= 1

    def _job(self, work: Callable[[Desk], T]) -> T:
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

    async def changed(self) -> bool:
        """Whether another program has written to the store since this was last asked."""
        if self.desk is None or self.busy:
            return False
        version = await self.run(lambda desk: desk.store.data_version())
        changed, self._seen = version != self._seen, version
        if changed:
            await self.run(lambda desk: desk.refresh())
        return changed

    def close(self) -> None:
        """Let the job that runs come to its end, drop those that wait, and close the store."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self.desk is not None:
            self.desk.close()
            self.desk = None
            gc.unfreeze()
