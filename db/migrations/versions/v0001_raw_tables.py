"""The raw tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _blob(name: str, **options: bool) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False, **options)  # type: ignore[arg-type]


def _text(name: str, **options: bool) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, **options)  # type: ignore[arg-type]


def _number(name: str, **options: bool) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, **options)  # type: ignore[arg-type]


def _logs() -> None:
    op.create_table(
        "log",
        _number("n", primary_key=True),
        _blob("log", unique=True),
        _blob("desk"),
        _text("audience"),
        _blob("incarnation"),
        _number("connected"),
        _blob("head"),
        sa.Column("cut", sa.Integer(), nullable=True),
        _text("cut_why"),
    )
    op.create_table(
        "entry",
        _number("n", primary_key=True),
        _blob("hash", unique=True),
        sa.Column("log", sa.Integer(), sa.ForeignKey("log.n"), nullable=False),
        _number("seq"),
        _blob("record"),
        _text("kind"),
        _number("state"),
        _blob("header"),
        _blob("signature"),
        _blob("salt"),
        _blob("payload"),
    )
    op.create_index("entry_place", "entry", ["log", "seq"])
    op.create_index("entry_record", "entry", ["record"])
    op.create_table(
        "waiting",
        _number("n", primary_key=True),
        _blob("dep"),
        sa.Column("entry", sa.Integer(), sa.ForeignKey("entry.n"), nullable=False),
        sa.Column("chain", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_waiting_dep", "waiting", ["dep"])
    op.create_index("ix_waiting_entry", "waiting", ["entry"])


def upgrade() -> None:
    """Make the raw tables."""
    _logs()
    op.create_table("roll", _number("version", primary_key=True), _blob("document"), _blob("signatures"))
    op.create_table(
        "receipt",
        _number("n", primary_key=True),
        _text("direction"),
        _text("digest"),
        _text("at"),
        _text("peer"),
        _text("report"),
    )
    op.create_table(
        "peer_head",
        _blob("desk", primary_key=True),
        _blob("log", primary_key=True),
        _number("seq"),
        _blob("hash"),
        sa.Column("at_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    )
    op.create_table("meta", _text("key", primary_key=True), _text("value"))
