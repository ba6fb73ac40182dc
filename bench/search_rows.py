"""A regional list of any size for the benchmark of the search.

Settings and vacancies are those of the demo's generator, of all authorities alike. The demo has some 280
words for a few thousand places; a list of 100,000 has more names, so homes, households, providers and half
the towns are called after `names.toml`: some 4,800 words of letters, beside a URN for every home and a number
for every setting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice, product
from pathlib import Path
from random import Random

import fixtures
from rcc_tui.demo.made_up import MadePlace, Maker
from rcc_tui.domain.vacancy import Place
from rcc_tui.search.rows import IndexRow, index_row

TODAY = date(2026, 12, 1)
_HOUSES = 3_700  # of 13,000 compounds of two halves
_FIRMS = 400


@cache
def _names() -> dict[str, list[str]]:
    lists = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
    names = {kind: [name.capitalize() for name in text.split()] for kind, text in lists.items()}
    chance = Random("names")
    houses = sorted({half + end.lower() for half, end in product(names["halves"], names["ends"])})
    names["houses"] = sorted([*chance.sample(houses, _HOUSES), *names["halves"]])
    trades = ("Care", "Homes", "Fostering", "Residential", "Children's Services", "Support")
    firsts = (*names["firms"], *names["houses"][::7])
    names["providers"] = [f"{chance.choice(firsts)} {chance.choice(trades)}" for _ in range(_FIRMS)]
    return names


def _named(chance: Random, made: MadePlace) -> MadePlace:
    names, setting = _names(), made.setting
    if setting.type == "foster":
        name = f"{chance.choice(names['families'])} {chance.choice(('household', 'family'))}"
    else:
        name = f"{chance.choice(names['houses'])} {setting.name.split()[-1]}"
    if setting.type == "foster" and chance.random() < 0.2:
        name = f"{chance.choice(names['houses'])} {name}"
    provider = chance.choice(names["providers"]) if setting.sector == "private" else setting.provider
    town = chance.choice(names["places"]) if chance.random() < 0.5 else setting.town
    return replace(made, setting=replace(setting, name=name, provider=provider, town=town))


def made_rows(count: int, seed: int = 1) -> Iterator[IndexRow]:
    """The list: `count` places with something free, the same for a seed, the authorities taking turns."""
    chance, day = Random(seed), TODAY
    each = 2 * count // len(fixtures.authorities()) + 20  # some have nothing free
    turns = [Maker(f"{seed}:{one.code}", day).places(one, each) for one in fixtures.authorities()]
    free = ((made, at) for places in zip(*turns, strict=True) for at, made in enumerate(places))
    open_now = ((_named(chance, made), at) for made, at in free if made.vacancy.accepting)
    for number, (made, at) in enumerate(islice(open_now, count)):
        authority = fixtures.authorities()[at]
        place = Place(
            f"{number:032x}",
            f"{number:032x}",
            made.setting,
            made.vacancy,
            free=made.vacancy.accepting,
            hub=authority.hub,
            authority_name=authority.name,
        )
        yield index_row(place, authority, fixtures.synonyms())
