"""The lines of a pair's month in words: what each is for, how it was reckoned, and the acts behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from screens.months import month_text
from screens.pane import brief, example_lines, fact, section
from screens.reconcile_text import head_lines, next_step, work_lines
from screens.trade_text import history_lines
from screens.widgets.rows import Column, Row
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.domain.worklist import WorkRow
    from rcc_tui.services.history import HistoryLine
    from rcc_tui.services.reconcile import LineView, PairView

COLUMNS = (
    Column("n", "n", 2, align="right"),
    Column("setting", "Setting", 10, flex=1),
    Column("from", "From", 10),
    Column("to", "To", 10, priority=1),
    Column("nights", "Nights", 6, align="right"),
    Column("weekly", "A week", 10, align="right", priority=3),
    Column("charge", "Charge", 11, align="right"),
    Column("state", "State", 9),
    Column("mark", "Mark", 9, priority=2),
)
ON_NONE = "unstated"
MARKS = {"disputed": "D", "pending": "?", "conceded": "c", "agreed": "x", "": "+"}
"""How a line stands, by a letter; `+` is on no statement."""


def rows_of(view: PairView) -> list[Row]:
    """The lines, those that are on no statement marked `+`; then what has to be cleared up without a line."""
    rows = [_line_row(key, line) for key, line in lines_by_id(view).items()]
    for key, row in lone_rows(view).items():
        whom = f"trade {row.trade[:8]}" if row.trade else "the pair"
        rows.append(Row(key, ("-", whom, "", "", "", "", "", row.kind, ""), "!"))
    return rows


def lines_by_id(view: PairView) -> dict[str, LineView]:
    """The lines by what tells their rows apart, the same from one reading to the next."""
    return {
        f"{one.n or ON_NONE} {one.posting.trade} {one.posting.from_day} {one.posting.kind} "
        f"{one.posting.corrects}": one
        for one in view.lines
    }


def lone_rows(view: PairView) -> dict[str, WorkRow]:
    """What has to be cleared up of trades that have no line here."""
    charged = {one.posting.trade for one in view.lines}
    return {
        f"row {row.trade} {row.kind} {row.why}": row for row in view.head.rows if row.trade not in charged
    }


def _line_row(key: str, line: LineView) -> Row:
    one = line.posting
    cells = (
        str(line.n or "-"),
        line.setting_name,
        show_date(one.from_day),
        show_date(one.to_day),
        "-" if one.corrects else str(one.nights),
        "-" if one.corrects else pounds(one.weekly),
        pounds(one.pence),
        line.state or ON_NONE,
        line.mark,
    )
    return Row(key, cells, MARKS.get(line.state, ""))


def pair_lines(
    view: PairView,
    line: LineView | None,
    row: WorkRow | None,
    me: str,
    today: str,
    past: Sequence[HistoryLine],
    *,
    example: bool = False,
) -> list[Content]:
    """The line or work row under the cursor, what is to be cleared up, and what was said of it by whom.

    `past` is the history of the trade behind it and of the statement; `example`: a price of the month is
    but a worked example.
    """
    name = _names(view)
    seller, buyer = view.seller_name, view.buyer_name
    trade = line.posting.trade if line else row.trade if row else ""
    own = [one for one in view.head.rows if one.trade == trade] if trade else []
    others = [one for one in view.head.rows if one not in own]
    lines = line_lines(line) if line else []
    lines += example_lines(example)
    lines += section("To clear up here", [*work_lines(own, seller, buyer), *_acts_behind(own, past)])
    conceded = f"{pounds(view.conceded)}, corrected in a later month"
    lines += section("The month", head_lines(view.head, name))
    lines += [fact("Conceded", conceded)] if view.conceded else []
    lines.append(safe(f"> {next_step(view.head, view.calendar, me, today, inside=True)}", "bold"))
    lines += section("Else to clear up", work_lines(others, seller, buyer))
    lines += section("What was said", history_lines(past))
    return lines if lines[0].plain else lines[1:]


def _names(view: PairView) -> Callable[[str], str]:
    known = {view.head.seller: view.seller_name, view.head.buyer: view.buyer_name}
    return lambda code: known.get(code, code)


def line_words(line: LineView) -> str:
    """A line in a few words: `Thames House £2,271.43`."""
    return f"{brief(line.setting_name)} {pounds(line.posting.pence)}"


def line_lines(line: LineView) -> list[Content]:
    """One line: for what, how it was reckoned, how it stands and what the buyer answered."""
    from rcc_tui.services.statement_paper import answer_words, exact_words, what_words

    one = line.posting
    days = f"{show_date(one.from_day)} to {show_date(one.to_day)}, {one.nights} nights"
    return [
        join((f"{f'{line.n}  ' if line.n else ''}{what_words(line)}: {pounds(one.pence)}", "bold")),
        fact("Corrects", f"{month_text(one.corrects)}, which is closed")
        if one.corrects
        else fact("Days", days),
        *([] if one.corrects else [fact("Reckoned", exact_words(one.weekly, one.nights))]),
        fact(
            "State", answer_words(line) if line.mark == line.state else f"{answer_words(line)}, {line.mark}"
        ),
    ]


def _acts_behind(rows: Sequence[WorkRow], past: Sequence[HistoryLine]) -> list[Content]:
    """The acts that the rows come from: who said what, and when."""
    wanted = {row.by for row in rows if row.by}
    behind = [one for one in past if one.entry in wanted]
    return [safe(" The act behind it:"), *history_lines(behind)] if behind else []
