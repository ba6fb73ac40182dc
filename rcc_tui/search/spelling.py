"""From a word as typed to the terms it may stand for, each with a cost.

Matched against the vocabulary, never against rows. Cost 0 is the word itself; what begins with it costs a
little; a correction costs more, by its edits: slips of a neighbouring key, a vowel, a doubled or swapped
letter are cheap, another first letter is dear. Words with a digit are never corrected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rcc_tui.search.asked import Word
from rcc_tui.search.tokens import has_digit, tokenise

if TYPE_CHECKING:
    from rcc_tui.search.index import Index

EXACT, ALIAS, BEGUN, BEGINS = 0, 1, 1, 2
CORRECTED = 4  # and above: the letters were changed
MOST = 31
_SPAN = 7  # corrections dearer than the cheapest by more than about one edit are noise
_LONGEST = 32
_SHORTEST_PART = 3

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE = ("ckq", "szc", "fv", "dt", "bp", "iy", "mn", "gj", "vw")


def _near_pairs() -> frozenset[str]:
    pairs: set[str] = set()
    for number, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            others = row[place + 1 : place + 2]
            if number + 1 < len(_ROWS):
                others += _ROWS[number + 1][max(0, place - 1) : place + 1]
            pairs.update(key + other for other in others)
    for group in ("aeiou", *_ALIKE):
        pairs.update(a + b for a in group for b in group if a != b)
    return frozenset(pairs | {pair[::-1] for pair in pairs})


_NEAR = _near_pairs()


@dataclass(frozen=True, slots=True)
class Expansion:
    """Terms that a word may stand for: a row has to have all of `terms`. `cost` 0 to `MOST`."""

    terms: tuple[str, ...]
    cost: int


def allowance(word: str) -> int:
    """How many slips a word of this length may have: none below 3 letters, 1, from 5 on 2, from 9 on 3."""
    size = len(word)
    if size < 3 or size > _LONGEST or has_digit(word):
        return 0
    return 1 if size < 5 else 2 if size < 9 else 3


class Speller:
    """Spells words by the vocabulary of an index. Made anew when the vocabulary has changed."""

    def __init__(self, index: Index, aliases: Mapping[str, tuple[str, ...]]) -> None:
        self._index = index
        self._aliases = aliases
        self._fuzzy_terms = [term for term in index.terms if len(term) > 2 and not has_digit(term)]
        self._prefixes: dict[int, list[str]] = {}
        self.corrected = lru_cache(maxsize=512)(self._corrected)

    def typed(self, word: Word) -> list[Expansion]:
        """What the word stands for as typed: itself, what it abbreviates, what begins with it."""
        text = word.text
        found = [Expansion((text,), EXACT)] if self._index.has_term(text) else []
        if word.literal:
            return found
        alias = self._aliases.get(text)
        if alias is not None and all(self._index.has_term(term) for term in alias):
            found.append(Expansion(alias, ALIAS))
        if word.unfinished or (len(text) >= _SHORTEST_PART and not has_digit(text)):
            cost = BEGUN if word.unfinished else BEGINS
            found += [Expansion((term,), cost) for term in self._index.terms_from(text) if term != text]
        return found

    def _corrected(self, text: str, unfinished: bool) -> tuple[Expansion, ...]:
        """What the word may have been meant to be, cheapest first; nothing that it stands for as typed."""
        slips = allowance(text)
        if not slips:
            return ()
        costs: dict[tuple[str, ...], int] = {}
        for term, made in _alike(text, self._fuzzy_terms, slips):
            if made <= len(term) // 2 and not term.startswith(text):
                costs[(term,)] = weigh(text, term)
        if unfinished and len(text) >= 4:
            self._begun_with_slips(text, min(slips, 2), costs)
        for terms, cost in self._split(text):
            costs[terms] = min(cost, costs.get(terms, MOST))
        if not costs:
            return ()
        dearest = min(costs.values()) + _SPAN
        kept = sorted((cost, terms) for terms, cost in costs.items() if cost <= dearest)
        return tuple(Expansion(terms, min(cost, MOST)) for cost, terms in kept)

    def _begun_with_slips(self, text: str, slips: int, costs: dict[tuple[str, ...], int]) -> None:
        size = len(text)
        for length in (size - 1, size, size + 1):
            for prefix, _ in _alike(text, self._beginnings(length), slips):
                cost = weigh(text, prefix) + 1
                first = bisect_left(self._fuzzy_terms, prefix)
                for term in self._fuzzy_terms[first:]:
                    if not term.startswith(prefix):
                        break
                    if not term.startswith(text):
                        costs[(term,)] = min(cost, costs.get((term,), MOST))

    def _beginnings(self, length: int) -> list[str]:
        found = self._prefixes.get(length)
        if found is None:
            found = list(dict.fromkeys(term[:length] for term in self._fuzzy_terms if len(term) >= length))
            self._prefixes[length] = found
        return found

    def _split(self, text: str) -> Iterable[tuple[tuple[str, ...], int]]:
        """Two words written as one (`westsussex`), one of them perhaps with a slip."""
        for cut in range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1):
            left, right = text[:cut], text[cut:]
            has_left, has_right = self._index.has_term(left), self._index.has_term(right)
            if has_left and has_right:
                yield (left, right), CORRECTED
            elif has_left and len(left) >= 4 and len(right) >= 4:
                for term, _ in _alike(right, self._fuzzy_terms, 1):
                    yield (left, term), CORRECTED + weigh(right, term)
            elif has_right and len(right) >= 4 and len(left) >= 4:
                for term, _ in _alike(left, self._fuzzy_terms, 1):
                    yield (term, right), CORRECTED + weigh(left, term)


def _alike(word: str, terms: list[str], slips: int) -> list[tuple[str, int]]:
    """The terms at most so many slips from a word, and how many; a swap of neighbours is one slip."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(word, terms, scorer=OSA.distance, score_cutoff=slips, limit=None)
    return [(match[0], int(match[1])) for match in found]


