"""A folder that others write to as well: what lies there, and whether it lies still."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rcc_tui.domain.errors import BundleError, StoreError
from rcc_tui.sync.bundle import CutShort
from rcc_tui.sync.outgoing import SUFFIX
from rcc_tui.sync.paths import shown

# A file changed within so many seconds may still be on its way, by whatever carries it.
FRESH = 120.0


class StillComing(BundleError):
    """Whoever writes the file has not ended; the next visit finds it whole."""

    exit_code = 0
    default_code = "waiting"


@dataclass(frozen=True, slots=True)
class Lying:
    """A file that had the name of a bundle when the folder was read. `changed` is in seconds of its clock."""

    path: Path
    size: int
    changed: float

    def require_still(self) -> None:
        """Raises StillComing when it is not what it was when the folder was read."""
        if _look(self.path) != self:
            raise StillComing("It was being written; the next sync looks at it again.")

    def judged(self, error: BundleError, now: float) -> BundleError:
        """What is wrong with it: of one that was changed a moment ago, that its end may yet come."""
        if isinstance(error, CutShort) and abs(now - self.changed) < FRESH:
            return StillComing("It may still be on its way; the next sync looks at it again.")
        return error


def lying_in(folder: Path) -> list[Lying]:
    """The files in a folder that have a bundle's name, by name. Raises StoreError."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.lower().endswith(SUFFIX))
    except OSError as error:
        raise StoreError(
            f"The mailbox folder cannot be read: {error.strerror}.",
            where=shown(folder),
            hint="Check that the share or stick is there, and your rights to it.",
        ) from error
    return list(_files(folder, names))


def _files(folder: Path, names: list[str]) -> Iterator[Lying]:
    for name in names:
        path = folder / name
        if path.is_dir():
            continue
        yield _look(path)


def _look(path: Path) -> Lying:
    try:
        status = path.stat()
    except OSError:
        # To read it will tell why.
        return Lying(path, -1, 0.0)
    return Lying(path, status.st_size, status.st_mtime)
