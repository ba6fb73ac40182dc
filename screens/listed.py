"""A list, and what is known of the row under the cursor: below it, or beside it where there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.types import CSSPathType

from screens.base import DeskScreen
from screens.filterline import FilterLine, fits
from screens.keys import Key
from screens.pane import Pane
from screens.widgets.rows import Row, Rows


class ListScreen(DeskScreen):
    """Enter reads the row (in a narrow window it takes the whole body), Esc goes back to the list.

    Subclasses make the list in `make_rows`, fill it with `fill`, and say in `detail` what is known of a
    row. `FILTER` says what a filter may be typed for.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = "listed.tcss"
    FILTER: ClassVar[str] = "words; Esc takes the filter off"
    ABOUT_A_ROW: ClassVar[frozenset[str]] = frozenset()
    """Commands that are about the row under the cursor: not worth the footer where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = self.make_rows()
        self.pane = Pane()
        self.filter = FilterLine(self.FILTER)
        self._filled: tuple[tuple[Row, tuple[str, ...]], ...] = ()
        self._wanted = ""

    def make_rows(self) -> Rows:
        """The list; called once, from the constructor."""
        return Rows(())

    def above(self) -> ComposeResult:
        """What stands above the list."""
        yield self.filter

    def detail(self, row_id: str) -> Iterable[Content]:
        """What is known of a row, at once."""
        return ()

    def body(self) -> ComposeResult:
        """What stands above, the list and the detail."""
        yield from self.above()
        yield Container(self.rows, self.pane, classes="list--both")

    def on_mount(self) -> None:
        """Nothing has been read yet."""
        self.show_reading(self.rows)
        self.begin()

    def begin(self) -> None:
        """Begin in the list."""
        self.rows.focus()

    @property
    def row_id(self) -> str:
        """The id of the row under the cursor, "" where there is none."""
        return self.rows.row_id or ""

    def apt(self, key: Key) -> bool:
        """What is about a row needs one."""
        return bool(self.row_id) or key.command not in self.ABOUT_A_ROW

    @property
    def reading(self) -> bool:
        """Whether the detail has the focus."""
        return self.has_class("-reading")

    def fill(self, rows: Sequence[Row], also: Callable[[str], Iterable[str]]) -> None:
        """Show these rows, as far as they fit the filter: its words are looked for in the cells, and in
        what `also` says of a row's id."""
        self._filled = tuple((row, (*map(str, row.cells), *also(row.id))) for row in rows)
        self._narrow()
        self._go_to_wanted()

    def _narrow(self) -> None:
        wanted = self.filter.input.value
        rows = [row for row, words in self._filled if fits(wanted, words)]
        self.rows.set_rows(rows)
        if self._filled and not rows:
            self.rows.set_state("nomatch", "Esc takes the filter off.")
        self.show_detail(stay=True)

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._narrow()

    def on_filter_line_done(self, event: FilterLine.Done) -> None:
        """On to the list."""
        event.stop()
        self.rows.focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self.leave_row()
        self.filter.begin()

    def on_rows_highlighted(self, event: Rows.Highlighted) -> None:
        """Say what is known of the row."""
        self.show_detail()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Read the row."""
        self.read_row()

    def show_detail(self, *, stay: bool = False) -> None:
        """Show what is known of the row under the cursor; `stay` does not scroll back to the top."""
        self.leave_empty()
        self.footer.refresh()
        self.pane.show(self.detail(self.row_id) if self.row_id else (), stay=stay)

    def read_row(self) -> None:
        """Give the detail the room and the arrows."""
        if self.row_id:
            self.add_class("-reading")
            self.pane.focus()

    def leave_row(self) -> None:
        """Back to the list."""
        self.remove_class("-reading")
        self.rows.focus()

    def leave_empty(self) -> None:
        """Nothing can be read where there is no row."""
        if self.reading and not self.row_id:
            self.leave_row()

    def on_descendant_focus(self) -> None:
        """The list or a field above it has the focus: nothing is being read any more."""
        if self.reading and not self.pane.has_focus:
            self.remove_class("-reading")

    def action_back(self) -> None:
        """From the detail to the list; from the list as any screen does."""
        if self.reading or self.pane.has_focus:
            self.leave_row()
        elif self.filter.input.value:
            self.filter.action_take_off()
        else:
            super().action_back()

    def show_record(self, record: str) -> None:
        """Put the cursor on a record and read it, as soon as it is there."""
        self._wanted = record
        self.reload()

    def _go_to_wanted(self) -> None:
        if not self._wanted:
            return
        if not self.rows.go_to(self._wanted):
            self.filter.action_take_off()
            self._narrow()
        if self.rows.go_to(self._wanted):
            self.read_row()
        else:
            self.tell(f"{self._wanted[:8]} is not in this list.")
        self._wanted = ""
