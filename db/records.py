"""The folded tables: what the logs add up to. A cache: a change of shape drops and refolds them.

Every table has `record` (hex id of the record its rows come from) and `audience`; rows are written
record by record and digested audience by audience. Lists and structures are JSON text.
Money is integer pence, days are ISO text.
"""

from __future__ import annotations

from sqlmodel import Field

# The tables of a month's end are known with the others.
from db import month_records as month_records
from db.folded_table import FOLDED as FOLDED
from db.folded_table import FoldedTable


class Authority(FoldedTable, table=True):
    """A member of the roll: authority or hub. `desks` counts the desks that may sign for it."""

    record: str = Field(primary_key=True)
    audience: str
    code: str = Field(index=True)
    name: str
    gss: str
    hub: str
    role: str
    trust: str
    host: bool
    joined: str
    desks: int


class Provider(FoldedTable, table=True):
    """Who runs settings."""

    record: str = Field(primary_key=True)
    audience: str
    keeper: str
    name: str
    urn: str
    sector: str
    framework: str


class Setting(FoldedTable, table=True):
    """A home, household or agency; `keeper` acts for it, `authority` owns it."""

    record: str = Field(primary_key=True)
    audience: str
    keeper: str
    authority: str = Field(index=True)
    ref: str = Field(index=True)
    name: str
    provider: str
    type: str
    place: str
    outcode: str
    town: str
    urn: str
    sector: str
    registered: int
    occupied: int
    reserved: int
    grade: str
    framework: str
    closed: bool


class Vacancy(FoldedTable, table=True):
    """Accepting places on terms. `taken` counts places given out since `accepting` was last stated."""

    record: str = Field(primary_key=True)
    audience: str
    keeper: str = Field(index=True)
    allocator: str
    setting: str = Field(index=True)
    ref: str = Field(index=True)
    accepting: int
    taken: int
    overbooked: bool
    age_min: int
    age_max: int
    sex: str
    needs: str
    siblings: int
    solo: bool
    emergency: bool
    weekly: int
    available_from: str
    reserved_for: str
    reserved_until: str
    protected: str
    ratio: str
    stays: str
    ground_floor: bool
    education: bool
    confirmed_on: str
    state: str


class Hold(FoldedTable, table=True):
    """A place kept for one purpose until a time; it lapses by itself."""

    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    hold: str
    held_for: str
    what: str
    places: int
    until: str
    released: bool


class Take(FoldedTable, table=True):
    """A place given out to a trade by the setting's allocator."""

    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    trade: str = Field(index=True)
    places: int
    given_back: bool
    over: bool


class Child(FoldedTable, table=True):
    """A child of the own authority. Never leaves it."""

    record: str = Field(primary_key=True)
    audience: str
    local_id: str = Field(index=True)
    name: str
    dob: str
    sex: str
    ethnic: str
    upn: str
    mother: str
    mother_dob: str
    uasc: bool
    uasc_ceased: str
    returns: str


class Episode(FoldedTable, table=True):
    """A placement of a child of the own authority, as the SSDA903 return has it."""

    record: str = Field(primary_key=True)
    audience: str
    child: str = Field(index=True)
    local_id: str
    start: str
    reason: str
    legal_status: str
    category: str
    place: str
    place_provider: str
    end: str
    end_reason: str
    change_reason: str
    home_postcode: str
    place_postcode: str
    urn: str
    weekly: int
    trade: str


class Request(FoldedTable, table=True):
    """A child needs a place. `needs` is the JSON of domain.needs.Needs."""

    record: str = Field(primary_key=True)
    audience: str
    state: str = Field(index=True)
    child: str
    officer: str
    entered_on: str
    age: int
    sex: str
    siblings: int
    needed_by: str
    emergency: bool
    home: str
    home_postcode: str
    needs: str
    shortlist: str
    search: str
    trade: str
    closed_why: str


class RequestTrade(FoldedTable, table=True):
    """A request was put to another authority by a trade; `clock` orders them."""

    __tablename__ = "request_trade"
    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    trade: str = Field(index=True)
    clock: int


class SavedSearch(FoldedTable, table=True):
    """A query kept under a name."""

    __tablename__ = "saved_search"
    record: str = Field(primary_key=True)
    audience: str
    name: str
    text: str


class Referral(FoldedTable, table=True):
    """An anonymised request put to another authority."""

    record: str = Field(primary_key=True)
    audience: str
    buyer: str
    seller: str
    vacancy: str
    needs: str
    state: str
    reason: str
    note: str


class Tariff(FoldedTable, table=True):
    """A published price list, known by the hash of its text."""

    record: str = Field(primary_key=True)
    audience: str
    tariff: str = Field(index=True)
    name: str
    version: int
    valid_from: str
    valid_to: str
    worked_example: bool
    text: str


class Adoption(FoldedTable, table=True):
    """An authority adopts a tariff for placements that start on or after a day."""

    record: str = Field(primary_key=True)
    audience: str
    authority: str = Field(index=True)
    tariff: str = Field(index=True)
    from_day: str
    withdrawn_on: str


class Trade(FoldedTable, table=True):
    """A child of the buyer in a place of the seller, from proposal to end."""

    record: str = Field(primary_key=True)
    audience: str
    state: str = Field(index=True)
    buyer: str
    seller: str
    vacancy: str = Field(index=True)
    referral: str
    setting: str
    setting_name: str
    terms: str
    terms_hash: str
    proposal: str
    proposer: str
    signed_by: str
    weekly: int
    start: str
    end: str
    valid_until: str
    off_tariff: bool
    contested: bool
    disputed: bool
    started_buyer: str
    started_seller: str
    notice_on: str
    ended_buyer: str
    ended_seller: str
    end_reason: str
    reason: str
    acceptance: str
    vouched: str
    versions: str
    change: str
    change_proposal: str
    change_proposer: str
    kept_buyer: str
    kept_seller: str
    said_buyer: str
    said_seller: str


class Charge(FoldedTable, table=True):
    """A span of nights at one weekly rate; postings by month are derived from it. Empty `end`: runs on."""

    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    buyer: str
    seller: str
    start: str
    end: str
    weekly: int
    kind: str
    tariff: str


class Conflict(FoldedTable, table=True):
    """Two live values of one field; `candidates` is JSON of [entry hash, value]."""

    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    kind: str
    field: str
    candidates: str


class SetAside(FoldedTable, table=True):
    """An entry that counts for nothing, and why."""

    __tablename__ = "set_aside"
    n: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    audience: str
    kind: str
    entry: str
    why: str


class Upholding(FoldedTable, table=True):
    """A member holds that a log, cut by a revocation or a fork, counts up to an entry (hex hashes)."""

    record: str = Field(primary_key=True)
    audience: str
    log: str = Field(index=True)
    seq: int
    hash: str
    owner: str
    by: str
    role: str


class Erasure(FoldedTable, table=True):
    """The record `target` (hex) is erased in this audience; `at_ms` as the eraser's clock had it."""

    record: str = Field(primary_key=True)
    audience: str
    target: str = Field(index=True)
    by: str
    basis: str
    entry: str
    at_ms: int
