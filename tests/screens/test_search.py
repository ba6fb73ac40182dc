"""Search, worked by keys alone: typed with slips, understood, compared, shortlisted, proposed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.geometry import Size
from textual.widget import Widget

from rcc_tui.app import RccApp
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import places, requests, trades
from rcc_tui.services.desk import Desk
from screens.compare import Compare
from screens.proposal_form import ProposalForm
from screens.search import SearchScreen
from screens.widgets.dialogs import Ask, Pick
from screens.widgets.form import Form
from tests.screens.hostile import HOSTILE
from tests.screens.store import app_at, press, shown, type_text
from tests.screens.trading import CHILD, SETTING, offer, swap, with_tariff


def here(app: RccApp) -> SearchScreen:
    """The Search screen."""
    assert isinstance(app.screen, SearchScreen)
    return app.screen


def offered(region: dict[str, Desk]) -> None:
    """Reading's place, known to Oxfordshire, both on the tariff; and one for older boys."""
    with_tariff(region)
    desk = region["870"]
    home = places.add_setting(
        desk, replace(SETTING, ref="R-2", name="Caversham Lock", type="residential", place="K2")
    )
    places.add(desk, home.id, VacancyFacts("R-2-1", 1, 15, 17, sex="M", confirmed_on="2026-11-30"))
    swap(desk, region["931"])


def with_request(region: dict[str, Desk]) -> None:
    """And a child of Oxfordshire."""
    offered(region)
    requests.add(region["931"], CHILD)


def here_desk(app: RccApp) -> Desk:
    """The open desk."""
    desk = app.at_desk.desk
    assert desk is not None
    return desk


def request_of(app: RccApp) -> str:
    """The id of Oxfordshire's request."""
    return requests.listing(here_desk(app)).rows[0].id


