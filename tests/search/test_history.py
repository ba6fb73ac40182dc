"""A search's answer depends on the places there are and on the line, on nothing asked or listed before."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from rcc_tui.search.engine import Engine
from rcc_tui.search.index import Index
from rcc_tui.search.query import parse
from rcc_tui.search.rows import IndexRow
from tests.search.made import GAZETTEER, SYNONYMS, TODAY, engine, random_rows, row

WORDS = (
    *("phillips", "filips", "fillips", "katherine", "kathryn", "westwood", "weston", "sussex", "west"),
    *("nightingale", "night", "xylophone", "phoenix", "phone", "lodge", "lodging", "cherry", "2001", "12a"),
)
PARTS = (
    *("fielips", "kathrin", "naitingale", "birghton", "wrodo", "westsussex", "slouhg", "oka|lodgodge"),
    *("cherryes", "2000", "-weston", '"night"', "12", "f", "<3000", "20mi from SL1", "type:foster|secure"),
)


def answers(searching: Engine, text: str) -> tuple[object, ...]:
    query = parse(text, today=TODAY)
    found = searching.find(query, limit=None, buyer="871", own_hub="N", today=TODAY)
    assert found.total == len(found.ids)
    return replace(found, micros=0), searching.explain_all(found.ids[:3], query)


def some_row(chance: random.Random, id: str) -> IndexRow:
    (made,) = random_rows(chance.randrange(1 << 30), 1)
    return replace(made, id=id, words=(*made.words, *chance.sample(WORDS, 2)))


@pytest.mark.parametrize("typed", ["fielips", "fielips slough", "fielips sluogh "])
def test_a_word_that_no_place_has_any_more_hides_no_other(typed: str) -> None:
    """`filips` is two slips away, `phillips` three, and sounds the same."""
    gone, kept = row("a", "Filips House Slough"), row("b", "Phillips House Slough")
    index = Index.build([gone, kept])
    searching = Engine(index, GAZETTEER, SYNONYMS)
    assert answers(searching, typed)
    index.remove("a")
    assert answers(searching, typed) == answers(engine([kept]), typed)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_typed_and_listed_before(seed: int) -> None:
    chance = random.Random(seed)
    rows = {f"{n:04x}": some_row(chance, f"{n:04x}") for n in range(40)}
    index = Index.build(list(rows.values()))
    searching = Engine(index, GAZETTEER, SYNONYMS)
    for _ in range(40):
        for _ in range(chance.choice((0, 0, 1, 8))):
            id = f"{chance.randrange(50):04x}"
            if chance.random() < 0.5:
                rows[id] = some_row(chance, id)
                index.add(rows[id])
            else:
                rows.pop(id, None)
                index.remove(id)
        line = " ".join(chance.sample(PARTS, chance.randint(1, 3)))
        typed = line[: chance.randint(1, len(line))]
        for end in range(len(typed)):
            answers(searching, typed[:end])
        assert answers(searching, typed) == answers(engine(list(rows.values())), typed), typed
