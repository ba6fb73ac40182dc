"""What needs me now, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from db.queries import today as queries
from db.queries.conflicts import conflicts as in_conflict
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.needs import urgency
from rcc_tui.domain.vacancy import STALE_AFTER_DAYS
from rcc_tui.services.alarms import alarms
from rcc_tui.services.alerts import news
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import name_of
from rcc_tui.services.moments import minute
from rcc_tui.services.requests import RequestView, waiting
from rcc_tui.services.silence import QUIET_DAYS, silence
from rcc_tui.services.today_item import MOST, Item, cut

__all__ = ["MOST", "Item", "today"]

_FAR = "> 5 days"
_NUMBER = {2: "Two", 3: "Three"}
_SEX = {"F": "girl", "M": "boy", "U": "child"}


def today(desk: Desk) -> tuple[Item, ...]:
    """All that needs this desk, urgent things first, then by when they are due."""
    return _ordered(
        desk,
        _alarms,
        _requests,
        _fitting,
        _proposals,
        _trading,
        _holds,
        _overbooked,
        _provisional,
        _amiss,
        _stale,
        _heard,
        _quiet,
    )


def pressing(desk: Desk) -> tuple[Item, ...]:
    """What of it cannot wait for the rest to be loaded and read: emergencies, requests, answers, holds."""
    return _ordered(desk, _alarms, _requests, _fitting, _proposals, _holds)


def _ordered(desk: Desk, *parts: Callable[[Desk], Iterable[Item]]) -> tuple[Item, ...]:
    items = [item for part in parts for item in part(desk)]
    # Sorting is stable: things of one urgency and day stay in the order of the parts.
    return tuple(sorted(items, key=lambda one: (not one.urgent, not one.due, one.due)))


def _alarms(desk: Desk) -> Iterator[Item]:
    for one in alarms(desk):
        yield Item("alarm", one.text, "", "sync", "", one.stops)


def _requests(desk: Desk) -> Iterator[Item]:
    if desk.role == "hub":
        return
    soon = [one for one in waiting(desk) if one.needs.emergency or one.urgency != _FAR]
    yield from cut((_request(desk, one) for one in soon), len(soon), "more requests are due", "requests")


def _request(desk: Desk, one: RequestView) -> Item:
    needs, child = one.needs, _child(one)
    if needs.emergency:
        return Item("emergency", f"Emergency: {child}", one.deadline, "requests", one.id, True)
    band = urgency(needs.needed_by, desk.clock.today())
    return Item("request", f"A place for a {child}", needs.needed_by, "requests", one.id, band == "Today")


def _child(one: RequestView) -> str:
    needs = one.needs
    home = f" from {needs.home}" if needs.home else ""
    group = f", {needs.places} together" if needs.places > 1 else ""
    return f"{_SEX[needs.sex]} of {needs.age}{group}{home}"


def _fitting(desk: Desk) -> Iterator[Item]:
    found = news(desk)
    items = (
        Item(
            "fits",
            f"{len(one.places)} new {'place fits' if len(one.places) == 1 else 'places fit'} the"
            f" {_child(one.request)}",
            one.request.deadline or one.request.needs.needed_by,
            "search",
            one.request.id,
            one.request.needs.emergency,
        )
        for one in found
    )
    yield from cut(items, len(found), "more requests have new places", "requests")


def _trading(desk: Desk) -> Iterable[Item]:
    # Loaded when it is asked: tariffs and the ledger are a good part of the start.
    from rcc_tui.services.today_trading import trading

    return trading(desk)


def _proposals(desk: Desk) -> Iterator[Item]:
    day = desk.clock.today().isoformat()
    rows = desk.read(queries.proposals, desk.code, day)
    items = (
        Item(
            "proposal",
            f"{name_of(desk, one.seller if one.buyer == desk.code else one.buyer)} proposes"
            f" {one.setting_name} from {show_date(one.start)}",
            one.valid_until or one.start,
            "trades",
            one.id,
            bool(one.valid_until) and one.valid_until <= day,
        )
        for one in rows
    )
    yield from cut(items, len(rows), "more proposals wait for your answer", "trades")


def _holds(desk: Desk) -> Iterator[Item]:
    end = f"{desk.clock.today().isoformat()}T23:59"
    rows = desk.read(queries.lapsing, desk.code, minute(desk), end)
    items = (
        Item(
            "hold",
            f"The hold at {one.setting_name} for {name_of(desk, one.held_for)} lapses at {one.until[11:16]}",
            one.until,
            "places",
            one.vacancy,
            True,
        )
        for one in rows
    )
    yield from cut(items, len(rows), "more holds lapse today", "places")


def _overbooked(desk: Desk) -> Iterator[Item]:
    rows = desk.read(queries.overbooked, _party(desk))
    items = (
        Item("overbooked", f"{one.setting_name} is OVERBOOKED", "", "trades", one.trade, True) for one in rows
    )
    yield from cut(items, len(rows), "more places are overbooked", "trades")


def _provisional(desk: Desk) -> Iterator[Item]:
    """Agreed, and the desk that gives the place out has not: it has not heard, or no place is free."""
    rows = desk.read(queries.provisional, _party(desk))
    items = (
        Item(
            "provisional",
            f"Provisional: {one.setting_name}, {name_of(desk, one.buyer)} and {name_of(desk, one.seller)};"
            " the place is not given out yet",
            one.start,
            "trades",
            one.id,
            False,
        )
        for one in rows
    )
    yield from cut(items, len(rows), "more trades are provisional", "trades")


def _amiss(desk: Desk) -> Iterator[Item]:
    rows = desk.read(queries.amiss, _party(desk))
    items = (
        Item(
            "contested" if one.contested else "disputed",
            f"{'Contested' if one.contested else 'Disputed'}: {one.setting_name},"
            f" {name_of(desk, one.buyer)} and {name_of(desk, one.seller)}",
            "",
            "trades",
            one.id,
            one.contested,
        )
        for one in rows
    )
    yield from cut(items, len(rows), "more trades are contested or disputed", "trades")


def _stale(desk: Desk) -> Iterator[Item]:
    before = desk.clock.today() - timedelta(days=STALE_AFTER_DAYS)
    rows, total = desk.read(queries.stale, desk.code, before.isoformat(), MOST)
    items = (
        Item(
            "stale",
            f"Confirm {one.vacancies} {'vacancy' if one.vacancies == 1 else 'vacancies'} of {one.name}, "
            + (f"last confirmed {show_date(one.since)}" if one.since else "never confirmed"),
            "",
            "places",
            one.setting,
            False,
        )
        for one in rows
    )
    yield from cut(items, total, "more settings have vacancies to confirm", "places")


def _heard(desk: Desk) -> Iterator[Item]:
    if desk.read(in_conflict):
        yield from _conflicts(desk)
    if aside := desk.read(queries.set_aside):
        entries = "entry counts" if aside == 1 else "entries count"
        yield Item("quarantined", f"{aside} {entries} for nothing", "", "sync", "", False)


def _conflicts(desk: Desk) -> Iterator[Item]:
    from rcc_tui.services import conflicts

    mine, total = conflicts.to_settle(desk, MOST)
    items = (
        Item(
            "conflict",
            f"{_NUMBER.get(len(one.candidates), 'Many')} values of {one.label}: {one.title}",
            "",
            "sync",
            one.record,
            False,
        )
        for one in mine
    )
    yield from cut(items, total, "more fields are in conflict", "sync")


def _quiet(desk: Desk) -> Iterator[Item]:
    """Members with a desk of which nothing was heard for a week."""
    quiet = [one.name for one in silence(desk) if one.quiet]
    if quiet:
        named = ", ".join(quiet[:3]) + (f" and {len(quiet) - 3} more" if len(quiet) > 3 else "")
        yield Item("unheard", f"Not heard from for {QUIET_DAYS} days: {named}", "", "sync", "", False)


def _party(desk: Desk) -> str:
    """Whose trades concern this desk: its authority's; a hub sees to all."""
    return "" if desk.role == "hub" else desk.code
