"""A made-up regional list of any size for the benchmark of the search, and slips of the pen to go with it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import fixtures
from rcc_tui.domain.authorities import Authority
from rcc_tui.search.rows import TYPE_WORDS, IndexRow
from rcc_tui.search.tokens import tokenise

TODAY = date(2026, 12, 1)


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_TREES = _list("oak elm ash beech birch cedar chestnut hazel holly laurel lime maple poplar rowan willow yew")
_LANDS = _list(
    "bank barn bridge brook church cliff copse croft dale down farm field ford gate glen grove heath hill"
)
_KINDS = _list("house lodge cottage court place view manor hall retreat haven")
_STARTS = _list(
    "al ash bar beck ber bex bil bram brin bur cam char chel cob cor cran crow dar den dor east ed el "
    "far fen fern gar god gor had ham har hart has hawk hor hun kel ken kid lam lang lyn mar mid mil"
)
_ENDS = _list(
    "bourne bury combe den don field ford ham hurst ing ington leigh ley mere mouth stead stoke ton wick"
)
_FAMILIES = _list(
    "abbott bishop carver dalton ellis foster gibson hayes ingram jarvis keller lawson mercer norton"
)
_NEEDS = (
    "autism",
    "adhd",
    "learning disability",
    "self harm",
    "asylum",
    "medical",
    "diabetes",
    "epilepsy",
    "trauma",
)
_TYPES = (("foster", "U6"), ("foster", "U4"), ("residential", "K2"), ("supported", "K3"), ("school", "S1"))


@dataclass(frozen=True, slots=True)
class Query:
    """A typed line, and the words that were meant: any place that has them all is a right answer."""

    text: str
    meant: frozenset[str]


@cache
def _towns() -> tuple[str, ...]:
    return tuple(start + end for start in _STARTS for end in _ENDS)


@cache
def _outcodes() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for outcode, gss in fixtures.outcode_authorities().items():
        found.setdefault(gss, []).append(outcode)
    return {gss: tuple(outcodes) for gss, outcodes in found.items()}


def made_rows(count: int, seed: int = 1) -> Iterator[IndexRow]:
    """The list: `count` places over all the authorities, the same for a seed."""
    chance = random.Random(seed)
    for number in range(count):
        yield _made_row(chance, number)


def _made_row(chance: random.Random, number: int) -> IndexRow:
    authority: Authority = chance.choice(fixtures.authorities())
    kind, place = chance.choice(_TYPES)
    name = f"{chance.choice(_TREES)}{chance.choice(_LANDS)} {chance.choice(_KINDS)}"
    provider = f"{chance.choice(_FAMILIES)} {chance.choice(_STARTS)}{chance.choice(_ENDS)} care"
    needs = tuple(chance.sample(_NEEDS, chance.randint(0, 3)))
    texts = (
        name,
        provider,
        chance.choice(_towns()),
        authority.name,
        authority.trust,
        *authority.short,
        *needs,
        place,
    )
    words = dict.fromkeys(word for text in texts for word in tokenise(text))
    youngest = chance.randint(0, 12)
    return IndexRow(
        id=f"{number:032x}",
        words=(*words, *TYPE_WORDS[kind]),
        age_min=youngest,
        age_max=min(18, youngest + chance.randint(2, 10)),
        sex=chance.choice("AAAFM"),
        siblings=chance.randint(1, 3),
        weekly=chance.randrange(40_000, 700_000, 2_500),
        outcode=chance.choice(_outcodes().get(authority.gss, ("",))),
        place=place,
        type=kind,
        hub=authority.hub,
        authority=authority.code,
        free=chance.randint(1, 3),
        emergency=chance.random() < 0.3,
        solo=chance.random() < 0.2,
        stale_on=(TODAY - timedelta(days=chance.randint(0, 30))).isoformat(),
        needs=needs,
    )


def queries(rows: list[IndexRow], count: int, slips: int, seed: int = 2) -> list[Query]:
    """Lines of one to four words of some place, with 1 to `slips` slips in them, half with filters."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        row = chance.choice(rows)
        known = [word for word in row.words[:8] if len(word) > 3]
        meant = sorted(chance.sample(known, chance.randint(1, min(4, len(known)))), key=known.index)
        words = list(meant)
        for _ in range(chance.randint(1, slips) if slips else 0):
            at = chance.randrange(len(words))
            words[at] = _slip(chance, words[at])
        sex = row.sex if row.sex in "FM" else chance.choice("FM")
        filters = f" {chance.randint(row.age_min, row.age_max)}{sex.lower()} <{row.weekly // 100 + 50}"
        found.append(Query(" ".join(words) + chance.choice(("", filters)) + " ", frozenset(meant)))
    return found


def _slip(chance: random.Random, word: str) -> str:
    if len(word) < 4:
        return word
    at = chance.randrange(len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    kind = chance.randrange(6)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + letter + word[at:]
    if kind == 3:
        return word[:at] + letter + word[at + 1 :]
    if kind == 4:
        return word[:at] + word[at] + word[at:]
    return word[: at + 1] + " " + word[at + 1 :] if 2 <= at < len(word) - 3 else word[:-1]
