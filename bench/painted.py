"""What `bench.painting` runs in a terminal: rcc, or the least that could paint the same list. Each
writes down when a key came and when a frame had been handed to the terminal, in nanoseconds."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import IO, Any

from textual.app import App, ComposeResult
from textual.events import Event, Key

from rcc_tui.app import RccApp
from screens.search_line import QueryLine
from screens.search_text import COLUMNS
from screens.widgets.rows import Row, Rows

_PAGES = 26
_PAGE = 50


class _Noted:
    """What both write down."""

    noted: IO[str]

    def note(self, what: str) -> None:
        """One line."""
        self.noted.write(f"{what} {time.perf_counter_ns()}\n")
        self.noted.flush()


class Ours(_Noted, RccApp):
    """rcc itself."""

    async def on_event(self, event: Event) -> None:
        """A key."""
        if isinstance(event, Key):
            self.note("key")
        await super().on_event(event)

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.note("frame")


class Least(_Noted, App[None]):
    """A line to type in and a list: each key shows another page, made beforehand."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(COLUMNS, multi=True, mark_width=3)
        self.line = QueryLine("", 0, self._typed)
        self._pages = [_page(number) for number in range(_PAGES)]

    def compose(self) -> ComposeResult:
        """Both."""
        yield self.line
        yield self.rows

    def on_mount(self) -> None:
        """Type at once."""
        self.line.focus()

    def _typed(self) -> None:
        self.rows.set_rows(self._pages[len(self.line.value) % _PAGES])

    async def on_event(self, event: Event) -> None:
        """A key."""
        if isinstance(event, Key):
            self.note("key")
        await super().on_event(event)

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.note("frame")


def _page(number: int) -> list[Row]:
    cells = ("House", "Reading", "Whitley", "U6", "5-16", "2")
    return [
        Row(
            f"{number}-{row}",
            (f"{cells[0]} {row * 31 + number}", *cells[1:], f"{row}.{number % 10}", "£530.00"),
            "sE",
        )
        for row in range(_PAGE)
    ]


def main(words: list[str]) -> None:
    """`painted LOG` the least, `painted LOG STORE` rcc."""
    app: Ours | Least = Ours(Path(words[1])) if len(words) > 1 else Least()
    with Path(words[0]).open("w") as app.noted:
        app.run()


if __name__ == "__main__":
    main(sys.argv[1:])
