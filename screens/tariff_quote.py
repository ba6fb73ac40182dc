"""A quote by one price list: type, child and extras in, the price step by step beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from rcc_tui.domain.codes import PLACE
from rcc_tui.domain.errors import RccError
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import MAX_AGE, MAX_SIBLINGS
from screens import needs_words
from screens.form_screen import FormScreen, words
from screens.needs_form import needs_of
from screens.needs_words import options
from screens.pane import Pane, example_lines, heading
from screens.tariff_text import quote_lines
from screens.widgets.codesfield import CodesField
from screens.widgets.form import CodeField, Form, NumberField, TextField, YesNoField
from screens.widgets.text import safe

if TYPE_CHECKING:
    from rcc_tui.domain.needs import Needs
    from rcc_tui.domain.tariff import Quote, Tariff
    from rcc_tui.services.tariffs import TariffView

NEEDS_KEYS = ("age", "sex", "siblings", "risks", "ratio", "support", "dol", "emergency", "stay")


class QuoteForm(FormScreen):
    """What a place would cost by a price list; nothing is signed.

    Args:
        view: the list.
    """

    HEADING = "Quote"
    CSS_PATH: ClassVar[str] = "proposal_form.tcss"

    def __init__(self, view: TariffView) -> None:
        self._view = view
        self._document: Tariff = view.document()
        self.quote = Pane()
        super().__init__(f"Quote: {view.name}, version {view.version}")

    def make_form(self) -> Form:
        """Kind of care, the child, what is needed, extras."""
        kinds = dict.fromkeys(one.type for one in self._document.rates)
        care = tuple((kind, PLACE.get(kind, "")) for kind in kinds)
        named = ", ".join(
            f"{one.name}{':2.5 (hours)' if one.per == 'hour' else ''}" for one in self._document.extras
        )
        return Form(
            CodeField("type", "Kind of care", care, required=True),
            NumberField("age", "Age", most=MAX_AGE, required=True, hint="whole years"),
            CodeField("sex", "Sex", options(needs_words.SEXES), value="U", hint="f, m or u"),
            NumberField("siblings", "Siblings together", value="1", most=MAX_SIBLINGS),
            CodesField("risks", "Risks", options(needs_words.RISKS_WITH_LEVEL), hint="a few letters, Enter"),
            CodeField("ratio", "Adults to children", options(needs_words.RATIOS), value="unspecified"),
            CodesField("support", "Support", options(needs_words.SUPPORTS), hint="a few letters, Enter"),
            YesNoField("dol", "Deprivation of liberty", value="no"),
            YesNoField("emergency", "Emergency", value="no"),
            CodeField("stay", "Expected stay", options(needs_words.STAYS), value="short"),
            TextField("extras", "Extras", hint=named or "none"),
        )

    def body(self) -> ComposeResult:
        """The form, and the price below or beside it."""
        yield Container(self.form, self.quote, classes="proposal--both")

    async def refresh_data(self) -> None:
        """Price what stands in the form."""
        self._price()

    def on_form_drafted(self, event: Form.Drafted) -> None:
        """Price again whenever a field was changed; there is nothing to lose in leaving."""
        event.stop()
        self.form.settle()
        self._price()

    def _price(self) -> None:
        values = self.form.values()
        example = example_lines(self._view.worked_example)
        if not (values["type"] and values["age"]):
            self.quote.show([heading("Price"), safe("It follows once kind and age are known."), *example])
            return
        self.quote.show([*self._lines(values), *example], stay=True)

    def _lines(self, values: Mapping[str, str]) -> list[Content]:
        from rcc_tui.domain.quote import retainer

        try:
            found = self._quoted(values)
        except RccError as error:
            return [heading("No price by this list"), safe(error.message), safe(error.hint)]
        lasting = sum(line.pence for line in found.lines if not line.nights)
        return quote_lines(found, retainer(self._document, lasting))

    def _quoted(self, values: Mapping[str, str]) -> Quote:
        """The price. Raises Refused where the list has none."""
        from rcc_tui.domain.tariff import quote
        from rcc_tui.domain.trade import check_age
        from rcc_tui.domain.vacancy import care_type

        needs = _needs(values, self.desk.clock.today())
        kind, place = care_type(values["type"])
        check_age(kind, needs.age)
        return quote(self._document, needs, kind, place, words(values["extras"]))

    def _show_refusal(self, error: RccError) -> None:
        if not self._refused(error):
            self.fail(error)

    def save(self, values: dict[str, str]) -> None:
        """Nothing is kept: say the price below, and go back."""
        try:
            found = self._quoted(values)
        except RccError as error:
            # Only once the fields are tidied, which takes an error away.
            self.call_after_refresh(self._show_refusal, error)
            return
        self._leave(f"{pounds(found.weekly)} a week, {found.band}, by version {self._view.version}.")


def _needs(values: Mapping[str, str], today: date) -> Needs:
    """The child's needs as far as a price goes by them. Raises Refused."""
    given = {key: values[key] for key in NEEDS_KEYS}
    given["sex"] = given["sex"] or "U"
    return needs_of(given | {"needed_by": today.isoformat()})
