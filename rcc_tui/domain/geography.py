"""Where things lie: grid references, outcodes, and the distance the DfE counts.

Source: SSDA903 guide: sqrt(dE² + dN²) / 1000 / 1.6093 miles to one decimal, 999.9 where unknown, and
"over 20 miles" is strict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt

from rcc_tui.domain.errors import Refused

UNKNOWN_MILES = 999.9

_OUT = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_IN = r"[0-9][ABD-HJLNP-UW-Z]{2}"
_OUTCODE = re.compile(_OUT)
_POSTCODE = re.compile(f"({_OUT}) ?({_IN})")


@dataclass(frozen=True, slots=True)
class Grid:
    """A point of the national grid, in metres."""

    easting: int
    northing: int


def miles(a: Grid | None, b: Grid | None) -> float:
    """Straight miles between two points, one decimal, half up; `UNKNOWN_MILES` where either is unknown."""
    if a is None or b is None:
        return UNKNOWN_MILES
    squared = (a.easting - b.easting) ** 2 + (a.northing - b.northing) ** 2
    # Whole arithmetic: tenths of a mile t is the largest with (t - 1/2) × 160.93 m <= the distance.
    return (isqrt(40_000 * squared) // 16_093 + 1) // 2 / 10


def over_20(distance: float) -> bool:
    """More than 20 miles away; an unknown distance is not."""
    return 20 < distance < UNKNOWN_MILES


def borderline(distance: float) -> bool:
    """Whether a distance by outcode centres may lie on either side of 20 miles (17 to 23)."""
    return 17 <= distance <= 23


def is_postcode(text: str) -> bool:
    """Whether the text is a full postcode, by its form."""
    return _POSTCODE.fullmatch(_tidy(text)) is not None


def is_outcode(text: str) -> bool:
    """Whether the text is a postcode district such as SL1, by its form."""
    return _OUTCODE.fullmatch(_tidy(text)) is not None


def outcode_of(text: str, field: str = "outcode") -> str:
    """The outcode of an outcode or a full postcode in any case and spacing. Raises Refused."""
    tidy = _tidy(text)
    if _OUTCODE.fullmatch(tidy):
        return tidy
    if match := _POSTCODE.fullmatch(tidy):
        return match.group(1)
    raise Refused(f"“{text}” is not a postcode.", where=field, hint="Write an outcode like SL1.")


def _tidy(text: str) -> str:
    return " ".join(text.upper().split())


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Outcodes and the centres of them."""

    outcodes: Mapping[str, Grid]

    def knows(self, outcode: str) -> bool:
        """Whether the outcode has a centre here."""
        return outcode.upper() in self.outcodes

    def grid(self, outcode: str) -> Grid | None:
        """The centre of an outcode, None where it is not known."""
        return self.outcodes.get(outcode.upper())

    def miles(self, a: str, b: str) -> float:
        """Miles between the centres of two outcodes; `UNKNOWN_MILES` where either is not known."""
        return miles(self.grid(a), self.grid(b))
