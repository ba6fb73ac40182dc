"""One run of the program: which store, how to answer, and the desk while it is open."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.output import clean
from rcc_tui.config import default_store
from rcc_tui.domain.errors import Refused

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk


class Demo(Protocol):
    """The made-up region, as the commands need it."""

    def make(
        self, at: Path, *, vacancies: int, seed: int, progress: Callable[[str, int, int], None]
    ) -> dict[str, Path]:
        """Make a region below `at`: the folder of each store by its code."""
        ...

    def play(self, at: Path, say: Callable[[str], None]) -> None:
        """Do a whole month's work in a region that was made, telling it line by line."""
        ...


class OpenScreens(Exception):
    """Asks whoever started the command to open the screens at a store."""

    def __init__(self, store: Path) -> None:
        super().__init__(store)
        self.store = store


def open_session(folder: Path, *, followed: bool = False) -> Desk:
    """Open the desk in a folder; `followed` when vacancies are changed or searched, so that the index
    of the search learns of it."""
    from rcc_tui.cli.asking import asker
    from rcc_tui.services.desk import open_desk

    desk = open_desk(folder, ask=asker())
    if followed:
        _follow(desk)
    return desk


def _follow(desk: Desk) -> None:
    from rcc_tui.services.finding import attach

    attach(desk)


@dataclass
class Session:
    """What holds for one command line. Sessions of one `batch` share their open desks."""

    load_demo: Callable[[], Demo]
    execute: Callable[[Sequence[str], Session], Answer]
    store: Path | None = None
    json: bool = False
    yes: bool = False
    in_batch: bool = False
    _desks: dict[Path, Desk] = field(default_factory=dict)
    _followed: set[Path] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """The folder of the store."""
        return self.store or default_store()

    def desk(self, *, followed: bool = False) -> Desk:
        """The open desk; opened once however often it is asked for."""
        folder = self.folder
        if folder not in self._desks:
            self._desks[folder] = open_session(folder, followed=followed)
        elif followed and folder not in self._followed:
            _follow(self._desks[folder])
        if followed:
            self._followed.add(folder)
        return self._desks[folder]

    def line(self) -> Session:
        """The session of one line of a batch: the same desks, its own flags."""
        return replace(self, in_batch=True)

    def close(self) -> None:
        """Close the desks."""
        while self._desks:
            self._desks.popitem()[1].close()
        self._followed.clear()

    def confirm(self, question: str) -> None:
        """Ask on a terminal whether to go on. `--yes`, a batch, and no terminal all mean yes."""
        if self.yes or self.in_batch or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return
        sys.stderr.write(f"{clean(question)} [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
            raise Refused("Nothing was changed.", code="not-confirmed")

    def say(self, line: str) -> None:
        """A line of the answer, shown at once: to the standard output."""
        sys.stdout.write(f"{clean(line)}\n")
        sys.stdout.flush()

    def tell(self, line: str) -> None:
        """Narration: to the standard error."""
        sys.stderr.write(f"{clean(line)}\n")
        sys.stderr.flush()


def is_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()
