"""The row of a trade and its charges, from all that was said of it."""

from __future__ import annotations

from collections.abc import Sequence

from rcc_tui.acts.facts import encode_list
from rcc_tui.acts.kind import Act, Folded, Heard, History, Row
from rcc_tui.acts.terms import charges, terms_hash
from rcc_tui.acts.trade_acts import (
    Accept,
    Agreeing,
    Decline,
    End,
    KeepOpen,
    Notice,
    Propose,
    Resolve,
    Start,
    Withdraw,
)
from rcc_tui.acts.trade_book import (
    Book,
    contested,
    happened,
    killed,
    lived,
    stands,
    terms_of,
    verdict,
    vouched,
)
from rcc_tui.domain.terms import Terms


def _standing(book: Book, accept: Heard | None) -> Heard:
    """The proposal that counts: the accepted one, else the last that nothing replaced."""
    if accept is not None and isinstance(accept.act, Agreeing):
        return book.proposals[accept.act.proposal]
    replaced = {killed(kill) for kill in book.kills if isinstance(kill.act, Propose)}
    return [one for digest, one in book.proposals.items() if digest not in replaced][-1]


def _state(history: History, book: Book, standing: Heard) -> tuple[str, str, bool]:
    """State, the reason for a dead one, and whether it is contested."""
    quarrel = contested(history, book)
    verdicts = [verdict(history, book, book.disputes)] if book.accepts and book.disputes else []
    if quarrel and (settled := verdict(history, book, [*book.accepts, *book.kills])):
        quarrel = False
        verdicts.append(settled)
    for given in verdicts:
        if given and not stands(given) and not happened(book):
            assert isinstance(given.act, Resolve)
            return "withdrawn", given.act.how, False
    if book.accepts:
        done = {key.partition(":")[0] for key in book.stated}
        state = "ended" if "End" in done else "started" if "Start" in done else "agreed"
        return state, "", quarrel
    for kill in book.kills:
        if killed(kill) == standing.hash and isinstance(kill.act, Decline):
            return "declined", f"{kill.act.reason} {kill.act.note}".strip(), False
        if killed(kill) == standing.hash and isinstance(kill.act, Withdraw):
            return "withdrawn", kill.act.note, False
    return "proposed", "", False


def fold_row(history: History, book: Book, folded: Folded) -> None:
    """One row of `trade`, and its charges."""
    moved_in = lived(history, book)
    accept = moved_in or (book.accepts[-1] if book.accepts else None)
    standing = _standing(book, accept)
    state, reason, quarrel = _state(history, book, standing)
    changes, unsettled = book.changes.agreed(history, standing.hash) if book.accepts else ([], False)
    agreed = [standing, *changes]
    signed = {standing.author.code, *_countersigned(book, standing)}
    disputed = bool(book.disputes) and verdict(history, book, book.disputes) is None
    row: Row = {
        "state": state,
        **_shown(terms_of(agreed[-1])),
        "proposal": agreed[-1].hash.hex(),
        "proposer": standing.author.code,
        "signed_by": encode_list(sorted(signed)),
        "off_tariff": any(terms_of(one).off_tariff for one in agreed),
        "contested": quarrel or unsettled,
        "disputed": disputed,
        "reason": reason,
        "acceptance": accept.hash.hex() if accept else "",
        "versions": encode_list([terms_of(one) for one in agreed]),
        "vouched": encode_list(_vouched(book, agreed) if book.accepts else ()),
        **_change(book, standing, changes),
        **_stated(history, book, terms_of(agreed[-1])),
    }
    folded.rows["trade"] = [row]
    # A stay that both have stated goes on being charged while they quarrel whether it was agreed.
    in_force = state in ("agreed", "started", "ended") and (not quarrel or moved_in is not None)
    kept = _kept_open(history, book, terms_of(standing))
    folded.rows["charge"] = _charges(row, [terms_of(one) for one in agreed], kept) if in_force else []


