"""The one key table: bindings, footer, help and palette all read it.

A key's `id` is what people name to remap it. `screen` is the screen it works on; "" everywhere, "list" and
"form" inside those widgets. `command` is the action that runs, on the screen itself or `app.…`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from textual.binding import Binding

SCREENS: tuple[str, ...] = (
    "today",
    "requests",
    "search",
    "places",
    "trades",
    "reconcile",
    "sync",
    "tariffs",
)
OVER: tuple[str, ...] = ("conflicts", "standing", "pair", "matching", "what_if", "difference")
"""Screens that open over another, which Esc leads back to."""
FOOTER_LIMIT = 6

_ALLOWED = re.compile(
    r"[A-Za-z0-9]|f([1-9]|1[0-2])|up|down|left|right|home|end|pageup|pagedown|enter|space|escape"
    r"|question_mark|slash|ctrl\+[a-z]"
)
_FORBIDDEN = frozenset({"ctrl+m", "ctrl+h", "ctrl+i"})  # terminals send these as Enter, Backspace and Tab
_DISPLAY = {
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


@dataclass(frozen=True)
class Key:
    """One thing that a key does.

    `keys` are Textual key names, comma-separated, the one to show first. `label` is two words at most for
    the footer, `help` a line for the help screen. `quiet` keys are aliases: they work but are not listed.
    """

    id: str
    keys: str
    label: str
    screen: str
    command: str
    help: str = ""
    quiet: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Each key by its Textual name."""
        return tuple(self.keys.split(","))

    @property
    def shown(self) -> str:
        """The first key as a person reads it: `Enter`, `Ctrl+S`, `?`."""
        return key_display(self.names[0])


_GLOBAL = (
    Key("go.today", "1", "Today", "", "app.go('today')", "What needs me now"),
    Key("go.requests", "2", "Requests", "", "app.go('requests')", "Requests by state and urgency"),
    Key("go.search", "3", "Search", "", "app.go('search')", "Search the region's vacancies"),
    Key("go.places", "4", "Places", "", "app.go('places')", "Our own settings and vacancies"),
    Key("go.trades", "5", "Trades", "", "app.go('trades')", "Trades by state"),
    Key("go.reconcile", "6", "Reconcile", "", "app.go('reconcile')", "The month's end, pair by pair"),
    Key("go.sync", "8", "Sync", "", "app.go('sync')", "Mailbox, bundles, what is parked"),
    Key("go.tariffs", "9", "Tariffs", "", "app.go('tariffs')", "Price lists, and quotes by them"),
    Key("help", "question_mark,f1", "Help", "", "help", "All keys of this screen"),
    Key("palette", "ctrl+p", "Palette", "", "app.command_palette", "Find any command by name"),
    Key("quit", "ctrl+q", "Quit", "", "app.quit", "Leave rcc; drafts are kept"),
    Key("back", "escape", "Back", "", "back", "Back, or close what is open"),
    Key("filter", "slash", "Filter", "", "filter", "Filter the list, or type a query"),
    Key("refresh", "f5", "Refresh", "", "refresh_data", "Read again"),
    Key("export", "ctrl+e", "Export", "", "export_list", "Write this list to a CSV file"),
)

