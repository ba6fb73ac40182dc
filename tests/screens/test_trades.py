"""Trades, worked by keys alone: answered, begun, ended; seen by the hub, which does not act."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.app import RccApp
from rcc_tui.domain.terms import Funder
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import places, trades
from rcc_tui.services.desk import Desk
from screens.trades import TradesScreen
from screens.widgets.dialogs import Ask, Pick, Prompt
from screens.widgets.form import Form
from tests.screens.hostile import HOSTILE
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import CHILD, SETTING, agreed, begun, proposed, swap, trade_of, with_tariff


def here(app: RccApp) -> TradesScreen:
    """The Trades screen."""
    assert isinstance(app.screen, TradesScreen)
    return app.screen


def cells(app: RccApp) -> tuple[object, ...]:
    """The row under the cursor."""
    row = here(app).rows.current
    assert row is not None
    return row.cells


async def test_an_empty_list_says_where_trades_come_from(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "5")
        assert "3 searches for a place, p proposes one." in shown(app)
        await press(pilot, "a")
        assert "No trade is chosen." in shown(app)


async def test_the_other_desk_accepts_after_reading_the_terms(tmp_path: Path) -> None:
    async with app_at(tmp_path, proposed) as (app, pilot):
        await press(pilot, "5")
        assert "! 1 to answer" in shown(app)
        assert cells(app)[:6] == ("proposed", "sell", "Oxfordshire", "Thames House", "03/12/2026", "£530.00")
        text = here(app).pane.text
        assert "Yours to answer: a accepts, d declines, c changes the terms." in text
        assert "x Oxfordshire (buyer): signed" in text
        assert "- Reading (seller): not signed yet" in text
        await press(pilot, "a")
        assert isinstance(app.screen, Ask)
        assert "girl of 12" in shown(app)
        assert "£530.00 a week" in shown(app)
        await press(pilot, "escape")
        assert cells(app)[0] == "proposed"
        await press(pilot, "a", "y")
        assert cells(app)[0] == "agreed"
        assert "Agreed with Oxfordshire." in shown(app)
        assert "x Reading (seller): signed" in here(app).pane.text
        assert "Charges" in here(app).pane.text
        assert "12/2026  29 nights" in here(app).pane.text
        assert "accepted terms" in here(app).pane.text
        assert "proposed Thames House from 03/12/2026" in here(app).pane.text


async def test_decline_takes_a_reason_and_a_note(tmp_path: Path) -> None:
    async with app_at(tmp_path, proposed) as (app, pilot):
        await press(pilot, "5", "d")
        assert isinstance(app.screen, Pick)
        await type_text(pilot, "staf")
        await press(pilot, "enter")
        assert isinstance(app.screen, Prompt)
        await type_text(pilot, "two carers off")
        await press(pilot, "enter")
        assert cells(app)[0] == "declined"
        assert "Staffing: two carers off" in here(app).pane.text
        await press(pilot, "a")
        assert "This trade is declined: nothing to answer." in shown(app)


async def test_counter_needs_a_reason_for_another_price(tmp_path: Path) -> None:
    async with app_at(tmp_path, proposed) as (app, pilot):
        await press(pilot, "5", "c")
        form = app.screen.query_one(Form)
        form.field("weekly").input.focus()
        form.field("weekly").set_text("")
        await type_text(pilot, "600")
        await press(pilot, "ctrl+s")
        assert "off the tariff" in form.field("off_tariff").error
        await type_text(pilot, "needs a second carer")
        await press(pilot, "ctrl+s")
        assert "Countered at £600.00 a week. w withdraws it." in shown(app)
        assert cells(app)[5] == "£600.00"
        assert "off-tariff" in str(cells(app)[6])
        await press(pilot, "a")
        assert "Our own: Oxfordshire answers; w withdraws." in shown(app)
        await press(pilot, "w", "enter")
        assert cells(app)[0] == "withdrawn"


async def test_begin_notice_and_end(tmp_path: Path) -> None:
    async with app_at(tmp_path, agreed) as (app, pilot):
        await press(pilot, "5", "x")
        assert "b begins it" in shown(app)
        await press(pilot, "b")
        assert isinstance(app.screen, Prompt)
        assert app.screen.field.text == "01/12/2026", "today: the day agreed is to come"
        app.screen.field.set_text("3/12/2026")
        await press(pilot, "enter")
        assert "03/12/2026 has not come yet: today is 01/12/2026." in shown(app)
        await press(pilot, "n")
        assert isinstance(app.screen, Prompt)
        app.screen.field.set_text("3/12/2026")
        await press(pilot, "enter", "y")
        assert cells(app)[0] == "started"
        assert "Began" in here(app).pane.text
        assert "b states another day" in shown(app)
        await press(pilot, "n")
        await press(pilot, "enter")
        assert "Notice for 08/12/2026" in shown(app)
        await press(pilot, "x")
        form = app.screen.query_one(Form)
        assert form.field("on").text == "01/12/2026"
        form.field("on").set_text("8/12/2026")
        form.field("reason").input.focus()
        await type_text(pilot, "carp")
        await press(pilot, "ctrl+s")
        assert "08/12/2026 has not come yet" in shown(app)
        await press(pilot, "n")
        assert app.screen.query_one(Form).field("reason").text.startswith("CARPL")
        await press(pilot, "ctrl+s", "y")
        assert cells(app)[0] == "ended"
        assert "CARPL Change to or implementation of care plan" in here(app).pane.text
        assert "5 nights" in here(app).pane.text
        assert "£378.57" in here(app).pane.text


async def test_days_that_differ_are_marked(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        begun(region)
        trades.start(region["870"], trade_of(region["870"]), "2026-11-30")

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "5")
        assert "they differ" in here(app).pane.text
        assert "The days it began differ: b states another for us." in here(app).pane.text
        assert here(app).pane.text.count("night") >= 2


async def test_a_placement_that_only_the_other_side_has_begun_says_so(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        agreed(region)
        trades.start(region["931"], trade_of(region["931"]), "2026-12-01")
        swap(region["931"], region["870"])

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "5")
        assert "They say it began on 01/12/2026: b says when for us." in here(app).pane.text


async def test_the_footer_follows_the_trade_under_the_cursor(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        agreed(region)
        other = region["931"]
        trades.propose(
            other, trades.show(other, trade_of(other)).terms.vacancy, start="2026-12-09", needs=CHILD
        )
        swap(other, region["870"])

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "5")
        labels = [key.label for key, _ in here(app).footer.shown_keys()]
        assert cells(app)[0] == "proposed"
        assert "Accept" in labels
        await press(pilot, "down")
        labels = [key.label for key, _ in here(app).footer.shown_keys()]
        assert cells(app)[0] == "agreed"
        assert "Accept" not in labels
        assert "Accept" not in shown(app).splitlines()[-1]


async def test_what_is_accepted_names_who_pays(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        vacancy = with_tariff(region)
        shares = (Funder("social care", 38_000), Funder("health", 15_000))
        trades.propose(region["931"], vacancy, start="2026-12-03", needs=CHILD, funders=shares)
        swap(region["931"], region["870"])

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "5")
        assert "Paid a week by" in here(app).pane.text
        assert " social care                 £380.00" in here(app).pane.text
        await press(pilot, "a")
        assert "paid by social care         £380.00" in shown(app)
        assert "paid by health              £150.00" in shown(app)


async def test_a_dispute_is_settled(tmp_path: Path) -> None:
    async with app_at(tmp_path, agreed) as (app, pilot):
        await press(pilot, "5", "i")
        await type_text(pilot, "price was to be 500")
        await press(pilot, "enter")
        assert "disputed" in str(cells(app)[6])
        await press(pilot, "s", "y")
        await type_text(pilot, "telephone 2 December")
        await press(pilot, "enter")
        assert cells(app)[6] == ""


async def test_the_hub_sees_and_does_not_act(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        proposed(region)
        swap(region["931"], region["HUB-N"])
        swap(region["870"], region["HUB-N"])

    async with app_at(tmp_path, prepare, code="HUB-N") as (app, pilot):
        await press(pilot, "5")
        assert cells(app)[2] == "Oxfordshire of Reading"
        for key in "adcwbnxiso":
            await press(pilot, key)
            assert "Only the two parties act on a trade; others see it." in shown(app)


async def test_filter_by_state(tmp_path: Path) -> None:
    async with app_at(tmp_path, proposed) as (app, pilot):
        await press(pilot, "5", "slash")
        await type_text(pilot, "agreed")
        assert "No match." in shown(app)
        await press(pilot, *["backspace"] * 6)
        await type_text(pilot, "prop 931")
        assert here(app).rows.total == 1


async def test_another_screen_opens_a_trade(tmp_path: Path) -> None:
    kept: list[str] = []

    def prepare(region: dict[str, Desk]) -> None:
        proposed(region)
        kept.append(trade_of(region["870"]))

    async with app_at(tmp_path, prepare) as (app, pilot):
        app.open_record("trades", kept[0])
        await press(pilot, "f5")
        assert here(app).pane.has_focus
        assert "Terms hash" in shown(app)


@pytest.mark.parametrize("size", [(40, 10), (39, 24), (80, 9), (100, 30), (160, 50)])
async def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, proposed, size=size) as (app, pilot):
        await press(pilot, "5")
        small = size[0] < 40 or size[1] < 10
        assert ("too small" in shown(app)) == small
        if small:
            await press(pilot, "a")
            assert not isinstance(app.screen, Ask)
        else:
            assert "£530.00" in shown(app)


async def test_hostile_words(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        with_tariff(region)
        seller, buyer = region["870"], region["931"]
        said = [text[:200] for text in HOSTILE if text.strip() and "\ud800" not in text]
        offered = []
        for number, text in enumerate(said):
            home = places.add_setting(seller, replace(SETTING, ref=f"h{number}", name=text))
            offered.append(places.add(seller, home.id, VacancyFacts(f"v{number}", 1, 0, 17)).id)
        swap(seller, buyer)
        for vacancy, text in zip(offered, said, strict=True):
            trades.propose(
                buyer, vacancy, start="2026-12-03", needs=CHILD, weekly=70000, off_tariff=f"because {text}"
            )
        swap(buyer, seller)

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "5")
        total = here(app).rows.total
        assert total > 20
        for _ in range(total):
            await pilot.press("down")
            assert "\x1b" not in shown(app)
            assert "\u202e" not in here(app).pane.text
        await press(pilot, "a")
        assert isinstance(app.screen, Ask)
        assert "\x1b" not in shown(app)


async def test_a_hub_enters_what_one_without_a_desk_has_agreed_to(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        trades.record(
            region["870"],
            "886",
            setting_name="Oast House",
            place="U6",
            start="2026-12-03",
            needs=CHILD,
            weekly=700_00,
            off_tariff="by telephone",
        )
        swap(region["870"], region["HUB-N"])

    async with app_at(tmp_path, prepare, code="HUB-N", size=(100, 40)) as (app, pilot):
        await press(pilot, "5", "a")
        assert "Only the two parties act on a trade" in shown(app)
        assert "Enter" in [key.label for key, _ in here(app).footer.shown_keys()]
        await press(pilot, "v")
        assert "How has Kent agreed to £700.00 a week?" in shown(app)
        await press(pilot, "enter")
        assert "Entered: Kent has agreed. It countersigns once it has a desk." in shown(app)
        assert cells(app)[0] == "agreed"
        pane = here(app).pane.text
        assert "u uncountersigned: a hub says that the other side, which had no desk, agreed" in pane
        assert "Kent (seller): by paper, a hub has entered it; not countersigned" in pane
        await press(pilot, "v")
        assert "This trade is agreed: nothing waits for an answer." in shown(app)