def _countersigned(book: Book, standing: Heard) -> set[str]:
    """Who has accepted the proposal itself, for the other party."""
    return {
        one.author.code
        for one in book.accepts
        if isinstance(one.act, Accept) and one.act.proposal == standing.hash
    }


def _vouched(book: Book, agreed: list[Heard]) -> tuple[tuple[str, str, str], ...]:
    """(proposal, terms hash, how) of what is agreed by a hub's word alone."""
    return tuple((one.hash.hex(), act.terms_hash, act.how) for one, act in vouched(book, agreed))


def _shown(terms: Terms) -> Row:
    """What the table shows of the terms that count, the last that were agreed."""
    return {
        "buyer": terms.buyer,
        "seller": terms.seller,
        "vacancy": terms.vacancy,
        "referral": terms.referral,
        "setting": terms.setting,
        "setting_name": terms.setting_name,
        "terms": encode_list(terms),
        "terms_hash": terms_hash(terms),
        "weekly": terms.weekly,
        "start": terms.start,
        "end": terms.end,
        "valid_until": terms.valid_until,
    }


def _change(book: Book, standing: Heard, agreed: list[Heard]) -> Row:
    """The proposed change that waits for an answer."""
    waiting = book.changes.pending(standing.hash, agreed) if book.accepts else None
    return {
        "change": encode_list(terms_of(waiting)) if waiting else "",
        "change_proposal": waiting.hash.hex() if waiting else "",
        "change_proposer": waiting.author.code if waiting else "",
    }


def _last(history: History, book: Book, what: str, code: str) -> Act | None:
    said = history.live(book.stated.get(f"{what}:{code}", []))
    return said[-1].act if said else None


def _said_by(book: Book, code: str) -> str:
    """The last entry by which a side stated days of the stay (hex), empty for none."""
    said = [heard for key, all_said in book.stated.items() if key.endswith(f":{code}") for heard in all_said]
    return max(said, key=lambda heard: heard.order).hash.hex() if said else ""


def _stated(history: History, book: Book, terms: Terms) -> Row:
    """What each side says of the days of the stay; two that differ are shown, not hidden.

    Of two notices the earlier counts, and none that lies after the end agreed: one side alone makes no stay
    longer.
    """
    row: Row = {"notice_on": "", "end_reason": ""}
    notices = []
    for side, code in (("buyer", terms.buyer), ("seller", terms.seller)):
        start, end = _last(history, book, "Start", code), _last(history, book, "End", code)
        notice, kept = _last(history, book, "Notice", code), _last(history, book, "KeepOpen", code)
        row[f"started_{side}"] = start.on if isinstance(start, Start) else ""
        row[f"ended_{side}"] = end.on if isinstance(end, End) else ""
        row[f"said_{side}"] = _said_by(book, code)
        row[f"kept_{side}"] = encode_list(kept.spans if isinstance(kept, KeepOpen) else ())
        if isinstance(end, End):
            row["end_reason"] = end.reason
        if isinstance(notice, Notice) and not (terms.end and notice.ends >= terms.end):
            notices.append(notice.ends)
    row["notice_on"] = min(notices, default="")
    return row


def _kept_open(history: History, book: Book, terms: Terms) -> Sequence[tuple[str, str]]:
    """The days the place was kept open: as the seller has stated, were it that there are none; else the
    buyer."""
    for code in (terms.seller, terms.buyer):
        said = _last(history, book, "KeepOpen", code)
        if isinstance(said, KeepOpen):
            return said.spans
    return ()


def _charges(row: Row, versions: list[Terms], kept_open: Sequence[tuple[str, str]]) -> list[Row]:
    """The nights both sides charge for: what the seller states, else the buyer, else the terms."""
    start = str(row["started_seller"] or row["started_buyer"] or row["start"])
    end = str(row["ended_seller"] or row["ended_buyer"] or row["notice_on"] or row["end"])
    return charges(versions, start, end, kept_open)
