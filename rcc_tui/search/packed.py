"""Many small sets of row numbers, by term, in one array: a list of 100,000 places has a number of its own on
nearly every row, and an object for each would cost more than everything else in the index."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import sub

_LAST = "\U0010ffff"


class Packed:
    """Sets by name; never changed once made. The array holds them in the order of their names."""

    __slots__ = ("_ends", "_rows", "names")

    def __init__(self, names: list[str], sizes: Iterable[int], rows: array[int]) -> None:
        self.names = names
        self._ends = array("I", accumulate(sizes, initial=0))
        self._rows = rows
        if len(self._ends) != len(names) + 1 or self._ends[-1] != len(rows):
            raise ValueError("damaged sets of rows")

    @classmethod
    def of(cls, sets: Iterable[tuple[str, Sequence[int]]]) -> Packed:
        """The sets given, in any order, none of them empty; each name once."""
        return cls([], (), array("I")).with_sets(sets)

    def __contains__(self, name: str) -> bool:
        return self._place(name) is not None

    def get(self, name: str) -> array[int] | None:
        """The rows of a set, rising; None where there is none of the name."""
        place = self._place(name)
        return None if place is None else self._rows[self._ends[place] : self._ends[place + 1]]

    def size(self, name: str) -> int:
        """How many rows a set has, 0 where there is none of the name."""
        place = self._place(name)
        return 0 if place is None else self._ends[place + 1] - self._ends[place]

    def first_of(self, row: int, start: str) -> str | None:
        """The first name that begins so and has the row."""
        first, last = self._range(start)
        began, data = self._ends[first], self._rows[self._ends[first] : self._ends[last]].tobytes()
        wide, at = self._rows.itemsize, -1
        looked_for = row.to_bytes(wide, sys.byteorder)
        while (at := data.find(looked_for, at + 1)) >= 0:
            if at % wide == 0:
                return self.names[bisect_right(self._ends, began + at // wide) - 1]
        return None

    def _place(self, name: str) -> int | None:
        place = bisect_left(self.names, name)
        return place if place < len(self.names) and self.names[place] == name else None

    def beginning(self, start: str) -> list[str]:
        """The names that begin so, in order."""
        first, last = self._range(start)
        return self.names[first:last]

    def not_numbers(self) -> list[str]:
        """The names that do not begin with a digit: of a long list far fewer than those that do."""
        return self.names[: bisect_left(self.names, "0")] + self.names[bisect_left(self.names, ":") :]

    def rows_beginning(self, start: str) -> array[int]:
        """The rows of all sets whose names begin so, one set after the other."""
        first, last = self._range(start)
        return self._rows[self._ends[first] : self._ends[last]]

    def _range(self, start: str) -> tuple[int, int]:
        return bisect_left(self.names, start), bisect_left(self.names, start + _LAST)

    def with_sets(self, sets: Iterable[tuple[str, Sequence[int]]]) -> Packed:
        """These sets with others put in their place or beside them; an empty one takes its name away."""
        names: list[str] = []
        sizes, rows = array("I"), array("I")
        after = 0
        for name, numbers in sorted(sets):
            self._copy(after, bisect_left(self.names, name), names, sizes, rows)
            after = bisect_left(self.names, name + "\0")
            if numbers:
                names.append(name)
                sizes.append(len(numbers))
                rows.extend(numbers)
        self._copy(after, len(self.names), names, sizes, rows)
        return Packed(names, sizes, rows)

    def _copy(self, first: int, last: int, names: list[str], sizes: array[int], rows: array[int]) -> None:
        names += self.names[first:last]
        ends = self._ends[first : last + 1]
        sizes.extend(map(sub, ends[1:], ends))
        rows += self._rows[ends[0] : ends[-1]]

    def dump(self) -> bytes:
        """As bytes: the length of the names, the names a line each, the sizes, the rows."""
        names = "\n".join(self.names).encode("utf-8", "surrogatepass")
        sizes = array("I", map(sub, self._ends[1:], self._ends))
        return len(names).to_bytes(4, "little") + names + sizes.tobytes() + self._rows.tobytes()

    @classmethod
    def load(cls, blob: bytes) -> Packed:
        """What `dump` wrote. Raises ValueError for other bytes."""
        after = 4 + int.from_bytes(blob[:4], "little")
        names = blob[4:after].decode("utf-8", "surrogatepass").split("\n") if after > 4 else []
        sizes, rows = array("I"), array("I")
        sizes.frombytes(blob[after : after + 4 * len(names)])
        rows.frombytes(blob[after + 4 * len(names) :])
        return cls(names, sizes, rows)
