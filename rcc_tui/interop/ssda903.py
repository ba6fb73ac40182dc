"""The SSDA903 return: read from CSV or XML into frozen rows, and written back as the DfE's CSV files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.interop.files import write_csv
from rcc_tui.interop.ssda903_files import gather
from rcc_tui.interop.ssda903_layout import EPISODES, EXTRA_KINDS, HEADER, LAYOUTS, UASC, Record
from rcc_tui.interop.ssda903_rows import (
    ChildRow,
    EpisodeRow,
    ExtraRow,
    Findings,
    check_child_id,
    child_row,
    episode_row,
    extra_row,
    uasc_end,
)
from rcc_tui.interop.tables import REFUSED, Problem

_FIRST_YEAR_OF_LETTERS = 2025
_SEX_FIGURES = {"M": "1", "F": "2", "U": ""}


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of one table: together they are the rows in the files."""

    kind: str
    taken: int
    refused: int


@dataclass(frozen=True, slots=True)
class Return903:
    """What was read. `extras` are the rows of every other table; UASC rows are laid on their child."""

    children: tuple[ChildRow, ...]
    episodes: tuple[EpisodeRow, ...]
    extras: tuple[ExtraRow, ...]
    problems: tuple[Problem, ...]
    counts: tuple[Count, ...]

    def count(self, kind: str) -> Count:
        """How many rows of a table (Header, Episodes, UASC, Reviews …) were taken and refused."""
        return next((count for count in self.counts if count.kind == kind), Count(kind, 0, 0))


class _Reading:
    """Rows taken so far, by what makes each of them the only one."""

    def __init__(self, problems: Iterable[Problem], known: Collection[str]) -> None:
        self.problems = list(problems)
        self.known = known
        self.children: dict[str, ChildRow] = {}
        self.episodes: dict[tuple[str, str], EpisodeRow] = {}
        self.extras: dict[ExtraRow, ExtraRow] = {}
        self.uasc: dict[str, Record] = {}
        self.taken: Counter[str] = Counter()

    def close(self, findings: Findings) -> bool:
        """Keep what was found about a record; whether the record is taken."""
        self.problems += findings.problems
        if not findings.refused:
            self.taken[findings.record.kind] += 1
        return not findings.refused

    def take_child(self, record: Record) -> None:
        findings = Findings(record)
        child = child_row(record, findings)
        if (first := self.children.get(child.child)) is not None:
            findings.refuse("CHILD", f"the same child as in {first.file}, row {first.row}")
        if self.close(findings):
            self.children[child.child] = child

    def take_uasc(self, record: Record) -> None:
        findings = Findings(record)
        identifier = check_child_id(record, findings)
        if (first := self.uasc.get(identifier)) is not None:
            findings.refuse("CHILD", f"the same child as in {first.file}, row {first.row}")
        duc = uasc_end(record, findings)
        child = self.children.get(identifier)
        if child is None and not findings.refused:
            self.note_stranger(identifier, findings)
            extra = extra_row(record, findings)
            self.extras[extra] = extra
        if self.close(findings):
            self.uasc[identifier] = record
            if child is not None:
                self.children[identifier] = replace(child, uasc=True, duc=duc or child.duc)

    def take_episode(self, record: Record) -> None:
        findings = Findings(record)
        episode = episode_row(record, findings)
        child = self.children.get(episode.child)
        if not findings.refused and child is None and episode.child not in self.known:
            findings.refuse("CHILD", "no child with this identifier is known or among the rows taken")
        if child is not None and episode.start and episode.start < child.dob:
            findings.warn("DECOM", "the episode starts before the child was born")
        first = self.episodes.get((episode.child, episode.start))
        if first is not None and not findings.refused:
            findings.refuse("DECOM", f"the child has an episode of that day in {first.file}, row {first.row}")
        if self.close(findings):
            self.episodes[episode.child, episode.start] = episode

    def take_extra(self, record: Record) -> None:
        findings = Findings(record)
        extra = extra_row(record, findings)
        if (first := self.extras.get(extra)) is not None:
            findings.refuse("CHILD", f"the same as {first.file}, row {first.row}")
        if not findings.refused:
            self.note_stranger(extra.child, findings)
        if self.close(findings):
            self.extras[extra] = extra

    def note_stranger(self, child: str, findings: Findings) -> None:
        """Warn where a row of another table is about a child nothing else is known of."""
        if child not in self.children and child not in self.known:
            findings.warn("CHILD", "no child with this identifier is known or among the rows taken")


