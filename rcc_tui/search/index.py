"""The index: for every word and every fact the set of rows that have it, kept up row by row.

Names of sets: `t:` and a term, `b:` and one or two letters with which terms begin, `f:` and a fact, `s:` and
a binary digit of a number. Small sets of terms lie packed in one array until a row is added to them.

Rows are numbered as they come and numbers are never used twice: taking a row out only strikes it from the
living. `compact` renumbers when more rows are dead than alive. Nothing here reads a database: `dump` and
`load` turn the index into named blobs and back, `changes` gives the blobs touched since the last of either.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice

from rcc_tui.search.bitset import Posting, is_large, pour, rows_of, sliced
from rcc_tui.search.facts import MEASURES, day_number, facts_of, measures_of, tie_number
from rcc_tui.search.lexicon import Lexicon, corrigible
from rcc_tui.search.packed import Packed
from rcc_tui.search.rows import IndexRow

__all__ = ["INDEX_VERSION", "MEASURES", "Index", "day_number", "tie_number"]

INDEX_VERSION = 2
PAGE = 1024  # rows a page of the row table
_CACHE_BYTES = 48_000_000
_LIVE = "f:live"
_SMALL = "small"  # the blob of the small sets of terms
# The rows of all terms that begin with so many letters are one set, kept up; of longer beginnings they are
# put together when asked for.
_BEGINNINGS = (1, 2)
_POURED = 512  # a set of fewer than 1 row in so many is sooner poured than made a bitmap and kept


class Index:
    """Sets of rows by term and by fact. One thread at a time."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.weekly: array[int] = array("q")
        self.version = 0
        self._numbers: dict[str, int] = {}
        self._postings: dict[str, Posting] = {}
        self._packed = Packed([], (), array("I"))
        self._loose: list[str] = []  # the terms that are not packed, in order
        self._lexicon: Lexicon | None = None
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
        terms: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
        facts: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
        measures: list[tuple[int, ...]] = []
        for row in rows:
            index._strike(row.id)
            number = index._new_row(row.id, row.weekly)
            for term in set(row.words):
                terms[term].append(number)
            for name in facts_of(row):
                facts[name].append(number)
            measures.append(measures_of(row))
        index._pack(terms)
        index._postings.update((name, Posting.of(numbers)) for name, numbers in facts.items())
        for name, column in zip(MEASURES, zip(*measures, strict=True), strict=bool(measures)):
            for place, bits in enumerate(sliced(column, MEASURES[name])):
                if bits:
                    index._postings[f"s:{name}:{place}"] = Posting.of_bits(bits)
        index.version += 1
        return index

    def _pack(self, terms: Mapping[str, Sequence[int]]) -> None:
        """Take the sets of all terms: the small ones packed, the large ones each by itself."""
        small: list[tuple[str, Sequence[int]]] = []
        beginnings: defaultdict[str, int] = defaultdict(int)
        scattered: defaultdict[str, bytearray] = defaultdict(bytearray)
        for term, numbers in terms.items():
            if is_large(numbers):
                posting = self._postings["t:" + term] = Posting.of(numbers)
                for start in _beginnings(term):
                    beginnings[start] |= posting.bits()
            else:
                small.append((term, numbers))
                for start in _beginnings(term):
                    pour(numbers, scattered[start])
        for start, bitmap in scattered.items():
            beginnings[start] |= int.from_bytes(bitmap, "little")
        self._packed = Packed.of(small)
        self._postings.update(("b:" + start, Posting.of_bits(bits)) for start, bits in beginnings.items())
        self._loose = sorted(name[2:] for name in self._postings if name.startswith("t:"))

    def add(self, row: IndexRow) -> None:
        """Put a row in, in place of the one of the same id if there is one."""
        self._strike(row.id)
        self._put(row)
        self.version += 1

    def remove(self, id: str) -> None:
        """Take a row out; one that is not there is no error."""
        if self._strike(id):
            self.version += 1

    def _strike(self, id: str) -> bool:
        number = self._numbers.pop(id, None)
        if number is None:
            return False
        self.ids[number] = ""
        self._alive[number >> 3] ^= 1 << (number & 7)
        self._touch_row(number)
        return True

    @property
    def worn(self) -> bool:
        """Whether `compact` is worth while: more row numbers dead than alive."""
        return len(self.ids) > 2 * len(self._numbers) + PAGE

    def compact(self) -> Index:
        """The same rows numbered anew, without what the dead left behind."""
        fresh = Index()
        renumbered = [-1] * len(self.ids)
        for new, old in enumerate(rows_of(self.live())):
            renumbered[old] = new
            fresh._new_row(self.ids[old], self.weekly[old])
        terms: dict[str, list[int]] = {}
        for name, numbers in self._sets():
            kept = [new for row in numbers if (new := renumbered[row]) >= 0]
            if kept and name.startswith("t:"):
                terms[name[2:]] = kept
            elif kept and not name.startswith("b:"):
                fresh._postings[name] = Posting.of(kept)
        fresh._pack(terms)
        fresh.version += 1
        return fresh

    def _sets(self) -> Iterator[tuple[str, Iterable[int]]]:
        for name, posting in self._postings.items():
            yield name, posting.numbers()
        for term in self._packed.names:
            if "t:" + term not in self._postings:
                yield "t:" + term, self._packed.get(term) or ()

    def live(self) -> int:
        """Every row there is."""
        if _LIVE not in self._bits:
            self._bits[_LIVE] = int.from_bytes(self._alive, "little")
        return self._bits[_LIVE]

    def number(self, id: str) -> int | None:
        """The row number of an id, None when there is no such row."""
        return self._numbers.get(id)

    def bits(self, name: str) -> int:
        """The set of a name (`t:` and a term, `f:` and a fact); rows taken out may still be in it."""
        found = self._bits.get(name)
        if found is None:
            posting = self._set(name)
            found = posting.bits() if posting is not None else 0
            if self._bits_size > _CACHE_BYTES:
                self.forget()
            self._bits[name] = found
            self._bits_size += found.bit_length() // 8 + 64
        return found

    def _set(self, name: str) -> Posting | None:
        posting = self._postings.get(name)
        if posting is None and name.startswith("t:"):
            rows = self._packed.get(name[2:])
            posting = Posting.of_few(rows) if rows is not None else None
        return posting

    def union(self, names: Iterable[str]) -> int:
        """The rows in any of the sets; small sets are poured together without each being kept for later."""
        total, scattered, many = 0, bytearray(), len(self.ids) // _POURED
        for name in names:
            if name in self._bits:
                total |= self._bits[name]
                continue
            posting = self._set(name)
            if posting is None:
                continue
            if posting.rows is None or len(posting.rows) > many:
                total |= self.bits(name)
            else:
                pour(posting.rows, scattered)
        return total | int.from_bytes(scattered, "little") if scattered else total

    def beginning(self, start: str) -> int:
        """The rows that have a term that begins so."""
        if len(start) in _BEGINNINGS:
            return self.bits("b:" + start)
        scattered = bytearray()
        pour(self._packed.rows_beginning(start), scattered)
        return int.from_bytes(scattered, "little") | self.union(
            "t:" + term for term in self._loose_from(start)
        )

    def has(self, term: str, row: int) -> bool:
        """Whether a row has a term."""
        posting = self._postings.get("t:" + term)
        if posting is not None:
            return row in posting
        rows = self._packed.get(term)
        return rows is not None and row in rows

    def first_term(self, row: int, start: str) -> str | None:
        """The first term of a row that begins so, None where it has none."""
        loose = next((term for term in self._loose_from(start) if self.has(term, row)), None)
        packed = self._packed.first_of(row, start)
        return min((term for term in (loose, packed) if term is not None), default=None)

    def slices(self, name: str) -> list[int]:
        """The bit slices of one of `MEASURES`, a number per row, lowest first."""
        return [self.bits(f"s:{name}:{place}") for place in range(MEASURES[name])]

    def facts(self, kind: str) -> list[str]:
        """The values a fact takes (`outcode`, `hub`, `authority` …), in order."""
        start = f"f:{kind}:"
        return sorted(name.removeprefix(start) for name in self._postings if name.startswith(start))

    def has_term(self, term: str) -> bool:
        """Whether one of the rows that are there has the term."""
        return self.count(term, 1) > 0

    def count(self, term: str, most: int) -> int:
        """How many of the rows that are there have the term, counted no further than `most`."""
        posting = self._postings.get("t:" + term)
        size = self._packed.size(term) if posting is None else len(posting)
        dead = len(self.ids) - len(self._numbers)
        if not size or not dead or size - dead >= most:
            return min(size, most)
        rows = self._packed.get(term) if posting is None else posting.rows
        if rows is None:
            return min((self.bits("t:" + term) & self.live()).bit_count(), most)
        living = (row for row in rows if self._alive[row >> 3] >> (row & 7) & 1)
        return sum(1 for _ in islice(living, most))

    @property
    def terms(self) -> list[str]:
        """Every term that a row has or has had, in order."""
        return self.terms_from("")

    def terms_from(self, start: str) -> list[str]:
        """The terms that begin with `start`, in order."""
        return sorted({*self._packed.beginning(start), *self._loose_from(start)})

    def _loose_from(self, start: str) -> list[str]:
        first = bisect_left(self._loose, start)
        return self._loose[first : bisect_left(self._loose, start + "\U0010ffff")]

    @property
    def lexicon(self) -> Lexicon:
        """The words that may be corrected to."""
        if self._lexicon is None:
            words = chain(self._packed.not_numbers(), self._loose)
            self._lexicon = Lexicon(dict.fromkeys(filter(corrigible, words)))
        return self._lexicon

    def forget(self) -> None:
        """Drop what is only there for speed."""
        self._bits.clear()
        self._bits_size = 0

    def dump(self) -> list[tuple[str, bytes]]:
        """Every blob of the index, by name. They belong together with `INDEX_VERSION`."""
        names = [name for name, posting in self._postings.items() if not _is_small(name, posting)]
        names += [_SMALL, _LIVE, *(f"p:{page}" for page in range(len(self.ids) // PAGE + 1))]
        self._dirty.clear()
        return [(name, self._blob(name)) for name in names]

    def changes(self) -> list[tuple[str, bytes]]:
        """The blobs that changed since the last `dump`, `changes` or `load`."""
        names = set()
        for name in self._dirty:
            posting = self._postings.get(name)
            if name.startswith("t:"):
                names.add(_SMALL)  # also where a set has grown out of it
            if posting is None or not _is_small(name, posting):
                names.add(name)
        self._dirty = set()
        return [(name, self._blob(name)) for name in sorted(names)]

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
                elif name == _SMALL:
                    index._packed = Packed.load(blob)
                else:
                    index._postings[name] = Posting.load(blob)
            for number in range(len(pages)):
                index._load_page(pages[number])
        except (ValueError, KeyError, UnicodeDecodeError):
            return None
        index._numbers = dict(zip(index.ids, range(len(index.ids)), strict=True))
        index._numbers.pop("", None)
        index._loose = sorted(name[2:] for name in index._postings if name.startswith("t:"))
        index.version += 1
        return index if index.live().bit_count() == len(index._numbers) else None

    def _blob(self, name: str) -> bytes:
        if name.startswith("p:"):
            start = int(name[2:]) * PAGE
            ids = self.ids[start : start + PAGE]
            prices = self.weekly[start : start + PAGE].tobytes()
            return len(ids).to_bytes(4, "little") + prices + "\n".join(ids).encode("utf-8", "surrogatepass")
        if name == _LIVE:
            return bytes(self._alive)
        if name == _SMALL:
            return self._small().dump()
        return self._postings[name].dump()

    def _load_page(self, blob: bytes) -> None:
        count = int.from_bytes(blob[:4], "little")
        self.weekly.frombytes(blob[4 : 4 + 8 * count])
        if count:
            self.ids += blob[4 + 8 * count :].decode("utf-8", "surrogatepass").split("\n")
        if len(self.ids) != len(self.weekly):
            raise ValueError("a damaged page of rows")

    def _small(self) -> Packed:
        """The small sets of terms, those that lie loose among them."""
        loose = ((term, self._postings["t:" + term].rows) for term in self._loose)
        return self._packed.with_sets((term, () if rows is None else rows) for term, rows in loose)

    def _posting(self, name: str) -> Posting:
        posting = self._postings.get(name)
        if posting is None:
            posting = self._postings[name] = self._set(name) or Posting()
            if name.startswith("t:"):
                insort(self._loose, name[2:])
        return posting

    def _put(self, row: IndexRow) -> None:
        number = self._new_row(row.id, row.weekly)
        for term in dict.fromkeys(row.words):
            if self._lexicon is not None and self._set("t:" + term) is None and corrigible(term):
                self._lexicon.add(term)
            self._mark("t:" + term, number)
        for start in dict.fromkeys(start for term in row.words for start in _beginnings(term)):
            self._mark("b:" + start, number)
        for fact in facts_of(row):
            self._mark(fact, number)
        for name, value in zip(MEASURES, measures_of(row), strict=True):
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


def _is_small(name: str, posting: Posting) -> bool:
    return posting.rows is not None and name.startswith("t:")


def _beginnings(term: str) -> Iterator[str]:
    return (term[:size] for size in _BEGINNINGS if len(term) >= size)
