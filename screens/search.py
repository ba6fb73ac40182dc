"""Search: the region's vacancies while one types, each with the reasons of its rank."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container, HorizontalGroup
from textual.content import Content
from textual.timer import Timer
from textual.types import CSSPathType
from textual.widgets import Static

from rcc_tui.domain.errors import RccError
from screens.compare import Compare
from screens.keys import Key
from screens.search_kept import KeptSearches
from screens.search_text import COLUMNS, hit_lines, hit_row
from screens.search_whom import TAKE_BACK
from screens.widgets.bars import keys_in_force
from screens.widgets.field import FieldInput
from screens.widgets.frame import HelpScreen
from screens.widgets.rows import Rows, StateKind
from screens.widgets.text import safe

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.finding import SearchResult

PAGE = 50
_CALM = 0.1  # seconds without a key after which the place under the cursor is shown
ACTS_ON_A_PLACE = frozenset({"propose", "shortlist"})
NOT_YET = (
    "Type what is needed: age and sex 12f, sib2, <1200, 20mi from SL1, a town, a need. "
    "F1 shows all one may write. ↓ leads to the places found, Esc leads back."
)


class SearchScreen(KeptSearches):
    """The query on top, what was understood below it, and the places found."""

    SCREEN = "search"
    HEADING = "Search"
    CSS_PATH: ClassVar[CSSPathType | None] = ["listed.tcss", "search.tcss"]
    ABOUT_A_ROW = frozenset({"detail"}) | ACTS_ON_A_PLACE

    def __init__(self) -> None:
        super().__init__()
        self._told = Static(classes="search--line search--told", markup=False)
        self._problems = Static(classes="search--line search--problems", markup=False)
        self._wrong = ""  # what could not be used
        self._result: SearchResult | None = None
        self._limit = PAGE
        self._pause: Timer | None = None  # runs while the keys do not rest
        self._warm: int | None = None  # the store when last searched beside the keys

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, multi=True, mark_width=3, empty=NOT_YET)

    def above(self) -> ComposeResult:
        """The query, for whom, what was understood, and what could not be used."""
        yield HorizontalGroup(Static("/ ", markup=False), self.box, classes="search--query")
        yield self.whom
        yield self._told
        yield self._problems

    def body(self) -> ComposeResult:
        """What stands above, the choices beside the list, the list, the place under the cursor; and what
        a little less would find."""
        yield from self.above()
        yield Container(self.facets, self.rows, self.pane, classes="list--both")
        yield self.wider

    def begin(self) -> None:
        """Begin to type."""
        self.rows.set_state("unsearched", NOT_YET)
        self.box.focus()

    # Searching

    def on_typed(self) -> None:
        """Search as one types: before the key itself is painted, so that both are one frame."""
        self._limit = PAGE
        self.line_changed()
        self.search_now()

    async def refresh_data(self) -> None:
        """Search again: places or the request may have changed. Taking that in may take a while: beside the
        keys."""
        self._warm = None
        if self.request is not None:
            await self.open_request(self.request.id)
        self.search_now()

    def search_now(self) -> None:
        """Search at once, on the event loop: quicker than handing it over. While something else is read, or
        the index has still to take in what changed, it is handed over all the same."""
        if not self.box.value.strip() and self.request is None:
            self._clear()
        elif self._is_warm:
            self._search_here()
        else:
            self.rows.set_state("searching")
            self.background(self._search_there, "search", exclusive=True)

    @property
    def _is_warm(self) -> bool:
        """Whether a search takes no longer than a key may."""
        return self._warm is not None and self.desk_app.at_desk.at_rest() == self._warm

    def _search_here(self) -> None:
        from rcc_tui.services import finding

        try:
            desk = self.desk_app.at_desk.reader or self.desk
            self._show(finding.search(desk, self.box.value, request=self.asked, limit=self._limit))
        except Exception as error:  # whatever a search may raise, one can type on
            self._fail_search(error)

    async def _search_there(self) -> None:
        from rcc_tui.services import finding

        text, asked, limit = self.box.value, self.asked, self._limit

        def search(desk: Desk) -> tuple[int, SearchResult]:
            stood = desk.store.data_version()
            return stood, finding.search(desk, text, request=asked, limit=limit)

        try:
            stood, found = await self.ask(search)
        except Exception as error:  # as above
            if (text, asked) == (self.box.value, self.asked):
                self._fail_search(error)
            else:
                self.search_now()
            return
        self._warm = stood
        self.desk_app.at_desk.keep("index")
        if (text, asked) == (self.box.value, self.asked):
            self._show(found)
        else:
            self.search_now()

    def _clear(self) -> None:
        self._result = None
        self._none_found("unsearched", NOT_YET)

    def _fail_search(self, error: Exception) -> None:
        said = error.message if isinstance(error, RccError) else f"{type(error).__name__}: {error}"
        self._none_found("failed", f"{said} F5 tries again.")

    def _none_found(self, state: StateKind, text: str) -> None:
        self.hits = {}
        self.rows.set_rows(())
        self.rows.set_state(state, text)
        self._say("", ())
        self.look_around(None, near=False)
        self.show_detail()

    def _show(self, result: SearchResult) -> None:
        asked_anew = self._result is None or self._result.query != result.query
        before = self.row_id
        self._result = result
        self.hits = {hit.id: hit for hit in result.hits}
        shortlist, today = self.shortlist, self.desk.clock.today()
        self.rows.set_rows([hit_row(hit, today, shortlist, self.fresh) for hit in result.hits])
        if not result.hits:
            self.rows.set_state("nomatch", "Fewer words or filters find more.")
        elif asked_anew:
            # The best of the new list, not the place that happened to be under the cursor.
            self.rows.go_to(result.hits[0].id)
        shown = f"{len(result.hits):,} of {result.total:,}"
        self._say(" · ".join(part for part in (shown, _told(result)) if part), result.problems)
        self.show_detail(stay=not asked_anew and self.row_id == before)
        self.look_around(result.query, near=result.total < PAGE)

    def _say(self, told: str, problems: Iterable[str]) -> None:
        line = safe(told)
        room = max(1, self._told.content_size.width)
        self._told.update(line, layout=max(1, len(line.wrap(room))) != self._told.content_size.height)
        self._wrong = " · ".join(problems)

    def show_detail(self, *, stay: bool = False) -> None:
        """Show the place under the cursor, and what could not be used: while one types, once the keys rest.
        The list is what one watches, and what stands beside it is another at every key."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if self.box.has_focus:
            self._pause = self.set_timer(_CALM, partial(self._show_rest, stay=stay))
        else:
            self._show_rest(stay=stay)

    def _show_rest(self, *, stay: bool = False) -> None:
        self._problems.update(safe(f"! {self._wrong}" if self._wrong else ""), layout=False)
        self._problems.set_class(bool(self._wrong), "-some")
        super().show_detail(stay=stay)

    def detail(self, row_id: str) -> list[Content]:
        """The place under the cursor."""
        hit = self.hits.get(row_id)
        return hit_lines(hit, self.desk.clock.today(), self.shortlist, self.fresh) if hit else []

    def on_rows_highlighted(self, event: Rows.Highlighted) -> None:
        """At the end of those listed, list more; what a list does beside is done as well."""
        if self._result and self._result.total > self._limit and self.rows.cursor == self.rows.total - 1:
            self._limit += PAGE
            self.search_now()

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """Say what marks are for."""
        marked = len(self.rows.picked)
        self.tell_of_line(
            f"{marked} marked: Enter puts them side by side." if marked > 1 else "Mark another to compare."
        )

    def action_as_typed(self) -> None:
        """Take the first correction back: the word is looked for as it was typed. Again takes the next."""
        from rcc_tui.search.query import take_back

        if not self._result or not self._result.corrections:
            self.tell_of_line("Nothing was corrected.")
            return
        typed, taken = self._result.corrections[0]
        self.write(take_back(self.box.value, typed))
        self.tell_of_line(f"{typed} is looked for as typed, not as {taken}.", TAKE_BACK)

    def action_help(self) -> None:
        """What a line may say, by examples, and all keys."""
        from rcc_tui.search.language import SECTIONS

        examples = [(title, [(one.write, one.keeps) for one in part]) for title, part in SECTIONS]
        self.app.push_screen(HelpScreen(self.SCREEN, self.HEADING, keys_in_force(self), examples))

    # Moving about

    def on_field_input_step(self, event: FieldInput.Step) -> None:
        """Down and Enter lead to the list."""
        event.stop()
        if event.by > 0 and self.rows.total:
            self.rows.focus()

    def action_filter(self) -> None:
        """Type on."""
        self.leave_row()
        self.box.focus()

    def action_back(self) -> None:
        """From the detail to the list, to the query, to an empty query, to no request, and back."""
        if self.facets.has_focus:
            self.leave_facets()
        elif self.reading or self.pane.has_focus:
            self.leave_row()
        elif self.rows.has_focus:
            self.box.focus()
        elif self.box.value:
            self.write("")
        elif self.request is not None:
            self.let_go()
        else:
            self.go_back()

    def apt(self, key: Key) -> bool:
        """Enter reads a place only from the list; what was not corrected cannot be taken back."""
        if key.command == "as_typed":
            return bool(self._result and self._result.corrections)
        if key.command == "unwrite":
            return bool(self._before)
        if key.command == "widen":
            return self.can_widen
        if key.command == "detail" and (self.box.has_focus or self.facets.has_focus):
            return False
        return super().apt(key) and not self._rests(key.command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Among the choices nothing is done to a place: it may be out of sight."""
        return super().check_action(action, parameters) and not self._rests(action)

    def _rests(self, command: str) -> bool:
        return command in ACTS_ON_A_PLACE and self.facets.has_focus

    def not_listed(self) -> str:
        """How many were found and not listed."""
        more = self._result.total - len(self.hits) if self._result else 0
        return f", {more:,} more found and not listed" if more > 0 else ""

    def action_detail(self) -> None:
        """Read the place."""
        self.read_row()

    def read_row(self) -> None:
        """Read the place; if two or three are marked, those side by side."""
        marked = [self.hits[row_id] for row_id in self.hits if row_id in self.rows.picked]
        if len(marked) < 2:
            super().read_row()
            return
        self.app.push_screen(Compare(marked))


def _told(result: SearchResult) -> str:
    """What was understood, the correction that the next key takes back marked with it."""
    if not result.corrections:
        return result.understood
    guess = " → ".join(result.corrections[0])
    return result.understood.replace(guess, f"{guess} (F2: as typed)", 1)
