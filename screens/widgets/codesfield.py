"""A field for several codes out of a list, with commas between them."""

from __future__ import annotations

from textual.widgets import Input

from screens.widgets.codefield import CodeField, CodeInput, candidates, option_text
from screens.widgets.field import Field, FieldInput

BETWEEN = ", "


class CodesInput(CodeInput):
    """Enter takes the candidate and stays for the next one; Enter with none shown goes on."""

    def action_step(self, by: int, entered: bool = False) -> None:
        """Move among candidates, take one, or go to another field."""
        field = self._field()
        if field.is_open and entered:
            field.take()
        else:
            super().action_step(by, entered)


class CodesField(CodeField):
    """Several codes. The value is the codes with commas between; the field shows what they mean.

    Meanings hold no commas.
    """

    def make_input(self, text: str, hint: str) -> FieldInput:
        """The input to type in."""
        return CodesInput(text, hint)

    def to_value(self, text: str) -> str:
        """The codes of typed text, each once, in the order typed."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return ",".join(dict.fromkeys(self._code(part) for part in parts))

    def _code(self, part: str) -> str:
        named = next((code for code, meaning in self.options if meaning.casefold() == part.casefold()), "")
        return named or super().to_value(part)

    def to_text(self, value: str) -> str:
        """What the codes mean; a code that is not in the list as it is."""
        return BETWEEN.join(self._by_code.get(code, code) for code in value.split(",") if code)

    def take(self) -> None:
        """Put the candidate under the cursor in place of the part that was typed last."""
        if not (self.is_open and self._found):
            return
        before = self.text.rpartition(",")[0]
        code, meaning = self._found[self._at]
        kept = [part.strip() for part in before.split(",") if part.strip()]
        self.set_text(BETWEEN.join([*kept, meaning or option_text((code, meaning)), ""]))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits the part after the last comma."""
        event.prevent_default()  # or the handler of the field for one code would follow
        Field.on_input_changed(self, event)
        text = self.text
        part = text.rpartition(",")[2].strip()
        if text == self._taken or not part or not self.input.has_focus:
            self.close()
            return
        self._taken = ""
        self._found = candidates(self.options, part)
        self._at = 0
        self.add_class("-open")
        self._paint()
