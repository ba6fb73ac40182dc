"""The one way to a connection: SQLCipher, with a raw key or, for a plain store, without.

One library for both, so that the same errors are caught everywhere, and because two SQLite libraries in one
process take each other's locks away (POSIX drops all locks of a file when any handle to it is closed).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import cast

from sqlcipher3 import dbapi2

MODULE: ModuleType = dbapi2
# SQLCipher's classes are no children of the standard library's, though they are the same in all that is used.
Error: type[sqlite3.Error] = dbapi2.Error
DatabaseError: type[sqlite3.DatabaseError] = dbapi2.DatabaseError
OperationalError: type[sqlite3.OperationalError] = dbapi2.OperationalError
IntegrityError: type[sqlite3.IntegrityError] = dbapi2.IntegrityError
ProgrammingError: type[sqlite3.ProgrammingError] = dbapi2.ProgrammingError

KEY_BYTES = 32
_PLAIN = b"SQLite format 3\0"


def connect(path: Path | str, key: bytes = b"") -> sqlite3.Connection:
    """A connection in autocommit, free of its thread. `key` is 32 raw bytes, or empty for a plain file.

    Whether the key opens the file shows at the first statement (DatabaseError). Raises the errors of this
    module, and ValueError for a key of another length.
    """
    if len(key) not in (0, KEY_BYTES):
        raise ValueError(f"a store key has {KEY_BYTES} bytes")
    connection = cast(
        sqlite3.Connection,
        dbapi2.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=512),
    )
    try:
        # First of all: SQLCipher else prints its complaints to where the screens are drawn.
        connection.execute("PRAGMA cipher_log_level=NONE").fetchall()
        if key:
            connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    except BaseException:
        connection.close()
        raise
    return connection


def encrypt(path: Path, key: bytes) -> None:
    """Make an encrypted database of a plain one that nobody has open, in its place.

    The plain file is gone from its folder, not from the disk it lay on. Raises this module's errors.
    """
    locked = path.with_name(f"{path.name}.locked")
    locked.unlink(missing_ok=True)
    os.close(os.open(locked, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = connect(path)
    try:
        connection.execute(f"ATTACH DATABASE ? AS locked KEY \"x'{key.hex()}'\"", (str(locked),))
        connection.execute("SELECT sqlcipher_export('locked')").fetchall()
        for number in ("application_id", "user_version"):
            (value,) = connection.execute(f"PRAGMA main.{number}").fetchone()
            connection.execute(f"PRAGMA locked.{number}={value}")
        connection.execute("DETACH DATABASE locked")
    except BaseException:
        locked.unlink(missing_ok=True)
        raise
    finally:
        connection.close()
    os.replace(locked, path)


def is_plain(path: Path) -> bool:
    """Whether a file is a database anybody can read, or still empty. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN)) in (_PLAIN, b"")
