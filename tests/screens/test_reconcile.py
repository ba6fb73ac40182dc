"""The month's end by keys alone: the matrix, a pair's lines, and both desks to the close."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.app import RccApp
from rcc_tui.domain.worked_example import REMARK
from rcc_tui.services import pair_months, statements
from rcc_tui.services.desk import Desk, open_desk
from screens.pair import PairScreen
from screens.reconcile import ReconcileScreen
from screens.today import TodayScreen
from screens.trades import TradesScreen
from screens.widgets.dialogs import Ask, Prompt
from screens.widgets.form import Form
from screens.widgets.text import clean
from tests.screens.month import BUYER, HUB, NOVEMBER, SELLER, app_on, differing, exchange, running, tell_all
from tests.screens.store import CLOCK, app_at, make_stores, press, shown, type_text


def here(app: RccApp) -> ReconcileScreen:
    """The Reconcile screen."""
    assert isinstance(app.screen, ReconcileScreen)
    return app.screen


def over(app: RccApp) -> PairScreen:
    """The pair's screen."""
    assert isinstance(app.screen, PairScreen)
    return app.screen


def footer(app: RccApp) -> list[str]:
    """The labels in the footer."""
    return [key.label for key, _ in over(app).footer.shown_keys()]


def issued(region: dict[str, Desk]) -> None:
    """Reading has stated November, and everybody has heard."""
    running(region)
    statements.issue(region[SELLER], BUYER, NOVEMBER)
    tell_all(region)


async def test_nothing_owed_names_the_next_key(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "6")
        assert "Nothing is owed in these months. b goes back a month" in shown(app)
        assert "o open · s stated · a answered · c closed" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReconcileScreen)


async def test_the_matrix_and_the_month_in_the_pane(tmp_path: Path) -> None:
    async with app_at(tmp_path, running, size=(80, 40)) as (app, pilot):
        await press(pilot, "6")
        text = shown(app)
        assert "[11/2026]" in text
        assert "12/2026" in text
        assert "£2,120.00 o" in text
        pane = here(app).pane.text
        assert "Oxfordshire owes Reading £2,120.00: open" in pane
        assert "Reconcile 11/2026 · worked example" in text
        assert pane.count(REMARK) == 2
        assert "Enter, then i states it." in pane
        assert "Statement by  07/12/2026" in pane
        assert "Reading                   £2,120.00" in pane
        assert "sum                           £0.00" in pane
        await press(pilot, "n")
        assert "[12/2026]" in shown(app)
        assert "The month is not over" in here(app).pane.text
        await press(pilot, "n")
        assert "[01/2027]" in shown(app)
        await press(pilot, "b", "b", "b", "b", "b")
        assert "[08/2026]" in shown(app)
        assert "Nothing of this pair in 08/2026." in here(app).pane.text or not here(app).row_id


@pytest.mark.parametrize(("width", "months"), [(60, 1), (80, 3), (120, 5), (160, 4)])
async def test_as_many_months_as_fit(tmp_path: Path, width: int, months: int) -> None:
    async with app_at(tmp_path, running, size=(width, 30)) as (app, pilot):
        await press(pilot, "6")
        assert len(here(app).rows.columns) - 2 == months
        assert not here(app).rows.hidden


async def test_the_month_is_closed_by_keys_alone_at_both_desks(tmp_path: Path) -> None:
    make_stores(tmp_path, running)
    async with app_on(tmp_path, SELLER) as (app, pilot):
        await press(pilot, "6", "enter")
        assert "unstated" in shown(app)
        assert footer(app)[0] == "State"
        assert "Agree" not in footer(app)
        await press(pilot, "x")
        assert "Reading has not stated 11/2026 yet." in shown(app)
        await press(pilot, "i")
        assert "Stated: £2,120.00 to Oxfordshire." in shown(app)
        assert "State" not in footer(app)
        await press(pilot, "x")
        assert "Not answered yet: 1 of 1 lines." in shown(app)
    exchange(tmp_path, SELLER, BUYER, HUB)
    async with app_on(tmp_path, BUYER) as (app, pilot):
        await press(pilot, "6", "enter")
        assert {"Agree", "Agree all", "Dispute"} <= set(footer(app))
        await press(pilot, "A")
        assert isinstance(app.screen, Ask)
        assert "£2,120.00 in 1 line" in shown(app)
        await press(pilot, "y")
        assert "1 line agreed, £2,120.00. d disputes one after all." in shown(app)
        assert footer(app)[:2] == ["Dispute", "Close"]
        await press(pilot, "x", "n")
        view = over(app)._view
        assert view is not None
        assert view.head.state == "answered"
        await press(pilot, "x", "y")
        assert "11/2026 is closed. A later month corrects it." in shown(app)
        await press(pilot, "x")
        assert "11/2026 is closed already." in shown(app)
        await press(pilot, "escape")
        assert "£2,120.00 c" in shown(app)
    exchange(tmp_path, SELLER, BUYER, HUB)
    async with app_on(tmp_path, HUB) as (app, pilot):
        await press(pilot, "6")
        assert "£2,120.00 c" in shown(app)
        assert "closed by Oxfordshire" in here(app).pane.text


