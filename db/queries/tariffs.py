"""Published tariffs and who has adopted them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from db.records import Adoption, Tariff


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


def tariffs(session: Session) -> list[StoredTariff]:
    """All tariffs, by name, newest version first."""
    t: Any = Tariff
    found = session.exec(select(Tariff).order_by(t.name, t.version.desc(), t.tariff, t.record)).all()
    once = {row.tariff: row for row in reversed(found)}
    return [
        StoredTariff(
            row.tariff, row.name, row.version, row.valid_from, row.valid_to, row.worked_example, row.text
        )
        for row in reversed(once.values())
    ]


def adoptions(session: Session) -> list[StoredAdoption]:
    """All adoptions, also those withdrawn, by authority and day."""
    a: Any = Adoption
    found = session.exec(select(Adoption).order_by(a.authority, a.from_day, a.record)).all()
    return [
        StoredAdoption(row.record, row.authority, row.tariff, row.from_day, row.withdrawn_on) for row in found
    ]
