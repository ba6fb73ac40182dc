"""Forms of the Trades screen: a counter-proposal, and the end of a placement."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rcc_tui.domain.codes import ENDING_REASONS
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from screens.form_screen import FormScreen, number
from screens.funders_field import funders_field, funders_of
from screens.widgets.dialogs import Ask
from screens.widgets.form import CodeField, DateField, Form, MoneyField, TextField

if TYPE_CHECKING:
    from rcc_tui.services.trades import TradeView


class CounterForm(FormScreen):
    """Other terms instead of those proposed: what is left as it is stays as it is."""

    HEADING = "Counter-proposal"

    def __init__(self, trade: TradeView) -> None:
        self._trade = trade
        super().__init__(f"Counter: {trade.setting_name}", f"counter:{trade.id}")

    def make_form(self) -> Form:
        """The form, filled in with the terms as they stand."""
        trade = self._trade
        return Form(
            DateField("start", "From", self.read_date, value=trade.start, required=True),
            DateField("end", "Expected end", self.read_date, value=trade.end, hint="empty: open"),
            MoneyField("weekly", "Price a week", value=str(trade.weekly), required=True),
            TextField(
                "off_tariff",
                "Why this price",
                value=trade.terms.off_tariff,
                hint="needed when it is not the tariff's",
            ),
            funders_field(trade.terms.funders),
            DateField(
                "valid_until", "Answer by", self.read_date, hint="empty: the start, at most 7 days ahead"
            ),
        )

    def save(self, values: dict[str, str]) -> None:
        """Counter."""
        from rcc_tui.services import trades

        weekly = number(values["weekly"])
        self.send(
            lambda desk: trades.counter(
                desk,
                self._trade.id,
                start=values["start"],
                end=values["end"],
                weekly=0 if weekly == self._trade.weekly else weekly,
                off_tariff=values["off_tariff"],
                valid_until=values["valid_until"],
                funders=funders_of(values["funders"]),
            ),
            lambda trade: f"Countered at {pounds(trade.weekly)} a week. w withdraws it.",
        )


class EndForm(FormScreen):
    """The day the child left, and why."""

    HEADING = "End of the placement"

    def __init__(self, trade: TradeView, day: str, reason: str) -> None:
        self._trade = trade
        self._day = day
        self._reason = reason
        super().__init__(f"End: {trade.setting_name}")

    def make_form(self) -> Form:
        """The form."""
        return Form(
            DateField("on", "The child left on", self.read_date, value=self._day, required=True),
            CodeField("reason", "Reason", tuple(ENDING_REASONS.items()), value=self._reason, required=True),
        )

    def save(self, values: dict[str, str]) -> None:
        """End; a day to come is asked about first."""
        from rcc_tui.services import trades

        if not (early := trades.not_come_yet(self.desk, values["on"])):
            self._end(values, "y")
            return
        choices = (("n", "No, choose another day"), ("y", "Yes, state it all the same"))
        self.app.push_screen(Ask("Has the child left already?", early, choices), partial(self._end, values))

    def _end(self, values: dict[str, str], answer: str | None) -> None:
        from rcc_tui.services import trades

        if answer != "y":
            return
        self.send(
            lambda desk: trades.end(desk, self._trade.id, values["on"], values["reason"]),
            lambda trade: f"Ended on {show_date(values['on'])}. x states another day.",
        )
