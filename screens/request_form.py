"""The form of a request: short for tonight's emergency, full for the rest, and full again for changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rcc_tui.domain.errors import RccError
from screens.form_screen import FormScreen
from screens.needs_form import emergency_fields, full_fields, needs_of, postcode_of, values_of
from screens.widgets.dialogs import Ask
from screens.widgets.form import Form

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.requests import RequestView

OFFICER = "officer"
"""Under this name the store remembers who logged the last request here: it is most often the same person."""


def shown_id(record: str) -> str:
    """The id of a record as people are shown it: its first digits."""
    return f"{record[:4]}…"


class RequestForm(FormScreen):
    """A new request, or changes to one.

    Args:
        today: the desk's day; typed dates are read by it.
        saved: told of the request once it is saved.
        emergency: whether a new request is asked for in the short form.
        before: the request to change; None for a new one.
        officer: who is likely to log it.
    """

    HEADING = "Request"

    def __init__(
        self,
        today: date,
        saved: Callable[[RequestView], None],
        *,
        emergency: bool = False,
        before: RequestView | None = None,
        officer: str = "",
    ) -> None:
        self._today = today
        self._saved = saved
        self._emergency = emergency
        self._before = before
        self._officer = officer
        kind = before.id if before else "emergency" if emergency else "new"
        title = (
            f"Change request {shown_id(before.id)}"
            if before
            else "Emergency: what is known tonight"
            if emergency
            else "New request"
        )
        super().__init__(title, f"request:{kind}")

    def make_form(self) -> Form:
        """The fields, holding what is known already."""
        form = Form(*(emergency_fields(self._today) if self._emergency else full_fields(self._today)))
        old = self._before
        known = (
            values_of(old.needs, old.home_postcode, old.child, old.officer)
            if old
            else {OFFICER: self._officer}
        )
        for field in form.fields:
            if field.key in known:
                field.set_value(known[field.key])
        form.settle()
        return form

    def save(self, values: dict[str, str]) -> None:
        """Log the request, or change it."""
        old = self._before
        try:
            needs = needs_of(values, old.needs if old else None)
        except RccError as error:
            if not self._refused(error):
                self.fail(error)
            return
        if self._emergency:
            needs = replace(needs, emergency=True)
        child, officer, postcode = values["child"], values["officer"], postcode_of(values)

        def work(desk: Desk) -> RequestView:
            from rcc_tui.services import requests

            if old is None:
                view = requests.add(desk, needs, child=child, home_postcode=postcode, officer=officer)
                desk.set_meta(OFFICER, officer)
                return view
            return requests.edit(desk, old.id, needs, child=child, home_postcode=postcode, officer=officer)

        self.send(work, self._said)

    def _said(self, view: RequestView) -> str:
        self._saved(view)
        done = "changed; e changes it back" if self._before else "logged; e edits, w withdraws, s searches"
        return f"Request {shown_id(view.id)} {done}."

    def _refused(self, error: RccError) -> bool:
        where = {"home_postcode": "home"}.get(error.where, error.where)
        return super()._refused(RccError(error.message, where=where, hint=error.hint))

    # What was typed before

    async def refresh_data(self) -> None:
        """Offer once what was typed here before and not saved."""
        if self._opened:
            return
        self._opened = True
        kept = await self._kept()
        if not kept:
            return

        def answered(answer: str | None) -> None:
            if answer == "c":
                self.form.restore(json.loads(kept))
            elif answer == "d":
                self._put_by(self._draft, "")
            else:
                self.dismiss()

        self.app.push_screen(
            Ask(
                "Begun and not saved",
                "Here somebody began to type and did not save.",
                (("c", "Continue with it"), ("d", "Drop it and begin anew")),
            ),
            answered,
        )

    def on_form_cancelled(self, event: Form.Cancelled) -> None:
        """Go back; what was typed is kept, and offered when the form is opened again."""
        event.stop()
        event.prevent_default()
        if not self.form.dirty:
            self._leave("Nothing was changed.")
            return
        name, self._draft = self._draft, ""
        self._put_by(name, json.dumps(event.draft))
        self._leave("Not saved; what was typed is kept and offered again.")

    async def on_unmount(self) -> None:
        """The program ends with the form open: keep what was typed."""
        if self._draft and self.form.dirty:
            await self._store(self._draft, json.dumps(self.form.draft()))
