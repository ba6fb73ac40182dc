"""The vacancy CSV: what a provider or an authority not on the system sends to say where places are free."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from rcc_tui.domain import codes, geography, money
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts, care_type, check_setting, check_vacancy
from rcc_tui.interop.files import parse_day, write_csv
from rcc_tui.interop.tables import BrokenRow, Table, TableRow, read_table

REQUIRED = ("ref", "provider", "setting", "authority", "outcode", "type", "accepting", "age_min", "age_max")
OPTIONAL = (
    *("urn", "town", "sector", "registered", "sex", "needs", "siblings", "solo", "emergency", "weekly"),
    *("available_from", "reserved_for", "reserved_until", "protected"),
)
REASON = "reason"
MAX_TEXT = 300
MAX_YEARS_AWAY = 5

_WHOLE = re.compile(r"[0-9]{1,6}")
_CODES = re.compile(r"[|,;\s]+")
_YES_NO = {"": False, "n": False, "no": False, "y": True, "yes": True}
# One URN is one home for these; a fostering agency or a supported accommodation provider has many
# settings under its URN. XXXXXXX says only that another body inspects.
_ONE_HOME = ("residential", "secure", "school")
_NO_URN = "XXXXXXX"
# The field keeps places for unaccompanied children: a plain y in the column means them.
_PROTECTED = {"n": "", "no": "", "y": "UASC", "yes": "UASC"}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """A good row: the setting, the vacancy, the sender's `ref` and the line it stood in."""

    setting: SettingFacts
    vacancy: VacancyFacts
    ref: str
    row: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot go in: `cells` by the header as written, why, and the first column at fault."""

    row: int
    cells: Mapping[str, str]
    reason: str
    column: str


@dataclass(frozen=True, slots=True)
class VacancyFile:
    """What was read: every row that is not blank is in `rows` or in `rejected`, in the file's order."""

    header: tuple[str, ...]
    rows: tuple[VacancyRow, ...]
    rejected: tuple[Rejected, ...]
    unknown_columns: tuple[str, ...]


class _Cells:
    """One row's cells read as what they should be; every fault is kept with its column."""

    def __init__(self, row: TableRow, today: date, authorities: Collection[str]) -> None:
        self.row = row
        self.today = today
        self.authorities = authorities
        self.faults: list[tuple[str, str]] = []

    def fault(self, column: str, reason: str) -> None:
        self.faults.append((column, reason))

    def text(self, column: str) -> str:
        cell = self.row.get(column)
        if not cell and column in REQUIRED:
            self.fault(column, "is missing.")
        if len(cell) > MAX_TEXT:
            self.fault(column, f"is longer than {MAX_TEXT} characters.")
            return ""
        return cell

    def read(self, column: str, parse: Callable[[str], Value], blank: Value) -> Value:
        """The cell by `parse`, which raises Refused; `blank` where there is none or it is at fault."""
        if not (cell := self.text(column)):
            return blank
        try:
            return parse(cell)
        except Refused as refused:
            self.fault(column, f"{refused.message} {refused.hint}".strip())
            return blank

    def whole(self, column: str, blank: int = 0) -> int:
        return self.read(column, _whole, blank)

    def yes(self, column: str) -> bool:
        return self.read(column, _yes, False)

    def day(self, column: str) -> str:
        return self.read(column, self._day, "")

    def authority(self, column: str) -> str:
        return self.read(column, self._authority, "")

    def authority_list(self, column: str) -> tuple[str, ...]:
        return self.read(
            column, lambda cell: tuple(self._authority(code) for code in _CODES.split(cell) if code), ()
        )

    def _authority(self, code: str) -> str:
        if code not in self.authorities:
            raise Refused(f"“{code}” is no authority here.", hint="Give its DfE code, three digits as 871.")
        return code

    def _day(self, cell: str) -> str:
        day = parse_day(cell)
        if day is None:
            raise Refused(f"“{cell}” is not a date.", hint="Write it like 31/12/2026 or 2026-12-31.")
        if abs(day.year - self.today.year) > MAX_YEARS_AWAY:
            raise Refused(f"“{cell}” is more than {MAX_YEARS_AWAY} years away.", hint="Check the year.")
        return day.isoformat()


def read_vacancies(path: Path, today: date, authorities: Collection[str]) -> VacancyFile:
    """Read a vacancy CSV. `authorities` are the DfE codes that may own a place or have it reserved.

    `today` only bounds the years of dates. Raises `Refused` when the file is no table or lacks required
    columns (all are named); rows at fault come back as `rejected`.
    """
    table = read_table(path)
    missing = [column for column in REQUIRED if column not in table.columns]
    if missing:
        raise Refused(
            f"{table.file} lacks the columns {', '.join(missing)}.",
            where=f"{table.file}, line {table.header_line}",
            hint=f"Required are {', '.join(REQUIRED)}.",
        )
    known = {*REQUIRED, *OPTIONAL, REASON, ""}
    unknown = tuple(
        name for name, column in zip(table.header, table.columns, strict=True) if column not in known
    )
    good: list[VacancyRow] = []
    rejected = [_broken(table, row) for row in table.broken]
    refs: dict[str, int] = {}
    settings: dict[str, VacancyRow] = {}
    for row in table.rows:
        cells = _Cells(row, today, authorities)
        found = _row(cells)
        if found is not None:
            _check_against_others(found, cells, refs, settings)
        if found is None or cells.faults:
            rejected.append(_reject(table, cells))
            continue
        refs[found.ref] = found.row
        settings.setdefault(found.setting.ref, found)
        good.append(found)
    rejected.sort(key=lambda one: one.row)
    return VacancyFile(table.header, tuple(good), tuple(rejected), unknown)


