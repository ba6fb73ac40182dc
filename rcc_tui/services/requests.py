"""Requests: a child of my authority needs a place. Nothing of them leaves it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from db.queries import requests as queries
from fixtures.bank_holidays import is_bank_holiday
from rcc_tui.acts import requests as acts
from rcc_tui.acts.kind import Act
from rcc_tui.acts.requests import RequestFacts
from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.deadlines import emergency_deadline
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.geography import is_postcode, outcode_of
from rcc_tui.domain.needs import Needs, check_needs, urgency
from rcc_tui.services.desk import Desk
from rcc_tui.services.ids import full_id
from rcc_tui.services.listing import Listing, check_page
from rcc_tui.services.outcodes import must_exist

STATES = ("open", "shortlisted", "placed", "withdrawn")


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as my authority sees it. `shortlist` are ids of vacancies, `search` the words kept to search
    for it with, `trade` the id of the trade.

    `urgency` is the band of the Placements Data Standard; `deadline` an ISO minute for an emergency that
    is still open, else empty.
    """

    id: str
    state: str
    needs: Needs
    child: str
    home_postcode: str
    officer: str
    entered_on: str
    shortlist: tuple[str, ...]
    search: str
    trade: str
    closed_why: str
    urgency: str
    deadline: str

    @property
    def is_open(self) -> bool:
        """Whether a place is still looked for."""
        return self.state in queries.OPEN


def add(
    desk: Desk, needs: Needs, *, child: str = "", home_postcode: str = "", officer: str = ""
) -> RequestView:
    """Log a request. An emergency without a day is needed today. Raises Refused naming the field.

    `child` is the local identifier; the full home postcode stays in the authority, of it only the
    outcode goes into the needs.
    """
    needs, postcode = _homed(needs, home_postcode)
    needs = _checked(desk, needs)
    entered = desk.clock.today().isoformat()
    facts = RequestFacts(child.strip(), postcode, officer.strip(), entered)
    with desk.writing() as group:
        done = group.act("request", acts.Open(needs, facts))
    return show(desk, done.record)


def edit(
    desk: Desk,
    id: str,
    needs: Needs,
    *,
    child: str | None = None,
    home_postcode: str | None = None,
    officer: str | None = None,
) -> RequestView:
    """Bring a request to these needs; None leaves a fact as it is.

    Only what differs is signed. Raises Refused when nothing does, or the request is closed.
    """
    old = _still_open(desk, id)
    needs, postcode = _homed(needs, home_postcode or "")
    needs = _checked(desk, needs)
    if home_postcode is None and not postcode and needs.home == old.needs.home:
        postcode = old.home_postcode
    before = RequestFacts(old.child, old.home_postcode, old.officer, old.entered_on)
    facts = replace(
        before,
        child=before.child if child is None else child.strip(),
        home_postcode=postcode,
        officer=before.officer if officer is None else officer.strip(),
    )
    changed = (*_differing(old.needs, needs), *_differing(before, facts))
    if not changed:
        raise Refused("Nothing has changed.", hint="Change a field, or leave the request as it is.")
    return _act(desk, old.id, acts.Edit(needs, facts, changed))


def withdraw(desk: Desk, id: str, why: str) -> RequestView:
    """No place is needed any more. Raises Refused without a reason or when it is closed already."""
    return _act(desk, _still_open(desk, id).id, acts.Withdraw(_said(why)))


def reopen(desk: Desk, id: str, why: str) -> RequestView:
    """A place is needed after all. Raises Refused without a reason or when the request is open."""
    request = show(desk, id)
    if request.is_open:
        raise Refused("This request is open.", where=request.id[:8], hint="There is nothing to reopen.")
    return _act(desk, request.id, acts.Reopen(_said(why)))


def place(desk: Desk, id: str, *, trade: str = "", how: str = "") -> RequestView:
    """The child has a place: through a trade, or otherwise as `how` says. Raises Refused."""
    request = _still_open(desk, id)
    if not trade and not how.strip():
        raise Refused(
            "How was the child placed?", where="how", hint="Name the trade, or say how in a few words."
        )
    named = full_id(desk, "trade", trade) if trade else ""
    return _act(desk, request.id, acts.Place(named, how.strip()))


