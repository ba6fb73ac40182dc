"""The language of the search in examples: one table for the help of the screen, the command and the page.

`docs/search.md` has these lines and more.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """What is written, and what it finds or keeps."""

    write: str
    keeps: str


WORDS = (
    Example("fostr slouhg", "places with both words, letters put right"),
    Example('"milton keynes"', "words side by side, in one field"),
    Example("slough|reading", "either word"),
    Example("foster -slough", "not with this word (or what it abbreviates)"),
)
FILTERS = (
    Example("12f", "places that take a girl of 12"),
    Example("sib2", "two places, for siblings together"),
    Example("<1200", "at most so much a week"),
    Example("20mi from SL1", "within so many miles"),
    Example("now", "open today"),
    Example("by 3 dec", "open by a day: 3 dec, 3/12/2026, friday, +7"),
    Example("type:K2|foster", "any of several codes or kinds of care"),
    Example("hub:north", "places of a hub"),
    Example("la:slough", "places an authority owns"),
    Example("emergency", "takes emergencies"),
    Example("solo", "a child may live there alone"),
    Example("own", "places of your own authority"),
    Example("stale", "not confirmed for more than 14 days"),
    Example("protected", "kept for a group"),
    Example("-stale -own", "a flag turned round"),
    Example("-type:K1 -hub:south", "left out by name"),
    Example("-la:kent|medway", "several left out"),
    Example("age:12 sex:f sib:2", "the same by name; so mi: price: from: by:"),
)
LET_GO = (
    Example("age:any", "the age"),
    Example("sex:any", "the sex"),
    Example("sib:any", "the number of places"),
    Example("mi:any", "the distance"),
    Example("by:any", "the day"),
    Example("emergency:any", "whether emergencies are taken"),
    Example("solo:any", "living alone"),
)
SECTIONS = (
    ("Words", WORDS),
    ("Filters", FILTERS),
    ("Let go of what a request says", LET_GO),
)
"""Everything, under its headings."""
