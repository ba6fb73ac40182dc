"""One seed for everything: what the programs take for random bytes comes from it too."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random


@contextmanager
def seeded(seed: int) -> Iterator[Random]:
    """Random bytes of the whole process come from `seed` inside; the generator yielded draws the steps.

    The two are apart, so that a program which takes one byte more does not change what happens next.
    age draws its own keys, out of reach: nothing may be decided by sealed bytes.
    """
    entropy = Random(f"entropy {seed}")

    def urandom(size: int, /) -> bytes:
        return entropy.randbytes(size)

    def token_bytes(nbytes: int | None = None) -> bytes:
        return entropy.randbytes(32 if nbytes is None else nbytes)

    before = os.urandom, secrets.token_bytes
    os.urandom, secrets.token_bytes = urandom, token_bytes
    try:
        yield Random(f"steps {seed}")
    finally:
        os.urandom, secrets.token_bytes = before
