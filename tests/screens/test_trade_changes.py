"""Changes of terms from a day, days kept open, and a short notice: by keys alone, at both desks."""

from __future__ import annotations

from pathlib import Path

from rcc_tui.services import trades
from rcc_tui.services.desk import Desk
from screens.trade_change_form import ChangeForm, KeptForm
from screens.trades import TradesScreen
from screens.widgets.dialogs import Ask, Prompt
from screens.widgets.text import clean
from tests.screens.month import BUYER, SELLER, app_on, exchange
from tests.screens.store import app_at, make_stores, press, shown, type_text
from tests.screens.test_trades import cells, here
from tests.screens.trading import agreed, begun, swap, trade_of


async def test_a_change_proposed_at_one_desk_and_accepted_at_the_other(tmp_path: Path) -> None:
    make_stores(tmp_path, begun)
    async with app_on(tmp_path, BUYER) as (app, pilot):
        await press(pilot, "5", "c")
        assert isinstance(app.screen, ChangeForm)
        form = app.screen.form
        form.field("effective").set_text("")
        await type_text(pilot, "20/12/2026")
        form.field("extras").input.focus()
        await type_text(pilot, "therapy")
        await press(pilot, "ctrl+s")
        assert "Proposed from 20/12/2026: £840.00 a week. w withdraws it." in shown(app)
        assert cells(app)[5] == "£530.00"
        assert "change" in str(cells(app)[6])
        pane = here(app).pane.text
        assert "*A week       £530.00     £840.00" in pane
        assert "*therapy      -           £310.00" in pane
        assert " Notice       7 days      7 days" in pane
        assert "x Oxfordshire (buyer): signed" in pane
        await press(pilot, "a")
        assert "Our change: Reading answers; w withdraws." in shown(app)
    exchange(tmp_path, BUYER, SELLER)
    async with app_on(tmp_path, SELLER) as (app, pilot):
        await press(pilot, "5")
        assert "! 1 to answer" in shown(app)
        assert "A change waits: a accepts, d declines, c changes the terms." in here(app).pane.text
        await press(pilot, "a")
        assert isinstance(app.screen, Ask)
        assert "A week: £530.00 → £840.00" in shown(app)
        assert "£840.00 a week from 20/12/2026" in shown(app)
        await press(pilot, "y")
        assert "Agreed with Oxfordshire." in shown(app)
        pane = here(app).pane.text
        assert "1 from        03/12/2026: £530.00 a week" in pane
        assert "2 from        20/12/2026: £840.00 a week  (the last that was agreed)" in pane
        assert "A change that waits" not in pane


async def test_a_change_declined_and_one_withdrawn(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        begun(region)
        trade = trade_of(region[BUYER])
        trades.change(region[BUYER], trade, effective="2026-12-20", weekly=60000, off_tariff="two carers")
        swap(region[BUYER], region[SELLER])

    make_stores(tmp_path, prepare)
    async with app_on(tmp_path, SELLER) as (app, pilot):
        await press(pilot, "5", "w")
        assert "The change is theirs: d declines it." in shown(app)
        await press(pilot, "d")
        await type_text(pilot, "staf")
        await press(pilot, "enter", "enter")
        assert "Declined: the agreed terms stay." in shown(app)
        assert cells(app)[0] == "started"
    async with app_on(tmp_path, BUYER) as (app, pilot):
        await press(pilot, "5", "w", "enter")
        assert "Withdrawn; the agreed terms stay." in shown(app)


async def test_another_price_needs_a_reason(tmp_path: Path) -> None:
    async with app_at(tmp_path, agreed) as (app, pilot):
        await press(pilot, "5", "c")
        assert isinstance(app.screen, ChangeForm)
        form = app.screen.form
        form.field("weekly").set_text("600")
        await press(pilot, "ctrl+s")
        assert "off the tariff" in form.field("off_tariff").error
        form.field("weekly").set_text("")
        form.field("off_tariff").set_text("")
        await press(pilot, "ctrl+s")
        assert "These are the terms already agreed." in shown(app)


async def test_days_kept_open_as_each_side_says(tmp_path: Path) -> None:
    async with app_at(tmp_path, begun) as (app, pilot):
        await press(pilot, "5", "o")
        assert isinstance(app.screen, KeptForm)
        form = app.screen.form
        form.field("from1").set_text("5/12/2026")
        await press(pilot, "ctrl+s")
        assert form.field("to1").error == "Both days are needed."
        form.field("to1").set_text("9/12/2026")
        form.field("from2").set_text("20/12/2026")
        form.field("to2").set_text("22/12/2026")
        await press(pilot, "ctrl+s")
        assert "Kept open: 05/12/2026 up to 09/12/2026" in shown(app)
        pane = here(app).pane.text
        assert "Seller        05/12/2026 up to 09/12/2026, 20/12/2026 up to 22/12/2026" in pane
        assert "! they differ" in pane
        assert "£53.00" not in pane
        await press(pilot, "o")
        assert isinstance(app.screen, KeptForm)
        assert app.screen.form.field("to2").text == "22/12/2026"
        for key in ("from1", "to1", "from2", "to2"):
            app.screen.form.field(key).set_text("")
        await press(pilot, "ctrl+s")
        assert "No days kept open." in shown(app)


async def test_a_short_notice_is_warned_of_and_not_refused(tmp_path: Path) -> None:
    async with app_at(tmp_path, begun) as (app, pilot):
        await press(pilot, "5", "n")
        assert isinstance(app.screen, Prompt)
        app.screen.field.set_text("5/12/2026")
        await press(pilot, "enter")
        assert isinstance(app.screen, Ask)
        assert "The notice is 4 days; agreed are 7" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, TradesScreen)
        assert "Notice for" not in here(app).pane.text
        await press(pilot, "n")
        assert isinstance(app.screen, Prompt)
        app.screen.field.set_text("4/12/2026")
        await press(pilot, "enter", "n")
        assert isinstance(app.screen, Prompt), "another day may be given"
        app.screen.field.set_text("5/12/2026")
        await press(pilot, "enter", "y")
        assert "Notice for 05/12/2026" in shown(app)


