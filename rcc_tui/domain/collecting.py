"""Reckoning that makes very many objects, without the collector of garbage looking at them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """For work that makes very many objects and no cycles: to look for cycles among them costs a fifth of its
    time, and keeps every other thread waiting meanwhile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
