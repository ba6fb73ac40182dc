"""How much each thing about a place counts when places are ranked for a child: one table, with sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rcc_tui.domain.errors import Refused

# What the table of weights must hold: how each is counted. Points below zero speak against a place.
UNITS: dict[str, str] = {
    **dict.fromkeys(("need met", "age margin", "next door", "away as asked", "under tariff"), "for"),
    **dict.fromkeys(("confirmed lately", "own hub", "already paid for", "siblings together"), "for"),
    **dict.fromkeys(("type preferred", "type suitable", "solo", "ground floor"), "for"),
    **dict.fromkeys(("need not stated", "farthest", "beyond the miles asked", "secure"), "against"),
    **dict.fromkeys(("near though away was asked", "over tariff", "dearest", "over budget"), "against"),
    **dict.fromkeys(("stale", "not solo", "more adults needed", "free too late"), "against"),
    **dict.fromkeys(("stay not taken", "sex not recorded", "registration not stated"), "against"),
    "impossible": "against",
    "age margin years": "years",
    "miles a point": "miles",
    "lately": "days",
}
_LARGEST = 1000


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each thing about a place counts: a value for every name of `UNITS`, and what it means.

    Values are points, or years, miles or days where the unit says so.
    """

    values: Mapping[str, int]
    meanings: Mapping[str, str]

    def __getitem__(self, name: str) -> int:
        return self.values[name]


def weights_of(rows: Iterable[Mapping[str, str]]) -> Weights:
    """The weights of a table with the columns name, value, unit and meaning. Raises Refused naming the row.

    Every name of `UNITS` stands in it once, points on the side of zero that its name says, with a sentence.
    """
    values: dict[str, int] = {}
    meanings: dict[str, str] = {}
    for row in rows:
        name, value, meaning = row["name"], row["value"], row["meaning"]
        side = UNITS.get(name, "")
        if not side or name in values:
            raise Refused(
                f"“{name}” is no weight, or stands twice.", where=name, hint="See the shipped table."
            )
        if row["unit"] != ("points" if side in ("for", "against") else side) or not meaning.strip():
            raise Refused(f"The unit or the meaning of “{name}” is off.", where=name, hint="Give both.")
        if not re.fullmatch(r"-?[0-9]{1,4}", value) or not _leans(int(value), side):
            raise Refused(f"“{value}” cannot be the weight of “{name}”.", where=name, hint=f"Speaks {side}.")
        values[name], meanings[name] = int(value), meaning
    if missing := [name for name in UNITS if name not in values]:
        raise Refused(f"No weight for {', '.join(missing)}.", where=missing[0], hint="Add the rows.")
    return Weights(values, meanings)


def _leans(value: int, side: str) -> bool:
    return -_LARGEST <= value <= 0 if side == "against" else (0 if side == "for" else 1) <= value <= 100
