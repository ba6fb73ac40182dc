"""What can be done with a place found: shortlist it, propose a trade for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import fixtures
from rcc_tui.domain.fit import fit
from screens.pane import brief
from screens.proposal_form import ProposalForm
from screens.search_whom import ForWhom
from screens.what_if import WhatIfScreen
from screens.widgets.dialogs import Ask

if TYPE_CHECKING:
    from rcc_tui.services.finding import Hit
    from rcc_tui.services.requests import RequestView


class SearchActs(ForWhom):
    """A list of places found; `hits` are they, by their ids."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: dict[str, Hit] = {}

    def go_on(self, then: str, wanted: str) -> None:
        """The request is known now."""
        if then == "propose":
            self._propose_for(self.request)
        else:
            self._shortlist_now(wanted)

    # Acting on the place under the cursor

    def _hit(self) -> Hit | None:
        hit = self.hits.get(self.row_id)
        if hit is None:
            self.tell("No place is chosen: type a query first.")
        elif self.desk.role != "authority":
            self.tell("A hub sees the places and trades none.")
            return None
        return hit

    def action_shortlist(self) -> None:
        """Put the place on the shortlist of the request, or take it off."""
        if self._hit() is None:
            return
        if self.request is None:
            self.pick_request("Shortlist for which request", "shortlist")
        else:
            self._shortlist_now(self.row_id)

    def _shortlist_now(self, vacancy: str) -> None:
        from rcc_tui.services import requests

        request, hit = self.request, self.hits.get(vacancy)
        if request is None or hit is None:
            return
        on = vacancy not in request.shortlist
        name = brief(hit.place.setting.name)
        done = f"{name} is on the shortlist. s takes it off." if on else f"{name} is off it. s puts it back."
        self.act(lambda desk: requests.shortlist(desk, request.id, vacancy, on), lambda _: done)

    def action_what_if(self) -> None:
        """What the stay costs at each shortlisted place of the request that is searched for."""
        if self.request is None:
            self.tell("No request is open: 2, then s, searches for one.")
        else:
            self.app.push_screen(WhatIfScreen(self.request.id))

    def action_propose(self) -> None:
        """Propose a trade for the place."""
        hit = self._hit()
        if hit is None:
            return
        if hit.place.setting.authority == self.desk.code:
            self.tell("Our own place needs no trade: 4, then h, holds it.")
        elif self.request is None:
            self.pick_request("Propose for which child", "propose")
        else:
            self._propose_for(self.request)

    def _propose_for(self, request: RequestView | None) -> None:
        """The form; where the child does not fit, only once the person insists."""
        hit = self.hits.get(self.row_id)
        if hit is None:
            return
        against = self._against(hit, request)
        if not against:
            self._propose(hit, request, "y")
            return
        body = "\n".join(f"x {barrier}" for barrier in against)
        choices = (("n", "No, look at others"), ("y", "Yes, propose all the same"))
        asked = Ask("It does not fit. Propose all the same?", body, choices)
        self.app.push_screen(asked, partial(self._propose, hit, request))

    def _against(self, hit: Hit, request: RequestView | None) -> tuple[str, ...]:
        """Why the child cannot go there. Who was picked only now is not whom the search was for."""
        if request is None:
            return hit.barriers
        desk = self.desk
        return fit(
            request.needs,
            hit.place,
            today=desk.clock.today(),
            miles=hit.miles,
            buyer=desk.code,
            weights=fixtures.weights(),
        ).barriers

    def _propose(self, hit: Hit, request: RequestView | None, answer: str | None) -> None:
        if answer == "y":
            self.app.push_screen(ProposalForm(hit.place, self.desk.clock.today(), request))
