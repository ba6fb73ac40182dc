"""Stores copied from one that was made once: a fresh region for a test in milliseconds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from db.engine import open_store
from rcc_tui.config import Clock
from rcc_tui.services.desk import Desk
from rcc_tui.sync.keys import write_key
from tests.region import CODES, TODAY, Seat, member_of, open_at, seat, signed_roll


def make_models(folder: Path, seats: list[Seat]) -> Path:
    """A closed store for each of `seats`, on one roll, to copy from."""
    by_code: dict[str, list[Seat]] = {}
    for one in seats:
        by_code.setdefault(one.code, []).append(one)
    members = [member_of(code, of_it, host=code == CODES[0]) for code, of_it in by_code.items()]
    signed = signed_roll(members)
    for one in seats:
        desk = open_at(folder / _name(one), one, signed)
        desk.store.write.execute("PRAGMA synchronous=FULL")
        desk.close()
    return folder


def _name(one: Seat) -> str:
    return f"{one.code} {one.name}"


class Copies:
    """Gives out fresh desks, copies of the models; closes them all."""

    def __init__(self, models: Path, folder: Path, stack: ExitStack) -> None:
        self._models = models
        self._folder = folder
        self._stack = stack
        self._made = 0

    def desk(self, one: Seat) -> Desk:
        """A fresh store of a desk. It forgets on a power cut, and is quick for it."""
        self._made += 1
        folder = self._folder / f"copy {self._made}"
        shutil.copytree(self._models / _name(one), folder)
        return self.opened(folder, one)

    def opened(self, folder: Path, one: Seat) -> Desk:
        """The store that lies in a folder, opened."""
        store, _ = open_store(folder)
        store.write.execute("PRAGMA synchronous=OFF")
        desk = Desk(store, one.desk, Clock(date.fromisoformat(TODAY)))
        self._stack.callback(desk.close)
        return desk

    def closed(self, one: Seat) -> Path:
        """The folder of a fresh store nobody has open, its key beside it, for another process to open."""
        self._made += 1
        folder = self._folder / f"copy {self._made}"
        shutil.copytree(self._models / _name(one), folder)
        write_key(folder / "desk.key", one.desk, kind="desk", name=one.name)
        return folder

    def region(self) -> dict[str, Desk]:
        """A desk of each member, by code."""
        return {code: self.desk(seat(code)) for code in CODES}


@contextmanager
def copies_of(models: Path, folder: Path) -> Iterator[Copies]:
    """Copies that are closed at the end."""
    with ExitStack() as stack:
        yield Copies(models, folder, stack)
