"""How far my own logs reach, noted outside the store: so that a store that has gone back in time shows.

A restored backup knows nothing of what was signed after it was made. To continue its logs would write a
second history under one key, which every other desk would take for fraud.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

import msgspec

from rcc_tui.config import key_file, state_folder
from rcc_tui.domain.errors import StoreError
from rcc_tui.services.secrets import Kept

# Of each log, by its name: how many entries it has, and the hash of the last.
Heads = dict[str, tuple[int, str]]
# The local fact that says when the newest bundle was made here (ms since 1970).
MADE_AT = "bundle_made_at"
# No log has this name: in its place stands that moment.
_MADE = ""


def heads_file(store: Path, kept: Kept, desk: bytes) -> Path:
    """Where the heads of a desk are noted: beside an open key file, else among this person's state."""
    if kept == "key file":
        return key_file(store).with_suffix(".heads")
    return state_folder() / "heads" / f"{desk.hex()}.heads"


def heads_of(connection: sqlite3.Connection, desk: bytes) -> Heads:
    """The heads of a desk's logs as a store has them."""
    rows = connection.execute("SELECT log, connected, head FROM log WHERE desk=?", (desk,))
    return {log.hex(): (connected, head.hex()) for log, connected, head in rows}


class HeadsCopy:
    """The note of one desk's heads. `behind` says whether the store lacks what the note knows of.

    The note is written after the commit and not seen on the disk: one that was lost in a power cut is older
    than the store, and an older one does no harm.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, desk: bytes) -> None:
        self.path = path
        self._connection = connection
        self._desk = desk
        self._noted: Heads = {}
        self.behind = False
        self.look()

    def look(self) -> bool:
        """Read the note again. Returns whether the store is behind it."""
        # The note first: what another program commits meanwhile only puts the store ahead.
        self._noted = self._read()
        held = heads_of(self._connection, self._desk)
        logs = ((log, head) for log, head in self._noted.items() if log != _MADE)
        self.behind = any(not self._holds(log, *head, held) for log, head in logs)
        return self.behind

    @property
    def made(self) -> int:
        """When the newest bundle of this desk was made, by the note: a store put back does not know."""
        return self._noted.get(_MADE, (0, ""))[0]

    def _here(self) -> Heads:
        held = heads_of(self._connection, self._desk)
        row = self._connection.execute("SELECT value FROM meta WHERE key=?", (MADE_AT,)).fetchone()
        if made := max(self.made, int(row[0]) if row else 0):
            held[_MADE] = (made, "")
        return held

    def _holds(self, log: str, count: int, head: str, held: Heads) -> bool:
        if held.get(log) == (count, head) or not count:
            return True
        if held.get(log, (0, ""))[0] < count:
            return False
        found = self._connection.execute(
            "SELECT e.hash FROM entry e JOIN log l ON l.n = e.log WHERE lower(hex(l.log))=? AND e.seq=?",
            (log, count - 1),
        )
        return head in {digest.hex() for (digest,) in found}

    def note(self) -> None:
        """Note the heads as they are, unless the store is behind. What cannot be written stays as it was."""
        if self.behind and self.look():
            return
        here = self._here()
        if here != self._noted:
            self._write(here)

    def accept(self) -> None:
        """Note the heads as they are, though the note knew of more. Raises StoreError."""
        if not self._write(self._here()):
            raise StoreError(
                "How far this desk's logs reach cannot be noted.",
                where=str(self.path),
                hint="Check that you may write there, and that the disk has room.",
            )
        self.behind = False

    def _read(self) -> Heads:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Heads)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return {}

    def _write(self, held: Heads) -> bool:
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(held))
            os.replace(beside, self.path)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            return False
        self._noted = held
        return True
