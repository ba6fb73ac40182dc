"""Tariffs by keys alone: read, adopted from a day, given up again, compared, quoted step by step."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures import worked_tariff_text
from rcc_tui.app import RccApp
from rcc_tui.services import tariffs
from rcc_tui.services.desk import Desk
from screens.tariff_compare import TariffCompare
from screens.tariff_quote import QuoteForm
from screens.tariffs import TariffsScreen
from screens.widgets.dialogs import Pick, Prompt
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import swap, with_tariff


def here(app: RccApp) -> TariffsScreen:
    """The Tariffs screen."""
    assert isinstance(app.screen, TariffsScreen)
    return app.screen


def published(region: dict[str, Desk]) -> None:
    """The host has published the worked example, and nobody has adopted it."""
    tariffs.publish(region["870"], worked_tariff_text())


def two_versions(region: dict[str, Desk]) -> None:
    """Both go by version 1, and version 2 raises every price."""
    with_tariff(region)
    host = region["870"]
    first = tariffs.listing(host)[0]
    tariffs.publish(host, tariffs.uplift(host, first.id, "2027-04-01"))
    swap(host, region["931"])


async def test_nothing_published_names_the_next_step(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "9")
        assert "No tariff has been published. The host publishes one" in shown(app)
        for key in "qawc":
            await press(pilot, key)
            assert "No price list is chosen." in shown(app)


async def test_a_list_in_full(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_versions, size=(100, 60)) as (app, pilot):
        await press(pilot, "9", "down")
        row = here(app).rows.current
        assert row is not None
        assert row.cells[1:] == ("1", "01/04/2025", "open", "2", "1")
        assert row.mark == "Ex"
        text = here(app).pane.text
        assert "WORKED EXAMPLE: no authority has agreed these prices" in text
        assert "In force with Oxfordshire" in text
        assert "Reading from 01/04/2026" in text
        assert "11–15       £530.00     £715.00     £930.00   £1,195.00" in text
        assert "therapy       £310.00 a week (additional)" in text
        assert "each further child 90 % of the core price" in text
        assert "28 days from 183 nights" in text
        assert "2.50 % each 1 April" in text
        assert "E worked example: 2 of 2" in shown(app)


async def test_adopted_from_a_day_and_given_up(tmp_path: Path) -> None:
    async with app_at(tmp_path, published) as (app, pilot):
        await press(pilot, "9", "w")
        assert "We have not adopted this list: a adopts it." in shown(app)
        await press(pilot, "a")
        assert isinstance(app.screen, Prompt)
        await press(pilot, "enter")
        assert "Adopted from 01/12/2026. w takes it back." in shown(app)
        await press(pilot, "a")
        assert "We go by this list already" in shown(app)
        await press(pilot, "w", "enter")
        assert "Not for placements from 01/12/2026 on. a adopts it again." in shown(app)
        await press(pilot, "w")
        assert "We have not adopted this list" in shown(app)


async def test_a_hub_adopts_nothing(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        published(region)
        swap(region["870"], region["HUB-N"])

    async with app_at(tmp_path, prepare, code="HUB-N") as (app, pilot):
        await press(pilot, "9", "a")
        assert "A hub trades no places" in shown(app)


async def test_two_versions_compared(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_versions) as (app, pilot):
        await press(pilot, "9", "c")
        assert isinstance(app.screen, Pick)
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, TariffCompare)
        assert "Version 1 → 2" in shown(app)
        await press(pilot, "slash")
        await type_text(pilot, "residential complex")
        assert screen.rows.total == 3
        row = screen.rows.current
        assert row is not None
        assert row.cells[2:] == ("£8,350.00", "£8,558.75", "£208.75", "2.5 %")
        assert "WORKED EXAMPLE" in screen.pane.text
        screen.filter.input.value = "valid from"
        await pilot.pause()
        row = screen.rows.current
        assert row is not None
        assert row.cells[2:] == ("01/04/2025", "01/04/2027", "", "")
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, TariffsScreen)


async def test_nothing_to_compare_with(tmp_path: Path) -> None:
    async with app_at(tmp_path, published) as (app, pilot):
        await press(pilot, "9", "c")
        assert "There is no other list to compare it with." in shown(app)


async def test_a_quote_step_by_step(tmp_path: Path) -> None:
    async with app_at(tmp_path, published, size=(100, 40)) as (app, pilot):
        await press(pilot, "9", "q")
        screen = app.screen
        assert isinstance(screen, QuoteForm)
        assert "It follows once kind and age are known." in shown(app)
        await type_text(pilot, "fos")
        await press(pilot, "tab")
        await type_text(pilot, "12")
        await press(pilot, "tab")
        assert "£530.00 a week" in screen.quote.text
        screen.form.field("risks").input.focus()
        await type_text(pilot, "self-harm h")
        await press(pilot, "enter", "tab")
        screen.form.field("extras").input.focus()
        await type_text(pilot, "therapy, transport:2.5")
        await press(pilot, "tab")
        text = screen.quote.text
        assert "self-harm high +3" in text
        assert "= 3 → Core" in text
        assert "£530.00 core + £310.00 therapy + £66.25 transport 2.5 hours = £906.25 a week" in text
        assert "£453.13 a week" in text
        assert "WORKED EXAMPLE" in text
        screen.form.field("extras").set_text("")
        screen.form.field("extras").input.focus()
        await type_text(pilot, "juggling")
        await press(pilot, "ctrl+s")
        assert "has no extra “juggling”" in screen.form.field("extras").error
        screen.form.field("extras").set_text("")
        await press(pilot, "ctrl+s")
        assert "£530.00 a week, Core, by version 1." in shown(app)


async def test_a_child_too_young_for_supported_accommodation(tmp_path: Path) -> None:
    async with app_at(tmp_path, published) as (app, pilot):
        await press(pilot, "9", "q")
        screen = app.screen
        assert isinstance(screen, QuoteForm)
        await type_text(pilot, "sup")
        await press(pilot, "tab")
        await type_text(pilot, "12")
        await press(pilot, "tab")
        assert "No price by this list" in screen.quote.text


@pytest.mark.parametrize("size", [(40, 10), (39, 24), (80, 24), (160, 50)])
async def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, two_versions, size=size) as (app, pilot):
        await press(pilot, "9")
        small = size[0] < 40 or size[1] < 10
        assert ("too small" in shown(app)) == small
        if not small:
            assert "E worked example" in shown(app)


async def test_hostile_names_are_shown_not_obeyed(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        text = worked_tariff_text()
        for number, said in enumerate(one for one in HOSTILE if one.strip() and "\ud800" not in one):
            name = "".join(f"\\u{ord(char):04x}" if ord(char) < 0x10000 else char for char in said[:40])
            tariffs.publish(
                region["870"],
                "\n".join(
                    f'name = "{name} {number}"' if line.startswith("name =") else line
                    for line in text.splitlines()
                ),
            )

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "9")
        assert here(app).rows.total > 10
        for _ in range(here(app).rows.total):
            await pilot.press("down")
            seen = shown(app)
            assert clean(seen, newlines=True) == seen
        await press(pilot, "q")
        seen = shown(app)
        assert clean(seen, newlines=True) == seen
        assert app.is_running


async def test_a_list_is_written_to_a_file(tmp_path: Path) -> None:
    async with app_at(tmp_path, two_versions) as (app, pilot):
        await press(pilot, "9", "o")
        assert isinstance(app.screen, Prompt)
        file = tmp_path / "prices.html"
        app.screen.field.set_text(str(file))
        await press(pilot, "enter")
        assert "WORKED EXAMPLE" in file.read_text()
        assert here(app).status.message.startswith("Written to ")
        await press(pilot, "o")
        assert isinstance(app.screen, Prompt)
        app.screen.field.set_text(str(tmp_path / "prices.doc"))
        await press(pilot, "enter")
        assert "says not what it is to be" in shown(app)
