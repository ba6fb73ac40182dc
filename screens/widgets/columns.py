"""Columns of a list and how they share the width: which are seen, how wide, which are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screens.widgets.text import Align

GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `width` is in cells; with `flex` it is the least width, and spare room goes to flex columns by weight.
    The column of the highest `priority` number is the first to go when the window is narrow.
    """

    key: str
    title: str
    width: int = 8
    flex: int = 0
    align: Align = "left"
    priority: int = 0


@dataclass(frozen=True)
class Slot:
    """A column that is seen: its index among all columns, its first cell and its width."""

    index: int
    column: Column
    start: int
    width: int


@dataclass(frozen=True)
class Layout:
    """Which columns are seen at this width, and the titles of those that are not."""

    slots: tuple[Slot, ...]
    hidden: tuple[str, ...]


def _room(chosen: Sequence[int], columns: Sequence[Column]) -> int:
    return sum(max(1, columns[i].width) for i in chosen) + GAP * max(0, len(chosen) - 1)


def lay_out(columns: Sequence[Column], width: int, start: int = 0) -> Layout:
    """Fit columns into `width` cells from cell `start` on. One column at least is seen, cut if need be."""
    chosen = list(range(len(columns)))
    while len(chosen) > 1 and _room(chosen, columns) > width:
        chosen.remove(max(chosen, key=lambda i: (columns[i].priority, i)))
    widths = {i: max(1, columns[i].width) for i in chosen}
    spare = width - _room(chosen, columns)
    if spare < 0 and chosen:
        widths[chosen[0]] = max(1, widths[chosen[0]] + spare)
    weights = sum(columns[i].flex for i in chosen)
    left, seen = max(0, spare), 0
    for i in chosen:
        if weights and columns[i].flex:
            # Shares of the whole, so that the parts add up to the room there is.
            before, seen = seen, seen + columns[i].flex
            widths[i] += left * seen // weights - left * before // weights
    slots: list[Slot] = []
    for i in chosen:
        slots.append(Slot(i, columns[i], start, widths[i]))
        start += widths[i] + GAP
    return Layout(tuple(slots), tuple(columns[i].title for i in range(len(columns)) if i not in widths))
