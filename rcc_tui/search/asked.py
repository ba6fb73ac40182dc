"""What was asked for: words and filters, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rcc_tui.domain.needs import Needs

OLDEST = 18
MOST_PLACES = 10
MOST_WORDS = 16
NO_ORIGIN = "say where to measure from, for example: from SL1"


@dataclass(frozen=True, slots=True)
class Word:
    """One word to find.

    `unfinished`: still being typed; `literal`: quoted, so never corrected; `excluded`: written -word.
    """

    text: str
    unfinished: bool = False
    literal: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the query that could not be used: its text, and what to write instead."""

    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. Flags are None where not asked, True to require and False to leave out.

    `age` in years (None: any), `sex` F, M or empty, `siblings` the places needed together (0: not asked),
    `max_weekly` pence (None: any), `max_miles` miles from `origin` (an outcode), `by` an ISO date by which
    the place must be open, `hub` and `type` in lower case.
    """

    text: str = ""
    words: tuple[Word, ...] = ()
    age: int | None = None
    sex: str = ""
    siblings: int = 0
    max_weekly: int | None = None
    max_miles: float | None = None
    origin: str = ""
    by: str = ""
    hub: str = ""
    type: str = ""
    emergency: bool | None = None
    solo: bool | None = None
    own: bool | None = None
    stale: bool | None = None
    protected: bool | None = None
    problems: tuple[Problem, ...] = ()

    def filled(self, needs: Needs | None) -> Query:
        """The same query with the filters it does not name taken from a request.

        Price is left alone: a budget "in mind" ranks places, it hides none.
        """
        if needs is None:
            return self
        origin = self.origin or needs.home.upper()
        return replace(
            self,
            age=needs.age if self.age is None else self.age,
            sex=self.sex or (needs.sex if needs.sex in ("F", "M") else ""),
            siblings=self.siblings or (needs.places if needs.places > 1 else 0),
            origin=origin,
            max_miles=self.max_miles if self.max_miles is not None else (needs.max_miles or None),
            by=self.by or needs.needed_by,
            emergency=self.emergency if self.emergency is not None else (needs.emergency or None),
            solo=self.solo if self.solo is not None else (needs.alongside == "solo" or None),
            problems=tuple(p for p in self.problems if not (origin and p.message == NO_ORIGIN)),
        )
