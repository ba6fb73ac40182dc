"""Code lists of the field: a code and what it means, as the published guidance words it.

Source: DfE SSDA903 guide for local authorities. A code whose meaning is not published has the meaning "".
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from rcc_tui.domain.errors import Refused

SEX: dict[str, str] = {"F": "Female", "M": "Male", "U": "Unknown or unspecified", "1": "Male", "2": "Female"}

PLACE: dict[str, str] = {
    "U1": "Fostering with relatives or friends: long term",
    "U2": "Fostering with relatives or friends: also approved adopter or fostering for adoption",
    "U3": "Fostering with relatives or friends: other",
    "U4": "Fostering with other carers: long term",
    "U5": "Fostering with other carers: also approved adopter or fostering for adoption",
    "U6": "Fostering with other carers: other",
    "K1": "Secure children's home",
    "K2": "Children's home",
    "K3": "Registered supported accommodation",
    "H5": "Semi-independent living, not under the children's homes regulations",
    "P1": "Placed with own parents or others with parental responsibility",
    "P2": "Independent living",
    "P3": "Residential employment",
    "R1": "Residential care home",
    "R2": "NHS or other establishment providing medical or nursing care",
    "R3": "Family centre or mother and baby unit",
    "R5": "Young offender institution",
    "S1": "Residential school",
    "A3": "Placed for adoption with consent, with current foster carer",
    "A4": "Placed for adoption with consent, not with current foster carer",
    "A5": "Placed for adoption with placement order, with current foster carer",
    "A6": "Placed for adoption with placement order, not with current foster carer",
    "T0": "All types of temporary move",
    "T1": "Temporary period in hospital",
    "T2": "Temporary absence on holiday",
    "T3": "Temporary accommodation while normal foster carer is on holiday",
    "T4": "Temporary accommodation of seven days or less, for any other reason",
    "Z1": "Other placement",
    "Z11": "",
    "Z12": "",
    "Z13": "",
    "Z14": "",
}

PLACE_PROVIDER: dict[str, str] = {
    "PR0": "Parents or others with parental responsibility",
    "PR1": "Own provision by the local authority",
    "PR2": "Other local authority provision",
    "PR3": "Other public provision",
    "PR4": "Private provision",
    "PR5": "Voluntary or third sector provision",
}

RNE: dict[str, str] = {
    "S": "Started to be looked after",
    "L": "Change of legal status only",
    "P": "Change of placement and carer only",
    "T": "Change of placement, same carer, only",
    "B": "Change of legal status, placement and carer at the same time",
    "U": "Change of legal status and placement, same carer, at the same time",
}

LEGAL_STATUS: dict[str, str] = {
    "C1": "Interim care order",
    "C2": "Full care order",
    "D1": "Freeing order granted",
    "E1": "Placement order granted",
    "V2": "Single period of accommodation under section 20",
    "V3": "Agreed series of short-term breaks, individual episodes recorded",
    "V4": "Agreed series of short-term breaks, agreements recorded",
    "L1": "Under police protection and in local authority accommodation",
    "L2": "Emergency protection order",
    "L3": "Under child assessment order and in local authority accommodation",
    "J1": "Remanded to local authority accommodation or to youth detention accommodation",
    "J2": "Accommodated under the Police and Criminal Evidence Act",
    "J3": "Sentenced to a youth rehabilitation order with a residence requirement",
}

CIN: dict[str, str] = {
    "N1": "Abuse or neglect",
    "N2": "Child's disability",
    "N3": "Parental illness or disability",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
}

REC: dict[str, str] = {
    "X1": "Episode ceases and a new episode begins on the same day",
    "E11": "Adopted, application unopposed",
    "E12": "Adopted, consent dispensed with by the court",
    "E2": "Died",
    "E3": "Care taken over by another local authority in the UK",
    "E4A": "Returned home as part of the care planning process",
    "E4B": "Returned home, not part of the current care planning process",
    "E5": "Moved into independent living with formalised advice or support",
    "E6": "Moved into independent living without formalised advice or support",
    "E7": "Transferred to residential care funded by adult social care",
    "E8": "Ceased to be looked after for any other reason",
    "E9": "Sentenced to custody",
    "E13": "Left care to live with parents, relatives or others with no parental responsibility",
    "E14": "Accommodation on remand ended",
    "E15": "Age assessment determined child is aged 18 or over",
    "E16": "Child moved abroad",
    "E17": "Aged 18 or over and remained with current carers",
    "E41": "Residence order or child arrangements order granted",
    "E45": "Special guardianship order, former foster carers who are relatives or friends",
    "E46": "Special guardianship order, former foster carers other than relatives or friends",
    "E47": "Special guardianship order, other carers who are relatives or friends",
    "E48": "Special guardianship order, other carers who are not relatives or friends",
}

REASON_PLACE_CHANGE: dict[str, str] = {
    "CARPL": "Change to or implementation of care plan",
    "CLOSE": "Resignation or closure of provision",
    "ALLEG": "Allegation (section 47)",
    "STAND": "Standards of care concern",
    "APPRR": "Approval removed",
    "CREQB": "Carer requests placement end due to child's behaviour",
    "CREQO": "Carer requests placement end other than due to child's behaviour",
    "CHILD": "Child requests placement end",
    "LAREQ": "Responsible or area authority requests placement end",
    "PLACE": "Change in the status of placement only",
    "CUSTOD": "Custody arrangement",
    "OTHER": "Other",
}
ENDING_REASONS = REASON_PLACE_CHANGE

ETHNIC: dict[str, str] = {
    "WBRI": "White British",
    "WIRI": "White Irish",
    "WOTH": "Any other White background",
    "WIRT": "Traveller of Irish heritage",
    "WROM": "Gypsy or Roma",
    "MWBC": "White and Black Caribbean",
    "MWBA": "White and Black African",
    "MWAS": "White and Asian",
    "MOTH": "Any other Mixed background",
    "AIND": "Indian",
    "APKN": "Pakistani",
    "ABAN": "Bangladeshi",
    "AOTH": "Any other Asian background",
    "BCRB": "Caribbean",
    "BAFR": "African",
    "BOTH": "Any other Black background",
    "CHNE": "Chinese",
    "OOTH": "Any other ethnic group",
    "REFU": "Refused",
    "NOBT": "Information not yet obtained",
}

# Not a DfE list: the structured refusals that providers and authorities agreed to give.
REFUSAL_REASONS: dict[str, str] = {
    "no_match": "No suitable match with children in home",
    "needs": "Needs cannot be met",
    "staffing": "Staffing",
    "registration": "Not registered for age or need",
    "taken": "Place taken",
    "reserved": "Reserved",
    "terms": "Placing authority's terms",
    "other": "Other",
}

# National Placements Data Standard: out_of_LA_reason.
OUT_OF_AREA: dict[str, str] = {
    "safeguarding": "Safeguarding concerns",
    "bail": "Bail conditions",
    "court": "Court order",
    "other": "Other",
}

_Z1_SPLIT = frozenset({"Z11", "Z12", "Z13", "Z14"})
_URN = re.compile(r"SC[0-9]{6}|[0-9]{7}|X{7}")


def place_codes(year: int) -> frozenset[str]:
    """PLACE codes in use in a collection year (2026 = 1 April 2025 to 31 March 2026).

    Years before 2017 are read by the list of 2017, the earliest known here.
    """
    codes = frozenset(PLACE) - _Z1_SPLIT
    if year < 2025:
        return codes - {"K3"}
    codes -= {"H5", "P2"}
    return codes if year < 2026 else (codes - {"Z1"}) | _Z1_SPLIT


def check_code(value: str, codes: Mapping[str, str], field: str) -> str:
    """The code as the list spells it, in whatever case it was typed. Raises Refused naming the nearest."""
    typed = value.strip()
    if typed in codes:
        return typed
    by_fold = {code.casefold(): code for code in codes}
    if (found := by_fold.get(typed.casefold())) is not None:
        return found
    near = [by_fold[fold] for fold in difflib.get_close_matches(typed.casefold(), by_fold, n=4, cutoff=0.3)]
    offered = near or list(codes)[:6]
    listed = ", ".join(f"{code} {codes[code]}".strip() for code in offered)
    what = f"“{value}” is not a code of {field}." if typed else f"{field} has no code."
    raise Refused(what, where=field, hint=f"Try {listed}.")


def pick(text: str, codes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes that a few typed letters may mean, best first; everything for no letters.

    Order: the code itself, codes that begin so, meanings with a word that begins so, meanings that hold
    all typed words anywhere.
    """
    typed = text.strip().casefold()
    if not typed:
        return list(codes.items())
    ranked: list[tuple[int, int, str]] = []
    for place, (code, meaning) in enumerate(codes.items()):
        if (rank := _pick_rank(typed, code.casefold(), meaning.casefold())) is not None:
            ranked.append((rank, place, code))
    return [(code, codes[code]) for _, _, code in sorted(ranked)]


def _pick_rank(typed: str, code: str, meaning: str) -> int | None:
    if code == typed:
        return 0
    if code.startswith(typed):
        return 1
    if meaning.startswith(typed):
        return 2
    words = re.findall(r"[\w']+", meaning)
    wanted = typed.split()
    if all(any(word.startswith(want) for word in words) for want in wanted):
        return 3
    return 4 if all(want in meaning for want in wanted) else None


def check_urn(value: str, field: str = "urn") -> str:
    """A provider's reference: SC999999, seven digits, or XXXXXXX where another body inspects."""
    urn = value.strip().upper()
    if not _URN.fullmatch(urn):
        raise Refused(
            f"“{value}” is not a URN.",
            where=field,
            hint="Give SC and six digits, seven digits, or XXXXXXX where another body inspects.",
        )
    return urn
