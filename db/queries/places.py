"""Settings, vacancies and their holds: the regional list, and one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any

import msgspec
from sqlmodel import Session, and_, col, func, or_, select

import fixtures
from db.records import Authority, Hold, Provider, Setting, Vacancy
from rcc_tui.domain.vacancy import Place, SettingFacts, VacancyFacts

# What one question may name at once, below the least that any database allows.
_AT_ONCE = 500
_NOT_ASCII = "*[^\x01-\x7f]*"
_texts = msgspec.json.Decoder(tuple[str, ...]).decode

_SETTING_FACTS = tuple(one.name for one in fields(SettingFacts))
_VACANCY_FACTS = tuple(one.name for one in fields(VacancyFacts))
_LISTS = tuple(_VACANCY_FACTS.index(name) for name in ("needs", "reserved_for", "stays"))
_HEAD = ("record", "keeper", "allocator", "taken", "overbooked", "state")
_COLUMNS: tuple[Any, ...] = (
    *(getattr(Vacancy, name) for name in _HEAD),
    Setting.record,
    Setting.keeper,
    Setting.closed,
    Authority.hub,
    Authority.name,
    *(getattr(Vacancy, name) for name in _VACANCY_FACTS),
    *(getattr(Setting, name) for name in _SETTING_FACTS),
)
_SELECTED: Any = select(*_COLUMNS)
_PLACES: Any = (
    _SELECTED.select_from(Vacancy)
    .join(Setting, col(Setting.record) == Vacancy.setting)
    .outerjoin(Authority, col(Authority.code) == Setting.authority)
)
_FACTS_AT = len(_COLUMNS) - len(_VACANCY_FACTS) - len(_SETTING_FACTS)
_SETTING_AT = _FACTS_AT + len(_VACANCY_FACTS)


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting and who acts for it."""

    id: str
    facts: SettingFacts
    keeper: str
    closed: bool


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A place kept until a time. `id` is the hash of the act that holds it."""

    vacancy: str
    id: str
    held_for: str
    what: str
    places: int
    until: str
    released: bool

    def is_live(self, now: str) -> bool:
        """Whether it still counts at a moment (ISO, to the minute)."""
        return not self.released and self.until > now


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A vacancy as it stands: its `accepting` is what was stated less what has been given out since.

    `stated` is the number that was stated. Held places are among `accepting`, and not among `free`.
    """

    place: Place
    keeper: str
    allocator: str
    overbooked: bool
    stated: int
    closed: bool
    setting_keeper: str
    holds: tuple[HoldRow, ...]

    @property
    def listed(self) -> bool:
        """Whether the region sees it: open, and offered by whoever acts for its setting."""
        return not self.closed and self.keeper == self.setting_keeper


_LISTED = and_(
    col(Vacancy.state) == "open", col(Setting.closed).is_(False), col(Vacancy.keeper) == Setting.keeper
)


def setting(session: Session, record: str) -> SettingRow | None:
    """The setting of that id."""
    found = session.get(Setting, record)
    return _setting(found) if found else None


def settings(
    session: Session, keeper: str, limit: int | None, offset: int = 0
) -> tuple[tuple[SettingRow, ...], int]:
    """Settings by name, those of one keeper or (empty) all, and how many there are."""
    within = [col(Setting.keeper) == keeper] if keeper else []
    total = session.exec(select(func.count()).select_from(Setting).where(*within)).one()
    ordered = select(Setting).where(*within).order_by(col(Setting.name), col(Setting.record))
    found = session.exec(ordered.limit(limit).offset(offset))
    return tuple(map(_setting, found)), total


def setting_ref_taken(session: Session, keeper: str, ref: str) -> bool:
    """Whether an open setting of this keeper bears the ref."""
    same = select(Setting.record).where(
        col(Setting.ref) == ref, col(Setting.keeper) == keeper, col(Setting.closed).is_(False)
    )
    return session.exec(same).first() is not None


