"""The index: for every word and every fact the set of rows that have it, kept up row by row.

Rows are numbered as they come and numbers are never used twice: taking a row out only strikes it from the
living. `compact` renumbers when more rows are dead than alive. Nothing here reads a database: `dump` and
`load` turn the index into named blobs and back, `changes` gives the blobs touched since the last of either.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from zlib import crc32

from rcc_tui.search.bitset import Posting, rows_of, sliced
from rcc_tui.search.rows import IndexRow

INDEX_VERSION = 1
PAGE = 1024  # rows a page of the row table
_CACHE_BYTES = 48_000_000
_EPOCH = date(2000, 1, 1).toordinal()
_LIVE = "f:live"
# What is kept as a number per row, and how many binary digits it has; larger numbers count as the largest.
MEASURES = {
    "age_min": 7,
    "age_max": 7,
    "places": 4,
    "weekly": 32,
    "confirmed": 16,
    "available": 16,
    "reserved_until": 16,
    "tie": 16,
}


@lru_cache(maxsize=4096)
def day_number(iso: str) -> int:
    """Days since 1999-12-31 of an ISO date, 0 for none and for what is no date."""
    try:
        return max(date.fromisoformat(iso).toordinal() - _EPOCH + 1, 1)
    except ValueError:
        return 0


def tie_number(id: str) -> int:
    """A number by which equal rows are ordered: the same on every machine, whatever order they came in."""
    return crc32(id.encode("utf-8", "surrogatepass")) & 0xFFFF


class Index:
    """Sets of rows by term and by fact. One thread at a time."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.weekly: array[int] = array("q")
        self.terms: list[str] = []
        self.vocabulary_version = 0
        self.version = 0
        self._numbers: dict[str, int] = {}
        self._postings: dict[str, Posting] = {}
        self._bits: dict[str, int] = {}
        self._bits_size = 0
        self._dirty: set[str] = set()
        self._alive = bytearray()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, id: str) -> bool:
        return id in self._numbers

    @classmethod
    def build(cls, rows: Iterable[IndexRow]) -> Index:
        """An index of these rows; of several of one id the last counts."""
        index = cls()
        sets: defaultdict[str, list[int]] = defaultdict(list)
        columns: dict[str, list[int]] = {name: [] for name in MEASURES}
        for row in {row.id: row for row in rows}.values():
            number = index._new_row(row.id, row.weekly)
            for term in set(row.words):
                sets["t:" + term].append(number)
            for fact in _facts(row):
                sets["f:" + fact].append(number)
            for name, value in _measures(row):
                columns[name].append(value)
        index._postings = {name: Posting.of(numbers) for name, numbers in sets.items()}
        for name, column in columns.items():
            for place, bits in enumerate(sliced(column, MEASURES[name])):
                if bits:
                    index._postings[f"s:{name}:{place}"] = Posting.of_bits(bits)
        index._dirty.update(index._postings)
        index._reviewed()
        return index

    def add(self, row: IndexRow) -> None:
        """Put a row in, in place of the one of the same id if there is one."""
        if row.id in self._numbers:
            self.remove(row.id)
        self._put(row)
        self.version += 1

    def remove(self, id: str) -> None:
        """Take a row out; one that is not there is no error."""
        number = self._numbers.pop(id, None)
        if number is None:
            return
        self.ids[number] = ""
        self._alive[number >> 3] ^= 1 << (number & 7)
        self._touch_row(number)
        self.version += 1

    @property
    def worn(self) -> bool:
        """Whether `compact` is worth while: more row numbers dead than alive."""
        return len(self.ids) > 2 * len(self._numbers) + PAGE

    def compact(self) -> Index:
        """The same rows numbered anew, without what the dead left behind."""
        fresh = Index()
        renumbered = {old: new for new, old in enumerate(rows_of(self.live()))}
        for old in renumbered:
            fresh._new_row(self.ids[old], self.weekly[old])
        for name, posting in self._postings.items():
            kept = sorted(renumbered[row] for row in posting.numbers() if row in renumbered)
            if kept:
                target = fresh._posting(name)
                for row in kept:
                    target.add(row)
        fresh._reviewed()
        return fresh

    def live(self) -> int:
        """Every row there is."""
        found = self._bits.get(_LIVE)
        if found is None:
            found = self._bits[_LIVE] = int.from_bytes(self._alive, "little")
        return found

    def number(self, id: str) -> int | None:
        """The row number of an id, None when there is no such row."""
        return self._numbers.get(id)

    def bits(self, name: str) -> int:
        """The set of a name (`t:` and a term, `f:` and a fact); rows taken out may still be in it."""
        found = self._bits.get(name)
        if found is None:
            posting = self._postings.get(name)
            found = posting.bits() if posting is not None else 0
            if self._bits_size > _CACHE_BYTES:
                self.forget()
            self._bits[name] = found
            self._bits_size += found.bit_length() // 8 + 64
        return found

    def union(self, names: Iterable[str]) -> int:
        """The rows in any of the sets; small sets are poured together without each being kept for later."""
        total, scattered = 0, bytearray()
        for name in names:
            posting = self._postings.get(name)
            if posting is None:
                continue
            if name in self._bits or not posting.pour(scattered):
                total |= self.bits(name)
        return total | int.from_bytes(scattered, "little")

    def slices(self, name: str) -> list[int]:
        """The bit slices of one of `MEASURES`, a number per row, lowest first."""
        return [self.bits(f"s:{name}:{place}") for place in range(MEASURES[name])]

    def facts(self, kind: str) -> list[str]:
        """The values a fact takes (`outcode`, `hub`, `authority` …), in order."""
        start = f"f:{kind}:"
        return sorted(name.removeprefix(start) for name in self._postings if name.startswith(start))

    def has_term(self, term: str) -> bool:
        """Whether any row has ever had the term."""
        return "t:" + term in self._postings

    def terms_from(self, start: str) -> list[str]:
        """The terms that begin with `start`, in order."""
        first = bisect_left(self.terms, start)
        last = bisect_left(self.terms, start + "\U0010ffff")
        return self.terms[first:last]

    def forget(self) -> None:
        """Drop what is only there for speed."""
        self._bits.clear()
        self._bits_size = 0

    def dump(self) -> list[tuple[str, bytes]]:
        """Every blob of the index, by name. They belong together with `INDEX_VERSION`."""
        names = [*self._postings, _LIVE, *(f"p:{page}" for page in range(len(self.ids) // PAGE + 1))]
        self._dirty.clear()
        return [(name, self._blob(name)) for name in names]

    def changes(self) -> list[tuple[str, bytes]]:
        """The blobs that changed since the last `dump`, `changes` or `load`."""
        names, self._dirty = sorted(self._dirty), set()
        return [(name, self._blob(name)) for name in names]

    @classmethod
    def load(cls, blobs: Iterable[tuple[str, bytes]], version: int) -> Index | None:
        """The index of these blobs, or None when they are of another version or damaged: build it anew."""
        if version != INDEX_VERSION:
            return None
        index, pages = cls(), {}
        try:
            for name, blob in blobs:
                if name.startswith("p:"):
                    pages[int(name[2:])] = blob
                elif name == _LIVE:
                    index._alive = bytearray(blob)
                else:
                    index._postings[name] = Posting.load(blob)
            for number in range(len(pages)):
                index._load_page(pages[number])
        except (ValueError, KeyError, UnicodeDecodeError):
            return None
        index._numbers = {id: number for number, id in enumerate(index.ids) if id}
        index._reviewed()
        return index if index.live().bit_count() == len(index._numbers) else None

    def _blob(self, name: str) -> bytes:
        if name.startswith("p:"):
            start = int(name[2:]) * PAGE
            ids = self.ids[start : start + PAGE]
            prices = self.weekly[start : start + PAGE].tobytes()
            return len(ids).to_bytes(4, "little") + prices + "\n".join(ids).encode("utf-8", "surrogatepass")
        if name == _LIVE:
            return bytes(self._alive)
        return self._postings[name].dump()

    def _load_page(self, blob: bytes) -> None:
        count = int.from_bytes(blob[:4], "little")
        self.weekly.frombytes(blob[4 : 4 + 8 * count])
        if count:
            self.ids += blob[4 + 8 * count :].decode("utf-8", "surrogatepass").split("\n")
        if len(self.ids) != len(self.weekly):
            raise ValueError("a damaged page of rows")

    def _reviewed(self) -> None:
        self.terms = sorted(name[2:] for name in self._postings if name.startswith("t:"))
        self.vocabulary_version += 1
        self.version += 1

    def _posting(self, name: str) -> Posting:
        posting = self._postings.get(name)
        if posting is None:
            posting = self._postings[name] = Posting()
        return posting

    def _put(self, row: IndexRow) -> None:
        number = self._new_row(row.id, row.weekly)
        for term in dict.fromkeys(row.words):
            if "t:" + term not in self._postings:
                insort(self.terms, term)
                self.vocabulary_version += 1
            self._mark("t:" + term, number)
        for fact in _facts(row):
            self._mark("f:" + fact, number)
        for name, value in _measures(row):
            place = 0
            while value:
                if value & 1:
                    self._mark(f"s:{name}:{place}", number)
                value >>= 1
                place += 1

    def _new_row(self, id: str, weekly: int) -> int:
        number = len(self.ids)
        self.ids.append(id)
        self.weekly.append(weekly)
        self._numbers[id] = number
        if number >> 3 >= len(self._alive):
            self._alive.append(0)
        self._alive[number >> 3] |= 1 << (number & 7)
        self._touch_row(number)
        return number

    def _touch_row(self, number: int) -> None:
        self._dirty.update((_LIVE, f"p:{number // PAGE}"))
        self._bits.pop(_LIVE, None)

    def _mark(self, name: str, number: int) -> None:
        self._posting(name).add(number)
        self._dirty.add(name)
        self._bits.pop(name, None)


def _facts(row: IndexRow) -> Iterator[str]:
    yield from (f"outcode:{row.outcode.upper()}", f"place:{row.place.lower()}", f"type:{row.type.lower()}")
    yield from (f"hub:{row.hub.lower()}", f"authority:{row.authority}", f"sex:{row.sex}")
    yield from (f"need:{need}" for need in set(row.needs))
    yield from (f"reserved:{code}" for code in set(row.reserved_for))
    if row.emergency:
        yield "emergency"
    if row.solo:
        yield "solo"
    if row.protected:
        yield from ("protected", f"protected:{row.protected.lower()}")
    if row.reserved_for:
        yield "reserved"


def _measures(row: IndexRow) -> Iterator[tuple[str, int]]:
    for name, value in _numbers(row):
        yield name, min(max(value, 0), (1 << MEASURES[name]) - 1)


def _numbers(row: IndexRow) -> Iterator[tuple[str, int]]:
    yield "age_min", row.age_min
    yield "age_max", row.age_max
    yield "places", min(max(row.siblings, 1), row.free)
    yield "weekly", row.weekly
    yield "confirmed", day_number(row.stale_on)
    yield "available", day_number(row.available_from)
    yield "reserved_until", day_number(row.reserved_until)
    yield "tie", tie_number(row.id)
