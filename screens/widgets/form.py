"""A form: fields below each other, one line each. Nothing typed is lost, nothing wrong is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from screens.keys import bindings_for
from screens.widgets.codefield import CodeField
from screens.widgets.dialogs import Ask
from screens.widgets.field import Check, Field, FieldInput, TextField
from screens.widgets.fields import DateField, MoneyField, NumberField, YesNoField
from screens.widgets.text import safe

__all__ = [
    "Check",
    "CodeField",
    "DateField",
    "Field",
    "Form",
    "MoneyField",
    "NumberField",
    "TextField",
    "YesNoField",
]


class Form(VerticalScroll, can_focus=False):
    """Fields, with headings between them if wanted. Ctrl+S saves, Esc leaves; the foot line counts errors.

    Args:
        parts: fields, and other widgets such as headings, from top to bottom.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("form")]
    DEFAULT_CSS = """
    Form { height: 1fr; padding: 0; scrollbar-size-vertical: 1; }
    Form > .form--foot { dock: bottom; height: 1; width: 1fr; color: $text-muted; background: $background; }
    Form > .form--heading { text-style: bold; height: 1; }
    """

    class Saved(Message):
        """All fields are valid: here are their values. The form is clean once the screen calls `settle`."""

        def __init__(self, form: Form, values: dict[str, str]) -> None:
            super().__init__()
            self.form = form
            self.values = values

        @property
        def control(self) -> Form:
            """The form."""
            return self.form

    class Draft(Message):
        """A message with what stands in the fields, as typed, by key."""

        def __init__(self, form: Form, draft: dict[str, str]) -> None:
            super().__init__()
            self.form = form
            self.draft = draft

        @property
        def control(self) -> Form:
            """The form."""
            return self.form

    class Cancelled(Draft):
        """The person leaves without saving."""

    class Drafted(Draft):
        """A field that was changed was left: the moment to put the draft by, so that no crash loses it."""

    def __init__(self, *parts: Widget, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._parts = parts
        self.fields = tuple(part for part in parts if isinstance(part, Field))
        self._settled = self.draft()
        self._asking = False
        self._foot = Static(classes="form--foot", markup=False)

    @staticmethod
    def heading(text: str) -> Static:
        """A heading between fields."""
        return Static(safe(text), classes="form--heading", markup=False)

    def compose(self) -> ComposeResult:
        """The parts, and the foot line."""
        yield from self._parts
        yield self._foot

    def on_mount(self) -> None:
        """Say the keys. Errors that come or go move the fields: the one with the cursor stays in view."""
        self._show_foot()
        self.watch(self, "virtual_size", self._fields_moved, init=False)

    def field(self, key: str) -> Field:
        """The field of that key. Raises KeyError if there is none."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def values(self) -> dict[str, str]:
        """Each field's value by its key; "" for empty or wrong ones."""
        return {field.key: field.value for field in self.fields}

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong as the fields stand, by key; empty if the form could be saved."""
        return {field.key: problem for field in self.fields if (problem := field.problem())}

    def set_error(self, key: str, message: str) -> bool:
        """Show an error at the field that it is about, and go there; False if the form has no such field."""
        found = next((field for field in self.fields if field.key == key), None)
        if found is None:
            return False
        found.input.focus()
        found.set_error(message)
        self._show_foot()
        return True

    def draft(self) -> dict[str, str]:
        """What stands in the fields as typed, right or wrong, by key."""
        return {field.key: field.text for field in self.fields}

    def restore(self, draft: Mapping[str, str]) -> None:
        """Put a draft back; keys that the form does not know are passed over."""
        for field in self.fields:
            if field.key in draft:
                field.set_text(draft[field.key])

    @property
    def dirty(self) -> bool:
        """Whether something stands in the fields that was not saved."""
        return self.draft() != self._settled

    def settle(self) -> None:
        """What stands in the fields is saved now."""
        self._settled = self.draft()

    def action_save(self) -> None:
        """Post the values if all are valid; else go to the first field that is not."""
        for field in self.fields:
            field.tidy()
        wrong = [field for field in self.fields if field.test()]
        self._show_foot()
        if wrong:
            wrong[0].input.focus()
        else:
            self.post_message(self.Saved(self, self.values()))

    def action_cancel(self) -> None:
        """Leave; asks once if something would be left unsaved."""
        if not self.dirty:
            self.post_message(self.Cancelled(self, self.draft()))
        elif not self._asking:
            self._asking = True
            self.app.push_screen(
                Ask(
                    "Not saved yet",
                    "What stands in this form has not been saved.",
                    (("s", "Save it"), ("l", "Leave without saving")),
                ),
                self._answered,
            )

    def _answered(self, answer: str | None) -> None:
        self._asking = False
        if answer == "s":
            self.action_save()
        elif answer == "l":
            self.post_message(self.Cancelled(self, self.draft()))

    def on_field_input_step(self, event: FieldInput.Step) -> None:
        """To the next field or the one before; the ends stay."""
        event.stop()
        at = next((place for place, field in enumerate(self.fields) if field.input.has_focus), None)
        if at is not None:
            self.fields[max(0, min(at + event.by, len(self.fields) - 1))].input.focus()

    def on_field_left(self, event: Field.Left) -> None:
        """Say how many fields are to be mended; offer the draft."""
        event.stop()
        self._show_foot()
        if event.changed:
            self.post_message(self.Drafted(self, self.draft()))

    def _fields_moved(self) -> None:
        self.call_after_refresh(self._keep_in_view)

    def _keep_in_view(self) -> None:
        focused = next((field for field in self.fields if field.input.has_focus), None)
        if focused is not None:
            focused.scroll_visible(animate=False)

    def _show_foot(self) -> None:
        wrong = sum(bool(field.error) for field in self.fields)
        parts = [f"! {wrong} to mend"] if wrong else []
        if any(field.required for field in self.fields):
            parts.append("* needed")
        self._foot.update(safe(" · ".join(["Ctrl+S saves", "Esc leaves", *parts])))
