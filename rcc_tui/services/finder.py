"""The regional list held ready to be searched: an index in memory that keeps up with the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from threading import RLock
from typing import TypeVar
from zlib import crc32

import fixtures
from db import alerts, searching
from db.queries import places as queries
from rcc_tui.config import config_folder
from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.errors import StoreError
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import Place
from rcc_tui.search.asked import Price, Query
from rcc_tui.search.engine import Engine, Found
from rcc_tui.search.index import INDEX_VERSION, Index
from rcc_tui.search.rows import IndexRow, index_row, texts_of
from rcc_tui.services.desk import Desk
from rcc_tui.services.moments import minute
from rcc_tui.services.own_words import known_words
from rcc_tui.sync.fold import Touched

# Beyond this many touched at once it is quicker to read the whole list anew.
_MOST_TOUCHED = 20_000
# Places read for the list are kept up to so many.
_MOST_KEPT = 1_000
# Of more places than this that have all words of a phrase the store is asked which have them side by side.
_MANY = 300
# With this many changes since the snapshot a new one is worth its writing.
_SAVE_AFTER = 200

T = TypeVar("T")
_Seen = tuple[int, int]


class Following:
    """Told of every fold, in its transaction; holds the desk's finder once there is one."""

    def __init__(self) -> None:
        self.finder: Finder | None = None

    def __call__(self, connection: sqlite3.Connection, touched: Touched) -> None:
        """Note what changed, for this program and every other that has the store open."""
        if touched.get("erasure"):
            alerts.forget(connection)
        vacancies, settings = touched.get("vacancy", ()), touched.get("setting", ())
        erased = touched.get("erasure") and (vacancies or settings)
        if erased or len(vacancies) + len(settings) > _MOST_TOUCHED:
            searching.follow_all(connection)
        else:
            searching.follow(connection, vacancies, settings)


def attach(desk: Desk) -> None:
    """Let the search follow what this desk folds; again does nothing. What was not followed is noticed."""
    _following(desk)


def _following(desk: Desk) -> Following:
    for follower in desk.followers:
        if isinstance(follower, Following):
            return follower
    _catch_up(desk)
    # Other programs may have written without following: what this desk follows is told on top of that.
    desk.store.began.append(lambda: searching.catch_up(desk.store.write))
    following = Following()
    desk.followers.append(following)
    return following


def _catch_up(desk: Desk) -> None:
    """Follow what was not followed. Raises StoreError."""
    if not searching.is_current(desk.store.write):
        with desk.store.transaction() as write:
            searching.catch_up(write)


