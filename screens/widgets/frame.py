"""What every screen has: title, body, status, keys, help, and a way to say what was done or what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from screens.keys import Key, bindings_for, help_for
from screens.widgets.bars import Facts, KeyFooter, StatusLine, TitleLine, keys_in_force
from screens.widgets.dialogs import Dialog, Tell, said
from screens.widgets.rows import Rows
from screens.widgets.text import fit_cell, join

__all__ = ["Facts", "HelpScreen", "KeyFooter", "RccScreen", "StatusLine", "TitleLine"]

LEAST_WIDTH = 40
LEAST_HEIGHT = 10


class HelpScreen(Dialog[None]):
    """All keys of a screen, section by section. `?`, Enter or Esc closes it.

    Args:
        screen_name: as in the key table.
        shown: how keys are shown where people have remapped them, by id.
        first: what stands before the keys: of each section its heading, what is written, and what it means.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("question_mark,enter,f1", "close", "Close"),
        ("up", "line(-1)", ""),
        ("down", "line(1)", ""),
    ]

    def __init__(
        self,
        screen_name: str,
        title: str = "",
        shown: Mapping[str, str] | None = None,
        first: Iterable[tuple[str, Iterable[tuple[str, str]]]] = (),
    ) -> None:
        self._first = tuple(first)
        name = title or screen_name
        super().__init__(f"{name}: what to write, keys" if self._first else f"Keys: {name}")
        self._screen_name = screen_name
        self._shown = dict(shown or {})

    def inside(self) -> ComposeResult:
        """The sections, and how to go back."""
        lines: list[Content] = []
        for heading, parts in self._first:
            lines.append(join((heading, "bold underline")))
            lines += [join((f" {fit_cell(write, 19)}", "bold"), f" {means}") for write, means in parts]
        for heading, keys in help_for(self._screen_name):
            lines.append(join((heading, "bold underline")))
            for key in keys:
                display = self._shown.get(key.id, key.shown)
                lines.append(
                    join((f" {fit_cell(display, 7)}", "bold"), f" {fit_cell(key.label, 11)} {key.help}")
                )
        yield self.scrolled(Static(Content("\n").join(lines), classes="dialog--body", markup=False))
        yield said("↑ ↓ PgUp PgDn scroll · Esc closes", "hint")

    def on_resize(self) -> None:
        """Take the height there is: all but the frame, the title and the hint."""
        around = 4 if self.app.size.width >= LEAST_WIDTH + 20 else 5
        self.query_one(".dialog--scroll").styles.max_height = max(1, self.app.size.height - around)

    def action_line(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one(".dialog--scroll").scroll_relative(y=by, animate=False)


class RccScreen(Screen[None]):
    """A screen of the application.

    Subclasses name themselves in `SCREEN` (their name in the key table, whence their bindings come),
    give a `HEADING`, and put their widgets in `body`. Own `BINDINGS` are added to those of the table.
    At less than 40×10 it says that the window is too small, and acts on no key of its own.
    """

    SCREEN: ClassVar[str] = ""
    HEADING: ClassVar[str] = "rcc"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("")]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - the base class declares it so
        (0, "-too-narrow"),
        (LEAST_WIDTH, "-narrow"),
        (100, "-medium"),
        (160, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - the base class declares it so
        (0, "-too-low"),
        (LEAST_HEIGHT, "-short"),
        (30, "-tall"),
        (50, "-lofty"),
    ]
    DEFAULT_CSS = """
    RccScreen { layers: base cover; layout: vertical; }
    RccScreen > .frame--body { height: 1fr; }
    RccScreen > .frame--too-small {
        display: none; layer: cover; dock: top; width: 100%; height: 100%;
        background: $background; color: $foreground; text-align: center;
    }
    RccScreen.-too-narrow > .frame--too-small, RccScreen.-too-low > .frame--too-small { display: block; }
    """

    def __init_subclass__(cls, **settings: Any) -> None:
        """Take the screen's bindings from the key table."""
        own = cls.__dict__.get("BINDINGS", [])
        cls.BINDINGS = [*(bindings_for(cls.SCREEN) if "SCREEN" in cls.__dict__ else []), *own]
        super().__init_subclass__(**settings)

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.title_line = TitleLine(self.HEADING)
        self.status = StatusLine()
        self.footer = KeyFooter(self.SCREEN, lambda key: self.apt(key))

    def compose(self) -> ComposeResult:
        """Title, body, status, keys; and the cover for windows that are too small."""
        yield self.title_line
        yield from self.body()
        yield self.status
        yield self.footer
        yield Static(
            f"This window is too small for rcc: it needs {LEAST_WIDTH}×{LEAST_HEIGHT}.",
            classes="frame--too-small",
            markup=False,
        )

    def body(self) -> ComposeResult:
        """The widgets of the screen; one of them takes the height that is left (`height: 1fr`)."""
        yield Static(classes="frame--body", markup=False)

    @property
    def too_small(self) -> bool:
        """Whether the window is too small to show anything."""
        return self.has_class("-too-narrow") or self.has_class("-too-low")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is done unseen: in a window that is too small the screen's own keys rest."""
        return not self.too_small

    def apt(self, key: Key) -> bool:
        """Whether a key of this screen is worth showing in the footer as things stand; it works all the
        same, if only to say why not."""
        return True

    # Saying what happened

    def tell(self, message: str, back: str = "") -> None:
        """Say in one line what was done, and how to take it back ("u takes it back")."""
        self.status.say(f"{message} {back}".rstrip())

    def fail(self, error: BaseException) -> None:
        """Show what went wrong, where, and what to do. Never raises, whatever the error is."""
        dialog = Tell.of(error)
        self.status.say(dialog.what, failed=True)
        if self.app.is_running and not isinstance(self.app.screen, Tell):
            self.app.push_screen(dialog)

    def on_rows_copied(self, event: Rows.Copied) -> None:
        """Say what was copied, and by what way: not every terminal lets it through."""
        self.tell(f"Copied the {event.what} by way of the terminal (OSC 52): {event.text}")

    # Keys that every screen has

    def action_help(self) -> None:
        """All keys of this screen."""
        self.app.push_screen(HelpScreen(self.SCREEN, self.HEADING, keys_in_force(self)))

    def action_back(self) -> None:
        """Close this screen if another lies below it, else go back to where one came from."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.go_back()

    def go_back(self) -> None:
        """Go to the screen that one came from; the application knows which."""

    def action_filter(self) -> None:
        """Screens with a filter put the cursor in it; others say that they have none."""
        self.tell("Nothing to filter here.")

    def action_export_list(self) -> None:
        """Screens with a list write it to a file."""
        self.tell("Here is no list to export.")

    def action_refresh_data(self) -> None:
        """Screens that read data read it again."""
        self.tell("Nothing to read again here.")
