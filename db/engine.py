"""Making and opening a store: one SQLite file a desk, encrypted or plain."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from db import cipher
from db.migrating import RAW_VERSION, migrate
from db.store import BUSY_MS, FILE, Store, explained
from rcc_tui.domain.errors import StoreError

__all__ = ["APPLICATION_ID", "FILE", "RAW_VERSION", "Store", "create", "open_store"]

# "rccS": tells our files from any other SQLite database.
APPLICATION_ID = 0x72636353
# A store in the making, and one that is whole but for its name.
PART = "rcc.db.part"
_WHOLE = "rcc.db.new"


def _connect(path: Path, key: bytes) -> sqlite3.Connection:
    connection = cipher.connect(path, key)
    try:
        for setting in (
            f"busy_timeout={BUSY_MS}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_size=-65536",
            # Reads the first page: here a wrong key shows.
            "user_version",
        ):
            connection.execute(f"PRAGMA {setting}").fetchall()
    except cipher.Error:
        connection.close()
        raise
    return connection


def create(folder: Path, key: bytes = b"", facts: Mapping[str, str] | None = None) -> Store:
    """Make a new store in `folder`, encrypted when there is a key, with `facts` among its local ones.

    Raises StoreError when one lies there already or it cannot be made.
    """
    prepare(folder, key, facts or {})
    finish(folder)
    return Store(folder, _connected(folder / FILE, key), key)


def prepare(folder: Path, key: bytes, facts: Mapping[str, str]) -> None:
    """Make a store that does not count as one until `finish`. What an earlier try has left is taken away.

    Raises StoreError.
    """
    path, part = folder / FILE, folder / PART
    if path.exists():
        raise StoreError("There is a store here already.", where=str(folder), hint="Choose another --store.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        discard(folder)
        part.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise StoreError(
            f"A store cannot be made here: {error.strerror}.",
            where=str(folder),
            hint="Choose another --store.",
        ) from error
    with explained(part):
        connection = _connect(part, key)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        migrate(part, key)
        store = Store(folder, _connect(part, key), key)
        try:
            with store.transaction() as write:
                make_folded(store)
                write.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
        finally:
            store.close()
    declare_whole(folder)


def discard(folder: Path) -> None:
    """Take away a store that was never finished. Raises OSError."""
    for name in (PART, f"{PART}-wal", f"{PART}-shm", f"{PART}-journal", _WHOLE):
        (folder / name).unlink(missing_ok=True)


def declare_whole(folder: Path) -> None:
    """Say that the store in the making has all but its name. Raises StoreError."""
    _rename(folder / PART, folder / _WHOLE)


def finish(folder: Path) -> None:
    """Give a store that is whole its name: from now on it is one. Raises StoreError."""
    _rename(folder / _WHOLE, folder / FILE)


def _rename(old: Path, new: Path) -> None:
    try:
        os.replace(old, new)
    except OSError as error:
        raise StoreError(f"The store cannot be made: {error.strerror}.", where=str(new.parent)) from error


def is_prepared(folder: Path) -> bool:
    """Whether a store lies here that has all but its name: its making was cut off."""
    return (folder / _WHOLE).is_file() and not (folder / FILE).exists()


def locate(folder: Path) -> Path:
    """The file of the store in a folder. Raises StoreError when there is none."""
    path = folder / FILE
    if not path.is_file():
        raise StoreError(
            "There is no store here.",
            where=str(folder),
            hint="Make one with `rcc init`, or a made-up region with `rcc demo`.",
        )
    return path


def open_store(folder: Path, key: bytes = b"") -> tuple[Store, bool]:
    """Open the store in `folder`; the second value says whether its tables must be folded again.

    Raises StoreError when there is none, it is not ours, the key is not its key, or it was written by a
    newer program.
    """
    path = locate(folder)
    return _open(path, key)


def open_part(folder: Path, key: bytes = b"") -> Store:
    """Open the store in the making in `folder`. Raises StoreError, as `open_store` does."""
    return _open(folder / PART, key)[0]


def _open(path: Path, key: bytes) -> tuple[Store, bool]:
    _check_key(path, key)
    connection = _connected(path, key)
    try:
        with explained(path):
            application, raw = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("application_id", "user_version")
            )
            _check_ours(path, application, raw)
            if raw < RAW_VERSION:
                connection.close()
                migrate(path, key)
                connection = _connected(path, key)
            store = Store(path.parent, connection, key)
            stale = _needs_refold(store)
            store.scrub_again()
            return store, stale
    except BaseException:
        connection.close()
        raise


def _check_key(path: Path, key: bytes) -> None:
    """Say that file and key are not of one kind, before SQLite calls it no database. Raises StoreError."""
    try:
        plain = cipher.is_plain(path)
    except OSError as error:
        raise _unopened(path, str(error.strerror)) from error
    if plain and key:
        raise StoreError(
            "This store is not encrypted, though its key says that it is.",
            where=str(path),
            hint="Another file was put in its place: restore a backup.",
        )
    if not plain and not key:
        raise StoreError(
            "This is no rcc store, or it is encrypted and no key to it was found.",
            where=str(path),
            hint="Set RCC_KEY_FILE to the desk's key file.",
        )


def _connected(path: Path, key: bytes) -> sqlite3.Connection:
    """An open connection that its key fits. Raises StoreError."""
    with explained(path):
        try:
            return _connect(path, key)
        except cipher.OperationalError as error:
            raise _unopened(path, str(error)) from error
        except cipher.DatabaseError as error:
            if not key:
                raise
            raise StoreError(
                "The key does not open this store, or the store is damaged.",
                where=str(path),
                hint="Set RCC_KEY_FILE to the key this store was made with, or restore a backup.",
            ) from error


def _unopened(path: Path, why: str) -> StoreError:
    return StoreError(
        f"The store cannot be opened: {why}.",
        where=str(path),
        hint="Check that you may read and write it, and that the disk has room.",
    )


def _check_ours(path: Path, application: int, raw: int) -> None:
    if application != APPLICATION_ID:
        raise StoreError("This file is no rcc store.", where=str(path), hint="Choose another --store.")
    if raw > RAW_VERSION:
        raise StoreError(
            "This store was written by a newer rcc.",
            where=str(path),
            hint="Update rcc on this machine, then open it again.",
        )


def _needs_refold(store: Store) -> bool:
    from db.folded import FOLD_VERSION

    found = store.write.execute("SELECT value FROM meta WHERE key='fold_version'").fetchone()
    return found is None or found[0] != str(FOLD_VERSION)


def make_folded(store: Store) -> None:
    """Drop the folded tables and make them anew, empty, in this program's shape."""
    from db.folded import CHANGES, FOLD_VERSION, ddl, note_changes

    with store.transaction() as write:
        for statement in ddl():
            write.execute(statement)
        kept = write.execute("SELECT key FROM meta WHERE key LIKE ?", (f"{CHANGES}%",)).fetchall()
        note_changes(write, [key.removeprefix(CHANGES) for (key,) in kept])
        write.execute("INSERT OR REPLACE INTO meta VALUES('fold_version', ?)", (str(FOLD_VERSION),))
