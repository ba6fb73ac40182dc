"""Standing by keys alone: what is amiss is told with what to do; names are shown, not obeyed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rcc_tui.domain.needs import Needs
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from rcc_tui.services.erasing import Coverage, erase
from rcc_tui.services.health import Gone, Health, Tail
from rcc_tui.services.silence import Silence
from rcc_tui.services.standing import Ending, LogView
from rcc_tui.services.syncing import HeardOf, Status
from screens.standing import StandingScreen
from screens.standing_text import standing_lines
from screens.sync import SyncScreen
from screens.sync_words import age, warning_words
from screens.widgets.text import clean
from tests.attacks.facts import home, rename
from tests.attacks.forge import Scribe, bring
from tests.region import seat
from tests.screens.hostile import HOSTILE
from tests.screens.store import app_at, press, shown

NOW = "2026-12-01T09:00"
HEALTH = Health(
    Status(
        "870",
        (HeardOf("931", "Oxfordshire", 3, NOW), HeardOf("867", "Bracknell", 0, "")),
        9,
        1,
        1,
        0,
        1,
        1,
        4,
    ),
    (
        Silence("931", "Oxfordshire", "2026-11-19T09:00", 12, True),
        Silence("867", "Bracknell", "", None, True),
        Silence("870", "Reading", NOW, 0, False),
    ),
    (
        Tail("ab" * 32, "931", "Desk 1", "rcc", ("HUB-N", "867"), 7, 1),
        Tail("cd" * 32, "?", "", "", ("867",), 3, 0),
    ),
    (
        LogView("ef" * 32, "931", "Desk 1", "ab", "rcc", 3, 1, "fork", (Ending("ab", 2, NOW, ()),)),
        LogView("ef" * 32, "870", "Desk 2", "ab", "own:870", 3, 1, "revoked", ()),
        LogView("ef" * 32, "931", "Desk 1", "ab", "pair:870:931", 3, 1, "content missing", ()),
    ),
    (Gone("870", "Desk 2", "ab" * 32, 2, 3, 1), Gone("870", "Desk 3", "cd" * 32, 2, 0, 0)),
    (Coverage("ab" * 16, "request", "own:870", "870", "retention ended", NOW, 3, 1, 3, ("870", "931")),),
    "2027-01-01",
    "passphrase",
    False,
    ("The roll expires on 01/01/2027: ask the hubs for a newer one.",),
)


def words(found: Health) -> str:
    """What is told of it."""
    return "\n".join(line.plain for line in standing_lines(found))


def test_everything_that_is_amiss_says_what_to_do() -> None:
    text = words(HEALTH)
    for said in (
        "! The roll expires on 01/01/2027",
        "version 4, until 01/01/2027",
        "Locked by     a passphrase",
        "931 Oxfordshire: last heard 12 days ago",
        "867 Bracknell: never heard",
        "! 931 Oxfordshire, Desk 1 (for the region): 6 more than our 1",
        "! a log that was never heard of here (not heard of yet): 3 more than our 0",
        "since 01/12/2026 09:00",
        "931 and a hub name the one to keep: rcc log show efefefef",
        "870 may take up again what was honest: rcc log show efefefef",
        "(between 870 and 931): 1 of 3 count",
        "Desk 2: since roll 2; 1 of 3 entries count",
        "Desk 3: since roll 2; nothing held of it",
        "~ request abababab by 870 on 01/12/2026 09:00: 1 of 3 desks have confirmed; not yet 870, 931",
    ):
        assert said in text
    assert "Nothing is amiss." not in text
    lines = [text for text, _ in warning_words(HEALTH)]
    assert lines[1:] == ["~ 1 erasure is not confirmed by all", "2 desks are on the roll no more"]


def test_where_nothing_is_amiss() -> None:
    well = replace(HEALTH, silence=(), tails=(), amiss=(), gone=(), erased=(), warnings=())
    assert words(well).endswith("Nothing is amiss.")
    assert warning_words(well) == []
    assert [age(Silence("870", "Reading", NOW, days, False)) for days in (None, 0, 1, 2)] == [
        "never",
        "today",
        "yesterday",
        "2 days",
    ]


async def test_read_from_a_store(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        desk = region["870"]
        scribe = Scribe(seat("931").desk, "rcc")
        opened = scribe.write("setting", home())
        twin = scribe.copy()
        scribe.write("setting", rename("Left"), record=opened.record, deps=[opened.hash])
        twin.write("setting", rename("Right"), record=opened.record, deps=[opened.hash])
        for one in (scribe, twin):
            bring(desk, one, maker=seat("HUB-N").desk)
        erase(desk, requests.add(desk, Needs(age=12, sex="F")).id, "retention ended")

    async with app_at(tmp_path, prepare, size=(80, 40)) as (app, pilot):
        await press(pilot, "8")
        assert isinstance(app.screen, SyncScreen)
        assert "! 1 forked" in shown(app)
        assert "! The store is not encrypted" in shown(app)
        await press(pilot, "s")
        assert isinstance(app.screen, StandingScreen)
        text = shown(app)
        assert "931 and a hub name the one to keep: rcc log show" in text
        assert "Not heard for more than 7 days" not in text  # the hub signs nothing, its bundles came today
        assert "1 of 1 desks have confirmed" in text
        await press(pilot, "f5", "escape")
        assert isinstance(app.screen, SyncScreen)


async def test_hostile_names_are_shown_not_obeyed(tmp_path: Path) -> None:
    async with app_at(tmp_path, codes=("870",), size=(100, 40)) as (app, pilot):
        await press(pilot, "8", "s")
        screen = app.screen
        assert isinstance(screen, StandingScreen)
        for text in HOSTILE:
            found = replace(
                HEALTH,
                status=replace(HEALTH.status, members=(HeardOf("931", text, 3, NOW),)),
                tails=(Tail(text, "931", text, text, (text,), 7, 1),),
                amiss=(LogView(text, "931", text, text, text, 3, 1, text, ()),),
                gone=(Gone(text, text, text, 2, 3, 1),),
                erased=(Coverage(text, text, text, text, text, NOW, 3, 1, 3, (text,)),),
                encryption=text,
                warnings=(text,),
            )
            screen.pane.show(standing_lines(found))
            await pilot.pause()
            seen = shown(app)
            assert clean(seen, newlines=True) == seen
        assert app.is_running
