"""Names of files as they can be shown: a folder others write to may hold names that are no text."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: Path) -> str:
    """A path as text; bytes that are no UTF-8 are written out, as `\\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
