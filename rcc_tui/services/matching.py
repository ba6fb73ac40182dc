"""Matching the spreadsheet of an authority that is not on the system to its trades, month by month.

Rows and trades are matched as a whole: each row to one month of one trade at most. What could go either way
is asked, never guessed, and nothing counts until a person has confirmed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from db.queries import statements as queries
from db.queries.statements import StoredStay
from rcc_tui.acts.sheets import MOST_LINES, Enter, Retract
from rcc_tui.domain.assignment import assign
from rcc_tui.domain.dates import month_end
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.ledger import Posting
from rcc_tui.domain.money import pounds
from rcc_tui.domain.statement import SheetLine
from rcc_tui.interop.side_sheet import SideRow, SideSheet, read_side
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know
from rcc_tui.services.ledger import ledger
from rcc_tui.services.tariffs import worked_examples

# Out of some 150: below LEAST two are not taken for the same at all; what would lose less than SURE if it
# went elsewhere, or scores less than PLAIN, is asked.
LEAST = 45
PLAIN = 60
SURE = 12
MOST_ASKED = 4
# How many are looked at for each, and how many rows and months may compete as one whole; of more, all are
# asked.
NEAR = 12
MOST_TOGETHER = 600

Reason = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Due:
    """A month of a trade, as the ledger here has it: what a row may be about. Days ISO, pence; `tariff` the
    hash of the price list, empty off it."""

    trade: str
    month: str
    setting_name: str
    start: str
    end: str
    weekly: int
    pence: int
    tariff: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A row and the month of a trade it is taken for: `score` is the sum of its `reasons`."""

    row: SideRow
    due: Due
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A row that may be about one of several, or not surely about any: the likeliest first."""

    row: SideRow
    candidates: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """What came of a file. `known` is the record that holds it already, empty when it is new; `missing` are
    months of trades in the months of the file that no row is about; `worked_example`: our sums rest on
    prices nobody has agreed."""

    sheet: SideSheet
    code: str
    matched: tuple[Match, ...]
    ask: tuple[Asked, ...]
    unmatched: tuple[SideRow, ...]
    missing: tuple[Due, ...]
    known: str
    worked_example: bool = False


def match(desk: Desk, path: Path, code: str, *, month: str = "") -> Matching:
    """Match the rows of a file to the trades of the authority `code`, whose side it tells.

    Rows that do not say their month are of `month`, else of the month their days lie in. Raises Refused for a
    file without amounts, NotFound for no member.
    """
    must_know(desk, code)
    if code == desk.code:
        raise Refused(f"{code} is this authority.", where="with", hint="Name the authority the file is of.")
    sheet = read_side(path)
    dues = _dues(desk, code, month)
    known = desk.read(queries.sheets, sheet.digest)
    matched, ask, unmatched = pair_up(sheet.rows, dues, month)
    months = {one.due.month for one in matched}
    found = {(one.due.trade, one.due.month) for one in matched}
    found |= {(one.due.trade, one.due.month) for asked in ask for one in asked.candidates}
    missing = [one for one in dues if one.month in months and (one.trade, one.month) not in found]
    shown = [*missing, *(one.due for one in (*matched, *(one for row in ask for one in row.candidates)))]
    example = not worked_examples(desk).isdisjoint(one.tariff for one in shown)
    return Matching(sheet, code, matched, ask, unmatched, tuple(missing), known, example)


def pair_up(
    rows: Sequence[SideRow], dues: Sequence[Due], month: str = ""
) -> tuple[tuple[Match, ...], tuple[Asked, ...], tuple[SideRow, ...]]:
    """The rows that are surely about a month of a trade, those to be asked, and those about none."""
    good = [row for row in rows if not row.wrong and row.pence is not None]
    bad = [row for row in rows if row.wrong or row.pence is None]
    scored = {
        (at, to): reasons
        for at, row in enumerate(good)
        for to, due in _possible(row, dues, month)
        if (reasons := _reasons(row, due)) and sum(points for _, points in reasons) >= LEAST
    }
    matched, ask, alone = _parted(good, dues, _nearest(scored))
    return matched, ask, (*alone, *bad)


def _nearest(
    scored: Mapping[tuple[int, int], tuple[Reason, ...]],
) -> dict[tuple[int, int], tuple[Reason, ...]]:
    """For each row and for each month of a trade the likeliest few: a file in which everything is like
    everything else is not to keep anybody waiting."""
    worth = {pair: sum(points for _, points in reasons) for pair, reasons in scored.items()}
    kept: set[tuple[int, int]] = set()
    for side in (0, 1):
        near: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for pair in sorted(worth, key=lambda pair: (-worth[pair], pair)):
            if len(near[pair[side]]) < NEAR:
                near[pair[side]].append(pair)
        kept.update(pair for pairs in near.values() for pair in pairs)
    return {pair: reasons for pair, reasons in scored.items() if pair in kept}


def confirm(desk: Desk, matching: Matching, answers: Mapping[int, str] | None = None) -> int:
    """Enter what was matched; `answers` say for asked rows (by their line) which trade they are about, with
    the month behind a blank where it may be one of several; empty for none. Returns how many rows were
    entered. Raises Refused: known already, or nothing to enter."""
    if matching.known:
        raise Refused(
            f"{matching.sheet.name} has been entered already.", where="file", hint="There is nothing to do."
        )
    chosen = [*matching.matched, *_answered(matching, answers or {})]
    twice = _twice((one.due.trade, one.due.month) for one in chosen)
    if twice:
        raise Refused(f"Two rows are about one month of {twice[0][:8]}.", where="answers", hint="Choose one.")
    if not chosen:
        raise Refused("No row is matched.", where="file", hint="Answer those that are asked.")
    if len(chosen) > MOST_LINES:
        raise Refused(
            f"{len(chosen)} rows: {MOST_LINES} are entered at once.",
            where="file",
            hint="Give the rows of one month at a time.",
        )
    lines = tuple(_line(one) for one in sorted(chosen, key=lambda one: one.row.line))
    with desk.writing() as w:
        w.act("sheet", Enter(matching.sheet.digest, matching.sheet.name, matching.code, lines))
    return len(lines)


def retract(desk: Desk, record: str, why: str) -> None:
    """Take a sheet back that was entered by mistake. Raises Refused without a reason."""
    if not why.strip():
        raise Refused("Why?", where="why", hint="Say it in a few words.")
    with desk.writing() as w:
        w.act("sheet", Retract(why.strip()), record=record)


def retract_file(desk: Desk, matching: Matching, why: str) -> None:
    """Take back what was entered from a file. Raises Refused where nothing was."""
    if not matching.known:
        raise Refused(
            f"{matching.sheet.name} has not been entered.",
            where="file",
            hint="There is nothing to take back.",
        )
    retract(desk, matching.known, why)


def _answered(matching: Matching, answers: Mapping[int, str]) -> list[Match]:
    asked = {one.row.line: one for one in matching.ask}
    chosen = []
    for line, trade in answers.items():
        if line not in asked:
            raise NotFound(f"Row {line} is not asked about.", where="answers", hint="See the list of rows.")
        if not trade:
            continue
        fitting = [
            one for one in asked[line].candidates if f"{one.due.trade} {one.due.month}".startswith(trade)
        ]
        if len(fitting) != 1:
            raise NotFound(
                f"Row {line} may be about {len(fitting)} of its candidates “{trade}”.",
                where="answers",
                hint="Give the id of one of them.",
            )
        chosen += fitting
    return chosen


def _twice(keys: Iterable[tuple[str, str]]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    found = []
    for key in keys:
        if key in seen:
            found.append(key[0])
        seen.add(key)
    return found


def _line(one: Match) -> SheetLine:
    row, due = one.row, one.due
    assert row.pence is not None
    start, end = _in_month(row, due)
    if row.pence == due.pence and _day_before(due.end) == end:
        # The amount says that the last night is meant, not the day after it.
        end = due.end
    return SheetLine(row.line, due.trade, due.month, start, end, row.weekly or 0, row.pence)


def _in_month(row: SideRow, due: Due) -> tuple[str, str]:
    """The days of a row as far as they lie in a month: many files have those of the whole stay in each."""
    first, after = f"{due.month}-01", month_end(due.month).isoformat()
    over = row.start and row.start < first and (not row.end or row.end > first)
    beyond = row.end and row.end > after and (not row.start or row.start < after)
    return first if over else row.start, after if beyond else row.end


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _dues(desk: Desk, code: str, month: str) -> list[Due]:
    """Every month of every trade of an authority, as the ledger has it."""
    stays = {one.record: one for one in desk.read(queries.stays, code=code)}
    by_month: defaultdict[tuple[str, str], list[Posting]] = defaultdict(list)
    for posting in ledger(desk, with_code=code, month=month):
        if not posting.corrects and posting.trade in stays:
            by_month[posting.trade, posting.month].append(posting)
    return [_due(stays[trade], which, charges) for (trade, which), charges in sorted(by_month.items())]


def _due(stay: StoredStay, month: str, charges: Sequence[Posting]) -> Due:
    return Due(
        stay.record,
        month,
        stay.setting_name,
        min(one.from_day for one in charges).isoformat(),
        max(one.to_day for one in charges).isoformat(),
        charges[0].weekly,
        sum(one.pence for one in charges),
        charges[0].tariff,
    )


def _possible(row: SideRow, dues: Sequence[Due], month: str) -> Iterable[tuple[int, Due]]:
    """The months a row may be about: the one it names, else the one its days lie in, else any."""
    wanted = row.month or month or (row.start[:7] if row.start and row.end[:7] in ("", row.start[:7]) else "")
    wanted = wanted or (row.start[:7] if _within(row) else "")
    return ((at, due) for at, due in enumerate(dues) if not wanted or due.month == wanted)


def _within(row: SideRow) -> bool:
    """Whether its days lie in one month; the day after the last may be the first of the next."""
    if not (row.start and row.end):
        return False
    last = date.fromisoformat(row.end)
    return row.end[:7] == row.start[:7] or (
        last.day == 1 and (last - date.fromisoformat(row.start)).days <= 31
    )


def _reasons(row: SideRow, due: Due) -> tuple[Reason, ...]:
    """What speaks for a row being about a month of a trade. A reference of ours decides alone."""
    found: list[Reason] = []
    ref = row.ref.casefold().replace("…", "")
    if len(ref) >= 6 and due.trade.startswith(ref):
        found.append(("our reference", 100))
    found += _name_reasons(row.setting, due.setting_name)
    start, end = _in_month(row, due)
    found += _day_reasons("start", start, due.start)
    found += _day_reasons("end", end, due.end)
    found += _amount_reasons(row, due)
    return tuple(reason for reason in found if reason[1])


@lru_cache(maxsize=65536)
def _name_reasons(name: str, setting: str) -> tuple[Reason, ...]:
    from rapidfuzz import fuzz, utils

    if not name:
        return ()
    like = fuzz.token_sort_ratio(name, setting, processor=utils.default_process)
    part = fuzz.token_set_ratio(name, setting, processor=utils.default_process) - 8
    best = max(like, part)
    if best < 60:
        return ((f"another name: {name}", -60),)
    words = "the same name" if best == 100 else f"a name like it ({best:.0f} of 100)"
    return ((words, round((best - 50) * 0.9)),)


def _day_reasons(what: str, said: str, held: str) -> list[Reason]:
    if not said:
        return []
    apart = abs((date.fromisoformat(said) - date.fromisoformat(held)).days)
    # Many files name the last night instead of the day after it.
    if apart == 0 or (what == "end" and apart == 1):
        return [(f"the same {what}", 20)]
    off = f"its {what} {apart} day{'' if apart == 1 else 's'} off"
    if apart <= 3:
        return [(off, 12)]
    return [(off, 5 if apart <= 7 else -6)]


def _amount_reasons(row: SideRow, due: Due) -> list[Reason]:
    found: list[Reason] = []
    if row.pence is not None:
        apart = abs(row.pence - due.pence)
        if apart == 0:
            found.append(("the same amount", 30))
        elif apart <= 100:
            found.append((f"{pounds(apart)} off", 26))
        elif apart * 100 <= due.pence:
            found.append((f"{pounds(apart)} off, under 1 %", 18))
        else:
            found.append((f"{pounds(apart)} off", 8 if apart * 10 <= due.pence else -8))
    if row.weekly is not None:
        same = abs(row.weekly - due.weekly) <= 100
        found.append(("the same weekly price", 15) if same else ("another weekly price", -4))
    return found


def _parted(
    rows: Sequence[SideRow], dues: Sequence[Due], scored: Mapping[tuple[int, int], tuple[Reason, ...]]
) -> tuple[tuple[Match, ...], tuple[Asked, ...], tuple[SideRow, ...]]:
    """The rows that are sure, those to be asked, and those that are about none."""
    worth = {pair: sum(points for _, points in reasons) for pair, reasons in scored.items()}
    matched: list[Match] = []
    sure: set[int] = set()
    for one in assign(worth, MOST_TOGETHER):
        if worth[one.row, one.column] >= PLAIN and one.margin >= SURE:
            matched.append(_match(rows, dues, scored, one.row, one.column))
            sure.add(one.row)
    taken = {(one.due.trade, one.due.month) for one in matched}
    ask, alone = [], []
    for at, row in enumerate(rows):
        if at in sure:
            continue
        near = sorted((pair for pair in worth if pair[0] == at), key=lambda pair: (-worth[pair], pair))
        candidates = [_match(rows, dues, scored, *pair) for pair in near]
        free = [one for one in candidates if (one.due.trade, one.due.month) not in taken]
        if free:
            ask.append(Asked(row, tuple(free[:MOST_ASKED])))
        else:
            alone.append(row)
    return tuple(matched), tuple(ask), tuple(alone)


def _match(
    rows: Sequence[SideRow],
    dues: Sequence[Due],
    scored: Mapping[tuple[int, int], tuple[Reason, ...]],
    row: int,
    due: int,
) -> Match:
    reasons = scored[row, due]
    return Match(rows[row], dues[due], sum(points for _, points in reasons), reasons)
