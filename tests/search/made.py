"""A small made-up region for the tests of the search."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from rcc_tui.domain.geography import Gazetteer, Grid
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import Index
from rcc_tui.search.rows import IndexRow
from rcc_tui.search.tokens import tokenise

TODAY = date(2026, 12, 1)
OUTCODES = {
    "SL1": Grid(497_000, 180_000),
    "SL4": Grid(496_000, 176_000),
    "RG1": Grid(471_000, 173_000),
    "BN1": Grid(531_000, 106_000),
    "PO1": Grid(464_000, 100_000),
    "CT1": Grid(614_000, 157_000),
}
GAZETTEER = Gazetteer(OUTCODES)
SYNONYMS = {"asd": "autism", "ld": "learning disability"}
TOWNS = (
    "Slough",
    "Windsor",
    "Reading",
    "Brighton",
    "Portsmouth",
    "Canterbury",
    "Milton Keynes",
    "West Sussex",
)
NEEDS = ("autism", "adhd", "learning disability", "self_harm")
NAMES = ("Oak", "Willow", "Meadow", "Harbour", "Chestnut", "Ferndale", "Orchard", "Lakeside")
TYPES = (("foster", "U4"), ("residential", "K2"), ("supported", "K3"), ("secure", "K1"))


def row(id: str, text: str, **facts: object) -> IndexRow:
    """A row whose words are those of a text."""
    return IndexRow(id, tuple(tokenise(text)), **facts)  # type: ignore[arg-type]


def random_rows(seed: int, count: int) -> list[IndexRow]:
    """Rows of every kind, the same for a seed."""
    chance = random.Random(seed)
    return [_random_row(chance, f"{seed:04x}{number:08x}") for number in range(count)]


def _random_row(chance: random.Random, id: str) -> IndexRow:
    kind, place = chance.choice(TYPES)
    town = chance.choice(TOWNS)
    needs = tuple(sorted(chance.sample(NEEDS, chance.randint(0, 3))))
    text = " ".join((chance.choice(NAMES), "House", town, kind, *needs))
    youngest = chance.randint(0, 15)
    return row(
        id,
        text,
        age_min=youngest,
        age_max=chance.randint(youngest, 18),
        sex=chance.choice("FMA"),
        siblings=chance.randint(1, 4),
        weekly=chance.choice((0, chance.randint(18_000, 900_000))),
        outcode=chance.choice((*OUTCODES, "ZZ9", "")),
        place=place,
        type=kind,
        hub=chance.choice("NS"),
        authority=chance.choice(("871", "868", "846")),
        free=chance.randint(0, 4),
        emergency=chance.random() < 0.3,
        solo=chance.random() < 0.3,
        stale_on=chance.choice(("", _day(chance, -40, 0))),
        protected=chance.choice(("", "", "UASC")),
        reserved_for=chance.choice(((), (), ("871",), ("868", "846"))),
        reserved_until=chance.choice(("", _day(chance, -20, 20))),
        available_from=chance.choice(("", _day(chance, -10, 60))),
        needs=needs,
    )


def _day(chance: random.Random, least: int, most: int) -> str:
    return (TODAY + timedelta(days=chance.randint(least, most))).isoformat()


def engine(rows: Sequence[IndexRow]) -> Engine:
    """An engine over these rows."""
    return Engine(Index.build(rows), GAZETTEER, SYNONYMS)
