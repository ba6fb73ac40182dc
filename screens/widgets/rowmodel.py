"""What a list holds apart from how it looks: rows, cursor, marks, and how the search stands."""

from __future__ import annotations

from typing import Literal, NamedTuple

from screens.widgets.rowdata import Held, Row, Source
from screens.widgets.rowpaint import wrap
from screens.widgets.text import cell_width

StateKind = Literal["ready", "unsearched", "reading", "searching", "nomatch", "failed"]

LEADS: dict[StateKind, str] = {
    "ready": "",
    "unsearched": "? Not searched yet.",
    "reading": "~",
    "searching": "~ Searching…",
    "nomatch": "- No match.",
    "failed": "! Failed:",
}


# Of fewer lines none is spent on where one is.
WITH_INFO = 4


class SeenRow(NamedTuple):
    """A row as it is seen: whether it is marked, and whether the cursor is on it."""

    row: Row
    picked: bool
    here: bool


Line = SeenRow | tuple[str, str] | None
"""What a line of the window shows: a row, words and the name of their style, or the header (None)."""


class RowModel:
    """Rows, the cursor's place, marks and state. A source that raises leaves an empty list that says why."""

    def __init__(self, empty: str) -> None:
        self.empty = empty
        self.place = 0
        self.state: StateKind = "ready"
        self.text = ""
        self.picked: set[str] = set()
        self._source: Source = Held(())

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._source.total

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.row(self.place)

    def row(self, place: int) -> Row | None:
        """The row at a place; None past the end, or when the source fails."""
        # Whatever a store may raise, a list that is being painted must not end the program.
        try:
            return self._source.row(place)
        except Exception as error:
            self._give_up(error)
            return None

    def place_of(self, row_id: str) -> int | None:
        """The place of a row; None if it is not there, or when the source fails."""
        try:
            return self._source.place_of(row_id)
        except Exception as error:
            self._give_up(error)
            return None

    def _give_up(self, error: Exception) -> None:
        self._source = Held(())
        self.place = 0
        self.picked.clear()
        self.state, self.text = "failed", str(error)

    def use(self, source: Source) -> None:
        """Take other rows: the cursor stays on its row if it is still there, else near its place.

        Marks of rows that are gone are dropped, so that no act falls on a row that nobody sees.
        """
        before = self.current
        self._source = source
        self.state, self.text = "ready", ""
        place = self.place_of(before.id) if before is not None else None
        self.picked = {row_id for row_id in self.picked if self.place_of(row_id) is not None}
        self.move_to(self.place if place is None else place)

    def move_to(self, place: int) -> None:
        """Put the cursor at a place, or at the nearest there is."""
        self.place = max(0, min(place, self.total - 1))

    def toggle(self, place: int) -> Row | None:
        """Mark or unmark the row at a place."""
        row = self.row(place)
        if row is not None:
            self.picked.symmetric_difference_update({row.id})
        return row

    @property
    def searching(self) -> bool:
        """Searching while the rows of before are still in view."""
        return self.state == "searching" and self.total > 0

    @property
    def message(self) -> str:
        """What stands in place of rows, if anything."""
        if self.state == "ready":
            return "" if self.total else self.empty
        return "" if self.searching else f"{LEADS[self.state]} {self.text}".rstrip()

    def line(self, y: int, top: int, height: int, width: int, hidden: tuple[str, ...]) -> Line:
        """What the line `y` shows of a window whose first row is `top`, with these columns hidden."""
        if y == 0:
            return None
        if height >= WITH_INFO and y == height - 1:
            return self.info(hidden, width), "info"
        if message := self.message:
            lines = wrap(message, width)
            style = "failed" if self.state == "failed" else "state"
            return lines[y - 1] if y <= len(lines) else "", style
        place = top + y - 1
        if place >= self.total:
            return "", ""
        row = self.row(place)
        picked = row is not None and row.id in self.picked
        return SeenRow(row or Row("", ()), picked, place == self.place)

    def info(self, hidden: tuple[str, ...], width: int) -> str:
        """The last line: where one is, how many are marked, which columns are hidden (or how many)."""
        parts = []
        if self.total and not self.message:
            parts.append(f"{self.place + 1:,} of {self.total:,}")
        if self.searching:
            parts.append("~ searching; these are the rows of before")
        if self.picked:
            parts.append(f"* {len(self.picked):,} marked")
        if not hidden:
            return " · ".join(parts)
        named = " · ".join([*parts, f"hidden: {', '.join(hidden)}"])
        return named if cell_width(named) <= width else " · ".join([*parts, f"{len(hidden)} hidden"])
