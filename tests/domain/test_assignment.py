"""The best assignment as a whole."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.domain.assignment import Assigned, assign

Worth = dict[tuple[int, int], int]
WORTHS = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 30), max_size=14)


def greatest(worth: Worth) -> int:
    """By trying everything."""
    rows = range(5)
    return max(
        sum(max(worth.get((row, column), 0), 0) for row, column in zip(rows, columns, strict=True))
        for columns in permutations(rows)
    )


@settings(max_examples=150)
@given(WORTHS)
def test_none_is_better_and_the_margin_is_what_would_be_lost(worth: Worth) -> None:
    found = assign(worth)
    assert len({one.row for one in found}) == len({one.column for one in found}) == len(found)
    assert all(worth[one.row, one.column] > 0 for one in found)
    best = greatest(worth)
    assert sum(worth[one.row, one.column] for one in found) == best
    for one in found:
        without = {pair: value for pair, value in worth.items() if pair != (one.row, one.column)}
        assert one.margin == best - greatest(without)


def test_the_best_for_all_and_not_the_best_for_the_first() -> None:
    assert assign({(0, 0): 10, (0, 1): 9, (1, 0): 9}) == [Assigned(0, 1, 8), Assigned(1, 0, 8)]


def test_twins_have_no_margin() -> None:
    assert assign({(0, 0): 10, (1, 0): 10}) in ([Assigned(0, 0, 0)], [Assigned(1, 0, 0)])


def test_nothing_for_nobody() -> None:
    assert assign({}) == []
    assert assign({(0, 0): 0, (1, 1): -5}) == []


def test_a_large_group_is_solved() -> None:
    size = 60
    worth = {(row, column): 100 - abs(row - column) for row in range(size) for column in range(size)}
    found = assign(worth)
    assert [one.column for one in found] == list(range(size))
