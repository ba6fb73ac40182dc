"""Dialogs: a question, a refusal, a choice from a list, one value. Keys suffice for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rcc_tui.domain.errors import RccError
from screens.widgets.codefield import Option, fitting
from screens.widgets.field import Field, FieldInput
from screens.widgets.rows import Column, Row, Rows
from screens.widgets.text import join, safe

Result = TypeVar("Result")


def said(text: object, kind: str = "body") -> Static:
    """A line or paragraph of a dialog, of class `dialog--<kind>`; data is shown literally."""
    return Static(safe(text, newlines=True), classes=f"dialog--{kind}", markup=False)


class Dialog(ModalScreen[Result | None]):
    """A box over the screen. Esc closes it with None; long text scrolls with PgUp and PgDn."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="dialog.close"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="dialog.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="dialog.page-down"),
    ]
    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog .dialog--box { width: 90%; max-width: 76; height: auto; max-height: 100%; padding: 0 1;
                          border: round $border; background: $surface; color: $foreground; }
    Dialog .dialog--scroll { height: auto; max-height: 50vh; }
    Dialog .dialog--title { text-style: bold; }
    Dialog .dialog--hint { color: $text-muted; }
    Dialog .dialog--title, Dialog .dialog--body, Dialog .dialog--hint { height: auto; width: 1fr; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._heading = title

    def compose(self) -> ComposeResult:
        """The box, its title, and what the dialog puts in it."""
        with Vertical(classes="dialog--box"):
            yield said(self._heading, "title")
            yield from self.inside()

    def inside(self) -> ComposeResult:
        """What stands below the title."""
        yield from ()

    def scrolled(self, *paragraphs: Static) -> VerticalScroll:
        """Text that may be longer than the window."""
        return VerticalScroll(*paragraphs, classes="dialog--scroll", can_focus=False)

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_page(self, by: int) -> None:
        """Scroll long text."""
        for part in self.query(".dialog--scroll").results(VerticalScroll):
            part.scroll_relative(y=by * max(1, part.size.height - 1), animate=False)


class Ask(Dialog[str]):
    """A question with a few answers. Gives the key of the answer, None on Esc.

    Args:
        choices: `(key, label)`, each key one letter or digit; the first is under the cursor.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down,tab", "move(1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    def __init__(self, title: str, body: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(title)
        self._body = body
        self._choices = tuple(choices)
        self._at = 0
        self._list = Static(classes="dialog--body", markup=False)

    def inside(self) -> ComposeResult:
        """The body, the answers, and how to go back."""
        yield self.scrolled(said(self._body))
        yield self._list
        yield said("Esc goes back", "hint")

    def on_mount(self) -> None:
        """Show the answers."""
        self._paint()

    def _paint(self) -> None:
        lines = [
            join((f"{'>' if place == self._at else ' '} {key}  {label}", "bold" if place == self._at else ""))
            for place, (key, label) in enumerate(self._choices)
        ]
        self._list.update(Content("\n").join(lines))

    def action_move(self, by: int) -> None:
        """To another answer."""
        self._at = (self._at + by) % max(1, len(self._choices))
        self._paint()

    def action_choose(self) -> None:
        """Give the answer under the cursor."""
        if self._choices:
            self.dismiss(self._choices[self._at][0])

    def on_key(self, event: events.Key) -> None:
        """A letter gives its answer at once."""
        for key, _ in self._choices:
            if event.character == key:
                event.stop()
                self.dismiss(key)
                return

    def on_click(self, event: events.Click) -> None:
        """A click gives the answer under it."""
        at = event.get_content_offset(self._list) if event.widget is self._list else None
        if at is not None and at.y < len(self._choices):
            self.dismiss(self._choices[at.y][0])


class Tell(Dialog[None]):
    """What went wrong, where, and what to do. Enter, Space or Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "close", show=False)]

    def __init__(self, what: str, where: str = "", hint: str = "", title: str = "Not done") -> None:
        super().__init__(title)
        self.what = what
        self.where = where
        self.hint = hint

    @classmethod
    def of(cls, error: BaseException) -> Tell:
        """The dialog for an error; one that is not of the program's family is shown by its kind."""
        if isinstance(error, RccError):
            return cls(error.message, error.where, error.hint)
        try:
            what = f"{type(error).__name__}: {error}".rstrip(": ")
        except Exception:  # an error that cannot even say itself is still to be shown
            what = type(error).__name__
        return cls(
            what, hint="This is a fault of the program. What was saved before is safe.", title="A fault"
        )

    def inside(self) -> ComposeResult:
        """What, where, hint; those that are empty are left out."""
        parts = [said(f"! {self.what}")]
        parts += [said(f"Where: {self.where}")] if self.where else []
        parts += [said(f"Next:  {self.hint}")] if self.hint else []
        yield self.scrolled(*parts)
        yield said("Enter closes", "hint")


