"""What was asked for: words and filters, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from rcc_tui.domain.needs import Needs

OLDEST = 18
MOST_PLACES = 10
MOST_WORDS = 16
NO_ORIGIN = "say where to measure from, for example: from SL1"
FLAGS = ("emergency", "solo", "own", "stale", "protected")
# The filters a request fills in, by the name that lets go of each: `age:any`.
LET_GO = {
    "age": "age",
    "sex": "sex",
    "sib": "siblings",
    "mi": "max_miles",
    "by": "by",
    "emergency": "emergency",
    "solo": "solo",
}
_NOBODY = Needs(age=-1, sex="", stay="")


@dataclass(frozen=True, slots=True)
class Word:
    """One word to find, or several side by side: `text` of a phrase has spaces in it.

    `unfinished`: still being typed; `literal`: quoted, so never corrected; `excluded`: written -word;
    `others` will do instead (`slough|reading`), they have no others themselves.
    """

    text: str
    unfinished: bool = False
    literal: bool = False
    excluded: bool = False
    others: tuple[Word, ...] = ()

    @property
    def each(self) -> tuple[Word, ...]:
        """The word and those that will do instead, each by itself."""
        return (replace(self, others=()), *self.others) if self.others else (self,)

    @property
    def said(self) -> str:
        """As people read it: a phrase in quotes, alternatives with “or” between them."""
        return " or ".join(f"“{one.text}”" if " " in one.text else one.text for one in self.each)


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the query that could not be used: its text, and what to write instead."""

    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Price:
    """What the tariffs say for one child: pence a week at these sellers (DfE codes) for a PLACE code."""

    sellers: tuple[str, ...]
    place: str
    weekly: int


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. Flags are None where not asked, True to require and False to leave out.

    `age` in years (None: any), `sex` F, M or empty, `siblings` the places needed together (0: not asked),
    `max_weekly` pence (None: any), `max_miles` miles from `origin` (an outcode), `by` an ISO date by which
    the place must be open. `hubs` are N or S, `types` PLACE codes or care types, `authorities` DfE codes: of
    several any will do, and nothing of the `not_` ones. `let_go` names fields that no request may fill in.
    `by_tariff` is no part of the text: what the tariffs ask for this child, by which `max_weekly` measures
    places without a price of their own.
    """

    text: str = ""
    words: tuple[Word, ...] = ()
    age: int | None = None
    sex: str = ""
    siblings: int = 0
    max_weekly: int | None = None
    by_tariff: tuple[Price, ...] = ()
    max_miles: float | None = None
    origin: str = ""
    by: str = ""
    hubs: tuple[str, ...] = ()
    not_hubs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    not_types: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    not_authorities: tuple[str, ...] = ()
    emergency: bool | None = None
    solo: bool | None = None
    own: bool | None = None
    stale: bool | None = None
    protected: bool | None = None
    let_go: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def filled(self, needs: Needs | None) -> Query:
        """The same query with the filters it neither names nor lets go of taken from a request.

        Price is left alone: a budget "in mind" ranks places, it hides none.
        """
        if needs is None:
            return self
        origin = self.origin or needs.home.upper()
        offered = {
            "age": needs.age if self.age is None else self.age,
            "sex": self.sex or (needs.sex if needs.sex in ("F", "M") else ""),
            "siblings": self.siblings or (needs.places if needs.places > 1 else 0),
            "max_miles": self.max_miles if self.max_miles is not None else (needs.max_miles or None),
            "by": self.by or needs.needed_by,
            "emergency": self.emergency if self.emergency is not None else (needs.emergency or None),
            "solo": self.solo if self.solo is not None else (needs.alongside == "solo" or None),
        }
        return replace(
            self,
            origin=origin,
            problems=tuple(p for p in self.problems if not (origin and p.message == NO_ORIGIN)),
            **{name: value for name, value in offered.items() if name not in self.let_go},  # type: ignore[arg-type]
        )

    def child(self, needs: Needs | None) -> Needs:
        """The child that places are judged for: the request's needs, with what the text says otherwise.

        Without a request as much of a child as the text tells: age -1, sex and stay empty where it is silent.
        """
        base = needs or _NOBODY
        return replace(
            base,
            age=base.age if self.age is None else self.age,
            sex=self.sex or base.sex,
            siblings=self.siblings or base.siblings,
            home=self.origin or base.home.upper(),
            max_miles=base.max_miles if self.max_miles is None else ceil(self.max_miles),
            needed_by=self.by or base.needed_by,
            emergency=bool(self.emergency) or base.emergency,
            alongside="solo" if self.solo else base.alongside,
        )