_SCREEN = (
    Key("today.open", "enter", "Open", "today", "open", "Go to what needs me"),
    Key("requests.new", "n", "New", "requests", "new", "A new request, the whole form"),
    Key(
        "requests.emergency",
        "E",
        "Emergency",
        "requests",
        "emergency",
        "A new request tonight: the short form",
    ),
    Key("requests.edit", "e", "Edit", "requests", "edit", "Change this request"),
    Key("requests.open", "enter", "Open", "requests", "open", "Details and timeline"),
    Key("requests.search", "s", "Search", "requests", "search", "Search vacancies for this request"),
    Key(
        "requests.what-if",
        "c",
        "Costs",
        "requests",
        "what_if",
        "The stay at each shortlisted place",
    ),
    Key("requests.withdraw", "w", "Withdraw", "requests", "withdraw", "Withdraw this request"),
    Key("search.detail", "enter", "Detail", "search", "detail", "Details and the reasons of the rank"),
    Key("search.propose", "p", "Propose", "search", "propose", "Propose a trade for this vacancy"),
    Key("search.shortlist", "s", "Shortlist", "search", "shortlist", "Put on, or take off, the shortlist"),
    Key("search.as-typed", "f2", "As typed", "search", "as_typed", "Take a correction back; again the next"),
    Key("search.widen", "f4", "Widen", "search", "widen", "Ask a little less: the first that finds more"),
    Key("search.narrow", "f3", "Narrow", "search", "narrow", "Choose by type and authority, with counts"),
    Key("search.keep", "ctrl+s", "Keep", "search", "keep", "Keep this query: with the request, or by name"),
    Key("search.kept", "ctrl+o", "Kept", "search", "kept", "Bring back a query that was kept, or drop one"),
    Key("search.undo", "ctrl+z", "Undo", "search", "unwrite", "Take back what a key wrote into the line"),
    Key("search.what-if", "f6", "Costs", "search", "what_if", "The stay at each shortlisted place"),
    Key("places.confirm", "c", "Confirm", "places", "confirm", "Confirm: unchanged since last time"),
    Key("places.new", "n", "New", "places", "new", "A new setting or vacancy"),
    Key("places.edit", "e", "Edit", "places", "edit", "Change this one"),
    Key("places.hold", "h", "Hold", "places", "hold", "Hold a place"),
    Key("places.release", "r", "Release", "places", "release", "Release a held place"),
    Key("places.allocator", "a", "Hand over", "places", "allocator", "Let another desk of ours give out"),
    Key("places.close", "x", "Close", "places", "close", "Close this vacancy"),
    Key("trades.accept", "a", "Accept", "trades", "accept", "Accept the proposal as it stands"),
    Key("trades.vouch", "v", "Enter", "trades", "vouch", "At a hub: one without a desk has agreed"),
    Key("trades.decline", "d", "Decline", "trades", "decline", "Decline the proposal"),
    Key("trades.withdraw", "w", "Withdraw", "trades", "withdraw", "Withdraw our own proposal"),
    Key("trades.settle", "s", "Settle", "trades", "settle", "Settle what is contested or disputed"),
    Key("trades.begin", "b", "Begin", "trades", "begin", "The child has moved in: begin the placement"),
    Key("trades.notice", "n", "Notice", "trades", "notice", "Give notice"),
    Key("trades.end", "x", "End", "trades", "end", "End the placement"),
    Key("trades.dispute", "i", "Dispute", "trades", "dispute", "Dispute what was agreed"),
    Key("trades.counter", "c", "Change", "trades", "counter", "Other terms instead, or from a day on"),
    Key("trades.keep", "o", "Kept open", "trades", "keep", "Days on which the place was kept open"),
    Key("reconcile.open", "enter", "Open", "reconcile", "open", "The pair's month, line by line"),
    Key("reconcile.read", "r", "Read", "reconcile", "read", "Work list, calendar, net positions in full"),
    Key("reconcile.before", "b", "Before", "reconcile", "before", "The month before"),
    Key("reconcile.next", "n", "Next", "reconcile", "next", "The month after"),
    Key(
        "reconcile.file",
        "f",
        "File",
        "reconcile",
        "file",
        "Match an authority's spreadsheet to its trades",
    ),
    Key("pair.issue", "i", "State", "pair", "issue", "State the month to the buyer, or anew"),
    Key("pair.agree-all", "A", "Agree all", "pair", "agree_all", "Agree every line that is not answered"),
    Key("pair.agree", "a", "Agree", "pair", "agree", "Agree this line"),
    Key("pair.dispute", "d", "Dispute", "pair", "dispute", "Say what this line should be, and why"),
    Key("pair.concede", "c", "Concede", "pair", "concede", "Take the buyer's amount for this line"),
    Key("pair.close", "x", "Close", "pair", "close", "Close the month: nothing is unexplained"),
    Key("pair.trade", "t", "Trade", "pair", "trade", "Open the trade of this line"),
    Key("pair.write", "o", "Write", "pair", "write", "Write the statement: text, CSV, a page"),
    Key("matching.answer", "enter", "Answer", "matching", "answer", "Say which trade the row is about"),
    Key("matching.confirm", "ctrl+s", "Enter them", "matching", "confirm", "Enter the rows that are matched"),
    Key("matching.retract", "r", "Take back", "matching", "retract", "Take a file back that was entered"),
    Key("what-if.days", "n", "Days", "what_if", "days", "Reckon with other days or nights"),
    Key("sync.export", "o", "Export", "sync", "export", "Write a bundle for the others"),
    Key("sync.import", "i", "Import", "sync", "import", "Read a bundle"),
    Key("sync.mailbox", "m", "Mailbox", "sync", "mailbox", "Exchange with the mailbox folder"),
    Key("sync.reopen", "r", "Reopen", "sync", "reopen", "Let an older copy of the store sign again"),
    Key("sync.conflicts", "c", "Conflicts", "sync", "conflicts", "Fields that two desks set apart"),
    Key("sync.standing", "s", "Standing", "sync", "standing", "Silence, forks, revoked desks, erasures"),
    Key("conflicts.settle", "enter", "Settle", "conflicts", "settle", "Say which value is right"),
    Key("tariffs.quote", "q", "Quote", "tariffs", "quote", "What a place costs by this list, step by step"),
    Key("tariffs.adopt", "a", "Adopt", "tariffs", "adopt", "Go by this list from a day on"),
    Key("tariffs.withdraw", "w", "Withdraw", "tariffs", "withdraw", "Go by it no longer from a day on"),
    Key("tariffs.compare", "c", "Compare", "tariffs", "compare", "What differs from another list"),
    Key("tariffs.write", "o", "Write", "tariffs", "write", "Write the list to a file: a page, text or CSV"),
)

