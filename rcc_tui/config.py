"""Where things lie, and the clock. The only module that reads the environment."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.errors import Refused, UsageError

KEY_FILE = "desk.key"
# What a key file says it is when only a passphrase opens it.
LOCKED = "desk, locked by a passphrase"


def default_store() -> Path:
    """RCC_HOME, or the data folder of this person on this system."""
    if home := os.environ.get("RCC_HOME"):
        return Path(home)
    from platformdirs import user_data_path

    return user_data_path("rcc", appauthor=False)


def debug() -> bool:
    """Whether RCC_DEBUG asks for the details of a defect."""
    return bool(os.environ.get("RCC_DEBUG"))


def key_file(store: Path) -> Path:
    """RCC_KEY_FILE, or the key file beside the store."""
    named = os.environ.get("RCC_KEY_FILE")
    return Path(named) if named else store / KEY_FILE


def passphrase() -> str:
    """RCC_PASSPHRASE: opens a locked key where nobody can be asked; empty when it is not set."""
    return os.environ.get("RCC_PASSPHRASE", "")


def wants_passphrase(store: Path) -> bool:
    """Whether somebody must be asked for a passphrase before the store in a folder can be opened."""
    if passphrase():
        return False
    try:
        return LOCKED.encode() in key_file(store).read_bytes()
    except OSError:
        return False


def config_folder() -> Path:
    """Where this person keeps settings of their own."""
    from platformdirs import user_config_path

    return user_config_path("rcc", appauthor=False)


def state_folder() -> Path:
    """Where this person's programs on this system keep what is no data and no setting."""
    from platformdirs import user_state_path

    return user_state_path("rcc", appauthor=False)


@dataclass(frozen=True, slots=True)
class Clock:
    """Today and now, for people and for deadlines; never for the order of acts.

    `frozen` stands still at one day, the hours go on: that is what tests and demonstrations use.
    """

    frozen: date | None = None

    def today(self) -> date:
        """The day it is."""
        return self.frozen or datetime.now().astimezone().date()

    def now(self) -> datetime:
        """The moment it is, local time without zone, to the second."""
        moment = datetime.now().astimezone().replace(tzinfo=None, microsecond=0)
        return datetime.combine(self.frozen, moment.time()) if self.frozen else moment

    def at_ms(self) -> int:
        """The moment in milliseconds since 1970, as entries carry it for people to read."""
        if self.frozen is None:
            return time.time_ns() // 1_000_000
        return int(self.now().timestamp() * 1000)


def system_clock() -> Clock:
    """The clock of this machine, or the day RCC_TODAY names. Raises UsageError when that is no date."""
    named = os.environ.get("RCC_TODAY")
    if not named:
        return Clock()
    try:
        return Clock(iso_date(named))
    except Refused as error:
        raise UsageError(f"RCC_TODAY is no date: {named!r}.", hint="Write it as 2026-12-01.") from error
