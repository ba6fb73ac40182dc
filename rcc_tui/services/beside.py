"""A desk opened a second time, to read while the first one writes."""

from __future__ import annotations

from db import engine
from rcc_tui.services.desk import Desk

# What reads writes only what it could do without (the search's snapshot): it does not wait long for that.
_PATIENCE_MS = 250


def beside(desk: Desk) -> Desk:
    """The same desk with connections of its own: it sees what is committed, and never waits for a transaction
    of the other. Nothing is to be signed with it. Raises StoreError.
    """
    store, _ = engine.open_store(desk.store.folder, desk.store.key)
    try:
        store.write.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}").fetchall()
        other = Desk(store, desk.key, desk.clock, kept=desk.kept)
    except BaseException:
        store.close()
        raise
    # One note of how far this desk has signed, for both.
    other.heads = desk.heads
    return other
