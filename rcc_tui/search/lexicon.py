"""The words that may be corrected to, ready to be compared with a mistyped one.

A word within two slips of another shares nearly all its letters and is about as long. Which words have which
letter, how early, and how many letters are kept as sets (see `bitset`), so that a few dozen ANDs leave some
ten words of 4,600 to be compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable

from rcc_tui.search.bitset import rows_of

LONGEST = 32
_EARLY = 16  # places in a word told apart; a letter that comes later still counts as there


class Lexicon:
    """Words, in the order they came; none is ever taken out."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: list[str] = []
        self._lengths: dict[int, int] = {}
        self._letters: dict[str, list[int]] = {}
        places: dict[tuple[str, int], list[int]] = {}
        lengths: dict[int, list[int]] = {}
        for number, word in enumerate(words):
            self._words.append(word)
            lengths.setdefault(len(word), []).append(number)
            for letter in set(word):
                places.setdefault((letter, min(word.find(letter), _EARLY)), []).append(number)
        self._lengths = {length: _set(numbers) for length, numbers in lengths.items()}
        for (letter, place), numbers in places.items():
            self._by_place(letter)[place] = _set(numbers)
        for sets in self._letters.values():
            for place in range(1, _EARLY + 1):
                sets[place] |= sets[place - 1]

    def _by_place(self, letter: str) -> list[int]:
        """For each place the words that have the letter there or before."""
        return self._letters.setdefault(letter, [0] * (_EARLY + 1))

    def __len__(self) -> int:
        return len(self._words)

    def add(self, word: str) -> None:
        """One more word; it must not be there yet."""
        bit = 1 << len(self._words)
        self._words.append(word)
        self._lengths[len(word)] = self._lengths.get(len(word), 0) | bit
        for letter in set(word):
            sets = self._by_place(letter)
            for place in range(min(word.find(letter), _EARLY), _EARLY + 1):
                sets[place] |= bit

    def alike(self, word: str, slips: int) -> list[tuple[str, int]]:
        """The words at most so many slips away, and how many; a swap of neighbours is one slip."""
        near = self._near(word, slips, _EARLY, _EARLY)
        fitting = 0
        for length in range(len(word) - slips, len(word) + slips + 1):
            fitting |= self._lengths.get(length, 0)
        return _closest(word, [self._words[number] for number in rows_of(near & fitting)], slips)

    def begun(self, word: str, slips: int) -> list[tuple[str, str]]:
        """The words that begin with something so like `word`, each with that beginning, of every length
        from one letter less to one more."""
        size = len(word)
        near = self._near(word, slips, size - 2, size)
        longer = [self._words[number] for number in rows_of(near) if len(self._words[number]) >= size - 1]
        found = []
        for length in (size - 1, size, size + 1):
            by_start: dict[str, list[str]] = {}
            for one in longer:
                if len(one) >= length:
                    by_start.setdefault(one[:length], []).append(one)
            for start, _ in _closest(word, list(by_start), slips):
                found += [(one, start) for one in by_start[start]]
        return found

    def _near(self, word: str, slips: int, sure: int, perhaps: int) -> int:
        """The words that lack at most `slips` letters of `word` up to the place `perhaps`, and have at most
        as many others up to the place `sure`."""
        every = (1 << len(self._words)) - 1
        mine = set(word)
        few = [every] * (slips + 1)
        sure, perhaps = min(sure, _EARLY), min(perhaps, _EARLY)
        for letter in mine:
            have = self._by_place(letter)[perhaps] if letter in self._letters else 0
            for lacking in range(slips, 0, -1):
                few[lacking] = few[lacking] & have | few[lacking - 1]
            few[0] &= have
        near = few[slips]
        few = [near] * (slips + 1)
        for letter, sets in self._letters.items():
            if letter not in mine:
                have = sets[sure]
                for extra in range(slips, 0, -1):
                    few[extra] = few[extra] ^ (few[extra] & have) | few[extra - 1]
                few[0] ^= few[0] & have
        return few[slips]


def _set(numbers: list[int]) -> int:
    bitmap = bytearray((numbers[-1] >> 3) + 1)
    for number in numbers:
        bitmap[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bitmap, "little")


def _closest(word: str, words: list[str], slips: int) -> list[tuple[str, int]]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
    return [(match[0], int(match[1])) for match in found]
