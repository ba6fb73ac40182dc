"""The tables of the SSDA903 return: their columns, and which of them a header belongs to.

Source: DfE SSDA903 guide; headers as the return's CSV upload spells them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

HEADER, EPISODES, UASC = "Header", "Episodes", "UASC"


@dataclass(frozen=True, slots=True)
class Layout:
    """A table: its `columns` in order, those that give it away, and the name of its file on export."""

    kind: str
    columns: tuple[str, ...]
    telling: tuple[str, ...]
    file: str


def _layout(kind: str, columns: str, telling: str, file: str) -> Layout:
    return Layout(kind, tuple(columns.split(",")), tuple(telling.split(",")), file)


LAYOUTS: dict[str, Layout] = {
    layout.kind: layout
    for layout in (
        _layout(HEADER, "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB", "CHILD,SEX,DOB,ETHNIC", "header.csv"),
        _layout(
            EPISODES,
            "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
            "CHILD,DECOM,RNE,LS,CIN,PLACE",
            "episodes.csv",
        ),
        _layout(UASC, "CHILD,SEX,DOB,DUC", "CHILD,DUC", "uasc.csv"),
        _layout("Missing", "CHILD,DOB,MISSING,MIS_START,MIS_END", "CHILD,MISSING,MIS_START", "missing.csv"),
        _layout("Reviews", "CHILD,DOB,REVIEW,REVIEW_CODE", "CHILD,REVIEW,REVIEW_CODE", "reviews.csv"),
        _layout(
            "OC2",
            "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,"
            "HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
            "CHILD,SDQ_SCORE,HEALTH_CHECK",
            "oc2.csv",
        ),
        _layout("OC3", "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", "CHILD,IN_TOUCH,ACTIV", "oc3.csv"),
        _layout(
            "AD1",
            "CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
            "CHILD,DATE_INT,DATE_MATCH",
            "ad1.csv",
        ),
        _layout(
            "PlacedAdoption",
            "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
            "CHILD,DATE_PLACED",
            "placed_for_adoption.csv",
        ),
        _layout(
            "PrevPerm",
            "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
            "CHILD,PREV_PERM",
            "previous_permanence.csv",
        ),
        _layout(
            "SWEpisodes",
            "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
            "CHILD,SW_ID,SW_DECOM",
            "sw_episodes.csv",
        ),
        _layout("DoLo", "CHILD,DOB,DOLO_START,DOLO_END", "CHILD,DOLO_START", "dolo.csv"),
    )
}
EXTRA_KINDS = tuple(kind for kind in LAYOUTS if kind not in (HEADER, EPISODES))


@dataclass(frozen=True, slots=True)
class Record:
    """A row of one table before any check: cells by column in capitals, blank ones may be absent."""

    kind: str
    file: str
    row: int
    cells: Mapping[str, str] = field(default_factory=dict)

    def get(self, column: str) -> str:
        """The cell, "" when the row has none."""
        return self.cells.get(column, "")


def kind_of(columns: Collection[str]) -> str:
    """The table a set of columns (in capitals) belongs to, "" for none of them.

    A header may lack columns that later or earlier years do not have, never those that tell tables apart.
    """
    present = set(columns)
    matches = [layout for layout in LAYOUTS.values() if present.issuperset(layout.telling)]
    best = max(matches, key=lambda layout: len(present.intersection(layout.columns)), default=None)
    return best.kind if best else ""
