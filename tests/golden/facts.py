"""What a store adds up to, in a form that can be written down and compared years later."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

from db import folded
from rcc_tui.services.desk import Desk
from tests.region import seat

HERE = Path(__file__).parent
HOLDER = seat("870")
# The raw key of the encrypted store: nothing in it is secret.
STORE_KEY = bytes(range(32))
Facts = dict[str, Any]


def facts_of(desk: Desk) -> Facts:
    """Entries, digests and rows of a store."""
    connection = desk.store.write
    hashes = [entry for (entry,) in connection.execute("SELECT hash FROM entry ORDER BY hash")]
    return {
        "fold_version": folded.FOLD_VERSION,
        "entries": len(hashes),
        "hashes": sha256(b"".join(hashes)).hexdigest(),
        "digests": {audience: desk.digest(audience) for audience in folded.audiences(connection)},
        "rows": {table: rows_of(connection, table) for table in folded.tables(connection)},
    }


def rows_of(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """The rows of a table with the names of their columns, in an order of their own."""
    cursor = connection.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    return sorted((dict(zip(names, row, strict=True)) for row in cursor), key=repr)
