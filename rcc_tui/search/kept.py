"""Answers kept for the next keystroke, as many as there is room for; those asked for longest ago go first."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Answers by what was asked. There is room for so many sets of rows."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._found: dict[K, tuple[V, int]] = {}

    def get(self, asked: K) -> V | None:
        """The answer, None where it is not (or no longer) kept."""
        found = self._found.pop(asked, None)
        if found is None:
            return None
        self._found[asked] = found
        return found[0]

    def put(self, asked: K, answer: V, sets: int) -> V:
        """Keep an answer that is not kept yet; it holds so many sets of rows."""
        self._found[asked] = answer, sets
        self._used += sets
        while self._used > self._room and len(self._found) > 1:
            self._used -= self._found.pop(next(iter(self._found)))[1]
        return answer

    def clear(self) -> None:
        """Forget everything."""
        self._found.clear()
        self._used = 0


def room(rows: int, more: int, each: int) -> int:
    """For how many sets of `rows` rows there is room in `more` bytes and `each` for every row."""
    return (more + each * rows) // (rows // 8 + 64)
