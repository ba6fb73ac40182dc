"""The form of a dispute: what a line should be, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcc_tui.domain.money import parse_pounds, pounds
from screens.form_screen import FormScreen
from screens.widgets.form import Form, MoneyField, TextField

if TYPE_CHECKING:
    from rcc_tui.services.reconcile import LineView, PairMonth


class SignedField(MoneyField):
    """Money that may be below zero, as a correction is."""

    def to_value(self, text: str) -> str:
        """Pence, in digits."""
        return str(parse_pounds(text, self.label, negative=True))


class DisputeForm(FormScreen):
    """One line of a seller's statement, and what we hold it to be."""

    HEADING = "Dispute"

    def __init__(self, head: PairMonth, line: LineView) -> None:
        self._head = head
        self._line = line
        super().__init__(f"Dispute line {line.n}: {line.setting_name}")
        self.title_line.show(f"Dispute line {line.n}: {line.setting_name}", f"{pounds(line.posting.pence)} ")

    def make_form(self) -> Form:
        """The amount and the reason."""
        line = self._line
        amount = line.posting.pence if line.answer is None else line.answer
        money = SignedField if line.posting.corrects else MoneyField
        return Form(
            money("amount", "It should be", value=str(amount), required=True),
            TextField("reason", "Why", value=line.reason, required=True, hint="the seller reads it"),
        )

    def save(self, values: dict[str, str]) -> None:
        """Dispute."""
        from rcc_tui.services import statements

        head, n, pence = self._head, self._line.n, int(values["amount"])
        self.send(
            lambda desk: statements.dispute(desk, head.seller, head.month, n, pence, values["reason"]),
            lambda _: f"Line {n} is disputed: {pounds(pence)}. a agrees it after all.",
        )
