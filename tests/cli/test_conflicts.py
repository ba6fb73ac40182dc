"""rcc conflicts: listed with who and when, settled by number or by a value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.config import KEY_FILE
from rcc_tui.services import places
from rcc_tui.services.desk import Desk
from rcc_tui.sync.keys import write_key
from tests.cli.conftest import Town
from tests.region import carry, member_of, open_at, seat, signed_roll
from tests.trading import offer


@pytest.fixture
def quarrel(tmp_path: Path, town: Town) -> str:
    """Two desks of Reading; both have changed one vacancy, and the town's `two` has heard of it."""
    signed = signed_roll([member_of("870", [seat("870"), seat("870", 2)], host=True)])
    desks = [open_at(tmp_path / name, seat("870", n), signed) for n, name in ((1, "one"), (2, "two"))]
    vacancy = _apart(desks[0], desks[1], tmp_path)
    for desk in desks:
        desk.close()
    write_key(tmp_path / "two" / KEY_FILE, seat("870", 2).desk, kind="desk", name="two")
    return vacancy


def _apart(one: Desk, two: Desk, folder: Path) -> str:
    vacancy = offer(one, accepting=2)
    carry(one, two, folder)
    facts = places.show(one, vacancy).place.vacancy
    places.edit(one, vacancy, replace(facts, age_max=15))
    places.edit(two, vacancy, replace(facts, age_max=16))
    carry(one, two, folder)
    return vacancy


def test_listed_and_taken_by_number(town: Town, quarrel: str) -> None:
    (found,) = town.told("two", "conflicts", "list")
    assert (found["record"], found["kind"], found["field"]) == (quarrel, "vacancy", "age_max")
    assert found["title"] == "Vacancy OX-1 at Willow Lodge"
    assert {one["value"] for one in found["candidates"]} == {15, 16}
    text = town.at("two", "conflicts", "list").out
    assert "870 Desk 1" in text
    assert "2*" in text
    assert town.told("two", "status")["conflicts"] == 1
    number = 1 + [one["value"] for one in found["candidates"]].index(15)
    done = town.told("two", "conflicts", "resolve", quarrel[:8], "age_max", "--take", str(number))
    assert (done["record"], done["text"]) == (quarrel, "15")
    assert town.told("two", "conflicts", "list") == []
    assert town.at("two", "conflicts", "list").out == "Nothing is in conflict.\n"
    assert town.told("two", "vacancy", "show", quarrel)["age_max"] == 15


def test_settled_by_a_value(town: Town, quarrel: str) -> None:
    ran = town.at("two", "conflicts", "resolve", quarrel[:8], "age_max", "--value", "14")
    assert ran.out == "Vacancy OX-1 at Willow Lodge: Oldest is 14.\n"
    assert town.told("two", "vacancy", "show", quarrel)["age_max"] == 14


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--take", "1", "--value", "15"), 2),
        (("--take", "3"), 1),
        (("--value", "old"), 1),
        (("--value", "3"), 1),
    ],
)
def test_what_settles_nothing(town: Town, quarrel: str, words: tuple[str, ...], code: int) -> None:
    assert town.at("two", "conflicts", "resolve", quarrel, "age_max", *words).code == code
    assert len(town.told("two", "conflicts", "list")) == 1
