"""The reader behind `query.parse`: cuts the line into pieces, which each kind of filter tries in turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rcc_tui.domain import money
from rcc_tui.domain.dates import parse_date
from rcc_tui.domain.errors import RccError
from rcc_tui.domain.vacancy import CARE_TYPES
from rcc_tui.search.asked import MOST_PLACES, MOST_WORDS, OLDEST, Problem, Query, Word
from rcc_tui.search.tokens import tokenise

_PIECE = re.compile(r'(-?)"([^"]*)("?)|(\S+)')
_AGE = re.compile(r"([0-9]{1,3})(f|m|yo|y)?")
_MILES = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)(mi|mile|miles)?")
_SIBLINGS = re.compile(r"(?:sibs?|siblings)([0-9]{1,4})|([0-9]{1,4})(?:sibs?|siblings)")
_OUTCODE = re.compile(r"(?:[begl-nsw]|[a-z]{2})[0-9][a-z0-9]?")
_POSTCODE = re.compile(r"((?:[begl-nsw]|[a-z]{2})[0-9][a-z0-9]?)([0-9][a-z]{2})")
_INWARD = re.compile(r"[0-9][a-z]{2}")
_YEAR = re.compile(r"[0-9]{4}")
_PLACE_CODE = re.compile(r"[a-z][0-9]{1,2}")
_SEXES = {"f": "F", "female": "F", "m": "M", "male": "M"}
_FLAGS = ("emergency", "solo", "own", "stale", "protected")
_SILENT = frozenset(["a", "an", "and", "at", "for", "in", "near", "of", "the", "to", "with", "within"])
_LONGEST_PIECE = 200


@dataclass(frozen=True, slots=True)
class _Piece:
    raw: str
    quoted: bool = False
    excluded: bool = False
    unfinished: bool = False

    @property
    def low(self) -> str:
        return "" if self.quoted else self.raw.casefold()


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    for match in _PIECE.finditer(text):
        minus, quoted, closing, bare = match.groups()
        last = match.end() == len(text)
        if bare is None:
            found.append(_Piece(quoted, True, minus == "-", last and not closing))
        else:
            found.append(_Piece(bare[:_LONGEST_PIECE], False, bare.startswith("-"), last))
    return found


class Reader:
    """Reads one line, once. Filters named twice: the last one counts, so typing on corrects."""

    def __init__(self, text: str, today: date) -> None:
        self._text = text
        self._today = today
        self._pieces = _pieces(text)
        self._at = 0
        self._found: dict[str, Any] = {}
        self._words: list[Word] = []
        self._problems: list[Problem] = []

    def read(self) -> Query:
        """The query; every text has one."""
        readers: tuple[Callable[[_Piece], int], ...] = (
            self._flag,
            self._price,
            self._siblings,
            self._miles,
            self._age,
            self._from,
            self._postcode,
            self._by,
            self._named,
        )
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            used = 0 if piece.quoted else next((n for n in (reader(piece) for reader in readers) if n), 0)
            if not used:
                self._word(piece)
                used = 1
            self._at += used
        return Query(text=self._text, words=self._kept_words(), problems=tuple(self._problems), **self._found)

    def _peek(self, ahead: int = 1) -> _Piece | None:
        place = self._at + ahead
        if place >= len(self._pieces) or self._pieces[place].quoted:
            return None
        return self._pieces[place]

    def _problem(self, piece: _Piece, message: str) -> None:
        self._problems.append(Problem(piece.raw, message))

    def _flag(self, piece: _Piece) -> int:
        name = piece.low.removeprefix("-")
        if name in _FLAGS:
            self._found[name] = not piece.excluded
            return 1
        if piece.low in ("now", "today"):
            self._found["by"] = self._today.isoformat()
            return 1
        if piece.low in _SEXES:
            self._found["sex"] = _SEXES[piece.low]
            return 1
        return 0

    def _price(self, piece: _Piece) -> int:
        if piece.low[:1] not in ("<", "£"):
            return 0
        used, amount = 1, piece.low.lstrip("<=")
        following = self._peek()
        if not amount and following is not None:
            used, amount = 2, following.low
        if not amount.strip("£") and piece.unfinished:
            return 1
        try:
            pence = money.parse_pounds(amount)
        except RccError:
            self._problem(piece, "not a price: write pounds a week, for example <1200")
            return used if used == 1 else 1
        if pence < 0:
            self._problem(piece, "a price is not negative")
        else:
            self._found["max_weekly"] = pence
        return used

    def _siblings(self, piece: _Piece) -> int:
        match = _SIBLINGS.fullmatch(piece.low)
        if match is None:
            return 0
        places = int(match[1] or match[2])
        if 1 <= places <= MOST_PLACES:
            self._found["siblings"] = places
        else:
            self._problem(piece, f"a sibling group is 1 to {MOST_PLACES}")
        return 1

    def _miles(self, piece: _Piece) -> int:
        match = _MILES.fullmatch(piece.low)
        if match is None:
            return 0
        following = self._peek()
        if match[2]:
            used = 1
        elif following is not None and following.low in ("mi", "mile", "miles"):
            used = 2
        else:
            return 0
        self._found["max_miles"] = float(match[1])
        return used

    def _age(self, piece: _Piece) -> int:
        match = _AGE.fullmatch(piece.low)
        if match is None:
            return 0
        age, suffix = int(match[1]), match[2]
        if age > OLDEST:
            if suffix is None:
                return 0
            self._problem(piece, f"ages run from 0 to {OLDEST}")
            return 1
        self._found["age"] = age
        if suffix in _SEXES:
            self._found["sex"] = _SEXES[suffix]
        return 1

    def _from(self, piece: _Piece) -> int:
        if piece.low != "from":
            return 0
        following = self._peek()
        if following is None:
            if not piece.unfinished:
                self._problem(piece, "from where? Write a postcode or the first half of one")
            return 1
        self._at += 1
        used = self._postcode(following)
        self._at -= 1
        if not used and not following.unfinished:
            self._problem(following, "not a postcode: write SL1 or SL1 4XY")
        if not used and following.unfinished:
            return 2
        return 1 + used

    def _postcode(self, piece: _Piece) -> int:
        whole = _POSTCODE.fullmatch(piece.low)
        if whole is not None:
            self._found["origin"] = whole[1].upper()
            return 1
        if _OUTCODE.fullmatch(piece.low) is None:
            return 0
        self._found["origin"] = piece.raw.upper()
        following = self._peek()
        return 2 if following is not None and _INWARD.fullmatch(following.low) else 1

    def _by(self, piece: _Piece) -> int:
        if piece.low != "by":
            return 0
        following = [ahead for ahead in (self._peek(1), self._peek(2), self._peek(3)) if ahead is not None]
        if len(following) == 3 and _YEAR.fullmatch(following[2].low) is None:
            following.pop()  # "by 3 dec 12 f": 12 is an age, not a year
        for size in range(len(following), 0, -1):
            day = self._date(" ".join(part.raw for part in following[:size]))
            if day is not None:
                self._found["by"] = day.isoformat()
                return 1 + size
        still_typing = following[-1].unfinished if following else piece.unfinished
        if not still_typing:
            self._problem(piece, "by which day? For example: by 3 dec")
        return 1 + (len(following) if still_typing else 0)

    def _date(self, text: str) -> date | None:
        try:
            return parse_date(text, self._today, "by")
        except RccError:
            return None

    def _named(self, piece: _Piece) -> int:
        name, colon, value = piece.low.partition(":")
        if not colon or name not in ("hub", "type"):
            return 0
        if not value:
            if not piece.unfinished:
                example = "hub:north" if name == "hub" else "type:K2"
                self._problem(piece, f"which {name}? For example {example}")
        elif name == "hub":
            self._found["hub"] = value
        else:
            self._type(piece, value)
        return 1

    def _type(self, piece: _Piece, value: str) -> None:
        if _PLACE_CODE.fullmatch(value):
            self._found["type"] = value
            return
        fitting = [care for care in CARE_TYPES if care.startswith(value)]
        if len(fitting) == 1:
            self._found["type"] = fitting[0]
        elif not piece.unfinished:
            self._problem(piece, "not a type: write a code such as K2, or one of " + ", ".join(CARE_TYPES))

    def _word(self, piece: _Piece) -> None:
        parts = tokenise(piece.raw)
        for number, part in enumerate(parts, start=1):
            unfinished = piece.unfinished and not piece.quoted and number == len(parts)
            self._words.append(Word(part, unfinished, piece.quoted, piece.excluded))

    def _kept_words(self) -> tuple[Word, ...]:
        seen: dict[tuple[str, bool], Word] = {}
        for word in self._words:
            if word.literal or word.excluded or word.text not in _SILENT:
                seen[(word.text, word.excluded)] = word
        kept = tuple(seen.values())
        if len(kept) > MOST_WORDS:
            dropped = " ".join(word.text for word in kept[MOST_WORDS:])
            self._problems.append(Problem(dropped[:40], f"only the first {MOST_WORDS} words are looked for"))
        return kept[:MOST_WORDS]
