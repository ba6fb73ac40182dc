"""A line to type a filter in: out of sight until it is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.message import Message
from textual.widgets import Input, Static

from screens.widgets.field import FieldInput


def fits(wanted: str, texts: Iterable[str]) -> bool:
    """Whether each typed word is found somewhere in the texts, in whatever case."""
    whole = " ".join(texts).casefold()
    return all(word in whole for word in wanted.casefold().split())


class FilterLine(HorizontalGroup):
    """Words that narrow a list while they are typed. Enter and arrows lead to the list, Esc ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "take_off", show=False)]
    DEFAULT_CSS = """
    FilterLine { display: none; height: 1; padding: 0 1; }
    FilterLine.-shown { display: block; }
    FilterLine > Static { width: auto; text-style: bold; }
    FilterLine > FieldInput { width: 1fr; background: $surface; }
    """

    class Changed(Message):
        """Other words are wanted; none when the filter was taken off."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Done(Message):
        """The person wants to go on to the list."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.input = FieldInput("", hint)

    def compose(self) -> ComposeResult:
        """A sign, and the input."""
        yield Static("/ ", markup=False)
        yield self.input

    def begin(self) -> None:
        """Come into view, and take the cursor."""
        self.add_class("-shown")
        self.input.focus()

    def action_take_off(self) -> None:
        """Go out of sight, and filter no more."""
        self.input.put("")
        self.remove_class("-shown")
        self.post_message(self.Changed(""))
        self.post_message(self.Done())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self.post_message(self.Changed(self.input.value))

    def on_field_input_step(self, event: FieldInput.Step) -> None:
        """To the list."""
        event.stop()
        self.post_message(self.Done())
