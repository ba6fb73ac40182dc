"""Statements: one for a month and a pair of seller and buyer, issued by the seller, answered by the buyer.

A statement is a balance assertion: it says what its issuer had heard. It is never changed; a newer one takes
its place until the month is closed. An answer holds for every line that a newer statement repeats to the
penny.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from rcc_tui.acts import names
from rcc_tui.acts.days import is_day
from rcc_tui.acts.facts import encode_list, refuse_all, whole
from rcc_tui.acts.kind import Act, Folded, Heard, History, Kind, Row
from rcc_tui.domain.ledger import CORRECTION
from rcc_tui.domain.money import charge_pence, pounds
from rcc_tui.domain.statement import (
    AGREED,
    CONCEDED,
    DISPUTED,
    PENDING,
    Answered,
    Reach,
    StatementLine,
)

# Not to the end of the calendar: what is put right after a month goes into one that follows it.
_MONTH = re.compile(r"(?:199\d|20\d\d|21[0-8]\d)-(?:0[1-9]|1[0-2])", re.ASCII)
_TRADE = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z]{1,20}(?: [a-z]{1,20}){0,2}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MOST_PENCE = 10**11
_MOST_LINES = 500


class Issue(Act, frozen=True, tag="issue"):
    """The seller states a month's charges, and how far it had heard what they rest on."""

    month: str
    seller: str
    buyer: str
    lines: tuple[StatementLine, ...]
    heard: tuple[Reach, ...]


class Reissue(Act, frozen=True, tag="reissue"):
    """The seller states them anew, in place of the statement whose entry has this hash."""

    statement: bytes
    lines: tuple[StatementLine, ...]
    heard: tuple[Reach, ...]


class Answer(Act, frozen=True, tag="answer"):
    """The buyer agrees or disputes lines of a statement."""

    statement: bytes
    answers: tuple[Answered, ...]


class Concede(Act, frozen=True, tag="concede"):
    """The seller takes the buyer's amount for disputed lines, by their numbers."""

    statement: bytes
    lines: tuple[int, ...]


class Close(Act, frozen=True, tag="close"):
    """The month of the pair is done: every line is agreed, conceded, or disputed and carried forward."""

    statement: bytes


def is_month(text: str) -> bool:
    """Whether a text is a month of this age, as "2026-11"."""
    return _MONTH.fullmatch(text) is not None


@dataclass
class _Book:
    """What has been said. Answers and concessions go by the line they are about, whatever statement it stood
    in; a concession by the amount that was conceded."""

    lines: dict[bytes, tuple[StatementLine, ...]]
    issued: list[Heard]
    answers: dict[StatementLine, list[tuple[Heard, Answered]]] = field(default_factory=dict)
    conceded: dict[StatementLine, set[int]] = field(default_factory=dict)
    closes: list[Heard] = field(default_factory=list)


def fold(history: History) -> Folded:
    """One row of `statement`, and one of `statement_line` for each of its lines."""
    folded = Folded()
    opening, rest = history.opening(Issue, folded)
    if opening is None or not isinstance(opening.act, Issue):
        return folded
    act = opening.act
    if why := _unsound(history, opening, act):
        folded.refuse(opening, why)
        return refuse_all(rest, folded)
    book = _Book({opening.hash: act.lines}, [opening])
    for heard in rest:
        if why := _apply(history, book, heard, act):
            folded.refuse(heard, why)
    closed, current = _standing(history, book)
    lines = [_line(history, book, n, line) for n, line in enumerate(book.lines[current.hash])]
    said = current.act
    assert isinstance(said, Issue | Reissue)
    folded.rows["statement"] = [
        {
            "month": act.month,
            "seller": act.seller,
            "buyer": act.buyer,
            "issued": current.hash.hex(),
            "clock": opening.clock,
            "total": sum(line.pence for line in said.lines),
            "heard": encode_list(said.heard),
            "closed": closed is not None,
            "closed_by": closed.author.code if closed else "",
        }
    ]
    folded.rows["statement_line"] = lines
    return folded


def _unsound(history: History, opening: Heard, act: Issue) -> str:
    if tuple(sorted((act.buyer, act.seller))) != names.parties(history.audience):
        return "is not between the two members of this pair"
    if opening.author.code != act.seller:
        return "a statement is the seller's to make"
    if not is_month(act.month):
        return "is for no month"
    return _unsound_heard(act.heard) or _unsound_lines(act.month, act.lines)


def _unsound_heard(heard: Sequence[Reach]) -> str:
    for one in heard:
        if not (_HASH.fullmatch(one.log) and _HASH.fullmatch(one.hash) and one.seq >= 0):
            return "rests on what is no entry"
    return ""


def _unsound_lines(month: str, lines: Sequence[StatementLine]) -> str:
    figures = [abs(figure) for line in lines for figure in (line.pence, line.weekly)]
    if len(lines) > _MOST_LINES or max(figures, default=0) > _MOST_PENCE:
        return "states what no month can come to"
    for line in lines:
        if why := _unsound_line(month, line):
            return why
    if len(set(lines)) != len(lines):
        return "states one line twice"
    return ""


