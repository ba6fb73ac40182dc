"""What the standing of a log rests on: own logs closed, entries upheld past a cut, proofs of forks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the raw tables what tells a log that goes on from one that does not."""
    op.add_column("log", sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("log", sa.Column("missing", sa.Integer(), nullable=True))
    hollow = sa.text("length(payload) = 0")
    op.create_index("entry_hollow", "entry", ["log", "seq"], sqlite_where=hollow, postgresql_where=hollow)
    op.create_table(
        "upheld",
        sa.Column("entry", sa.Integer(), sa.ForeignKey("entry.n"), primary_key=True),
    )
    op.create_table(
        "proof",
        sa.Column("log", sa.LargeBinary(), primary_key=True),
        sa.Column("desk", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
    )
