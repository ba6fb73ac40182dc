"""The application: a mode for each screen, the key table, themes and the palette. Nothing else."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.events import Event, Key, Paste
from textual.widget import AwaitMount

from rcc_tui.config import Clock
from rcc_tui.domain.errors import RccError
from screens.base import DeskScreen
from screens.deskthread import DeskThread
from screens.keys import SCREENS, palette_for
from screens.keys import Key as TableKey
from screens.typeahead import OPENING, TypeAhead
from screens.widgets.frame import RccScreen
from screens.widgets.text import clean

if TYPE_CHECKING:
    from rcc_tui.services.secrets import Unlocked

THEMES = ("textual-dark", "textual-light", "ansi-dark", "ansi-light")
POLL_SECONDS = 1.0


def _make(name: str) -> DeskScreen:
    """The screen of that name: `screens/search.py` holds `SearchScreen`. Loaded when first shown."""
    made = getattr(import_module(f"screens.{name}"), f"{name.title()}Screen")()
    assert isinstance(made, DeskScreen)
    return made


class Commands(Provider):
    """The palette: what the keys of the screen do, by name, and the themes."""

    def _commands(self) -> list[tuple[str, str, Any]]:
        screen = self.screen
        name = screen.SCREEN if isinstance(screen, RccScreen) else ""
        found = [
            (f"{key.label} ({key.shown})", key.help, partial(self._run, key))
            for key in palette_for(name)
            if self._applies(key)
        ]
        themes = [(f"Theme: {name}", "Change the colours", partial(self._theme, name)) for name in THEMES]
        return [*found, *themes]

    def _applies(self, key: TableKey) -> bool:
        command = key.command.partition("(")[0]
        if command.startswith("app."):
            return True
        return hasattr(self.screen, f"action_{command}") and bool(self.screen.check_action(command, ()))

    async def _run(self, key: TableKey) -> None:
        await self.app.run_action(key.command, self.screen)

    def _theme(self, name: str) -> None:
        self.app.theme = name

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for name, help_text, run in self._commands():
            yield DiscoveryHit(name, run, help=help_text)

    async def search(self, query: str) -> Hits:
        """Those that fit what was typed."""
        matcher = self.matcher(query)
        for name, help_text, run in self._commands():
            if score := matcher.match(f"{name} {help_text}"):
                yield Hit(score, matcher.highlight(name), run, help=help_text)


class RccApp(App[None]):
    """rcc on one store.

    Args:
        store: the folder of the store, opened after the first frame.
        clock: tells today and now; the system's unless given.
        unlocked: the desk's secret, where somebody had to be asked for it.
    """

    TITLE = "rcc"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[Any]] = {Commands}
    MODES: ClassVar[dict[str, Any]] = {name: partial(_make, name) for name in SCREENS}
    DEFAULT_MODE = SCREENS[0]

    def __init__(self, store: Path, clock: Clock | None = None, unlocked: Unlocked | None = None) -> None:
        super().__init__()
        self.at_desk = DeskThread(store, clock, unlocked)
        self.trouble: BaseException | None = None
        self.typed = TypeAhead(self)
        self._way: list[str] = []

    async def on_event(self, event: Event) -> None:
        """Keys one at a time."""
        if isinstance(event, Key | Paste) and not event.is_forwarded and self.typed.holds(event):
            return
        await super().on_event(event)

    def on_mount(self) -> None:
        """Look once a second whether another program has written to the store."""
        self.set_interval(POLL_SECONDS, self._look)

    def exit(self, *args: Any, **settings: Any) -> None:
        """Leave; a long job that is still at work gives up."""
        self.at_desk.leaving.set()
        super().exit(*args, **settings)

    async def _look(self) -> None:
        if await self.at_desk.changed() and isinstance(self.screen, DeskScreen):
            self.screen.reload()

    def on_unmount(self) -> None:
        """Close the store."""
        self.at_desk.close()

    def action_go(self, name: str) -> None:
        """Show a screen, and remember the way there: Esc leads back, at the last to Today."""
        self._go(name)

    def _go(self, name: str) -> AwaitMount:
        if name != self.current_mode:
            self._forget_what_was_said()
            way = [*self._way, self.current_mode]
            self._way = way[: way.index(name)] if name in way else way
        return self.switch_mode(name)

    def go_back(self) -> None:
        """Show the screen that one came from, at the last Today."""
        self._forget_what_was_said()
        self.switch_mode(self._way.pop() if self._way else self.DEFAULT_MODE)

    def _forget_what_was_said(self) -> None:
        """What the last act did, and how it is taken back, is not said any more of a screen one has left: by
        the time one comes back something else may be true."""
        for screen in self._screen_stacks[self.current_mode]:
            if isinstance(screen, RccScreen):
                screen.status.say("")

    def open_record(self, where: str, record: str) -> None:
        """Go to the screen `where` and, if a record is named, open it in it."""
        self.run_worker(self._open_record(where, record), group=OPENING)

    async def _open_record(self, where: str, record: str) -> None:
        await self._go(where)
        base = self._screen_stacks[where][0]
        if record and isinstance(base, DeskScreen):
            base.show_record(record)

    def give_up(self, error: BaseException) -> None:
        """Leave: the store cannot be opened."""
        self.trouble = error
        self.exit(return_code=error.exit_code if isinstance(error, RccError) else 1)

    def get_key_display(self, binding: Any) -> str:
        """Keys as the key table shows them."""
        return str(binding.key_display or super().get_key_display(binding))


def run(store: Path, unlocked: Unlocked | None = None) -> int:
    """Run the application on a store. Returns the exit code: 0, or that of the error that ended it."""
    app = RccApp(store, unlocked=unlocked)
    app.run()
    if (error := app.trouble) is not None:
        kind = "" if isinstance(error, RccError) else f"{type(error).__name__}: "
        sys.stderr.write(f"{kind}{clean(str(error))}\n")
    return app.return_code or 0
