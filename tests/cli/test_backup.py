"""rcc init, backup, restore, reopen: how a store is locked, how it comes back, what is said."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import pytest

from db.engine import FILE
from rcc_tui.cli import asking
from rcc_tui.cli.asking import unlock
from rcc_tui.domain.errors import UsageError
from tests.cli.conftest import BUYER, CHILD, Ran, Town

WORDS = "four words are fine"


@pytest.fixture
def bare(town: Town) -> Town:
    """The town, and a region to make desks for."""
    assert town.run("region", "init", "--name", "Test", "--at", str(town.folder / "keys")).code == 0
    return town


def _init(town: Town, *args: str) -> Ran:
    region = str(town.folder / "keys" / "region.json")
    return town.at("871", "init", "--authority", "871", "--region", region, *args, "--json")


def _is_plain(town: Town) -> bool:
    return (town.folder / "871" / FILE).read_bytes().startswith(b"SQLite format 3")


def _sit(monkeypatch: pytest.MonkeyPatch, *typed: str) -> list[str]:
    """Somebody sits at a terminal and types, unseen; what they were asked."""
    asked: list[str] = []
    waiting = list(typed)

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return waiting.pop(0)

    monkeypatch.setattr(asking, "getpass", getpass)
    monkeypatch.setattr(asking, "_somebody_sits", lambda: True)
    return asked


def test_with_nothing_to_lock_it_no_desk_is_made(bare: Town) -> None:
    ran = _init(bare)
    assert (ran.code, ran.document["error"]["code"]) == (1, "no-lock")
    for way in ("RCC_PASSPHRASE", "RCC_KEY_FILE", "--key-file", "--no-encryption"):
        assert way in ran.document["error"]["hint"]
    assert not (bare.folder / "871").exists()
    assert _init(bare, "--key-file", "--no-encryption").code == 2


@pytest.mark.parametrize(("flag", "told"), [("--key-file", "key file"), ("--no-encryption", "none")])
def test_what_was_asked_for_is_done_and_shown(bare: Town, flag: str, told: str) -> None:
    assert _init(bare, flag).document["encryption"] == told
    assert _is_plain(bare) == (told == "none")
    assert bare.told("871", "status")["encryption"] == told
    shown = bare.at("871", "status").out
    assert "encryption" in shown
    assert ("not encrypted" in shown) == (told == "none")


def test_a_store_of_the_last_release_still_opens(town: Town) -> None:
    """Plain, its key in an open file of the old form."""
    assert town.told(BUYER, "status")["encryption"] == "none"


def test_unattended_by_passphrase(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCC_PASSPHRASE", WORDS)
    assert _init(bare).document["encryption"] == "passphrase"
    assert not _is_plain(bare)
    assert bare.told("871", "status")["encryption"] == "passphrase"
    monkeypatch.setenv("RCC_PASSPHRASE", "something else")
    ran = bare.at("871", "status", "--json")
    assert (ran.code, ran.document["error"]["code"]) == (2, "passphrase")
    monkeypatch.delenv("RCC_PASSPHRASE")
    ran = bare.at("871", "status", "--json")
    assert (ran.code, ran.document["error"]["code"]) == (1, "locked")
    assert "RCC_PASSPHRASE" in ran.document["error"]["hint"]


def test_unattended_by_a_key_file_elsewhere(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCC_KEY_FILE", str(bare.folder / "stick" / "871.key"))
    assert _init(bare).document["encryption"] == "key file"
    assert not _is_plain(bare)
    assert not (bare.folder / "871" / "desk.key").exists()
    assert bare.told("871", "status")["encryption"] == "key file"
    monkeypatch.delenv("RCC_KEY_FILE")
    assert bare.at("871", "status").code == 1


def test_on_a_terminal_the_passphrase_is_asked_for(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _sit(monkeypatch, WORDS, WORDS + "x", WORDS, WORDS, WORDS)
    assert _init(bare).document["error"]["code"] == "passphrase"
    assert not (bare.folder / "871").exists()
    assert _init(bare).document["encryption"] == "passphrase"
    assert bare.told("871", "status")["encryption"] == "passphrase"
    assert len(asked) == 5


def test_before_the_screens_the_passphrase_is_asked_for(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCC_PASSPHRASE", WORDS)
    _init(bare)
    store = bare.folder / "871"
    assert unlock(store) is None
    monkeypatch.delenv("RCC_PASSPHRASE")
    asked = _sit(monkeypatch, "wrong", WORDS, "wrong", "wrong", "wrong")
    found = unlock(store)
    assert found is not None
    assert (found.kept, len(asked)) == ("passphrase", 2)
    with pytest.raises(UsageError, match="does not open"):
        unlock(store)
    assert len(asked) == 5
    assert unlock(bare.folder / BUYER) is None


def test_the_screens_open_with_what_was_unlocked(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCC_PASSPHRASE", WORDS)
    _init(bare)
    monkeypatch.delenv("RCC_PASSPHRASE")
    _sit(monkeypatch, WORDS, "wrong", "wrong", "wrong")
    opened: list[object] = []

    def run(_store: Path, unlocked: object) -> int:
        opened.append(unlocked)
        return 0

    monkeypatch.setattr("rcc_tui.app.run", run)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert bare.at("871").code == 0
    assert getattr(opened[0], "kept", "") == "passphrase"
    ran = bare.at("871")
    assert (ran.code, len(opened)) == (2, 1)
    assert "does not open" in ran.err


def test_backup_and_restore_by_commands(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.told(BUYER, "request", "add", *CHILD)
    before = town.told(BUYER, "digest", "--audience", "own")["digest"]
    monkeypatch.setenv("RCC_PASSPHRASE", WORDS)
    file = str(town.folder / "stick" / "870.rccbackup")
    assert town.told(BUYER, "backup", file)["opened_by"] == "passphrase"
    assert town.at(BUYER, "backup", file).code == 1
    assert town.at(BUYER, "restore", file).code == 1
    shutil.rmtree(town.folder / BUYER)
    restored = town.told(BUYER, "restore", file)
    assert (restored["authority"], restored["encryption"]) == (BUYER, "passphrase")
    assert town.told(BUYER, "digest", "--audience", "own")["digest"] == before
    town.told(BUYER, "request", "add", *CHILD)
    assert town.told(BUYER, "check", "--deep")["ok"]


def test_a_backup_the_key_opens(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCC_KEY_FILE", str(bare.folder / "stick" / "871.key"))
    _init(bare)
    file = str(bare.folder / "b")
    assert bare.told("871", "backup", file)["opened_by"] == "key file"
    shutil.rmtree(bare.folder / "871")
    assert bare.told("871", "restore", file)["encryption"] == "key file"
    assert bare.told("871", "status")["authority"] == "871"


def test_a_short_passphrase_makes_no_backup(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCC_PASSPHRASE", "short")
    ran = town.at(BUYER, "backup", str(town.folder / "b"))
    assert ran.code == 1
    assert "too short" in ran.err
    monkeypatch.delenv("RCC_PASSPHRASE")
    _sit(monkeypatch, "", "")
    assert town.at(BUYER, "backup", str(town.folder / "b")).code == 1
    assert not (town.folder / "b").exists()


def test_what_is_no_backup(town: Town) -> None:
    text = town.file("text", "no backup")
    ran = town.at("871", "restore", text, "--json")
    assert (ran.code, ran.document["error"]["code"]) == (3, "backup")
    assert not (town.folder / "871").exists()


def test_a_store_that_was_put_back_is_read_until_reopened(town: Town) -> None:
    town.told(BUYER, "request", "add", *CHILD)
    shutil.copy2(town.folder / BUYER / FILE, town.folder / "old.db")
    town.told(BUYER, "request", "add", *CHILD)
    shutil.copy2(town.folder / "old.db", town.folder / BUYER / FILE)
    status = town.told(BUYER, "status")
    assert status["behind"] is True
    assert "older than what this desk has signed" in town.at(BUYER, "status").out
    assert len(town.told(BUYER, "request", "list")) == 1
    ran = town.at(BUYER, "request", "add", *CHILD, "--json")
    assert (ran.code, ran.document["error"]["code"]) == (1, "behind")
    assert "rcc reopen" in ran.document["error"]["hint"]
    assert town.told(BUYER, "reopen")["closed"] > 0
    assert town.told(BUYER, "status")["behind"] is False
    town.told(BUYER, "request", "add", *CHILD)
    assert len(town.told(BUYER, "request", "list")) == 2


def test_a_desk_whose_making_was_cut_off(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its key is kept it is begun anew; after that it is there when next opened."""
    from db import engine
    from rcc_tui.services import desk

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(desk, "keep", fail)
        assert _init(bare, "--key-file").code == 130
    assert bare.at("871", "status").code == 1
    with monkeypatch.context() as patch:
        patch.setattr(engine, "finish", fail)
        assert _init(bare, "--key-file").code == 130
    assert bare.told("871", "status")["encryption"] == "key file"
    assert (bare.folder / "871" / "desk-871.json").is_file()
    assert {path.name for path in (bare.folder / "871").iterdir()} == {FILE, "desk.key", "desk-871.json"}


def test_a_key_without_its_store_is_not_written_over(bare: Town) -> None:
    _init(bare, "--key-file")
    key = (bare.folder / "871" / "desk.key").read_bytes()
    Path(bare.folder / "871" / FILE).unlink()
    ran = _init(bare, "--key-file")
    assert ran.code == 1
    assert "never overwritten" in ran.document["error"]["message"]
    assert (bare.folder / "871" / "desk.key").read_bytes() == key
