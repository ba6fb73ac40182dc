"""Requests: every child a place is sought for, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from rcc_tui.domain.dates import show_date
from screens.filterline import FilterLine, fits
from screens.needs_words import who
from screens.request_acts import RequestActs
from screens.request_detail import RequestDetail
from screens.request_form import shown_id
from screens.widgets.rows import Column, Row, Rows

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.listing import Listing
    from rcc_tui.services.requests import RequestView

MOST = 1000
"""Requests read at once; when there are more, the title says so."""
EMPTY = "No requests. n logs one, E is the short form for tonight."
COLUMNS = (
    Column("urgency", "Urgency", 8),
    Column("needed", "Needed by", 10),
    Column("who", "Age", 5),
    Column("siblings", "Sibs", 4, align="right", priority=2),
    Column("home", "Home", 4, priority=1),
    Column("state", "State", 11),
    Column("officer", "Officer", 9, flex=1, priority=3),
    Column("child", "Our ref", 8, flex=1, priority=4),
    Column("id", "Id", 5, priority=5),
)


class RequestsScreen(RequestActs):
    """The list. A mark tells the most urgent apart: `E` an emergency, `!` needed today or overdue."""

    SCREEN = "requests"
    HEADING = "Requests"
    DEFAULT_CSS = """
    RequestsScreen Rows { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.filter = FilterLine("state, age, home, officer…; Esc takes the filter off")
        self.rows = Rows(COLUMNS, empty=EMPTY)
        self._views: dict[str, RequestView] = {}
        self._total = 0

    def body(self) -> ComposeResult:
        """The filter, and the list."""
        yield self.filter
        yield self.rows

    def on_mount(self) -> None:
        """The list has the keys."""
        self.show_reading(self.rows)
        self.rows.focus()

    async def refresh_data(self) -> None:
        """Read all requests, open ones first."""
        listing = await self.ask(_read)
        self._views = {view.id: view for view in listing.rows}
        self._total = listing.total
        self._show()

    def _show(self) -> None:
        wanted = self.filter.input.value
        rows = [row for view in self._views.values() if fits(wanted, _words(row := row_of(view), view))]
        self.rows.set_rows(rows)
        if not rows and self._views:
            self.rows.set_state("nomatch", "Esc takes the filter off.")
        still = sum(view.is_open for view in self._views.values())
        shown = f"{still} open of {self._total}"
        if len(self._views) < self._total:
            shown += f", the first {len(self._views)} here"
        self.footer.refresh()
        self.title_line.show("Requests", f"{f'{len(rows)} fit · ' if wanted else ''}{shown} ")

    def not_listed(self) -> str:
        """How many were not read."""
        return f", {self._total - len(self._views):,} more not" if len(self._views) < self._total else ""

    @property
    def current(self) -> RequestView | None:
        """The request under the cursor."""
        return self._views.get(self.rows.row_id or "")

    def saved(self, view: RequestView) -> None:
        """Put the cursor on it, and drop a filter that would hide it."""
        self._views[view.id] = view
        if not fits(self.filter.input.value, _words(row_of(view), view)):
            self.filter.action_take_off()
        self._show()
        self.rows.go_to(view.id)

    def show_record(self, record: str) -> None:
        """Open one in detail."""
        self.rows.go_to(record)
        self.app.push_screen(RequestDetail(record))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open it in detail."""
        self.show_record(event.row_id)

    def action_open(self) -> None:
        """Open the one under the cursor."""
        if (view := self._wanted()) is not None:
            self.show_record(view.id)

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter.begin()

    def action_back(self) -> None:
        """Take the filter off; without one as any screen does."""
        if self.filter.input.value:
            self.filter.action_take_off()
        else:
            super().action_back()

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._show()

    def on_filter_line_done(self, event: FilterLine.Done) -> None:
        """Back to the list."""
        event.stop()
        self.rows.focus()


def _read(desk: Desk) -> Listing[RequestView]:
    from rcc_tui.services import requests

    return requests.listing(desk, limit=MOST)


def row_of(view: RequestView) -> Row:
    """A request as a row of the list."""
    needs = view.needs
    mark = "E" if needs.emergency else "!" if view.urgency == "Today" else ""
    return Row(
        view.id,
        (
            view.urgency if view.is_open else "-",
            show_date(needs.needed_by),
            who(needs),
            str(needs.siblings) if needs.siblings > 1 else "-",
            needs.home,
            view.state,
            view.officer,
            view.child,
            shown_id(view.id),
        ),
        mark if view.is_open else "",
    )


def _words(row: Row, view: RequestView) -> list[str]:
    """What a filter looks at: what is shown, and some words for what the mark says."""
    return [*map(str, row.cells), "emergency" if view.needs.emergency else "", view.id]
