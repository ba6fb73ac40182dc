"""What the index knows of a row beside its words: facts, each a set of rows, and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from zlib import crc32

from rcc_tui.search.rows import IndexRow

_EPOCH = date(2000, 1, 1).toordinal()
# What is kept as a number per row, and how many binary digits it has; larger numbers count as the largest.
MEASURES = {
    "age_min": 7,
    "age_max": 7,
    "places": 4,
    "weekly": 32,
    "confirmed": 16,
    "available": 16,
    "reserved_until": 16,
    "tie": 16,
}


@lru_cache(maxsize=4096)
def day_number(iso: str) -> int:
    """Days since 1999-12-31 of an ISO date, 0 for none and for what is no date."""
    try:
        return max(date.fromisoformat(iso).toordinal() - _EPOCH + 1, 1)
    except ValueError:
        return 0


def tie_number(id: str) -> int:
    """A number by which equal rows are ordered: the same on every machine, whatever order they came in."""
    return crc32(id.encode("utf-8", "surrogatepass")) & 0xFFFF


def facts_of(row: IndexRow) -> Iterator[str]:
    """The names of the sets of facts a row is in."""
    yield from (f"f:outcode:{row.outcode.upper()}", f"f:place:{row.place.lower()}")
    yield from (f"f:type:{row.type.lower()}", f"f:hub:{row.hub.lower()}")
    yield from (f"f:authority:{row.authority}", f"f:sex:{row.sex}")
    yield from (f"f:need:{need}" for need in set(row.needs))
    yield from (f"f:reserved:{code}" for code in set(row.reserved_for))
    if row.emergency:
        yield "f:emergency"
    if row.solo:
        yield "f:solo"
    if row.protected:
        yield from ("f:protected", f"f:protected:{row.protected.lower()}")
    if row.reserved_for:
        yield "f:reserved"


def measures_of(row: IndexRow) -> Iterator[tuple[str, int]]:
    """The numbers of a row, by the names of `MEASURES`."""
    for name, value in _numbers(row):
        yield name, min(max(value, 0), (1 << MEASURES[name]) - 1)


def _numbers(row: IndexRow) -> Iterator[tuple[str, int]]:
    yield "age_min", row.age_min
    yield "age_max", row.age_max
    yield "places", min(max(row.siblings, 1), row.free)
    yield "weekly", row.weekly
    yield "confirmed", day_number(row.stale_on)
    yield "available", day_number(row.available_from)
    yield "reserved_until", day_number(row.reserved_until)
    yield "tie", tie_number(row.id)
