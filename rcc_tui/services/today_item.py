"""One thing to do, and a list of such things cut where it grows too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Of one sort of thing so many are named; the rest is counted.
MOST = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `due` is an ISO day or minute, empty where nothing runs out; `where` names the
    screen (requests, search, trades, places, reconcile, sync) and `id` the record, empty for a count. A month
    of a pair is named `seller buyer month`."""

    kind: str
    text: str
    due: str
    where: str
    id: str
    urgent: bool


def cut(items: Iterable[Item], total: int, rest: str, where: str) -> Iterator[Item]:
    """The first of them; where there are more, a line that counts the rest."""
    shown = 0
    for item in items:
        if shown == MOST:
            break
        shown += 1
        yield item
    if total > shown:
        yield Item("more", f"{total - shown} {rest}", "", where, "", False)
