"""Reconcile: what each pair owes month by month, what keeps a month open, and the net of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

import fixtures
from screens.listed import ListScreen
from screens.matching_form import MatchForm
from screens.months import month_of, month_text, shift, up_to
from screens.pair import PairScreen
from screens.reconcile_text import LEGEND, cell_text, month_lines
from screens.widgets.rows import Column, Row, Rows

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.reconcile import Cell, MonthView, PairMonth

Pair = tuple[str, str]
NAME_WIDTH = 12
MONTH_WIDTH = 13
AROUND = 4 + 2 * (NAME_WIDTH + 2)
MOST_MONTHS = 12
EMPTY = "Nothing is owed in these months. b goes back a month; 5 shows the trades."


@dataclass(frozen=True, slots=True)
class Read:
    """All that is shown: the matrix, the month that is chosen, the names of the members by their codes, and
    the authorities besides our own."""

    cells: dict[Pair, dict[str, Cell]]
    view: MonthView
    names: dict[str, str]
    others: tuple[tuple[str, str], ...]

    def name(self, code: str) -> str:
        """The name of a member, or its code."""
        return self.names.get(code, code)


class Matrix(Rows):
    """A list whose columns are months, and change."""

    class Resized(Message):
        """There is more or less room for months."""

    def on_resize(self) -> None:
        """Say so."""
        self.post_message(self.Resized())

    def show_months(self, months: Sequence[str], chosen: str) -> None:
        """Show a column for each month; the chosen one stands in brackets."""
        self.columns = columns_of(months, chosen)
        self._layout_at = None
        self._strips.clear()
        self.refresh()


class ReconcileScreen(ListScreen):
    """A row for each seller and buyer, a column for each month; the pane tells of the month in brackets."""

    SCREEN = "reconcile"
    HEADING = "Reconcile"
    FILTER = "authority, open, stated, answered, closed, ! to clear up; Esc takes it off"
    ABOUT_A_ROW = frozenset({"open"})

    def __init__(self) -> None:
        super().__init__()
        self.month = ""
        self._last = ""
        self._told: Read | None = None
        self._count = 0

    def make_rows(self) -> Rows:
        """The matrix."""
        return Matrix(columns_of((), ""), empty=EMPTY)

    # The months in view

    def months(self) -> tuple[str, ...]:
        """As many months as fit, the chosen one among them."""
        room = max(1, min(MOST_MONTHS, (self.rows.size.width - AROUND) // (MONTH_WIDTH + 2)))
        self._count = room
        if not shift(self._last, 1 - room) <= self.month <= self._last:
            self._last = self.month if self.month > self._last else shift(self.month, room - 1)
        return up_to(self._last, room)

    def on_matrix_resized(self, event: Matrix.Resized) -> None:
        """More or fewer months may fit now."""
        before = self._count
        if self.month and self._told is not None and len(self.months()) != before:
            self.reload()

    async def refresh_data(self) -> None:
        """Read the months in view, and the chosen one in full."""
        now = month_of(self.desk.clock.today())
        self.month, self._last = self.month or shift(now, -1), self._last or now
        chosen, told, months = self.month, None, self.months()
        while told is None or months != self.months():
            # The screen may have been laid out while the store was read: more or fewer months fit now.
            months = self.months()
            told = await self.ask(partial(_read, months=months, chosen=chosen))
            if chosen != self.month:
                return
        self._told = told
        assert isinstance(self.rows, Matrix)
        self.rows.show_months(months, chosen)
        example = any(cell.worked_example for cells in told.cells.values() for cell in cells.values())
        title = f"Reconcile {month_text(chosen)}{' · worked example' if example else ''}"
        self.title_line.show(title, LEGEND)
        self.fill(rows_of(told, months), lambda row_id: _words(told, row_id))

    def show_detail(self, *, stay: bool = False) -> None:
        """The month of the pair under the cursor; without one, that of all."""
        self.leave_empty()
        self.footer.refresh()
        self.pane.show(self.detail(self.row_id), stay=stay)

    def detail(self, row_id: str) -> list[Content]:
        """The chosen month of a pair, its calendar, and the net positions."""
        told = self._told
        if told is None:
            return []
        today = self.desk.clock.today().isoformat()
        return month_lines(told.view, of_pair(told.view, row_id), self.desk.code, today, told.name)

    # Keys

    def action_before(self) -> None:
        """The month before."""
        self._choose(shift(self.month, -1))

    def action_next(self) -> None:
        """The month after."""
        self._choose(shift(self.month, 1))

    def _choose(self, month: str) -> None:
        if self._told is not None:
            self.month = month
            self.tell(f"{month_text(month)}.")
            self.reload()

    def action_open(self) -> None:
        """The pair's month, line by line."""
        self.read_row()

    def read_row(self) -> None:
        """Open the pair under the cursor."""
        if self.row_id and self.month:
            seller, buyer = self.row_id.split()
            over = self.app.screen
            if isinstance(over, PairScreen):
                over.show_pair(seller, buyer, self.month)
            else:
                self.app.push_screen(PairScreen(seller, buyer, self.month))

    def action_read(self) -> None:
        """Give the month's work list, calendar and net positions the room and the arrows."""
        super().read_row()

    def action_file(self) -> None:
        """Match a spreadsheet to the trades of an authority."""
        if self._told is not None:
            self.app.push_screen(MatchForm(self._told.others, self.month))

    def show_record(self, record: str) -> None:
        """Open a pair's month, named as `seller buyer month`; or a month alone."""
        parts = record.split()
        if parts:
            self.month = parts[-1]
        self._wanted = " ".join(parts[:2]) if len(parts) > 2 else ""
        self.reload()


