"""The raw tables: logs and what keeps them. They are the truth of a store; Alembic migrates them."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, false, text
from sqlmodel import Field, MetaData, SQLModel

RAW = MetaData()


# An entry whose content was erased, or has not come.
_HOLLOW = text("length(payload) = 0")


class RawTable(SQLModel):
    """Base of the raw tables; they have metadata of their own, for the migrations."""

    metadata = RAW


class Log(RawTable, table=True):
    """One chain of one desk for one audience. `connected` counts the entries in line from the first.

    Entries from place `cut` on count for nothing, but those `upheld`. `closed`: one of mine that I shall
    not continue, whatever becomes of it elsewhere. From place `missing` on nothing counts until the content
    of that entry comes: somebody passed it on without.
    """

    n: int = Field(primary_key=True)
    log: bytes = Field(sa_type=LargeBinary, unique=True)
    desk: bytes = Field(sa_type=LargeBinary)
    audience: str
    incarnation: bytes = Field(sa_type=LargeBinary)
    connected: int = 0
    head: bytes = Field(sa_type=LargeBinary, default=b"")
    cut: int | None = None
    cut_why: str = ""
    missing: int | None = None
    closed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Entry(RawTable, table=True):
    """One entry, bytes as they were signed. `state`: 0 ready, 1 waits for deps, 2 waits for its chain.

    An entry without its content (salt and payload) is hollow.
    """

    __table_args__ = (
        Index("entry_place", "log", "seq"),
        Index("entry_record", "record"),
        # Where another database holds the store it is an index of all entries: naming that database here
        # would load its dialect at every start.
        Index("entry_hollow", "log", "seq", sqlite_where=_HOLLOW),
    )
    n: int = Field(primary_key=True)
    hash: bytes = Field(sa_type=LargeBinary, unique=True)
    log: int = Field(foreign_key="log.n")
    seq: int
    record: bytes = Field(sa_type=LargeBinary)
    kind: str
    state: int
    header: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)
    salt: bytes = Field(sa_type=LargeBinary)
    payload: bytes = Field(sa_type=LargeBinary)


class Waiting(RawTable, table=True):
    """An entry that waits for another: `chain` when it is the one before it in its log."""

    n: int = Field(primary_key=True)
    dep: bytes = Field(sa_type=LargeBinary, index=True)
    entry: int = Field(foreign_key="entry.n", index=True)
    chain: bool


class Upheld(RawTable, table=True):
    """An entry past its log's cut that counts all the same: a signed act upheld it."""

    entry: int = Field(primary_key=True, foreign_key="entry.n")


class Proof(RawTable, table=True):
    """Two signed headers in one place of one log: its key has written two histories."""

    log: bytes = Field(sa_type=LargeBinary, primary_key=True)
    desk: bytes = Field(sa_type=LargeBinary)
    document: bytes = Field(sa_type=LargeBinary)


class RollVersion(RawTable, table=True):
    """A version of the roll as it was signed."""

    __tablename__ = "roll"
    version: int = Field(primary_key=True)
    document: bytes = Field(sa_type=LargeBinary)
    signatures: bytes = Field(sa_type=LargeBinary)


class Receipt(RawTable, table=True):
    """A bundle that came in or went out, for the Sync screen. Local: no other desk hears of it."""

    n: int = Field(primary_key=True)
    direction: str
    digest: str
    at: str
    peer: str
    report: str


class PeerHead(RawTable, table=True):
    """What another desk was last heard to hold of each log."""

    __tablename__ = "peer_head"
    desk: bytes = Field(sa_type=LargeBinary, primary_key=True)
    log: bytes = Field(sa_type=LargeBinary, primary_key=True)
    seq: int
    hash: bytes = Field(sa_type=LargeBinary)
    at_ms: int


class Meta(RawTable, table=True):
    """Local facts of this store: who I am, versions, settings, drafts. No acts."""

    key: str = Field(primary_key=True)
    value: str
