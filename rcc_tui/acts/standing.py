"""Acts about a log itself: after a revocation or a fork, how far it counts all the same."""

from __future__ import annotations

from rcc_tui.acts.kind import Act, Folded, History, Kind, log_id
from rcc_tui.acts.names import scope


class Uphold(Act, frozen=True, tag="uphold"):
    """The log of this desk and incarnation, in this act's audience, counts up to entry `seq` of `hash`.

    The desk and not the log is named, so that everybody can tell whose log it is: the log's id follows.
    """

    desk: bytes
    incarnation: bytes
    seq: int
    hash: bytes


def fold(history: History) -> Folded:
    """One row of `upholding`; each act is a record of its own."""
    folded = Folded()
    opening, rest = history.opening(Uphold, folded)
    for heard in rest:
        folded.refuse(heard, "upholding a log is one act")
    if opening is None or not isinstance(opening.act, Uphold):
        return folded
    act, author = opening.act, opening.author
    owner = history.authors.get(act.desk)
    if len(act.incarnation) != 16 or len(act.hash) != 32 or act.seq < 0:
        folded.refuse(opening, "it names no entry")
    elif owner is None:
        folded.refuse(opening, "it upholds the log of a desk that is on no roll")
    elif author.code != owner.code and (author.role != "hub" or scope(history.audience) == "own"):
        folded.refuse(opening, f"{author.code} has no say in a log of {owner.code}")
    else:
        folded.rows["upholding"] = [
            {
                "log": log_id(act.desk, history.audience, act.incarnation).hex(),
                "seq": act.seq,
                "hash": act.hash.hex(),
                "owner": owner.code,
                "by": author.code,
                "role": author.role,
            }
        ]
    return folded


def enough(by: set[tuple[str, str]], owner: str, audience: str, *, forked: bool) -> bool:
    """Whether those who upheld a log suffice; `by` are (member, role).

    A revoked desk's log is its authority's to uphold. Where the key has written two histories the choice
    between them needs a hub too: but for an authority's own acts, which no hub hears.
    """
    owned = any(code == owner for code, _ in by)
    if not forked or scope(audience) == "own":
        return owned
    return owned and any(role == "hub" for _, role in by)


def line(act: Act) -> str:
    """The act as one line of history."""
    return f"upheld a log up to its entry {act.seq}" if isinstance(act, Uphold) else ""


KIND = Kind("standing", "any", Uphold, ("upholding",), fold, line)
