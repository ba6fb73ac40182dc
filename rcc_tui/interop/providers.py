"""The published lists of registered providers: Ofsted's `provider_at_march` and the combined list of 2025."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rcc_tui.domain import codes, geography
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.vacancy import SECTORS, care_type
from rcc_tui.interop.files import parse_day
from rcc_tui.interop.tables import WARNING, Problem, Table, TableRow, column_key, read_table, shown

_WHOLE = re.compile(r"[0-9]{1,4}")
_REDACTED = "redacted"
# Provision types that are settings a child may be placed in. A residential special school that is also
# registered as a children's home counts as a children's home [SSDA903 guide: S1 excludes those].
_OFFERED = {
    "children's home": "K2",
    "childrens home": "K2",
    "residential special school (registered as a children's home)": "K2",
    "secure children's home": "K1",
    "secure childrens home": "K1",
    "independent fostering agency": "foster",
    "supported accommodation": "K3",
}
_OPEN = ("active", "registered", "suspended")
# Where a list that is known keeps each fact: the first of these columns that the file has.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "urn": ("urn",),
    "provision": ("provision type", "provider type"),
    "name": ("name", "provider name", "setting name"),
    "town": ("town", "provider town", "setting address town"),
    "postcode": ("postcode", "provider postcode", "setting address postcode"),
    "authority": ("local authority", "setting local authority", "provider local authority"),
    "sector": ("sector",),
    "places": ("places", "number of registered places", "capacity", "max users"),
    "owner": ("organisation which owns the provider", "owner name"),
    "grade": ("overall experiences and progress of children and young people", "overall effectiveness"),
    "registered_on": ("registration date",),
    "status": ("registration status", "provider status"),
}
_NEEDED = ("urn", "provision", "authority")


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A registered setting of the list.

    `type` and `place` as in `SettingFacts`; `provision` the kind as the list words it; `authority` a DfE
    code; `places` 0 where the list has none (agencies); `registered_on` ISO 8601 or ""; `outcode`,
    `postcode` and `town` "" where redacted; `row` the line in the file.
    """

    urn: str
    type: str
    place: str
    provision: str
    name: str
    town: str
    outcode: str
    postcode: str
    authority: str
    sector: str
    places: int
    owner: str
    grade: str
    registered_on: str
    status: str
    row: int


@dataclass(frozen=True, slots=True)
class ProviderList:
    """The settings of a list, and why its other rows are none."""

    settings: tuple[ProviderRow, ...]
    problems: tuple[Problem, ...]


def read_providers(path: Path, authorities: Mapping[str, str]) -> ProviderList:
    """Read a provider list saved as CSV, notes above its header or not.

    `authorities` gives the DfE code by an authority's name. Rows of other provision, other regions or a
    registration that has ended come back as problems. Raises `Refused` when the file is no such list; a
    workbook must be saved as CSV first.
    """
    table = _read_list(path)
    columns = {fact: _column(table, names) for fact, names in _COLUMNS.items()}
    codes_by_name = {_authority_key(name): code for name, code in authorities.items()}
    problems: list[Problem] = [
        Problem(table.file, row.line, "", shown(",".join(row.cells)), row.reason) for row in table.broken
    ]
    settings: list[ProviderRow] = []
    lines: dict[tuple[str, str], int] = {}
    for row in table.rows:
        facts = {fact: row.get(column) for fact, column in columns.items()}
        reader = _Reader(table.file, row, facts, columns, problems)
        setting = reader.setting(codes_by_name)
        if setting is None:
            continue
        key = (setting.urn, setting.postcode)
        if (line := lines.get(key)) is not None:
            reader.note("urn", f"the same URN as line {line}")
            continue
        lines[key] = row.line
        settings.append(setting)
    problems.sort(key=lambda problem: problem.row)
    return ProviderList(tuple(settings), tuple(problems))


def _read_list(path: Path) -> Table:
    table = read_table(path, header_with=("urn",))
    missing = [_COLUMNS[fact][0] for fact in _NEEDED if not _column(table, _COLUMNS[fact])]
    if missing:
        raise Refused(
            f"{table.file} is no provider list: it has no column {' and no '.join(missing)}.",
            where=f"{table.file}, line {table.header_line}",
            hint="Give Ofsted's provider list or the combined list of 2025, saved as CSV.",
        )
    return table


def _column(table: Table, names: tuple[str, ...]) -> str:
    return next((name for name in names if name in table.columns), "")


def _authority_key(name: str) -> str:
    return column_key(name.replace("&", " and "))


class _Reader:
    """One row of the list and what is found about it."""

    def __init__(
        self,
        file: str,
        row: TableRow,
        facts: Mapping[str, str],
        columns: Mapping[str, str],
        problems: list[Problem],
    ) -> None:
        self.file = file
        self.row = row
        self.facts = {fact: "" if value.casefold() == _REDACTED else value for fact, value in facts.items()}
        self.columns = columns
        self.problems = problems

    def note(self, fact: str, reason: str, severity: str = "refused") -> None:
        column, value = self.columns[fact], shown(self.facts[fact])
        self.problems.append(Problem(self.file, self.row.line, column, value, reason, severity))

    def setting(self, codes_by_name: Mapping[str, str]) -> ProviderRow | None:
        """The setting the row states; None, with the problem noted, where it is none."""
        place = _OFFERED.get(column_key(self.facts["provision"].replace("’", "'")))
        authority = codes_by_name.get(_authority_key(self.facts["authority"]))
        if place is None:
            self.note("provision", "not a placement setting")
        elif self.facts["status"] and self.facts["status"].casefold() not in _OPEN:
            self.note("status", "no longer registered")
        elif authority is None:
            self.note("authority", "not an authority of this region")
        elif urn := self._urn():
            return self._row(urn, place, authority)
        return None

    def _urn(self) -> str:
        try:
            return codes.check_urn(self.facts["urn"])
        except Refused as refused:
            self.note("urn", refused.message)
            return ""

    def _row(self, urn: str, place: str, authority: str) -> ProviderRow:
        kind, code = care_type(place)
        outcode, postcode = self._where()
        return ProviderRow(
            urn,
            kind,
            code,
            self.facts["provision"],
            self.facts["name"] or f"{self.facts['provision']} {urn}",
            self.facts["town"],
            outcode,
            postcode,
            authority,
            self._sector(),
            self._places(),
            self.facts["owner"],
            self.facts["grade"],
            self._registered_on(),
            self.facts["status"],
            self.row.line,
        )

    def _where(self) -> tuple[str, str]:
        text = self.facts["postcode"]
        if not text:
            return "", ""
        try:
            outcode = geography.outcode_of(text)
        except Refused:
            self.note("postcode", "is not a postcode; left out", WARNING)
            return "", ""
        return outcode, " ".join(text.upper().split()) if geography.is_postcode(text) else ""

    def _sector(self) -> str:
        sector = self.facts["sector"].casefold()
        return sector if sector in SECTORS else "other" if sector else ""

    def _places(self) -> int:
        text = self.facts["places"]
        if not text:
            return 0
        if not _WHOLE.fullmatch(text):
            self.note("places", "is no number of places; left out", WARNING)
            return 0
        return int(text)

    def _registered_on(self) -> str:
        text = self.facts["registered_on"]
        if not text:
            return ""
        day = parse_day(text)
        if day is None:
            self.note("registered_on", "is not a date like 31/03/2026; left out", WARNING)
            return ""
        return day.isoformat()
