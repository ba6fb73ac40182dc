"""A proposal for a place: the days, the extras, and the price step by step while they change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from rcc_tui.domain.errors import RccError
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import Place
from screens.form_screen import FormScreen, number, words
from screens.funders_field import funders_field, funders_of
from screens.needs_form import emergency_fields, needs_of
from screens.needs_words import who
from screens.pane import Pane, brief, fact, heading
from screens.trade_text import price_lines, tariff_lines
from screens.widgets.field import Field
from screens.widgets.form import DateField, Form, MoneyField, TextField
from screens.widgets.text import safe

if TYPE_CHECKING:
    from rcc_tui.services.requests import RequestView
    from rcc_tui.services.trades import QuoteView

CHILD_KEYS = ("age", "sex", "siblings", "risks", "home")


class ProposalForm(FormScreen):
    """A child of ours for a place of theirs.

    Args:
        place: the vacancy with its setting.
        today: the desk's day.
        request: for whom; None asks for age, sex, siblings and risks first.
    """

    HEADING = "Propose"
    CSS_PATH: ClassVar[str] = "proposal_form.tcss"

    def __init__(self, place: Place, today: date, request: RequestView | None) -> None:
        self._place = place
        self._today = today
        self._for = request
        self.quote = Pane()
        self._weekly = 0
        whom = f"{request.id}:" if request else ""
        super().__init__(f"Propose: {place.setting.name}", f"proposal:{whom}{place.id}")
        aside = f"for {who(request.needs)}, {place.authority_name} " if request else place.authority_name
        self.title_line.show(f"Propose: {place.setting.name}", aside)

    def make_form(self) -> Form:
        """The days and the price, after what must be known of the child."""
        request, kind = self._for, self._place.setting.place
        start = max(request.needs.needed_by if request else "", self._today.isoformat())
        child: list[Widget] = []
        if request is None:
            child = [
                part
                for part in emergency_fields(self._today)
                if isinstance(part, Field) and part.key in CHILD_KEYS
            ]
        return Form(
            *child,
            DateField("start", "From", self.read_date, value=start, required=True),
            DateField("end", "Expected end", self.read_date, hint="empty: open"),
            DateField("valid_until", "Answer by", self.read_date, hint="empty: the start, 7 days at most"),
            TextField("extras", "Extras", hint="therapy, transport:2.5 (hours): commas between"),
            MoneyField("weekly", "Other price a week", hint="empty: the tariff's"),
            TextField("off_tariff", "Why another price", hint="needed when it is not the tariff's"),
            funders_field(),
            *([TextField("legal_basis", "Legal basis", required=True)] if kind == "K1" else []),
        )

    def body(self) -> ComposeResult:
        """The form, and the quote below or beside it."""
        yield Container(self.form, self.quote, classes="proposal--both")

    # The quote

    async def refresh_data(self) -> None:
        """Put back a draft, and price."""
        await super().refresh_data()
        await self._price()

    def on_form_drafted(self, event: Form.Drafted) -> None:
        """Price again whenever a field was changed; the draft is put by as in any form."""
        self.background(self._price, "quote", exclusive=True)

    def _needs(self, values: Mapping[str, str]) -> Needs | None:
        """The child's needs; None until enough is known. Raises Refused."""
        if self._for is not None:
            return self._for.needs
        if not values["age"] or not values["sex"]:
            return None
        return needs_of({key: values[key] for key in CHILD_KEYS} | {"needed_by": values["start"]})

    async def _price(self) -> None:
        from rcc_tui.services import trades

        values = self.form.values()
        try:
            needs = self._needs(values)
            if needs is None or not values["start"]:
                self.quote.show([heading("Price"), safe("It follows once age, sex and the day are known.")])
                return
            found = await self.ask(
                lambda desk: trades.quote(
                    desk, self._place.id, needs, start=values["start"], extras=words(values["extras"])
                )
            )
        except RccError as error:
            self.quote.show([heading("No price by a tariff"), safe(error.message), safe(error.hint)])
            return
        self.quote.show(quote_lines(found, number(values["weekly"])), stay=True)

    def save(self, values: dict[str, str]) -> None:
        """Propose."""
        from rcc_tui.services import trades

        try:
            needs = None if self._for is not None else self._needs(values)
        except RccError as error:
            if not self._refused(error):
                self.fail(error)
            return
        ask = partial(
            trades.propose,
            start=values["start"],
            end=values["end"],
            valid_until=values["valid_until"],
            request=self._for.id if self._for else "",
            needs=needs,
            extras=words(values["extras"]),
            weekly=number(values["weekly"]),
            off_tariff=values["off_tariff"].strip(),
            legal_basis=values.get("legal_basis", ""),
            funders=funders_of(values["funders"]) or (),
        )
        self.send(
            lambda desk: ask(desk, self._place.id),
            lambda trade: f"Proposed to {brief(trade.seller_name)}. 5, then w, withdraws it.",
        )


def quote_lines(quote: QuoteView, weekly: int) -> list[Content]:
    """A price step by step; `weekly` pence is another price, 0 when the tariff's is taken."""
    other = weekly not in (0, quote.weekly)
    lines = [
        heading(f"{pounds(weekly or quote.weekly)} a week"),
        *price_lines(quote.lines, quote.weekly, "by the tariff" if other else "a week"),
        *tariff_lines(quote.tariff_name, quote.worked_example),
    ]
    if other:
        more = weekly - quote.weekly
        word = "over" if more > 0 else "under"
        lines.insert(1, safe(f"! {pounds(abs(more))} {word} the tariff: needs a reason", "bold"))
    return [
        *lines,
        fact("Band", quote.band),
        fact("Notice", f"{quote.notice_days} days"),
        *(safe(f" {step}") for step in quote.steps),
    ]
