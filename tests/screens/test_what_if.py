"""What the stay costs at each shortlisted place: from a request, and from the search for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import places, requests
from rcc_tui.services.desk import Desk
from screens.what_if import WhatIfScreen
from screens.what_if_form import StayForm
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import CHILD, SETTING, swap, with_tariff


def listed(region: dict[str, Desk]) -> None:
    """Oxfordshire has Reading's place on the shortlist of its child."""
    vacancy = with_tariff(region)
    request = requests.add(region["931"], CHILD)
    requests.shortlist(region["931"], request.id, vacancy)


async def test_from_the_request(tmp_path: Path) -> None:
    async with app_at(tmp_path, listed, code="931") as (app, pilot):
        await press(pilot, "2", "c")
        screen = app.screen
        assert isinstance(screen, WhatIfScreen)
        text = shown(app)
        assert "84 nights, assumed for a short stay" in text
        assert "03/12/2026 to 25/02/2027" in text
        row = screen.rows.current
        assert row is not None
        assert row.cells[3:] == ("£530.00", "-", "7 days", "£265.00", "£6,359.99")
        assert row.mark == "E"
        assert "WORKED EXAMPLE" in screen.pane.text
        assert "12/2026 29 nights care" in screen.pane.text
        await press(pilot, "n")
        assert isinstance(app.screen, StayForm)
        form = app.screen.form
        form.field("end").set_text("1/12/2026")
        await press(pilot, "ctrl+s")
        assert "before the first day" in form.field("end").error
        form.field("end").set_text("17/12/2026")
        await press(pilot, "ctrl+s")
        assert "14 nights" in shown(app)
        assert "£1,060.00" in shown(app)
        await press(pilot, "n")
        assert isinstance(app.screen, StayForm)
        app.screen.form.field("nights").set_text("7")
        await press(pilot, "ctrl+s")
        assert "£530.00" in shown(app)
        assert "7 nights" in shown(app)


async def test_from_the_search(tmp_path: Path) -> None:
    async with app_at(tmp_path, listed, code="931") as (app, pilot):
        await press(pilot, "3", "f6")
        assert "No request is open" in shown(app)
        await press(pilot, "escape", "2", "s", "f6")
        assert isinstance(app.screen, WhatIfScreen)


async def test_an_empty_shortlist_names_the_next_key(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        requests.add(region["870"], CHILD)

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "2", "c")
        assert "No place is on the shortlist." in shown(app)
        assert "s in Search puts one on it." in shown(app)


async def test_hostile_names_are_shown_not_obeyed(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        listed(region)
        seller, buyer = region["870"], region["931"]
        request = requests.listing(buyer).rows[0]
        offered = []
        for number, text in enumerate(one for one in HOSTILE if one.strip() and "\ud800" not in one):
            home = places.add_setting(seller, replace(SETTING, ref=f"h{number}", name=text[:200]))
            offered.append(places.add(seller, home.id, VacancyFacts(f"v{number}", 1, 0, 17)).id)
        swap(seller, buyer)
        for vacancy in offered:
            requests.shortlist(buyer, request.id, vacancy)

    async with app_at(tmp_path, prepare, code="931") as (app, pilot):
        await press(pilot, "2", "c")
        screen = app.screen
        assert isinstance(screen, WhatIfScreen)
        assert screen.rows.total > 10
        await type_text(pilot, "j" * screen.rows.total)
        seen = shown(app)
        assert clean(seen, newlines=True) == seen
        assert app.is_running
