"""What every folded table stands on."""

from __future__ import annotations

from sqlmodel import MetaData, SQLModel

FOLDED = MetaData()


class FoldedTable(SQLModel):
    """Base of the folded tables."""

    metadata = FOLDED
