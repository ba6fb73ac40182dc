"""A form over the screen it came from: saved through a service, or left; drafts outlive a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult

from rcc_tui.domain.dates import parse_date
from rcc_tui.domain.errors import RccError
from screens.base import DeskScreen
from screens.typeahead import OPENING
from screens.widgets.form import Form
from screens.widgets.frame import RccScreen

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk

T = TypeVar("T")


class FormScreen(DeskScreen):
    """One form. Subclasses give the form in `make_form` and save its values in `save`.

    Args:
        title: what the form is for, shown in the title line.
        draft: the name under which what is typed is put by; empty where that is not worth it.
    """

    DEFAULT_CSS = """
    FormScreen Form { height: 1fr; padding: 0 1; }
    """

    def __init__(self, title: str, draft: str = "") -> None:
        super().__init__()
        self._draft = f"draft:{draft}" if draft else ""
        self._opened = False
        self._sending = False
        self.form = self.make_form()
        self.title_line.show(title)

    def make_form(self) -> Form:
        """The form; called once, from the constructor."""
        return Form()

    def save(self, values: dict[str, str]) -> None:
        """Hand the values, all of them valid, to a service by way of `send`."""

    def beside(self) -> ComposeResult:
        """What stands below the form."""
        yield from ()

    def body(self) -> ComposeResult:
        """The form, and what stands below it."""
        yield self.form
        yield from self.beside()

    def on_mount(self) -> None:
        """Begin at the first field."""
        if self.form.fields:
            self.form.fields[0].input.focus()

    def read_date(self, text: str) -> str:
        """The ISO date of what was typed, by the desk's today. Raises RccError."""
        return parse_date(text, self.desk.clock.today()).isoformat()

    def send(self, work: Callable[[Desk], T], said: Callable[[T], str]) -> None:
        """Run the service call, say on the screen below what it did, and go back there.

        A refusal is shown at the field it names, or in a dialog; what was typed stays.
        """
        if self._sending:
            return
        self._sending = True
        told: list[str] = []

        def note(done: T) -> str:
            told.append(said(done))
            return told[0]

        self.act(work, note, then=lambda: self._leave(told[0]), refused=self._refused, group=OPENING)

    def _refused(self, error: RccError) -> bool:
        self._sending = False
        return self.form.set_error(error.where, f"{error.message} {error.hint}".rstrip())

    def fail(self, error: BaseException) -> None:
        """Show what went wrong; the form may be sent again."""
        self._sending = False
        super().fail(error)

    async def refresh_data(self) -> None:
        """Put back what was typed before a crash, once."""
        if self._opened:
            return
        self._opened = True
        if not self._draft:
            return
        kept = await self._kept()
        if kept and not self.form.dirty:
            self.form.restore(json.loads(kept))
            self.tell("What was typed here before is back; Esc, then l, drops it.")

    def reload(self) -> None:
        """A form that has been left reads no more."""
        if self.is_attached:
            super().reload()

    def on_form_saved(self, event: Form.Saved) -> None:
        """Save."""
        event.stop()
        self.save(event.values)

    def on_form_cancelled(self, event: Form.Cancelled) -> None:
        """Go back; what was typed is dropped."""
        event.stop()
        self._leave("Nothing was changed.")

    def on_form_drafted(self, event: Form.Drafted) -> None:
        """Put by what stands in the fields."""
        event.stop()
        if self._draft and not self._sending:
            self._put_by(self._draft, json.dumps(event.draft))

    async def _kept(self) -> str:
        """What was typed here before; what is still on its way to the store comes first."""
        drafts = self.desk_app.at_desk.drafts
        return drafts[self._draft] if self._draft in drafts else await self.ask(self._read_draft)

    def _read_draft(self, desk: Desk) -> str:
        return desk.meta(self._draft)

    def _put_by(self, name: str, draft: str) -> None:
        """Keep what was typed; the screen may be left at once."""
        self.desk_app.at_desk.drafts[name] = draft
        self.app.run_worker(self._store(name, draft), group="draft")

    async def _store(self, name: str, draft: str) -> None:
        try:
            await self.put(lambda desk: desk.set_meta(name, draft))
        except RccError as error:
            self.tell(f"What was typed could not be kept: {error.message}")

    def _leave(self, message: str) -> None:
        app = self.app
        if self._draft:
            self._put_by(self._draft, "")
        self.form.settle()
        self.dismiss()
        below = app.screen
        if isinstance(below, RccScreen):
            below.tell(message)


def words(text: str) -> tuple[str, ...]:
    """What stands between commas, without blanks around it."""
    return tuple(part for each in text.split(",") if (part := " ".join(each.split())))


def number(text: str, otherwise: int = 0) -> int:
    """Digits as a number; `otherwise` where nothing was typed."""
    return int(text) if text else otherwise
