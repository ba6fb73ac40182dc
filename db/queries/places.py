"""Settings, vacancies and their holds: the regional list, and one's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec

import fixtures
from db.reading import Values, cells, chunks, columns, maker, marks, number, rows
from rcc_tui.domain.vacancy import Place, SettingFacts, VacancyFacts

_NOT_ASCII = "*[^\x01-\x7f]*"
_texts = msgspec.json.Decoder(tuple[str, ...]).decode

_OFFERED = tuple(one.name for one in fields(VacancyFacts))
_LISTS = tuple(_OFFERED.index(name) for name in ("needs", "reserved_for", "stays"))
# The columns before the facts of the vacancy and those of the setting.
_HEAD = (
    "v.record, v.keeper, v.allocator, v.taken, v.overbooked, v.state, s.record, s.keeper, s.closed,"
    " a.hub, a.name"
)
_FACTS_AT = _HEAD.count(",") + 1
_SETTING_AT = _FACTS_AT + len(_OFFERED)
_PLACES = (
    f"SELECT {_HEAD}, {columns(VacancyFacts, 'v')}, {columns(SettingFacts, 's')} FROM vacancy v"
    " JOIN setting s ON s.record = v.setting LEFT JOIN authority a ON a.code = s.authority WHERE "
)
_LISTED = "v.state = 'open' AND NOT s.closed AND v.keeper = s.keeper"
_of_setting, _of_vacancy = maker(SettingFacts), maker(VacancyFacts)


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


def setting(connection: sqlite3.Connection, record: str) -> SettingRow | None:
    """The setting of that id."""
    found = connection.execute(f"{_SETTINGS} WHERE record=?", (record,)).fetchone()
    return _setting(found) if found else None


def settings(
    connection: sqlite3.Connection, keeper: str, limit: int | None, offset: int = 0
) -> tuple[tuple[SettingRow, ...], int]:
    """Settings by name, those of one keeper or (empty) all, and how many there are."""
    within, values = (" WHERE keeper=?", (keeper,)) if keeper else ("", ())
    total = number(connection, f"SELECT COUNT(*) FROM setting{within}", values)
    found = connection.execute(
        f"{_SETTINGS}{within} ORDER BY name, record LIMIT ? OFFSET ?", (*values, _limit(limit), offset)
    )
    return tuple(map(_setting, found)), total


def setting_ref_taken(connection: sqlite3.Connection, keeper: str, ref: str) -> bool:
    """Whether an open setting of this keeper bears the ref."""
    same = "SELECT 1 FROM setting WHERE ref=? AND keeper=? AND NOT closed LIMIT 1"
    return connection.execute(same, (ref, keeper)).fetchone() is not None


def vacancy_ref_taken(connection: sqlite3.Connection, keeper: str, ref: str) -> bool:
    """Whether an open vacancy of this keeper bears the ref."""
    same = "SELECT 1 FROM vacancy WHERE ref=? AND keeper=? AND state='open' LIMIT 1"
    return connection.execute(same, (ref, keeper)).fetchone() is not None


def offered_by(connection: sqlite3.Connection, keeper: str) -> tuple[PlaceRow, ...]:
    """Every vacancy of a keeper, without its holds: for files that state them all."""
    found = connection.execute(f"{_PLACES} v.keeper=?", (keeper,))
    return tuple(_row(row, (), "", "") for row in found)


def provider_names(connection: sqlite3.Connection) -> frozenset[str]:
    """The names in the directory of providers."""
    return frozenset(cells(connection, "SELECT name FROM provider"))


def places(
    connection: sqlite3.Connection, records: Iterable[str], now: str, asker: str = ""
) -> dict[str, PlaceRow]:
    """The vacancies of these ids as they are at `now` (ISO minute), in the order asked.

    Places held for `asker` count as free.
    """
    records = list(records)
    rows = [
        row
        for ids in chunks(records)
        for row in connection.execute(f"{_PLACES} v.record IN {marks(ids)}", ids)
    ]
    found = {one.place.id: one for one in _with_holds(connection, rows, now, asker)}
    return {record: found[record] for record in records if record in found}


def page(
    connection: sqlite3.Connection,
    *,
    keeper: str,
    authority: str,
    limit: int | None,
    offset: int,
    now: str,
) -> tuple[tuple[PlaceRow, ...], int]:
    """A page of the vacancies of a keeper, or (empty) of the regional list, and how many there are.

    `authority` narrows it to settings of one. Closed ones come last.
    """
    within = "v.keeper = :keeper" if keeper else _LISTED
    if authority:
        within += " AND s.authority = :authority"
    values = {"keeper": keeper, "authority": authority, "limit": _limit(limit), "offset": offset}
    counted = f"SELECT COUNT(*) FROM vacancy v JOIN setting s ON s.record = v.setting WHERE {within}"
    total = number(connection, counted, values)
    order = "v.state DESC, s.closed, s.name, v.ref, v.record"
    found = connection.execute(f"{_PLACES} {within} ORDER BY {order} LIMIT :limit OFFSET :offset", values)
    return tuple(_with_holds(connection, found.fetchall(), now, "")), total


def listed(connection: sqlite3.Connection, records: Sequence[str] | None = None) -> Iterator[Place]:
    """The regional list, or those of these ids that are on it. `free` leaves holds out of account.

    To be gone through while the connection is lent.
    """
    for ids in [[]] if records is None else chunks(records):
        within = _LISTED if records is None else f"{_LISTED} AND v.record IN {marks(ids)}"
        for row in connection.execute(_PLACES + within, ids):
            yield _row(row, (), "", "").place


def texts_like(connection: sqlite3.Connection, words: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Vacancies, on the list or not, whose texts may hold these words (as search tidies them), and the texts.

    A sieve: a text passes with the letters in their order, or with any that is not ASCII. Town, needs and
    what the region ships are left out, for the index knows them.
    """
    values = {"letters": f"%{'%'.join(words.replace(' ', ''))}%", "other": _NOT_ASCII}

    def perhaps(*columns: str) -> str:
        return " OR ".join(f"{one} LIKE :letters OR {one} GLOB :other" for one in columns)

    def asked(question: str, given: Values = values) -> Iterator[tuple[str, ...]]:
        return iter(connection.execute(question, given).fetchall())

    of = ("name", "provider", "ref", "urn")
    found = asked(f"SELECT record, {', '.join(of)} FROM setting WHERE {perhaps(*of)}")
    homes = {record: tuple(texts) for record, *texts in found}
    for ids in chunks(homes):
        for record, home in asked(f"SELECT record, setting FROM vacancy WHERE setting IN {marks(ids)}", ids):
            yield record, homes[home]
    own = "SELECT record, ref, protected FROM vacancy WHERE " + perhaps("ref", "protected")
    for record, *texts in asked(own):
        yield record, tuple(texts)
    theirs = "SELECT v.record FROM vacancy v JOIN setting s ON s.record = v.setting WHERE s.authority=?"
    for code, name in asked(f"SELECT code, name FROM authority WHERE {perhaps('name')}"):
        if name != _by_fixtures(code)[1]:
            for (record,) in asked(theirs, (code,)):
                yield record, (name,)


