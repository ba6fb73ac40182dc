"""Bitset filters against a plain SQL WHERE over the same rows: equal sets, thousands of times."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.search.asked import Price, Query, Word
from rcc_tui.search.bitset import rows_of
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import Index
from rcc_tui.search.rows import IndexRow
from tests.search.made import GAZETTEER, NAMES, OUTCODES, SYNONYMS, TODAY, TOWNS, random_rows

CASES = 1_000  # for each of four seeds
BUYER = "871"
TYPES = ("K2", "K3", "U4", "K1", "S1", "foster", "residential", "supported", "secure")
AUTHORITIES = ("871", "868", "846", "301")

TABLE = """CREATE TABLE place (
    id TEXT, age_min INT, age_max INT, sex TEXT, siblings INT, weekly INT, outcode TEXT, place TEXT,
    type TEXT, hub TEXT, authority TEXT, free INT, emergency INT, solo INT, confirmed TEXT, protected TEXT,
    available TEXT)"""


@cache
def index() -> tuple[tuple[IndexRow, ...], Index]:
    rows = tuple(random_rows(11, 500))
    changing = Index.build(rows[:300])
    for row in rows[250:]:
        changing.add(row)
    for row in rows[:20]:
        changing.remove(row.id)
    return rows[20:], changing


@cache
def tables() -> sqlite3.Connection:
    store = sqlite3.connect(":memory:")
    store.execute(TABLE)
    store.execute("CREATE TABLE word (id TEXT, word TEXT)")
    store.execute("CREATE TABLE distance (origin TEXT, outcode TEXT, miles REAL)")
    for one in index()[0]:
        values = (
            *(one.id, one.age_min, one.age_max, one.sex, one.siblings, one.weekly, one.outcode, one.place),
            *(one.type, one.hub, one.authority, one.free, one.emergency, one.solo, one.stale_on),
            *(one.protected, one.available_from),
        )
        store.execute(f"INSERT INTO place VALUES ({','.join('?' * len(values))})", values)
        store.executemany("INSERT INTO word VALUES (?, ?)", [(one.id, word) for word in one.words])
    for origin in OUTCODES:
        for outcode in (*OUTCODES, "ZZ9", ""):
            miles = GAZETTEER.miles(origin, outcode)
            if miles < UNKNOWN_MILES:
                store.execute("INSERT INTO distance VALUES (?, ?, ?)", (origin, outcode, miles))
    return store


def conditions(query: Query) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The filters as one writes them in SQL."""
    if query.age is not None:
        yield "? BETWEEN age_min AND age_max", (query.age,)
    if query.sex:
        yield "sex IN ('A', ?)", (query.sex,)
    if query.siblings:
        yield "siblings >= ? AND free >= ?", (query.siblings, query.siblings)
    if query.max_weekly is not None:
        yield "weekly <= ?", (query.max_weekly,)
        for price in query.by_tariff:
            if price.weekly > query.max_weekly:
                marks = ",".join("?" * len(price.sellers))
                yield (
                    f"NOT (weekly = 0 AND place = ? AND authority IN ({marks}))",
                    (price.place, *price.sellers),
                )
    if query.max_miles is not None and query.origin in OUTCODES:
        near = "SELECT outcode FROM distance WHERE origin = ? AND miles <= ?"
        yield f"outcode IN ({near})", (query.origin, query.max_miles)
    if query.by:
        yield "available <= ?", (max(query.by, TODAY.isoformat()),)
    for word in query.words:
        yield "id NOT IN (SELECT id FROM word WHERE word = ?)", (word.text,)
    yield from lists(query)
    yield from flags(query)


def lists(query: Query) -> Iterator[tuple[str, tuple[object, ...]]]:
    listed = (("hub", query.hubs, query.not_hubs), ("authority", query.authorities, query.not_authorities))
    for column, wanted, unwanted in listed:
        if wanted:
            yield f"{column} IN ({','.join('?' * len(wanted))})", wanted
        if unwanted:
            yield f"{column} NOT IN ({','.join('?' * len(unwanted))})", unwanted
    for types, negated in ((query.types, ""), (query.not_types, "NOT ")):
        if types:
            marks = ",".join("?" * len(types))
            yield f"{negated}(place IN ({marks}) OR type IN ({marks}))", (*types, *types)


