"""The line that a query is typed in."""

from __future__ import annotations

from collections.abc import Callable

from screens.widgets.field import FieldInput


class QueryLine(FieldInput):
    """Calls `typed` with every key, before the key itself is painted: what it finds is the same frame."""

    def __init__(self, hint: str, longest: int, typed: Callable[[], None]) -> None:
        super().__init__("", hint, longest)
        self._typed = typed

    def watch_value(self) -> None:
        """The text has changed."""
        self._typed()
