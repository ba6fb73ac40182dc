"""How often attacks are tried: a few times with every change of the program, in full by `make attack`."""

from __future__ import annotations

import os

FULL = os.environ.get("RCC_ATTACKS") == "full"


def often(usual: int, full: int) -> int:
    """How many tries."""
    return full if FULL else usual