def weigh(typed: str, term: str) -> int:
    """The cost of taking `typed` for `term`: `CORRECTED`, 2 to 4 a slip, 2 more on the first letter."""
    start = 0
    while start < min(len(typed), len(term)) and typed[start] == term[start]:
        start += 1
    end = 0
    while end < min(len(typed), len(term)) - start and typed[-1 - end] == term[-1 - end]:
        end += 1
    wrong, right = typed[start : len(typed) - end], term[start : len(term) - end]
    dear = 2 if start == 0 else 0
    if len(wrong) == 2 and wrong == right[::-1]:
        return CORRECTED + 2 + dear
    if len(wrong) <= 1 and len(right) <= 1:
        return CORRECTED + _one_slip(wrong, right, typed[start - 1 : start] if start else "") + dear
    from rapidfuzz.distance import OSA, Levenshtein

    slips = 0
    for edit in Levenshtein.editops(wrong, right):
        gone = "" if edit.tag == "insert" else wrong[edit.src_pos]
        come = "" if edit.tag == "delete" else right[edit.dest_pos]
        slips += _one_slip(gone, come, wrong[edit.src_pos - 1] if edit.src_pos else typed[start - 1 : start])
    swaps = Levenshtein.distance(wrong, right) - OSA.distance(wrong, right)
    return CORRECTED + slips + dear - 3 * swaps


def _one_slip(gone: str, come: str, before: str) -> int:
    if gone and come:
        return 3 if gone + come in _NEAR else 4
    return 2 if (gone or come) == before else 3


def aliases_of(synonyms: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Abbreviations as the speller wants them: a word and the terms it stands for."""
    pairs = ((tokenise(short), tuple(tokenise(long))) for short, long in synonyms.items())
    return {short[0]: long for short, long in pairs if len(short) == 1 and long}
