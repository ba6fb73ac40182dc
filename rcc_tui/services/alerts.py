"""New places that fit a request and that nobody at this desk has looked at; `noticing` finds them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from db import alerts as store
from rcc_tui.domain.errors import StoreError
from rcc_tui.services.desk import Desk
from rcc_tui.services.requests import RequestView, waiting


@dataclass(frozen=True, slots=True)
class News:
    """Places (ids) that fit an open request and nobody has looked at."""

    request: RequestView
    places: tuple[str, ...]


def news(desk: Desk) -> tuple[News, ...]:
    """What was noticed and is still to be looked at, the most urgent request first."""
    found = desk.read(store.news)
    return tuple(News(one, found[one.id]) for one in waiting(desk) if one.id in found) if found else ()


def look(desk: Desk, request: str) -> tuple[str, ...]:
    """The new places for a request; from now on they count as looked at."""
    found = desk.read(store.news).get(request, ())
    if found:
        # A store that cannot be written just now tells the same again.
        with suppress(StoreError), desk.store.transaction() as write:
            store.seen(write, request)
    return found
