"""A spreadsheet matched by keys alone: read, asked, entered, taken back; its words are never obeyed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from rcc_tui.app import RccApp
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import matching, places, requests, trades
from rcc_tui.services.desk import Desk
from screens.matching import MatchingScreen
from screens.matching_form import MatchForm
from screens.reconcile import ReconcileScreen
from screens.widgets.dialogs import Pick, Prompt, Tell
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE
from tests.screens.month import BUYER, SELLER, running
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import CHILD, SETTING, swap

HEADER = ("Placement", "From", "To", "Weekly", "Total")


def sheet(folder: Path, *rows: tuple[str, ...]) -> Path:
    """A CSV of these rows."""
    path = folder / "oxfordshire.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def twins(region: dict[str, Desk]) -> None:
    """Two places of one name, both taken the same day at the same price: no file tells them apart."""
    running(region)
    seller, buyer = region[SELLER], region[BUYER]
    for number in (1, 2):
        home = places.add_setting(seller, replace(SETTING, ref=f"T-{number}", name="Twin House"))
        vacancy = places.add(seller, home.id, VacancyFacts(f"T-{number}-1", 1, 0, 17)).id
        swap(seller, buyer)
        request = requests.add(buyer, CHILD)
        trade = trades.propose(buyer, vacancy, start="2026-11-10", request=request.id)
        swap(buyer, seller)
        trades.accept(seller, trade.id)
        swap(seller, buyer)
        for desk in (buyer, seller):
            trades.start(desk, trade.id, "2026-11-10")
        swap(buyer, seller)


async def match(pilot: Pilot[None], file: Path) -> None:
    """From anywhere: match a file of Oxfordshire's."""
    await press(pilot, "6", "f")
    assert isinstance(pilot.app.screen, MatchForm)
    await type_text(pilot, "oxford")
    await press(pilot, "tab")
    form = pilot.app.screen.form
    assert form.field("month").text == "11/2026"
    form.field("file").set_text(str(file))
    await press(pilot, "ctrl+s")


def here(app: RccApp) -> MatchingScreen:
    """The rows of the file."""
    assert isinstance(app.screen, MatchingScreen)
    return app.screen


async def test_a_file_is_matched_entered_and_taken_back(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ("Thames House", "03/11/2026", "01/12/2026", "530.00", "2,100.00"),
        ("Nowhere Lodge", "01/02/2026", "14/02/2026", "1.00", "2.00"),
    )
    async with app_at(tmp_path, running, size=(80, 40)) as (app, pilot):
        await match(pilot, file)
        screen = here(app)
        assert "1 matched, 1 none" in shown(app)
        row = screen.rows.current
        assert row is not None
        assert (row.cells[1], row.cells[4], row.cells[6]) == ("matched", "£2,100.00", "£2,120.00")
        pane = screen.pane.text
        assert "the same name" in pane
        assert "£20.00 off, under 1 %" in pane
        await press(pilot, "enter")
        assert "This row is not asked about." in shown(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReconcileScreen)
        assert app.screen.status.message.startswith("1 row entered. f, the same file, then r takes")
        assert "! rate or band differs" in app.screen.pane.text
        assert "-£20.00" in app.screen.pane.text or "£20.00" in app.screen.pane.text
        await match(pilot, file)
        assert "This file has been entered already: r takes it back." in here(app).status.message
        await press(pilot, "r")
        assert isinstance(app.screen, Prompt)
        await type_text(pilot, "the wrong file")
        await press(pilot, "enter")
        assert isinstance(app.screen, ReconcileScreen)
        assert "Taken back." in app.screen.status.message
        assert "rate or band differs" not in app.screen.pane.text


async def test_what_could_go_either_way_is_asked(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ("Twin House", "10/11/2026", "01/12/2026", "530.00", "1,590.00"),
        ("Twin House", "10/11/2026", "01/12/2026", "530.00", "1,590.00"),
    )
    async with app_at(tmp_path, twins) as (app, pilot):
        await match(pilot, file)
        screen = here(app)
        assert "2 ask" in shown(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Tell)
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, Pick)
        await press(pilot, "enter")
        assert "Row 2 is answered." in screen.status.message
        assert "1 answered, 1 ask" in shown(app)
        await press(pilot, "down", "enter", "enter", "ctrl+s")
        assert isinstance(app.screen, Tell)
        assert "Two rows are about one month" in shown(app)
        await press(pilot, "enter", "enter", "down", "enter", "ctrl+s")
        assert isinstance(app.screen, ReconcileScreen)
        assert app.screen.status.message.startswith("2 rows entered.")


async def test_escape_enters_nothing(tmp_path: Path) -> None:
    file = sheet(tmp_path, ("Thames House", "03/11/2026", "01/12/2026", "530.00", "2,100.00"))
    async with app_at(tmp_path, running) as (app, pilot):
        await match(pilot, file)
        await press(pilot, "r")
        assert "has not been entered" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, ReconcileScreen)
        found = await app.screen.ask(lambda desk: matching.match(desk, file, BUYER))
        assert found.known == ""


async def test_a_file_that_is_none(tmp_path: Path) -> None:
    async with app_at(tmp_path, running) as (app, pilot):
        await match(pilot, tmp_path / "not-there.csv")
        assert isinstance(app.screen, Tell)
        await press(pilot, "enter")
        assert isinstance(app.screen, MatchForm)
        form = app.screen.form
        form.field("month").input.focus()
        form.field("month").set_text("")
        await type_text(pilot, "13/2026")
        await press(pilot, "ctrl+s")
        assert "is no month" in form.field("month").error


async def test_hostile_cells_are_shown_not_obeyed(tmp_path: Path) -> None:
    rows = [
        (text.replace("\x00", ""), "03/11/2026", "01/12/2026", "530.00", "2,100.00")
        for text in HOSTILE
        if text.strip() and "\ud800" not in text
    ]
    file = sheet(tmp_path, *rows)
    async with app_at(tmp_path, running) as (app, pilot):
        await match(pilot, file)
        for _ in range(here(app).rows.total):
            seen = shown(app)
            assert clean(seen, newlines=True) == seen
            await pilot.press("down")
        assert app.is_running
