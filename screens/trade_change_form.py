"""Forms of changes during a stay: other terms from a day on, and days on which the place was kept open."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import MAX_AGE
from screens.form_screen import FormScreen, number, words
from screens.funders_field import funders_field, funders_of
from screens.trade_change_text import spans_text
from screens.widgets.form import DateField, Form, MoneyField, NumberField, TextField

if TYPE_CHECKING:
    from rcc_tui.services.trades import TradeView

SPARE = 2
"""Empty rows for further days kept open."""


class ChangeForm(FormScreen):
    """Other terms from a day on, which the other party is to agree. What is left empty stays as it is.

    Args:
        trade: an agreed trade.
        today: the desk's day.
    """

    HEADING = "Change of terms"

    def __init__(self, trade: TradeView, today: date) -> None:
        self._trade = trade
        self._today = today
        super().__init__(f"Change: {trade.setting_name}", f"change:{trade.id}")
        self.title_line.show(f"Change: {trade.setting_name}", f"now {pounds(trade.weekly)} a week ")

    def make_form(self) -> Form:
        """The day, and what is to be otherwise from then on."""
        old = self._trade.change or self._trade.terms
        first = max(old.effective or old.start, self._today.isoformat())
        return Form(
            DateField("effective", "From", self.read_date, value=first, required=True),
            TextField("extras", "Extras", hint="empty: as they are; none; therapy, transport:2.5"),
            MoneyField("weekly", "Other price a week", hint="empty: by the tariff, or as it is"),
            TextField("off_tariff", "Why another price", hint="needed when it is not the tariff's"),
            DateField("end", "Expected end", self.read_date, value=old.end, hint="empty: open"),
            NumberField("age", "Age", most=MAX_AGE, value=str(old.age), hint="the child's, from that day"),
            NumberField("notice_days", "Notice, days", value=str(old.notice_days), hint="empty: as it is"),
            funders_field(old.funders),
            DateField(
                "valid_until", "Answer by", self.read_date, hint="empty: that day, at most 7 days ahead"
            ),
        )

    def save(self, values: dict[str, str]) -> None:
        """Propose the change."""
        from rcc_tui.services import trades

        old = self._trade.change or self._trade.terms
        typed = values["extras"].strip()
        extras = None if not typed else () if typed.casefold() == "none" else words(typed)
        change = partial(
            trades.change,
            effective=values["effective"],
            extras=extras,
            weekly=number(values["weekly"]),
            off_tariff=values["off_tariff"].strip(),
            end=values["end"],
            age=_other(values["age"], old.age),
            notice_days=_other(values["notice_days"], old.notice_days),
            funders=funders_of(values["funders"]),
            valid_until=values["valid_until"],
        )
        self.send(
            lambda desk: change(desk, self._trade.id),
            lambda trade: (
                f"Proposed from {show_date(values['effective'])}: "
                f"{pounds(trade.change.weekly if trade.change else trade.weekly)} a week. w withdraws it."
            ),
        )


def _other(typed: str, now: int) -> int | None:
    """A number that is to be another from now on; None where it is to stay."""
    return int(typed) if typed and int(typed) != now else None


class KeptForm(FormScreen):
    """All days on which the place was kept open and empty, as we say.

    Args:
        trade: an agreed trade, or one that has ended.
        code: the code of the desk's authority.
    """

    HEADING = "Days kept open"

    def __init__(self, trade: TradeView, code: str) -> None:
        self._trade = trade
        self._said = trade.kept_buyer if code == trade.buyer else trade.kept_seller
        super().__init__(f"Kept open: {trade.setting_name}", f"kept:{trade.id}")
        self.title_line.show(
            f"Kept open: {trade.setting_name}", f"{trade.terms.retainer_percent} % of the price "
        )

    def make_form(self) -> Form:
        """A row of two days for each time, and some to spare."""
        rows = [*self._said, *[("", "")] * SPARE]
        fields = []
        for at, (first, stop) in enumerate(rows, 1):
            fields += [
                DateField(f"from{at}", f"{at}. Empty from", self.read_date, value=first),
                DateField(
                    f"to{at}",
                    f"{at}. Back on",
                    self.read_date,
                    value=stop,
                    hint="the first day that is not counted",
                ),
            ]
        return Form(*fields)

    def save(self, values: dict[str, str]) -> None:
        """State them all."""
        from rcc_tui.services import trades

        spans = []
        for at in range(1, len(self.form.fields) // 2 + 1):
            first, stop = values[f"from{at}"], values[f"to{at}"]
            if bool(first) != bool(stop):
                missing = f"to{at}" if first else f"from{at}"
                self.call_after_refresh(self.form.set_error, missing, "Both days are needed.")
                return
            if first:
                spans.append((first, stop))
        self.send(
            lambda desk: trades.keep_open(desk, self._trade.id, spans),
            lambda _: (
                f"Kept open: {spans_text(spans)}. o states other days." if spans else "No days kept open."
            ),
        )
