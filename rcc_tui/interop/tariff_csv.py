"""A tariff from a spreadsheet saved as CSV: what it is on top, then one table after another.

The top rows are a key and its value. Each table begins with its header, by which it is known; tables come in
any order, their columns too, and empty rows and rows whose first cell begins with # are passed over.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import parse_pounds
from rcc_tui.domain.price_list import BandRange, Extra, NoticeRule, Rate, Score, Tariff
from rcc_tui.domain.tariff_check import all_of, faults
from rcc_tui.interop.files import parse_day, read_text

T = TypeVar("T")

KEYS = (
    *("name", "version", "valid_from", "valid_to", "worked_example", "sibling_percent"),
    *("emergency_premium", "emergency_nights", "retainer_percent", "uplift"),
)

BANDS = ("band", "low", "high")
SCORES = ("item", "answer", "points")
RATES = ("type", "age_min", "age_max", "band", "weekly")
EXTRAS = ("extra", "per", "price", "part")
NOTICE = ("nights_from", "days")
TABLES = (BANDS, SCORES, RATES, EXTRAS, NOTICE)
_PARTS = {"bands": BANDS, "scores": SCORES, "rates": RATES, "extras": EXTRAS, "notice": NOTICE}
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_SHOWN = 80
_YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False, "": False}


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row under its header; `where` names file and line."""

    where: str
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell; raises Refused when it is empty."""
        if not self.cells[column]:
            raise Refused(f"The {column} is missing.", where=self.where, hint="Fill in the cell.")
        return self.cells[column]

    def whole(self, column: str) -> int:
        """The cell as a whole number."""
        return _whole(self.text(column), column, self.where)

    def pence(self, column: str) -> int:
        """The cell, in pounds, as pence."""
        return parse_pounds(self.text(column), self.where)


@dataclass
class _Document:
    """What has been read so far: the top by key, each value with where it stands; rows by their table."""

    file: str
    head: dict[str, tuple[str, str]] = field(default_factory=dict)
    rows: dict[tuple[str, ...], list[_Cells]] = field(default_factory=dict)

    def place(self, where: str) -> str:
        """Where in the file a part of the tariff stands: `rates.foster` is lines 20 to 23. What is not in it
        stands as it is."""
        if where in self.head:
            return self.head[where][1]
        part, _, kind = where.partition(".")
        rows = [row for row in self.of(_PARTS.get(part, ())) if not kind or row.cells["type"] == kind]
        lines = [row.where.rpartition(" ")[2] for row in rows]
        if not lines:
            return where
        return f"{self.file}, line{'' if len(lines) == 1 else 's'} {_span(lines)}"

    def of(self, table: tuple[str, ...]) -> list[_Cells]:
        """The rows of a table."""
        return self.rows.get(table, [])

    def text(self, key: str) -> str:
        """A value of the top as it stands; empty where it is not there."""
        return self.head.get(key, ("", ""))[0]

    def whole(self, key: str, absent: int) -> int:
        """A whole number of the top."""
        value, where = self.head.get(key, ("", self.file))
        return _whole(value, key, where) if value else absent

    def pence(self, key: str) -> int:
        """An amount of the top, in pounds, as pence; 0 where it is not there."""
        value, where = self.head.get(key, ("", self.file))
        return parse_pounds(value, where) if value else 0

    def day(self, key: str) -> str:
        """A day of the top in ISO 8601; empty where it is not there."""
        value, where = self.head.get(key, ("", self.file))
        found = parse_day(value)
        if value and found is None:
            raise Refused(
                f"“{value[:_SHOWN]}” is no day for {key}.", where=where, hint="Write it like 2027-04-01."
            )
        return found.isoformat() if found else ""

    def truth(self, key: str) -> bool:
        """Yes or no; no where it is not there."""
        value, where = self.head.get(key, ("", self.file))
        if value.casefold() not in _YES:
            raise Refused(
                f"“{value[:_SHOWN]}” is neither yes nor no.", where=where, hint=f"{key} is yes or no."
            )
        return _YES[value.casefold()]


def read_tariff(path: Path, given: Mapping[str, str] | None = None) -> Tariff:
    """The tariff in a CSV, checked; `given` are keys of the top that count instead of the file's.

    Raises Refused naming the lines of what is wrong: all cells that cannot be read, else all gaps, overlaps
    and missing bands (see check_tariff).
    """
    document = _read(path)
    for key, value in (given or {}).items():
        document.head[key] = (value, key)
    if not document.rows.get(RATES):
        raise Refused(
            f"{path.name} has no prices.", where=path.name, hint=f"A table headed {', '.join(RATES)}."
        )
    tariff = _tariff(document)
    if found := list(faults(tariff)):
        placed = [Refused(one.message, where=document.place(one.where), hint=one.hint) for one in found]
        raise all_of(placed)
    return tariff


def _read(path: Path) -> _Document:
    text = read_text(path)
    document = _Document(path.name)
    header: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    for line, cells in _rows(text, _delimiter(text)):
        where = f"{path.name}, line {line}"
        named = _named(cells)
        if (table := _table(named)) is not None:
            if table in document.rows:
                raise Refused(f"A second table of {table[0]}s.", where=where, hint="Put them in one table.")
            header, order = table, named
            document.rows[table] = []
        elif header:
            if len(cells) > len(order):
                raise Refused(
                    f"{len(cells)} cells under {len(order)} columns.",
                    where=where,
                    hint="Amounts with a comma need quotes; a table begins with its header.",
                )
            laid = dict(zip(order, [*cells, *[""] * len(order)], strict=False))
            document.rows[header].append(_Cells(where, laid))
        else:
            _take(document, cells, named[0], where)
    return document


def _take(document: _Document, cells: list[str], key: str, where: str) -> None:
    """A row of the top."""
    if key not in KEYS:
        raise Refused(
            f"“{cells[0][:_SHOWN]}” is no part of a tariff.", where=where, hint=f"Known: {', '.join(KEYS)}."
        )
    if key in document.head:
        raise Refused(f"{key} is there twice.", where=where, hint="Keep one of them.")
    # A comma in an unquoted name splits it; a key has one value.
    if len(cells) > 2:
        raise Refused(f"{key} has more than one value.", where=where, hint="Put quotes around it.")
    document.head[key] = (cells[1] if len(cells) == 2 else "", where)


def _delimiter(text: str) -> str:
    """The one by which a header of prices is found."""
    for delimiter in ",;\t":
        if any(_table(_named(cells)) == RATES for _, cells in _rows(text, delimiter)):
            return delimiter
    return ","


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them, with the line each ends on; empty cells at the end dropped."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for raw in reader:
            cells = [cell.strip() for cell in raw]
            while cells and not cells[-1]:
                cells.pop()
            if cells and not cells[0].startswith("#"):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Refused(
            f"This cannot be read: {error}.",
            where=f"line {reader.line_num}",
            hint="Check its quotation marks.",
        ) from None


def _named(cells: list[str]) -> tuple[str, ...]:
    """Cells as names of columns or keys."""
    return tuple(cell.casefold().replace(" ", "_") for cell in cells)


def _table(named: tuple[str, ...]) -> tuple[str, ...] | None:
    """The table whose header a row is, in whatever order."""
    return next((one for one in TABLES if len(named) == len(one) and set(named) == set(one)), None)


def _span(lines: Sequence[str]) -> str:
    """“20 to 23” of lines in order, “20” of one."""
    return lines[0] if len(lines) == 1 else f"{lines[0]} to {lines[-1]}"


def _tariff(document: _Document) -> Tariff:
    wrong: list[Refused] = []

    def each(table: tuple[str, ...], read: Callable[[_Cells], T]) -> tuple[T, ...]:
        """All rows of a table; what is wrong with them is kept, to be told at once."""
        found = []
        for row in document.of(table):
            try:
                found.append(read(row))
            except Refused as refused:
                wrong.append(refused)
        return tuple(found)

    tariff = _whole_tariff(document, each)
    if wrong:
        raise all_of(wrong)
    return tariff


class _Each(Protocol):
    def __call__(self, table: tuple[str, ...], read: Callable[[_Cells], T]) -> tuple[T, ...]: ...


def _whole_tariff(document: _Document, each: _Each) -> Tariff:
    return Tariff(
        name=document.text("name"),
        version=document.whole("version", 1),
        valid_from=document.day("valid_from"),
        valid_to=document.day("valid_to"),
        worked_example=document.truth("worked_example"),
        bands=each(BANDS, lambda row: BandRange(row.text("band"), row.whole("low"), row.whole("high"))),
        scores=each(SCORES, lambda row: Score(row.text("item"), row.text("answer"), row.whole("points"))),
        rates=each(RATES, _rate),
        extras=each(EXTRAS, _extra),
        sibling_percent=document.whole("sibling_percent", 100),
        emergency_premium=document.pence("emergency_premium"),
        emergency_nights=document.whole("emergency_nights", 0),
        retainer_percent=document.whole("retainer_percent", 0),
        notice=each(NOTICE, lambda row: NoticeRule(row.whole("nights_from"), row.whole("days"))),
        uplift=document.whole("uplift", 0),
    )


def _rate(row: _Cells) -> Rate:
    ages = row.whole("age_min"), row.whole("age_max")
    return Rate(row.text("type"), *ages, row.text("band"), row.pence("weekly"))


def _extra(row: _Cells) -> Extra:
    part = row.cells["part"] or "additional"
    return Extra(row.text("extra"), row.text("per"), row.pence("price"), part)


def _whole(value: str, name: str, where: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise Refused(f"“{value[:_SHOWN]}” is no whole number for {name}.", where=where, hint="Digits alone.")
    return int(value)
