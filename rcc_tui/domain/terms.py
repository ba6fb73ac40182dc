"""The terms of a trade: everything both parties sign, down to the penny."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the weekly price: `label` as people read it, `pence` a week, `part` one of PARTS.

    `nights`: for how many of the first nights the line is due; 0 for the whole stay.
    """

    label: str
    pence: int
    part: str = "core"
    nights: int = 0


PARTS = ("core", "additional", "education", "other")
FUNDERS = ("social care", "education", "health")


@dataclass(frozen=True, slots=True)
class Funder:
    """A funder's share of the weekly total, pence a week."""

    name: str
    pence: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed. The terms hash is the SHA-256 of the encoded bytes of this record.

    Codes are DfE codes; `referral`, `vacancy`, `setting` and `tariff` are hex ids (tariff: the hash of its
    document, empty when off-tariff); dates ISO 8601; `end` may be empty (open-ended); pence are integers.
    `lines` add up to `weekly`, and so do `funders` where given. `effective` is the day from which changed
    terms hold, empty for those of the whole stay. `retainer_percent` is the share of the weekly price that is
    due while the place is kept open and empty; 0: that was not agreed.
    """

    buyer: str
    seller: str
    referral: str
    vacancy: str
    setting: str
    setting_name: str
    place: str
    start: str
    end: str
    age: int
    sex: str
    places: int
    tariff: str
    band: str
    lines: tuple[Line, ...]
    weekly: int
    notice_days: int
    funders: tuple[Funder, ...] = ()
    valid_until: str = ""
    off_tariff: str = ""
    by_telephone: bool = False
    legal_basis: str = ""
    effective: str = ""
    retainer_percent: int = 0
