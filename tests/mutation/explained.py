"""Verifications that no test can notice being gone, each with the reason: another one stands behind it."""

from __future__ import annotations

EXPLAINED: dict[str, str] = {
    "rcc_tui/sync/bundle.py:inflate: len(raw) != length": "the hash of the section, looked at next, fits"
    " nothing of another length; this one says more clearly what is wrong",
    "rcc_tui/sync/bundle.py:inflate: stream.unconsumed_tail": "something is left over only where one byte"
    " more than declared has come out, which the length beside it tells",
    "rcc_tui/sync/fold.py:Fold._hear: author is None": "a log of a desk on no roll is not taken in, and"
    " where its desk is struck off the log is cut at its beginning",
}