def held(connection: sqlite3.Connection, now: str, asker: str) -> tuple[dict[str, int], str]:
    """Places held at `now` for others than `asker`, by vacancy, and when the first hold lapses."""
    holding: dict[str, int] = {}
    first = ""
    live = connection.execute(
        "SELECT record, places, until FROM hold WHERE NOT released AND until > ? AND held_for <> ?",
        (now, asker),
    )
    for record, count, until in live:
        holding[record] = holding.get(record, 0) + count
        first = min(first or until, until)
    return holding, first


def kept_for(
    connection: sqlite3.Connection, keeper: str, authority: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the settings and of the vacancies that `keeper` acts on for `authority`."""
    homes = cells(
        connection,
        "SELECT record FROM setting WHERE authority=? AND keeper=? ORDER BY record",
        (authority, keeper),
    )
    offered = cells(
        connection,
        "SELECT v.record FROM vacancy v JOIN setting s ON s.record = v.setting"
        " WHERE s.authority=? AND v.keeper=? ORDER BY v.record",
        (authority, keeper),
    )
    return tuple(homes), tuple(offered)


_SETTINGS = f"SELECT record, keeper, closed, {columns(SettingFacts)} FROM setting"


def _limit(most: int | None) -> int:
    """A limit as SQLite has it: below zero is none."""
    return -1 if most is None else most


def _setting(row: Sequence[Any]) -> SettingRow:
    record, keeper, closed, *facts = row
    return SettingRow(record, _of_setting(facts), keeper, bool(closed))


def _with_holds(
    connection: sqlite3.Connection, found: Sequence[Sequence[Any]], now: str, asker: str
) -> Iterator[PlaceRow]:
    holds: dict[str, list[HoldRow]] = {}
    for ids in chunks(row[0] for row in found):
        question = (
            "SELECT record, hold, held_for, what, places, until, released FROM hold"
            f" WHERE record IN {marks(ids)} ORDER BY n"
        )
        for one in rows(connection, HoldRow, question, ids):
            holds.setdefault(one.vacancy, []).append(one)
    for row in found:
        yield _row(row, holds.get(row[0], ()), now, asker)


def _row(row: Sequence[Any], holds: Sequence[HoldRow], now: str, asker: str) -> PlaceRow:
    record, keeper, allocator, taken, overbooked, state, home, home_keeper, home_closed, hub, name = row[
        :_FACTS_AT
    ]
    offered = list(row[_FACTS_AT:_SETTING_AT])
    for at in _LISTS:
        offered[at] = _texts(offered[at])
    vacancy = _of_vacancy(offered)
    of = _of_setting(row[_SETTING_AT:])
    if not name:
        hub, name = _by_fixtures(of.authority)
    stated = vacancy.accepting
    vacancy = replace(vacancy, accepting=max(stated - taken, 0))
    kept = sum(one.places for one in holds if one.is_live(now) and not (asker and one.held_for == asker))
    return PlaceRow(
        Place(record, home, of, vacancy, max(vacancy.accepting - kept, 0), hub, name, keeper),
        keeper,
        allocator,
        bool(overbooked),
        stated,
        state == "closed" or bool(home_closed),
        home_keeper,
        tuple(holds),
    )


def _by_fixtures(code: str) -> tuple[str, str]:
    known = next((one for one in fixtures.authorities() if one.code == code), None)
    return (known.hub, known.name) if known else ("", code)
