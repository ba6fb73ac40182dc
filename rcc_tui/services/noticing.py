"""New places that fit a request: noticed at this desk, by itself, whatever brought them.

A place is news for a request when it fits now and did not when this was last looked into: it is new, was
given back, became cheaper … Confirming it again changes nothing. What fits when a request is first known, or
is changed, is no news. What nobody has looked at yet stays news while it fits.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

from db import alerts as store
from rcc_tui.domain.errors import StoreError
from rcc_tui.search.bitset import rows_of
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import Index
from rcc_tui.search.query import parse
from rcc_tui.search.rank import possible
from rcc_tui.services.desk import Desk
from rcc_tui.services.finder import open_finder
from rcc_tui.services.finding import names
from rcc_tui.services.judging import priced
from rcc_tui.services.requests import RequestView, waiting

_AT_ONCE = 4  # requests looked into before somebody else may have the index


def notice(desk: Desk) -> bool:
    """Look into all open requests. Returns whether there is other news than before."""
    watch = Watch()
    watch.begin(desk)
    while watch.more:
        watch.go_on(desk)
    return watch.changed


class Watch:
    """Looks into open requests, a few at a time, and only if something has changed since.

    `changed` is set when there is other news than before; whoever has told of it may take it back.
    """

    def __init__(self) -> None:
        self.changed = False
        self._waiting: list[RequestView] = []
        self._known: dict[str, store.Known] = {}
        self._stood: Hashable = None
        self._seen_in: Index | None = None
        self._seen: dict[str, tuple[str, int]] = {}  # what each asked for and the rows that fitted, in there

    @property
    def more(self) -> bool:
        """Whether there are requests still to be looked into."""
        return bool(self._waiting)

    def begin(self, desk: Desk) -> None:
        """See whether there is anything to look into, and forget requests that are closed or gone."""
        if desk.role == "hub":
            return
        requests = waiting(desk)
        asked = tuple((one.id, _asked(one)) for one in requests)
        index, version = open_finder(desk).ask(lambda engine: (engine.index, engine.index.version))
        stood = (index, version, asked, desk.clock.today())
        if stood == self._stood:
            return
        self._stood, self._waiting = stood, list(requests)
        self._known = desk.read(store.known)
        gone = (self._known.keys() | desk.read(store.news).keys()) - {one.id for one in requests}
        if gone:
            with suppress(StoreError), desk.store.transaction() as write:
                store.forget(write)
            self.changed = True

    def go_on(self, desk: Desk) -> None:
        """Look into the next requests."""
        now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        fits = open_finder(desk).ask(lambda engine: self._changed_fits(engine, desk, now))
        unseen = desk.read(store.news)
        notes: list[tuple[str, store.Known, list[str]]] = []
        for one in now:
            if one.id not in fits:
                continue
            found = store.Known(_asked(one), _keys(fits[one.id]))
            known = self._known.get(one.id)
            if known == found:
                continue
            keys = {_key(id): id for id in fits[one.id]}
            after = {id for id in unseen.get(one.id, ()) if _key(id) in keys}
            if known is not None and known.asked == found.asked:
                after |= {keys[key] for key in keys.keys() - _parted(known.places)}
            notes.append((one.id, found, sorted(after)))
        if not notes:
            return
        try:
            with desk.store.transaction() as write:
                for request, found, after_all in notes:
                    store.note(write, request, found, after_all)
        except StoreError:
            self._stood, self._seen = None, {}  # busy just now: again the next time
            return
        self.changed |= any(set(unseen.get(request, ())) != set(told) for request, _, told in notes)

    def _changed_fits(
        self, engine: Engine, desk: Desk, requests: Sequence[RequestView]
    ) -> dict[str, list[str]]:
        """The ids of the places that fit each request; without those that fit the same as the last time."""
        if self._seen_in is not engine.index:
            self._seen_in, self._seen = engine.index, {}
        ids, found = engine.index.ids, {}
        for one in requests:
            rows = _fits(engine, desk, one)
            now = (_asked(one), rows)
            if self._seen.get(one.id) != now:
                self._seen[one.id] = now
                found[one.id] = [ids[row] for row in rows_of(rows)]
        return found


def _fits(engine: Engine, desk: Desk, request: RequestView) -> int:
    """All places that pass the request's filters, its kept words and every hard limit."""
    today, needs = desk.clock.today(), request.needs
    query = parse(request.search, today=today, names=names(desk), typing=False)
    query = priced(desk, open_finder(desk), query, needs)
    excluded = tuple(word for word in query.words if word.excluded)
    rows = possible(engine.index, query.filled(needs), needs, desk.code, today)
    for words in ((), *((word,) for word in query.words if not word.excluded)):
        # Word by word: a list for the eye also shows what lacks one of them.
        part = replace(query, words=(*excluded, *words))
        rows &= engine.rows(part, needs=needs, buyer=desk.code, today=today)
    return rows


def _asked(request: RequestView) -> str:
    """A fingerprint of what a request asks for: another makes all that fits known, not new."""
    return sha256(repr((request.needs, request.search)).encode()).hexdigest()[:16]


def _key(id: str) -> bytes:
    return bytes.fromhex(id[: 2 * store.KEY])


def _keys(ids: Iterable[str]) -> bytes:
    """The keys of these ids in order, one after the other: most often there are thousands, all known."""
    return bytes.fromhex("".join(sorted(id[: 2 * store.KEY] for id in ids)))


def _parted(places: bytes) -> set[bytes]:
    return {places[start : start + store.KEY] for start in range(0, len(places), store.KEY)}