def of_pair(view: MonthView, row_id: str) -> PairMonth | None:
    """The pair of a row in a month."""
    return next((one for one in view.pairs if f"{one.seller} {one.buyer}" == row_id), None)


def columns_of(months: Sequence[str], chosen: str) -> tuple[Column, ...]:
    """Seller and buyer, and the months."""
    return (
        Column("seller", "Seller", NAME_WIDTH, flex=1),
        Column("buyer", "Buyer", NAME_WIDTH, flex=1),
        *(
            Column(
                month,
                f"[{month_text(month)}]" if month == chosen else month_text(month),
                MONTH_WIDTH,
                align="right",
            )
            for month in months
        ),
    )


def rows_of(told: Read, months: Sequence[str]) -> list[Row]:
    """A row for each pair; `!` marks one whose chosen month something keeps open."""
    shown = {(one.seller, one.buyer): one for one in told.view.pairs}
    rows = []
    for pair in sorted({*told.cells, *shown}, key=lambda pair: tuple(map(told.name, pair))):
        cells = told.cells.get(pair, {})
        head = shown.get(pair)
        texts = [cell_text(cells[one].pence, cells[one].state) if one in cells else "" for one in months]
        names = [told.name(code) for code in pair]
        rows.append(Row(" ".join(pair), (*names, *texts), "!" if head is not None and head.blocked else ""))
    return rows


def _words(told: Read, row_id: str) -> list[str]:
    """What else a filter finds a pair by: its codes, and how the chosen month stands."""
    head = of_pair(told.view, row_id)
    return [*row_id.split(), *([head.state, "!" if head.blocked else ""] if head else [])]


def _read(desk: Desk, months: tuple[str, ...], chosen: str) -> Read:
    from rcc_tui.services import reconcile
    from rcc_tui.services.directory import members

    view = reconcile.month(desk, chosen)
    known = members(desk)
    authorities = {one.code: one.name for one in fixtures.authorities()}
    authorities |= {one.code: one.name for one in known if one.role == "authority"}
    others = sorted((one for one in authorities.items() if one[0] != desk.code), key=lambda one: one[1])
    return Read(reconcile.matrix(desk, months), view, {one.code: one.name for one in known}, tuple(others))
