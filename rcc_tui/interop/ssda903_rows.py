"""SSDA903 rows: what each record must hold to be taken, and what is merely odd about it.

A row is refused only when it cannot be a record. All else is taken with a warning, because a return that
an authority already sent has such rows, and a child left out is worse than a doubtful postcode.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rcc_tui.domain import codes
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.geography import is_postcode
from rcc_tui.interop.files import parse_day
from rcc_tui.interop.ssda903_layout import LAYOUTS, Record
from rcc_tui.interop.tables import REFUSED, WARNING, Problem, shown

_CHILD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]{0,31}")
# The return writes 1 and 2 to 2024, M, F and U from 2025.
_SEX = {"1": "M", "2": "F", "M": "M", "F": "F", "U": "U"}
_YES_NO = {"": "", "0": "0", "1": "1", "0.0": "0", "1.0": "1"}
_CODED: tuple[tuple[str, Mapping[str, str], bool], ...] = (
    ("RNE", codes.RNE, True),
    ("LS", codes.LEGAL_STATUS, True),
    ("CIN", codes.CIN, True),
    ("PLACE", codes.PLACE, True),
    ("PLACE_PROVIDER", codes.PLACE_PROVIDER, False),
    ("REC", codes.REC, False),
    ("REASON_PLACE_CHANGE", codes.REASON_PLACE_CHANGE, False),
)


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child of the return. `sex` M, F or U; `dob`, `mc_dob` and `duc` ISO 8601 or ""; `mother` "", 0 or 1.

    Where it came from (`file`, `row`) does not count when two are compared.
    """

    child: str
    sex: str
    dob: str
    ethnic: str = ""
    upn: str = ""
    mother: str = ""
    mc_dob: str = ""
    uasc: bool = False
    duc: str = ""
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode of the return: codes as the DfE spells them, days ISO 8601, `end` "" while it is open."""

    child: str
    start: str
    rne: str
    legal_status: str
    category: str
    place: str
    place_provider: str = ""
    end: str = ""
    rec: str = ""
    reason_change: str = ""
    home_post: str = ""
    place_post: str = ""
    urn: str = ""
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ExtraRow:
    """A row of another table, stored as given: (column, value) pairs without CHILD, in the table's order."""

    kind: str
    child: str
    values: tuple[tuple[str, str], ...]
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)


