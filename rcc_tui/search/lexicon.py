"""The words that may be corrected to, ready to be compared with a mistyped one.

A word within two slips of another shares nearly all its letters, each about where it was, and is about as
long. Which words have which letter, how early, and how many letters are kept as sets (see `bitset`), so that
a few dozen ANDs leave some ten words of 4,600 to be compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rcc_tui.search.bitset import rows_of
from rcc_tui.search.tokens import has_digit

LONGEST = 32
_FAR = 1000
_EARLY = 16  # places in a word told apart; a letter that comes later still counts as there


def corrigible(word: str) -> bool:
    """Whether there may be slips in a word: it is of letters, three to `LONGEST` of them."""
    return 2 < len(word) <= LONGEST and (word.isalpha() or not has_digit(word))


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
        fitting = 0
        for length in range(len(word) - slips, len(word) + slips + 1):
            fitting |= self._lengths.get(length, 0)
        near = self._near(word, slips, _EARLY, fitting)
        return _closest(word, [self._words[number] for number in rows_of(near)], slips)

    def begun(self, word: str, slips: int, among: Sequence[str] | None = None) -> list[tuple[str, list[str]]]:
        """The beginnings so like `word`, of every length from one letter less to one more, each with the
        words that begin so. With one or two slips they are `among` those that were found without the last
        letter."""
        least = len(word) - 1
        words = self._beginning(word, slips) if among is None else among
        words = [one for one in words if len(one) >= least]
        starts = {one[:length] for length in (least, least + 1, least + 2) for one in words}
        close: dict[str, list[str]] = {start: [] for start, _ in _closest(word, list(starts), slips)}
        for length in (least, least + 1, least + 2) if close else ():
            for one in words:
                if len(one) >= length and one[:length] in close:
                    close[one[:length]].append(one)
        return list(close.items())

    def _beginning(self, word: str, slips: int) -> list[str]:
        """Words among which are all that begin like that."""
        longer = 0
        for length, numbers in self._lengths.items():
            if length >= len(word) - 1:
                longer |= numbers
        return [self._words[number] for number in rows_of(self._near(word, slips, len(word) - 2, longer))]

    def _near(self, word: str, slips: int, sure: int, fitting: int) -> int:
        """Of the words `fitting` those that lack at most `slips` letters of `word` about where it has them,
        and have at most as many up to the place `sure` that it has not about there.

        A letter that stays is moved by no more places than there are slips.
        """
        if not fitting:
            return 0
        mine = {letter: place for place, letter in reversed(list(enumerate(word)))}
        known = self._letters
        have = [
            known[letter][min(first + slips, _EARLY)] if letter in known else 0
            for letter, first in mine.items()
        ]
        near = _in_all_but(fitting, have, slips)
        if not near:
            return 0
        every, sure = (1 << len(self._words)) - 1, min(sure, _EARLY)
        lasts = ((sets, min(mine.get(letter, _FAR) - slips - 1, sure)) for letter, sets in known.items())
        return _in_all_but(near, [every ^ sets[last] for sets, last in lasts if last >= 0], slips)


def _in_all_but(words: int, sets: Sequence[int], most: int) -> int:
    """Of some words those that are in all of the sets, or not in at most so many: one, two or three."""
    none = one = two = three = words
    if most == 1:
        for have in sets:
            one = one & have | none
            none &= have
        return one
    if most == 2:
        for have in sets:
            two = two & have | one
            one = one & have | none
            none &= have
        return two
    for have in sets:
        three = three & have | two
        two = two & have | one
        one = one & have | none
        none &= have
    return three


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