async def test_the_hub_closes_what_is_answered(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        issued(region)
        statements.agree(region[BUYER], SELLER, NOVEMBER)
        tell_all(region)

    async with app_at(tmp_path, prepare, code=HUB) as (app, pilot):
        await press(pilot, "6", "enter", "a")
        assert "Oxfordshire answers the statement." in shown(app)
        await press(pilot, "i")
        assert "Reading states this month." in shown(app)
        await press(pilot, "x", "y")
        assert "11/2026 is closed." in shown(app)


async def test_a_line_is_disputed_agreed_and_conceded(tmp_path: Path) -> None:
    make_stores(tmp_path, issued)
    async with app_on(tmp_path, BUYER) as (app, pilot):
        await press(pilot, "6", "enter", "a")
        assert "Line 1 is agreed: Thames House £2,120.00. d disputes it." in shown(app)
        await press(pilot, "d")
        form = app.screen.query_one(Form)
        form.field("amount").set_text("")
        await type_text(pilot, "2000")
        await press(pilot, "ctrl+s")
        assert form.field("reason").error == "Why is needed."
        form.field("reason").input.focus()
        await type_text(pilot, "one night of respite")
        await press(pilot, "ctrl+s")
        assert "Line 1 is disputed: £2,000.00. a agrees it after all." in shown(app)
        assert "disputed" in shown(app)
        assert "the buyer holds £2,000.00: one night of respite" in over(app).pane.text
        await press(pilot, "a", "d")
        app.screen.query_one(Form).field("amount").set_text("2000")
        app.screen.query_one(Form).field("reason").set_text("again")
        await press(pilot, "ctrl+s")
    exchange(tmp_path, SELLER, BUYER)
    async with app_on(tmp_path, SELLER) as (app, pilot):
        await press(pilot, "6", "enter")
        assert "Concede" in footer(app)
        await press(pilot, "c")
        assert "the buyer holds £2,000.00" in shown(app)
        await press(pilot, "y")
        assert "Line 1 is £2,000.00." in shown(app)
        assert "conceded" in shown(app)
        assert "Conceded      -£120.00, corrected in a later month" in over(app).pane.text
        await press(pilot, "x")
        asked = " ".join(shown(app).split())
        assert "Conceded, corrected in a later month: -£120.00." in asked
        assert "! WORKED EXAMPLE" in asked


async def test_pairs_stand_by_name_and_are_found_by_how_they_stand(tmp_path: Path) -> None:
    async with app_at(tmp_path, running, code=HUB) as (app, pilot):
        await press(pilot, "6")
        screen = here(app)
        assert "Net positions of 11/2026\n" in screen.pane.text
        await press(pilot, "/")
        await type_text(pilot, "stated")
        assert screen.rows.total == 0
        screen.filter.input.value = "open"
        await pilot.pause()
        assert screen.rows.total == 1
    async with app_at(tmp_path / "own", running) as (app, pilot):
        await press(pilot, "6")
        assert "Net positions of 11/2026, of our own pairs" in here(app).pane.text


async def test_what_keeps_a_month_open_names_the_act(tmp_path: Path) -> None:
    async with app_at(tmp_path, differing, size=(80, 60)) as (app, pilot):
        await press(pilot, "6")
        row = here(app).rows.current
        assert row is not None
        assert row.mark == "!"
        assert "! dates differ: seller from 03/11/2026, buyer from 05/11/2026" in here(app).pane.text
        await press(pilot, "enter")
        pane = over(app).pane.text
        assert "The act behind it:" in pane
        assert pane.index("The act behind it:") < pane.index("931 Desk 1:")
        await press(pilot, "i", "t")
        assert isinstance(app.screen, TradesScreen)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, PairScreen)


