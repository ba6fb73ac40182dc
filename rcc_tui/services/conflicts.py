"""Fields that two desks of one authority set apart from each other: both values, and the act that settles.

A conflict is between acts that did not know of each other. Until somebody settles it, the later in
everybody's order is shown, here and everywhere. Settling is an ordinary act of the record's kind that sets
the one field and names all that it supersedes; two that settle at once may leave a conflict again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.queries import conflicts as queries
from db.queries.conflicts import ConflictRow, Written
from db.queries.history import entries_of
from rcc_tui.acts.kind import Act, Author, Heard, History
from rcc_tui.acts.kinds import KINDS
from rcc_tui.domain.errors import IntegrityError, NotFound, Refused
from rcc_tui.services import conflict_acts
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import name_of, seat_name
from rcc_tui.services.moments import minute_of
from rcc_tui.sync.entry import Header, read_header

SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the values of a field: `value` as it stands in JSON and `text` as people read it; who wrote it
    (the member's code and name, the desk's name), when by that desk's clock (ISO minute), and the hash of
    the entry in hex. `shown` is the one that counts until the conflict is settled."""

    value: object
    text: str
    who: str
    who_name: str
    desk: str
    at: str
    entry: str
    shown: bool


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A field in conflict: the record's id, kind and title, the field's name and what it is called, and all
    its values, the earlier first. `why_not` says why this desk cannot settle it, empty when it can."""

    record: str
    kind: str
    title: str
    field: str
    label: str
    candidates: tuple[Candidate, ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A conflict that was settled: what the field says now, and the hash of the act (hex)."""

    record: str
    title: str
    label: str
    text: str
    entry: str


def listing(desk: Desk) -> tuple[ConflictView, ...]:
    """Every field in conflict here: first those this desk can settle, then by kind, record and field."""
    found = [_view(desk, row) for row in desk.read(queries.conflicts)]
    return tuple(sorted(found, key=lambda one: bool(one.why_not)))


def to_settle(desk: Desk, most: int) -> tuple[tuple[ConflictView, ...], int]:
    """The first conflicts that this desk can settle, `most` of them, and how many there are."""
    mine = [
        row
        for row in desk.read(queries.conflicts)
        if not _why_not(desk, desk.read(queries.about, row.kind, row.record).keeper)
    ]
    return tuple(_view(desk, row) for row in mine[:most]), len(mine)


def resolve(
    desk: Desk, record: str, field: str, *, take: int = 0, value: str | None = None, seen: Sequence[str] = ()
) -> Settled:
    """Settle a conflict: take the `take`th of its values (from 1), or say a `value` of one's own.

    `record` is the id or its first digits. `seen` are the entries of the values somebody chose among: when
    others have come meanwhile nothing is done. Places given out since a number was stated are taken off it.
    Raises NotFound, and Refused when this desk may not, or the value cannot be.
    """
    with desk.writing() as group:
        # Nobody else writes now: what is superseded is what is seen.
        row = _find(desk, record, field)
        view = _view(desk, row)
        if view.why_not:
            raise Refused(view.why_not, where=view.record[:8], hint="Ask a desk that may.")
        if seen and list(seen) != [one.entry for one in view.candidates]:
            raise Refused(
                "Another value has come meanwhile.", where=row.field, hint="Look again, then choose."
            )
        acts = _acts(desk, row)
        act = _own(desk, row, acts, value) if value is not None else _taken(desk, row, acts, take)
        superseded = [bytes.fromhex(entry) for entry, _ in row.candidates]
        done = group.act(row.kind, act, record=row.record, audience=row.audience, deps=superseded)
    return Settled(row.record, view.title, view.label, conflict_acts.words(row.field, act), done.entry.hex())


def _find(desk: Desk, record: str, field: str) -> ConflictRow:
    typed = record.strip().casefold().replace("…", "")
    if len(typed) < SHORTEST:
        raise Refused(f"“{record}” is too short for an id.", where="record", hint=f"Give {SHORTEST} digits.")
    among = [row for row in desk.read(queries.conflicts) if row.record.startswith(typed)]
    named = [row for row in among if field.strip() in (row.field, _label(desk, row, _acts(desk, row)))]
    if len({row.record for row in among}) > 1:
        raise Refused(f"“{record}” means more than one record.", where="record", hint="Give more digits.")
    if not named:
        known = ", ".join(row.field for row in among)
        raise NotFound(
            f"The field “{field}” of {record} is not in conflict.",
            where="field",
            hint=f"In conflict: {known}." if known else "`rcc conflicts list` shows what is.",
        )
    return named[0]


