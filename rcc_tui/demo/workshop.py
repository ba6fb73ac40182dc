"""Where the region is made: each store worked on by itself, two at a time, joined by real bundles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from rcc_tui.domain.errors import Refused
from rcc_tui.services import region as setup
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.finding import attach
from rcc_tui.services.syncing import export, take_in

T = TypeVar("T")


class Workshop:
    """The stores of a region in the making. `post` is the hub all bundles go through.

    Stores are independent between exchanges, so several processes work on them at once.
    """

    def __init__(self, at: Path, stores: Mapping[str, Path], *, post: str) -> None:
        self._stick = at / "stick"
        self.stores = stores
        self._post = post

    def __enter__(self) -> Workshop:
        self._pool = ProcessPoolExecutor(max_workers=min(len(self.stores), os.cpu_count() or 1))
        return self

    def __exit__(self, *failure: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def found(self, region: Path) -> dict[str, Path]:
        """Make every store. Returns the enrolment files by code."""
        made = {
            code: self._pool.submit(setup.init_desk, store, region, code, "placements")
            for code, store in self.stores.items()
        }
        return {code: one.result() for code, one in made.items()}

    def each(self, work: Callable[..., T], given: Mapping[str, tuple[Any, ...]]) -> dict[str, T]:
        """Do `work(desk, *given)` at each of the desks named; it must be a function of a module."""
        done = {code: self._pool.submit(_at, self.stores[code], work, args) for code, args in given.items()}
        return {code: one.result() for code, one in done.items()}

    def exchange(self) -> None:
        """Everybody hears everybody: all to one hub, the hub to all. The hub is a postman, not an author."""
        self._stick.mkdir()
        others = [code for code in self.stores if code != self._post]
        sent = self.each(_send, {code: ([self._post], self._stick) for code in others})
        files = [file for written in sent.values() for file in written.values()]
        ((_, answers),) = self.each(_take_and_send, {self._post: (files, others, self._stick)}).items()
        self.each(_take, {code: ([answers[code]],) for code in others})
        self._stick.rmdir()


def _at(store: Path, work: Callable[..., T], args: tuple[Any, ...]) -> T:
    with at_desk(store) as desk:
        return work(desk, *args)


@contextmanager
def at_desk(store: Path) -> Iterator[Desk]:
    """An open desk in a hurry: made-up data need not survive a power cut while it is being made."""
    desk = open_desk(store)
    try:
        desk.store.write.execute("PRAGMA synchronous=OFF")
        attach(desk)
        yield desk
    finally:
        desk.close()


def _send(desk: Desk, to: list[str], folder: Path) -> dict[str, Path]:
    return {one.to: Path(one.file) for one in export(desk, to, folder)}


def _take(desk: Desk, files: Iterable[Path]) -> None:
    files = list(files)
    for result in take_in(desk, files):
        if result.exit_code:
            raise Refused(f"{desk.code} could not take in a bundle: {result.reason}", where=result.file)
    for file in files:
        file.unlink()


def _take_and_send(desk: Desk, files: list[Path], to: list[str], folder: Path) -> dict[str, Path]:
    _take(desk, files)
    return _send(desk, to, folder)
