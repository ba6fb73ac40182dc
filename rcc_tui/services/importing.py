"""Taking in one bundle that is open: all of it in one transaction, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

from db.queries import sync as stored
from rcc_tui.services.desk import Desk
from rcc_tui.sync.bundle import Opened
from rcc_tui.sync.incoming import Incoming, Report
from rcc_tui.sync.verifying import Faulty

Reached = Callable[[int, int], None]
"""Told many times a second how many bytes of how many of a bundle are gone through; may raise to end it."""


class _OnlyVerified(Exception):
    """Leaves the transaction of a verification so that nothing of it is kept."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def unheeded(done: int, total: int) -> None:
    """For whom it is of no interest how far an import has come."""


def imported(
    desk: Desk, opened: Opened, file: str, *, verify_only: bool = False, reached: Reached = unheeded
) -> Report:
    """Take in a bundle; `verify_only` goes all the way and then keeps nothing.

    It is begun again, without them, when logs prove bad that were stored in part. Whatever ends it, what the
    transaction took back is gone from memory too. Raises BundleError, StoreError, and what `reached` raises.
    """
    without: dict[bytes, str] = {}
    while True:
        try:
            return _imported(desk, opened, file, without, verify_only, reached)
        except _OnlyVerified as done:
            desk.rolls.reload()
            return done.report
        except Faulty as found:
            desk.rolls.reload()
            without = found.logs
        except BaseException:
            desk.rolls.reload()
            raise


def _imported(
    desk: Desk, opened: Opened, file: str, without: dict[bytes, str], verify_only: bool, reached: Reached
) -> Report:
    followers = [] if verify_only else desk.followers
    with desk.store.transaction() as write:
        incoming = Incoming(write, desk.rolls, desk.roots, desk.reader, followers)
        report = incoming.take_in(opened, file, without=without, progress=reached)
        if verify_only:
            raise _OnlyVerified(report)
        if report.erased:
            desk.store.scrub()
        if not stored.receipt_known(write, "in", opened.digest):
            _note(desk, opened, report)
    return report


def _note(desk: Desk, opened: Opened, report: Report) -> None:
    told = {
        name: getattr(report, name) for name in ("new", "known", "parked", "quarantined", "forks", "reason")
    }
    now = desk.clock.now().isoformat(timespec="minutes")
    stored.add_receipt(desk.store.write, "in", opened.digest, now, report.maker, json.dumps(told))
