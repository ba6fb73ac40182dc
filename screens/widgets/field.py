"""One field of a form: label left, input right, what is wrong below. One line when all is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from rcc_tui.domain.errors import RccError
from screens.widgets.text import clean, safe

Check = Callable[[str], str]
"""Given a field's value, says what is wrong ("" if nothing); it may raise ValueError or RccError instead."""


def reason(error: Exception) -> str:
    """What an error says to a person, in one line."""
    if isinstance(error, RccError):
        return f"{error.message} {error.hint}".rstrip()
    return str(error) or type(error).__name__


class FieldInput(Input):
    """A one-line input without a box. Arrows and Enter ask to go on; what is pasted becomes one line.

    `longest` is how many characters it holds, 0 for any number: measuring thousands at every key is dear.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("enter", "step(1, True)", show=False),
    ]

    class Step(Message):
        """The person wants the next field (`by` 1) or the one before (-1); `entered` when by Enter."""

        def __init__(self, by: int, entered: bool) -> None:
            super().__init__()
            self.by = by
            self.entered = entered

    def __init__(self, value: str, placeholder: str, longest: int = 0) -> None:
        super().__init__(None, clean(placeholder), compact=True, max_length=longest)
        self.cursor_blink = False
        self.put(value)

    def put(self, text: str) -> None:
        """Show text, cleaned, the cursor after it. Works before the input is on a screen, too."""
        text = clean(text)
        text = text[: self.max_length] if self.max_length else text
        if self.is_attached:
            self.value = text
            self.cursor_position = len(self.value)
        else:
            self.set_reactive(Input.value, text)

    def validate_value(self, value: str) -> str:
        """Note how wide the text will be, before the input does: it would have the whole screen laid out anew
        at every key, for a bar that it never shows."""
        width = cell_len(value) + 1 if value else cell_len(str(self.placeholder))
        self.set_reactive(Widget.virtual_size, Size(width, 1))
        return value

    def on_mount(self) -> None:
        """Measure text that was put here before."""
        text = self.value
        self.set_reactive(Input.value, "")
        self.value = text
        self._initial_value = False  # else the first text that comes is shown from its beginning

    def on_paste(self, event: events.Paste) -> None:
        """Take all lines, as one, with nothing hidden in it; as much as there is room for."""
        event.prevent_default()
        event.stop()
        # What is far beyond need not even be cleaned.
        pasted = event.text[: 4 * self.max_length] if self.max_length else event.text
        text = clean(" ".join(pasted.split()))
        start, end = sorted(self.selection)
        if self.max_length:
            text = text[: max(0, self.max_length - len(self.value) + end - start)]
        self.replace(text, start, end)

    def action_step(self, by: int, entered: bool = False) -> None:
        """Ask for the field after, or before."""
        self.post_message(self.Step(by, entered))


class Field(Widget):
    """A field for text. Subclasses say how typed text becomes a value, and a value text.

    Args:
        key: names the value among the form's values, and the errors' `where`.
        label: what people call it.
        value: the value to begin with; it comes back unchanged unless someone types.
        required: whether empty is an error; shown as `*`.
        check: says what is wrong with a value (see `Check`); asked for values that are not empty.
        hint: shown in the empty input.
    """

    DEFAULT_CSS = """
    Field { height: auto; width: 1fr; layout: vertical; }
    Field > HorizontalGroup > .field--label {
        width: 35%; max-width: 28; height: 1; padding-right: 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Field > HorizontalGroup > FieldInput { width: 1fr; background: $surface; }
    Field > .field--error { display: none; color: $text-error; padding-left: 2; height: auto; }
    Field.-bad > .field--error { display: block; }
    Field:focus-within > HorizontalGroup > .field--label { text-style: bold; }
    Field:nocolor > HorizontalGroup > FieldInput { text-style: underline; }
    """

    class Left(Message):
        """The cursor left the field; `changed` if its text is another than when it came."""

        def __init__(self, field: Field, changed: bool) -> None:
            super().__init__()
            self.field = field
            self.changed = changed

    def __init__(
        self,
        key: str,
        label: str,
        *,
        value: str = "",
        required: bool = False,
        check: Check | None = None,
        hint: str = "",
    ) -> None:
        super().__init__()
        self.key = key
        self.label = label
        self.required = required
        self.error = ""
        self._check = check
        self._given = value, clean(self.to_text(value))
        self.input = self.make_input(self._given[1], hint)
        self._label = Static(classes="field--label", markup=False)
        self._error = Static(classes="field--error", markup=False)
        self._on_entry = self._given[1]

    def make_input(self, text: str, hint: str) -> FieldInput:
        """The input to type in."""
        return FieldInput(text, hint)

    def compose(self) -> ComposeResult:
        """Label and input beside each other, the error below."""
        with HorizontalGroup():
            yield self._label
            yield self.input
        yield self._error

    def on_mount(self) -> None:
        """Show the label."""
        self._show_label(False)

    # Text and value

    def to_value(self, text: str) -> str:
        """The value of typed text (stripped, not empty). Raises ValueError or RccError if it has none."""
        return text

    def to_text(self, value: str) -> str:
        """A value as people read and type it."""
        return value

    @property
    def text(self) -> str:
        """What stands in the input, as typed."""
        return self.input.value

    def set_text(self, text: str) -> None:
        """Put text in the input as if it had been typed."""
        self.input.put(text)

    def set_value(self, value: str) -> None:
        """Show a value, as at the beginning."""
        self._given = value, clean(self.to_text(value))
        self.set_text(self._given[1])
        self.set_error("")

    def _read(self) -> str:
        if self.text == self._given[1]:
            return self._given[0]
        text = self.text.strip()
        return self.to_value(text) if text else ""

    @property
    def value(self) -> str:
        """The value, "" if the field is empty or its text has no value (`problem` says why)."""
        try:
            return self._read()
        except (ValueError, RccError):
            return ""

    def problem(self) -> str:
        """What is wrong with the field as it stands; "" if nothing is."""
        try:
            value = self._read()
            if not value:
                return f"{self.label} is needed." if self.required else ""
            return self._check(value) if self._check is not None else ""
        except (ValueError, RccError) as error:
            return reason(error)

    def test(self) -> str:
        """Find out what is wrong, show it below the field, and return it."""
        self.set_error(self.problem())
        return self.error

    def set_error(self, message: str) -> None:
        """Show an error below the field; "" clears it."""
        self.error = message
        self._error.update(safe(f"! {message}" if message else ""))
        self.set_class(bool(message), "-bad")
        self._show_label(self.input.has_focus)

    def tidy(self) -> None:
        """Write the text as its value is written: `today` becomes a date, `1234` becomes £1,234.00."""
        if self.text == self._given[1]:
            return
        value = self.value
        if value or not self.text.strip():
            # From now on this text means this value: it need not be read a second time.
            self._given = value, clean(self.to_text(value)) if value else ""
            self.set_text(self._given[1])

    # Coming and going

    def on_descendant_focus(self) -> None:
        """Mark the label, and remember what stood here."""
        self._on_entry = self.text
        self._show_label(True)

    def on_descendant_blur(self) -> None:
        """Write the value properly and say at once what is wrong."""
        changed = self.text != self._on_entry
        self.tidy()
        self.test()
        self._show_label(False)
        self.post_message(self.Left(self, changed))

    def on_input_changed(self, event: Input.Changed) -> None:
        """An error goes as soon as it is mended."""
        event.stop()
        if self.error and not self.problem():
            self.set_error("")

    def _show_label(self, focused: bool) -> None:
        sign = "!" if self.error else "*" if self.required else " "
        self._label.update(safe(f"{'>' if focused else ' '}{sign}{self.label}"))


class TextField(Field):
    """A field for words."""
