"""An open store: one SQLite file, one writing connection, read-only ones beside it."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db import cipher
from rcc_tui.domain.errors import StoreError

FILE = "rcc.db"
BUSY_MS = 30_000
# How long an erasure waits, at most, for readers to let go of the write-ahead log, and how often it asks.
_SCRUB_TRIES = 5
_SCRUB_MS = 100
_SCRUB = "scrub"


class Store:
    """An open store.

    `write` is the one connection that changes anything, used under `transaction`; `reading` lends
    connections that can change nothing. `key` is the raw key of an encrypted store, else empty.

    `began` is called inside each outermost transaction before anything else, `committed` after it.
    """

    def __init__(self, folder: Path, write: sqlite3.Connection, key: bytes = b"") -> None:
        self.folder = folder
        self.write = write
        self.began: list[Callable[[], None]] = []
        self.committed: list[Callable[[], None]] = []
        self.key = key
        self._lock = threading.RLock()
        self._depth = 0
        self._owes_scrub = False
        # Connections to read with that nobody uses just now. A list's own append and pop are whole.
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / FILE

    @property
    def is_encrypted(self) -> bool:
        """Whether the file says nothing to whoever has no key."""
        return bool(self.key)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside happens or nothing does. Nests: the outermost commits, and an inner one that
        fails takes back its own part, whatever the outer then does.

        Raises StoreError when the disk is full, the file is read-only or another program keeps it busy.
        """
        with self._lock:
            if self._depth:
                yield from self._nested()
                return
            with explained(self.path):
                self.write.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                with explained(self.path):
                    for told in self.began:
                        told()
                    yield self.write
                    self.write.execute("COMMIT")
            except BaseException:
                # After SQLITE_FULL SQLite has rolled back already, and a second ROLLBACK would raise.
                if self.write.in_transaction:
                    self.write.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0
            for told in self.committed:
                told()
            if self._owes_scrub:
                self._owes_scrub = False
                self.scrub_again()

    def _nested(self) -> Iterator[sqlite3.Connection]:
        name = f"inner{self._depth}"
        self.write.execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield self.write
        except BaseException:
            # After SQLITE_FULL everything has been rolled back already, savepoints and all.
            if self.write.in_transaction:
                self.write.execute(f"ROLLBACK TO {name}")
                self.write.execute(f"RELEASE {name}")
            raise
        else:
            self.write.execute(f"RELEASE {name}")
        finally:
            self._depth -= 1

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees what has been committed, and can change nothing.

        What it sees stands still until the end, whoever writes meanwhile. Raises StoreError.
        """
        with explained(self.path, "read"):
            connection = self._idle.pop() if self._idle else self._read_connection()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                # Unlike the statement it ends what is left half read, of which the next would see the past.
                connection.rollback()
                self._idle.append(connection)
                if self._closed:
                    self._close_idle()

    def rest(self) -> None:
        """Let go of the pages that the writing connection keeps in memory, until it needs them again."""
        self.write.execute("PRAGMA shrink_memory")

    def _read_connection(self) -> sqlite3.Connection:
        connection = cipher.connect(self.path, self.key)
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA query_only=ON")
        # A page that is read again from the file must be decrypted again.
        connection.execute("PRAGMA cache_size=-32768")
        return connection

    def copy_to(self, target: Path) -> None:
        """Write a whole copy of what is committed, under the same key, into a file that is not there yet.

        Raises StoreError.
        """
        connection = self._read_connection()
        try:
            with explained(target):
                os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                connection.execute("PRAGMA query_only=OFF")
                connection.execute("VACUUM INTO ?", (str(target),))
        except OSError as error:
            raise StoreError(f"The copy cannot be written: {error.strerror}.", where=str(target)) from error
        finally:
            connection.close()

    def scrub(self) -> bool:
        """See that nothing deleted is left in the write-ahead log. Returns whether it could be done now.

        Programs that read are waited for about a second; else it is tried again when the store is next
        opened and closed. Inside a transaction it is put off until the commit, and False is returned.
        """
        with self._lock:
            if self._depth:
                self.write.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (_SCRUB,))
                self._owes_scrub = True
                return False
            if self._emptied():
                return True
            with self.transaction() as write:
                write.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (_SCRUB,))
            return False

    def scrub_again(self) -> bool:
        """Do what an earlier `scrub` could not. Returns whether nothing is left to be done."""
        owed = self.write.execute("SELECT 1 FROM meta WHERE key=?", (_SCRUB,)).fetchone()
        if owed is None:
            return True
        if not self._emptied():
            return False
        with self.transaction() as write:
            write.execute("DELETE FROM meta WHERE key=?", (_SCRUB,))
        return True

    def _emptied(self) -> bool:
        """Whether the write-ahead log is in the file and cut to nothing."""
        self.write.execute(f"PRAGMA busy_timeout={_SCRUB_MS}")
        try:
            for _ in range(_SCRUB_TRIES):
                busy, _, _ = self.write.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return True
                time.sleep(_SCRUB_MS / 1000)
            return False
        except cipher.OperationalError:
            return False
        finally:
            self.write.execute(f"PRAGMA busy_timeout={BUSY_MS}")

    def data_version(self) -> int:
        """A number that changes when another connection has written to the file."""
        found: int = self.write.execute("PRAGMA data_version").fetchone()[0]
        return found

    def close(self) -> None:
        """Close every connection, one that is lent when it comes back; the write-ahead log is folded into
        the file."""
        self._closed = True
        self._close_idle()
        with suppress(cipher.Error):
            self.scrub_again()
        self.write.close()

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()


@contextmanager
def explained(path: Path, done: str = "written") -> Iterator[None]:
    """What SQLite complains of inside, as a StoreError that says what to do. `done`: written or read."""
    try:
        yield
    except cipher.OperationalError as error:
        text = str(error)
        hints = {
            "full": "Free some space and try again; nothing was changed.",
            "readonly": "You may read this store but not change it: check the permissions of the folder.",
            "locked": "Another program is writing to it; try again in a moment.",
        }
        hint = next((hint for word, hint in hints.items() if word in text), "Nothing was changed.")
        raise StoreError(f"The store could not be {done}: {text}.", where=str(path), hint=hint) from error
    except (cipher.DatabaseError, UnicodeDecodeError) as error:
        # SQLite quotes what it cannot read, and no text comes of that.
        if isinstance(error, (cipher.IntegrityError, cipher.ProgrammingError)):
            raise
        raise StoreError(
            f"The store is damaged or is no store: {error}.",
            where=str(path),
            hint="Restore a backup, or make a new store and import the bundles again.",
        ) from error
