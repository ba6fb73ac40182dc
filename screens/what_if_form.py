"""From when, and how long, a stay is to be reckoned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.form_screen import FormScreen
from screens.widgets.form import DateField, Form, NumberField

if TYPE_CHECKING:
    from rcc_tui.services.what_if import WhatIf


class StayForm(FormScreen):
    """The days of a stay.

    Args:
        found: what was reckoned before.
        then: takes the values: start, nights, end.
    """

    HEADING = "Days of the stay"

    def __init__(self, found: WhatIf, then: Callable[[dict[str, str]], None]) -> None:
        self._found = found
        self._then = then
        super().__init__("Days of the stay")

    def make_form(self) -> Form:
        """The first day, and nights or a last day."""
        found = self._found
        return Form(
            DateField("start", "From", self.read_date, value=found.start, required=True),
            NumberField("nights", "Nights", least=1, most=3660, value=str(found.nights)),
            DateField("end", "Or up to", self.read_date, hint="counts before the nights; that day does not"),
        )

    def save(self, values: dict[str, str]) -> None:
        """Reckon with these days."""
        if values["end"] and values["end"] <= values["start"]:
            # Only once the fields are tidied, which takes an error away.
            self.call_after_refresh(self.form.set_error, "end", "This lies before the first day.")
            return
        self._leave("Reckoned anew; n changes the days.")
        self._then(values)
