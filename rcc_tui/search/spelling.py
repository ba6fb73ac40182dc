"""From a word as typed to the terms it may stand for, each with a cost.

Matched against the vocabulary, never against rows. Cost 0 is the word itself; what begins with it costs a
little; a correction costs more, by its slips (see `slips`). Words with a digit are never corrected, and
nothing is corrected to a word that no place has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rcc_tui.search import slips
from rcc_tui.search.asked import Word
from rcc_tui.search.lexicon import LONGEST
from rcc_tui.search.sounds import sound
from rcc_tui.search.tokens import has_digit, tokenise

if TYPE_CHECKING:
    from rcc_tui.search.index import Index

EXACT, ALIAS, BEGUN = 0, 1, 1
JOINED = 2  # two words typed that are one, each of them
BEGINS, BEGINS_MOST = 3, 8  # a word typed to its end begins another: one more for each further letter of that
CORRECTED = 9  # and above: the letters were changed
SPACED = 4  # more, where a space was left out
MOVED = CORRECTED + SPACED + 2  # at most, where a space only stands elsewhere (`fosterc are`)
MOST = 63
_SPAN = 11  # corrections dearer than the cheapest by more than a slip and a half are noise
_SHORTEST_PART = 3
_MOST_SLIPS = 3
# A word on fewer than one place in so many is a little less likely to be meant.
_COMMON, _RARE = 64, 1024
_BEGUN_KEPT = 64


@dataclass(frozen=True, slots=True)
class Expansion:
    """Terms that a word may stand for: a row has to have all of `terms`, or where `begins` is set any term
    that begins so. `cost` 0 to `MOST`. `joined`: of this word and the one beside it together."""

    terms: tuple[str, ...]
    cost: int
    begins: str = ""
    joined: bool = False

    @property
    def corrects(self) -> bool:
        """Whether it is something else than what was typed, abbreviated or begun."""
        return self.joined or self.cost >= CORRECTED


def allowance(word: str) -> int:
    """How many slips a word of this length may have: none below 3 letters, 1, from 5 on 2, from 9 on 3."""
    size = len(word)
    if size < 3 or size > LONGEST or has_digit(word):
        return 0
    return 1 if size < 5 else 2 if size < 9 else _MOST_SLIPS


class Speller:
    """Spells words by the vocabulary of an index. Made anew when the index has changed."""

    def __init__(self, index: Index, aliases: Mapping[str, tuple[str, ...]]) -> None:
        self._index = index
        self._aliases = aliases
        self.corrected = lru_cache(maxsize=512)(self._corrected)
        self._rarity = lru_cache(maxsize=4096)(self._rarity_of)
        self._begun_before: dict[tuple[str, int], list[str]] = {}

    def typed(self, word: Word) -> list[Expansion]:
        """What the word stands for as typed: itself, what it abbreviates, what begins with it.

        A phrase stands for the places that have all its words.
        """
        text = word.text
        if " " in text:
            terms = tuple(text.split())
            return [Expansion(terms, EXACT)] if all(map(self._index.has_term, terms)) else []
        exact = self._index.has_term(text)
        found = [Expansion((text,), EXACT)] if exact else []
        if word.literal:
            return [*found, Expansion((), BEGUN, begins=text)] if word.unfinished else found
        alias = self._aliases.get(text)
        if alias is not None and all(self._index.has_term(term) for term in alias):
            found.append(Expansion(alias, ALIAS))
        if word.unfinished:
            found.append(Expansion((), BEGUN, begins=text))
        elif not has_digit(text) and len(text) >= (_SHORTEST_PART if exact else 2):
            for term in self._index.terms_from(text):
                if term != text:
                    more = len(term) - len(text) - 1
                    found.append(Expansion((term,), min(BEGINS + more, BEGINS_MOST)))
        return found

    def _corrected(self, text: str, unfinished: bool) -> tuple[Expansion, ...]:
        """What the word may have been meant to be, cheapest first; nothing that it stands for as typed."""
        allowed = allowance(text)
        if not allowed:
            return ()
        costs: dict[tuple[str, ...], int] = {}
        for term, made in self._near(text, allowed):
            if 0 < made <= len(term) // 2 and not term.startswith(text):
                costs[(term,)] = CORRECTED + slips.cost(text, term, made)
        if unfinished and len(text) >= 4:
            for start, words in self._begun(text, 1 if len(text) < 6 else 2):
                if not start.startswith(text):
                    cost = CORRECTED + 1 + slips.cost(text, start, 0)
                    for term in words:
                        if not term.startswith(text):
                            costs[(term,)] = min(cost, costs.get((term,), MOST))
        lost = not any(self._rarity(term) >= 0 for (term,) in costs)
        for terms, cost in (*self._forms(text, lost=lost), *self._split(text, unfinished)):
            costs[terms] = min(cost, costs.get(terms, MOST))
        return tuple(self._kept(costs))

    def _begun(self, text: str, allowed: int) -> list[tuple[str, list[str]]]:
        """The beginnings like what is typed, with their words; sought among those of one letter ago."""
        before = self._begun_before
        found = self._index.lexicon.begun(text, allowed, before.get((text[:-1], allowed)))
        if len(before) >= _BEGUN_KEPT:
            del before[next(iter(before))]
        before[text, allowed] = list(dict.fromkeys(word for _, words in found for word in words))
        return found

    def _near(self, text: str, allowed: int) -> list[tuple[str, int]]:
        """The words within the slips allowed; where no place has one, those of one more that sound alike."""
        near = self._index.lexicon.alike(text, allowed)
        if allowed == _MOST_SLIPS or any(self._rarity(word) >= 0 for word, _ in near):
            return near
        return [
            pair for pair in self._index.lexicon.alike(text, allowed + 1) if sound(pair[0]) == sound(text)
        ]

    def _kept(self, costs: Mapping[tuple[str, ...], int]) -> Iterable[Expansion]:
        """The cheapest, of words that some place has, the rarer ones a little dearer."""
        dearest = MOST
        for cost, terms in sorted((cost, terms) for terms, cost in costs.items()):
            if cost > dearest:
                break
            rarities = [self._rarity(term) for term in terms]
            if min(rarities) >= 0:
                dearest = min(dearest, cost + _SPAN)
                yield Expansion(terms, min(cost + max(rarities), MOST))

    def _rarity_of(self, term: str) -> int:
        """What a word costs for being rare, -1 where no place has it."""
        common, rare = (len(self._index) // share + 1 for share in (_COMMON, _RARE))
        count = self._index.count(term, common)
        return 0 if count >= common else 1 if count >= rare else 2 if count else -1

    def _forms(self, text: str, *, lost: bool) -> Iterable[tuple[tuple[str, ...], int]]:
        """Terms of which the word is another form (`families`), or which it stutters (`lodgodge`),
        or both; with a slip too where it stutters once, or where it is `lost` otherwise."""
        once = dict.fromkeys(_unstuttered(text), slips.SWAPPED)
        twice = (form for word in once for form in (*_unstuttered(word), *_numbers(word)))
        other = dict.fromkeys(_numbers(text), slips.DOUBLED)
        forms = {**dict.fromkeys(twice, 2 * slips.SWAPPED), **other, **once}
        for form, cost in forms.items():
            yield (form,), CORRECTED + cost
        for form, cost in {**once, **(other if lost else {})}.items():
            for term, made in self._index.lexicon.alike(form, 1) if len(form) > _SHORTEST_PART else ():
                yield (term,), CORRECTED + cost + slips.cost(form, term, made)

    def _split(self, text: str, unfinished: bool) -> Iterable[tuple[tuple[str, ...], int]]:
        """Two words written as one (`westsussex`), one of them perhaps with a slip or not yet finished."""
        index = self._index
        for cut in range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1):
            left, right = text[:cut], text[cut:]
            has_left, has_right = self._rarity(left) >= 0, self._rarity(right) >= 0
            if has_left and has_right:
                yield (left, right), CORRECTED + SPACED
            elif has_left and len(left) > _SHORTEST_PART:
                for term, made in index.lexicon.alike(right, 1):
                    yield (left, term), CORRECTED + SPACED + slips.cost(right, term, made)
            elif has_right and len(right) > _SHORTEST_PART:
                for term, made in index.lexicon.alike(left, 1):
                    yield (term, right), CORRECTED + SPACED + slips.cost(left, term, made)
            if unfinished and has_left:
                for term in index.terms_from(right):
                    yield (left, term), CORRECTED + SPACED + 1


def _numbers(word: str) -> list[str]:
    """The singular or the plural of a word where that changes its last letter but one."""
    if word.endswith("ies"):
        return [word[:-3] + "y"]
    return [word[:-1] + "ies"] if word.endswith("y") else []


def _unstuttered(word: str) -> list[str]:
    """The word without one syllable that comes twice in a row."""
    return [
        word[:at] + word[at + size :]
        for size in (2, 3, 4)
        for at in range(len(word) - 2 * size + 1)
        if word[at : at + size] == word[at + size : at + 2 * size]
    ]


def aliases_of(synonyms: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Abbreviations as the speller wants them: a word and the terms it stands for."""
    pairs = ((tokenise(short), tuple(tokenise(long))) for short, long in synonyms.items())
    return {short[0]: long for short, long in pairs if len(short) == 1 and long}