_LIST = (
    Key("list.up", "up", "Up", "list", "cursor_up", "One row up"),
    Key("list.down", "down", "Down", "list", "cursor_down", "One row down"),
    Key("list.page-up", "pageup", "Page up", "list", "page_up", "One page up"),
    Key("list.page-down", "pagedown", "Page down", "list", "page_down", "One page down"),
    Key("list.first", "home", "First", "list", "first", "First row"),
    Key("list.last", "end", "Last", "list", "last", "Last row"),
    Key("list.left", "left", "Cell left", "list", "cell_left", "The cell to the left, for copying"),
    Key("list.right", "right", "Cell right", "list", "cell_right", "The cell to the right, for copying"),
    Key("list.choose", "enter", "Open", "list", "choose", "Open the row"),
    Key("list.pick", "space", "Mark", "list", "pick", "Mark or unmark the row"),
    Key("list.copy-cell", "y", "Copy cell", "list", "copy_cell", "Copy the cell"),
    Key("list.copy-row", "Y", "Copy row", "list", "copy_row", "Copy the row, cells parted by tabs"),
    Key("list.up-vim", "k", "Up", "list", "cursor_up", quiet=True),
    Key("list.down-vim", "j", "Down", "list", "cursor_down", quiet=True),
)

_FORM = (
    Key("form.save", "ctrl+s", "Save", "form", "save", "Check the form and save it"),
    Key("form.cancel", "escape", "Leave", "form", "cancel", "Leave the form; asks if something is not saved"),
)

KEYS: tuple[Key, ...] = (*_GLOBAL, *_SCREEN, *_LIST, *_FORM)


def key_display(name: str) -> str:
    """A Textual key name as a person reads it."""
    if name.startswith("ctrl+"):
        return f"Ctrl+{name[5:].upper()}"
    if re.fullmatch(r"f\d+", name):
        return name.upper()
    return _DISPLAY.get(name, name)


def is_allowed(name: str) -> bool:
    """Whether every terminal sends this key as itself: the only keys that the table may hold."""
    return name not in _FORBIDDEN and _ALLOWED.fullmatch(name) is not None


def keys_of(screen: str, table: tuple[Key, ...] = KEYS) -> tuple[Key, ...]:
    """The keys of one screen ("" the global ones), in order of the table."""
    return tuple(key for key in table if key.screen == screen)


def bindings_for(screen: str, table: tuple[Key, ...] = KEYS) -> list[Binding]:
    """Textual bindings of one screen, with ids, so that a keymap may remap them."""
    return [
        Binding(
            key.keys,
            key.command,
            key.label,
            show=not key.quiet,
            key_display=key.shown,
            id=key.id,
            priority=key.id == "quit",
            tooltip=key.help,
        )
        for key in keys_of(screen, table)
    ]


def footer_for(
    screen: str, table: tuple[Key, ...] = KEYS, apt: Callable[[Key], bool] = lambda key: True
) -> tuple[Key, ...]:
    """Six keys at most for the footer: the screen's own that are apt just now, then common ones if there is
    room, help last."""
    own = [key for key in keys_of(screen, table) if not key.quiet and apt(key)]
    common = {key.id: key for key in keys_of("", table)}
    spare = [common[name] for name in ("filter", "refresh", "palette") if name in common]
    last = [common["help"]] if "help" in common else []
    return (*(own + spare)[: FOOTER_LIMIT - len(last)], *last)


def help_for(screen: str, table: tuple[Key, ...] = KEYS) -> tuple[tuple[str, tuple[Key, ...]], ...]:
    """All keys that a person may press there, in sections: `(heading, keys)`; empty sections left out."""
    sections = (("This screen", screen), ("Lists", "list"), ("Forms", "form"), ("Everywhere", ""))
    found = ((heading, tuple(k for k in keys_of(name, table) if not k.quiet)) for heading, name in sections)
    return tuple(section for section in found if section[1])


def palette_for(screen: str, table: tuple[Key, ...] = KEYS) -> tuple[Key, ...]:
    """The commands that the palette offers there: the screen's own and the global ones."""
    return tuple(key for key in (*keys_of(screen, table), *keys_of("", table)) if key.id != "palette")
