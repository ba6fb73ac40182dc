"""Who goes with whom when everybody wants the same one: the best assignment as a whole, not one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Worth = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Assigned:
    """A row and the column it goes with. `margin` is what the whole would lose if it went elsewhere."""

    row: int
    column: int
    margin: int


def assign(worth: Worth, most: int = 0) -> list[Assigned]:
    """One column at most for each row and one row for each column, so that the sum of worths is greatest.

    Pairs that are not in `worth`, or worth nothing, are never made. By row. Kuhn 1955, by shortest
    augmenting paths, in each group of rows that compete with each other. Where `most` is given, a group of
    more rows and columns is left alone: its time goes with the cube of them.
    """
    found: list[Assigned] = []
    for group in _groups({pair: value for pair, value in worth.items() if value > 0}):
        if not most or len({row for row, _ in group}) + len({column for _, column in group}) <= most:
            found += _Group(group).solved()
    return sorted(found, key=lambda one: one.row)


def _groups(worth: Worth) -> Iterator[dict[tuple[int, int], int]]:
    """The pairs, parted into groups that share neither row nor column."""
    by_row: defaultdict[int, list[int]] = defaultdict(list)
    by_column: defaultdict[int, list[int]] = defaultdict(list)
    for row, column in worth:
        by_row[row].append(column)
        by_column[column].append(row)
    left = set(by_row)
    while left:
        rows, waiting = set(), [min(left)]
        while waiting:
            row = waiting.pop()
            if row not in rows:
                rows.add(row)
                waiting += [other for column in by_row[row] for other in by_column[column]]
        left -= rows
        yield {(row, column): worth[row, column] for row in sorted(rows) for column in sorted(by_row[row])}


class _Group:
    """One group of rows that compete, as a table of costs with prices on rows and columns.

    A pair costs never less than the prices of its row and column together, and an assigned one just as much:
    so a shortest path by what is above the prices leads to the best assignment.
    """

    def __init__(self, worth: Worth) -> None:
        self._worth = worth
        self._rows = sorted({row for row, _ in worth})
        self._columns = sorted({column for _, column in worth})
        # Each row may also stay alone, in a column of its own that is worth nothing, and so may each column:
        # then all are taken, and what changes between two assignments is always a ring.
        size = len(self._rows) + len(self._columns)
        place = {column: number for number, column in enumerate(self._columns)}
        apart = 2 + 2 * sum(worth.values())
        self._costs = [[apart] * size for _ in range(size)]
        for number, row in enumerate(self._rows):
            self._costs[number][len(self._columns) + number] = 0
            for column in self._columns:
                if (row, column) in worth:
                    self._costs[number][place[column]] = -worth[row, column]
        for number in range(len(self._columns)):
            costs = self._costs[len(self._rows) + number]
            costs[number] = 0
            costs[len(self._columns) :] = [0] * len(self._rows)
        self._apart = apart
        self._row_price, self._column_price = [min(costs) for costs in self._costs], [0] * size
        self._row_of: dict[int, int] = {}

    def solved(self) -> list[Assigned]:
        """The best assignment of the group."""
        for row in range(len(self._costs)):
            self._place(row)
        pairs = tuple(self._row_of.items())
        return [
            Assigned(self._rows[row], self._columns[column], self._margin(row, column))
            for column, row in pairs
            if column < len(self._columns) and row < len(self._rows)
        ]

    def _place(self, start: int) -> None:
        """Find a column for one row more, moving others where that is cheaper."""
        reach, came, done = self._paths(start)
        column = done[-1]
        farthest = reach[column]
        self._row_price[start] += farthest
        for at in done[:-1]:
            self._row_price[self._row_of[at]] += farthest - reach[at]
            self._column_price[at] -= farthest - reach[at]
        while came[column] != -1:
            self._row_of[column] = self._row_of[came[column]]
            column = came[column]
        self._row_of[column] = start

    def _margin(self, row: int, column: int) -> int:
        """What the whole loses when a row is kept from its column: the shortest way round to it."""
        del self._row_of[column]
        reach, _, done = self._paths(row, barred=column)
        self._row_of[column] = row
        return reach[done[-1]]

    def _paths(self, start: int, barred: int = -1) -> tuple[list[int], list[int], list[int]]:
        """How far columns are from a row, from which column one comes, and which are settled, in order.

        Ends at the first free column; the row does not go to the `barred` column itself.
        """
        price = self._row_price[start]
        reach = [cost - price - self._column_price[at] for at, cost in enumerate(self._costs[start])]
        if barred >= 0:
            reach[barred] += self._apart
        came: list[int] = [-1] * len(reach)
        done: list[int] = []
        left = set(range(len(reach)))
        while True:
            column = min(left, key=lambda at: (reach[at], at))
            left.remove(column)
            done.append(column)
            if column not in self._row_of:
                return reach, came, done
            row, distance = self._row_of[column], reach[column]
            costs, price = self._costs[row], self._row_price[row]
            for at in left:
                through = distance + costs[at] - price - self._column_price[at]
                if through < reach[at]:
                    reach[at], came[at] = through, column
