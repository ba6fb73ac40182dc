"""Asking for a passphrase: on a terminal only, never shown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from rcc_tui.config import wants_passphrase
from rcc_tui.domain.errors import Refused, UsageError

if TYPE_CHECKING:
    from rcc_tui.services.secrets import Unlocked

_TRIES = 3


def asker() -> Callable[[], str] | None:
    """Asks for the passphrase there is; None where nobody sits."""
    return _ask if _somebody_sits() else None


def new_asker() -> Callable[[], str] | None:
    """Asks for a new passphrase, twice; None where nobody sits."""
    return _ask_new if _somebody_sits() else None


def unlock(store: Path) -> Unlocked | None:
    """The secret of a store that a passphrase locks, asked for before the screens take the terminal.

    None when nobody need be asked. Raises UsageError after three wrong ones, and what reading a key raises.
    """
    if not wants_passphrase(store):
        return None
    from rcc_tui.services.secrets import find

    for _ in range(_TRIES - 1):
        try:
            return find(store, asker())
        except UsageError as error:
            sys.stderr.write(f"{error.message}\n")
    return find(store, asker())


def _somebody_sits() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask() -> str:
    return getpass("Passphrase of this desk: ")


def _ask_new() -> str:
    first = getpass("A passphrase for this desk: ")
    if getpass("Once more: ") != first:
        raise Refused("The two are not the same; nothing was changed.", code="passphrase")
    return first
