"""An encrypted store: read with its key alone, refused in one sentence otherwise, and silent about it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from db import cipher, engine
from db.engine import FILE, create, open_store
from rcc_tui.domain.errors import StoreError

ROOT = Path(__file__).parents[2]
KEY = bytes(range(32))
NAME = "Mary Smith of Tower Hamlets"


def _made(folder: Path, key: bytes) -> Path:
    store = create(folder, key, {"name": NAME})
    store.close()
    return folder


def _held(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_an_encrypted_store_opens_with_its_key_and_says_nothing_without(tmp_path: Path) -> None:
    _made(tmp_path, KEY)
    assert NAME.encode() not in _held(tmp_path)
    assert b"CREATE TABLE" not in _held(tmp_path)
    store, stale = open_store(tmp_path, KEY)
    assert not stale
    assert store.is_encrypted
    assert store.write.execute("SELECT value FROM meta WHERE key='name'").fetchone() == (NAME,)
    store.close()


def test_the_write_ahead_log_is_encrypted_too(tmp_path: Path) -> None:
    store = create(tmp_path, KEY)
    with store.transaction() as write:
        write.execute("INSERT INTO meta VALUES ('name', ?)", (NAME,))
    assert (tmp_path / f"{FILE}-wal").stat().st_size > 0
    assert NAME.encode() not in _held(tmp_path)
    store.close()


def test_the_reader_reads_an_encrypted_store(tmp_path: Path) -> None:
    store = create(tmp_path, KEY, {"name": NAME})
    with store.reading() as reader:
        assert reader.execute("SELECT value FROM meta WHERE key='name'").fetchone() == (NAME,)
    store.close()


def test_a_plain_store_is_plain(tmp_path: Path) -> None:
    _made(tmp_path, b"")
    assert NAME.encode() in _held(tmp_path)
    store, _ = open_store(tmp_path)
    assert not store.is_encrypted
    store.close()


WRONG: dict[str, tuple[bytes, bytes, str]] = {
    "another key": (KEY, KEY[::-1], "does not open"),
    "no key": (KEY, b"", "no key to it"),
    "a key to a plain store": (b"", KEY, "not encrypted, though"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_one_refusal(tmp_path: Path, case: str) -> None:
    made_with, opened_with, said = WRONG[case]
    _made(tmp_path, made_with)
    before = _held(tmp_path)
    with pytest.raises(StoreError, match=said) as refused:
        open_store(tmp_path, opened_with)
    assert refused.value.hint
    assert _held(tmp_path) == before


_OPENER = """
import sys
from pathlib import Path
from db.engine import open_store
from rcc_tui.domain.errors import StoreError
try:
    open_store(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
except StoreError:
    sys.exit(7)
"""


@pytest.mark.parametrize("case", WRONG)
def test_nothing_is_printed_where_the_screens_are_drawn(tmp_path: Path, case: str) -> None:
    made_with, opened_with, _ = WRONG[case]
    _made(tmp_path, made_with)
    command = [sys.executable, "-c", _OPENER, str(tmp_path), opened_with.hex()]
    ran = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert (ran.returncode, ran.stdout, ran.stderr) == (7, b"", b"")


def test_a_flipped_bit_in_an_encrypted_store_is_not_read_as_something_else(tmp_path: Path) -> None:
    _made(tmp_path, KEY)
    raw = bytearray((tmp_path / FILE).read_bytes())
    for at in range(5000, len(raw), 4096):
        raw[at] ^= 1
    (tmp_path / FILE).write_bytes(bytes(raw))
    with pytest.raises(StoreError, match="damaged"):
        open_store(tmp_path, KEY)


def test_a_key_of_another_length_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        cipher.connect(tmp_path / "x", b"short")


def test_connections_may_be_used_from_several_threads(tmp_path: Path) -> None:
    """The library was built so that it may (THREADSAFE=1), and one connection used by many loses nothing."""
    store = create(tmp_path, KEY)
    options = {name for (name,) in store.write.execute("PRAGMA compile_options")}
    assert "THREADSAFE=1" in options

    def write(first: int) -> Callable[[], None]:
        def run() -> None:
            for number in range(first, first + 50):
                with store.transaction() as connection:
                    connection.execute("INSERT INTO meta VALUES (?, 'v')", (f"{number}",))

        return run

    threads = [threading.Thread(target=write(first)) for first in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.write.execute("SELECT COUNT(*) FROM meta WHERE value='v'").fetchone() == (200,)
    store.close()


def _made_by_the_first_release(folder: Path, key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import command

    to_head = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _: to_head(config, "0001"))
        store = create(folder, key)
        store.write.execute("PRAGMA user_version=1")
        store.close()


@pytest.mark.parametrize("key", [KEY, b""], ids=["encrypted", "plain"])
def test_an_older_store_is_migrated(tmp_path: Path, key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    _made_by_the_first_release(tmp_path, key, monkeypatch)
    again, _ = open_store(tmp_path, key)
    assert again.write.execute("PRAGMA user_version").fetchone() == (engine.RAW_VERSION,)
    assert again.write.execute("SELECT COUNT(closed) FROM log").fetchone() == (0,)
    again.close()


def test_a_migration_cut_off_in_the_middle_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    _made_by_the_first_release(tmp_path, KEY, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(op, "create_table", _fail)
        with pytest.raises(KeyboardInterrupt):
            open_store(tmp_path, KEY)
    connection = cipher.connect(tmp_path / FILE, KEY)
    assert "closed" not in {row[1] for row in connection.execute("PRAGMA table_info(log)")}
    connection.close()
    open_store(tmp_path, KEY)[0].close()


def _fail(*_: object) -> None:
    raise KeyboardInterrupt