def shortlist(desk: Desk, id: str, vacancy: str, on: bool = True) -> RequestView:
    """Put a vacancy on the shortlist or take it off. Raises Refused when it is there, or not, already."""
    request = _still_open(desk, id)
    named = full_id(desk, "vacancy", vacancy)
    if (named in request.shortlist) == on:
        there = "is on the shortlist already" if on else "is not on the shortlist"
        raise Refused(f"The place {named[:8]} {there}.", where="vacancy")
    return _act(desk, request.id, acts.Shortlist(named, on))


def seek(desk: Desk, id: str, text: str) -> RequestView:
    """Keep the words typed to search for a request with it; none: keep none. Raises Refused."""
    request = _still_open(desk, id)
    words = " ".join(text.split())
    if len(words) > acts.MAX_SEARCH:
        raise Refused("That is too long to be kept.", where="search", hint="Keep fewer words.")
    if words == request.search:
        raise Refused("These words are kept with it already." if words else "No words are kept with it.")
    return _act(desk, request.id, acts.Seek(words))


def listing(desk: Desk, *, state: str = "", limit: int = 50, offset: int = 0) -> Listing[RequestView]:
    """Requests in a state; without one all, those still open first, emergencies before the rest.

    Raises Refused for a state that does not exist.
    """
    check_page(limit, offset)
    if state and state not in STATES:
        raise Refused(
            f"“{state}” is no state of a request.", where="state", hint=f"One of {', '.join(STATES)}."
        )
    rows, total = desk.read(queries.page, (state,) if state else (), limit, offset)
    return Listing(tuple(_view(desk, row) for row in rows), total)


def waiting(desk: Desk) -> tuple[RequestView, ...]:
    """Every request still open, emergencies first."""
    rows, _ = desk.read(queries.page, queries.OPEN, None, 0)
    return tuple(_view(desk, row) for row in rows)


def show(desk: Desk, id: str) -> RequestView:
    """One request. Raises NotFound."""
    row = desk.read(queries.one, full_id(desk, "request", id))
    if row is None:
        raise NotFound(f"There is no request “{id}” here.", where="request")
    return _view(desk, row)


def _view(desk: Desk, row: queries.RequestRow) -> RequestView:
    needs = row.needs
    due = ""
    if needs.emergency and row.state in queries.OPEN:
        due = emergency_deadline(iso_date(needs.needed_by or row.entered_on), is_bank_holiday)
    facts = {item.name: getattr(row, item.name) for item in fields(row)}
    return RequestView(**facts, urgency=urgency(needs.needed_by, desk.clock.today()), deadline=due)


def _act(desk: Desk, id: str, act: Act) -> RequestView:
    with desk.writing() as group:
        group.act("request", act, record=id)
    return show(desk, id)


def _still_open(desk: Desk, id: str) -> RequestView:
    request = show(desk, id)
    if not request.is_open:
        raise Refused(
            f"This request is {request.state}.", where=request.id[:8], hint="Reopen it first, with a reason."
        )
    return request


def _homed(needs: Needs, home_postcode: str) -> tuple[Needs, str]:
    """The needs with the outcode alone as home, and the full postcode apart."""
    full = home_postcode.strip() or (needs.home.strip() if is_postcode(needs.home) else "")
    if not full:
        return needs, ""
    if not is_postcode(full):
        raise Refused(f"“{full}” is no full postcode.", where="home_postcode", hint="Write it like SL1 4XY.")
    compact = "".join(full.upper().split())
    outcode = compact[:-3]
    if needs.home and outcode_of(needs.home, "home") != outcode:
        raise Refused(
            f"Home is {needs.home}, but the home postcode begins with {outcode}.",
            where="home",
            hint="Give one of them.",
        )
    return replace(needs, home=outcode), f"{outcode} {compact[-3:]}"


def _checked(desk: Desk, needs: Needs) -> Needs:
    needs = check_needs(needs)
    must_exist(needs.home, "home")
    if needs.emergency and not needs.needed_by:
        return replace(needs, needed_by=desk.clock.today().isoformat())
    return needs


def _differing(old: Any, new: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name))


def _said(why: str) -> str:
    if not why.strip():
        raise Refused("The reason is missing.", where="why", hint="Say why in a few words.")
    return why.strip()
