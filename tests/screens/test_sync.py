"""Sync by keys alone: bundles out and in, what is no bundle, the mailbox; names are shown, not obeyed."""

from __future__ import annotations

import shutil
from pathlib import Path

from db.store import FILE
from rcc_tui.app import RccApp
from rcc_tui.domain.needs import Needs
from rcc_tui.services import mailbox, requests
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.silence import Silence
from rcc_tui.services.syncing import Exported, FileResult, HeardOf, Moved, Status
from screens.sync import SyncScreen
from screens.sync_dialogs import PickMembers, files_of
from screens.sync_words import exported_words, held_words, imported_words, member_cells, moved_cells
from screens.watch import Came
from screens.widgets.dialogs import Prompt, Tell
from screens.widgets.rows import Row
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE
from tests.screens.store import CLOCK, app_at, make_stores, press, settle, shown, type_text

CHILD = Needs(age=12, sex="F", needed_by="2026-12-03")


def carried(folder: Path) -> Path:
    """A folder for bundles beside the stores."""
    (folder / "carried").mkdir()
    return folder / "carried"


async def test_members_and_an_export_by_keys(tmp_path: Path) -> None:
    folder = carried(tmp_path)

    def prepare(region: dict[str, Desk]) -> None:
        requests.add(region["870"], Needs(age=12, sex="F", needed_by="2026-12-03"))
        region["870"].set_meta("sync:exports", str(folder))

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "8")
        assert isinstance(app.screen, SyncScreen)
        text = shown(app)
        assert "Reading (here)" in text
        assert "never" in text
        assert "No bundle yet. o writes one" in text
        await press(pilot, "o")
        assert isinstance(app.screen, PickMembers)
        assert "All 2 others" in shown(app)
        await press(pilot, "down", "space", "enter")
        assert isinstance(app.screen, Prompt)
        await press(pilot, "enter")
        assert isinstance(app.screen, SyncScreen)
        assert "1 bundle for 931 written" in app.screen.status.message
        assert len(list(folder.glob("*.rccb"))) == 1
        assert app.screen.moved.total == 1
        assert not app.screen.has_class("-busy")


async def test_importing_what_is_no_bundle_says_so(tmp_path: Path) -> None:
    file = tmp_path / "letter.rccb"
    file.write_bytes(b"Dear colleague, this is not a bundle")
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "8", "i")
        await type_text(pilot, str(file))
        await press(pilot, "enter")
        assert isinstance(app.screen, Tell)
        assert "letter.rccb: " in app.screen.what
        await press(pilot, "enter")
        assert isinstance(app.screen, SyncScreen)
        assert "0 bundles read, 1 refused." in app.screen.status.message


async def test_a_path_that_is_not_there_stays_to_be_mended(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        await press(pilot, "8", "i", *"nowhere", "enter")
        assert isinstance(app.screen, Prompt)
        assert "There is no file nowhere." in shown(app)


async def test_mailbox_takes_in_and_remembers_its_folder(tmp_path: Path) -> None:
    folder = carried(tmp_path)

    def prepare(region: dict[str, Desk]) -> None:
        mailbox.sync(region["931"], folder)

    async with app_at(tmp_path, prepare) as (app, pilot):
        await press(pilot, "8", "m")
        await type_text(pilot, str(folder))
        await press(pilot, "enter")
        assert isinstance(app.screen, SyncScreen), shown(app)
        assert "read" in app.screen.status.message
        assert "written" in app.screen.status.message
        await press(pilot, "m")
        assert isinstance(app.screen, Prompt)
        assert app.screen.field.value == str(folder)
        await press(pilot, "enter")
        assert isinstance(app.screen, SyncScreen)
        assert app.screen.status.message.endswith("Nobody lacks anything: nothing written.")


def test_files_of_reads_one_several_and_patterns(tmp_path: Path) -> None:
    for name in ("a b.rccb", "c;d.rccb", "e.rccb"):
        (tmp_path / name).touch()
    assert files_of(str(tmp_path / "c;d.rccb")) == (tmp_path / "c;d.rccb",)
    assert files_of(f"{tmp_path / 'a b.rccb'} ; {tmp_path / 'e.rccb'}") == (
        tmp_path / "a b.rccb",
        tmp_path / "e.rccb",
    )
    assert len(files_of(str(tmp_path / "*.rccb"))) == 3


async def test_hostile_names_are_shown_not_obeyed(tmp_path: Path) -> None:
    async with app_at(tmp_path, codes=("870",), size=(100, 30)) as (app, pilot):
        await press(pilot, "8")
        screen = app.screen
        assert isinstance(screen, SyncScreen)
        for text in HOSTILE:
            member = HeardOf("931", text, 1, "2026-12-01T09:00")
            screen.members.set_rows(
                [Row(text, *member_cells(member, Silence("931", text, "2026-12-01T09:00", 0, False), False))]
            )
            screen.moved.set_rows([Row(text, moved_cells(Moved("in", "2026-12-01T09:00", text, text)))])
            screen.add_class("-busy")
            screen.on_came(Came(text, 0, 2))
            screen.tell(exported_words([Exported(text, str(Path(text.replace("\0", "")) / "x"), 1)]))
            await pilot.pause()
            seen = shown(app)
            assert clean(seen, newlines=True) == seen
        assert app.is_running


async def test_an_older_copy_is_reopened_by_one_key(tmp_path: Path) -> None:
    def prepare(region: dict[str, Desk]) -> None:
        requests.add(region["870"], CHILD)

    store, earlier = tmp_path / "870" / FILE, tmp_path / "earlier"
    make_stores(tmp_path, prepare)
    shutil.copy(store, earlier)
    desk = open_desk(tmp_path / "870", clock=CLOCK)
    requests.add(desk, CHILD)
    desk.close()
    shutil.copy(earlier, store)
    app = RccApp(tmp_path / "870", CLOCK)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "! older copy" in shown(app)
        assert "This store is older than what this" in shown(app)
        await press(pilot, "8")
        assert isinstance(app.screen, SyncScreen)
        assert "r Reopen" in shown(app)
        await press(pilot, "r", "n")
        assert "! older copy" in shown(app)
        await press(pilot, "r", "y")
        assert isinstance(app.screen, SyncScreen)
        assert "signs again, in new ones." in app.screen.status.message
        assert "older copy" not in shown(app)
        await press(pilot, "r")
        assert "nothing to reopen" in app.screen.status.message


def test_words_of_what_waits_and_what_came() -> None:
    status = Status("870", (), 9, 2, 3, 4, 5, 6, 1)
    words = "".join(text for text, _ in held_words(status))
    assert words.startswith("2 parked (wait for entries not heard yet) · ! 3 quarantined (set aside)")
    assert (
        imported_words([FileResult("x", "ok", new=2, parked=1)]) == "1 bundle read, 2 new entries, 1 parked."
    )
