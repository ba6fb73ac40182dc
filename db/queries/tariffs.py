"""Published tariffs and who has adopted them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db.reading import columns, rows


@dataclass(frozen=True, slots=True)
class StoredTariff:
    """A tariff as published. `tariff` is the hash of its `text`; dates ISO, `valid_to` empty when open."""

    tariff: str
    name: str
    version: int
    valid_from: str
    valid_to: str
    worked_example: bool
    text: str


@dataclass(frozen=True, slots=True)
class StoredAdoption:
    """An authority's adoption: from a day (ISO), up to `withdrawn_on` where that is not empty."""

    record: str
    authority: str
    tariff: str
    from_day: str
    withdrawn_on: str


def tariffs(connection: sqlite3.Connection) -> list[StoredTariff]:
    """All tariffs, by name, newest version first."""
    found = rows(
        connection,
        StoredTariff,
        f"SELECT {columns(StoredTariff)} FROM tariff ORDER BY name, version DESC, tariff, record",
    )
    # The same document may have been published twice: the first stands for it.
    once: dict[str, StoredTariff] = {}
    for one in found:
        once.setdefault(one.tariff, one)
    return list(once.values())


def adoptions(connection: sqlite3.Connection) -> list[StoredAdoption]:
    """All adoptions, also those withdrawn, by authority and day."""
    return rows(
        connection,
        StoredAdoption,
        f"SELECT {columns(StoredAdoption)} FROM adoption ORDER BY authority, from_day, record",
    )
