"""The field's files in and out of my store: the SSDA903 return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from db.queries import children as stored
from rcc_tui.acts import children
from rcc_tui.domain.child import ChildFacts, EpisodeFacts, ReturnRow
from rcc_tui.domain.errors import Refused
from rcc_tui.interop.ssda903 import Return903, read_903
from rcc_tui.interop.ssda903_rows import ChildRow, EpisodeRow
from rcc_tui.interop.tables import REFUSED, Problem
from rcc_tui.services.desk import Desk, Writing


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the rows of one kind: new, changed and known add up with refused to all rows."""

    new: int
    known: int
    refused: int
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Import903:
    """The outcome of an import: `others` counts the rows of the return's other tables, kept as given."""

    children: Tally
    episodes: Tally
    others: Tally
    problems: tuple[Problem, ...]


def import_903(desk: Desk, paths: Sequence[Path]) -> Import903:
    """Put the children and episodes of a return in, all in one transaction.

    A row that cannot be taken is reported with file, line, column and reason; the rest goes in. The same
    return twice changes nothing. Raises Refused when no file can be read, or at a hub.
    """
    if desk.role != "authority":
        raise Refused("A hub keeps no children.", hint="Import the return at the authority's own desk.")
    known = desk.read(stored.children)
    read = read_903(paths, frozenset(known))
    episodes = desk.read(stored.episodes)
    with desk.writing() as writing:
        put = _Putting(writing, {child: held[0] for child, held in known.items()})
        for child in read.children:
            put.child(child, known.get(child.child))
        put.extras(read, known)
        for episode in read.episodes:
            put.episode(episode, episodes.get((episode.child, episode.start)))
    others_refused = sum(one.refused for one in read.counts if one.kind not in ("Header", "Episodes"))
    return Import903(
        Tally(put.new_children, put.known_children, read.count("Header").refused, put.changed_children),
        Tally(put.new_episodes, put.known_episodes, read.count("Episodes").refused, put.changed_episodes),
        Tally(put.new_others, put.known_others, others_refused + len(put.strangers)),
        (*_other_than(read.problems, put.strangers), *put.strangers),
    )


def _other_than(problems: Sequence[Problem], refused: Sequence[Problem]) -> list[Problem]:
    """The problems without warnings of what has come to be refused: a row is told of once."""
    told = {(one.file, one.row, one.column) for one in refused}
    return [one for one in problems if one.severity == REFUSED or (one.file, one.row, one.column) not in told]


class _Putting:
    """Goes through the rows of a return and writes an act where something is new or changed."""

    def __init__(self, writing: Writing, records: dict[str, str]) -> None:
        self._writing = writing
        self._records = records
        self.new_children = self.known_children = self.changed_children = 0
        self.new_episodes = self.known_episodes = self.changed_episodes = 0
        self.new_others = self.known_others = 0
        self.strangers: list[Problem] = []

    def child(self, row: ChildRow, held: tuple[str, ChildFacts, frozenset[ReturnRow]] | None) -> None:
        """A row of the header."""
        facts = _child_facts(row)
        if held is None:
            done = self._writing.act("child", children.Open(facts))
            self._records[row.child] = done.record
            self.new_children += 1
            return
        record, before, _ = held
        # The return has no names: one entered by hand stays.
        changed = tuple(name for name in _differing(before, facts) if name != "name")
        if changed:
            self._writing.act("child", children.Edit(facts, changed), record=record)
            self.changed_children += 1
        else:
            self.known_children += 1

    def extras(self, read: Return903, known: dict[str, tuple[str, ChildFacts, frozenset[ReturnRow]]]) -> None:
        """Rows of the other tables, kept with their child."""
        by_child: dict[str, list[ReturnRow]] = {}
        for extra in read.extras:
            row = ReturnRow(extra.kind, extra.values)
            held = known.get(extra.child)
            if extra.child not in self._records:
                self.strangers.append(
                    Problem(
                        extra.file,
                        extra.row,
                        "CHILD",
                        extra.child,
                        "this child is in no header row, here or in the store",
                        kind=extra.kind,
                    )
                )
                continue
            if held is not None and row in held[2]:
                self.known_others += 1
            else:
                by_child.setdefault(extra.child, []).append(row)
                self.new_others += 1
        for child, rows in by_child.items():
            for start in range(0, len(rows), _ROWS_AN_ACT):
                part = tuple(rows[start : start + _ROWS_AN_ACT])
                self._writing.act("child", children.AddReturns(part), record=self._records[child])

    def episode(self, row: EpisodeRow, held: tuple[str, EpisodeFacts] | None) -> None:
        """A row of the episodes."""
        facts = _episode_facts(row)
        if held is None:
            self._writing.act("episode", children.OpenEpisode(self._records[row.child], facts))
            self.new_episodes += 1
            return
        record, before = held
        # The return knows neither cost nor trade: what was entered here stays.
        changed = tuple(name for name in _differing(before, facts) if name not in ("weekly", "trade"))
        if changed:
            self._writing.act("episode", children.EditEpisode(facts, changed), record=record)
            self.changed_episodes += 1
        else:
            self.known_episodes += 1


# An act holds at most 64 KiB; a row of a return has some 15 short cells.
_ROWS_AN_ACT = 60


def _differing(before: ChildFacts | EpisodeFacts, after: ChildFacts | EpisodeFacts) -> list[str]:
    old, new = asdict(before), asdict(after)
    return [name for name in new if new[name] != old[name]]


def _child_facts(row: ChildRow) -> ChildFacts:
    return ChildFacts(
        local_id=row.child,
        dob=row.dob,
        sex=row.sex,
        ethnic=row.ethnic,
        upn=row.upn,
        mother=row.mother,
        mother_dob=row.mc_dob,
        uasc=row.uasc,
        uasc_ceased=row.duc,
    )


def _episode_facts(row: EpisodeRow) -> EpisodeFacts:
    return EpisodeFacts(
        local_id=row.child,
        start=row.start,
        reason=row.rne,
        legal_status=row.legal_status,
        category=row.category,
        place=row.place,
        place_provider=row.place_provider,
        end=row.end,
        end_reason=row.rec,
        change_reason=row.reason_change,
        home_postcode=row.home_post,
        place_postcode=row.place_post,
        urn=row.urn,
    )
