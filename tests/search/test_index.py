"""The index against a plain loop, and against itself after any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.search.bitset import absences, add_points, added, at_most, best, rows_of
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import INDEX_VERSION, Index
from rcc_tui.search.kept import Kept
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
    expected = [a + b for a, b in zip(values, more, strict=False)]
    assert unsliced(total, size) == expected
    assert unsliced(added(sliced(values), sliced(more)), size) == expected


def unsliced(slices: list[int], size: int) -> list[int]:
    return [sum((bits >> row & 1) << place for place, bits in enumerate(slices)) for row in range(size)]


@settings(deadline=None)
@given(numbers, st.integers(0, 45), st.integers(0, 12), st.booleans())
def test_the_best_are_the_best(values: list[int], wanted: int, more: int, most: bool) -> None:
    keys = [(bits, most) for bits in reversed(sliced(values))]
    few = rows_of(best((1 << len(values)) - 1, len(values), keys, wanted, wanted + more))
    order = sorted(values, reverse=most)
    assert sorted((values[row] for row in few), reverse=most)[:wanted] == order[:wanted]
    equal = order.count(order[min(wanted, len(order)) - 1])
    assert len(few) <= wanted + max(more, equal)


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, unique=True), st.lists(st.sets(st.integers(0, 300))))
def test_digits_of_rows(rows: list[int], sets: list[set[int]]) -> None:
    tables = [sum(1 << row for row in one).to_bytes(38, "little") for one in sets]
    known = [one for one in sets if one & set(rows)]
    expected = [[int(row not in one) for one in known] for row in rows]
    assert [list(one) for one in absences(rows, tables)] == expected
    assert absences([], tables) == []


@settings(deadline=None)
@given(st.sets(st.integers(0, 3000)), st.integers(0, 40))
def test_row_numbers_of_dense_and_of_scattered_sets(rows: set[int], run: int) -> None:
    rows = rows | set(range(100, 100 + run))
    assert rows_of(sum(1 << row for row in rows)) == sorted(rows)


def test_the_first_term_of_a_row_that_begins_so() -> None:
    index = Index.build([IndexRow("a", ("oaks", "oak", "1925")), IndexRow("b", ("1900", "oakley"))])
    index.add(IndexRow("c", ("oakley", "1911", "oaks")))
    assert [index.first_term(number, "oak") for number in range(3)] == ["oak", "oakley", "oakley"]
    assert [index.first_term(number, "19") for number in range(3)] == ["1925", "1900", "1911"]
    assert index.first_term(0, "zz") is None


def test_words_counted() -> None:
    index = Index.build([IndexRow(f"{n:03}", ("oak" if n < 90 else "elm",)) for n in range(100)])
    assert [index.count(term, 5) for term in ("oak", "elm", "ash")] == [5, 5, 0]
    for number in range(8):
        index.remove(f"{90 + number:03}")
        index.remove(f"{number:03}")
    assert [index.count(term, 500) for term in ("oak", "elm", "ash")] == [82, 2, 0]


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    kept: Kept[str, int] = Kept(3)
    for number, name in enumerate("abc"):
        kept.put(name, number, 1)
    assert kept.get("a") == 0
    kept.put("d", 3, 1)
    assert [kept.get(name) for name in "abcd"] == [0, None, 2, 3]
    kept.put("large", 9, 50)
    assert [kept.get(name) for name in ("a", "large")] == [None, 9]
    kept.clear()
    assert kept.get("large") is None


@pytest.mark.parametrize("bits", [0, 1, 0b1010, 1 << 5000, (1 << 70) - 1])
def test_row_numbers_of_a_set(bits: int) -> None:
    assert sum(1 << row for row in rows_of(bits)) == bits
