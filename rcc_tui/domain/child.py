"""A child and an episode of care, as the authority that looks after the child records them.

Fields are those of the SSDA903 return. None of this ever leaves the authority.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """Who the child is. Days are ISO text; `sex` M, F or U; `uasc` unaccompanied asylum seeking."""

    local_id: str
    dob: str = ""
    sex: str = ""
    ethnic: str = ""
    name: str = ""
    upn: str = ""
    mother: str = ""
    mother_dob: str = ""
    uasc: bool = False
    uasc_ceased: str = ""


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """One placement: SSDA903 codes as they stand in the return, `weekly` integer pence (0: not known).

    `start` and `end` are DECOM and DEC, `reason` RNE, `category` CIN, `end_reason` REC, `change_reason`
    REASON_PLACE_CHANGE; `trade` names the trade the place was bought by, if any.
    """

    local_id: str
    start: str
    reason: str = ""
    legal_status: str = ""
    category: str = ""
    place: str = ""
    place_provider: str = ""
    end: str = ""
    end_reason: str = ""
    change_reason: str = ""
    home_postcode: str = ""
    place_postcode: str = ""
    urn: str = ""
    weekly: int = 0
    trade: str = ""


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A row of a return's other tables, kept as given: `kind` names the table, `cells` are its columns."""

    kind: str
    cells: tuple[tuple[str, str], ...]