class Finder:
    """Searches the regional list of one desk. Sees every committed change at the next search.

    The index holds what is free now: places on hold for others are taken off it, and put back when the
    hold lapses.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = RLock()  # who looks at the engine may ask what is remembered of it
        self._state = searching.State(generation=-1)
        self._seen: _Seen | None = None
        self._held: dict[str, int] = {}
        self._lapse = ""
        self._answers: dict[Hashable, str] = {}
        self._read: dict[str, Place | None] = {}
        self._read_at = ""
        self._synonyms, self._problems = known_words(config_folder())
        self._form = _form(self._synonyms)
        self._use(Index())
        self.refresh()

    def find(
        self,
        query: Query,
        *,
        limit: int | None,
        needs: Needs | None,
        hub: str,
        prices: tuple[Price, ...] = (),
    ) -> Found:
        """The best places of a query."""
        with self._lock:
            self._refresh()
            return self._engine.find(
                query,
                limit=limit,
                needs=needs,
                buyer=self._desk.code,
                own_hub=hub,
                today=self._desk.clock.today(),
                prices=prices,
            )

    def explain(self, ids: Sequence[str], query: Query) -> dict[str, list[tuple[str, int]]]:
        """How each word of the query matched these places, with points."""
        with self._lock:
            return self._engine.explain_all(ids, query)

    def ask(self, look: Callable[[Engine], T]) -> T:
        """What somebody finds who looks at the engine itself."""
        with self._lock:
            self._refresh()
            return look(self._engine)

    def places(self, ids: Sequence[str]) -> list[Place]:
        """The places of these ids as they are now, in that order; those no longer on the list are left out.

        What was read stays at hand until the store or the minute changes: keystrokes ask for much the same.
        """
        now = minute(self._desk)
        if now != self._read_at or len(self._read) > _MOST_KEPT:
            self._read, self._read_at = {}, now
        unread = [id for id in ids if id not in self._read]
        if unread:
            rows = self._desk.read(queries.places, unread, now, self._desk.code)
            for id in unread:
                row = rows.get(id)
                self._read[id] = row.place if row and row.listed and row.place.free else None
        return [place for id in ids if (place := self._read[id]) is not None]

    def take_problems(self) -> tuple[str, ...]:
        """What is wrong with this person's own list of abbreviations; said once."""
        said, self._problems = self._problems, ()
        return said

    def remembered(self, key: Hashable, ask: Callable[[], str]) -> str:
        """The answer to a question about the store, asked again only after the store has changed."""
        if key not in self._answers:
            self._answers[key] = ask()
        return self._answers[key]

    def refresh(self) -> None:
        """Take in what has changed since the last search."""
        with self._lock:
            self._refresh()

    def _refresh(self) -> None:
        seen, now = self._stands(), minute(self._desk)
        changed = seen is None or seen != self._seen
        if not changed and not (self._lapse and self._lapse <= now):
            return
        if changed:
            self._read.clear()
            self._answers.clear()
        touched = self._follow_store() if changed else set()
        held, self._lapse = self._desk.read(queries.held, now, self._desk.code)
        before, self._held = self._held, held
        touched |= {id for id in {*before, *held} if before.get(id) != held.get(id)}
        self._put(touched, held)
        self._seen = seen

    def _stands(self) -> _Seen | None:
        """Two numbers that stay as they are while nobody writes; None while a transaction is open."""
        store = self._desk.store
        if store.write.in_transaction:
            return None
        return store.data_version(), store.write.total_changes

    def _follow_store(self) -> set[str]:
        """Bring the index to the committed state, holds apart. Returns ids whose holds must be seen to."""
        # A store that is busy just now changes once more when whoever writes is done.
        with suppress(StoreError):
            _catch_up(self._desk)
        state = self._desk.read(searching.state)
        if state == self._state:
            return set()
        if state.generation != self._state.generation or self._state.stamp < state.floor:
            self._load(state)
            self._held = {}
            return set()
        changed = set(self._desk.read(searching.changes, self._state.stamp))
        self._state = state
        return changed

    def _load(self, state: searching.State) -> None:
        index, whole = None, False
        if state.saved == state.generation:
            index = Index.load(
                self._desk.read(searching.blobs), INDEX_VERSION if state.version == self._form else -1
            )
        changed = self._desk.read(searching.changes, state.floor)
        if index is None:
            index, whole = self._desk.read(self._built), True
        else:
            self._apply(index, changed, self._desk.read(_listed, changed))
            if index.worn:
                index, whole = index.compact(), True
        if whole or len(changed) > _SAVE_AFTER:
            self._save(replace(state, version=self._form), index, whole=whole)
        self._state = state
        self._use(index)

    def _save(self, state: searching.State, index: Index, *, whole: bool) -> None:
        blobs = index.dump() if whole else index.changes()
        # A store that cannot be written just now can still be searched; the next to open it saves.
        with suppress(StoreError), self._desk.store.transaction() as write:
            searching.save(write, state, blobs, whole=whole)

    def _use(self, index: Index) -> None:
        self._index = index
        _ = index.lexicon  # made now, not at the first key
        self._engine = Engine(index, fixtures.gazetteer(), self._synonyms, self._texts)

    def _put(self, ids: set[str], held: dict[str, int]) -> None:
        if ids:
            places = self._desk.read(_listed, sorted(ids))
            self._apply(
                self._index, ids, [replace(one, free=one.free - held.get(one.id, 0)) for one in places]
            )

    def _built(self, connection: sqlite3.Connection) -> Index:
        return Index.build(self._row(place) for place in queries.listed(connection) if place.free > 0)

    def _apply(self, index: Index, ids: Iterable[str], places: Iterable[Place]) -> None:
        rows = {place.id: self._row(place) for place in places if place.free > 0}
        for id in ids:
            if id in rows:
                index.add(rows[id])
            else:
                index.remove(id)

    def _texts(self, ids: Sequence[str], phrase: str) -> list[tuple[str, Sequence[str]]]:
        if len(ids) > _MANY:
            # Most have the words apart: letting the store look for the letters is quicker than reading all.
            wanted = set(ids)
            return [one for one in self._desk.read(_texts_like, phrase) if one[0] in wanted]
        places = self._desk.read(_listed, ids)
        return [(one.id, texts_of(one, _authority(one.setting.authority))) for one in places]

    def _row(self, place: Place) -> IndexRow:
        return index_row(place, _authority(place.setting.authority), self._synonyms)


def open_finder(desk: Desk) -> Finder:
    """The finder of a desk, made when first asked for; the first time ever that takes seconds."""
    following = _following(desk)
    if following.finder is None:
        following.finder = Finder(desk)
    return following.finder


def _listed(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Place]:
    return list(queries.listed(connection, ids))


def _texts_like(connection: sqlite3.Connection, phrase: str) -> list[tuple[str, tuple[str, ...]]]:
    return list(queries.texts_like(connection, phrase))


def _form(synonyms: Mapping[str, str]) -> int:
    """The form of the index, and of the names and abbreviations by which it was made: a snapshot of another
    is made anew."""
    made_by = repr((sorted(synonyms.items()), fixtures.authorities()))
    return INDEX_VERSION << 32 | crc32(made_by.encode("utf-8", "surrogatepass"))


@cache
def _authority(code: str) -> Authority | None:
    return next((one for one in fixtures.authorities() if one.code == code), None)
