"""A pair's month in words: how it stands, what is to be cleared up, its calendar, the net of all pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.worklist import IN_DISPUTE
from screens.months import month_text
from screens.pane import example_lines, fact, section, sum_line
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.domain.deadlines import Calendar
    from rcc_tui.domain.worklist import WorkRow
    from rcc_tui.services.reconcile import MonthView, PairMonth

LETTERS = {"open": "o", "stated": "s", "answered": "a", "closed": "c"}
"""How a pair's month stands: the letter that says so in the matrix."""
LEGEND = "o open · s stated · a answered · c closed "
Name = Callable[[str], str]


def cell_text(pence: int, state: str) -> str:
    """`£12,345.67 s`: what the ledger comes to, and how the month stands."""
    return f"{pounds(pence)} {LETTERS.get(state, '?')}"


def month_lines(view: MonthView, one: PairMonth | None, me: str, today: str, name: Name) -> list[Content]:
    """The month of the pair under the cursor, and the net of all pairs. `me` is the desk's code; without a
    pair there is only the month itself."""
    lines: list[Content] = []
    if one is not None:
        lines = [*head_lines(one, name), safe(f"> {next_step(one, view.calendar, me, today)}", "bold")]
        lines += example_lines(one.worked_example)
        lines += section("To clear up", work_lines(one.rows, name(one.seller), name(one.buyer)))
    else:
        lines.append(safe(f"Nothing of this pair in {month_text(view.month)}."))
    lines += section(f"Calendar of {month_text(view.month)}", calendar_lines(view.calendar, one, today))
    net = [*example_lines(view.worked_example), *net_lines(view.net, name)] if view.net else []
    ours = all(me in (pair.seller, pair.buyer) for pair in view.pairs)
    title = f"Net positions of {month_text(view.month)}{', of our own pairs' if ours else ''}"
    return [*lines, *section(title, net)]


def head_lines(one: PairMonth, name: Name) -> list[Content]:
    """Who owes whom how much, and how the month stands."""
    by = f" by {name(one.closed_by)}" if one.closed_by else ""
    lines = [
        join((f"{name(one.buyer)} owes {name(one.seller)} {pounds(one.pence)}: {one.state}{by}", "bold")),
    ]
    if one.stated is not None:
        apart = one.stated - one.pence
        word = "more" if apart > 0 else "less"
        differs = f" ! {pounds(abs(apart))} {word} than the ledger" if apart else ""
        lines.append(fact("Stated", f"{pounds(one.stated)}{differs}"))
    if one.blocked:
        lines.append(fact("Unexplained", f"{pounds(one.unexplained)} in {one.blocked}"))
    return lines


def next_step(one: PairMonth, calendar: Calendar, me: str, today: str, *, inside: bool = False) -> str:
    """What is to be done next, and by whom; `inside` the pair's own screen, Enter has been pressed."""
    enter = "" if inside else "Enter, then "
    if one.state == "closed":
        return "Closed: what turns out otherwise is a correction in a later month."
    if one.state == "open" and not one.pence and not one.rows:
        return "Nothing is owed, and nothing is to be done."
    if one.state == "open":
        if today <= calendar.cut_off:
            return f"The month is not over: it is stated from {show_date(calendar.cut_off)} on."
        return f"{enter}i states it." if me == one.seller else "The seller states it."
    if one.state == "stated":
        return f"{enter}A, or a line by line, answers it." if me == one.buyer else "The buyer answers it."
    if one.blocked:
        return "What is to be cleared up keeps it from being closed."
    disputed = any(row.kind == IN_DISPUTE for row in one.rows)
    return f"{enter}x closes it{': what is disputed is carried forward by name' if disputed else ''}."


def work_lines(rows: Sequence[WorkRow], seller: str, buyer: str) -> list[Content]:
    """What stands between the pair and the close: class, why, both sides and the difference."""
    lines: list[Content] = []
    for row in rows:
        mark, style = ("!", "bold") if row.blocks else ("-", "")
        lines.append(safe(f"{mark} {row.kind}: {row.why}", style))
        if row.seller_pence is not None:
            lines.append(sum_line(f" {seller}", row.seller_pence))
        if row.buyer_pence is not None:
            lines.append(sum_line(f" {buyer}", row.buyer_pence))
        if row.difference:
            lines.append(sum_line(" difference", row.difference))
    return lines


def calendar_lines(calendar: Calendar, one: PairMonth | None, today: str) -> list[Content]:
    """The days of the month's reconciliation; what is late is marked."""
    state = one.state if one is not None else ""
    late_issue = state == "open" and calendar.statement_by < today
    late_answer = state in ("open", "stated") and calendar.answer_by < today
    return [
        fact("Cut-off", show_date(calendar.cut_off)),
        fact("Statement by", f"{show_date(calendar.statement_by)}{' ! late' if late_issue else ''}"),
        fact("Answer by", f"{show_date(calendar.answer_by)}{' ! late' if late_answer else ''}"),
    ]


def net_lines(net: Mapping[str, int], name: Name) -> list[Content]:
    """What each authority is owed, below zero where it owes; the sum is nought."""
    ordered = sorted(net.items(), key=lambda one: (-one[1], one[0]))
    lines = [sum_line(name(code), pence) for code, pence in ordered]
    return [*lines, sum_line("sum", sum(net.values()), style="bold")]