async def test_how_the_price_came_about(tmp_path: Path) -> None:
    async with app_at(tmp_path, begun) as (app, pilot):
        await press(pilot, "5")
        pane = here(app).pane.text
        assert "The price step by step" in pane
        assert "self-harm high +3" in pane
        assert "£530.00 core = £530.00 a week" in pane


async def test_a_hostile_reason_of_a_change(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        begun(region)
        trade = trade_of(region[BUYER])
        said = "[@click=app.quit]x[/] \u202e plain [/ text"
        trades.change(region[BUYER], trade, effective="2026-12-20", weekly=60000, off_tariff=said)
        swap(region[BUYER], region[SELLER])

    async with app_at(tmp_path, prepare, size=(100, 50)) as (app, pilot):
        await press(pilot, "5")
        assert "[@click=app.quit]x[/]" in here(app).pane.text
        assert clean(shown(app), newlines=True) == shown(app)
        await press(pilot, "a")
        assert clean(shown(app), newlines=True) == shown(app)


async def test_age_notice_and_funders_change_too(tmp_path: Path) -> None:
    make_stores(tmp_path, begun)
    async with app_on(tmp_path, BUYER) as (app, pilot):
        await press(pilot, "5", "c")
        assert isinstance(app.screen, ChangeForm)
        form = app.screen.form
        assert [form.field(key).text for key in ("age", "notice_days", "funders")] == ["12", "7", ""]
        for key, typed in (("age", "13"), ("notice_days", "21"), ("funders", "health=1; social care=1")):
            form.field(key).input.focus()
            form.field(key).set_text("")
            await type_text(pilot, typed)
        await press(pilot, "ctrl+s")
        assert "The funders add up to £2.00" in form.field("funders").error
        assert "£528.00 is missing." in form.field("funders").error
        form.field("funders").set_text("")
        form.field("funders").input.focus()
        await type_text(pilot, "health=300")
        await press(pilot, "tab")
        form.field("funders").set_text("social care=230.00, health=300")
        await press(pilot, "ctrl+s")
        pane = here(app).pane.text
        for said in ("*Age          12          13", "*Notice       7 days      21 days", "health £300.00"):
            assert said in pane
        await press(pilot, "c")
        assert isinstance(app.screen, ChangeForm)
        assert "empty: social care=230.00; health=300.00; none" in shown(app) or app.screen.form.field(
            "funders"
        )
        app.screen.form.field("funders").set_text("nobody")
        app.screen.form.field("funders").input.focus()
        await press(pilot, "tab")
        assert "is not NAME=POUNDS" in app.screen.form.field("funders").error
        app.screen.form.field("funders").set_text("none")
        app.screen.form.field("age").set_text("")
        await press(pilot, "ctrl+s")
        pane = here(app).pane.text
        assert "*Age          12          13" in pane
        assert "health" not in pane
