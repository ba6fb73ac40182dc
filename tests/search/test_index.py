"""The index against a plain loop, and against itself after any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.search.bitset import add_points, at_most, best, rows_of
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import INDEX_VERSION, Index
from rcc_tui.search.query import Query, parse
from rcc_tui.search.rows import IndexRow
from tests.search.made import GAZETTEER, SYNONYMS, TODAY, engine, random_rows

ROWS = random_rows(1, 1500)
ENGINE = engine(ROWS)
QUERIES = ("", "oak brigthon 12f", "house 20mi from SL1", "willw reding <1200 -stale", "lakesde foster solo")

queries = st.builds(
    Query,
    age=st.none() | st.integers(0, 18),
    sex=st.sampled_from(("", "F", "M")),
    siblings=st.integers(0, 6),
    max_weekly=st.none() | st.integers(0, 1_000_000),
    max_miles=st.none() | st.integers(0, 90).map(float),
    origin=st.sampled_from(("SL1", "BN1", "CT1")),
    by=st.sampled_from(("", "2026-12-01", "2027-01-05")),
    hubs=st.sampled_from(((), ("N",), ("S",), ("N", "S"))),
    types=st.sampled_from(((), ("foster",), ("K2",), ("K2", "supported"))),
    emergency=st.none() | st.booleans(),
    solo=st.none() | st.booleans(),
    own=st.none() | st.booleans(),
    stale=st.none() | st.booleans(),
    protected=st.none() | st.booleans(),
)


def is_stale(row: IndexRow) -> bool:
    return not row.stale_on or date.fromisoformat(row.stale_on) < TODAY - timedelta(days=14)


def passes(row: IndexRow, query: Query, buyer: str) -> bool:
    """The filters as one would write them without an index."""
    flags = (
        (query.emergency, row.emergency),
        (query.solo, row.solo),
        (query.own, row.authority == buyer),
        (query.stale, is_stale(row)),
        (query.protected, bool(row.protected)),
    )
    return (
        (query.age is None or row.age_min <= query.age <= row.age_max)
        and (not query.sex or row.sex in (query.sex, "A"))
        and (not query.siblings or (row.siblings >= query.siblings and row.free >= query.siblings))
        and (query.max_weekly is None or row.weekly <= query.max_weekly)
        and (query.max_miles is None or GAZETTEER.miles(query.origin, row.outcode) <= query.max_miles)
        and (not query.by or row.available_from <= query.by)
        and (not query.hubs or row.hub in query.hubs)
        and (not query.types or any(one in (row.type, row.place) for one in query.types))
        and all(wanted is None or wanted == has for wanted, has in flags)
    )


@settings(deadline=None)
@given(queries)
def test_filters_keep_what_a_plain_loop_keeps(query: Query) -> None:
    expected = {row.id for row in ROWS if passes(row, query, "871")}
    found = ENGINE.find(query, limit=None, buyer="871", today=TODAY)
    assert set(found.ids) == expected
    assert found.total == len(expected)


def answers(index: Index) -> list[tuple[object, ...]]:
    searching = Engine(index, GAZETTEER, SYNONYMS)
    found = [searching.find(parse(text, today=TODAY), buyer="871", today=TODAY) for text in QUERIES]
    return [(one.ids, one.total, one.near, one.understood) for one in found]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ar"), st.integers(0, 59), st.integers(0, 59)), max_size=60))
def test_kept_up_row_by_row_it_answers_as_if_built_anew(history: list[tuple[str, int, int]]) -> None:
    index, rows = Index.build(ROWS[:40]), {row.id: row for row in ROWS[:40]}
    searching = Engine(index, GAZETTEER, SYNONYMS)
    for kind, at, source in history:
        id = ROWS[at].id
        if kind == "r":
            index.remove(id)
            rows.pop(id, None)
        else:
            rows[id] = replace(ROWS[source], id=id)
            index.add(rows[id])
        searching.find(parse("oak", today=TODAY), today=TODAY)
    assert len(index) == len(rows)
    anew = Index.build(sorted(rows.values(), key=lambda row: row.id))
    assert answers(index) == answers(anew)
    assert answers(index.compact()) == answers(anew)
    found = [searching.find(parse(text, today=TODAY), buyer="871", today=TODAY).ids for text in QUERIES]
    assert found == [answer[0] for answer in answers(anew)]


def test_dump_and_load_answer_the_same() -> None:
    index = Index.build(ROWS)
    index.remove(ROWS[3].id)
    loaded = Index.load(index.dump(), INDEX_VERSION)
    assert loaded is not None
    assert answers(loaded) == answers(index)
    loaded.add(ROWS[3])
    index.add(ROWS[3])
    assert answers(loaded) == answers(index)


def test_changes_bring_a_kept_dump_up_to_date() -> None:
    index = Index.build(ROWS[:1100])
    kept = dict(index.dump())
    assert index.changes() == []
    index.remove(ROWS[0].id)
    index.add(replace(ROWS[1], words=("quite", "new")))
    for row in ROWS[1100:1110]:
        index.add(row)
    changed = index.changes()
    assert len(changed) < len(kept) + 2
    kept.update(changed)
    loaded = Index.load(kept.items(), INDEX_VERSION)
    assert loaded is not None
    assert answers(loaded) == answers(index)


def test_another_version_or_damage_means_build_anew() -> None:
    blobs = Index.build(ROWS[:50]).dump()
    assert Index.load(blobs, INDEX_VERSION + 1) is None
    assert Index.load([(name, b"?" + blob) for name, blob in blobs], INDEX_VERSION) is None
    assert Index.load([pair for pair in blobs if pair[0] != "f:live"], INDEX_VERSION) is None
    assert Index.load([(name, blob[:-3]) for name, blob in blobs if name != "f:live"], INDEX_VERSION) is None


def test_an_index_wears_and_compacting_mends_it() -> None:
    index = Index.build(ROWS[:10])
    assert not index.worn
    for _ in range(200):
        for row in ROWS[:10]:
            index.add(row)
    assert index.worn
    assert len(index) == 10
    fresh = index.compact()
    assert not fresh.worn
    assert answers(fresh) == answers(Index.build(ROWS[:10]))


def test_taking_out_what_is_not_there_is_no_error() -> None:
    index = Index.build(ROWS[:2])
    index.remove("nobody")
    assert len(index) == 2
    assert ROWS[0].id in index
    assert "nobody" not in index


numbers = st.lists(st.integers(0, 255), min_size=1, max_size=40)


def sliced(values: list[int]) -> list[int]:
    return [sum((value >> place & 1) << row for row, value in enumerate(values)) for place in range(8)]


@settings(deadline=None)
@given(numbers, st.integers(-1, 600))
def test_at_most(values: list[int], most: int) -> None:
    every = (1 << len(values)) - 1
    assert rows_of(at_most(sliced(values), most, every)) == [n for n, v in enumerate(values) if v <= most]


@settings(deadline=None)
@given(numbers, numbers)
def test_points_add_up(values: list[int], more: list[int]) -> None:
    size = min(len(values), len(more))
    total: list[int] = []
    for row in range(size):
        add_points(total, 1 << row, values[row])
        add_points(total, 1 << row, more[row])
    sums = [sum((bits >> row & 1) << place for place, bits in enumerate(total)) for row in range(size)]
    assert sums == [a + b for a, b in zip(values, more, strict=False)]


@settings(deadline=None)
@given(numbers, st.integers(0, 45))
def test_the_best_are_the_best(values: list[int], wanted: int) -> None:
    keys = [(bits, True) for bits in reversed(sliced(values))]
    chosen, equal, left = best((1 << len(values)) - 1, keys, wanted)
    rows = rows_of(chosen) + rows_of(equal)[:left]
    assert sorted((values[row] for row in rows), reverse=True) == sorted(values, reverse=True)[:wanted]


@pytest.mark.parametrize("bits", [0, 1, 0b1010, 1 << 5000, (1 << 70) - 1])
def test_row_numbers_of_a_set(bits: int) -> None:
    assert sum(1 << row for row in rows_of(bits)) == bits
