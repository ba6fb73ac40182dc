"""Which key may act on a pair's month, and if not, why not. The services keep the rules themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rcc_tui.domain.dates import month_end, show_date
from screens.months import month_text

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.reconcile import LineView, PairView

PENDING, DISPUTED = "pending", "disputed"


@dataclass(frozen=True, slots=True)
class _Case:
    view: PairView
    line: LineView | None
    desk: Desk
    to_issue: bool

    @property
    def month(self) -> str:
        return month_text(self.view.head.month)

    @property
    def closed(self) -> bool:
        return self.view.head.state == "closed"


def why_not(action: str, view: PairView, line: LineView | None, desk: Desk, *, to_issue: bool) -> str:
    """Why the desk may not do this now; "" when it may.

    `action` is issue, agree, agree_all, dispute, concede, close or write; `to_issue`: the ledger says what
    no statement of ours says.
    """
    return _RULES[action](_Case(view, line, desk, to_issue))


def _issue(case: _Case) -> str:
    head = case.view.head
    if case.desk.code != head.seller:
        return f"{case.view.seller_name} states this month."
    if case.closed:
        return f"{case.month} is closed: what differs goes into a later month."
    end = month_end(head.month)
    if end > case.desk.clock.today():
        return f"{case.month} is not over: it can be stated from {show_date(end)} on."
    if not case.view.lines:
        return f"{case.view.buyer_name} owes nothing for {case.month}."
    return "" if case.to_issue else "The statement says what the ledger says."


def _buyer(case: _Case) -> str:
    if case.desk.code != case.view.head.buyer:
        return f"{case.view.buyer_name} answers the statement."
    return "" if case.view.head.statement else f"{case.view.seller_name} has not stated {case.month} yet."


def _line(case: _Case) -> str:
    if case.line is None:
        return "No line is chosen."
    return "" if case.line.n else "This charge is on no statement: the seller states it anew."


def _agree(case: _Case) -> str:
    if why := _buyer(case) or _line(case):
        return why
    assert case.line is not None
    return "" if case.line.state in (PENDING, DISPUTED) else f"Line {case.line.n} is {case.line.state}."


def _agree_all(case: _Case) -> str:
    left = any(line.state == PENDING for line in case.view.lines)
    return _buyer(case) or ("" if left else "Every line is answered.")


def _dispute(case: _Case) -> str:
    if why := _buyer(case) or _line(case):
        return why
    return f"{case.month} is closed: t, then i, disputes the trade." if case.closed else ""


def _concede(case: _Case) -> str:
    if case.desk.code != case.view.head.seller:
        return f"{case.view.seller_name} concedes; the buyer's a agrees."
    if why := _line(case):
        return why
    assert case.line is not None
    return "" if case.line.state == DISPUTED else "The buyer does not dispute this line."


def _close(case: _Case) -> str:
    head, lines = case.view.head, case.view.lines
    if case.desk.role != "hub" and case.desk.code not in (head.seller, head.buyer):
        return "Its parties or the hub close a month."
    if not head.statement:
        return f"{case.view.seller_name} has not stated {case.month} yet."
    if case.closed:
        return f"{case.month} is closed already."
    if left := sum(line.state == PENDING for line in lines):
        return f"Not answered yet: {left} of {len(lines)} lines."
    if head.blocked:
        return f"{head.blocked} to clear up first: the pane says what."
    if any(not line.n for line in lines):
        return "The ledger has moved on: the seller states it anew."
    return ""


def _write(case: _Case) -> str:
    return ""


_RULES: dict[str, Callable[[_Case], str]] = {
    "issue": _issue,
    "agree": _agree,
    "agree_all": _agree_all,
    "dispute": _dispute,
    "concede": _concede,
    "close": _close,
    "write": _write,
}