def vacancy_ref_taken(session: Session, keeper: str, ref: str) -> bool:
    """Whether an open vacancy of this keeper bears the ref."""
    same = select(Vacancy.record).where(
        col(Vacancy.ref) == ref, col(Vacancy.keeper) == keeper, col(Vacancy.state) == "open"
    )
    return session.exec(same).first() is not None


def offered_by(session: Session, keeper: str) -> tuple[PlaceRow, ...]:
    """Every vacancy of a keeper, without its holds: for files that state them all."""
    return tuple(_row(row, (), "", "") for row in _rows(session, col(Vacancy.keeper) == keeper))


def provider_names(session: Session) -> frozenset[str]:
    """The names in the directory of providers."""
    return frozenset(session.exec(select(Provider.name)))


def places(session: Session, records: Iterable[str], now: str, asker: str = "") -> dict[str, PlaceRow]:
    """The vacancies of these ids as they are at `now` (ISO minute), in the order asked.

    Places held for `asker` count as free.
    """
    records = list(records)
    rows = [row for ids in _chunks(records) for row in _rows(session, col(Vacancy.record).in_(ids))]
    found = {one.place.id: one for one in _with_holds(session, rows, now, asker)}
    return {record: found[record] for record in records if record in found}


def page(
    session: Session, *, keeper: str, authority: str, limit: int | None, offset: int, now: str
) -> tuple[tuple[PlaceRow, ...], int]:
    """A page of the vacancies of a keeper, or (empty) of the regional list, and how many there are.

    `authority` narrows it to settings of one. Closed ones come last.
    """
    within: list[Any] = [col(Vacancy.keeper) == keeper if keeper else _LISTED]
    if authority:
        within.append(col(Setting.authority) == authority)
    counted = select(func.count()).select_from(Vacancy).join(Setting, col(Setting.record) == Vacancy.setting)
    total = session.exec(counted.where(*within)).one()
    order = (
        col(Vacancy.state).desc(),
        col(Setting.closed),
        col(Setting.name),
        col(Vacancy.ref),
        col(Vacancy.record),
    )
    rows = list(_rows(session, *within, order=order, limit=limit, offset=offset))
    return tuple(_with_holds(session, rows, now, "")), total


def listed(session: Session, records: Sequence[str] | None = None) -> Iterator[Place]:
    """The regional list, or those of these ids that are on it. `free` leaves holds out of account.

    To be gone through while the session is open.
    """
    chunks: Iterable[Sequence[str]] = _chunks(records) if records is not None else [()]
    for ids in chunks:
        within = [col(Vacancy.record).in_(ids)] if records is not None else []
        for row in _rows(session, _LISTED, *within):
            yield _row(row, (), "", "").place


