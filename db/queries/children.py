"""Children and episodes of the own authority."""

from __future__ import annotations

import msgspec
from sqlmodel import Session, select

from db.records import Child, Episode
from rcc_tui.domain.child import ChildFacts, EpisodeFacts, ReturnRow


def children(session: Session) -> dict[str, tuple[str, ChildFacts, frozenset[ReturnRow]]]:
    """Every child by local id: record, facts, and the further rows of returns kept with it."""
    return {
        row.local_id: (
            row.record,
            ChildFacts(
                local_id=row.local_id,
                dob=row.dob,
                sex=row.sex,
                ethnic=row.ethnic,
                name=row.name,
                upn=row.upn,
                mother=row.mother,
                mother_dob=row.mother_dob,
                uasc=row.uasc,
                uasc_ceased=row.uasc_ceased,
            ),
            frozenset(msgspec.json.decode(row.returns, type=tuple[ReturnRow, ...])),
        )
        for row in session.exec(select(Child))
    }


def episodes(session: Session) -> dict[tuple[str, str], tuple[str, EpisodeFacts]]:
    """Every episode by child's local id and start: record and facts."""
    names = EpisodeFacts.__slots__
    return {
        (row.local_id, row.start): (row.record, EpisodeFacts(**{name: getattr(row, name) for name in names}))
        for row in session.exec(select(Episode))
    }
