"""rcc setting: on the list, changed, shown."""

from __future__ import annotations

import pytest

from tests.cli.conftest import BUYER, SELLER, Town

HOME = (
    *("--setting", "Hill House", "--provider", "Oak Care", "--type", "residential", "--outcode", "ox4"),
    *("--registered", "4", "--urn", "SC123456"),
)


def test_added_edited_shown(town: Town) -> None:
    added = town.told(SELLER, "setting", "add", *HOME)
    assert (added["name"], added["place"], added["outcode"], added["keeper"]) == (
        "Hill House", "K2", "OX4", SELLER,
    )  # fmt: skip
    edited = town.told(
        SELLER, "setting", "edit", added["id"][:8], "--occupied", "2", "--grade", "Good", "--setting", "Hill"
    )
    assert edited == {**added, "name": "Hill", "occupied": 2, "grade": "Good"}
    shown = town.told(SELLER, "setting", "show", added["ref"])
    assert {**shown, "history": []} == {**edited, "history": []}
    assert len(shown["history"]) == 2
    assert "SC123456" in town.at(SELLER, "setting", "show", added["id"]).out


def test_ours_and_everybodys(town: Town) -> None:
    added = town.told(SELLER, "setting", "add", *HOME)
    town.carry(SELLER, BUYER)
    assert town.told(BUYER, "setting", "list") == []
    assert [one["id"] for one in town.told(BUYER, "setting", "list", "--all")] == [added["id"]]
    assert "Hill House" in town.at(SELLER, "setting", "list").out
    assert town.at(BUYER, "setting", "edit", added["id"], "--occupied", "2").code == 1


@pytest.mark.parametrize(
    ("words", "code"), [(("--setting", "x"), 2), (HOME[2:], 2), ((*HOME, "--occupied", "5"), 1)]
)
def test_what_is_off_is_not_added(town: Town, words: tuple[str, ...], code: int) -> None:
    assert town.at(SELLER, "setting", "add", *words).code == code
    assert town.told(SELLER, "setting", "list") == []


def test_a_setting_is_in_one_authority_for_good(town: Town) -> None:
    added = town.told(SELLER, "setting", "add", *HOME)
    assert town.at(SELLER, "setting", "edit", added["id"], "--authority", BUYER).code == 1