def texts_like(session: Session, words: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Vacancies, on the list or not, whose texts may hold these words (as search tidies them), and the texts.

    A sieve: a text passes with the letters in their order, or with any that is not ASCII. Town, needs and
    what the region ships are left out, for the index knows them.
    """
    letters = f"%{'%'.join(words.replace(' ', ''))}%"

    def perhaps(*columns: Any) -> Any:
        return or_(*(test for one in columns for test in (one.like(letters), one.op("GLOB")(_NOT_ASCII))))

    of: tuple[Any, ...] = (Setting.record, Setting.name, Setting.provider, Setting.ref, Setting.urn)
    homes = {row[0]: tuple(row[1:]) for row in session.exec(select(*of).where(perhaps(*of[1:])))}
    offered: Any = select(Vacancy.record, Vacancy.setting)
    for ids in _chunks(list(homes)):
        for record, home in session.exec(offered.where(col(Vacancy.setting).in_(ids))):
            yield record, homes[home]
    own: tuple[Any, ...] = (Vacancy.record, Vacancy.ref, Vacancy.protected)
    for row in session.exec(select(*own).where(perhaps(*own[1:]))):
        yield row[0], tuple(row[1:])
    named = select(Authority.code, Authority.name).where(perhaps(col(Authority.name)))
    for code, name in session.exec(named).all():
        if name != _by_fixtures(code)[1]:
            theirs = offered.join(Setting, col(Setting.record) == Vacancy.setting)
            for record, _ in session.exec(theirs.where(col(Setting.authority) == code)):
                yield record, (name,)


def held(session: Session, now: str, asker: str) -> tuple[dict[str, int], str]:
    """Places held at `now` for others than `asker`, by vacancy, and when the first hold lapses."""
    holding: dict[str, int] = {}
    first = ""
    live = select(Hold.record, Hold.places, Hold.until).where(
        col(Hold.released).is_(False), col(Hold.until) > now, col(Hold.held_for) != asker
    )
    for record, count, until in session.exec(live):
        holding[record] = holding.get(record, 0) + count
        first = min(first or until, until)
    return holding, first


def kept_for(session: Session, keeper: str, authority: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the settings and of the vacancies that `keeper` acts on for `authority`."""
    theirs = select(Setting.record, Setting.keeper).where(col(Setting.authority) == authority)
    homes = dict(session.exec(theirs).all())
    offered = [
        record
        for ids in _chunks(list(homes))
        for record in session.exec(
            select(Vacancy.record).where(col(Vacancy.keeper) == keeper, col(Vacancy.setting).in_(ids))
        )
    ]
    return tuple(sorted(one for one, kept in homes.items() if kept == keeper)), tuple(sorted(offered))


def _chunks(records: Sequence[str]) -> Iterator[Sequence[str]]:
    remaining = iter(records)
    while chunk := list(islice(remaining, _AT_ONCE)):
        yield chunk


def _setting(row: Setting) -> SettingRow:
    facts = SettingFacts(**{name: getattr(row, name) for name in _SETTING_FACTS})
    return SettingRow(row.record, facts, row.keeper, row.closed)


def _rows(
    session: Session, *within: Any, order: Sequence[Any] = (), limit: int | None = None, offset: int = 0
) -> Iterator[Sequence[Any]]:
    return iter(session.exec(_PLACES.where(*within).order_by(*order).limit(limit).offset(offset or None)))


def _with_holds(session: Session, rows: Sequence[Sequence[Any]], now: str, asker: str) -> Iterator[PlaceRow]:
    holds: dict[str, list[HoldRow]] = {}
    for ids in _chunks([row[0] for row in rows]):
        for one in session.exec(select(Hold).where(col(Hold.record).in_(ids)).order_by(col(Hold.n))):
            held_row = HoldRow(
                one.record, one.hold, one.held_for, one.what, one.places, one.until, one.released
            )
            holds.setdefault(one.record, []).append(held_row)
    for row in rows:
        yield _row(row, holds.get(row[0], ()), now, asker)


def _row(row: Sequence[Any], holds: Sequence[HoldRow], now: str, asker: str) -> PlaceRow:
    record, keeper, allocator, taken, overbooked, state, home, home_keeper, home_closed, hub, name = row[
        :_FACTS_AT
    ]
    offered = list(row[_FACTS_AT:_SETTING_AT])
    for at in _LISTS:
        offered[at] = _texts(offered[at])
    vacancy = VacancyFacts(*offered)
    of = SettingFacts(*row[_SETTING_AT:])
    if not name:
        hub, name = _by_fixtures(of.authority)
    stated = vacancy.accepting
    vacancy = replace(vacancy, accepting=max(stated - taken, 0))
    kept = sum(one.places for one in holds if one.is_live(now) and not (asker and one.held_for == asker))
    return PlaceRow(
        Place(record, home, of, vacancy, max(vacancy.accepting - kept, 0), hub, name, keeper),
        keeper,
        allocator,
        overbooked,
        stated,
        state == "closed" or home_closed,
        home_keeper,
        tuple(holds),
    )


def _by_fixtures(code: str) -> tuple[str, str]:
    known = next((one for one in fixtures.authorities() if one.code == code), None)
    return (known.hub, known.name) if known else ("", code)
