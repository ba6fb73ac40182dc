"""Trades: what was proposed, agreed, begun and ended with whom, and what is ours to answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from rcc_tui.domain.codes import REFUSAL_REASONS
from rcc_tui.domain.dates import parse_date, show_date
from rcc_tui.domain.money import pounds
from screens.keys import Key
from screens.listed import ListScreen
from screens.pane import brief
from screens.trade_change_form import ChangeForm, KeptForm
from screens.trade_change_text import change_text
from screens.trade_form import CounterForm, EndForm
from screens.trade_rules import AMISS, why_not
from screens.trade_text import FLAGS, accept_text, head_lines, trade_lines
from screens.widgets.dialogs import Ask, Pick, Prompt
from screens.widgets.form import DateField, TextField
from screens.widgets.rows import Column, Row, Rows

if TYPE_CHECKING:
    from rcc_tui.domain.ledger import Posting
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.history import HistoryLine
    from rcc_tui.services.tariffs import TariffView
    from rcc_tui.services.trades import TradeView

AT_MOST = 1000
EMPTY = "No trades yet. 3 searches for a place, p proposes one."
COLUMNS = (
    Column("state", "State", 9),
    Column("role", "We", 4, priority=2),
    Column("with", "With", 10, flex=2),
    Column("setting", "Setting", 12, flex=3, priority=1),
    Column("start", "From", 10, priority=1),
    Column("weekly", "A week", 11, align="right"),
    Column("flags", "Flags", 11, flex=1, priority=3),
)
Work = Callable[["Desk"], "TradeView"]
Behind = tuple["tuple[HistoryLine, ...]", "tuple[Posting, ...]", "TariffView | None", "tuple[str, ...]"]
"""What is read of a trade once it is under the cursor: history, charges, tariff, steps of the price."""


class TradesScreen(ListScreen):
    """Trades, those that wait for us first."""

    SCREEN = "trades"
    HEADING = "Trades"
    FILTER = "state, authority, setting, flag…; Esc takes the filter off"

    def __init__(self) -> None:
        super().__init__()
        self._trades: dict[str, TradeView] = {}

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, mark_width=3, empty=EMPTY)

    async def refresh_data(self) -> None:
        """Read and show the trades, and the one under the cursor."""
        from rcc_tui.services import trades

        found = await self.ask(lambda desk: trades.listing(desk, limit=AT_MOST))
        self._trades = {one.id: one for one in found.rows}
        mine = sum(one.my_turn for one in found.rows)
        aside = [f"! {mine} to answer"] if mine else []
        examples = sum(one.worked_example for one in found.rows)
        aside += [f"{examples} by a worked example"] if examples else []
        aside += [f"first {AT_MOST:,} of {found.total:,}"] if found.total > len(found.rows) else []
        self.title_line.show(self.HEADING, " · ".join(aside) + " ")
        code = self.desk.code
        self.fill([_row(one, code) for one in found.rows], self._words)

    def _words(self, row_id: str) -> list[str]:
        trade = self._trades[row_id]
        return [trade.buyer_name, trade.seller_name, trade.buyer, trade.seller, row_id]

    # The trade under the cursor

    @property
    def _trade(self) -> TradeView | None:
        return self._trades.get(self.row_id)

    def show_detail(self, *, stay: bool = False) -> None:
        """Show how it stands at once, and the rest when it has been read."""
        self.leave_empty()
        self.footer.refresh()
        trade = self._trade
        if not stay:
            self.pane.show(head_lines(trade, self.desk.code) if trade else ())
        if trade is not None:
            self.background(partial(self._show_all, trade, stay), "detail", exclusive=True)

    async def _show_all(self, trade: TradeView, stay: bool) -> None:
        from rcc_tui.services import tariffs
        from rcc_tui.services.history import history
        from rcc_tui.services.ledger import charges
        from rcc_tui.services.trade_steps import steps_of

        def read(desk: Desk) -> Behind:
            named = (one for one in tariffs.listing(desk) if one.id == trade.terms.tariff)
            told = history(desk, trade.id), charges(desk, trade.id), next(named, None)
            return *told, steps_of(desk, trade.terms)

        behind = await self.ask(read)
        if self.row_id == trade.id:
            self.pane.show(trade_lines(trade, self.desk.code, *behind), stay=stay)

    # Keys

    def _ready(self, action: str) -> TradeView | None:
        """The trade under the cursor if the key applies to it; says why not otherwise."""
        trade = self._trade
        if trade is None:
            self.tell("No trade is chosen.")
            return None
        if why := why_not(action, trade, self.desk.code):
            self.tell(why)
            return None
        return trade

    def apt(self, key: Key) -> bool:
        """What may be done to the trade under the cursor."""
        trade = self._trade
        return trade is not None and not why_not(key.command, trade, self.desk.code)

    def action_accept(self) -> None:
        """Accept the proposal after reading it again."""
        if trade := self._ready("accept"):
            new = trade.change
            choices = (
                ("y", f"Yes, accept: {pounds((new or trade.terms).weekly)} a week"),
                ("n", "No, not now"),
            )
            title = "Accept this change?" if new else "Accept these terms?"
            text = change_text(trade, new) if new else accept_text(trade)
            self.app.push_screen(Ask(title, text, choices), self._accepter(trade))

    def _accepter(self, trade: TradeView) -> Callable[[str | None], None]:
        from rcc_tui.services import trades

        def accept(answer: str | None) -> None:
            if answer == "y":
                self.act(
                    lambda desk: trades.accept(desk, trade.id),
                    lambda done: f"Agreed with {brief(_other(done, self.desk.code))}. i disputes it.",
                )

        return accept

    def action_vouch(self) -> None:
        """At a hub: enter that the authority without a desk has agreed."""
        from rcc_tui.services import trades

        if trade := self._ready("vouch"):
            terms = trade.change or trade.terms
            proposer = trade.change_proposer or trade.proposer
            other = trade.seller_name if proposer == trade.buyer else trade.buyer_name
            title = f"How has {brief(other, 30)} agreed to {pounds(terms.weekly)} a week?"

            def chosen(how: str | None) -> None:
                if how is not None:
                    self.act(
                        lambda desk: trades.vouch(desk, trade.id, how),
                        lambda _: f"Entered: {brief(other)} has agreed. It countersigns once it has a desk.",
                    )

            options = (("paper", "On paper: we hold it"), ("telephone", "By telephone"))
            self.app.push_screen(Pick(title, options), chosen)

    def action_decline(self) -> None:
        """Decline with a reason."""
        if ready := self._ready("decline"):
            self.app.push_screen(
                Pick("Why is it declined?", tuple(REFUSAL_REASONS.items())), self._why(ready)
            )

    def _why(self, trade: TradeView) -> Callable[[str | None], None]:
        def chosen(reason: str | None) -> None:
            if reason is not None:
                other = reason == "other"
                field = TextField("note", "Note", required=other, hint="" if other else "Enter leaves it out")
                body = f"{REFUSAL_REASONS[reason]}. They will read the note."
                self.app.push_screen(Prompt("Decline", field, body), self._decliner(trade, reason))

        return chosen

    def _decliner(self, trade: TradeView, reason: str) -> Callable[[str | None], None]:
        from rcc_tui.services import trades

        def decline(note: str | None) -> None:
            if note is not None:
                self.act(
                    lambda desk: trades.decline(desk, trade.id, reason, note),
                    lambda done: (
                        "Declined: the agreed terms stay."
                        if trade.change
                        else "Declined; only a new proposal takes it back."
                    ),
                )

        return decline

    def action_dispute(self) -> None:
        """Dispute an agreement."""
        from rcc_tui.services import trades

        if trade := self._ready("dispute"):
            self._prompt(
                f"Dispute this trade? It is {trade.state}.",
                TextField("what", "What is wrong", required=True),
                lambda what: lambda desk: trades.dispute(desk, trade.id, what),
                lambda done: "Disputed. s settles it.",
            )

    def action_settle(self) -> None:
        """Settle what is contested or disputed: the agreement stands, or it does not."""
        if trade := self._ready("settle"):
            choices = (("y", "The agreement stands"), ("n", "It does not stand"))
            flags = ", ".join(flag for flag in trade.flags if flag in AMISS)
            body = f"{brief(trade.setting_name, 40)} is {flags}. Say what both sides found by talking."
            self.app.push_screen(Ask("Settle this trade", body, choices), partial(self._settled, trade))

    def _settled(self, trade: TradeView, answer: str | None) -> None:
        if answer is not None:
            self._resolve(trade, stands=answer == "y")

    def _resolve(self, trade: TradeView, *, stands: bool) -> None:
        from rcc_tui.services import trades

        self._prompt(
            f"Settle: the agreement {'stands' if stands else 'does not stand'}",
            TextField("how", "How was it found", required=True, hint="who spoke with whom"),
            lambda how: lambda desk: trades.resolve(desk, trade.id, how, stands),
            lambda done: f"Settled: it {'stands' if stands else 'does not stand'}.",
        )

    def action_counter(self) -> None:
        """Other terms instead; of an agreed trade from a day on."""
        if trade := self._ready("counter"):
            today = self.desk.clock.today()
            self.app.push_screen(ChangeForm(trade, today) if trade.in_force else CounterForm(trade))

    def action_keep(self) -> None:
        """Days on which the place was kept open and empty."""
        if trade := self._ready("keep"):
            self.app.push_screen(KeptForm(trade, self.desk.code))

    def action_withdraw(self) -> None:
        """Take our own proposal back."""
        from rcc_tui.services import trades

        if trade := self._ready("withdraw"):
            what = "change" if trade.change else "proposal"
            anew = "the agreed terms stay." if trade.change else "p in Search proposes anew."
            self._prompt(
                f"Withdraw the {what} for {brief(trade.setting_name, 30)}?",
                TextField("note", "Note", hint="Enter leaves it out"),
                lambda note: lambda desk: trades.withdraw(desk, trade.id, note),
                lambda done: f"Withdrawn; {anew}",
            )

    def action_begin(self) -> None:
        """The day the child moved in."""
        if trade := self._ready("begin"):
            stated = trade.started_buyer if self.desk.code == trade.buyer else trade.started_seller
            self._ask_day(
                "The child moved in",
                DateField(
                    "on", "On", self._read_date, value=stated or self._not_later(trade.start), required=True
                ),
                partial(self._begin, trade),
            )

    def _not_later(self, day: str) -> str:
        """A day, today where it is to come: what is stated has happened."""
        return min(day, self.desk.clock.today().isoformat())

    def _begin(self, trade: TradeView, day: str) -> None:
        """State it; a day to come is asked about first."""
        from rcc_tui.services import trades

        self._unless(
            trades.not_come_yet(self.desk, day),
            "Has the child moved in already?",
            "state it all the same",
            lambda: self.act(
                lambda desk: trades.start(desk, trade.id, day),
                lambda done: f"Begun on {show_date(day)}. b states another day.",
            ),
            self.action_begin,
        )

    def action_notice(self) -> None:
        """Give notice."""
        if trade := self._ready("notice"):
            days = trade.terms.notice_days
            ends = (self.desk.clock.today() + timedelta(days=days)).isoformat()
            field = DateField("ends", "Ends on", self._read_date, value=ends, required=True)
            self._ask_day(f"Give notice ({days} days by the terms)", field, partial(self._notice, trade))

    def _notice(self, trade: TradeView, day: str) -> None:
        """Give it; one that is shorter than agreed is asked about first."""
        from rcc_tui.services import trades

        self._unless(
            trades.short_notice(self.desk, trade, day),
            "The notice is short. Give it all the same?",
            "give it all the same",
            lambda: self.act(
                lambda desk: trades.notice(desk, trade.id, day),
                lambda done: f"Notice for {show_date(done.notice_on)}. n states another day.",
            ),
            self.action_notice,
        )

    def _ask_day(self, title: str, field: DateField, then: Callable[[str], None]) -> None:
        def answered(day: str | None) -> None:
            if day is not None:
                then(day)

        self.app.push_screen(Prompt(title, field), answered)

    def _unless(
        self, warning: str, title: str, yes: str, go: Callable[[], None], again: Callable[[], None]
    ) -> None:
        """Go on at once where nothing speaks against it; else as is answered, or ask for the day again."""
        if not warning:
            go()
            return
        choices = (("n", "No, choose another day"), ("y", f"Yes, {yes}"))

        def answered(answer: str | None) -> None:
            if answer == "y":
                go()
            elif answer == "n":
                again()

        self.app.push_screen(Ask(title, warning, choices), answered)

    def action_end(self) -> None:
        """The day the child left, and why."""
        if trade := self._ready("end"):
            stated = trade.ended_buyer if self.desk.code == trade.buyer else trade.ended_seller
            day = stated or self._not_later(trade.notice_on or self.desk.clock.today().isoformat())
            self.app.push_screen(EndForm(trade, day, trade.end_reason))

    def _read_date(self, text: str) -> str:
        return parse_date(text, self.desk.clock.today()).isoformat()

    def _prompt(
        self,
        title: str,
        field: TextField | DateField,
        work: Callable[[str], Work],
        said: Callable[[TradeView], str],
    ) -> None:
        """Ask for one value and act with it; Esc leaves all as it is."""

        def answered(value: str | None) -> None:
            if value is not None:
                self.act(work(value), said)

        self.app.push_screen(Prompt(title, field), answered)


def _other(trade: TradeView, code: str) -> str:
    return trade.seller_name if code == trade.buyer else trade.buyer_name


def _row(trade: TradeView, code: str) -> Row:
    if code in (trade.buyer, trade.seller):
        role, whom = ("buy", trade.seller_name) if code == trade.buyer else ("sell", trade.buyer_name)
    else:
        role, whom = "", f"{trade.buyer_name} of {trade.seller_name}"
    cells = (
        trade.state,
        role,
        whom,
        trade.setting_name,
        show_date(trade.start),
        pounds(trade.weekly),
        ", ".join((*trade.flags, *(("change",) if trade.change else ()))),
    )
    letters = "".join(FLAGS[flag][0] for flag in trade.flags if flag in FLAGS)
    return Row(trade.id, cells, f"{'!' if trade.my_turn else ''}{letters}"[:3])
