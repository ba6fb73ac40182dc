"""Three months of nineteen authorities, with faults of every class sown in, and what the hub is to find."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import fixtures
from rcc_tui.acts import names, statements, trades
from rcc_tui.acts.kind import Act
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.closing import Pair
from rcc_tui.domain.ledger import Posting
from rcc_tui.domain.statement import Answered, Reach, StatementLine
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.domain.worklist import (
    DATES,
    IN_DISPUTE,
    NOT_HEARD,
    OFF_TARIFF,
    ONLY_BUYER,
    ONLY_SELLER,
    RATE,
    UNANSWERED,
)
from tests.attacks.forge import AT_MS, Forged, Scribe
from tests.region import seat

MONTHS = ("2026-09", "2026-10", "2026-11")
TODAY = date(2026, 12, 10)
LATE = MONTHS[:2]
"""Months whose answers are overdue on that day."""

# A class of the work list, the month, the pair, and the trade or nothing.
Found = tuple[str, str, Pair, str]
Cell = tuple[Pair, str]


@dataclass
class Writers:
    """The logs of all desks for all pairs. Every entry knows of all that were written before it."""

    logs: dict[tuple[str, str], Scribe] = field(default_factory=dict)
    clock: int = AT_MS

    def write(
        self, code: str, pair: Pair, kind: str, act: Act, record: str = "", *, knows: Sequence[Forged] = ()
    ) -> Forged:
        """An act of the desk of an authority about a pair."""
        audience = names.pair(*pair)
        scribe = self.logs.setdefault((code, audience), Scribe(seat(code).desk, audience))
        self.clock += 1
        deps = [one.hash for one in knows]
        return scribe.write(kind, act, record=record, deps=deps, clock=self.clock)


@dataclass
class Stay:
    """A trade as it was sown: `fault` is the class of what is wrong with its days, or empty."""

    terms: Terms
    start: date
    proposal: Forged
    accept: Forged
    last: list[Forged]
    fault: str = ""

    @property
    def pair(self) -> Pair:
        """Seller and buyer."""
        return (self.terms.seller, self.terms.buyer)

    @property
    def id(self) -> str:
        """The record, in hex."""
        return self.proposal.record


class Season:
    """The trades and statements, and what of them is wrong."""

    def __init__(self, seed: int, count: int = 400) -> None:
        self.chance = random.Random(seed)
        self.writers = Writers()
        self.pairs = _pairs(self.chance)
        self.stays = [self._stay(number) for number in range(count)]
        self.by_id = {one.id: one for one in self.stays}
        self.statements: dict[Cell, tuple[Forged, tuple[StatementLine, ...]]] = {}
        self.expected: set[Found] = set()
        self.tips: defaultdict[Cell, list[Forged]] = defaultdict(list)

    def logs(self, pair: Pair | None = None) -> list[Scribe]:
        """All logs, or those of a pair."""
        audience = names.pair(*pair) if pair else ""
        return [one for (_, heard), one in self.writers.logs.items() if audience in ("", heard)]

    # Trades

    def _stay(self, number: int) -> Stay:
        seller, buyer = pair = self.pairs[number % len(self.pairs)]
        start = date(2026, 9, 1) + timedelta(days=self.chance.randrange(0, 80))
        weekly = self.chance.randrange(40_000, 500_000, 250)
        off = number % 33 == 7
        terms = Terms(
            buyer=buyer,
            seller=seller,
            referral="",
            vacancy="",
            setting="",
            setting_name=f"Home {number}",
            place="U6",
            start=start.isoformat(),
            end="",
            age=12,
            sex="F",
            places=1,
            tariff="" if off else "ab" * 32,
            band="Core",
            lines=(Line("core", weekly),),
            weekly=weekly,
            notice_days=7,
            off_tariff="agreed by telephone" if off else "",
        )
        proposal = self.writers.write(seller, pair, "trade", trades.Propose(terms))
        accept = self.writers.write(
            buyer,
            pair,
            "trade",
            trades.Accept(proposal.hash, terms_hash(terms)),
            proposal.record,
            knows=[proposal],
        )
        stay = Stay(terms, start, proposal, accept, [accept])
        faults = {3: ONLY_SELLER, 11: ONLY_BUYER, 19: DATES}
        stay.fault = faults.get(number % 40, "")
        if stay.fault != ONLY_BUYER:
            self.state(stay, seller, trades.Start(start.isoformat()))
        if stay.fault == DATES:
            self.state(stay, buyer, trades.Start((start + timedelta(days=2)).isoformat()))
        elif stay.fault != ONLY_SELLER:
            self.state(stay, buyer, trades.Start(start.isoformat()))
        if not stay.fault and number % 5 == 0:
            end = min(start + timedelta(days=self.chance.randrange(5, 60)), date(2026, 11, 28))
            for code in (seller, buyer):
                self.state(stay, code, trades.End(end.isoformat(), "CARPL"))
        return stay

    def state(self, stay: Stay, code: str, act: Act) -> None:
        """One side states a day of the stay."""
        stay.last.append(self.writers.write(code, stay.pair, "trade", act, stay.id, knows=stay.last[-2:]))

    # Statements

    def issue_all(self, ledger: Sequence[Posting]) -> None:
        """Every seller states every month, as the ledger has it but for the faults sown."""
        for number, (cell, lines) in enumerate(sorted(stated_lines(ledger).items())):
            pair, month = cell
            kept = [one for one in lines if self.by_id[one.trade].fault != ONLY_BUYER]
            heard: tuple[Reach, ...] = ()
            if number % 13 == 5:
                heard = (Reach("cd" * 32, 4, "ef" * 32),)
                self.expected.add((NOT_HEARD, month, pair, ""))
            wrong = (
                next((at for at, one in enumerate(kept) if self._plain(one)), -1) if number % 7 == 2 else -1
            )
            if wrong >= 0:
                line = kept[wrong]
                kept[wrong] = replace(line, weekly=line.weekly + 7_00, pence=line.pence + line.nights * 100)
                self.expected.add((RATE, month, pair, line.trade))
            act = statements.Issue(month, pair[0], pair[1], tuple(kept), heard)
            issued = self.writers.write(pair[0], pair, "statement", act)
            self.statements[cell] = issued, tuple(kept)
            self.tips[cell] = [issued]
            self._answer(cell, number, wrong)
            self._expect(cell, lines)

    def _plain(self, line: StatementLine) -> bool:
        stay = self.by_id[line.trade]
        return not stay.fault and not stay.terms.off_tariff

    def _answer(self, cell: Cell, number: int, wrong: int) -> None:
        """The buyer agrees what is right, disputes a little, and now and then says nothing."""
        pair, month = cell
        _, lines = self.statements[cell]
        silent = number % 17 == 4
        answers = []
        for at, line in enumerate(lines):
            doubtful = at == wrong or self.by_id[line.trade].fault in (ONLY_SELLER, DATES)
            if silent or doubtful:
                if month in LATE:
                    self.expected.add((UNANSWERED, month, pair, line.trade))
            elif number % 11 == 6 and at == 0:
                answers.append(Answered(at, line.pence - 1_00, "a night of respite"))
                self.expected.add((IN_DISPUTE, month, pair, line.trade))
            else:
                answers.append(Answered(at, line.pence))
        if answers:
            self.answer(cell, answers)

    def answer(self, cell: Cell, answers: Sequence[Answered]) -> None:
        """The buyer answers lines of the newest statement."""
        pair, _ = cell
        issued, _ = self.statements[cell]
        act = statements.Answer(issued.hash, tuple(answers))
        record = self.tips[cell][0].record
        self.tips[cell].append(
            self.writers.write(pair[1], pair, "statement", act, record, knows=self.tips[cell][-2:])
        )

    def _expect(self, cell: Cell, lines: Sequence[StatementLine]) -> None:
        """What is wrong with the trades themselves, in a month in which they cost anything."""
        pair, month = cell
        for line in lines:
            stay = self.by_id[line.trade]
            if stay.terms.off_tariff:
                self.expected.add((OFF_TARIFF, month, pair, line.trade))
            if stay.fault in (ONLY_SELLER, ONLY_BUYER):
                self.expected.add((stay.fault, month, pair, line.trade))
            elif stay.fault == DATES and month == f"{stay.start:%Y-%m}":
                late = stay.start + timedelta(days=2)
                gone = f"{late:%Y-%m}" != month
                self.expected.add((ONLY_SELLER if gone else DATES, month, pair, line.trade))

    # Putting it right

    def mend_days(self) -> None:
        """Both sides state what they had not, or had otherwise."""
        for stay in self.stays:
            if stay.fault:
                code = stay.terms.seller if stay.fault == ONLY_BUYER else stay.terms.buyer
                self.state(stay, code, trades.Start(stay.start.isoformat()))

    def mend_statements(self, ledger: Sequence[Posting]) -> None:
        """Statements that were wrong are issued anew, and whatever was left is agreed."""
        due = stated_lines(ledger)
        for cell, (issued, lines) in list(self.statements.items()):
            pair, month = cell
            right = tuple(due.get(cell, ()))
            if right != lines or (NOT_HEARD, month, pair, "") in self.expected:
                act = statements.Reissue(issued.hash, right, ())
                anew = self.writers.write(
                    pair[0], pair, "statement", act, self.tips[cell][0].record, knows=self.tips[cell][-2:]
                )
                self.tips[cell].append(anew)
                self.statements[cell] = anew, right
            disputed = {
                trade
                for kind, at, who, trade in self.expected
                if kind == IN_DISPUTE and (at, who) == (month, pair)
            }
            self.answer(
                cell, [Answered(at, one.pence) for at, one in enumerate(right) if one.trade not in disputed]
            )


def stated_lines(ledger: Sequence[Posting]) -> dict[Cell, list[StatementLine]]:
    """The ledger as statements would have it."""
    found: defaultdict[Cell, list[StatementLine]] = defaultdict(list)
    for one in ledger:
        days = one.from_day.isoformat(), one.to_day.isoformat()
        line = StatementLine(one.trade, one.kind, *days, one.nights, one.weekly, one.pence, one.corrects)
        if one.month in MONTHS:
            found[(one.seller, one.buyer), one.month].append(line)
    return dict(found)


def _pairs(chance: random.Random) -> list[Pair]:
    """Twenty-six pairs in which every authority buys or sells."""
    codes = [one.code for one in fixtures.authorities()]
    chance.shuffle(codes)
    ring = [(codes[at], codes[(at + 1) % len(codes)]) for at in range(len(codes))]
    return ring + [(codes[at], codes[(at + 5) % len(codes)]) for at in range(7)]
