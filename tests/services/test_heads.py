"""The note outside the store: a store that has gone back in time is read, and signs nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from rcc_tui.config import Clock
from rcc_tui.domain.errors import Refused
from rcc_tui.services import heads
from rcc_tui.services.backup import reopen
from rcc_tui.services.desk import Desk, make_desk, open_desk
from rcc_tui.services.secrets import BESIDE, Keeping
from rcc_tui.services.syncing import check, export, take_in
from rcc_tui.sync.opening import open_bundle
from tests.attacks.facts import home
from tests.region import member_of, open_at, roots, seat, signed_roll

WORDS = "four words are fine"
ROLL = signed_roll([member_of(code, [seat(code)], host=code == "870") for code in ("870", "931")])


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State of one's own, and nothing set."""
    for name in ("RCC_KEY_FILE", "RCC_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(heads, "state_folder", lambda: tmp_path / "state")
    return tmp_path / "state"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The store of Reading's desk, its key in a file beside it, nothing signed yet."""
    one = seat("870")
    pinned = [key.public for key in roots()]
    made = make_desk(tmp_path / "870", code="870", name="x", roots=pinned, key=one.desk, keeping=BESIDE)
    made.adopt_roll(ROLL)
    made.close()
    return tmp_path / "870"


@contextmanager
def at(folder: Path) -> Iterator[Desk]:
    """The desk, open."""
    desk = open_desk(folder, ask=lambda: WORDS)
    try:
        yield desk
    finally:
        desk.close()


def _act(desk: Desk, count: int = 1) -> None:
    for _ in range(count):
        with desk.writing() as w:
            w.act("setting", home("870"))


def _set_back(folder: Path, since: Callable[[], None]) -> None:
    """Do something, then put the database alone back to what it was before: a backup that was copied back."""
    shutil.copy2(folder / "rcc.db", folder.parent / "old.db")
    since()
    shutil.copy2(folder.parent / "old.db", folder / "rcc.db")


def _signed_more(folder: Path, count: int = 2) -> Callable[[], None]:
    def sign() -> None:
        with at(folder) as desk:
            _act(desk, count)

    return sign


@pytest.mark.parametrize("before", [0, 2], ids=["no log yet", "an older head"])
def test_a_store_that_was_put_back_signs_nothing(folder: Path, before: int) -> None:
    with at(folder) as desk:
        _act(desk, before)
    _set_back(folder, _signed_more(folder))
    with at(folder) as desk:
        assert desk.behind
        held = desk.digest("rcc")
        with pytest.raises(Refused, match="older than what this desk has signed") as refused:
            _act(desk)
        assert (refused.value.code, "rcc reopen" in refused.value.hint) == ("behind", True)
        assert desk.digest("rcc") == held
        desk.set_meta("draft", "kept all the same")
    with at(folder) as desk:
        assert desk.behind, "what is no act must not make it forget"


def test_reopened_it_signs_in_new_logs_and_nobody_hears_two_histories(folder: Path, tmp_path: Path) -> None:
    other = open_at(tmp_path / "931", seat("931"), ROLL)

    def tell() -> None:
        with at(folder) as desk:
            _act(desk, 2)
            (sent,) = export(desk, ["931"], tmp_path / "out")
            take_in(other, [Path(sent.file)])

    with at(folder) as desk:
        _act(desk)
    _set_back(folder, tell)
    with at(folder) as desk:
        assert reopen(desk) == 1
        _act(desk)
        (sent,) = export(desk, ["931"], tmp_path / "out")
        assert take_in(other, [Path(sent.file)])[0].new == 1
        (sent,) = export(other, ["870"], tmp_path / "out")
        take_in(desk, [Path(sent.file)])
        assert desk.digest("rcc") == other.digest("rcc")
        assert other.store.write.execute("SELECT COUNT(*) FROM log WHERE cut IS NOT NULL").fetchone() == (0,)
        assert check(desk, deep=True).ok
    with at(folder) as desk:
        assert not desk.behind
        _act(desk)
    other.close()


def test_what_comes_back_in_a_bundle_lets_it_sign_again(folder: Path, tmp_path: Path) -> None:
    """Nothing is amiss once all that was signed is here again."""
    other = open_at(tmp_path / "931", seat("931"), ROLL)

    def tell() -> None:
        with at(folder) as desk:
            _act(desk, 2)
            (sent,) = export(desk, ["931"], tmp_path / "out")
            take_in(other, [Path(sent.file)])

    with at(folder) as desk:
        _act(desk)
    _set_back(folder, tell)
    with at(folder) as desk:
        assert desk.behind
        (sent,) = export(desk, ["931"], tmp_path / "out")
        take_in(other, [Path(sent.file)])
        (sent,) = export(other, ["870"], tmp_path / "back")
        assert take_in(desk, [Path(sent.file)])[0].new == 2
        assert not desk.behind
        _act(desk)
        assert check(desk, deep=True).ok
    other.close()


def test_an_older_note_stops_nothing(folder: Path) -> None:
    """As when the power failed between the commit and the note."""
    _signed_more(folder, 1)()
    noted = (folder / "desk.heads").read_bytes()
    _signed_more(folder, 2)()
    (folder / "desk.heads").write_bytes(noted)
    with at(folder) as desk:
        assert not desk.behind
        _act(desk)


def test_another_history_of_the_same_length_shows(folder: Path) -> None:
    with at(folder) as desk:
        _act(desk)
    _set_back(folder, _signed_more(folder, 1))
    note = folder / "desk.heads"
    noted = note.read_bytes()
    note.unlink()
    with at(folder) as desk:
        _act(desk)
    note.write_bytes(noted)
    with at(folder) as desk:
        assert desk.behind


def test_the_note_lies_where_the_key_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _signed_more(folder)()
    assert (folder / "desk.heads").is_file()
    assert not (tmp_path / "state").exists()
    (folder / "desk.heads").unlink()
    (tmp_path / "stick").mkdir()
    shutil.move(folder / "desk.key", tmp_path / "stick" / "my.key")
    monkeypatch.setenv("RCC_KEY_FILE", str(tmp_path / "stick" / "my.key"))
    _signed_more(folder)()
    assert (tmp_path / "stick" / "my.heads").is_file()
    assert not (folder / "desk.heads").exists()


def test_a_locked_key_has_its_note_among_the_persons_state(tmp_path: Path, state: Path) -> None:
    """So that a copy of the whole folder, put back, shows."""
    one = seat("870")
    pinned = [key.public for key in roots()]
    folder = tmp_path / "870"
    locked = Keeping("passphrase", WORDS)
    made = make_desk(folder, code="870", name="x", roots=pinned, key=one.desk, keeping=locked)
    made.adopt_roll(ROLL)
    made.close()
    _signed_more(folder, 1)()
    shutil.copytree(folder, tmp_path / "copied")
    _signed_more(folder, 1)()
    assert [path.name for path in (state / "heads").iterdir()] == [f"{one.desk.public.hex()}.heads"]
    if os.name == "posix":
        assert all(path.stat().st_mode & 0o077 == 0 for path in (state / "heads").iterdir())
    with at(tmp_path / "copied") as desk:
        assert desk.behind


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[1]", b"\xff", b'{"a":[1,"b"]}'[:-1]])
def test_a_note_that_cannot_be_read_stops_nothing(folder: Path, spoilt: bytes) -> None:
    _signed_more(folder)()
    (folder / "desk.heads").write_bytes(spoilt)
    with at(folder) as desk:
        assert not desk.behind
        _act(desk)
    assert (folder / "desk.heads").read_bytes() not in (spoilt, b"")


def test_a_note_of_a_log_that_is_no_log_stops_the_desk(folder: Path) -> None:
    (folder / "desk.heads").write_bytes(b'{"no hex":[1,"b"]}')
    with at(folder) as desk:
        assert desk.behind


def test_a_note_that_cannot_be_written_does_not_undo_an_act(folder: Path) -> None:
    (folder / "desk.heads").mkdir()
    with at(folder) as desk:
        _act(desk)
        assert desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone() == (1,)
    assert {path.name for path in folder.iterdir()} == {"desk.heads", "desk.key", "rcc.db"}


def test_two_programs_at_one_store_and_one_note(folder: Path) -> None:
    with at(folder) as one, at(folder) as two:
        for desk in (one, two, one, one, two):
            _act(desk)
        assert not one.behind
        assert not two.behind
    with at(folder) as desk:
        assert not desk.behind
        assert check(desk, deep=True).ok
        (connected,) = desk.store.write.execute("SELECT connected FROM log").fetchone()
        assert connected == 5


def test_a_restored_store_is_believed_about_what_it_lost(folder: Path, tmp_path: Path) -> None:
    """Its clock had been put back before: by the note, and not by the clock, its word is the newest."""
    shutil.copytree(folder, tmp_path / "old")
    oxford = seat("931").desk
    with at(folder) as desk:
        desk.clock = Clock(date(2046, 12, 1))
        _act(desk)
        (last,) = export(desk, ["931"], tmp_path / "out")
        newest = open_bundle(Path(last.file), oxford).manifest.at_ms
    shutil.copytree(tmp_path / "old", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.heads"))
    with at(folder) as desk:
        assert desk.behind
        desk.clock = Clock(date(2026, 12, 1))
        (word,) = export(desk, ["931"], tmp_path / "out")
        assert open_bundle(Path(word.file), oxford).manifest.at_ms > newest
        reopen(desk)
        (word,) = export(desk, ["931"], tmp_path / "out")
        assert open_bundle(Path(word.file), oxford).manifest.at_ms > newest + 1
