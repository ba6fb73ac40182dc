"""Time as the world has it, and as each desk's clock, right or wrong, shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from rcc_tui.config import Clock

_START = datetime(2026, 12, 1, 8, tzinfo=UTC)


@dataclass
class WorldTime:
    """The true time, milliseconds since 1970. It only goes forward."""

    ms: int = int(_START.timestamp() * 1000)

    def pass_by(self, ms: int) -> None:
        """Let time pass."""
        self.ms += ms


@dataclass(frozen=True)
class DeskClock(Clock):
    """A desk's clock: the world's time, `off_days` wrong."""

    time: WorldTime = field(default_factory=WorldTime)
    off_days: int = 0

    def today(self) -> date:
        """The day this clock shows."""
        return self.now().date()

    def now(self) -> datetime:
        """The moment this clock shows, to the second."""
        shown = datetime.fromtimestamp(self.time.ms / 1000, UTC) + timedelta(days=self.off_days)
        return shown.replace(tzinfo=None, microsecond=0)

    def at_ms(self) -> int:
        """The moment this clock shows in milliseconds."""
        return self.time.ms + self.off_days * 86_400_000
