"""Opening the store: one SQLite file a desk, one writing connection, read-only ones beside it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rcc_tui.domain.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

FILE = "rcc.db"
# "rccS": tells our files from any other SQLite database.
APPLICATION_ID = 0x72636353
# The newest shape of the raw tables this program knows: the number of the last migration.
RAW_VERSION = 2
_BUSY_MS = 30_000


class Store:
    """An open store.

    `write` is the one connection that changes anything, used under `transaction`; `reader()` is a
    SQLAlchemy engine of read-only connections, made when first asked for, so that the ORM is not
    loaded by whoever does not read through it.
    """

    def __init__(self, folder: Path, write: sqlite3.Connection) -> None:
        self.folder = folder
        self.write = write
        self._lock = threading.RLock()
        self._depth = 0
        self._reader: Engine | None = None

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / FILE

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
            with _explained(self.path):
                self.write.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                with _explained(self.path):
                    yield self.write
                    self.write.execute("COMMIT")
            except BaseException:
                # After SQLITE_FULL SQLite has rolled back already, and a second ROLLBACK would raise.
                if self.write.in_transaction:
                    self.write.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0

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

    def reader(self) -> Engine:
        """The engine for typed reads: sees what has been committed, can change nothing."""
        if self._reader is None:
            from sqlalchemy import create_engine, event

            engine = create_engine(f"sqlite:///{self.path}")

            @event.listens_for(engine, "connect")
            def _prepare(connection: sqlite3.Connection, _record: object) -> None:
                connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
                connection.execute("PRAGMA query_only=ON")

            self._reader = engine
        return self._reader

    def data_version(self) -> int:
        """A number that changes when another connection has written to the file."""
        found: int = self.write.execute("PRAGMA data_version").fetchone()[0]
        return found

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        if self._reader is not None:
            self._reader.dispose()
        self.write.close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        hints = {
            "full": "Free some space and try again; nothing was changed.",
            "readonly": "You may read this store but not change it: check the permissions of the folder.",
            "locked": "Another program is writing to it; try again in a moment.",
        }
        hint = next((hint for word, hint in hints.items() if word in text), "Nothing was changed.")
        raise StoreError(f"The store could not be written: {text}.", where=str(path), hint=hint) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise StoreError(
            f"The store is damaged or is no store: {error}.",
            where=str(path),
            hint="Restore a backup, or make a new store and import the bundles again.",
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    try:
        for setting in (
            f"busy_timeout={_BUSY_MS}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def create(folder: Path) -> Store:
    """Make a new store in `folder`. Raises StoreError when one lies there already or it cannot be made."""
    path = folder / FILE
    if path.exists():
        raise StoreError("There is a store here already.", where=str(folder), hint="Choose another --store.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            f"A store cannot be made here: {error.strerror}.",
            where=str(folder),
            hint="Choose another --store.",
        ) from error
    with _explained(path):
        connection = _connect(path)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        _migrate(path)
        store = Store(folder, _connect(path))
        with store.transaction():
            make_folded(store)
    return store


def open_store(folder: Path) -> tuple[Store, bool]:
    """Open the store in `folder`; the second value says whether its tables must be folded again.

    Raises StoreError when there is none, it is not ours, or it was written by a newer program.
    """
    path = folder / FILE
    if not path.is_file():
        raise StoreError(
            "There is no store here.",
            where=str(folder),
            hint="Make one with `rcc init`, or a made-up region with `rcc demo`.",
        )
    connection = _connected(path)
    try:
        with _explained(path):
            application, raw = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("application_id", "user_version")
            )
            _check_ours(path, application, raw)
            if raw < RAW_VERSION:
                connection.close()
                _migrate(path)
                connection = _connected(path)
            store = Store(folder, connection)
            return store, _needs_refold(store)
    except BaseException:
        connection.close()
        raise


def _connected(path: Path) -> sqlite3.Connection:
    with _explained(path):
        try:
            return _connect(path)
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"The store cannot be opened: {error}.",
                where=str(path),
                hint="Check that you may read and write it, and that the disk has room.",
            ) from error


def _check_ours(path: Path, application: int, raw: int) -> None:
    if application != APPLICATION_ID:
        raise StoreError("This file is no rcc store.", where=str(path), hint="Choose another --store.")
    if raw > RAW_VERSION:
        raise StoreError(
            "This store was written by a newer rcc.",
            where=str(path),
            hint="Update rcc on this machine, then open it again.",
        )


def _migrate(path: Path) -> None:
    """Bring the raw tables to this program's shape. Alembic is loaded only when there is something to do."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql(f"PRAGMA user_version={RAW_VERSION}")
    engine.dispose()


def _needs_refold(store: Store) -> bool:
    from db.folded import FOLD_VERSION

    found = store.write.execute("SELECT value FROM meta WHERE key='fold_version'").fetchone()
    return found is None or found[0] != str(FOLD_VERSION)


def make_folded(store: Store) -> None:
    """Drop the folded tables and make them anew, empty, in this program's shape."""
    from db.folded import FOLD_VERSION, ddl

    with store.transaction() as write:
        for statement in ddl():
            write.execute(statement)
        write.execute("INSERT OR REPLACE INTO meta VALUES('fold_version', ?)", (str(FOLD_VERSION),))