def flags(query: Query) -> Iterator[tuple[str, tuple[object, ...]]]:
    conditions = (
        (query.emergency, "emergency"),
        (query.solo, "solo"),
        (query.own, f"authority = '{BUYER}'"),
        (query.protected, "protected <> ''"),
        (query.stale, f"confirmed < '{(TODAY - timedelta(days=14)).isoformat()}'"),
    )
    for flag, has in conditions:
        if flag is not None:
            yield f"({has}) = ?", (int(flag),)


def by_sql(query: Query) -> set[str]:
    parts = list(conditions(query))
    where = " AND ".join(f"({text})" for text, _ in parts) or "1"
    return {
        id
        for (id,) in tables().execute(f"SELECT id FROM place WHERE {where}", sum((v for _, v in parts), ()))
    }


def some(chance: random.Random, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(chance.sample(values, chance.choice((1, 1, 2, 3))))


def random_query(chance: random.Random) -> Query:
    """A query of about three filters."""
    flag = (True, False)
    maybe: dict[str, object] = {
        "age": chance.randint(0, 18),
        "sex": chance.choice("FM"),
        "siblings": chance.randint(1, 6),
        "by_tariff": tuple(
            Price(sellers, place, chance.choice((40_000, 400_000)))
            for sellers in (("871", "868"), ("846",))
            for place in ("K2", "U4")
        ),
        "max_weekly": chance.choice((0, 50_000, 180_000, 500_000, 2_000_000)),
        "max_miles": chance.choice((0.0, 2.5, 10.0, 21.0, 60.0, 9_999.0)),
        "by": (TODAY + timedelta(days=chance.randint(-20, 80))).isoformat(),
        "hubs": some(chance, ("N", "S")[: chance.choice((1, 2))] * 3)[:1],
        "not_hubs": (chance.choice("NS"),),
        "types": some(chance, TYPES),
        "not_types": some(chance, TYPES),
        "authorities": some(chance, AUTHORITIES),
        "not_authorities": some(chance, AUTHORITIES),
        "words": (Word(chance.choice((*NAMES, *TOWNS)).split()[0].casefold(), excluded=True),),
        **{name: chance.choice(flag) for name in ("emergency", "solo", "own", "stale", "protected")},
    }
    names = chance.sample(sorted(maybe), chance.choice((1, 1, 2, 3, 3, 4, 6)))
    chosen: dict[str, object] = {name: maybe[name] for name in names}
    if "max_miles" in chosen:
        chosen["origin"] = chance.choice(tuple(OUTCODES))
    return Query(**chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(4))
def test_bitsets_and_sql_find_the_same(seed: int) -> None:
    chance = random.Random(seed)
    rows, changing = index()
    engine = Engine(changing, GAZETTEER, SYNONYMS)
    sizes = set()
    for _ in range(CASES):
        query = random_query(chance)
        found = rows_of(engine.rows(query, buyer=BUYER, today=TODAY))
        ids = {changing.ids[row] for row in found}
        assert ids == by_sql(query), query
        sizes.add(len(ids))
    assert 0 in sizes  # and the cases are of all kinds
    assert len(sizes) > len(rows) // 4


def test_every_filter_is_among_those_compared() -> None:
    chance = random.Random(0)
    seen = {name for _ in range(300) for name in conditions_of(random_query(chance))}
    beside = {"text", "origin", "let_go", "problems"}
    assert seen == set(Query.__dataclass_fields__) - beside


def conditions_of(query: Query) -> set[str]:
    """The filters that a query has."""
    none = Query()
    return {
        name
        for name in Query.__dataclass_fields__
        if name != "origin" and getattr(query, name) != getattr(none, name)
    }


def test_a_place_that_cannot_be_measured_from_filters_nothing_and_is_said() -> None:
    _, changing = index()
    engine = Engine(changing, GAZETTEER, SYNONYMS)
    query = Query(origin="ZZ9", max_miles=5.0)
    found = engine.find(query, limit=None, today=TODAY)
    assert found.total == engine.find(replace(query, max_miles=None), limit=None, today=TODAY).total
    assert [problem.text for problem in found.problems] == ["ZZ9"]