class Findings:
    """The problems of one record as they are found."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.problems: list[Problem] = []

    def refuse(self, column: str, reason: str) -> None:
        """Note why the row cannot be taken."""
        self._note(column, reason, REFUSED)

    def warn(self, column: str, reason: str) -> None:
        """Note what is odd about a row that is taken."""
        self._note(column, reason, WARNING)

    @property
    def refused(self) -> bool:
        """Whether anything found stands in the way of the row."""
        return any(problem.severity == REFUSED for problem in self.problems)

    def _note(self, column: str, reason: str, severity: str) -> None:
        record = self.record
        value = shown(record.get(column))
        self.problems.append(Problem(record.file, record.row, column, value, reason, severity, record.kind))


def check_child_id(record: Record, findings: Findings) -> str:
    """The local identifier; refuses the row when it is missing or no identifier."""
    child = record.get("CHILD")
    if not child:
        findings.refuse("CHILD", "the child's identifier is missing")
    elif not _CHILD_ID.fullmatch(child):
        findings.refuse("CHILD", "a child's identifier is up to 32 letters, digits, / _ and -")
    return child


def child_row(record: Record, findings: Findings) -> ChildRow:
    """The child a Header record states; meaningless where `findings` refuse it."""
    child = check_child_id(record, findings)
    dob = _day(record, "DOB", findings, needed=True)
    sex = _SEX.get(record.get("SEX").upper(), "U")
    if record.get("SEX").upper() not in _SEX:
        findings.warn("SEX", "no code for sex; taken as U, unknown")
    ethnic = record.get("ETHNIC").upper()
    if ethnic not in codes.ETHNIC:
        findings.warn("ETHNIC", "not a code for ethnicity" if ethnic else "ethnicity is missing")
    mother = _YES_NO.get(record.get("MOTHER"))
    if mother is None:
        findings.warn("MOTHER", "neither 0 nor 1; left out")
    mc_dob = _day(record, "MC_DOB", findings)
    duc = _day(record, "DUC", findings)
    flagged = record.get("UASC").upper() in ("1", "1.0", "Y", "YES", "TRUE")
    return ChildRow(
        child,
        sex,
        _iso(dob),
        ethnic,
        record.get("UPN"),
        mother or "",
        _iso(mc_dob),
        # DUC is the day a child ceased to be UASC: no other child has one.
        flagged or duc is not None,
        _iso(duc),
        record.file,
        record.row,
    )


def episode_row(record: Record, findings: Findings) -> EpisodeRow:
    """The episode a record states; meaningless where `findings` refuse it."""
    child = check_child_id(record, findings)
    start = _day(record, "DECOM", findings, needed=True)
    end = _day(record, "DEC", findings)
    if record.get("DEC") and end is None:
        # Taken without its end the episode would count as open.
        findings.refuse("DEC", "is not a date like 31/03/2026, so the end is unknown")
    elif start and end and end < start:
        findings.refuse("DEC", "the episode ends before it starts")
    coded = {name: _code(record, name, known, findings, needed=must) for name, known, must in _CODED}
    _warn_episode(record, coded, findings)
    return EpisodeRow(
        child,
        _iso(start),
        coded["RNE"],
        coded["LS"],
        coded["CIN"],
        coded["PLACE"],
        coded["PLACE_PROVIDER"],
        _iso(end),
        coded["REC"],
        coded["REASON_PLACE_CHANGE"],
        record.get("HOME_POST"),
        record.get("PL_POST"),
        record.get("URN"),
        record.file,
        record.row,
    )


def extra_row(record: Record, findings: Findings) -> ExtraRow:
    """The row of another table: every column of its layout, then any of its own that hold something."""
    child = check_child_id(record, findings)
    columns = [column for column in LAYOUTS[record.kind].columns if column != "CHILD"]
    known = {*columns, "CHILD"}
    values = [(column, record.get(column)) for column in columns]
    values += [(column, value) for column, value in record.cells.items() if column not in known and value]
    return ExtraRow(record.kind, child, tuple(values), record.file, record.row)


def uasc_end(record: Record, findings: Findings) -> str:
    """The day a UASC record says the child ceased to be UASC, ISO 8601 or ""."""
    return _iso(_day(record, "DUC", findings))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(record: Record, column: str, findings: Findings, *, needed: bool = False) -> date | None:
    text = record.get(column)
    day = parse_day(text) if text else None
    if day is None and needed:
        findings.refuse(column, "is not a date like 31/03/2026" if text else "the date is missing")
    elif day is None and text and column != "DEC":
        findings.warn(column, "is not a date like 31/03/2026; left out")
    return day


def _code(record: Record, column: str, known: Mapping[str, str], findings: Findings, *, needed: bool) -> str:
    code = record.get(column).upper()
    if code and code not in known:
        findings.refuse(column, "is not a code of this column")
    elif not code and needed:
        findings.refuse(column, "the code is missing")
    return code


def _warn_episode(record: Record, coded: Mapping[str, str], findings: Findings) -> None:
    if not coded["PLACE_PROVIDER"] and not coded["PLACE"].startswith(("T", "Z")):
        findings.warn("PLACE_PROVIDER", "the kind of provider is missing")
    if coded["REC"] and not record.get("DEC"):
        findings.warn("REC", "a reason for ending, but no end")
    elif record.get("DEC") and not coded["REC"]:
        findings.warn("REC", "an end, but no reason for ending")
    for column in ("HOME_POST", "PL_POST"):
        if record.get(column) and not is_postcode(record.get(column)):
            findings.warn(column, "is not a full postcode")
    if coded["PLACE_PROVIDER"] == "PR2" and record.get("PL_POST"):
        home, place = ("".join(record.get(name).upper().split()) for name in ("HOME_POST", "PL_POST"))
        if home == place:
            findings.warn("PL_POST", "placed with another authority, yet at the home postcode")
    if record.get("URN"):
        try:
            codes.check_urn(record.get("URN"))
        except Refused:
            findings.warn("URN", "is neither SC and six digits, nor seven digits, nor XXXXXXX")