def _unsound_line(month: str, line: StatementLine) -> str:
    if not (_TRADE.fullmatch(line.trade) and _KIND.fullmatch(line.kind)):
        return "has a line for what can be no trade, or of no kind"
    if not (is_day(line.start) and is_day(line.end)):
        return "names a day that does not exist"
    if line.kind == CORRECTION:
        right = is_month(line.corrects) and line.corrects < month and line.nights == line.weekly == 0
        return "" if right else "corrects no month before its own"
    if line.corrects or line.pence < 0 or line.weekly < 0:
        return "has a charge below zero, or one that corrects without being a correction"
    if line.start[:7] != month:
        return "states nights of another month"
    spent = (date.fromisoformat(line.end) - date.fromisoformat(line.start)).days
    if not 0 < line.nights == spent <= 31 or line.pence != charge_pence(line.weekly, line.nights):
        return "states a charge that is not its nights at its price"
    return ""


def _apply(history: History, book: _Book, heard: Heard, opened: Issue) -> str:
    """Take an act in; why it does not count, or nothing."""
    act, code = heard.act, heard.author.code
    named = getattr(act, "statement", b"")
    if named not in book.lines:
        return "is about no statement that was heard here"
    if isinstance(act, Close):
        if code not in (opened.seller, opened.buyer) and heard.author.role != "hub":
            return "the two parties close their month, or their hub"
        return _close(history, book, heard, named)
    if isinstance(act, Answer):
        return _answer(history, book, heard, act) if code == opened.buyer else "the buyer answers a statement"
    if code != opened.seller:
        return "a statement is the seller's to make"
    if isinstance(act, Reissue):
        return _reissue(history, book, heard, act, opened.month)
    return _concede(history, book, heard, act) if isinstance(act, Concede) else "does nothing to a statement"


def _reissue(history: History, book: _Book, heard: Heard, act: Reissue, month: str) -> str:
    if any(history.knew(heard, close) for close in book.closes):
        return "comes after the month was closed"
    if why := _unsound_heard(act.heard) or _unsound_lines(month, act.lines):
        return why
    book.lines[heard.hash] = act.lines
    book.issued.append(heard)
    return ""


def _answer(history: History, book: _Book, heard: Heard, act: Answer) -> str:
    lines = book.lines[act.statement]
    closed = any(history.knew(heard, close) for close in book.closes)
    for one in act.answers:
        if not 0 <= one.n < len(lines) or abs(one.pence) > _MOST_PENCE:
            return "answers a line that is not there"
        if one.pence != lines[one.n].pence and (closed or not one.reason.strip()):
            return "disputes a line of a closed month" if closed else "disputes a line without a reason"
    for one in act.answers:
        book.answers.setdefault(lines[one.n], []).append((heard, one))
    return ""


def _concede(history: History, book: _Book, heard: Heard, act: Concede) -> str:
    lines = book.lines[act.statement]
    if not all(0 <= n < len(lines) for n in act.lines):
        return "concedes a line that is not there"
    held = [(lines[n], _held(history, book, lines[n], heard)) for n in act.lines]
    if any(answer is None or answer.pence == line.pence for line, answer in held):
        return "concedes a line that nobody disputes"
    for line, answer in held:
        assert answer is not None
        book.conceded.setdefault(line, set()).add(answer.pence)
    return ""


def _close(history: History, book: _Book, heard: Heard, named: bytes) -> str:
    if any(_held(history, book, line, heard) is None for line in book.lines[named]):
        return "closes a month with lines that were not answered"
    book.closes.append(heard)
    return ""


def _held(
    history: History, book: _Book, line: StatementLine, known_to: Heard | None = None
) -> Answered | None:
    """What the buyer says of a line, as far as somebody knew; None for nothing, or for two things at once."""
    said = [
        (heard, answer)
        for heard, answer in book.answers.get(line, ())
        if known_to is None or history.knew(known_to, heard)
    ]
    live = {heard.hash for heard in history.live([heard for heard, _ in said])}
    held = {answer.pence: answer for heard, answer in said if heard.hash in live}
    return next(iter(held.values())) if len(held) == 1 else None


def _standing(history: History, book: _Book) -> tuple[Heard | None, Heard]:
    """The act that closed the month, if one did, and the statement that counts.

    What is closed stays closed: a statement made without knowing of it opens nothing again, and what it says
    otherwise is a correction. Of two that were closed the newer counts. Where nothing is closed the newest
    does; of two that did not know of each other the later in everybody's order.
    """
    closed = {getattr(one.act, "statement", b""): one for one in reversed(book.closes)}
    for statement in reversed(book.issued):
        if statement.hash in closed:
            return closed[statement.hash], statement
    return None, history.live(book.issued)[-1]


def _line(history: History, book: _Book, at: int, line: StatementLine) -> Row:
    answer = _held(history, book, line)
    state, settled = PENDING, line.pence
    if answer is not None:
        state = AGREED if answer.pence == line.pence else DISPUTED
        if state == DISPUTED and answer.pence in book.conceded.get(line, ()):
            state, settled = CONCEDED, answer.pence
    return {
        "at": at,
        **whole(line),
        "state": state,
        "settled": settled,
        "answer": answer.pence if answer is not None else line.pence,
        "reason": answer.reason if answer is not None else "",
    }


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Issue | Reissue):
        total = pounds(sum(one.pence for one in act.lines))
        word = f"issued the statement of {act.month}" if isinstance(act, Issue) else "issued it anew"
        return f"{word}: {len(act.lines)} lines, {total}"
    if isinstance(act, Answer):
        return f"answered {len(act.answers)} lines"
    if isinstance(act, Concede):
        return f"took the buyer's amount of {len(act.lines)} lines"
    return "closed the month" if isinstance(act, Close) else ""


KIND = Kind(
    "statement",
    "pair",
    Issue | Reissue | Answer | Concede | Close,
    ("statement", "statement_line"),
    fold,
    line,
)
