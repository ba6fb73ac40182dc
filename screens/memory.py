"""Memory that is not used any more, handed back to the machine."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Hand back what the allocator of the C library keeps for later: a search over 100,000 places leaves as
    much behind as all that stays. Where the library cannot be asked (not glibc) nothing happens."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
