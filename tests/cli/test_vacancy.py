"""rcc vacancy: offered, changed, held, closed, and taken in from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import BUYER, HUB, PLACE, SELLER, Town

CSV = """ref,provider,setting,authority,outcode,type,accepting,age_min,age_max,weekly,shoe size
A-1,Oak Care,Oak House,931,OX1,residential,2,8,15,"5,200.00",9
A-2,Oak Care,Elm House,931,OX2,K2,1,10,17,,9
A-3,Oak Care,Ash House,931,OX3,K2,many,10,17,,9
"""


def test_added_in_a_new_setting_and_then_in_the_same(town: Town) -> None:
    added = town.told(SELLER, "vacancy", "add", *PLACE)
    assert added.keys() >= {"id", "ref", "accepting", "state"}
    assert (added["ref"], added["accepting"], added["state"], added["free"]) == ("OX-1", 2, "open", 2)
    assert (added["setting"], added["place"], added["confirmed_on"]) == ("Hill House", "U6", "2026-12-01")
    described = [word.replace("OX-1", "OX-2") for word in PLACE]
    again = town.told(SELLER, "vacancy", "add", *described)
    assert again["setting_id"] == added["setting_id"]
    named = ("--setting", added["setting_id"][:8], "--ref", "OX-3", "--accepting", "1")
    third = town.told(SELLER, "vacancy", "add", *named, "--age-min", "0", "--age-max", "4")
    assert third["setting_id"] == added["setting_id"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--setting", "Hill House"), 2),
        (("--ref", "X", "--accepting", "1", "--age-min", "1", "--age-max", "2"), 2),
        ((*PLACE[:2], *PLACE[12:]), 1),
        ((*PLACE[:4], *PLACE[12:]), 2),
        ((*PLACE, "--sex", "Q"), 1),
        ((*PLACE, "--weekly", "12,34"), 1),
        ((*PLACE, "--available-from", "31 feb"), 1),
        ((*PLACE, "--type", "castle"), 1),
    ],
)
def test_what_is_off_leaves_nothing_behind(town: Town, words: tuple[str, ...], code: int) -> None:
    assert town.at(SELLER, "vacancy", "add", *words).code == code
    assert town.told(SELLER, "vacancy", "list") == []
    assert town.at(SELLER, "vacancy", "show", "Hill").code == 1


def test_edit_confirm_close(town: Town) -> None:
    added = town.told(SELLER, "vacancy", "add", *PLACE)
    edited = town.told(
        SELLER, "vacancy", "edit", "OX-1", "--accepting", "1", "--weekly", "950.50",
        "--reserved-for", "870", "--reserved-until", "5/12/2026", "--solo",
    )  # fmt: skip
    assert (edited["accepting"], edited["weekly"], edited["solo"]) == (1, 95_050, True)
    assert edited["reservation"] == "soft block for 870 until 05/12/2026"
    assert edited["needs"] == added["needs"]
    assert town.told(SELLER, "vacancy", "confirm", "OX-1")["confirmed_on"] == "2026-12-01"
    assert town.told(SELLER, "vacancy", "close", "OX-1", "--why", "full")["state"] == "closed"


def test_hold_and_release(town: Town) -> None:
    town.told(SELLER, "vacancy", "add", *PLACE)
    held = town.told(SELLER, "vacancy", "hold", "OX-1", "--for", BUYER, "--until", "3 dec 17:00")
    assert (held["free"], held["holds"][0]["until"]) == (1, "2026-12-03T17:00")
    whole_day = town.told(SELLER, "vacancy", "hold", "OX-1", "--for", BUYER, "--until", "2026-12-04")
    assert whole_day["state"] == "held"
    assert town.at(SELLER, "vacancy", "release", "OX-1").code == 1
    which = held["holds"][0]["id"][:8]
    assert town.told(SELLER, "vacancy", "release", "OX-1", "--hold", which)["free"] == 1
    assert "870" in town.at(SELLER, "vacancy", "show", "OX-1").out


def test_others_are_seen_and_not_changed(market: Town) -> None:
    assert market.told(BUYER, "vacancy", "list") == []
    (seen,) = market.told(BUYER, "vacancy", "list", "--all")
    assert market.told(BUYER, "vacancy", "list", "--authority", SELLER) == [seen]
    assert market.at(BUYER, "vacancy", "confirm", seen["id"]).code == 1
    listed = market.at(BUYER, "vacancy", "list", "--all").out
    assert "Hill House" in listed
    assert "tariff" in listed


def test_import_reports_and_is_idempotent(town: Town) -> None:
    path = town.file("places.csv", CSV)
    dry = town.told(SELLER, "vacancy", "import", path, "--dry-run")
    assert town.told(SELLER, "vacancy", "list") == []
    first = town.told(SELLER, "vacancy", "import", path)
    assert {key: first[key] for key in ("new", "changed", "known", "refused")} == {
        "new": 2, "changed": 0, "known": 0, "refused": 1,
    }  # fmt: skip
    assert (dry["new"], dry["refused"]) == (2, 1)
    assert first["unknown_columns"] == ["shoe size"]
    assert "A-3" in Path(first["rejected_file"]).read_text(encoding="utf-8")
    again = town.told(SELLER, "vacancy", "import", path)
    assert (again["new"], again["changed"], again["known"]) == (0, 0, 2)
    changed = town.file("places.csv", CSV.replace("residential,2", "residential,3"))
    assert town.told(SELLER, "vacancy", "import", changed)["changed"] == 1
    assert "rejected" in town.at(SELLER, "vacancy", "import", changed).out


def test_a_hub_enters_places_for_others(town: Town) -> None:
    path = town.file("places.csv", CSV.replace(",931,", ",846,").replace("OX", "BN"))
    assert town.told(HUB, "vacancy", "import", path)["new"] == 2
    assert [one["on_behalf"] for one in town.told(HUB, "vacancy", "list")] == [True, True]
    assert town.at(HUB, "vacancy", "hand-over", "846").code == 1


def test_a_file_that_is_not_there(town: Town) -> None:
    ran = town.at(SELLER, "vacancy", "import", str(town.folder / "none.csv"), "--json")
    assert ran.code == 1
    assert ran.document["error"]["code"] != "defect"
