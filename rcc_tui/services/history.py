"""What happened to a record: every act about it, as one line each."""

from __future__ import annotations

from dataclasses import dataclass

from db.queries.history import HeldEntry, entries_of
from rcc_tui.acts.kinds import KINDS
from rcc_tui.domain.errors import NotFound
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import seat_name
from rcc_tui.services.moments import minute_of
from rcc_tui.sync.entry import Header, read_header


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act: `at` ISO to the minute by the clock of the desk that did it, `who` the member's code,
    `desk` the desk's name on the roll, `what` in words, `entry` its hash in hex."""

    at: str
    who: str
    desk: str
    what: str
    entry: str


def history(desk: Desk, record: str) -> tuple[HistoryLine, ...]:
    """All acts about a record (whole hex id) in everybody's order; those that do not count say why.

    Raises NotFound when nothing has been heard about it.
    """
    held = desk.read(entries_of, _key(record))
    if not held:
        raise NotFound("Nothing has been heard about this record.", where=record, hint="Check its id.")
    read = [(read_header(one.header), one) for one in held]
    read.sort(key=lambda pair: (pair[0].clock, pair[0].log, pair[0].seq))
    return tuple(_line(desk, header, one) for header, one in read)


def _key(record: str) -> bytes:
    try:
        return bytes.fromhex(record)
    except ValueError:
        raise NotFound(f"“{record}” is no id of a record.", where="id", hint="Give it in hex.") from None


def _line(desk: Desk, header: Header, held: HeldEntry) -> HistoryLine:
    author = desk.rolls.authors.get(held.desk)
    return HistoryLine(
        minute_of(header.at_ms),
        author.code if author else "?",
        seat_name(desk, held.desk),
        _what(held),
        held.hash.hex(),
    )


def _what(held: HeldEntry) -> str:
    kind = KINDS.get(held.kind)
    words = f"an act of a kind not known here: {held.kind}"
    if not held.payload:
        words = "an act whose content was erased, or has not come"
    elif kind is not None:
        try:
            words = kind.line(kind.decode(held.payload))
        except ValueError:
            words = f"an act of a {held.kind} that cannot be read"
    if held.set_aside:
        return f"{words} (set aside: {held.set_aside})"
    if held.cut:
        return f"{words} (set aside: its log does not count from here)"
    return words if held.ready else f"{words} (waits for entries not heard yet)"
