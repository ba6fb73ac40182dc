"""Sets of row numbers, and numbers kept as sets of row numbers, bit by bit.

A set is a Python integer with bit n set for row n: an AND over 100,000 rows takes less than a microsecond.
A number per row (age, price, date) is kept *bit-sliced*: one set per binary digit, so that `at most x` and
sums over all rows are a few ANDs and XORs, exact, with no loop over rows (O'Neil and Quass 1997).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import compress, zip_longest
from operator import itemgetter

_SPARSE_SHARE = 7  # a set with fewer than 1 row in 128 is a list of row numbers, else a bitmap
_SPARSE_LEAST = 64
_TO_SET_BYTE = re.compile(rb"\x00*+[^\x00]")
# Counted back from the byte after, as a match of the above ends there.
_BITS_BEFORE = tuple(tuple(bit - 8 for bit in range(8) if byte >> bit & 1) for byte in range(256))
_DENSE = 28  # a set with more than 1 row in so many is read bit by bit
_DIGITS = bytes(int(byte == ord("1")) for byte in range(256))
_ABSENT = bytes(int(not byte) for byte in range(256))


class Posting:
    """A growing set of row numbers: a plain list while small, a bitmap when not."""

    __slots__ = ("_count", "bitmap", "rows")

    def __init__(self) -> None:
        self.rows: array[int] | None = array("I")
        self.bitmap = bytearray()
        self._count = -1  # how many the bitmap has, once that was asked

    def __len__(self) -> int:
        if self.rows is not None:
            return len(self.rows)
        if self._count < 0:
            self._count = self.bits().bit_count()
        return self._count

    def add(self, row: int) -> None:
        """Put a row in; it must not be in already while the set is small (row numbers are never reused)."""
        if self.rows is not None:
            self.rows.append(row)
            if is_large(self.rows):
                self.bitmap, self.rows = _bitmap(self.rows), None
            return
        self._count = -1
        place = row >> 3
        if place >= len(self.bitmap):
            self.bitmap.extend(bytes(place + 1 - len(self.bitmap) + len(self.bitmap) // 8))
        self.bitmap[place] |= 1 << (row & 7)

    @classmethod
    def of(cls, rows: Sequence[int]) -> Posting:
        """The set of some rows, which must rise."""
        posting = cls()
        posting.rows = array("I", rows)
        if is_large(rows):
            posting.bitmap, posting.rows = _bitmap(posting.rows), None
        return posting

    @classmethod
    def of_few(cls, rows: array[int]) -> Posting:
        """The set of so few rows that they are no bitmap."""
        posting = cls()
        posting.rows = rows
        return posting

    @classmethod
    def of_bits(cls, bits: int) -> Posting:
        """The set that an integer stands for."""
        posting = cls()
        posting.bitmap, posting.rows = bytearray(bits.to_bytes((bits.bit_length() + 7) // 8, "little")), None
        return posting

    def bits(self) -> int:
        """The set as an integer."""
        return int.from_bytes(self.bitmap if self.rows is None else _bitmap(self.rows), "little")

    def __contains__(self, row: int) -> bool:
        if self.rows is not None:
            return row in self.rows
        return row >> 3 < len(self.bitmap) and bool(self.bitmap[row >> 3] >> (row & 7) & 1)

    def numbers(self) -> Iterable[int]:
        """The row numbers in the set."""
        return self.rows if self.rows is not None else rows_of(int.from_bytes(self.bitmap, "little"))

    def dump(self) -> bytes:
        """The set as bytes: a mark, then little-endian row numbers or the bitmap."""
        if self.rows is None:
            return b"b" + self.bitmap
        return b"r" + self.rows.tobytes()

    @classmethod
    def load(cls, blob: bytes) -> Posting:
        """The set that `dump` wrote. Raises ValueError for other bytes."""
        posting = cls()
        if blob[:1] == b"r":
            rows: array[int] = array("I")
            rows.frombytes(blob[1:])
            posting.rows = rows
        elif blob[:1] == b"b":
            posting.rows, posting.bitmap = None, bytearray(memoryview(blob)[1:])
        else:
            raise ValueError("not a set of rows")
        return posting


def is_large(rows: Sequence[int]) -> bool:
    """Whether rows, which rise, are kept as a bitmap."""
    return len(rows) > _SPARSE_LEAST and len(rows) > rows[-1] >> _SPARSE_SHARE


def _bitmap(rows: array[int]) -> bytearray:
    bitmap = bytearray()
    pour(rows, bitmap)
    return bitmap


def pour(rows: Sequence[int], bitmap: bytearray) -> None:
    """Add rows to a bitmap."""
    size = (max(rows, default=-1) >> 3) + 1
    if size > len(bitmap):
        bitmap.extend(bytes(size - len(bitmap)))
    for row in rows:
        bitmap[row >> 3] |= 1 << (row & 7)


def rows_of(bits: int) -> list[int]:
    """The row numbers of a set, rising."""
    if bits.bit_count() * _DENSE > bits.bit_length():
        return list(compress(range(bits.bit_length()), f"{bits:b}"[::-1].encode().translate(_DIGITS)))
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    ends = [match.end() for match in _TO_SET_BYTE.finditer(data)]
    return [(end << 3) + bit for end in ends for bit in _BITS_BEFORE[data[end - 1]]]


def sliced(values: Sequence[int], width: int) -> list[int]:
    """Numbers, one a row, as bit slices, lowest first. Each must be below 2 to the power of `width`."""
    digits = "".join([f"{value:0{width}b}" for value in values])
    return [int(digits[place::width][::-1] or "0", 2) for place in range(width - 1, -1, -1)]


def at_most(slices: Sequence[int], most: int, within: int) -> int:
    """The rows of `within` whose bit-sliced number is not above `most`. Slices run from the lowest bit."""
    if most < 0:
        return 0
    if most >> len(slices):
        return within
    below, equal = 0, within
    for place in range(len(slices) - 1, -1, -1):
        ones = equal & slices[place]
        if most >> place & 1:
            below |= equal ^ ones
            equal = ones
        else:
            equal ^= ones
    return below | equal


def add_points(total: list[int], rows: int, points: int) -> None:
    """Add `points` to the bit-sliced number of every row in `rows`, in place."""
    place = 0
    while points:
        if points & 1:
            carry, here = rows, place
            while carry:
                if here >= len(total):
                    total.extend([0] * (here + 1 - len(total)))
                carry, total[here] = total[here] & carry, total[here] ^ carry
                here += 1
        points >>= 1
        place += 1


def added(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """Two bit-sliced numbers added, row by row."""
    total: list[int] = []
    carry = 0
    for one, other in zip_longest(first, second, fillvalue=0):
        either = one ^ other
        total.append(either ^ carry)
        carry = one & other | carry & either
    return [*total, carry] if carry else total


def best(rows: int, count: int, keys: Iterable[tuple[int, bool]], wanted: int, enough: int) -> int:
    """A set that holds the `wanted` best of `count` rows, and not many others.

    Each key is (set, whether being in the set is better), the weightiest first. More keys are looked at as
    long as there are more than `enough` rows that may be among the best.
    """
    chosen, rest, taken, left = 0, rows, 0, count
    for bits, better in keys:
        if taken + left <= enough or taken >= wanted:
            break
        high = rest & bits
        if not better:
            high ^= rest
        if not high or high == rest:
            continue
        more = high.bit_count()
        if taken + more > wanted:
            rest, left = high, more
        else:
            chosen |= high
            rest ^= high
            taken, left = taken + more, left - more
    return chosen if taken >= wanted else chosen | rest


def absences(rows: Sequence[int], tables: Iterable[bytes]) -> list[bytes]:
    """For each row a byte a table (a set as bytes, lowest rows first): 1 where the row is not in it.

    A table that has none of the rows is left out. Tables reach as far as the rows do.
    """
    if not rows:
        return []
    places = [row >> 3 for row in rows]
    look = itemgetter(*places, places[0])  # of one place alone it would give no tuple
    mask = int.from_bytes(bytes([1 << (row & 7) for row in rows]), "little")
    found = (int.from_bytes(bytes(look(table)), "little") & mask for table in tables)
    columns = [bits.to_bytes(len(rows), "little").translate(_ABSENT) for bits in found if bits]
    width = len(columns)
    turned = bytearray(width * len(rows))
    for at, column in enumerate(columns):
        turned[at::width] = column
    whole = bytes(turned)
    return [whole[at * width : (at + 1) * width] for at in range(len(rows))]
