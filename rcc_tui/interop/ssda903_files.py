"""Finding the SSDA903 tables among files and folders, whatever the files are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rcc_tui.domain.errors import Refused
from rcc_tui.interop.ssda903_layout import LAYOUTS, Record, kind_of
from rcc_tui.interop.ssda903_xml import read_xml
from rcc_tui.interop.tables import WARNING, Problem, Table, read_table, shown

_TABLES = (".csv", ".txt", ".tsv")


@dataclass(slots=True)
class Gathered:
    """Records of all files in the order read, and what was wrong before any record was looked at."""

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def name_for(self, path: Path) -> str:
        """The name a file goes by in problems: its own, or the whole path where two are called the same."""
        name = path.name if path.name not in self.names else str(path)
        self.names.add(name)
        return name


def gather(paths: Sequence[Path]) -> Gathered:
    """All records of the files and folders given, each file once.

    A folder gives every CSV with a header of the return and, for tables it has no CSV of, its XML; what is
    neither is reported and passed over. A file given by name must be one of the return. Raises `Refused`
    when a named file is not, and when nothing of the return was found.
    """
    found = Gathered()
    done: set[Path] = set()
    for path in paths:
        if path.is_dir():
            _gather_folder(path, done, found)
        elif path.is_file():
            if _first_time(path, done):
                found.records += _read_file(path, found)
        else:
            raise Refused(f"{path} does not exist.", where=str(path), hint="Give a CSV, an XML or a folder.")
    if not found.names:
        raise Refused(
            "No file of the SSDA903 return was found.",
            where=", ".join(str(path) for path in paths),
            hint="Give its CSV files, its XML or the folder they lie in.",
        )
    return found


def _first_time(path: Path, done: set[Path]) -> bool:
    real = path.resolve()
    if real in done:
        return False
    done.add(real)
    return True


def _gather_folder(folder: Path, done: set[Path], found: Gathered) -> None:
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    except OSError as error:
        raise Refused(
            f"{folder} cannot be read: {error.strerror}.", where=str(folder), hint="Check your rights."
        ) from error
    inside = [path for path in inside if _first_time(path, done)]
    xml = [path for path in inside if path.suffix.lower() == ".xml"]
    here: set[str] = set()
    for path in inside:
        if path in xml:
            continue
        if path.suffix.lower() not in _TABLES:
            found.problems.append(_skipped(path, "is no CSV and no XML; passed over"))
            continue
        for record in _try_file(path, found):
            found.records.append(record)
            here.add(record.kind)
    for path in xml:
        records = _try_file(path, found)
        taken = [record for record in records if record.kind not in here]
        left = len(records) - len(taken)
        if left:
            found.problems.append(
                _skipped(path, f"{left:,} records passed over: the folder has those tables as CSV")
            )
        found.records += taken


def _try_file(path: Path, found: Gathered) -> list[Record]:
    try:
        return _read_file(path, found)
    except Refused as refused:
        found.problems.append(_skipped(path, f"{refused.message} Passed over"))
        return []


def _skipped(path: Path, reason: str) -> Problem:
    return Problem(path.name, 0, "", "", reason, WARNING)


def _read_file(path: Path, found: Gathered) -> list[Record]:
    if path.suffix.lower() == ".xml":
        records = read_xml(path)
        name = found.name_for(path)
        return records if name == path.name else read_xml(path, name)
    table = read_table(path)
    columns = tuple(column.upper() for column in table.columns)
    kind = kind_of(columns)
    if not kind:
        raise Refused(
            f"{path.name} has the header of no SSDA903 table.",
            where=str(path),
            hint=f"The tables are {', '.join(LAYOUTS)}; the first line names the columns.",
        )
    name = found.name_for(path)
    found.problems += _table_problems(table, kind, columns, name)
    return list(_records(table, kind, name))


def _table_problems(table: Table, kind: str, columns: Sequence[str], name: str) -> Iterator[Problem]:
    for row in table.broken:
        yield Problem(name, row.line, "", shown(",".join(row.cells)), row.reason, kind=kind)
    layout = LAYOUTS[kind].columns
    for missing in layout:
        if missing not in columns:
            yield Problem(name, table.header_line, missing, "", "the file has no such column", WARNING)
    for column in columns:
        if column and column not in layout:
            yield Problem(
                name, table.header_line, column, "", f"the table {kind} has no such column", WARNING
            )


def _records(table: Table, kind: str, name: str) -> Iterator[Record]:
    for row in table.rows:
        cells = {column.upper(): value for column, value in row.cells.items() if value}
        yield Record(kind, name, row.line, cells)
