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


def assign(worth: Worth) -> list[Assigned]:
    """One column at most for each row and one row for each column, so that the sum of worths is greatest.

    Pairs that are not in `worth`, or worth nothing, are never made. By row. Kuhn 1955, by shortest
    augmenting paths, in each group of rows that compete with each other.
    """
    found: list[Assigned] = []
    for group in _groups({pair: value for pair, value in worth.items() if value > 0}):
        best = _solve(group)
        total = sum(group[pair] for pair in best.items())
        for row, column in best.items():
            others = {pair: value for pair, value in group.items() if pair != (row, column)}
            without = sum(others[pair] for pair in _solve(others).items())
            found.append(Assigned(row, column, total - without))
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


def _solve(worth: Worth) -> dict[int, int]:
    """The best assignment of one group."""
    rows = sorted({row for row, _ in worth})
    columns = sorted({column for _, column in worth})
    # Each row may also stay alone, in a column of its own that is worth nothing.
    width = len(columns) + len(rows)
    place = {column: number for number, column in enumerate(columns)}
    apart = 1 + sum(worth.values())
    costs = [[apart] * width for _ in rows]
    for number, row in enumerate(rows):
        costs[number][len(columns) + number] = 0
        for column in columns:
            if (row, column) in worth:
                costs[number][place[column]] = -worth[row, column]
    taken = _cheapest(costs, width)
    return {rows[row]: columns[column] for column, row in taken.items() if column < len(columns)}


def _cheapest(costs: list[list[int]], width: int) -> dict[int, int]:
    """The row of each column in the cheapest assignment of all rows."""
    row_price, column_price = [0] * len(costs), [0] * width
    row_of: dict[int, int] = {}
    for start in range(len(costs)):
        reach = [apart - row_price[start] - column_price[at] for at, apart in enumerate(costs[start])]
        came: list[int] = [-1] * width
        done: set[int] = set()
        while True:
            column = min((at for at in range(width) if at not in done), key=reach.__getitem__)
            distance = reach[column]
            done.add(column)
            if column not in row_of:
                break
            row = row_of[column]
            for at in range(width):
                if at not in done:
                    through = distance + costs[row][at] - row_price[row] - column_price[at]
                    if through < reach[at]:
                        reach[at], came[at] = through, column
        row_price[start] += distance
        for at in done - {column}:
            row_price[row_of[at]] += distance - reach[at]
            column_price[at] -= distance - reach[at]
        while came[column] != -1:
            row_of[column] = row_of[came[column]]
            column = came[column]
        row_of[column] = start
    return row_of
