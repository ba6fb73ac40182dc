"""The lines at the edges of a screen: title, status, keys. Each is one line and never more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from screens.keys import FOOTER_LIMIT, Key, footer_for, key_display, keys_of
from screens.widgets.form import Form
from screens.widgets.text import cell_width, fit_content, join, safe

SEPARATOR = " · "


class TitleLine(Widget):
    """The name of the screen to the left, an aside to the right (how many, of whom)."""

    DEFAULT_CSS = """
    TitleLine { height: 1; width: 1fr; background: $panel; color: $foreground; text-style: bold; }
    TitleLine:ansi { background: ansi_default; color: ansi_default; text-style: bold underline; }
    """

    def __init__(self, title: str, aside: str = "") -> None:
        super().__init__()
        self._title = title
        self._aside = aside

    def show(self, title: str, aside: str = "") -> None:
        """Show another title."""
        self._title, self._aside = title, aside
        self.refresh()

    def render(self) -> Content:
        """Both if there is room, else the title alone."""
        width = self.size.width
        room = width - cell_width(self._title) - 2
        aside = self._aside if cell_width(self._aside) <= room else ""
        return join(fit_content(safe(f" {self._title}"), width - cell_width(aside)), aside)


@dataclass(frozen=True)
class Facts:
    """What the status line says of this desk. Counts of nought are not said; `warning` is always said."""

    authority: str = ""
    desk: str = ""
    today: str = ""
    parked: int = 0
    quarantined: int = 0
    conflicts: int = 0
    warning: str = ""


class StatusLine(Widget):
    """Authority, desk, today, what is parked, and what the last act did. Facts give way to the message."""

    DEFAULT_CSS = """
    StatusLine { height: 1; width: 1fr; background: $boost; color: $foreground; }
    StatusLine:ansi { background: ansi_default; color: ansi_default; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.facts = Facts()
        self.message = ""
        self._failed = False

    def set_facts(self, facts: Facts) -> None:
        """Show other facts."""
        self.facts = facts
        self.refresh()

    def say(self, message: str, *, failed: bool = False) -> None:
        """Show what the last act did; a failure is led by `!`."""
        self.message = message
        self._failed = failed
        self.refresh()

    def _parts(self) -> list[tuple[str, str, bool]]:
        facts = self.facts
        parts = [
            (facts.warning, "bold $text-warning", True),
            (facts.authority, "bold", False),
            (facts.today, "", False),
            (facts.desk, "", False),
            (f"{facts.parked} parked" if facts.parked else "", "$text-warning", True),
            (f"! {facts.quarantined} quarantined" if facts.quarantined else "", "bold $text-error", True),
            (f"! {facts.conflicts} in conflict" if facts.conflicts else "", "bold $text-warning", True),
        ]
        return [part for part in parts if part[0]]

    def render(self) -> Content:
        """What fits: the desk gives way first, then the day, then the authority, last the message's end."""
        width = self.size.width
        message = f"{'! ' if self._failed else ''}{self.message}"
        parts = self._parts()
        wanted = min(cell_width(message), width)
        while any(not kept for *_, kept in parts) and self._width(parts) + wanted > width:
            last = max(place for place, part in enumerate(parts) if not part[2])
            parts.pop(last)
        pieces: list[tuple[str, str]] = []
        for text, style, _ in parts:
            pieces += [(text, style), (SEPARATOR, "")]
        pieces.append((message, "bold $text-error" if self._failed else ""))
        return fit_content(join(*pieces if message else pieces[:-2]), width)

    @staticmethod
    def _width(parts: list[tuple[str, str, bool]]) -> int:
        return sum(cell_width(text) + len(SEPARATOR) for text, *_ in parts)


def active_keys(screen: Screen[Any]) -> dict[str, ActiveBinding]:
    """The bindings that work just now, by key. A field to type in takes whatever is one character; Textual
    itself misses the slash."""
    focused = screen.focused
    found = screen.active_bindings
    if focused is None:
        return found
    return {
        name: active
        for name, active in found.items()
        if len(key_display(name)) > 1 or not focused.check_consume_key(name, key_display(name))
    }


def keys_in_force(screen: Screen[Any]) -> dict[str, str]:
    """How each key that works just now is shown, by the key's id: after remapping, without what is typed."""
    shown: dict[str, str] = {}
    for name, active in active_keys(screen).items():
        if active.binding.id is not None:
            shown.setdefault(active.binding.id, key_display(name))
    return shown


class KeyFooter(Widget):
    """Six keys at most, those that work just now, help last. A click on one presses it."""

    DEFAULT_CSS = """
    KeyFooter { height: 1; width: 1fr; background: $panel; color: $foreground; }
    KeyFooter:ansi { background: ansi_default; color: ansi_default; }
    """

    def __init__(self, screen_name: str, apt: Callable[[Key], bool] = lambda key: True) -> None:
        super().__init__()
        self._screen_name = screen_name
        self._apt = apt

    def on_mount(self) -> None:
        """Follow the focus: in a form other keys work than in a list."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def shown_keys(self) -> list[tuple[Key, str]]:
        """The keys that work just now, and how they are shown."""
        focused = self.screen.focused
        in_form = focused is not None and any(isinstance(node, Form) for node in focused.ancestors)
        wanted = [*(keys_of("form") if in_form else ()), *footer_for(self._screen_name, apt=self._apt)]
        force = keys_in_force(self.screen)
        taken = active_keys(self.screen)
        found: list[tuple[Key, str]] = []
        for key in wanted:
            # A key may be answered by the list that has the focus, on behalf of the screen: Enter is.
            display = force.get(key.id) or (key.shown if key.names[0] in taken else "")
            if display:
                found.append((key, display))
        return [*found[: FOOTER_LIMIT - 1], *found[FOOTER_LIMIT - 1 :][-1:]]

    def _laid_out(self) -> list[tuple[int, int, Key, str]]:
        """First cell, last cell but one, key and display of each key for which there is room."""
        keys = self.shown_keys()
        width = self.size.width
        while len(keys) > 1 and sum(self._room(*key) for key in keys) > width:
            keys.pop(-2)
        laid: list[tuple[int, int, Key, str]] = []
        start = 0
        for key, display in keys:
            end = start + self._room(key, display)
            laid.append((start, end, key, display))
            start = end
        return laid

    @staticmethod
    def _room(key: Key, display: str) -> int:
        return cell_width(f" {display} {key.label} ")

    def render(self) -> Content:
        """The keys, those before help dropped from the right where the window is narrow."""
        parts: list[tuple[str, str]] = []
        for _, _, key, display in self._laid_out():
            parts += [(f" {display}", "bold"), (f" {key.label} ", "")]
        return fit_content(join(*parts), self.size.width)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        for start, end, key, _ in self._laid_out():
            if start <= event.x < end:
                active = next(
                    (a for a in self.screen.active_bindings.values() if a.binding.id == key.id), None
                )
                node = active.node if active is not None else self.screen
                await self.app.run_action(key.command, node)
                return
