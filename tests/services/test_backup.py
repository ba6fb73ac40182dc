"""A backup holds all, opens for nobody else, and what is restored never writes a second history."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec
import pytest

from db import cipher, engine
from db.engine import FILE
from rcc_tui.domain.errors import IntegrityError, RccError, Refused, StoreError, UsageError
from rcc_tui.services import backup, backup_file, heads
from rcc_tui.services.backup import back_up, reopen, restore
from rcc_tui.services.desk import Desk, make_desk, open_desk
from rcc_tui.services.secrets import BESIDE, PLAIN, Keeping
from rcc_tui.services.syncing import check, export, take_in
from rcc_tui.sync.keys import DeskSecret
from tests.attacks.facts import home
from tests.region import member_of, open_at, roots, seat, signed_roll

WORDS = "four words are fine"
NAME = "A name that must not be read"
CODES = ("870", "931")
ROLL = signed_roll([member_of(code, [seat(code)], host=code == "870") for code in CODES])


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State of one's own, and nothing set."""
    for name in ("RCC_KEY_FILE", "RCC_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(heads, "state_folder", lambda: tmp_path / "state")
    return tmp_path / "state"


def _made(folder: Path, keeping: Keeping = BESIDE) -> Path:
    """A store of Reading with three acts in it."""
    one = seat("870")
    pinned = [key.public for key in roots()]
    make_desk(folder, code="870", name=one.name, roots=pinned, key=one.desk, keeping=keeping).close()
    desk = open_desk(folder, ask=lambda: WORDS)
    desk.adopt_roll(ROLL)
    _act(desk, 3)
    desk.close()
    return folder


def _act(desk: Desk, count: int = 1) -> None:
    for _ in range(count):
        with desk.writing() as w:
            w.act("setting", home("870", NAME))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Reading's desk, encrypted, its key beside it."""
    opened = open_desk(_made(tmp_path / "870"))
    yield opened
    opened.close()


def _never() -> Keeping:
    raise AssertionError("there was nothing to choose")


KEEPINGS = [BESIDE, PLAIN, Keeping("passphrase", WORDS)]


@pytest.mark.parametrize("keeping", KEEPINGS, ids=["key file", "plain", "passphrase"])
def test_there_and_back(tmp_path: Path, keeping: Keeping) -> None:
    opened = open_desk(_made(tmp_path / "870", keeping), ask=lambda: WORDS)
    before = opened.digest("rcc")
    made = back_up(opened, tmp_path / "out" / "b", WORDS)
    assert (made.opened_by, made.entries) == ("passphrase", 3)
    opened.close()
    assert NAME.encode() not in (tmp_path / "out" / "b").read_bytes()
    restored = restore(tmp_path / "out" / "b", tmp_path / "new", lambda: keeping, ask=lambda: WORDS)
    assert restored.encryption == (keeping.kept if keeping.encrypted else "none")
    again = open_desk(tmp_path / "new", ask=lambda: WORDS)
    assert (again.digest("rcc"), again.encryption) == (before, restored.encryption)
    assert check(again, deep=True).ok
    assert again.store.write.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    again.close()


def test_a_plain_store_becomes_an_encrypted_one(tmp_path: Path) -> None:
    plain = open_desk(_made(tmp_path / "870", PLAIN))
    before = plain.digest("rcc")
    assert NAME.encode() in plain.store.path.read_bytes() + (tmp_path / "870" / f"{FILE}-wal").read_bytes()
    back_up(plain, tmp_path / "b", WORDS)
    plain.close()
    restored = restore(
        tmp_path / "b", tmp_path / "new", lambda: Keeping("passphrase", WORDS), ask=lambda: WORDS
    )
    assert restored.encryption == "passphrase"
    assert {path.name for path in (tmp_path / "new").iterdir()} == {FILE, "desk.key"}
    assert NAME.encode() not in (tmp_path / "new" / FILE).read_bytes()
    again = open_desk(tmp_path / "new", ask=lambda: WORDS)
    assert (again.digest("rcc"), again.encryption) == (before, "passphrase")
    assert check(again, deep=True).ok
    _act(again)
    again.close()


def test_only_the_file_and_the_store_are_left(desk: Desk, tmp_path: Path) -> None:
    before = {path.name for path in desk.store.folder.iterdir()}
    back_up(desk, tmp_path / "out" / "b", WORDS)
    assert {path.name for path in desk.store.folder.iterdir()} == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b"]
    if os.name == "posix":
        assert (tmp_path / "out" / "b").stat().st_mode & 0o777 == 0o600
    restore(tmp_path / "out" / "b", tmp_path / "new", lambda: BESIDE, ask=lambda: WORDS)
    assert {path.name for path in (tmp_path / "new").iterdir()} == {FILE, "desk.key", "desk.heads"}
    if os.name == "posix":
        assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").iterdir())


def test_the_desks_own_key_opens_it(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert back_up(desk, tmp_path / "b").opened_by == "key file"
    with pytest.raises(Refused, match="desk's key opens"):
        restore(tmp_path / "b", tmp_path / "new", _never)
    stick = tmp_path / "stick" / "my.key"
    stick.parent.mkdir()
    shutil.copy2(desk.store.folder / "desk.key", stick)
    monkeypatch.setenv("RCC_KEY_FILE", str(stick))
    restore(tmp_path / "b", tmp_path / "new", _never)
    again = open_desk(tmp_path / "new")
    assert again.digest("rcc") == desk.digest("rcc")
    again.close()
    assert not (tmp_path / "new" / "desk.key").exists()


def test_another_desks_key_does_not(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = seat("931")
    pinned = [key.public for key in roots()]
    make_desk(tmp_path / "931", code="931", name="x", roots=pinned, key=other.desk, keeping=BESIDE).close()
    monkeypatch.setenv("RCC_KEY_FILE", str(tmp_path / "931" / "desk.key"))
    back_up(desk, tmp_path / "mine")
    back_up(desk, tmp_path / "by words", WORDS)
    with pytest.raises(UsageError, match="does not open"):
        restore(tmp_path / "mine", tmp_path / "new", _never)
    with pytest.raises(StoreError, match="another desk"):
        restore(tmp_path / "by words", tmp_path / "new", _never, ask=lambda: WORDS)
    assert not (tmp_path / "new").exists()


def test_a_key_that_would_be_lost_with_the_machine_seals_nothing(tmp_path: Path) -> None:
    opened = open_desk(_made(tmp_path / "870", Keeping("passphrase", WORDS)), ask=lambda: WORDS)
    with pytest.raises(Refused, match="machine were lost"):
        back_up(opened, tmp_path / "b")
    opened.close()
    assert not (tmp_path / "b").exists()


def test_what_is_restored_signs_in_new_logs(desk: Desk, tmp_path: Path) -> None:
    """The drill: back up, sign more, lose the store, restore, sign: nobody hears a second history."""
    back_up(desk, tmp_path / "b", WORDS)
    _act(desk, 2)
    other = open_at(tmp_path / "931", seat("931"), ROLL)
    (sent,) = export(desk, ["931"], tmp_path / "out")
    take_in(other, [Path(sent.file)])
    restore(tmp_path / "b", tmp_path / "new", lambda: BESIDE, ask=lambda: WORDS)
    again = open_desk(tmp_path / "new")
    assert not again.behind
    _act(again)
    (sent,) = export(again, ["931"], tmp_path / "out")
    (result,) = take_in(other, [Path(sent.file)])
    assert (result.result, result.new) == ("ok", 1)
    (sent,) = export(other, ["870"], tmp_path / "out")
    take_in(again, [Path(sent.file)])
    assert again.digest("rcc") == other.digest("rcc")
    for one in (again, other):
        assert one.store.write.execute("SELECT COUNT(*) FROM log WHERE cut IS NOT NULL").fetchone() == (0,)
        assert one.store.write.execute(
            "SELECT COUNT(*) FROM log WHERE desk=?", (desk.key.public,)
        ).fetchone() == (2,)
        assert check(one, deep=True).ok
        one.close()


def test_a_restore_that_was_cut_off_is_done_again_or_done(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key lies there already: all the same, what is opened has its logs closed."""
    back_up(desk, tmp_path / "b")
    shutil.copy2(desk.store.folder / "desk.key", tmp_path / "my.key")
    monkeypatch.setenv("RCC_KEY_FILE", str(tmp_path / "my.key"))

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    for owner, step in ((backup, "check_store"), (backup, "_close_logs"), (engine, "declare_whole")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, step, cut)
            patch.setattr(engine, "discard", lambda folder: None)
            with pytest.raises(KeyboardInterrupt):
                restore(tmp_path / "b", tmp_path / "new", _never)
        with pytest.raises(StoreError, match="no store"):
            open_desk(tmp_path / "new")
    with monkeypatch.context() as patch:
        patch.setattr(engine, "finish", cut)
        patch.setattr(engine, "discard", lambda folder: None)
        (tmp_path / "new" / engine.PART).unlink()
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "b", tmp_path / "new", _never)
    again = open_desk(tmp_path / "new")
    assert again.store.write.execute("SELECT closed FROM log").fetchall() == [(1,)]
    again.close()


def test_nothing_is_overwritten(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(StoreError, match="overwrites nothing"):
        back_up(desk, tmp_path / "b", WORDS)
    assert (tmp_path / "b").read_text() == "mine"
    back_up(desk, tmp_path / "c", WORDS)
    before = (desk.store.folder / "desk.key").read_bytes()
    with pytest.raises(StoreError, match="over nothing"):
        restore(tmp_path / "c", desk.store.folder, _never, ask=lambda: WORDS)
    assert (desk.store.folder / "desk.key").read_bytes() == before


def test_the_wrong_passphrase_and_none(desk: Desk, tmp_path: Path) -> None:
    back_up(desk, tmp_path / "b", WORDS)
    with pytest.raises(UsageError, match="does not open"):
        restore(tmp_path / "b", tmp_path / "new", _never, ask=lambda: "other words")
    with pytest.raises(Refused, match="RCC_PASSPHRASE"):
        restore(tmp_path / "b", tmp_path / "new", _never)
    assert not (tmp_path / "new").exists()


def test_changed_or_cut_short_nothing_is_restored(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sealed to the key, so that trying is quick: flips all over the file, and every kind of end."""
    made = tmp_path / "b"
    back_up(desk, made)
    shutil.copy2(desk.store.folder / "desk.key", tmp_path / "my.key")
    monkeypatch.setenv("RCC_KEY_FILE", str(tmp_path / "my.key"))
    raw = made.read_bytes()
    places = [*range(0, 700, 7), *range(700, len(raw), len(raw) // 150), len(raw) - 1]
    changed = [raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in places]
    ends = [raw[:end] for end in (0, 5, 9, 14, 17, 18, 100, len(raw) // 2, len(raw) - 16, len(raw) - 1)]
    for bad in (*changed, *ends, raw + b"x", b"RCCBACK1\ndesk\n\xff\xff\xff\xff"):
        made.write_bytes(bad)
        with pytest.raises((IntegrityError, UsageError)):
            restore(made, tmp_path / "new", _never)
        assert not (tmp_path / "new").exists()
    made.write_bytes(raw)
    restore(made, tmp_path / "new", _never)


def test_a_folder_that_was_there_stays_as_it_was(desk: Desk, tmp_path: Path) -> None:
    back_up(desk, tmp_path / "b", WORDS)
    (tmp_path / "b").write_bytes((tmp_path / "b").read_bytes()[:-9])
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "notes.txt").write_text("mine")
    with pytest.raises(IntegrityError):
        restore(tmp_path / "b", tmp_path / "new", lambda: BESIDE, ask=lambda: WORDS)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["notes.txt"]


def test_no_backup_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        restore(tmp_path / "none", tmp_path / "new", _never)
    (tmp_path / "text").write_text("not at all")
    with pytest.raises(IntegrityError, match="no backup"):
        restore(tmp_path / "text", tmp_path / "new", _never)


def test_a_folder_that_cannot_be_written(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(desk, tmp_path / "file" / "b", WORDS)


class _Full:
    """A file with so much room."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.asked = 0

    def write(self, raw: bytes) -> int:
        """Take some."""
        self.asked += len(raw)
        if self.asked > self.room:
            raise OSError(28, "No space left on device")
        return len(raw)

    def flush(self) -> None:
        """Nothing is held back."""


def _on_a_disk(monkeypatch: pytest.MonkeyPatch, room: int) -> _Full:
    """What age writes to has so much room."""
    full, sink = _Full(room), backup_file.Sink
    monkeypatch.setattr(backup_file, "Sink", lambda file, room=None: sink(cast(BinaryIO, full), room))
    return full


def test_a_full_disk_leaves_nothing(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _on_a_disk(monkeypatch, 2000)
    with pytest.raises(StoreError, match="No space left"):
        back_up(desk, tmp_path / "out" / "b", WORDS)
    assert list((tmp_path / "out").iterdir()) == []


def test_another_store_under_the_same_head_is_refused(desk: Desk, tmp_path: Path) -> None:
    """Of the same length and sealed to the same key: the head has its hash."""
    secret = DeskSecret(desk.key, desk.store.key, desk.name)
    copy = tmp_path / "copy"
    desk.store.copy_to(copy)
    head, recipient = backup_file.describe(copy, secret, "870", "")
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    lock = backup_file.Lock("", secret)
    backup_file.write(tmp_path / "b", copy, msgspec.json.encode(head), recipient, lock)
    with (tmp_path / "b").open("rb") as file:
        found = backup_file.read_head(file, lambda: "", secret)
        with pytest.raises(IntegrityError, match="was changed"):
            backup_file.read_store(file, found, tmp_path / "again")


@pytest.mark.parametrize("lacking", [1, 90_000], ids=["at the very end", "on the way"])
def test_a_full_disk_while_restoring_leaves_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: int
) -> None:
    back_up(desk, tmp_path / "b", WORDS)
    desk.store.copy_to(tmp_path / "copy")
    _on_a_disk(monkeypatch, (tmp_path / "copy").stat().st_size - lacking)
    with pytest.raises(StoreError, match="No space left"):
        restore(tmp_path / "b", tmp_path / "new", lambda: BESIDE, ask=lambda: WORDS)
    assert not (tmp_path / "new").exists()


def test_nothing_secret_is_shown_of_what_is_at_work(desk: Desk, tmp_path: Path) -> None:
    lock = backup_file.Lock(WORDS, DeskSecret(desk.key, desk.store.key, desk.name))
    desk.store.copy_to(tmp_path / "copy")
    head, _ = backup_file.describe(tmp_path / "copy", lock.secret, "870", "")
    assert "AGE-SECRET" in head.identity
    assert not any(one in f"{lock!r}{head!r}" for one in (WORDS, head.identity, str(head.secret)))


def test_what_reads_back_otherwise(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = backup_file.write

    def spoiling(part: Path, *args: Any) -> None:
        write(part, *args)
        raw = part.read_bytes()
        part.write_bytes(raw[:-20] + bytes([raw[-20] ^ 1]) + raw[-19:])

    monkeypatch.setattr(backup, "write", spoiling)
    with pytest.raises(RccError):
        back_up(desk, tmp_path / "out" / "b", WORDS)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_copy_that_does_not_hold(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_to = engine.Store.copy_to

    def spoiling(store: engine.Store, target: Path) -> None:
        copy_to(store, target)
        connection = cipher.connect(target, store.key)
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("DELETE FROM sqlite_master WHERE name='entry_record'")
        connection.close()

    monkeypatch.setattr(engine.Store, "copy_to", spoiling)
    with pytest.raises(IntegrityError, match="not what it was"):
        back_up(desk, tmp_path / "out" / "b", WORDS)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_backup_is_of_one_moment(desk: Desk, tmp_path: Path) -> None:
    """A transaction that is open while the backup is made is not in it."""
    with desk.writing() as w:
        w.act("setting", home("870", "Later"))
        made = back_up(desk, tmp_path / "b", WORDS)
    assert made.entries == 3


def test_reopening_closes_my_logs_alone(desk: Desk, tmp_path: Path) -> None:
    other = open_at(tmp_path / "931", seat("931"), ROLL)
    with other.writing() as w:
        w.act("setting", home("931"))
    (sent,) = export(other, ["870"], tmp_path / "out")
    other.close()
    take_in(desk, [Path(sent.file)])
    assert reopen(desk) == 1
    assert reopen(desk) == 0
    _act(desk)
    asked = "SELECT connected, closed FROM log WHERE desk=? ORDER BY n"
    assert desk.store.write.execute(asked, (desk.key.public,)).fetchall() == [(3, 1), (1, 0)]
