"""The smallest Textual application there is: what start-up is measured beside."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("hello, place")


if __name__ == "__main__":
    Minimal().run()
