"""A statement: what one authority says another owes it for a month, line by line, and what it had heard."""

from __future__ import annotations

from dataclasses import dataclass

CONCEDED_WORDS = "conceded, corrected in a later month"
"""What the difference of conceded lines is called beside a month's sums."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One charge of a trade: `pence` for the `nights` from `start` up to, not including, `end` (ISO days).

    `kind` is one of the ledger's, `weekly` pence a week.
    `corrects` is the closed month ("2026-10") that a correction makes good; empty for every other line.
    """

    trade: str
    kind: str
    start: str
    end: str
    nights: int
    weekly: int
    pence: int
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a log (hex id) had been heard: to entry `seq`, whose hash (hex) is `hash`."""

    log: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The buyer's answer to line `n` (from 0): the `pence` it holds right, and why where they differ."""

    n: int
    pence: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """Row `row` of a spreadsheet (the header being line 1), confirmed to be about a trade and a month.

    `pence` is the amount of the month; days ISO, the last not counted. What the file does not say of days is
    empty, of the price 0.
    """

    row: int
    trade: str
    month: str
    start: str
    end: str
    weekly: int
    pence: int


# How a line of a statement stands: not answered yet, both say the same, the buyer says another amount, and
# the seller has taken the buyer's amount.
PENDING = "pending"
AGREED = "agreed"
DISPUTED = "disputed"
CONCEDED = "conceded"
