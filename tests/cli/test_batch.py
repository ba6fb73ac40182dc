"""rcc batch: many commands, one process, one result a line."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from rcc_tui.services import desk as desks
from tests.cli.conftest import BUYER, SELLER, Ran, Town

ADD = "request add --age {} --sex F --officer 'Jo Smith'"


def lines(ran: Ran) -> list[Any]:
    """One JSON document a line."""
    return [json.loads(line) for line in ran.out.splitlines()]


def test_one_result_a_line_and_one_opening(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    real = desks.open_desk

    def counted(*args: Any, **more: Any) -> desks.Desk:
        opened.append(1)
        return real(*args, **more)

    monkeypatch.setattr(desks, "open_desk", counted)
    body = "\n".join([ADD.format(3), "", "# a remark", ADD.format(4), "request list"])
    ran = town.at(BUYER, "batch", town.file("lines.txt", body), "--json")
    assert ran.code == 0
    first, second, listed = lines(ran)
    assert (first["age"], second["age"], second["officer"]) == (3, 4, "Jo Smith")
    assert {one["id"] for one in listed} == {first["id"], second["id"]}
    assert len(opened) == 1


def test_stops_at_the_first_failure(town: Town) -> None:
    path = town.file("lines.txt", "\n".join([ADD.format(3), "request show abcd1234", ADD.format(4)]))
    ran = town.at(BUYER, "batch", path, "--json")
    assert ran.code == 1
    added, refused = lines(ran)
    assert added["state"] == "open"
    assert (refused["error"]["code"], refused["line"]) == ("not-found", 2)
    assert len(town.told(BUYER, "request", "list")) == 1


def test_keep_going_exits_with_the_worst(town: Town) -> None:
    body = "\n".join(["request show abcd1234", "nonsense", "request add --age 'x", ADD.format(4), "status"])
    ran = town.at(BUYER, "batch", town.file("lines.txt", body), "--keep-going", "--json")
    assert ran.code == 2
    results = lines(ran)
    assert [result.get("error", {}).get("code", "") for result in results] == [
        "not-found", "usage", "usage", "", "",
    ]  # fmt: skip
    assert results[-1]["authority"] == BUYER


def test_as_text(town: Town) -> None:
    path = town.file("lines.txt", f"{ADD.format(3)}\nrequest list --json\nrequest show zzzz\n")
    ran = town.at(BUYER, "batch", path)
    assert ran.code == 1
    assert "Jo Smith" in ran.out
    assert "line 3: rcc: " in ran.err


def test_from_the_standard_input(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{ADD.format(3)}\n"))
    assert len(lines(town.at(BUYER, "batch", "-", "--json"))) == 1


def test_each_line_may_name_its_store(town: Town) -> None:
    body = f"status\nstatus --store '{town.folder / SELLER}'\nstatus"
    results = lines(town.at(BUYER, "batch", town.file("lines.txt", body), "--json"))
    assert [result["authority"] for result in results] == [BUYER, SELLER, BUYER]


def test_a_batch_runs_no_batch(town: Town) -> None:
    path = town.folder / "lines.txt"
    path.write_text(f"batch '{path}'\n", encoding="utf-8")
    ran = town.at(BUYER, "batch", str(path), "--json")
    assert (ran.code, lines(ran)[0]["error"]["code"]) == (2, "usage")


def test_a_file_that_is_not_there(town: Town) -> None:
    ran = town.at(BUYER, "batch", str(town.folder / "none"), "--json")
    assert (ran.code, ran.document["error"]["code"]) == (1, "store")
