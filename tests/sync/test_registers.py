"""Two desks of one authority edit offline: both values are kept, an edit resolves them."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from rcc_tui.acts import settings, vacancies
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, status, take_in
from tests.attacks.facts import HOME, PLACES, home, places, recount, rename
from tests.attacks.forge import AT_MS, Scribe, bring, is_live_as_rebuilt
from tests.attacks.stores import Copies
from tests.region import seat

ONE, OTHER, HUB = seat("870").desk, seat("870", 2).desk, seat("HUB-N").desk


def _row(desk: Desk, columns: str = "name", table: str = "setting") -> tuple[object, ...]:
    (row,) = desk.store.write.execute(f"SELECT {columns} FROM {table}").fetchall()
    return tuple(row)


def _conflicts(desk: Desk) -> list[tuple[str, list[tuple[str, str | int]]]]:
    rows = desk.store.write.execute("SELECT field, candidates FROM conflict ORDER BY field")
    return [(field, json.loads(candidates)) for field, candidates in rows]


def _tell(one: Desk, to: Desk) -> None:
    (exported,) = export(one, [to.code], one.store.folder / "out")
    (result,) = take_in(to, [Path(exported.file)])
    assert result.exit_code == 0, result.reason


def test_two_desks_offline_and_the_edit_that_resolves(copies: Copies) -> None:
    first, second, reader = copies.desk(seat("870")), copies.desk(seat("870", 2)), copies.desk(seat("931"))
    with first.writing() as w:
        record = w.act("setting", home("870")).record
    _tell(first, second)
    for desk, name in ((first, "Ash"), (second, "Oak")):
        with desk.writing() as w:
            w.act("setting", rename(name), record=record)
    _tell(first, second)
    _tell(second, first)
    _tell(first, reader)
    _tell(second, reader)
    ((field, candidates),) = _conflicts(reader)
    assert field == "name"
    assert sorted(str(value) for _, value in candidates) == ["Ash", "Oak"]
    assert len({_row(desk) for desk in (first, second, reader)}) == 1
    assert len({desk.digest("rcc") for desk in (first, second, reader)}) == 1
    assert _row(reader) == (candidates[-1][1],)
    assert [status(desk).conflicts for desk in (first, second, reader)] == [1, 1, 1]
    with second.writing() as w:
        w.act("setting", rename("Ash and Oak"), record=record)
    _tell(second, first)
    _tell(second, reader)
    for desk in (first, second, reader):
        assert _row(desk) == ("Ash and Oak",)
        assert _conflicts(desk) == []
        assert is_live_as_rebuilt(desk)


def test_an_edit_that_knew_one_of_two_replaces_that_one_alone(copies: Copies) -> None:
    one, other = Scribe(ONE, "rcc"), Scribe(OTHER, "rcc")
    opened = one.write("setting", home("870"))
    ash = one.write("setting", rename("Ash"), record=opened.record, deps=[opened.hash])
    other.write("setting", rename("Oak"), record=opened.record, deps=[opened.hash], clock=AT_MS + 5)
    one.write("setting", rename("Beech"), record=opened.record, deps=[ash.hash], clock=AT_MS + 9)
    desk = copies.desk(seat("931"))
    bring(desk, one, other, maker=HUB)
    assert [value for _, value in _conflicts(desk)[0][1]] == ["Oak", "Beech"]
    assert _row(desk) == ("Beech",)


def test_edits_of_different_fields_and_of_equal_values_are_no_conflict(copies: Copies) -> None:
    one, other = Scribe(ONE, "rcc"), Scribe(OTHER, "rcc")
    opened = one.write("setting", home("870"))
    one.write("setting", rename("Ash"), record=opened.record, deps=[opened.hash])
    town = settings.Edit(replace(HOME, town="Slough"), ("town",))
    first = other.write("setting", town, record=opened.record, deps=[opened.hash], clock=AT_MS + 5)
    other.write("setting", rename("Ash"), record=opened.record, deps=[first.hash], clock=AT_MS + 9)
    desk = copies.desk(seat("931"))
    bring(desk, one, other, maker=HUB)
    assert _conflicts(desk) == []
    assert _row(desk, "name, town") == ("Ash", "Slough")


def test_a_tie_of_clocks_falls_alike_everywhere(copies: Copies) -> None:
    one, other = Scribe(ONE, "rcc"), Scribe(OTHER, "rcc")
    opened = one.write("setting", home("870"))
    one.write("setting", rename("Ash"), record=opened.record, deps=[opened.hash], clock=AT_MS + 5)
    other.write("setting", rename("Oak"), record=opened.record, deps=[opened.hash], clock=AT_MS + 5)
    shown = set()
    for order in permutations([one, other]):
        desk = copies.desk(seat("931"))
        for scribe in order:
            bring(desk, scribe, maker=HUB)
        shown.add((_row(desk), desk.digest("rcc")))
    assert len(shown) == 1


def test_a_clock_twenty_years_out_still_loses_to_who_knew_it(copies: Copies) -> None:
    """Cause goes before clocks: an edit that knew of the one from the future replaces it."""
    twenty_years = 20 * 365 * 24 * 3600 * 1000
    one = Scribe(ONE, "rcc")
    opened = one.write("setting", home("870"))
    one.write("setting", rename("2046"), record=opened.record, deps=[opened.hash], clock=AT_MS + twenty_years)
    desk = copies.desk(seat("870", 2))
    bring(desk, one, maker=HUB)
    with desk.writing() as w:
        w.act("setting", rename("Now"), record=opened.record)
    assert _row(desk) == ("Now",)
    assert _conflicts(desk) == []
    reader = copies.desk(seat("931"))
    _tell(desk, reader)
    assert _row(reader) == ("Now",)
    assert reader.digest("rcc") == desk.digest("rcc")


def test_three_desks_keep_three_values(copies: Copies) -> None:
    one, other, third = Scribe(ONE, "rcc"), Scribe(OTHER, "rcc"), Scribe(ONE, "rcc")
    opened = one.write("vacancy", places("870"))
    for scribe, accepting in ((one, 3), (other, 4), (third, 5)):
        scribe.write(
            "vacancy", recount(accepting), record=opened.record, deps=[opened.hash], clock=AT_MS + accepting
        )
    wide = vacancies.Edit(replace(PLACES, needs=("autism",)), ("needs",))
    third.write("vacancy", wide, record=opened.record, deps=[third.entries[-1].hash])
    desk = copies.desk(seat("931"))
    bring(desk, one, other, third, maker=HUB)
    ((field, candidates),) = _conflicts(desk)
    assert field == "accepting"
    assert [value for _, value in candidates] == [3, 4, 5]
    assert _row(desk, "accepting, needs", "vacancy") == (5, '["autism"]')
