"""How far something is: on the standard error, and only where a person looks on."""

from __future__ import annotations

import sys
from types import TracebackType

from rcc_tui.cli.output import clean
from rcc_tui.cli.session import Session

_WIDTH = 30
_LINE = 78


class Narrated:
    """Called with (what, done, of all); draws one line that goes away at the end."""

    def __init__(self, session: Session) -> None:
        self._shown = sys.stderr.isatty() and not session.json and not session.in_batch
        self._drawn = False

    def __enter__(self) -> Narrated:
        return self

    def __call__(self, what: str, done: int, of_all: int) -> None:
        if not self._shown:
            return
        filled = _WIDTH * done // of_all if of_all else 0
        line = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done:,} of {of_all:,} {clean(what)}"
        sys.stderr.write("\r" + line[:_LINE].ljust(_LINE))
        sys.stderr.flush()
        self._drawn = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            sys.stderr.write("\r" + " " * _LINE + "\r")
            sys.stderr.flush()
