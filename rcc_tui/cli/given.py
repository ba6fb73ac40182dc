"""What a child needs, as options: the keys of the request file, one option each."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from rcc_tui.cli.command import Choice, OptionSet
from rcc_tui.cli.options import pairs, pence
from rcc_tui.domain.needs import Needs, needs_from_json

_SUITABILITIES = ("foster", "residential", "supported")


class NeedOptions(OptionSet):
    """Needs on the command line. `document` gives them as the request file has them."""

    CHOICES: ClassVar = (
        Choice("age", int, ("--age",), "Age in whole years."),
        Choice("sex", str, ("--sex",), "F, M or U."),
        Choice("siblings", int, ("--siblings",), "Children to be placed together, this one included."),
        Choice("needed_by", str, ("--needed-by",), "The day a place is needed, as 3 dec or 2026-12-03."),
        Choice("emergency", bool, ("--emergency/--planned",), "An emergency, or planned."),
        Choice("stay", str, ("--stay",), "short, medium, long or respite."),
        Choice("home", str, ("--home",), "Home outcode as SL1; of a full postcode the rest stays here."),
        Choice("max_miles", int, ("--max-miles",), "At most so many miles from home."),
        Choice("local", bool, ("--local/--out-of-area",), "Near home, or away from it."),
        Choice("out_of_area_reason", str, ("--out-of-area-reason",), "safeguarding, bail, court or other."),
        Choice("foster", str, ("--foster",), "preferred, suitable or unsuitable."),
        Choice("residential", str, ("--residential",), "preferred, suitable or unsuitable."),
        Choice("supported", str, ("--supported",), "preferred, suitable or unsuitable."),
        Choice("alongside", str, ("--alongside",), "any, solo, with, older or younger."),
        Choice("needs", list[str], ("--need",), "A need, as autism. May be given again."),
        Choice("communication", str, ("--communication",), "ESOL, BSL, Makaton or Other."),
        Choice("cultural", str, ("--cultural",), "Cultural needs, in words."),
        Choice("adaptation", str, ("--adaptation",), "Adaptations the place must have, in words."),
        Choice("pets", str, ("--pets",), "About pets, in words."),
        Choice("education", str, ("--education",), "Education to be continued, in words."),
        Choice("health", str, ("--health",), "Health needs, in words."),
        Choice("ratio", str, ("--ratio",), "Adults to children: standard, 1:1, 2:1 or >2:1."),
        Choice("support", list[str], ("--support",), "supervision, therapeutic, respite_worker, … Again."),
        Choice("support_other", str, ("--support-other",), "Which other support, in words."),
        Choice("risks", list[str], ("--risk",), "A risk and its level, as self_harm=high. Again."),
        Choice("dol", bool, ("--dol/--no-dol",), "Under a deprivation of liberty order."),
        Choice("uasc", bool, ("--uasc/--no-uasc",), "Unaccompanied and seeking asylum."),
        Choice("legal_status", str, ("--legal-status",), "SSDA903 legal status, as C2."),
        Choice("category", str, ("--category",), "SSDA903 category of need, as N1."),
        Choice("avoid", list[str], ("--avoid",), "An outcode or town to keep away from. Again."),
        Choice("school", str, ("--school",), "School to be kept, in words."),
        Choice("budget_weekly", str, ("--budget-weekly",), "Pounds a week in mind, as 1200.00."),
    )

    def document(self, base: dict[str, object] | None = None) -> dict[str, object]:
        """The request file's object: `base` with what was given put over it. Raises Refused, UsageError."""
        found: dict[str, object] = dict(base or {})
        for key, value in self.items():
            if key in _SUITABILITIES:
                found["suitability"] = {**_object(found.get("suitability")), key: value}
            elif key == "risks":
                found["risks"] = {**_object(found.get("risks")), **pairs(value, "--risk")}
            elif key == "budget_weekly":
                found[key] = pence(value, "--budget-weekly")
            else:
                found[key] = value
        return found

    def needs(self, today: date) -> Needs:
        """The needs these options alone make. Raises Refused."""
        return needs_from_json(self.document(), today)[0]


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
