"""The rows of a spreadsheet in words: how each stands, what it is taken for, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from screens.months import month_text
from screens.pane import example_lines, fact, section
from screens.widgets.rows import Column, Row
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.interop.side_sheet import SideRow
    from rcc_tui.services.matching import Due, Match, Matching

MATCHED, ASK, NONE, ANSWERED, MISSING = "matched", "ask", "none", "answered", "missing"
MARKS = {MATCHED: "x", ASK: "?", NONE: "-", ANSWERED: "x", MISSING: "!"}
COLUMNS = (
    Column("row", "Row", 4, align="right"),
    Column("state", "State", 8),
    Column("theirs", "Their setting", 13, flex=1),
    Column("start", "From", 10, priority=2),
    Column("amount", "Amount", 11, align="right"),
    Column("ours", "Our setting", 13, flex=1),
    Column("due", "Ours", 11, align="right", priority=1),
    Column("score", "Score", 5, align="right", priority=3),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: a row of the file, or a month of a trade that no row is about.

    `match` is what it is taken for, `candidates` what it may be about, the likeliest first.
    """

    number: int
    state: str
    row: SideRow | None
    match: Match | None
    candidates: tuple[Match, ...] = ()
    due: Due | None = None


def lines_of(found: Matching, answers: Mapping[int, str]) -> dict[str, Line]:
    """All lines by their ids: those that are asked first, then the rows as in the file, then what is missing.
    `answers` are trade and month by row, empty for none."""
    asked = [_asked(one.row, one.candidates, answers.get(one.row.line)) for one in found.ask]
    told = [Line(one.row.line, MATCHED, one.row, one) for one in found.matched]
    told += [Line(row.line, NONE, row, None) for row in found.unmatched]
    lines = [*sorted(asked, key=lambda one: one.number), *sorted(told, key=lambda one: one.number)]
    missing = {
        f"missing {one.trade} {one.month}": Line(0, MISSING, None, None, (), one) for one in found.missing
    }
    return {**{f"row {line.number}": line for line in lines}, **missing}


def _asked(row: SideRow, candidates: tuple[Match, ...], answer: str | None) -> Line:
    if answer is None:
        return Line(row.line, ASK, row, candidates[0], candidates)
    chosen = next((one for one in candidates if which(one) == answer), None)
    return Line(row.line, ANSWERED, row, chosen, candidates)


def which(one: Match) -> str:
    """The trade and the month of a candidate, as an answer names them."""
    return f"{one.due.trade} {one.due.month}"


def row_of(key: str, line: Line) -> Row:
    """A line as a row of the list."""
    row, match = line.row, line.match
    due = line.due or (match.due if match else None)
    cells = (
        str(line.number or "-"),
        line.state,
        row.setting or row.ref if row else "",
        show_date(row.start) if row else "",
        _money(row.pence) if row else "",
        due.setting_name if due else "none" if line.state == ANSWERED else "",
        _money(due.pence) if due else "",
        str(match.score) if match else "",
    )
    return Row(key, cells, MARKS[line.state])


def _money(pence: int | None) -> str:
    return "" if pence is None else pounds(pence)


def candidate_label(one: Match) -> str:
    """A candidate in one line: trade, setting, month, amount, days and score."""
    due = one.due
    days = f"{show_date(due.start)} to {show_date(due.end)}"
    named = f"{due.trade[:8]} {due.setting_name} {month_text(due.month)}"
    return f"{named}: {pounds(due.pence)}, {days} ({one.score})"


def line_lines(line: Line, found: Matching) -> list[Content]:
    """A line of the list in full."""
    lines: list[Content] = []
    if line.row is not None:
        lines += _row_lines(line.row, line.state)
    if line.due is not None:
        lines += [
            join(("No row of the file is about this", "bold")),
            *_due_lines(line.due),
        ]
    if line.match is not None:
        title = "Likeliest" if line.state == ASK else "Taken for"
        lines += section(f"{title}, {line.match.score} points", _match_lines(line.match))
    rest = [one for one in line.candidates if one is not line.match]
    for one in rest:
        lines += section(f"Or, {one.score} points", _match_lines(one))
    lines += example_lines(found.worked_example)
    notes = [fact(what, column) for what, column in sorted(found.sheet.columns.items())]
    return [*lines, *section("Columns of the file", notes), *(safe(f" {note}") for note in found.sheet.notes)]


def _row_lines(row: SideRow, state: str) -> list[Content]:
    days = " to ".join(show_date(day) or "?" for day in (row.start, row.end)) if row.start or row.end else "-"
    told = {
        ASK: "Enter says which trade it is about",
        ANSWERED: "answered; Enter answers it otherwise",
        NONE: "about none of the trades",
        MATCHED: "matched",
    }[state]
    return [
        join((f"Row {row.line}: {told}", "bold")),
        *(safe(f"! {problem}", "bold") for problem in row.wrong),
        fact("Setting", row.setting or "-"),
        fact("Reference", row.ref or "-"),
        fact("Days", days),
        fact("Month", month_text(row.month) if row.month else "-"),
        fact("Amount", _money(row.pence) or "-"),
        fact("A week", _money(row.weekly) or "-"),
    ]


def _due_lines(due: Due) -> list[Content]:
    return [
        fact("Setting", due.setting_name),
        fact("Days", f"{show_date(due.start)} to {show_date(due.end)}"),
        fact("Amount", pounds(due.pence)),
        fact("A week", pounds(due.weekly)),
        fact("Trade", due.trade[:8]),
    ]


def _match_lines(one: Match) -> list[Content]:
    return [*_due_lines(one.due), *(safe(f" {points:+d} {words}") for words, points in one.reasons)]