def read_903(paths: Sequence[Path], known_children: Collection[str] = frozenset()) -> Return903:
    """Read a return from files and folders (see `ssda903_files.gather`).

    Children first, then what is about them, so the order of files does not matter. `known_children` are
    identifiers an episode may name although no Header row here has them. Raises `Refused` only when
    nothing can be read; what is wrong with single rows is in `problems`.
    """
    found = gather(paths)
    reading = _Reading(found.problems, known_children)
    takers = {HEADER: reading.take_child, UASC: reading.take_uasc, EPISODES: reading.take_episode}
    for kind, take in takers.items():
        for record in found.records:
            if record.kind == kind:
                take(record)
    for record in found.records:
        if record.kind not in takers:
            reading.take_extra(record)
    return Return903(
        tuple(reading.children.values()),
        tuple(reading.episodes.values()),
        tuple(reading.extras.values()),
        tuple(reading.problems),
        _counts(reading),
    )


def _counts(reading: _Reading) -> tuple[Count, ...]:
    refused = Counter(
        kind for kind, _, _ in {(p.kind, p.file, p.row) for p in reading.problems if p.severity == REFUSED}
    )
    kinds = [kind for kind in LAYOUTS if reading.taken[kind] or refused[kind]]
    return tuple(Count(kind, reading.taken[kind], refused[kind]) for kind in kinds)


def write_903(
    directory: Path,
    children: Iterable[ChildRow],
    episodes: Iterable[EpisodeRow],
    extras: Iterable[ExtraRow],
    *,
    year: int = 2026,
) -> tuple[Path, ...]:
    """Write a return as the DfE's CSV files; the paths written.

    `year` is the collection year (2026 = to 31 March 2026): sex is M, F, U from 2025 and 1, 2 before.
    Header and Episodes are always written, other tables when they have rows. Cells hold exactly the codes
    the upload expects. Raises `Refused` when a file cannot be written.
    """
    children = list(children)
    tables = {HEADER: [_header_cells(child, year) for child in children]}
    tables[EPISODES] = [_episode_cells(episode) for episode in episodes]
    uasc = [_header_cells(child, year) | {"DUC": show_date(child.duc)} for child in children if child.uasc]
    if uasc:
        tables[UASC] = uasc
    for extra in extras:
        if extra.kind not in EXTRA_KINDS:
            raise Refused(f"“{extra.kind}” is no table of the SSDA903 return.", where=extra.child)
        tables.setdefault(extra.kind, []).append({"CHILD": extra.child, **dict(extra.values)})
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"{directory} cannot be made: {error.strerror}.",
            where=str(directory),
            hint="Choose another folder.",
        ) from error
    return tuple(_write_table(directory, kind, rows) for kind, rows in tables.items())


def _write_table(directory: Path, kind: str, rows: Sequence[dict[str, str]]) -> Path:
    layout = LAYOUTS[kind]
    columns = list(layout.columns)
    if kind not in (HEADER, UASC):
        columns += dict.fromkeys(name for row in rows for name in row if name not in layout.columns)
    return write_csv(
        directory / layout.file, columns, ([row.get(name, "") for name in columns] for row in rows)
    )


def _header_cells(child: ChildRow, year: int) -> dict[str, str]:
    return {
        "CHILD": child.child,
        "SEX": child.sex if year >= _FIRST_YEAR_OF_LETTERS else _SEX_FIGURES[child.sex],
        "DOB": show_date(child.dob),
        "ETHNIC": child.ethnic,
        "UPN": child.upn,
        "MOTHER": child.mother,
        "MC_DOB": show_date(child.mc_dob),
    }


def _episode_cells(episode: EpisodeRow) -> dict[str, str]:
    return {
        "CHILD": episode.child,
        "DECOM": show_date(episode.start),
        "RNE": episode.rne,
        "LS": episode.legal_status,
        "CIN": episode.category,
        "PLACE": episode.place,
        "PLACE_PROVIDER": episode.place_provider,
        "DEC": show_date(episode.end),
        "REC": episode.rec,
        "REASON_PLACE_CHANGE": episode.reason_change,
        "HOME_POST": episode.home_post,
        "PL_POST": episode.place_post,
        "URN": episode.urn,
    }
