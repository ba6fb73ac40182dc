"""Erasing a record: what was said of it goes everywhere, that something was said stays."""

from __future__ import annotations

from rcc_tui.acts.kind import Act, Folded, History, Kind, log_id, record_id

MAX_BASIS = 200


class Erase(Act, frozen=True, tag="erase"):
    """The record opened by entry `seq` of this desk's log in this act's audience is erased, on that basis.

    The opening entry and not the record is named, so that everybody can tell whose record it is, even who
    has not heard of it yet: its id follows.
    """

    desk: bytes
    incarnation: bytes
    seq: int
    basis: str


def fold(history: History) -> Folded:
    """One row of `erasure`; each act is a record of its own."""
    folded = Folded()
    opening, rest = history.opening(Erase, folded)
    for heard in rest:
        folded.refuse(heard, "erasing is one act")
    if opening is None or not isinstance(opening.act, Erase):
        return folded
    act, author = opening.act, opening.author
    owner = history.authors.get(act.desk)
    if len(act.incarnation) != 16 or not 0 <= act.seq < 2**40:
        folded.refuse(opening, "it names no record")
    elif owner is None or owner.code != author.code:
        folded.refuse(opening, "a record is erased by whose desk opened it")
    elif not act.basis.strip() or len(act.basis) > MAX_BASIS:
        folded.refuse(opening, "an erasure needs its basis, in a line")
    else:
        target = record_id(log_id(act.desk, history.audience, act.incarnation), act.seq)
        folded.rows["erasure"] = [
            {
                "target": target.hex(),
                "by": author.code,
                "basis": act.basis,
                "entry": opening.hash.hex(),
                "at_ms": opening.at_ms,
            }
        ]
    return folded


def line(act: Act) -> str:
    """The act as one line of history."""
    return f"erased a record: {act.basis}" if isinstance(act, Erase) else ""


KIND = Kind("erasure", "any", Erase, ("erasure",), fold, line)
