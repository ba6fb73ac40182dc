"""rcc request: from options, from a file, and back."""

from __future__ import annotations

import json

import pytest

from rcc_tui.domain.needs import needs_from_json, needs_to_json
from tests.cli.conftest import BUYER, HUB, Town

FULL = {
    "child": "870-77",
    "age": 12,
    "sex": "F",
    "siblings": 2,
    "needed_by": "2026-12-03",
    "emergency": False,
    "stay": "medium",
    "home": "SL1 4XY",
    "max_miles": 20,
    "local": True,
    "suitability": {"foster": "preferred", "residential": "suitable", "supported": "unsuitable"},
    "alongside": "with",
    "needs": ["autism"],
    "communication": "BSL",
    "ratio": "1:1",
    "support": ["therapeutic"],
    "risks": {"self_harm": "high"},
    "dol": False,
    "uasc": False,
    "legal_status": "C2",
    "category": "N1",
    "avoid": ["RG1"],
    "budget_weekly": 120000,
}


def test_only_age_and_sex_are_needed(town: Town) -> None:
    added = town.told(BUYER, "request", "add", "--age", "12", "--sex", "f")
    assert (added["state"], added["age"], added["sex"]) == ("open", 12, "F")
    assert town.told(BUYER, "request", "list")[0]["id"] == added["id"]
    assert town.at(BUYER, "request", "add", "--age", "12").code == 2


def test_a_file_and_options_say_the_same(town: Town) -> None:
    path = town.file("request.json", json.dumps(FULL))
    by_file = town.told(BUYER, "request", "add", "--from", path)
    by_options = town.told(
        BUYER, "request", "add", "--child", "870-77", "--age", "12", "--sex", "F", "--siblings", "2",
        "--needed-by", "3 dec", "--stay", "medium", "--home", "sl1 4xy", "--max-miles", "20", "--local",
        "--foster", "preferred", "--residential", "suitable", "--supported", "unsuitable",
        "--alongside", "with", "--need", "autism", "--communication", "bsl", "--ratio", "1:1",
        "--support", "therapeutic", "--risk", "self_harm=high", "--no-dol", "--no-uasc",
        "--legal-status", "C2", "--category", "N1", "--avoid", "RG1", "--budget-weekly", "1200.00",
    )  # fmt: skip
    assert {**by_file, "id": ""} == {**by_options, "id": ""}
    assert by_file["home"] == "SL1"
    assert by_file["home_postcode"] == "SL1 4XY"


def test_options_go_over_the_file(town: Town) -> None:
    path = town.file("request.json", json.dumps(FULL))
    added = town.told(
        BUYER,
        "request",
        "add",
        "--from",
        path,
        "--age",
        "13",
        "--foster",
        "suitable",
        "--risk",
        "harm_fire=low",
    )
    assert (added["age"], added["siblings"]) == (13, 2)
    assert added["suitability"] == {**FULL["suitability"], "foster": "suitable"}  # type: ignore[dict-item]
    assert added["risks"] == {"self_harm": "high", "harm_fire": "low"}


def test_edit_changes_what_is_given_only(town: Town) -> None:
    path = town.file("request.json", json.dumps(FULL))
    added = town.told(BUYER, "request", "add", "--from", path)
    edited = town.told(BUYER, "request", "edit", added["id"][:8], "--age", "14", "--officer", "K. Ali")
    assert edited == {**added, "age": 14, "officer": "K. Ali"}
    same = town.at(BUYER, "request", "edit", added["id"], "--age", "14", "--json")
    assert (same.code, same.document["error"]["code"]) == (1, "refused")


def test_show_has_the_history_and_reads_back(town: Town) -> None:
    path = town.file("request.json", json.dumps(FULL))
    added = town.told(BUYER, "request", "add", "--from", path)
    town.told(BUYER, "request", "withdraw", added["id"], "--why", "stays with an aunt")
    town.told(BUYER, "request", "reopen", added["id"], "--reason", "fell through")
    shown = town.told(BUYER, "request", "show", added["id"])
    assert [line["who"] for line in shown["history"]] == [BUYER] * 3
    text = town.at(BUYER, "request", "show", added["id"]).out
    for words in ("SL1 4XY", "self_harm high", "£1,200.00", "03/12/2026", "stays with an aunt"):
        assert words in text


def test_place_without_a_trade(town: Town) -> None:
    added = town.told(BUYER, "request", "add", "--age", "12", "--sex", "F")["id"]
    assert town.at(BUYER, "request", "place", added).code == 2
    placed = town.told(BUYER, "request", "place", added, "--how", "own foster carers")
    assert placed["state"] == "placed"
    assert town.told(BUYER, "request", "list", "--state", "open") == []


def test_a_list_that_is_cut_says_so(town: Town) -> None:
    for age in range(3):
        town.told(BUYER, "request", "add", "--age", str(age), "--sex", "F")
    listed = town.at(BUYER, "request", "list", "--limit", "2")
    assert "2 of 3" in listed.out
    assert len(town.told(BUYER, "request", "list", "--limit", "2")) == 2
    assert len(town.told(BUYER, "request", "list", "--offset", "2")) == 1


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("", "request.json"),
        ("[1]", "request.json"),
        ("{" * 100_000, "request.json"),
        ('{"age": 1, "age": 2, "sex": "F"}', "request.json"),
        ('{"age": NaN, "sex": "F"}', "request.json"),
        ('{"age": 12}', "sex"),
        ('{"age": "12", "sex": "F"}', "age"),
        ('{"age": 12, "sex": "F", "naems": "x"}', "naems"),
        ('{"age": 12, "sex": "F", "risks": {"harm": "high"}}', "risks.harm"),
        ('{"age": 12, "sex": "F", "health": "lives at SL1 4XY"}', "health"),
    ],
    ids=range(10),
)
def test_a_bad_file_is_refused_with_its_place(town: Town, body: str, where: str) -> None:
    ran = town.at(BUYER, "request", "add", "--from", town.file("request.json", body), "--json")
    assert ran.code == 1
    assert where in ran.document["error"]["where"]
    assert town.told(BUYER, "request", "list") == []


@pytest.mark.parametrize(
    "words",
    [("--risk", "self_harm"), ("--risk", "=high"), ("--risk", "a=b", "--risk", "a=c"), ("--age", "x")],
)
def test_bad_options_are_usage(town: Town, words: tuple[str, ...]) -> None:
    assert town.at(BUYER, "request", "add", "--age", "12", "--sex", "F", *words).code == 2


def test_stored_text_cannot_steer_the_terminal(town: Town) -> None:
    hostile = "\x1b[31m[red]\u202e[@click=app.quit]"
    added = town.told(BUYER, "request", "add", "--age", "12", "--sex", "F", "--officer", hostile)
    shown = town.at(BUYER, "request", "show", added["id"])
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out
    assert "\\x1b[31m[red]<U+202E>" in shown.out
    assert added["officer"] == hostile


def test_the_json_of_a_request_is_a_request_file(town: Town) -> None:
    from datetime import date

    added = town.told(BUYER, "request", "add", "--from", town.file("request.json", json.dumps(FULL)))
    needs, _ = needs_from_json({key: added[key] for key in FULL}, date(2026, 12, 1))
    assert needs_to_json(needs) == {key: added[key] for key in needs_to_json(needs)}


def test_a_hub_has_no_requests_of_its_own(town: Town) -> None:
    assert town.at(HUB, "request", "show", "abcd1234").code == 1
