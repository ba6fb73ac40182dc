"""Children and episodes of the own authority."""

from __future__ import annotations

import sqlite3

import msgspec

from db.reading import columns, maker
from rcc_tui.domain.child import ChildFacts, EpisodeFacts, ReturnRow

_returns = msgspec.json.Decoder(tuple[ReturnRow, ...]).decode


def children(connection: sqlite3.Connection) -> dict[str, tuple[str, ChildFacts, frozenset[ReturnRow]]]:
    """Every child by local id: record, facts, and the further rows of returns kept with it."""
    child = maker(ChildFacts)
    found = connection.execute(f"SELECT record, returns, {columns(ChildFacts)} FROM child")
    facts = ((record, returns, child(cells)) for record, returns, *cells in found)
    return {one.local_id: (record, one, frozenset(_returns(returns))) for record, returns, one in facts}


def episodes(connection: sqlite3.Connection) -> dict[tuple[str, str], tuple[str, EpisodeFacts]]:
    """Every episode by child's local id and start: record and facts."""
    episode = maker(EpisodeFacts)
    found = connection.execute(f"SELECT record, {columns(EpisodeFacts)} FROM episode")
    facts = ((record, episode(cells)) for record, *cells in found)
    return {(one.local_id, one.start): (record, one) for record, one in facts}
