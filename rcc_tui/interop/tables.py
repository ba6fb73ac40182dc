"""Reading a table somebody sent: bytes of unknown care into rows whose line in the file is known."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rcc_tui.domain.errors import Refused
from rcc_tui.interop.files import read_text

MAX_ROWS = 500_000
MAX_COLUMNS = 500
MAX_QUOTE_FAULTS = 100
HEADER_WITHIN_ROWS = 20
DELIMITERS = (",", ";", "\t")
_HEAD = 65_536
_SHOWN = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_QUOTED = re.compile(r'"[^"]*"')
REFUSED = "refused"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row of a file.

    `row` is the line of the file where the row begins, the header being line 1; in XML the number of the
    record among those of its kind; 0 means the whole file. `severity` is "refused" (the row was not
    taken) or "warning" (it was). `kind` names the table the row belongs to, where a file may hold several.
    """

    file: str
    row: int
    column: str
    value: str
    reason: str
    severity: str = REFUSED
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as sent, spaces around cells dropped. `cells` go by normalised column name."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell under that normalised column, "" when the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be laid under the header: its cells in file order and why."""

    line: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """A whole file: `header` as written, `columns` the same normalised (see `column_key`)."""

    file: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    broken: tuple[BrokenRow, ...]
    header_line: int = 1


@dataclass(frozen=True, slots=True)
class _Raw:
    line: int
    cells: list[str]
    fault: str = ""


def column_key(name: str) -> str:
    """A column name as it is compared: case and surrounding or repeated spaces do not matter."""
    return " ".join(name.split()).casefold()


def shown(text: str) -> str:
    """A cell as a problem tells it: no control characters, at most 200 characters."""
    return _CONTROL.sub("�", text[:_SHOWN])


def read_table(path: Path, *, header_with: Collection[str] = ()) -> Table:
    """Read a CSV of any usual delimiter and encoding.

    `header_with` are normalised column names: where given, the header is the first row among the first
    twenty that has them all, and notes above it are passed over; otherwise the first row that is not
    blank. Raises `Refused` when the file cannot be read as a table at all; rows that cannot be laid under
    the header come back as `broken`.
    """
    text = read_text(path)
    raws = _parse(text, _delimiter(text, header_with), path.name)
    header = _find_header(raws, header_with, path.name)
    columns = _check_header(header.cells, path.name)
    rows: list[TableRow] = []
    broken: list[BrokenRow] = []
    for raw in raws:
        if len(rows) + len(broken) >= MAX_ROWS:
            raise Refused(
                f"{path.name} has more than {MAX_ROWS:,} rows.",
                where=f"{path.name}, line {raw.line}",
                hint="Split it into smaller files, each with the header.",
            )
        laid = _lay(raw, columns)
        if isinstance(laid, BrokenRow):
            broken.append(laid)
        elif laid is not None:
            rows.append(laid)
    return Table(
        path.name, tuple(header.cells[: len(columns)]), columns, tuple(rows), tuple(broken), header.line
    )


def _delimiter(text: str, header_with: Collection[str]) -> str:
    """The delimiter of the header: data may hold more of another one than the header has columns."""
    lines = [line for line in text[:_HEAD].splitlines() if line.strip()][:HEADER_WITHIN_ROWS]
    if not header_with:
        bare = _QUOTED.sub("", lines[0]) if lines else ""
        return max(DELIMITERS, key=bare.count)
    for line in lines:
        for delimiter in DELIMITERS:
            names = {column_key(cell.strip().strip('"')) for cell in line.split(delimiter)}
            if names.issuperset(header_with):
                return delimiter
    return DELIMITERS[0]


def _parse(text: str, delimiter: str, file: str) -> Iterator[_Raw]:
    """Rows with the line each begins on. A quote that is never closed spoils its own line only."""
    lines = list(io.StringIO(text, newline=""))
    position, faults = 0, 0
    while position < len(lines):
        reader = csv.reader(lines[position:] if position else lines, delimiter=delimiter, strict=True)
        begins = 0
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield _Raw(position + begins + 1, [cell.strip() for cell in cells])
                begins = reader.line_num
        except csv.Error as error:
            faults += 1
            line = position + begins
            if faults > MAX_QUOTE_FAULTS:
                raise Refused(
                    f"{file} has too many rows that cannot be read.",
                    where=f"{file}, line {line + 1}",
                    hint="Check the quotation marks, or save it again as CSV.",
                ) from error
            cells = [cell.strip() for cell in lines[line].rstrip("\r\n").split(delimiter)]
            yield _Raw(line + 1, cells, f"cannot be read: {error}")
            position = line + 1
        else:
            return


def _find_header(raws: Iterator[_Raw], header_with: Collection[str], file: str) -> _Raw:
    for number, raw in enumerate(raws):
        if number >= HEADER_WITHIN_ROWS:
            break
        if raw.fault:
            continue
        if set(header_with) <= {column_key(cell) for cell in raw.cells}:
            return raw
    if not header_with:
        raise Refused(f"{file} is empty.", where=file, hint="The first line must name the columns.")
    raise Refused(
        f"{file} has no header with the columns {', '.join(header_with)}.",
        where=file,
        hint="The header must stand in the first lines and spell the columns so.",
    )


def _check_header(cells: list[str], file: str) -> tuple[str, ...]:
    columns = [column_key(cell) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > MAX_COLUMNS:
        raise Refused(
            f"{file} has {len(columns)} columns; the most that is read is {MAX_COLUMNS}.", where=file
        )
    named = [column for column in columns if column]
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise Refused(
            f"{file} has the column {twice[0]} twice.",
            where=f"{file}, header",
            hint="Keep one of them, so that it is clear which is meant.",
        )
    return tuple(columns)


def _lay(raw: _Raw, columns: Sequence[str]) -> TableRow | BrokenRow | None:
    """The row under the header; None where every cell is blank."""
    cells = raw.cells
    if raw.fault:
        return BrokenRow(raw.line, tuple(cells), raw.fault)
    while len(cells) > len(columns) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(columns):
        return BrokenRow(
            raw.line, tuple(cells), f"has {len(cells)} cells where the header has {len(columns)}"
        )
    if any(_CONTROL.search(cell) for cell in cells if not cell.isprintable()):
        return BrokenRow(raw.line, tuple(cells), "has a control character in a cell")
    return TableRow(raw.line, {column: cell for column, cell in zip(columns, cells, strict=True) if column})
