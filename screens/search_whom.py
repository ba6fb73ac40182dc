"""For whom places are searched: a request, or nobody."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.widgets import Static

from rcc_tui.domain.errors import RccError
from rcc_tui.search.pieces import LONGEST
from screens.listed import ListScreen
from screens.search_line import QueryLine
from screens.search_text import request_label, whom_line
from screens.typeahead import OPENING
from screens.widgets.dialogs import Pick
from screens.widgets.text import safe

if TYPE_CHECKING:
    from rcc_tui.services.requests import RequestView

HINT = "fostr slough autism 12f sib2 <1200 20mi from SL1"
OTHER_CHILD = ""
TAKE_BACK = "Ctrl+Z takes it back."
_LINES_KEPT = 20


class ForWhom(ListScreen):
    """A list of places found with a query, for a request or for none."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QueryLine(
            HINT, LONGEST + 100, self.on_typed
        )  # a little more, so that too much is said to be
        self.request: RequestView | None = None
        self.fresh: frozenset[str] = frozenset()  # places nobody had looked at when the request was opened
        self.whom = Static(classes="search--line search--whom", markup=False)
        self._of_line = ("", "")  # what was last said of a line, and that line
        self._before: list[str] = []  # lines that a key wrote over, the last one last

    @property
    def asked(self) -> str:
        """The id of the request that is searched for, empty where there is none."""
        return self.request.id if self.request else ""

    @property
    def shortlist(self) -> tuple[str, ...]:
        """The places on its shortlist."""
        return self.request.shortlist if self.request else ()

    def write(self, text: str) -> None:
        """Put another line in the box, so that the one before can be had back."""
        if self.box.value.strip():
            self._before = [*self._before, self.box.value][-_LINES_KEPT:]
        self.box.put(text)

    def action_unwrite(self) -> None:
        """Bring back the line that a key wrote over last."""
        if not self._before:
            self.tell_of_line("No key has written into this line.")
            return
        self.box.put(self._before.pop())
        self.tell_of_line("The line is as it was before.")

    def tell_of_line(self, message: str, back: str = "") -> None:
        """Say something of the line as it is now: it goes when the line changes."""
        self.tell(message, back)
        self._of_line = (self.status.message, self.box.value)

    def line_changed(self) -> None:
        """Say no more what was true of another line; of what was done since nothing is lost."""
        said, line = self._of_line
        if said and line != self.box.value:
            self._of_line = ("", "")
            if self.status.message == said:
                self.status.say("")

    def on_typed(self) -> None:
        """The line says something else."""

    def search_now(self) -> None:
        """Search with what is typed, for whom is opened."""

    def go_on(self, then: str, wanted: str) -> None:
        """Do what the request was picked for; `wanted` is the place that was under the cursor. `then` is the
        action; without a request it is for a child not logged yet."""

    def show_record(self, record: str) -> None:
        """Search for a request, with the words kept with it."""
        self.write("")
        self.background(partial(self._begin_for, record), OPENING, exclusive=True)

    async def _begin_for(self, record: str) -> None:
        from rcc_tui.services import alerts

        try:
            await self.open_request(record)
            self.fresh = frozenset(await self.ask(lambda desk: alerts.look(desk, record)))
        except RccError as error:
            self.fail(error)
            return
        if self.request is not None and self.request.search:
            self.box.put(f"{self.request.search} ")
        self.search_now()
        self.rows.focus()

    async def open_request(self, record: str) -> None:
        """Search for this request from now on. Raises RccError."""
        from rcc_tui.services import requests

        self.request = await self.ask(lambda desk: requests.show(desk, record))
        kept = f" · kept: {self.request.search}" if self.request.search else ""
        self.whom.update(safe(whom_line(self.request) + kept))
        self.whom.add_class("-some")
        self.title_line.show(self.HEADING, f"request {record[:4]}… Esc in an empty query lets go ")

    def let_go(self) -> None:
        """Search for nobody from now on."""
        self.request = None
        self.fresh = frozenset()
        self.whom.remove_class("-some")
        self.title_line.show(self.HEADING)
        self.tell_of_line("Searching for no request now.")
        self.search_now()

    def pick_request(self, title: str, then: str) -> None:
        """Let the person say for whom; `then` is the action to go on with."""
        self.background(partial(self._ask_for_whom, title, then), OPENING, exclusive=True)

    async def _ask_for_whom(self, title: str, then: str) -> None:
        from rcc_tui.services import requests

        try:
            found = await self.ask(lambda desk: requests.listing(desk, limit=200))
        except RccError as error:
            self.fail(error)
            return
        options = [(one.id, request_label(one)) for one in found.rows if one.is_open]
        if then == "propose":
            if not options:
                self.go_on(then, self.row_id)
                return
            options.append((OTHER_CHILD, "A child not logged yet: type age, sex and risks"))
        elif not options:
            self.tell("No request is open: 2, then n, logs one.")
            return
        self.app.push_screen(Pick(title, options), partial(self._picked, then))

    def _picked(self, then: str, record: str | None) -> None:
        if record is None:
            return
        if record == OTHER_CHILD:
            self.go_on(then, self.row_id)
            return
        self.background(partial(self._open_and_go_on, record, then), OPENING, exclusive=True)

    async def _open_and_go_on(self, record: str, then: str) -> None:
        wanted = self.row_id
        await self.open_request(record)
        self.go_on(then, wanted)