def write_rejected(path: Path, header: Sequence[str], rejected: Sequence[Rejected]) -> Path:
    """Write FILE.rejected.csv beside FILE: the rows as sent and a last column `reason`; its path.

    Cells stay as they were, so that the file can be put right and sent again. A reason always begins with
    a letter, so no spreadsheet takes it for a formula.
    """
    names = [name for name in header if name and name.strip().casefold() != REASON]
    rows = ([*(one.cells.get(name, "") for name in names), one.reason] for one in rejected)
    return write_csv(
        path.with_name(f"{path.name.removesuffix(path.suffix)}.rejected.csv"), [*names, REASON], rows
    )


def setting_key(setting: SettingFacts) -> str:
    """The name a setting goes by from one file to the next.

    The URN where it stands for one home; else provider (or URN), name and outcode in small letters.
    """
    own_urn = setting.urn if setting.urn != _NO_URN else ""
    if own_urn and setting.type in _ONE_HOME:
        return own_urn
    parts = (own_urn or setting.provider, setting.name, setting.outcode)
    return " / ".join(" ".join(part.casefold().split()) for part in parts)


def _row(cells: _Cells) -> VacancyRow | None:
    """The row's records; None, with the faults kept, where a cell is at fault."""
    vacancy = _vacancy(cells)
    setting = _setting(cells)
    if setting.registered and vacancy.accepting > setting.registered:
        cells.fault("accepting", f"is more than the {setting.registered} registered places.")
    if cells.faults:
        return None
    try:
        checked = check_setting(setting)
        return VacancyRow(checked, check_vacancy(vacancy), vacancy.ref, cells.row.line)
    except Refused as refused:
        column = {"name": "setting", "place": "type"}.get(refused.where, refused.where)
        cells.fault(column, f"{refused.message} {refused.hint}".strip())
        return None


def _setting(cells: _Cells) -> SettingFacts:
    kind, place = cells.read("type", care_type, ("", ""))
    setting = SettingFacts(
        ref="",
        name=cells.text("setting"),
        provider=cells.text("provider"),
        authority=cells.authority("authority"),
        type=kind,
        place=place,
        outcode=cells.read("outcode", geography.outcode_of, ""),
        town=cells.text("town"),
        urn=cells.read("urn", codes.check_urn, ""),
        sector=cells.text("sector").casefold(),
        registered=cells.whole("registered"),
    )
    return replace(setting, ref=setting_key(setting))


def _vacancy(cells: _Cells) -> VacancyFacts:
    return VacancyFacts(
        ref=cells.text("ref"),
        accepting=cells.whole("accepting"),
        age_min=cells.whole("age_min"),
        age_max=cells.whole("age_max"),
        sex=cells.text("sex"),
        needs=cells.read("needs", _split, ()),
        siblings=cells.whole("siblings", 1),
        solo=cells.yes("solo"),
        emergency=cells.yes("emergency"),
        weekly=cells.read("weekly", money.parse_pounds, 0),
        available_from=cells.day("available_from"),
        reserved_for=cells.authority_list("reserved_for"),
        reserved_until=cells.day("reserved_until"),
        protected=cells.read("protected", lambda cell: _PROTECTED.get(cell.casefold(), cell), ""),
    )


def _check_against_others(
    found: VacancyRow, cells: _Cells, refs: Mapping[str, int], settings: Mapping[str, VacancyRow]
) -> None:
    if (line := refs.get(found.ref)) is not None:
        cells.fault("ref", f"“{found.ref}” is also the ref of line {line}.")
    if (other := settings.get(found.setting.ref)) is None:
        return
    facts = (("authority", "authority"), ("type", "place"), ("outcode", "outcode"), ("setting", "name"))
    for column, fact in facts:
        said, now = getattr(other.setting, fact), getattr(found.setting, fact)
        if said.casefold() != now.casefold():
            cells.fault(column, f"“{now}”, but line {other.row} says “{said}” of the same setting.")


def _reject(table: Table, cells: _Cells) -> Rejected:
    names = dict(zip(table.columns, table.header, strict=True))
    sent = {names[column]: cell for column, cell in cells.row.cells.items()}
    reason = "; ".join(f"{column} {what}" for column, what in cells.faults)
    return Rejected(cells.row.line, sent, reason, cells.faults[0][0])


def _broken(table: Table, row: BrokenRow) -> Rejected:
    """A row that does not fit the header; cells beyond it are kept in the last column."""
    last = len(table.header) - 1
    sent = dict(zip(table.header, row.cells, strict=False))
    if len(row.cells) > len(table.header):
        sent[table.header[last]] = ", ".join(row.cells[last:])
    return Rejected(row.line, sent, f"row {row.reason}", "")


def _whole(cell: str) -> int:
    if not _WHOLE.fullmatch(cell):
        raise Refused(f"“{cell}” is no whole number.", hint="Write it in figures.")
    return int(cell)


def _yes(cell: str) -> bool:
    if (answer := _YES_NO.get(cell.casefold())) is None:
        raise Refused(f"“{cell}” is neither y nor n.")
    return answer


def _split(cell: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in cell.split("|") if part.strip())