class Pick(Dialog[str]):
    """One of a list; typing narrows it. Gives the chosen option's first part, None on Esc.

    Args:
        options: `(id or code, label)`; both are searched if `codes`, which also shows the first part.
    """

    DEFAULT_CSS = """
    Pick Rows { height: auto; max-height: 50vh; min-height: 4; }
    """

    def __init__(self, title: str, options: Sequence[Option], *, codes: bool = False) -> None:
        super().__init__(title)
        self._options = tuple(options)
        self._searched = self._options if codes else tuple(("", label) for _, label in self._options)
        self._codes = codes
        columns = (Column("code", "Code", 6),) if codes else ()
        self.rows = Rows(
            (*columns, Column("label", title, 8, flex=1)), empty="Nothing fits. Type less.", mark_width=0
        )
        self.rows.can_focus = False
        self.input = FieldInput("", "type to narrow")

    def inside(self) -> ComposeResult:
        """The input, and the list below it."""
        yield self.input
        yield self.rows
        yield said("↑ ↓ move · Enter takes · Esc goes back", "hint")

    def on_mount(self) -> None:
        """Show all options."""
        self._narrow("")

    def _narrow(self, typed: str) -> None:
        found = fitting(self._searched, typed)
        # Ids of rows are places in the list: two options may bear the same first part.
        self.rows.set_rows(
            [
                Row(str(place), self._options[place] if self._codes else self._options[place][1:])
                for place in found
            ]
        )
        self.rows.styles.height = min(len(found), 12) + 2 if found else 4
        if found:
            self.rows.go_to(str(found[0]))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._narrow(event.value)

    def on_field_input_step(self, event: FieldInput.Step) -> None:
        """Arrows move in the list, Enter takes."""
        if event.entered:
            self.rows.action_choose()
        elif event.by > 0:
            self.rows.action_cursor_down()
        else:
            self.rows.action_cursor_up()

    def action_page(self, by: int) -> None:
        """Move by pages in the list."""
        if by > 0:
            self.rows.action_page_down()
        else:
            self.rows.action_page_up()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Give the option."""
        self.dismiss(self._options[int(event.row_id)][0])


class Prompt(Dialog[str]):
    """One value, asked for with any kind of field. Enter gives it if it is valid; Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "accept", show=False)]

    def __init__(self, title: str, field: Field, body: str = "") -> None:
        super().__init__(title)
        self.field = field
        self._body = body

    def inside(self) -> ComposeResult:
        """The body, the field, and the keys."""
        if self._body:
            yield self.scrolled(said(self._body))
        yield self.field
        yield said("Enter takes it · Esc goes back", "hint")

    def on_field_input_step(self, event: FieldInput.Step) -> None:
        """Enter gives the value."""
        if event.entered:
            self.action_accept()

    def action_accept(self) -> None:
        """Give the value if it is valid, else say what is wrong."""
        if not self.field.test():
            self.dismiss(self.field.value)
