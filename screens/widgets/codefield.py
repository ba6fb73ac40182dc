"""A field for a code: a few letters of the code or of its meaning show the candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from screens.widgets.field import Check, Field, FieldInput
from screens.widgets.text import join, safe

Option = tuple[str, str]
"""A code and what it means; the meaning may be empty."""

SHOWN = 8
"""Candidates shown at once."""


def fitting(options: Sequence[Option], typed: str) -> list[int]:
    """Places of the options that fit what was typed, best first.

    The code itself, codes that begin with it, meanings in which each typed word begins a word, meanings
    that hold three letters or more of it anywhere. Nothing typed fits all, in their order.
    """
    wanted = typed.casefold().strip()
    words = wanted.split()

    def rank(option: Option) -> int:
        code, meaning = option[0].casefold(), option[1].casefold()
        if not wanted or wanted in (code, meaning):
            return 0
        if code.startswith(wanted):
            return 1
        begins = [code, *meaning.replace("-", " ").replace("(", " ").split()]
        if all(any(begin.startswith(word) for begin in begins) for word in words):
            return 2
        return 3 if len(wanted) > 2 and wanted in meaning else 4

    ranked = sorted((rank(option), place) for place, option in enumerate(options))
    return [place for grade, place in ranked if grade < 4]


def candidates(options: Sequence[Option], typed: str) -> list[Option]:
    """The options that fit what was typed, best first (see `fitting`)."""
    return [options[place] for place in fitting(options, typed)]


def option_text(option: Option) -> str:
    """A code with its meaning, as the field shows it."""
    return " · ".join(part for part in option if part)


class CodeInput(FieldInput):
    """While candidates are shown the arrows move among them, Enter and Tab take one, Esc puts them away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take_and_go", show=False),
        Binding("escape", "put_away", show=False),
    ]

    def _field(self) -> CodeField:
        return next(node for node in self.ancestors if isinstance(node, CodeField))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc goes on to the form when there is nothing to put away."""
        return self._field().is_open if action == "put_away" else True

    def action_step(self, by: int, entered: bool = False) -> None:
        """Move among candidates, take one, or go to another field."""
        field = self._field()
        if not field.is_open:
            super().action_step(by, entered)
        elif entered:
            field.take()
            super().action_step(by, entered)
        else:
            field.move(by)

    def action_take_and_go(self) -> None:
        """Take the candidate, if any is shown, and go on as Tab does."""
        self._field().take()
        self.screen.focus_next()

    def action_put_away(self) -> None:
        """Hide the candidates."""
        self._field().close()


class CodeField(Field):
    """A code out of a list. The value is the code; the field shows its meaning with it.

    Args:
        options: codes and meanings, in the order to list them.
    """

    DEFAULT_CSS = """
    CodeField > .field--options {
        display: none; overlay: screen; constrain: none inside; width: 1fr; height: auto;
        border: round $border; background: $panel; color: $foreground;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    CodeField.-open > .field--options { display: block; }
    """

    def __init__(
        self,
        key: str,
        label: str,
        options: Sequence[Option],
        *,
        value: str = "",
        required: bool = False,
        check: Check | None = None,
        hint: str = "",
    ) -> None:
        self.options = tuple(options)
        self._by_code = dict(self.options)
        self._by_text = {option_text(option).casefold(): option[0] for option in self.options}
        self._found: list[Option] = []
        self._at = 0
        self._taken = ""
        hint = hint or "letters of code or meaning; space lists all"
        super().__init__(key, label, value=value, required=required, check=check, hint=hint)
        self._taken = self.text
        self._list = Static(classes="field--options", markup=False)

    def make_input(self, text: str, hint: str) -> FieldInput:
        """The input to type in."""
        return CodeInput(text, hint)

    def compose(self) -> ComposeResult:
        """The field, and its candidates floating below."""
        yield from super().compose()
        yield self._list

    def to_value(self, text: str) -> str:
        """The code that the text means, if it means but one."""
        typed = text.casefold()
        if typed in self._by_text:
            return self._by_text[typed]
        found = candidates(self.options, text)
        if found and (len(found) == 1 or found[0][0].casefold() == typed):
            return found[0][0]
        if not found:
            raise ValueError(f"No code or meaning fits “{text}”.")
        several = ", ".join(code for code, _ in found[:5])
        raise ValueError(f"“{text}” fits {len(found)}: {several}{'…' if len(found) > 5 else ''}. Choose one.")

    def to_text(self, value: str) -> str:
        """The code with its meaning; a code that is not in the list as it is."""
        return option_text((value, self._by_code.get(value, "")))

    @property
    def is_open(self) -> bool:
        """Whether candidates are shown."""
        return self.has_class("-open")

    @property
    def found(self) -> tuple[Option, ...]:
        """The candidates that are shown, or would be."""
        return tuple(self._found)

    def set_text(self, text: str) -> None:
        """Put text in the input without showing candidates."""
        super().set_text(text)
        self._taken = self.text
        self.close()

    def close(self) -> None:
        """Hide the candidates."""
        self.remove_class("-open")

    def move(self, by: int) -> None:
        """Go to another candidate."""
        self._at = max(0, min(self._at + by, len(self._found) - 1))
        self._paint()

    def take(self) -> None:
        """Take the candidate under the cursor, if candidates are shown."""
        if self.is_open and self._found:
            self.set_text(option_text(self._found[self._at]))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits. Text that was put there, not typed, shows nothing."""
        # Compared with what stands there now: the message may be older than a candidate just taken.
        text = self.text
        if text == self._taken or not text or not self.input.has_focus:
            self.close()
            return
        self._taken = ""
        self._found = candidates(self.options, text)
        self._at = 0
        self.add_class("-open")
        self._paint()

    def on_descendant_blur(self) -> None:
        """Put the candidates away."""
        self.close()

    def _paint(self) -> None:
        first = max(0, self._at - SHOWN + 1)
        lines = [
            safe(
                f"{'>' if place == self._at else ' '} {code:<4} {meaning}",
                "bold" if place == self._at else "",
            )
            for place, (code, meaning) in enumerate(self._found[first : first + SHOWN], first)
        ]
        rest = len(self._found) - first - len(lines)
        if rest > 0:
            lines.append(join((f"  … {rest} more: type on", "dim")))
        if not lines:
            lines.append(safe("  - nothing fits"))
        self._list.update(Content("\n").join(lines))