async def test_the_statement_is_written(tmp_path: Path) -> None:
    async with app_at(tmp_path, issued) as (app, pilot):
        for ending in ("txt", "csv", "html"):
            if ending == "txt":
                await press(pilot, "6", "enter")
            await press(pilot, "o")
            assert isinstance(app.screen, Prompt)
            file = tmp_path / f"statement.{ending}"
            app.screen.field.set_text(str(file))
            await press(pilot, "enter")
            assert "£2,120.00" in file.read_text() or "2120.00" in file.read_text()
            assert over(app).status.message.startswith("Written to ")
        await press(pilot, "o")
        assert isinstance(app.screen, Prompt)
        app.screen.field.set_text(str(tmp_path / "statement.doc"))
        await press(pilot, "enter")
        assert "says not what it is to be" in shown(app)


async def test_another_screen_opens_a_pair(tmp_path: Path) -> None:
    async with app_at(tmp_path, issued) as (app, pilot):
        app.open_record("reconcile", f"{SELLER} {BUYER} {NOVEMBER}")
        await press(pilot, "f5")
        assert "11/2026 Reading ← Oxfordshire" in shown(app)
        app.open_record("reconcile", f"{SELLER} {BUYER} 2026-12")
        await press(pilot, "f5")
        assert "12/2026 Reading ← Oxfordshire" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, ReconcileScreen)


async def test_the_filter(tmp_path: Path) -> None:
    async with app_at(tmp_path, running) as (app, pilot):
        await press(pilot, "6", "slash")
        await type_text(pilot, "kent")
        assert "No match." in shown(app)
        await press(pilot, *["backspace"] * 4)
        await type_text(pilot, "oxford")
        assert here(app).rows.total == 1


@pytest.mark.parametrize("size", [(40, 10), (39, 24), (100, 30), (160, 50)])
async def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, issued, size=size) as (app, pilot):
        await press(pilot, "6")
        small = size[0] < 40 or size[1] < 10
        assert ("too small" in shown(app)) == small
        if not small:
            await press(pilot, "enter")
            assert "£2,120.00" in shown(app)


async def test_hostile_words_are_shown_not_obeyed(tmp_path: Path) -> None:
    make_stores(tmp_path, issued)
    desk = open_desk(tmp_path / BUYER, clock=CLOCK)
    try:
        statements.dispute(desk, SELLER, NOVEMBER, 1, 5, "[@click=app.quit]x[/] \x1b[2J \u202e plain [/ text")
    finally:
        desk.close()
    async with app_on(tmp_path, BUYER, (100, 50)) as (app, pilot):
        await press(pilot, "6")
        assert clean(shown(app), newlines=True) == shown(app)
        await press(pilot, "enter")
        seen = shown(app)
        assert clean(seen, newlines=True) == seen
        assert "[@click=app.quit]x[/]" in over(app).pane.text
        await press(pilot, "d")
        seen = shown(app)
        assert clean(seen, newlines=True) == seen
        assert app.is_running


def test_the_states_have_letters() -> None:
    from screens.reconcile_text import LEGEND, LETTERS

    assert set(LETTERS) == {pair_months.OPEN, pair_months.STATED, pair_months.ANSWERED, pair_months.CLOSED}
    assert all(f"{letter} {state}" in LEGEND for state, letter in LETTERS.items())


async def test_today_leads_to_the_month(tmp_path: Path) -> None:
    async with app_at(tmp_path, running) as (app, pilot):
        text = shown(app)
        assert "State 11/2026 to Oxfordshire: £2,120.00" in text
        assert "Reconcile" in text
        assert isinstance(app.screen, TodayScreen)
        where = next(row for row in app.screen._items if row.startswith("reconcile"))
        app.screen.rows.go_to(where)
        await press(pilot, "enter")
        assert isinstance(app.screen, PairScreen)
        assert "11/2026 Reading ← Oxfordshire" in shown(app)
