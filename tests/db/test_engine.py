"""Opening, writing and closing the store; what is refused says why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from db import cipher, engine
from db.engine import FILE, Store, create, open_store
from rcc_tui.domain.errors import StoreError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh store."""
    made = create(tmp_path / "store")
    yield made
    made.close()


def _keys(store: Store) -> list[str]:
    return [key for (key,) in store.write.execute("SELECT key FROM meta WHERE value='v' ORDER BY key")]


def _put(store: Store, key: str) -> None:
    with store.transaction() as write:
        write.execute("INSERT INTO meta VALUES (?, 'v')", (key,))


def _damage(path: Path, sql: str) -> None:
    connection = cipher.connect(path)
    connection.executescript(sql)
    connection.close()


def test_a_fresh_store_opens_again(store: Store) -> None:
    _put(store, "a")
    again, stale = open_store(store.folder)
    assert not stale
    assert _keys(again) == ["a"]
    again.close()


def test_a_store_is_for_its_owner_alone(store: Store) -> None:
    if os.name == "posix":
        assert store.path.stat().st_mode & 0o077 == 0


def test_a_second_store_is_not_made_over_the_first(store: Store) -> None:
    with pytest.raises(StoreError, match="already"):
        create(store.folder)


def test_no_store(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(StoreError, match="no store here") as refused:
            open_store(folder)
        assert refused.value.hint


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """As unreadable as a folder without permission, and so for root too."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="no store here"):
        open_store(tmp_path / "file")
    with pytest.raises(StoreError, match="cannot be made"):
        create(tmp_path / "file")


@pytest.mark.parametrize(
    "content",
    [b"", b"not a database", b"SQLite format 3\0" + bytes(200), sha256(b"noise").digest() * 150],
    ids=["empty", "text", "cut short", "noise"],
)
def test_what_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StoreError):
        open_store(tmp_path)


def test_another_programs_database(tmp_path: Path) -> None:
    _damage(tmp_path / FILE, "CREATE TABLE meta (key, value);")
    with pytest.raises(StoreError, match="no rcc store"):
        open_store(tmp_path)


def test_a_store_of_ours_without_its_tables(tmp_path: Path) -> None:
    _damage(
        tmp_path / FILE,
        f"PRAGMA application_id={engine.APPLICATION_ID}; PRAGMA user_version={engine.RAW_VERSION};"
        " CREATE TABLE other (a);",
    )
    with pytest.raises(StoreError):
        open_store(tmp_path)


def test_a_store_of_a_newer_program(store: Store) -> None:
    store.write.execute(f"PRAGMA user_version={engine.RAW_VERSION + 1}")
    with pytest.raises(StoreError, match="newer") as refused:
        open_store(store.folder)
    assert "Update" in refused.value.hint


def test_a_damaged_store(store: Store) -> None:
    for number in range(300):
        _put(store, f"{number:04} " + "x" * 300)
    store.close()
    raw = bytearray(store.path.read_bytes())
    for at in range(4096, len(raw), 4096):
        raw[at : at + 200] = os.urandom(200)
    store.path.write_bytes(bytes(raw))
    with pytest.raises(StoreError, match="damaged"):
        open_store(store.folder)


def test_tables_of_an_older_fold_are_folded_again(store: Store) -> None:
    store.write.execute("UPDATE meta SET value='0' WHERE key='fold_version'")
    again, stale = open_store(store.folder)
    assert stale
    again.close()


def test_everything_or_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError):
        _fails(store)
    assert _keys(store) == []
    _put(store, "b")
    assert _keys(store) == ["b"]


def test_an_inner_part_that_fails_is_taken_back_whatever_the_outer_does(store: Store) -> None:
    with store.transaction():
        _put(store, "outer before")
        with pytest.raises(RuntimeError):
            _fails(store)
        _put(store, "outer later")
    assert _keys(store) == ["outer before", "outer later"]


def _fails(store: Store) -> None:
    with store.transaction():
        _put(store, "inner")
        with store.transaction():
            _put(store, "innermost")
        raise RuntimeError


def _fails_later(store: Store) -> None:
    with store.transaction():
        with store.transaction():
            _put(store, "inner")
        raise RuntimeError


def test_an_inner_part_is_not_kept_when_the_outer_fails(store: Store) -> None:
    with pytest.raises(RuntimeError):
        _fails_later(store)
    assert _keys(store) == []


def test_a_rule_of_the_tables_broken_within_leaves_the_outer_whole(store: Store) -> None:
    _put(store, "a")
    with store.transaction():
        _put(store, "b")
        with pytest.raises(cipher.IntegrityError):
            _put(store, "a")
    assert _keys(store) == ["a", "b"]


@pytest.mark.parametrize("nested", [False, True])
def test_a_full_disk(store: Store, nested: bool) -> None:
    used = store.write.execute("PRAGMA page_count").fetchone()[0]
    store.write.execute(f"PRAGMA max_page_count={used}")
    with pytest.raises(StoreError, match="full") as refused:
        _fill(store, nested)
    assert "nothing was changed" in refused.value.hint
    assert not store.write.in_transaction
    assert _keys(store) == []
    store.write.execute("PRAGMA max_page_count=1000000")
    _put(store, "after")
    assert _keys(store) == ["after"]


def _fill(store: Store, nested: bool) -> None:
    with store.transaction():
        for number in range(200):
            if nested:
                _put(store, f"{number} " + "x" * 4000)
            else:
                store.write.execute("INSERT INTO meta VALUES (?, 'v')", (f"{number} " + "x" * 4000,))


def test_another_program_keeps_it_busy(store: Store) -> None:
    other = cipher.connect(store.path)
    other.execute("BEGIN IMMEDIATE")
    store.write.execute("PRAGMA busy_timeout=1")
    with pytest.raises(StoreError, match="locked"):
        _put(store, "a")
    other.execute("ROLLBACK")
    other.close()
    _put(store, "a")
    assert _keys(store) == ["a"]


def test_the_reader_sees_what_is_committed_and_can_change_nothing(store: Store) -> None:
    counted = "SELECT COUNT(*) FROM meta WHERE key='a'"
    with store.reading() as reader:
        with store.transaction():
            _put(store, "a")
            assert reader.execute(counted).fetchone() == (0,)
        assert reader.execute(counted).fetchone() == (0,), "it stands still"
    with store.reading() as reader:
        assert reader.execute(counted).fetchone() == (1,)
    with pytest.raises(StoreError, match="could not be read"), store.reading() as reader:
        reader.execute("DELETE FROM meta")
    with store.reading() as reader, store.reading() as other:
        assert reader is not other
        assert reader.execute(counted).fetchone() == other.execute(counted).fetchone() == (1,)


def test_what_one_reader_left_half_read_holds_no_other_back(store: Store) -> None:
    """Nor an erasure: as long as something of the past is read the write-ahead log cannot be emptied."""
    with store.transaction() as write:
        write.executemany("INSERT INTO meta VALUES (?, 'v')", [(f"k{n}",) for n in range(2000)])
    with store.reading() as reader:
        left = reader.execute("SELECT key FROM meta")
        left.fetchone()
    _put(store, "a")
    with store.reading() as reader:
        assert reader.execute("SELECT COUNT(*) FROM meta WHERE key='a'").fetchone() == (1,)
    assert store.scrub()
    with pytest.raises(cipher.Error):
        left.fetchone()


def test_who_still_reads_when_the_store_is_closed_leaves_nothing_open(store: Store) -> None:
    with store.reading() as reader:
        store.close()
        assert reader.execute("SELECT COUNT(*) FROM meta WHERE value='v'").fetchone() == (0,)
    with pytest.raises(cipher.ProgrammingError):
        reader.execute("SELECT 1")


def test_data_version_tells_of_others(store: Store) -> None:
    before = store.data_version()
    _put(store, "mine")
    assert store.data_version() == before
    other, _ = open_store(store.folder)
    _put(other, "theirs")
    other.close()
    assert store.data_version() != before


def test_what_is_deleted_is_gone_from_the_file(store: Store) -> None:
    _put(store, "a name that must go")
    with store.transaction() as write:
        write.execute("DELETE FROM meta WHERE value='v'")
    store.write.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = b"".join(path.read_bytes() for path in store.folder.iterdir())
    assert b"a name that must go" not in held
