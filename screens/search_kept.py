"""Searches that are kept: under a name for all desks of the authority, or with the request they are for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rcc_tui.domain.errors import RccError
from screens.search_around import SearchAround
from screens.typeahead import OPENING
from screens.widgets.dialogs import Ask, Pick, Prompt
from screens.widgets.form import TextField

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.requests import RequestView
    from rcc_tui.services.searches import SavedSearch

NOTHING_KEPT = "No search is kept: Ctrl+S keeps what is typed."
NOTHING_TYPED = "Type a query first, then Ctrl+S keeps it."
_DROP = "drop"


class KeptSearches(SearchAround):
    """A list of places found, the query of which can be kept."""

    def action_keep(self) -> None:
        """Keep what is typed: with the request that is searched for, or under a name."""
        text = self.box.value.strip()
        if self.request is None:
            if text:
                self._ask_name()
            else:
                self.tell(NOTHING_TYPED)
            return
        choices = [("r", "With this request: opening it brings them back")]
        choices += [("n", "Under a name, for any search")]
        if not text:
            choices = []
        if self.request.search:
            choices += [("x", "Drop the words kept with this request")]
        if not choices:
            self.tell(NOTHING_TYPED)
            return
        before = f"\nKept with the request now: {self.request.search}" if self.request.search else ""
        body = (text or "Nothing is typed.") + before
        self.app.push_screen(Ask("Keep these words", body, choices), self._answered)

    def _answered(self, answer: str | None) -> None:
        if answer == "n":
            self._ask_name()
        elif answer is not None:
            self._keep_with_request(self.box.value if answer == "r" else "")

    def _keep_with_request(self, text: str) -> None:
        request = self.request
        if request is None:
            return

        def work(desk: Desk) -> RequestView:
            from rcc_tui.services import requests

            return requests.seek(desk, request.id, text)

        done = "Kept with the request." if text.strip() else "No words are kept with the request now."
        self.act(work, lambda _: f"{done} Ctrl+S changes it.")

    def _ask_name(self) -> None:
        text = self.box.value
        field = TextField("name", "Name", required=True)
        self.app.push_screen(Prompt("Keep this search", field, text), partial(self._save, text))

    def _save(self, text: str, name: str | None) -> None:
        if name is None:
            return

        def work(desk: Desk) -> SavedSearch:
            from rcc_tui.services import searches

            return searches.save(desk, name, text)

        self.act(work, lambda kept: f"Kept as {kept.name}. Ctrl+O brings it back.")

    def action_kept(self) -> None:
        """Bring back a search that was kept, or drop one."""
        self.background(self._pick, OPENING, exclusive=True)

    async def _pick(self) -> None:
        from rcc_tui.services import searches

        try:
            found = await self.ask(searches.listing)
        except RccError as error:
            self.fail(error)
            return
        if not found:
            self.tell(NOTHING_KEPT)
            return
        by_id = {one.id: one for one in found}
        options = [*_options(found), (_DROP, "(drop one of these)")]

        def picked(answer: str | None) -> None:
            if answer == _DROP:
                self.app.push_screen(Pick("Drop which search", _options(found)), self._drop)
            elif answer is not None:
                self.write(by_id[answer].text + " ")
                self.box.focus()

        self.app.push_screen(Pick("Searches kept", options), picked)

    def _drop(self, id: str | None) -> None:
        if id is None:
            return

        def work(desk: Desk) -> SavedSearch:
            from rcc_tui.services import searches

            return searches.drop(desk, id)

        self.act(work, lambda gone: f"{gone.name} is dropped. It said: {gone.text}")


def _options(found: tuple[SavedSearch, ...]) -> list[tuple[str, str]]:
    return [(one.id, f"{one.name}: {one.text}") for one in found]
