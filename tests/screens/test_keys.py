"""The key table keeps its own rules."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.binding import Binding

from screens.keys import (
    FOOTER_LIMIT,
    KEYS,
    OVER,
    SCREENS,
    Key,
    bindings_for,
    footer_for,
    help_for,
    is_allowed,
    key_display,
    keys_of,
    palette_for,
)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.id)
def test_every_key_reaches_every_terminal(key: Key) -> None:
    assert all(is_allowed(name) for name in key.names)
    assert key.screen in {"", "list", "form", *SCREENS, *OVER}
    assert key.command
    assert key.label
    assert key.quiet or key.help


@pytest.mark.parametrize(
    "name", ["ctrl+m", "ctrl+h", "ctrl+i", "alt+x", "ctrl+shift+a", "f13", "ctrl+1", "é", ""]
)
def test_unreliable_keys_are_refused(name: str) -> None:
    assert not is_allowed(name)


def test_ids_are_unique() -> None:
    assert max(Counter(key.id for key in KEYS).values()) == 1


@pytest.mark.parametrize("screen", [*SCREENS, *OVER])
def test_keys_are_unique_per_screen(screen: str) -> None:
    names = [name for key in (*keys_of(screen), *keys_of("")) for name in key.names]
    assert len(names) == len(set(names))
    in_list = {name for key in keys_of("list") for name in key.names}
    # Enter on a list opens the row: that is how the screen's own Enter comes about.
    assert in_list & set(names) <= {"enter"}


@pytest.mark.parametrize("screen", [*SCREENS, *OVER])
def test_footer_has_six_keys_at_most_and_help_last(screen: str) -> None:
    shown = footer_for(screen)
    assert len(shown) <= FOOTER_LIMIT
    assert shown[-1].id == "help"
    assert shown[0].screen == screen or not keys_of(screen)
    assert len({key.id for key in shown}) == len(shown)


def test_bindings_carry_ids_and_displays() -> None:
    new = next(binding for binding in bindings_for("requests") if binding.id == "requests.new")
    assert (new.key, new.action, new.key_display) == ("n", "new", "n")
    assert all(isinstance(binding, Binding) and binding.id for binding in bindings_for(""))


def test_help_lists_the_screen_and_everywhere_but_no_aliases() -> None:
    sections = dict(help_for("places"))
    assert [key.id for key in sections["This screen"]][:2] == ["places.confirm", "places.new"]
    assert "help" in {key.id for key in sections["Everywhere"]}
    assert not any(key.quiet for keys in sections.values() for key in keys)


def test_palette_offers_this_screen_before_the_rest() -> None:
    ids = [key.id for key in palette_for("sync")]
    assert ids[:3] == ["sync.export", "sync.import", "sync.mailbox"]
    assert "palette" not in ids


def test_a_longer_table_needs_no_other_change() -> None:
    table = (*KEYS, Key("today.done", "d", "Done", "today", "done", "Mark as done"))
    assert "today.done" in {binding.id for binding in bindings_for("today", table)}
    assert "today.done" in {key.id for key in footer_for("today", table)}


def test_displays() -> None:
    assert [key_display(name) for name in ("ctrl+s", "f5", "question_mark", "up", "n", "E")] == [
        "Ctrl+S",
        "F5",
        "?",
        "↑",
        "n",
        "E",
    ]
