"""Which file of which authority is matched to its trades."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from screens.form_screen import FormScreen
from screens.matching import MatchingScreen
from screens.months import month_text
from screens.widgets.codefield import Option
from screens.widgets.field import TextField
from screens.widgets.form import CodeField, Form

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.matching import Matching

_MONTH = re.compile(r"(0?[1-9]|1[0-2])/(2[0-9]{3})")
_ISO = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")


class MonthField(TextField):
    """A month, typed as 11/2026. The value is `2026-11`."""

    def to_value(self, text: str) -> str:
        """The month in ISO."""
        if _ISO.fullmatch(text):
            return text
        found = _MONTH.fullmatch(text)
        if found is None:
            raise ValueError(f"“{text}” is no month: write it like 11/2026.")
        return f"{found[2]}-{int(found[1]):02d}"

    def to_text(self, value: str) -> str:
        """The month as 11/2026."""
        return month_text(value) if _ISO.fullmatch(value) else value


class MatchForm(FormScreen):
    """A spreadsheet of an authority that is not on the system.

    Args:
        authorities: codes and names to choose from.
        month: the month to begin with, like "2026-11".
    """

    HEADING = "Match a spreadsheet"

    def __init__(self, authorities: Sequence[Option], month: str) -> None:
        self._authorities = tuple(authorities)
        self._month = month
        super().__init__("Match a spreadsheet")

    def make_form(self) -> Form:
        """Whose file, which, and of what month."""
        return Form(
            CodeField("with", "Authority", self._authorities, required=True),
            TextField("file", "File", required=True, hint="CSV or .xlsx"),
            MonthField("month", "Month", value=self._month, hint="empty: as each row says"),
        )

    def save(self, values: dict[str, str]) -> None:
        """Match it beside the keys; nothing is entered yet."""
        self.tell("Matching…")
        self.background(partial(self._match, values), "match", exclusive=True)

    async def _match(self, values: dict[str, str]) -> None:
        found = await self.ask(lambda desk: _read(desk, values))
        app = self.app
        self.form.settle()
        self.dismiss()
        app.push_screen(MatchingScreen(found))


def _read(desk: Desk, values: dict[str, str]) -> Matching:
    from rcc_tui.services import matching

    path = Path(values["file"]).expanduser()
    return matching.match(desk, path, values["with"], month=values["month"])
