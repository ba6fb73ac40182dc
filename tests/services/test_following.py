"""A running search hears of what programs do that do not search themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from rcc_tui.config import Clock
from rcc_tui.services import finding, places
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.sync.keys import write_key
from rcc_tui.sync.roll import SignedRoll
from tests.region import CODES, TODAY, member_of, open_at, seat, signed_roll
from tests.services.made_places import BED, OAK, offered

MEMBERS = [member_of(code, [seat(code)], host=number == 0) for number, code in enumerate(CODES)]
FIRST = signed_roll(MEMBERS)


def _renamed(name: str) -> SignedRoll:
    members = [changed(one, name=name) if one.code == "870" else one for one in MEMBERS]
    return signed_roll(members, before=FIRST, version=2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Reading's desk, searching."""
    opened = open_at(tmp_path / "870", seat("870"), FIRST)
    write_key(tmp_path / "870" / "desk.key", opened.key, kind="desk", name="Desk 1")
    offered(opened, vacancy=replace(BED, ref="A"))
    assert _found(opened, "oak") == ["A"]
    yield opened
    opened.close()


@pytest.fixture
def other(desk: Desk) -> Iterator[Desk]:
    """Another program at the same store, which does not search."""
    opened = open_desk(desk.store.folder, clock=Clock(date.fromisoformat(TODAY)))
    yield opened
    opened.close()


def _found(desk: Desk, text: str) -> list[str]:
    return sorted(hit.ref for hit in finding.search(desk, text).hits)


def test_an_authority_that_another_program_hears_is_called_otherwise(desk: Desk, other: Desk) -> None:
    assert _found(desk, "windmere ") == []
    other.adopt_roll(_renamed("Windmere"))
    desk.refresh()
    assert _found(desk, "windmere ") == ["A"]
    assert _found(desk, "la:windmere ") == ["A"]
    (hit,) = finding.search(desk, "oak").hits
    assert hit.place.authority_name == "Windmere"


def test_an_authority_that_is_called_otherwise_here(desk: Desk) -> None:
    desk.adopt_roll(_renamed("Windmere"))
    assert _found(desk, "windmere ") == ["A"]


def test_what_a_program_does_that_does_not_search(desk: Desk, other: Desk) -> None:
    home = places.settings(other).rows[0].id
    places.edit_setting(other, home, replace(OAK, name="Willow Place"))
    assert (_found(desk, "willow"), _found(desk, "oak")) == (["A"], [])


def test_nor_is_it_lost_when_one_that_follows_acts_after_it(desk: Desk, other: Desk) -> None:
    home = places.settings(other).rows[0].id
    places.edit_setting(other, home, replace(OAK, name="Willow Place"))
    places.add(desk, home, replace(BED, ref="B"))
    assert (_found(desk, "willow"), _found(desk, "oak")) == (["A", "B"], [])
    other.close()
    again = open_desk(desk.store.folder, clock=desk.clock)
    try:
        assert _found(again, "willow") == ["A", "B"]
    finally:
        again.close()


def test_a_store_that_is_busy_is_followed_later(desk: Desk, other: Desk) -> None:
    home = places.settings(other).rows[0].id
    places.edit_setting(other, home, replace(OAK, name="Willow Place"))
    desk.store.write.execute("PRAGMA busy_timeout=1").fetchall()
    with other.store.transaction():
        other.set_meta("note", "x")
        assert _found(desk, "oak") == ["A"]
    assert _found(desk, "willow") == ["A"]
