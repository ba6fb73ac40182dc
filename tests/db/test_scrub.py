"""What is deleted is in neither file of the store, and readers in the way only put that off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import cipher, store
from db.engine import Store, create, open_store

NAME = "A name that must go"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A plain store, so that its bytes can be searched, with the name written over and over."""
    monkeypatch.setattr(store, "_SCRUB_MS", 1)
    made = create(tmp_path)
    for number in range(30):
        with made.transaction() as write:
            write.execute("INSERT INTO meta VALUES (?, ?)", (f"{number}", f"{NAME} {number}"))
    yield made
    made.close()


def _delete(opened: Store) -> None:
    opened.write.execute(f"DELETE FROM meta WHERE value LIKE '{NAME}%'")


def _times(opened: Store) -> int:
    return sum(path.read_bytes().count(NAME.encode()) for path in opened.folder.iterdir())


def _owed(opened: Store) -> bool:
    return opened.write.execute("SELECT 1 FROM meta WHERE key='scrub'").fetchone() is not None


def test_without_it_the_name_stands_in_the_write_ahead_log(opened: Store) -> None:
    with opened.transaction():
        _delete(opened)
    assert _times(opened) >= 30


def test_with_it_the_name_is_gone(opened: Store) -> None:
    with opened.reading() as reader, opened.transaction():
        assert reader.execute("SELECT COUNT(*) FROM meta").fetchone()
        _delete(opened)
    assert opened.scrub()
    assert _times(opened) == 0
    assert not _owed(opened)


def test_inside_a_transaction_it_waits_for_the_commit(opened: Store) -> None:
    with opened.transaction():
        with opened.transaction():
            _delete(opened)
            assert not opened.scrub()
            assert not opened.scrub()
        assert _times(opened) >= 30
    assert _times(opened) == 0
    assert not _owed(opened)


def test_what_was_taken_back_owes_nothing(opened: Store) -> None:
    def fail() -> None:
        with opened.transaction():
            opened.scrub()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not _owed(opened)


@pytest.mark.parametrize("within", [False, True])
def test_a_reader_in_the_way_puts_it_off_until_the_store_is_opened_again(opened: Store, within: bool) -> None:
    reader = cipher.connect(opened.path)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM meta").fetchone()
    with opened.transaction():
        _delete(opened)
        if within:
            opened.scrub()
    if not within:
        assert not opened.scrub()
    assert _owed(opened)
    assert _times(opened) >= 30
    reader.execute("COMMIT")
    again, _ = open_store(opened.folder)
    assert not _owed(again)
    assert _times(again) == 0
    again.close()
    reader.close()


def test_a_reader_in_the_way_puts_it_off_until_the_store_is_closed(opened: Store, tmp_path: Path) -> None:
    reader = cipher.connect(opened.path)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM meta").fetchone()
    with opened.transaction():
        _delete(opened)
    assert not opened.scrub()
    reader.execute("COMMIT")
    second, _ = open_store(opened.folder)
    second.write.execute("INSERT OR REPLACE INTO meta VALUES ('scrub', '1')")
    second.close()
    assert not _owed(opened)
    reader.close()


def test_other_writers_are_waited_for_as_ever(opened: Store) -> None:
    assert opened.scrub()
    assert opened.write.execute("PRAGMA busy_timeout").fetchone() == (store.BUSY_MS,)


def test_a_damaged_or_closed_store_can_still_be_closed(tmp_path: Path) -> None:
    made = create(tmp_path)
    made.write.execute("DROP TABLE meta")
    made.close()
