"""Fields for dates, money, numbers and yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual import events

from rcc_tui.domain.money import parse_pounds, pounds
from screens.widgets.field import Check, Field, FieldInput

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def day_text(iso: str) -> str:
    """An ISO date as dd/mm/yyyy; anything else as it is."""
    match = _ISO.fullmatch(iso)
    return f"{match[3]}/{match[2]}/{match[1]}" if match else iso


class DateField(Field):
    """A day. `parse` turns what people type into an ISO date, and raises ValueError or RccError."""

    def __init__(
        self,
        key: str,
        label: str,
        parse: Callable[[str], str],
        *,
        value: str = "",
        required: bool = False,
        check: Check | None = None,
        hint: str = "99/99/9999, today, +7, fri",
    ) -> None:
        self._parse = parse
        super().__init__(key, label, value=value, required=required, check=check, hint=hint)

    def to_value(self, text: str) -> str:
        """The ISO date of typed text."""
        return self._parse(text)

    def to_text(self, value: str) -> str:
        """The date as dd/mm/yyyy."""
        return day_text(value)


class MoneyField(Field):
    """Pounds and pence as people type them. The value is whole pence in digits: £1,234.50 is `123450`."""

    def to_value(self, text: str) -> str:
        """Pence, in digits."""
        return str(parse_pounds(text, self.label))

    def to_text(self, value: str) -> str:
        """Pence as £1,234.50."""
        return pounds(int(value)) if re.fullmatch(r"-?[0-9]+", value) else value


class NumberField(Field):
    """A whole number, within bounds if given. The value is plain digits."""

    def __init__(
        self,
        key: str,
        label: str,
        *,
        least: int | None = 0,
        most: int | None = None,
        value: str = "",
        required: bool = False,
        check: Check | None = None,
        hint: str = "",
    ) -> None:
        self._least = least
        self._most = most
        super().__init__(key, label, value=value, required=required, check=check, hint=hint)

    def to_value(self, text: str) -> str:
        """Digits without leading noughts."""
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise ValueError(f"“{text}” is not a whole number.")
        number = int(text)
        if self._least is not None and number < self._least:
            raise ValueError(f"{self.label} is {self._least} at the least.")
        if self._most is not None and number > self._most:
            raise ValueError(f"{self.label} is {self._most} at the most.")
        return str(number)


class YesNoInput(FieldInput):
    """y and n answer, Space turns the answer round, Backspace takes it back."""

    def on_key(self, event: events.Key) -> None:
        """Answer on one key; letters that finish the word are let pass."""
        if not event.is_printable:
            return
        event.prevent_default()
        event.stop()
        typed = (event.character or "").casefold()
        if typed in ("y", "n"):
            self.value = "yes" if typed == "y" else "no"
        elif typed == " ":
            self.value = "no" if self.value == "yes" else "yes"
        elif typed not in ("e", "s", "o"):
            self.app.bell()
        self.cursor_position = len(self.value)

    def action_delete_left(self) -> None:
        """Take the answer back."""
        self.value = ""


class YesNoField(Field):
    """Yes, no, or not said. The value is `yes`, `no` or ``."""

    def make_input(self, text: str, hint: str) -> FieldInput:
        """The input to answer in."""
        return YesNoInput(text, hint or "y / n")

    def to_value(self, text: str) -> str:
        """`yes` or `no`."""
        answer = text.casefold()
        if answer not in ("yes", "no", "y", "n"):
            raise ValueError("Answer y or n.")
        return "yes" if answer.startswith("y") else "no"
