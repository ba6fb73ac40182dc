"""Every command of docs/trading.md, run in its order, and what it must lead to."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import BUYER, HUB, SELLER, Ran, Town, town

__all__ = ["town"]

PAGE = Path(__file__).parents[2] / "docs" / "trading.md"
TEXT = PAGE.read_text(encoding="utf-8")


def lines(heading: str = "") -> list[list[str]]:
    """The commands of the page, or below one heading."""
    part = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0] if heading else TEXT
    return [shlex.split(line) for block in fenced(part) for line in block.splitlines()]


def fenced(text: str, kind: str = "") -> list[str]:
    """What stands in fences of a kind; commands stand in fences of none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    return [body for named, body in found if named == kind]


class Reader:
    """Somebody who types what the page says, with the ids that the commands answer."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.ids: dict[str, str] = {}
        self._named = {"tariff publish": ["9c1e", "4b7d"], "trade propose": ["77d1"]}

    def play(self, heading: str) -> None:
        """Every line below a heading; all must succeed."""
        for line in lines(heading):
            if line[0] == "mkdir":
                Path(line[1]).mkdir()
                continue
            assert line[0] == "rcc", line
            ran = self.run(*line[1:], "--json")
            assert ran.code == 0, (line, ran)
            if named := self._named.get(" ".join(line[1:3])):
                self.ids[named.pop(0)] = ran.document["id"]

    def run(self, *words: str) -> Ran:
        """One command, its ids put in."""
        return self.town.run(*(self.ids.get(word, word) for word in words))

    def told(self, *words: str) -> Any:
        """The JSON of a command that must succeed."""
        ran = self.run(*words, "--json")
        assert ran.code == 0, ran
        return json.loads(ran.out)


def test_the_page_from_the_price_list_to_the_next_year(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(town.folder)
    (csv,) = fenced(TEXT, "csv")
    town.file("prices-2026.csv", csv)
    reader = Reader(town)
    reader.play("A price list")
    reader.play("A trade")
    reader.play("What changes while it runs")
    shown = reader.told("trade", "show", "77d1", "--store", SELLER)
    assert (shown["state"], shown["weekly"], len(shown["versions"])) == ("started", 840_00, 2)
    assert (shown["kept_buyer"], shown["notice_on"]) == ([["2026-12-20", "2026-12-27"]], "2027-06-30")
    reader.play("The month's end")
    month = reader.told("reconcile", "month", "--month", "2026-11", "--store", SELLER)
    assert [(one["state"], one["closed_by"], one["unexplained"]) for one in month["pairs"]] == [
        ("closed", HUB, 0)
    ]
    assert sum(month["net"].values()) == 0
    november = reader.told("ledger", "--month", "2026-11", "--store", SELLER)
    assert [(one["nights"], one["weekly"], one["mark"]) for one in november] == [
        (17, 530_00, "cleared"),
        (11, 840_00, "cleared"),
    ]
    december = reader.told("ledger", "--month", "2026-12", "--store", SELLER)
    corrections = [(one["corrects"], one["pence"]) for one in december if one["kind"] == "correction"]
    assert corrections == [("2026-11", 1211_43 - november[0]["pence"])]
    for name in ("november.html", "november.csv", "november.txt"):
        assert "Hill House" in (town.folder / name).read_text(encoding="utf-8"), name
    reader.play("The next year")
    change = reader.told("trade", "show", "77d1", "--store", SELLER)["change"]
    assert (change["tariff"], change["weekly"]) == (reader.ids["4b7d"], 543_25 + 317_75)
    assert reader.told("tariff", "show", "9c1e", "--store", SELLER)["adopted_by"] == [BUYER]


def test_the_page_speaks_of_nothing_else() -> None:
    assert {line[0] for line in lines()} == {"rcc", "mkdir"}
    headings = ("A price list", "A trade", "What changes while it runs", "The month's end", "The next year")
    assert sum(len(lines(heading)) for heading in headings) == len(lines())
    assert {line[line.index("--store") + 1] for line in lines() if "--store" in line} == {BUYER, SELLER, HUB}