async def test_states_look_different(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        assert "? Not searched yet." in shown(app)
        assert here(app).box.has_focus
        await type_text(pilot, "zzzzzzzzzz")
        await press(pilot)
        assert "- No match. Fewer words or filters find more." in shown(app)
        await press(pilot, "escape")
        assert "? Not searched yet." in shown(app)
        here(app).rows.set_state("searching")
        await pilot.pause()
        assert "~ Searching" in shown(app)


async def test_a_search_that_fails_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rcc_tui.services import finding

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk gone [/")

    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        monkeypatch.setattr(finding, "search", broken)
        await press(pilot, "3")
        await type_text(pilot, "th")
        await press(pilot)
        assert "! Failed: OSError: disk gone [/ F5 tries again." in shown(app)


async def test_slips_are_understood_and_can_be_taken_back(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "tahmes redaing 12f ")
        await press(pilot)
        assert here(app).rows.total == 1
        text = shown(app)
        assert "1 of 1" in text
        assert "tahmes → Thames (F2: as typed) · redaing → Reading · 12 · female" in text
        await press(pilot, "f2")
        assert here(app).box.value == '"tahmes" redaing 12f '
        assert "redaing → Reading (F2: as typed)" in shown(app)
        await press(pilot, "f2")
        assert here(app).box.value == '"tahmes" "redaing" 12f '
        assert "No match" in shown(app)
        await press(pilot, "f2")
        assert "Nothing was corrected." in shown(app)


async def test_a_bad_filter_is_said_and_the_rest_works(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames <abc ")
        await press(pilot)
        assert "! <abc" in shown(app)
        assert here(app).rows.total == 1


async def test_marks_reasons_and_barriers_in_words(tmp_path: Path) -> None:
    async with app_at(tmp_path, with_request, code="931") as (app, pilot):
        await press(pilot, "3")
        app.open_record("search", request_of(app))
        await press(pilot, "f5")
        assert "For 12 F · from OX1 · by 03/12/2026 · autism · Self-harm: high" in shown(app)
        row = here(app).rows.current
        assert row is not None
        assert row.cells[0] == "Thames House"
        assert row.cells[-1] == "£530.00"
        assert row.mark == "sE"
        text = here(app).pane.text
        assert "+8 autism met" in text
        assert "-6 not confirmed for 30 days" in text
        assert "s stale: last confirmed 01/11/2026" in text


async def test_arrows_and_escape(tmp_path: Path) -> None:
    async with app_at(tmp_path, with_request, code="931") as (app, pilot):
        await press(pilot, "3")
        app.open_record("search", request_of(app))
        await press(pilot, "f5")
        assert here(app).rows.has_focus
        await press(pilot, "enter")
        assert here(app).pane.has_focus
        assert "Provider" in shown(app)
        await press(pilot, "escape")
        assert here(app).rows.has_focus
        await press(pilot, "escape")
        assert here(app).box.has_focus
        await press(pilot, "down")
        assert here(app).rows.has_focus
        await press(pilot, "escape", "escape")
        assert "? Not searched yet." in shown(app)


async def test_a_search_with_slips_becomes_a_proposal_on_the_tariff(tmp_path: Path) -> None:
    async with app_at(tmp_path, with_request, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "tahmes hosue")
        await press(pilot, "down")
        await press(pilot, "p")
        assert isinstance(app.screen, Pick)
        await press(pilot, "enter")
        assert isinstance(app.screen, ProposalForm)
        assert "£530.00 a week" in shown(app)
        assert "WORKED EXAMPLE: no authority has agreed these prices" in app.screen.quote.text
        assert "age 12 → 11–15" in app.screen.quote.text
        form = app.screen.query_one(Form)
        form.field("extras").input.focus()
        await type_text(pilot, "therapy")
        await press(pilot, "down")
        assert "£840.00 a week" in app.screen.quote.text
        await press(pilot, "ctrl+s")
        assert "Proposed to Reading. 5, then w, withdraws it." in shown(app)
        await press(pilot, "5")
        assert "£840.00" in shown(app)
        trade = trades.listing(here_desk(app)).rows[0]
        assert trade.state == "proposed"
        assert trade.flags == ()
        assert trade.request


async def test_a_price_off_the_tariff_needs_a_reason(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames")
        await press(pilot, "down")
        await press(pilot, "p")
        assert isinstance(app.screen, ProposalForm)
        assert "It follows once age, sex and the day are known." in app.screen.quote.text
        for key, text in (("age", "12"), ("sex", "f"), ("weekly", "600")):
            app.screen.form.field(key).input.focus()
            await type_text(pilot, text)
        await press(pilot, "down")
        assert "£70.00 over the tariff: needs a reason" in app.screen.quote.text
        assert " by the tariff               £530.00" in app.screen.quote.text
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ProposalForm)
        assert "off the tariff" in app.screen.form.field("off_tariff").error
        assert app.screen.form.field("weekly").text == "£600.00"
        await type_text(pilot, "two carers")
        await press(pilot, "ctrl+s")
        assert "Proposed to Reading." in shown(app)
        assert trades.listing(here_desk(app)).rows[0].flags == ("off-tariff",)


async def test_what_does_not_fit_is_asked_about(tmp_path: Path) -> None:
    async with app_at(tmp_path, with_request, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "caversham")
        await press(pilot, "down", "p")
        await press(pilot, "enter")
        assert isinstance(app.screen, Ask)
        assert "x takes ages 15–17, the child is 12" in shown(app)
        assert "x takes boys only" in shown(app)
        await press(pilot, "y")
        assert isinstance(app.screen, ProposalForm)
        await press(pilot, "escape")
        assert "No match" in shown(app)


async def test_shortlist_on_and_off(tmp_path: Path) -> None:
    async with app_at(tmp_path, with_request, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames")
        await press(pilot, "down", "s")
        await press(pilot, "enter")
        assert "Thames House is on the shortlist. s takes it off." in shown(app)
        row = here(app).rows.current
        assert row is not None
        assert row.mark.startswith("L")
        await press(pilot, "s")
        assert "s puts it back" in shown(app)


async def test_own_places_and_hubs_propose_nothing(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        offered(region)
        swap(region["870"], region["HUB-N"])

    async with app_at(tmp_path / "own", prepare) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames")
        await press(pilot, "down", "p")
        assert "Our own place needs no trade" in shown(app)
    async with app_at(tmp_path / "hub", prepare, code="HUB-N") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames")
        await press(pilot, "down", "p")
        assert "A hub sees the places and trades none." in shown(app)


async def test_marked_places_side_by_side(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "reading")
        await press(pilot, "down", "space", "space", "enter")
        assert isinstance(app.screen, Compare)
        assert "Side by side" in shown(app)
        line = next(line for line in shown(app).splitlines() if "Miles" in line and "?" in line)
        assert line.count("?") == 2
        assert "*Miles" not in line, "the same for both"
        assert "boys of 15 to 17" in shown(app)
        assert "*For " in shown(app)
        assert "* differs · Enter closes" in shown(app)


async def test_side_by_side_says_what_is_met_and_what_is_not_stated(tmp_path: Path) -> None:
    async with app_at(tmp_path, with_request, code="931", size=(120, 40)) as (app, pilot):
        await press(pilot, "3")
        app.open_record("search", request_of(app))
        await press(pilot)
        here(app).box.put("reading age:any sex:any ")
        await press(pilot)
        await press(pilot, "home", "space", "space", "enter")
        assert isinstance(app.screen, Compare)
        met = next(line for line in shown(app).splitlines() if "*Needs met" in line)
        unstated = next(line for line in shown(app).splitlines() if "*Not stated" in line)
        assert (met.count("autism"), unstated.count("autism")) == (1, 1)
        assert met.index("autism") < unstated.index("autism")


@pytest.mark.parametrize("size", [(40, 10), (39, 24), (80, 9), (100, 30), (160, 50)])
async def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_at(tmp_path, offered, code="931", size=size) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames")
        await press(pilot)
        small = size[0] < 40 or size[1] < 10
        assert ("too small" in shown(app)) == small
        if not small:
            assert "Thames House" in shown(app)


async def test_hostile_words(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        offer(region)
        desk = region["870"]
        for number, text in enumerate(text for text in HOSTILE if text.strip() and "\ud800" not in text):
            said = text[:200]
            home = places.add_setting(
                desk, replace(SETTING, ref=f"{number}", name=f"Mill {said}", provider=said, town=said)
            )
            facts = VacancyFacts(
                f"{number}", 1, 0, 17, needs=(said,), protected=said, confirmed_on="2026-11-30"
            )
            places.add(desk, home.id, facts)

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "mill 12f ")
        await press(pilot, "down")
        assert here(app).rows.total > 20
        for _ in range(here(app).rows.total):
            await pilot.press("down")
            assert "\x1b" not in shown(app)
        for text in HOSTILE:
            here(app).box.put(text[:300])
            await pilot.pause()
            assert "\x1b" not in shown(app)


async def test_a_key_and_what_it_finds_are_one_frame_and_nothing_is_laid_out_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "c")
        await press(pilot)
        frames: list[tuple[str, int]] = []
        laid: list[object] = []
        screen = here(app)
        shown_by, reflow = app._display, screen._compositor.reflow

        def display(*frame: object) -> None:
            frames.append((screen.box.value, screen.rows.total))
            shown_by(*frame)  # type: ignore[arg-type]

        monkeypatch.setattr(app, "_display", display)

        def lay_out(parent: Widget, size: Size) -> object:
            laid.append(size)
            return reflow(parent, size)

        monkeypatch.setattr(screen._compositor, "reflow", lay_out)
        screen.box.insert_text_at_cursor("aversham 16m")
        assert screen.rows.total == 1, "found before anything is painted"
        await press(pilot)
        assert frames[0] == ("caversham 16m", 1)
        assert not laid


async def test_what_could_not_be_used_is_said_once_the_keys_rest(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "<abc ")
        await press(pilot)
        assert "! <abc" in shown(app)
        await type_text(pilot, "x")
        await press(pilot, "escape")
        assert "! <abc" not in shown(app)
