"""Where a list gets its rows from: all at once, or page by page as they come into view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.content import Content

PAGE = 128
PAGES_KEPT = 16

Fetch = Callable[[int, int], Sequence["Row"]]
"""`fetch(start, count)` returns the rows from `start`, `count` of them or fewer at the end."""
Locate = Callable[[str], int | None]
"""`locate(row_id)` returns the row's place in the list, or None if it is not there."""


@dataclass(frozen=True, eq=False)
class Row:
    """One row: its stable id, a cell for each column, and a mark of one or two letters (its state).

    Rows are equal that look the same: of a `Content`, which compares as its text does, the styles too.
    """

    id: str
    cells: tuple[str | Content, ...]
    mark: str = ""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Row) and self._looks == other._looks)

    def __hash__(self) -> int:
        return hash(self._looks)

    @property
    def _looks(self) -> tuple[object, ...]:
        cells = tuple(
            one if isinstance(one, str) else (one.plain, tuple(map(tuple, one.spans))) for one in self.cells
        )
        return (self.id, self.mark, cells)


class Source(Protocol):
    """Rows by place."""

    total: int

    def row(self, place: int) -> Row | None:
        """The row at a place, or None past the end."""

    def place_of(self, row_id: str) -> int | None:
        """The place of a row, or None if it is not there or cannot be told."""


class Held:
    """All rows in memory."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = tuple(rows)
        self.total = len(self._rows)
        self._places: dict[str, int] = {row.id: place for place, row in enumerate(self._rows)}

    def row(self, place: int) -> Row | None:
        """The row at a place, or None past the end."""
        return self._rows[place] if 0 <= place < self.total else None

    def place_of(self, row_id: str) -> int | None:
        """The place of a row, or None if it is not there."""
        return self._places.get(row_id)


class Paged:
    """Rows fetched a page at a time; the pages looked at last are kept."""

    def __init__(self, total: int, fetch: Fetch, locate: Locate | None = None) -> None:
        self.total = max(0, total)
        self._fetch = fetch
        self._locate = locate
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()

    def row(self, place: int) -> Row | None:
        """The row at a place, or None past the end or where the source gave fewer than it said."""
        if not 0 <= place < self.total:
            return None
        number, offset = divmod(place, PAGE)
        page = self._pages.get(number)
        if page is None:
            start = number * PAGE
            page = self._pages[number] = tuple(self._fetch(start, min(PAGE, self.total - start)))
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[offset] if offset < len(page) else None

    def place_of(self, row_id: str) -> int | None:
        """The place of a row: asked of `locate`, else looked up in the pages at hand."""
        if self._locate is not None:
            return self._locate(row_id)
        for number, page in self._pages.items():
            for offset, row in enumerate(page):
                if row.id == row_id:
                    return number * PAGE + offset
        return None
