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
