"""The month of a pair, line by line: stated, answered, conceded and closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.money import pounds
from rcc_tui.domain.statement import CONCEDED_WORDS
from rcc_tui.domain.worked_example import REMARK
from screens.export import check_new_file, free_name
from screens.keys import Key
from screens.listed import ListScreen
from screens.months import month_text
from screens.pair_form import DisputeForm
from screens.pair_rules import why_not
from screens.pair_text import COLUMNS, line_words, lines_by_id, lone_rows, pair_lines, rows_of
from screens.pane import brief
from screens.widgets.dialogs import Ask, Prompt
from screens.widgets.form import TextField
from screens.widgets.rows import Rows

if TYPE_CHECKING:
    from rcc_tui.domain.worklist import WorkRow
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.history import HistoryLine
    from rcc_tui.services.reconcile import LineView, PairView

EMPTY = "Nothing is owed, and nothing is stated. Esc goes back."


class PairScreen(ListScreen):
    """What a seller is owed by a buyer for a month.

    Args:
        seller: the code of the authority that is owed.
        buyer: the code of the one that owes.
        month: like "2026-11".
    """

    SCREEN = "pair"
    HEADING = "A pair's month"
    FILTER = "setting, state, day…; Esc takes the filter off"

    def __init__(self, seller: str, buyer: str, month: str) -> None:
        super().__init__()
        self._which = (seller, buyer, month)
        self._view: PairView | None = None
        self._to_issue = self._example = False
        self._lines: dict[str, LineView] = {}
        self._alone: dict[str, WorkRow] = {}

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, empty=EMPTY)

    def show_pair(self, seller: str, buyer: str, month: str) -> None:
        """Show another pair or month."""
        self._which, self._view = (seller, buyer, month), None
        self.reload()

    async def refresh_data(self) -> None:
        """Read the pair's month."""
        which = self._which
        view, self._to_issue, self._example = await self.ask(lambda desk: _read(desk, *which))
        self._view = view
        self._lines, self._alone = lines_by_id(view), lone_rows(view)
        head = view.head
        by = f" by {head.closed_by}" if head.closed_by else ""
        self.title_line.show(
            f"{month_text(head.month)} {view.seller_name} ← {view.buyer_name}",
            f"{pounds(head.pence if head.stated is None else head.stated)} {head.state}{by} ",
        )
        self.fill(rows_of(view), self._words)

    def _words(self, row_id: str) -> list[str]:
        line = self._lines.get(row_id)
        return [line.reason, line.posting.trade] if line else []

    # What the cursor is on

    @property
    def _line(self) -> LineView | None:
        return self._lines.get(self.row_id)

    @property
    def _trade(self) -> str:
        line, row = self._line, self._alone.get(self.row_id)
        return line.posting.trade if line else row.trade if row else ""

    def show_detail(self, *, stay: bool = False) -> None:
        """The line at once, and what was said of it when that has been read."""
        self.leave_empty()
        self.footer.refresh()
        if not stay:
            self.pane.show(self._all(()))
        if self._view is not None:
            self.background(partial(self._show_past, self.row_id, stay), "detail", exclusive=True)

    async def _show_past(self, row_id: str, stay: bool) -> None:
        trade, statement = self._trade, self._view.head.statement if self._view else ""
        past = await self.ask(lambda desk: _past(desk, trade, statement))
        if self.row_id == row_id:
            self.pane.show(self._all(past), stay=stay)

    def _all(self, past: tuple[HistoryLine, ...]) -> list[Content]:
        if self._view is None:
            return []
        desk = self.desk
        row = self._alone.get(self.row_id)
        today = desk.clock.today().isoformat()
        return pair_lines(self._view, self._line, row, desk.code, today, past, example=self._example)

    # Keys

    def _why_not(self, action: str) -> str:
        if self._view is None:
            return "The month has not been read yet."
        return why_not(action, self._view, self._line, self.desk, to_issue=self._to_issue)

    def apt(self, key: Key) -> bool:
        """What this desk may do here, as the month and the line stand."""
        if key.command == "trade":
            return bool(self._trade)
        return self._view is not None and not self._why_not(key.command)

    def _ready(self, action: str) -> PairView | None:
        """The month, if the key applies; says why not otherwise."""
        if why := self._why_not(action):
            self.tell(why)
            return None
        return self._view

    def action_issue(self) -> None:
        """State the month; anew where the ledger has moved on."""
        from rcc_tui.services import statements

        if view := self._ready("issue"):
            head = view.head
            self.act(
                lambda desk: statements.issue(desk, head.buyer, head.month),
                lambda done: (
                    f"Stated: {pounds(done.head.stated or 0)} to {brief(done.buyer_name, 24)}."
                    " i states it anew."
                ),
            )

    def action_agree(self) -> None:
        """Agree the line under the cursor."""
        line = self._line
        if self._ready("agree") and line is not None:
            self._agree((line.n,), f"Line {line.n} is agreed: {line_words(line)}. d disputes it.")

    def action_agree_all(self) -> None:
        """Agree all lines that are not answered, after reading what they come to."""
        if view := self._ready("agree_all"):
            left = [line for line in view.lines if line.state == "pending"]
            amount = pounds(sum(line.posting.pence for line in left))
            lines = f"{len(left)} {'line' if len(left) == 1 else 'lines'}"
            choices = (("y", f"Yes, agree {lines}: {amount}"), ("n", "No, not now"))
            body = f"{view.seller_name} states {amount} in {lines} that are not answered yet."
            done = f"{lines} agreed, {amount}. d disputes one after all."
            self._ask("Agree all that are left?", body, choices, lambda: self._agree((), done))

    def _agree(self, lines: tuple[int, ...], said: str) -> None:
        from rcc_tui.services import statements

        seller, _, month = self._which
        self.act(lambda desk: statements.agree(desk, seller, month, lines), lambda _: said)

    def action_dispute(self) -> None:
        """Say what the line should be, and why."""
        line = self._line
        if (view := self._ready("dispute")) and line is not None:
            self.app.push_screen(DisputeForm(view.head, line))

    def action_concede(self) -> None:
        """Take the buyer's amount."""
        line = self._line
        if self._ready("concede") and line is not None:
            question = f"{line_words(line)} was stated; the buyer holds {pounds(line.answer or 0)}."
            body = f"{question}\n{line.reason}"
            choices = (("y", f"Yes, {pounds(line.answer or 0)} it is"), ("n", "No, not now"))
            self._ask("Take the buyer's amount?", body, choices, partial(self._concede, line))

    def _concede(self, line: LineView) -> None:
        from rcc_tui.services import statements

        _, buyer, month = self._which
        self.act(
            lambda desk: statements.concede(desk, buyer, month, [line.n]),
            lambda _: f"Line {line.n} is {pounds(line.answer or 0)}. Only the buyer's a changes it now.",
        )

    def action_close(self) -> None:
        """Close the month."""
        if view := self._ready("close"):
            head = view.head
            body = "\n".join(
                (
                    f"{view.seller_name} is owed {pounds(head.stated or 0)} by {view.buyer_name}.",
                    *([f"{view.disputed} disputed, carried forward by name."] if view.disputed else []),
                    *([f"{CONCEDED_WORDS.capitalize()}: {pounds(view.conceded)}."] if view.conceded else []),
                    *([f"! {REMARK}"] if self._example else []),
                    "A closed month stays as it is: what turns out otherwise is corrected in a later one.",
                )
            )
            choices = (("y", f"Yes, close {month_text(head.month)}"), ("n", "No, not now"))
            self._ask(f"Close {month_text(head.month)}?", body, choices, self._close)

    def _close(self) -> None:
        from rcc_tui.services import statements

        which = self._which
        self.act(
            lambda desk: statements.close(desk, *which),
            lambda done: f"{month_text(done.head.month)} is closed. A later month corrects it.",
        )

    def _ask(
        self, title: str, body: str, choices: tuple[tuple[str, str], ...], work: Callable[[], None]
    ) -> None:
        """Do the work if the answer is y."""

        def answered(answer: str | None) -> None:
            if answer == "y":
                work()

        self.app.push_screen(Ask(title, body, choices), answered)

    def action_trade(self) -> None:
        """Open the trade behind the line."""
        if self._trade:
            self.open_record("trades", self._trade)
        else:
            self.tell("No line is chosen.")

    def action_write(self) -> None:
        """Write the statement to a file."""
        if self._view is None:
            return
        seller, buyer, month = self._which
        file = str(free_name(Path.home() / f"statement-{month}-{seller}-{buyer}.html"))
        field = TextField("file", "File", value=file, required=True, check=check_new_file)
        body = "The ending says as what: .html a page to print, .txt text, .csv a table."
        self.app.push_screen(Prompt("Write the statement", field, body), self._write)

    def _write(self, file: str | None) -> None:
        if file is not None:
            self.background(partial(self._written, Path(file).expanduser()), "write", exclusive=False)

    async def _written(self, path: Path) -> None:
        from rcc_tui.services import statement_page, statement_paper

        which = self._which
        await self.ask(lambda desk: statement_page.write(statement_paper.paper(desk, *which), path))
        self.tell(f"Written to {path}")


def _read(desk: Desk, seller: str, buyer: str, month: str) -> tuple[PairView, bool, bool]:
    """The month, whether it is ours to state, and whether a price of it is but a worked example."""
    from rcc_tui.services import statements
    from rcc_tui.services.statement_paper import paper

    found = paper(desk, seller, buyer, month)
    to_issue = desk.code == seller and statements.wants_issuing(desk, buyer, month)
    return found.pair, to_issue, found.worked_example


def _past(desk: Desk, trade: str, statement: str) -> tuple[HistoryLine, ...]:
    """Who said what of the trade and of the statement, the oldest first."""
    from rcc_tui.domain.errors import NotFound
    from rcc_tui.services.history import history

    told: list[HistoryLine] = []
    for record in (trade, statement):
        if record:
            try:
                told += history(desk, record)
            except NotFound:  # a line may name a trade that was never heard of here
                continue
    return tuple(sorted(told, key=lambda one: one.at))
