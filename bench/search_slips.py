"""Lines as people mistype them, for the benchmark of the search: two sets of kinds, kept apart.

*Tuned*: the kinds for which the costs and the ways of correcting were made, on lines of these kinds and no
others (`TUNED`): letters swapped, left out, doubled, put in, taken for another, a word cut in two, a syllable
twice, singular for plural; in long words one or two of them.

*Held out* (`HELD_OUT`, `LINES`, `BEGUN`): kinds that were only ever measured, in totals by kind, and after
which no cost was set: wrong vowels, spelling by ear, silent letters left out, endings dropped, words joined,
joined or cut in two with a slip, two slips in a word, the first letter missing or wrong, words unfinished
with a slip, letters misread, a key above or below, a key beside hit too, words in another order.

Every line is one to four words of some place, one of them (tuned: one or two) with a slip, half the lines
with filters. Of a word unfinished any word will do that begins as was meant. No line is left out for being
hard: `real` tells that what was typed is itself a word of the list or begins one, which by rule comes first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from rcc_tui.search.rows import IndexRow

Slip = Callable[[Random, str], str]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LEAST = 4  # letters of a word that slips
_LONG = 7  # letters of a word that slips twice, or is cut in two as well


@dataclass(frozen=True, slots=True)
class Query:
    """A typed line, and the words that were meant: any place that has them all is a right answer.

    `begun`: the beginning meant of one more. `real`: a word as mistyped is, or begins, a word of the list."""

    text: str
    meant: frozenset[str]
    kind: str = ""
    begun: str = ""
    real: bool = False


def _swap(chance: Random, word: str) -> str:
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop(chance: Random, word: str) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _insert(chance: Random, word: str) -> str:
    at = chance.randrange(len(word) + 1)
    return word[:at] + chance.choice(_LETTERS) + word[at:]


def _other(chance: Random, word: str) -> str:
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(_LETTERS) + word[at + 1 :]


def _double(chance: Random, word: str) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _cut(chance: Random, word: str) -> str:
    at = chance.randrange(2, len(word) - 1)
    return word[:at] + " " + word[at:]


def _any(chance: Random, word: str) -> str:
    return chance.choice((_swap, _drop, _insert, _other, _double))(chance, word)


def _vowel(chance: Random, word: str) -> str:
    places = [at for at, letter in enumerate(word) if letter in "aeiou"]
    if not places:
        return word
    at = chance.choice(places)
    return word[:at] + chance.choice("aeiou".replace(word[at], "")) + word[at + 1 :]


def _replaced(listed: str) -> Slip:
    """One of the pairs that the word has, the first part taken for the second."""
    pairs = [(old, new) for old, _, new in (pair.partition(" ") for pair in listed.split(","))]

    def slip(chance: Random, word: str) -> str:
        fitting = [pair for pair in pairs if pair[0] in word]
        if not fitting:
            return word
        old, new = chance.choice(fitting)
        return word.replace(old, new, 1)

    return slip


_EAR = (
    "ph f,ck k,c k,c s,s c,f ph,k ck,x ks,qu kw,tion shun,ie ei,ea ee,ee ea,ou ow,ow ou,y ie,ey y,ai ay,"
    "ght te,g j,wh w,w wh"
)
_MUTE = "gh g,gh ,kn n,wr r,mb m,wh w,rh r,tch ch,bourne born,borough boro,ough uff,ham am,wich ich,st s"
_MISREAD = "m rn,rn m,w vv,d cl,cl d,l i,i l,e c,c e,h b,b h,t f,f t,u v,v u,n u"


def _mute(chance: Random, word: str) -> str:
    if word.endswith("e") and chance.random() < 0.5:
        return word[:-1]
    slipped = _replaced(_MUTE)(chance, word)
    if slipped == word:
        return _replaced("e ,h ")(chance, word)
    return slipped


def _ending(chance: Random, word: str) -> str:
    return word[: -chance.randint(1, 2)]


def _two(chance: Random, word: str) -> str:
    return _any(chance, _any(chance, word)) if len(word) >= _LONG else word


def _no_first(_: Random, word: str) -> str:
    return word[1:]


def _wrong_first(chance: Random, word: str) -> str:
    return chance.choice(_LETTERS.replace(word[0], "")) + word[1:]


def _syllable(chance: Random, word: str) -> str:
    size = chance.randint(2, 3)
    at = chance.randrange(len(word) - size + 1)
    return word[: at + size] + word[at:]


def _above(chance: Random, word: str) -> str:
    """A letter taken for that on the key above or below it."""
    at = chance.randrange(len(word))
    found = ""
    for number, row in enumerate(_KEYS):
        column = row.find(word[at])
        if column >= 0:
            beside = [_KEYS[other] for other in (number - 1, number + 1) if 0 <= other < len(_KEYS)]
            found = "".join(keys[min(column, len(keys) - 1)] for keys in beside)
    return word[:at] + chance.choice(found or _LETTERS) + word[at + 1 :]


def _beside(chance: Random, word: str) -> str:
    """The key beside one hit as well."""
    at = chance.randrange(len(word))
    row = next(row for row in _KEYS if word[at] in row)
    column = row.index(word[at])
    key = chance.choice([row[place] for place in (column - 1, column + 1) if 0 <= place < len(row)])
    return word[:at] + "".join(chance.sample((word[at], key), 2)) + word[at + 1 :]


def _number(_: Random, word: str) -> str:
    if word.endswith("s"):
        return word[:-1]
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def _cut_and_slip(chance: Random, word: str) -> str:
    if len(word) < _LONG:
        return word
    left, right = _cut(chance, word).split()
    return f"{left} {_any(chance, right)}" if len(right) > len(left) else f"{_any(chance, left)} {right}"


TUNED: dict[str, Slip] = {
    "swapped": _swap,
    "left out": _drop,
    "put in": _insert,
    "another letter": _other,
    "doubled": _double,
    "cut in two": _cut,
    "syllable twice": _syllable,
    "singular, plural": _number,
}
HELD_OUT: dict[str, Slip] = {
    "vowel": _vowel,
    "by ear": _replaced(_EAR),
    "silent letter": _mute,
    "ending dropped": _ending,
    "cut with a slip": _cut_and_slip,
    "two slips": _two,
    "no first letter": _no_first,
    "wrong first letter": _wrong_first,
    "misread": _replaced(_MISREAD),
    "key above or below": _above,
    "key beside too": _beside,
}
BEGUN = "begun with a slip"
LINES = ("joined", "joined with a slip", "other order")  # kinds that take the line, not a word


class Typist:
    """Draws lines from the rows; the same for a seed."""

    def __init__(self, rows: Sequence[IndexRow], terms: Sequence[str], seed: int) -> None:
        self._rows = rows
        self._terms = sorted(terms)
        self._chance = Random(seed)

    def clean(self, count: int) -> list[Query]:
        """Lines without a slip."""
        return [self._line("no slip", row, words, words) for row, words in self._drawn(count, 1)]

    def numbers(self, count: int) -> list[Query]:
        """Lines of one number of a place: its URN, its refs, its postcode district."""
        found: list[Query] = []
        while len(found) < count:
            row = self._chance.choice(self._rows)
            numbers = [word for word in row.words if any(map(str.isdigit, word))]
            if numbers:
                word = self._chance.choice(numbers)
                found.append(Query(word, frozenset([word]), "number"))
        return found

    def tuned(self, count: int) -> list[Query]:
        """Lines with one or two slips of the kinds the costs were made on."""
        return [self._tuned(row, words) for row, words in self._drawn(count, 1)]

    def held_out(self, each: int) -> list[Query]:
        """So many lines of every other kind."""
        found = []
        for kind, slip in HELD_OUT.items():
            drawn = self._drawn(each, 1, _LONG if slip in (_two, _cut_and_slip) else _LEAST)
            found += [self._line(kind, row, words, self._slipped(words, slip)) for row, words in drawn]
        for kind in LINES:
            drawn = self._drawn(each, 2)
            found += [self._line(kind, row, words, self._laid(words, kind)) for row, words in drawn]
        return found + [self._begun(row, words) for row, words in self._drawn(each, 1, _LONG)]

    def _drawn(self, count: int, least: int, longest: int = _LEAST) -> list[tuple[IndexRow, list[str]]]:
        """Places, each with `least` to four of its words, one of them of `longest` letters or more."""
        found: list[tuple[IndexRow, list[str]]] = []
        while len(found) < count:
            row = self._chance.choice(self._rows)
            known = [word for word in row.words[:12] if len(word) >= _LEAST and word.isalpha()]
            size = self._chance.randint(least, 4)
            if len(known) >= size:
                words = sorted(self._chance.sample(known, size), key=known.index)
                if max(map(len, words)) >= longest:
                    found.append((row, words))
        return found

    def _tuned(self, row: IndexRow, words: list[str]) -> Query:
        typed = list(words)
        for _ in range(self._chance.randint(1, 2)):
            at = self._chance.randrange(len(typed))
            if typed[at] == words[at] or (len(typed[at]) >= _LONG and " " not in typed[at]):
                typed[at] = TUNED[self._chance.choice(list(TUNED))](self._chance, typed[at])
        return self._line("tuned", row, words, typed)

    def _begun(self, row: IndexRow, words: list[str]) -> Query:
        """A line of which the last word, the longest, is still being typed, with a slip in it."""
        *others, word = sorted(words, key=len)
        begun = word[: max(_LEAST, len(word) * self._chance.randint(50, 80) // 100)]
        return self._line(BEGUN, row, others, [*others, _any(self._chance, begun)], begun)

    def _slipped(self, words: list[str], slip: Slip) -> list[str]:
        """One of the words with the slip: one that can have it, where there is one."""
        order = self._chance.sample(range(len(words)), len(words))
        for at in order:
            slipped = slip(self._chance, words[at])
            if slipped != words[at]:
                return [*words[:at], slipped, *words[at + 1 :]]
        return [*words[:-1], _any(self._chance, words[-1])]

    def _laid(self, words: list[str], kind: str) -> list[str]:
        if kind == "other order":
            return self._slipped(words[::-1], _any)
        at = self._chance.randrange(len(words) - 1)
        joined = words[at] + words[at + 1]
        if kind == "joined with a slip":
            joined = _any(self._chance, joined)
        return [*words[:at], joined, *words[at + 2 :]]

    def _line(self, kind: str, row: IndexRow, meant: list[str], typed: list[str], begun: str = "") -> Query:
        chance = self._chance
        sex = row.sex if row.sex in ("F", "M") else chance.choice("FM")
        price = f" <{row.weekly // 100 + 50}" if row.weekly else ""
        filters = f"{chance.randint(row.age_min, row.age_max)}{sex.lower()}{price} "
        written = " ".join(typed)
        text = chance.choice(("", filters)) + written + ("" if begun else " ")
        wrong = [word for word in written.split() if word not in meant]
        return Query(text, frozenset(meant), kind, begun, any(map(self._is_real, wrong)))

    def _is_real(self, word: str) -> bool:
        at = bisect_left(self._terms, word)
        return at < len(self._terms) and self._terms[at].startswith(word)
