"""What can be done to a request from wherever one is shown: log, change, search for, withdraw, reopen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.base import DeskScreen
from screens.keys import Key
from screens.request_form import OFFICER, RequestForm, shown_id
from screens.typeahead import OPENING
from screens.what_if import WhatIfScreen
from screens.widgets.dialogs import Prompt
from screens.widgets.form import TextField

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.requests import RequestView

NOTHING = "No request here yet: n logs one, E an emergency."


class RequestActs(DeskScreen):
    """A screen that shows requests; `current` is the one that keys are about."""

    @property
    def current(self) -> RequestView | None:
        """The request under the cursor, or the one shown."""
        return None

    def apt(self, key: Key) -> bool:
        """What is about a request needs one; what changes it, an open one."""
        one = self.current
        if key.command in ("edit", "search"):
            return one is not None and one.is_open
        if key.command == "what_if":
            return one is not None and bool(one.shortlist)
        return one is not None or key.command not in ("open", "withdraw")

    def saved(self, view: RequestView) -> None:
        """A request was logged or changed from here."""

    def action_new(self) -> None:
        """The full form."""
        self.run_worker(self._form(emergency=False), group=OPENING, exclusive=True)

    def action_emergency(self) -> None:
        """The short form."""
        self.run_worker(self._form(emergency=True), group=OPENING, exclusive=True)

    async def _form(self, *, emergency: bool) -> None:
        officer = await self.ask(lambda desk: desk.meta(OFFICER))
        today = self.desk.clock.today()
        self.app.push_screen(RequestForm(today, self.saved, emergency=emergency, officer=officer))

    def action_edit(self) -> None:
        """The full form, holding what is known."""
        if (view := self._wanted()) is None:
            return
        if not view.is_open:
            self.tell(f"Request {shown_id(view.id)} is {view.state}: w reopens it, then e changes it.")
            return
        self.app.push_screen(RequestForm(self.desk.clock.today(), self.saved, before=view))

    def action_search(self) -> None:
        """Search vacancies for this request."""
        if (view := self._wanted()) is not None:
            self.open_record("search", view.id)

    def action_what_if(self) -> None:
        """What the stay costs at each shortlisted place."""
        if (view := self._wanted()) is not None:
            self.app.push_screen(WhatIfScreen(view.id))

    def action_withdraw(self) -> None:
        """Withdraw an open request, or reopen a closed one; each needs a reason."""
        if (view := self._wanted()) is None:
            return
        closing = view.is_open
        what = "Withdraw" if closing else "Reopen"
        body = (
            "No place is needed any more. The request stays on record and can be reopened."
            if closing
            else f"It is {view.state}{f': {view.closed_why}' if view.closed_why else ''}."
        )

        def answered(why: str | None) -> None:
            if why is None:
                return

            def work(desk: Desk) -> RequestView:
                from rcc_tui.services import requests

                return (requests.withdraw if closing else requests.reopen)(desk, view.id, why)

            done = "withdrawn; w reopens it" if closing else "open again; w withdraws it"
            self.act(work, lambda done_to: f"Request {shown_id(done_to.id)} {done}.")

        title = f"{what} request {shown_id(view.id)}"
        self.app.push_screen(Prompt(title, TextField("why", "Reason", required=True), body), answered)

    def _wanted(self) -> RequestView | None:
        view = self.current
        if view is None:
            self.tell(NOTHING)
        return view
