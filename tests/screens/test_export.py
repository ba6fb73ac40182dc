"""A list as a CSV file: all that is listed, harmless to spreadsheets, never over another file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import RccError
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from screens.export import check_new_file, free_name, harmless, write_csv
from screens.widgets.dialogs import Prompt
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import CHILD, with_tariff


def read(path: Path) -> list[list[str]]:
    """The file as a spreadsheet reads it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    made = harmless(cell)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert made.removeprefix("'") == cell.removeprefix("'") or made == cell


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    rows = [("Setting", "Note"), ("Müller “Haus”, 2", '=HYPERLINK("x")'), ("-5", "two\nlines")]
    write_csv(tmp_path / "a.csv", rows)
    assert read(tmp_path / "a.csv") == [
        ["Setting", "Note"],
        ["Müller “Haus”, 2", '\'=HYPERLINK("x")'],
        ["'-5", "two\nlines"],
    ]


def test_no_file_is_written_over(tmp_path: Path) -> None:
    there = tmp_path / "a.csv"
    there.write_text("mine", encoding="utf-8")
    assert "already" in check_new_file(str(there))
    assert free_name(there) == tmp_path / "a-2.csv"
    with pytest.raises(RccError, match="already"):
        write_csv(there, [("a",)])
    assert there.read_text(encoding="utf-8") == "mine"
    assert "no folder" in check_new_file(str(tmp_path / "none" / "a.csv"))
    with pytest.raises(RccError, match="could not be written"):
        write_csv(tmp_path / "none" / "a.csv", [("a",)])


def hostile(region: dict[str, Desk]) -> None:
    """Two requests; the reference of one is a formula."""
    with_tariff(region)
    requests.add(region["870"], CHILD, child="=1+1")
    requests.add(region["870"], CHILD, child="870-2", officer="[red]Ann")


async def test_as_filtered_with_hidden_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with app_at(tmp_path / "region", hostile) as (app, pilot):
        await press(pilot, "2", "ctrl+e")
        assert isinstance(app.screen, Prompt)
        assert "2 rows with all their columns" in shown(app)
        await press(pilot, "enter")
        assert "2 rows written to" in shown(app)
        titles, *rows = read(tmp_path / "requests.csv")
        assert titles[0] == "Mark"
        place = titles.index("Our ref")
        assert {row[place] for row in rows} == {"'=1+1", "870-2"}
        assert "Id" in titles
        await press(pilot, "slash")
        await type_text(pilot, "ann")
        await press(pilot, "enter", "ctrl+e", "enter")
        assert len(read(tmp_path / "requests-2.csv")) == 2


@pytest.mark.parametrize("screen", ["3", "4", "5", "8"])
async def test_every_list_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: str) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with app_at(tmp_path / "region", hostile) as (app, pilot):
        await press(pilot, screen)
        if screen == "3":
            await type_text(pilot, "thames")
            await press(pilot, "down")
        await press(pilot, "ctrl+e")
        if screen == "5":
            assert "Here is no list to export." in shown(app)
            return
        await press(pilot, "enter")
        name = {"3": "search", "4": "places", "8": "sync"}[screen]
        assert len(read(tmp_path / f"{name}.csv")) > 1