def _view(desk: Desk, row: ConflictRow) -> ConflictView:
    about = desk.read(queries.about, row.kind, row.record)
    written = desk.read(queries.written, [entry for entry, _ in row.candidates])
    acts = _decoded(row, written)
    last = len(row.candidates) - 1
    candidates = []
    for number, (entry, value) in enumerate(row.candidates):
        author = desk.rolls.authors.get(written[entry].desk)
        code = author.code if author else "?"
        candidates.append(
            Candidate(
                value,
                _words(desk, row, entry, acts[number]),
                code,
                name_of(desk, code),
                seat_name(desk, written[entry].desk),
                minute_of(read_header(written[entry].header).at_ms),
                entry,
                number == last,
            )
        )
    return ConflictView(
        row.record,
        row.kind,
        about.title,
        row.field,
        _label(desk, row, acts),
        tuple(candidates),
        _why_not(desk, about.keeper),
    )


def _why_not(desk: Desk, keeper: str) -> str:
    if keeper and keeper != desk.code:
        return f"Only {name_of(desk, keeper)} can settle this: it keeps the record."
    if desk.key.public not in desk.rolls.authors:
        return "This desk is on no roll: nobody would believe what it signs."
    return ""


def _acts(desk: Desk, row: ConflictRow) -> tuple[Act, ...]:
    """The acts behind the values, in their order."""
    return _decoded(row, desk.read(queries.written, [entry for entry, _ in row.candidates]))


def _decoded(row: ConflictRow, written: Mapping[str, Written]) -> tuple[Act, ...]:
    try:
        return tuple(KINDS[row.kind].decode(written[entry].payload) for entry, _ in row.candidates)
    except (KeyError, ValueError) as error:
        raise IntegrityError(
            f"The entries of a conflict about {row.record[:8]} cannot be read.",
            where=row.field,
            hint="Run `rcc check`, then `rcc rebuild`.",
        ) from error


def _label(desk: Desk, row: ConflictRow, acts: Sequence[Act]) -> str:
    # Only the field of a shortlist is named by the id of a vacancy.
    place = desk.read(queries.place_name, row.field) if len(row.field) == len(row.record) else row.field
    return conflict_acts.field_label(row.field, acts[0], place)


def _words(desk: Desk, row: ConflictRow, entry: str, act: Act) -> str:
    if (row.kind, row.field) == ("vacancy", "accepting"):
        history = _history(desk, row)
        stated, taken = conflict_acts.number_now(history, _by(history, entry))
        if taken:
            return f"{stated}, of which {taken} given out since: {max(0, stated - taken)} now"
    return conflict_acts.words(row.field, act)


def _own(desk: Desk, row: ConflictRow, acts: Sequence[Act], text: str) -> Act:
    among = list(acts)
    if not any(hasattr(act, "facts") for act in acts):
        among += [heard.act for heard in _history(desk, row).heard if hasattr(heard.act, "facts")]
    return conflict_acts.anew(row.kind, row.field, among, text, desk.clock.today())


def _taken(desk: Desk, row: ConflictRow, acts: Sequence[Act], take: int) -> Act:
    if not 1 <= take <= len(acts):
        raise Refused(
            f"There is no value {take}.", where="take", hint=f"Take 1 to {len(acts)}, or give a value."
        )
    act = acts[take - 1]
    if (row.kind, row.field) != ("vacancy", "accepting"):
        return conflict_acts.again(row.kind, row.field, act)
    history = _history(desk, row)
    stated, taken = conflict_acts.number_now(history, _by(history, row.candidates[take - 1][0]))
    if taken > stated:
        raise Refused(
            f"{taken} places have been given out since {stated} were stated.",
            where=row.field,
            hint="Say how many accept now.",
        )
    return conflict_acts.accepting(act, stated - taken)


def _by(history: History, entry: str) -> Heard:
    return next(heard for heard in history.heard if heard.hash.hex() == entry)


def _history(desk: Desk, row: ConflictRow) -> History:
    """The acts of the record that count, in everybody's order."""
    heard = []
    kind = KINDS[row.kind]
    values = {entry for entry, _ in row.candidates}
    for one in desk.read(entries_of, bytes.fromhex(row.record)):
        author = desk.rolls.authors.get(one.desk)
        counts = one.payload and one.ready and not one.cut and not one.set_aside
        if author is None or not (counts or one.hash.hex() in values):
            continue
        heard.append(_heard(kind.decode(one.payload), one.hash, read_header(one.header), author))
    return History(bytes.fromhex(row.record), row.audience, sorted(heard, key=lambda item: item.order))


def _heard(act: Act, digest: bytes, header: Header, author: Author) -> Heard:
    return Heard(digest, act, author, header.clock, header.log, header.seq, header.at_ms, header.deps)
