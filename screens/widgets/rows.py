"""The list: the one widget that shows rows, be they ten or a hundred thousand.

It paints only the lines in view, keeps painted lines, and never lays anything out for rows not seen.
Colours come from component classes; every state has a glyph or a word as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from screens.keys import bindings_for
from screens.widgets.columns import Column, Layout, lay_out
from screens.widgets.lines import Lines
from screens.widgets.rowdata import Fetch, Held, Locate, Paged, Row, Source
from screens.widgets.rowmodel import WITH_INFO, Line, RowModel, SeenRow, StateKind
from screens.widgets.rowpaint import ROWS_CSS, Paint, cell_text, header_strip, row_strip, text_strip

__all__ = ["Column", "Row", "Rows", "StateKind"]

CURSOR = ">"
PICKED = "*"


class Rows(Lines, can_focus=True, inherit_bindings=False):
    """A list with a fixed header, a cursor, marks, and a last line that says where one is and what is hidden.

    Args:
        columns: from left to right.
        empty: what to say when there are no rows; it names the next key ("No requests. n makes one.").
        multi: whether Space marks several rows.
        mark_width: cells for `Row.mark`; 0 where rows have none.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("list")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--header",
        "rows--cursor",
        "rows--cursor-blurred",
        "rows--picked",
        "rows--info",
        "rows--state",
        "rows--failed",
    }
    DEFAULT_CSS = ROWS_CSS

    class About(Message):
        """A message about one row of one list."""

        def __init__(self, rows: Rows, row_id: str) -> None:
            super().__init__()
            self.rows = rows
            self.row_id = row_id

        @property
        def control(self) -> Rows:
            """The list that it comes from."""
            return self.rows

    class Highlighted(About):
        """The cursor came to another row."""

    class Chosen(About):
        """Enter or a double click on a row."""

    class Picked(About):
        """A row was marked or unmarked; see `Rows.picked`."""

    class Copied(About):
        """Text was handed to the terminal's clipboard. `what` is "cell" or "row"."""

        def __init__(self, rows: Rows, row_id: str, what: str, text: str) -> None:
            super().__init__(rows, row_id)
            self.what = what
            self.text = text

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "Nothing here.",
        multi: bool = False,
        mark_width: int = 1,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.multi = multi
        self._mark_width = mark_width
        self._model = RowModel(empty)
        self._cell = 0
        self._announced: str | None = None
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)
        self._layout_at: tuple[int, Layout] | None = None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows. The cursor stays on its row if that is still there, else at its place."""
        self._use(Held(rows))

    def set_source(self, total: int, fetch: Fetch, locate: Locate | None = None) -> None:
        """Show `total` rows that are fetched as they come into view.

        `locate` finds a row's place by id, so that cursor and marks outlive a change of source.
        """
        self._use(Paged(total, fetch, locate))

    def set_state(self, kind: StateKind, text: str = "") -> None:
        """Say how the search stands. Rows at hand stay in view while searching; other states hide them."""
        before = self._window()
        self._model.state = kind
        self._model.text = text
        self._refresh_since(before)

    def _use(self, source: Source) -> None:
        before = self._window()
        self._model.use(source)
        self._measure()
        self._announce()
        self._refresh_since(before)

    def _window(self) -> list[Line]:
        """What each line of the window shows, as far as rows and words make a difference to it."""
        _, _, width, height = self.scrollable_content_region
        return [self._line(y, width, height) for y in range(height)]

    def _refresh_since(self, before: list[Line]) -> None:
        """Paint the lines that show something else now: at a key most are often the same."""
        for y, (was, now) in enumerate(zip(before, self._window(), strict=True)):
            if was != now:
                self.refresh(Region(0, y, self.size.width, 1))

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._model.total

    @property
    def state(self) -> tuple[StateKind, str]:
        """How the search stands, and the words that go with it."""
        return self._model.state, self._model.text

    @property
    def cursor(self) -> int:
        """The cursor's place, from 0."""
        return self._model.place

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self._model.current

    @property
    def row_id(self) -> str | None:
        """The id of the row under the cursor."""
        row = self.current
        return row.id if row is not None else None

    @property
    def picked(self) -> frozenset[str]:
        """The ids of the marked rows."""
        return frozenset(self._model.picked)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Titles of the columns for which there is no room."""
        return self._layout(self.scrollable_content_region.width).hidden

    def table(self) -> Iterator[tuple[str, ...]]:
        """Titles and rows as text, all columns, the mark first."""
        yield ("Mark", *(column.title for column in self.columns))
        for place in range(self.total):
            if row := self._model.row(place):
                yield (row.mark, *(cell_text(row, i) for i in range(len(self.columns))))

    def clear_picked(self) -> None:
        """Unmark all rows."""
        self._model.picked.clear()
        self.refresh()

    def go_to(self, row_id: str) -> bool:
        """Put the cursor on a row; False if the row is not there."""
        place = self._model.place_of(row_id)
        if place is not None:
            self._move_to(place)
        return place is not None

    def _move_to(self, place: int) -> None:
        before = self.cursor
        self._model.move_to(place)
        self._show_cursor()
        if before != self.cursor:
            self.refresh_lines(before + 1)
            self.refresh_lines(self.cursor + 1)
            self.refresh(Region(0, self.scrollable_content_region.height - 1, self.size.width, 1))
        self._announce()

    def _announce(self) -> None:
        row_id = self.row_id
        if row_id is not None and row_id != self._announced:
            self.post_message(self.Highlighted(self, row_id))
        self._announced = row_id

    def _measure(self) -> None:
        self.measure(self.total + 1 + self._info_lines)
        self._show_cursor()

    def _show_cursor(self) -> None:
        body = self._body_height
        if body <= 0:
            return
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + body:
            self.scroll_to(y=self.cursor - body + 1, animate=False, force=True)

    @property
    def _info_lines(self) -> int:
        return 1 if self.scrollable_content_region.height >= WITH_INFO else 0

    @property
    def _body_height(self) -> int:
        return self.scrollable_content_region.height - 1 - self._info_lines

    def on_resize(self) -> None:
        """Fit the columns and keep the cursor in view."""
        self._strips.clear()
        self._measure()

    def on_focus(self) -> None:
        """The cursor is drawn strong."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is drawn weak."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget painted lines when the theme changes."""
        self._strips.clear()
        super().notify_style_update()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that can do nothing here go on to the screen."""
        if action == "pick":
            return self.multi and self.total > 0
        if action in ("choose", "copy_cell", "copy_row"):
            return self.total > 0
        return True

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move_to(self.cursor - 1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move_to(self.cursor + 1)

    def action_page_up(self) -> None:
        """One page up."""
        self._move_to(self.cursor - max(1, self._body_height))

    def action_page_down(self) -> None:
        """One page down."""
        self._move_to(self.cursor + max(1, self._body_height))

    def action_first(self) -> None:
        """To the first row."""
        self._move_to(0)

    def action_last(self) -> None:
        """To the last row."""
        self._move_to(self.total - 1)

    def action_cell_left(self) -> None:
        """The cell to the left, for copying."""
        self._move_cell(-1)

    def action_cell_right(self) -> None:
        """The cell to the right, for copying."""
        self._move_cell(1)

    def _move_cell(self, step: int) -> None:
        seen = len(self._layout(self.scrollable_content_region.width).slots)
        self._cell = max(0, min(self._cell + step, seen - 1))
        self.refresh()

    # What a row is for

    def action_choose(self) -> None:
        """Open the row."""
        if (row_id := self.row_id) is not None:
            self.post_message(self.Chosen(self, row_id))

    def action_pick(self) -> None:
        """Mark or unmark the row, and go on to the next."""
        self._toggle(self.cursor)
        self._move_to(self.cursor + 1)

    def _toggle(self, place: int) -> None:
        row = self._model.toggle(place)
        if row is not None:
            self.post_message(self.Picked(self, row.id))
            self.refresh()

    def action_copy_cell(self) -> None:
        """Copy the cell under the cursor."""
        row, slots = self.current, self._layout(self.scrollable_content_region.width).slots
        if row is not None and slots:
            self._copy(row.id, "cell", cell_text(row, slots[min(self._cell, len(slots) - 1)].index))

    def action_copy_row(self) -> None:
        """Copy all cells of the row, hidden ones too, parted by tabs."""
        row = self.current
        if row is not None:
            self._copy(row.id, "row", "\t".join(cell_text(row, i) for i in range(len(self.columns))))

    def _copy(self, row_id: str, what: str, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.post_message(self.Copied(self, row_id, what, text))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens the row, one on the mark column marks it."""
        at = event.get_content_offset(self)
        if at is None or not 1 <= at.y <= self._body_height or self._model.message:
            return
        place = self.scroll_offset.y + at.y - 1
        if place >= self.total:
            return
        for number, slot in enumerate(self._layout(self.scrollable_content_region.width).slots):
            if at.x >= slot.start:
                self._cell = number
        self._move_to(place)
        self.refresh()
        if self.multi and at.x < 2:
            self._toggle(place)
        elif event.chain == 2:
            self.action_choose()

    # Painting

    def _layout(self, width: int) -> Layout:
        if self._layout_at is None or self._layout_at[0] != width:
            gutter = 1 + self.multi + self._mark_width + 1
            self._layout_at = width, lay_out(self.columns, max(1, width - gutter), gutter)
        return self._layout_at[1]

    def render_line(self, y: int) -> Strip:
        """Paint one line of the window: header, row, message, or the last line."""
        _, _, width, height = self.scrollable_content_region
        match self._line(y, width, height):
            case None:
                return header_strip(self._layout(width), self._cell, width, self._style("header"))
            case SeenRow() as line:
                if self._model.state == "failed":
                    self.call_after_refresh(self.refresh)  # lines above may be painted already
                return self._row_strip(line, width)
            case text, style:
                return text_strip(text, width, self._style(style) if style else self.rich_style)

    def _line(self, y: int, width: int, height: int) -> Line:
        return self._model.line(y, self.scroll_offset.y, height, width, self._layout(width).hidden)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"rows--{name}")

    def _row_strip(self, line: SeenRow, width: int) -> Strip:
        key = (line, width, line.here and (self._cell, self.has_focus))
        strip = self._strips.get(key)
        if strip is None:
            name = "cursor" if self.has_focus else "cursor-blurred"
            parts = [f"rows--{name}"] if line.here else ["rows--picked"] if line.picked else []
            gutter = (CURSOR if line.here else " ") + ((PICKED if line.picked else " ") if self.multi else "")
            strip = row_strip(
                line.row,
                self._layout(width),
                width,
                Paint(
                    gutter,
                    self._mark_width,
                    self.get_visual_style(*parts),
                    self._cell if line.here else -1,
                    self.app.stylesheet.parse_style,
                ),
            )
            self._strips[key] = strip
        return strip
