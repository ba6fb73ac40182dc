"""Postcode districts that exist: a slip in one would put a place nowhere, and no search would say so."""

from __future__ import annotations

import fixtures
from rcc_tui.domain.errors import Refused

# Areas that the national grid references leave out: Northern Ireland, the Channel Islands, Man.
_WITHOUT_GRID = ("BT", "GY", "IM", "JE")


def must_exist(outcode: str, field: str) -> None:
    """Raises Refused for an outcode (in its tidy form) that no postcode begins with; empty is let pass."""
    if outcode and not outcode.startswith(_WITHOUT_GRID) and not fixtures.gazetteer().knows(outcode):
        raise Refused(
            f"There is no postcode district {outcode}.", where=field, hint="Check it: distances go by it."
        )
