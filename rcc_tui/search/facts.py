"""What the index knows of a row beside its words: facts, each a set of rows, and numbers."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from operator import gt
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
_LARGEST = tuple((1 << width) - 1 for width in MEASURES.values())


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


def facts_of(row: IndexRow) -> list[str]:
    """The names of the sets of facts a row is in."""
    facts = [*_always(row.outcode, row.place, row.type, row.hub, row.authority, row.sex)]
    facts += [f"f:need:{need}" for need in set(row.needs)]
    facts += [f"f:{mark}" for mark in set(row.marks)]
    if row.emergency:
        facts.append("f:emergency")
    if row.solo:
        facts.append("f:solo")
    if row.protected:
        facts += ("f:protected", f"f:protected:{row.protected.lower()}")
    if row.reserved_for:
        facts += ("f:reserved", *(f"f:reserved:{code}" for code in set(row.reserved_for)))
    return facts


@lru_cache(maxsize=4096)
def _always(outcode: str, place: str, type: str, hub: str, authority: str, sex: str) -> tuple[str, ...]:
    return (
        f"f:outcode:{outcode.upper()}",
        f"f:place:{place.lower()}",
        f"f:type:{type.lower()}",
        f"f:hub:{hub.lower()}",
        f"f:authority:{authority}",
        f"f:sex:{sex}",
    )


def measures_of(row: IndexRow) -> tuple[int, ...]:
    """The numbers of a row, in the order of `MEASURES`."""
    numbers = (
        row.age_min,
        row.age_max,
        min(max(row.siblings, 1), row.free),
        row.weekly,
        day_number(row.stale_on),
        day_number(row.available_from),
        day_number(row.reserved_until),
        tie_number(row.id),
    )
    if min(numbers) < 0 or any(map(gt, numbers, _LARGEST)):
        return tuple(min(max(number, 0), most) for number, most in zip(numbers, _LARGEST, strict=True))
    return numbers
