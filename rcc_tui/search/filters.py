"""The filters of a query: each function tries to read one at a piece and says how many pieces it used.

None raises: what looks like a filter and cannot be read becomes a problem of the reader.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from rcc_tui.domain import money
from rcc_tui.domain.errors import RccError
from rcc_tui.search import days
from rcc_tui.search.asked import FLAGS, LET_GO, MOST_PLACES, OLDEST
from rcc_tui.search.named import named

if TYPE_CHECKING:
    from rcc_tui.search.pieces import Piece
    from rcc_tui.search.reading import Reader

ANY_OF = {field: name for name, field in LET_GO.items()}

_AGE = re.compile(r"([0-9]{1,3})(f|m|yo|y)?")
_MILES = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)(mi|mile|miles)?")
_SIBLINGS = re.compile(r"(?:sibs?|siblings)([0-9]{1,4})|([0-9]{1,4})(?:sibs?|siblings)")
_OUTCODE = re.compile(r"(?:[begl-nsw]|[a-z]{2})[0-9][a-z0-9]?")
# The second half never has C I K M O V, so `ox1 5mi` is a distance.
_INWARD = re.compile(r"[0-9][abd-hjlnp-uw-z]{2}")
_POSTCODE = re.compile(rf"((?:[begl-nsw]|[a-z]{{2}})[0-9][a-z0-9]?)({_INWARD.pattern})")
_INWARD_BEGUN = re.compile(r"[0-9][abdeghjlnp-uwxz]")  # an f or y after a number is an age
_SEXES = {"f": "F", "female": "F", "m": "M", "male": "M"}
_DAYS = {"now": 0, "today": 0, "tomorrow": 1}
_ONLY_WORDS = "only words, flags, type:, hub: and la: can be left out"


def read(reader: Reader, piece: Piece) -> int:
    """Read the filter at a piece, 0 where there is none."""
    if piece.name:
        return named(reader, piece, _FORMS)
    if not piece.bare:
        return _choice(reader, piece)
    forms = (_flag,) if piece.excluded else _SPELT
    return next((used for one in forms if (used := one(reader, piece))), 0)


def _choice(reader: Reader, piece: Piece) -> int:
    """Words may be alternatives, filters without a name may not."""
    if len(piece.values) > 1 and any(_is_filter(one.text) for one in piece.values if not one.quoted):
        reader.problem(piece.raw, "one at a time: only words, type:, hub: and la: can be alternatives")
        return 1
    return 0


def _is_filter(text: str) -> bool:
    low = text.casefold()
    age = _AGE.fullmatch(low)
    if low in FLAGS or low in _SEXES or low[:1] == "<" or (age and (age[2] or int(age[1]) <= OLDEST)):
        return True
    miles = _MILES.fullmatch(low)
    return bool(_SIBLINGS.fullmatch(low) or (miles and miles[2]))


def _flag(reader: Reader, piece: Piece) -> int:
    word = piece.bare
    if word in FLAGS:
        reader.set(word, not piece.excluded)
        return 1
    if piece.excluded:
        if _is_filter(word) or _POSTCODE.fullmatch(word) or _OUTCODE.fullmatch(word):
            reader.problem(piece.raw, _ONLY_WORDS)
            return 1
        return 0
    if word in _DAYS:
        reader.set("by", (reader.today + timedelta(days=_DAYS[word])).isoformat())
        return 1
    return 0


def _price(reader: Reader, piece: Piece) -> int:
    if piece.bare[:1] not in ("<", "£"):
        return 0
    used, amount, last = 1, piece.bare.lstrip("<="), piece
    following = reader.ahead(1)
    if not amount and following:
        used, amount, last = 2, following[0].bare, following[0]
    if not amount.strip("£") and reader.waits(last):
        return 1
    try:
        pence = money.parse_pounds(amount)
    except RccError:
        reader.problem(piece.raw, "not a price: write pounds a week, for example <1200")
        return 1
    if pence < 0:
        reader.problem(piece.raw, "a price is not negative")
    else:
        reader.set("max_weekly", pence)
    return used


def _siblings(reader: Reader, piece: Piece) -> int:
    used, match = 1, _SIBLINGS.fullmatch(piece.bare)
    if match is None:
        used, match = 2, _siblings_apart(reader, piece)
    if match is None:
        return 0
    places = int(match[1] or match[2])
    if 1 <= places <= MOST_PLACES:
        reader.set("siblings", places)
    else:
        reader.problem(piece.raw, f"a sibling group is 1 to {MOST_PLACES}")
    return used


def _siblings_apart(reader: Reader, piece: Piece) -> re.Match[str] | None:
    """`2 siblings` and `sib 2`: so few are no age."""
    following = reader.ahead(1)
    match = _SIBLINGS.fullmatch(piece.bare + following[0].bare) if following else None
    return match if match and 1 <= int(match[1] or match[2]) <= MOST_PLACES else None


def _miles(reader: Reader, piece: Piece) -> int:
    match = _MILES.fullmatch(piece.bare)
    if match is None:
        return 0
    following = reader.ahead(1)
    if match[2]:
        used = 1
    elif following and following[0].bare in ("mi", "mile", "miles"):
        used = 2
    else:
        return 0
    reader.set("max_miles", float(match[1]))
    return used


def _age(reader: Reader, piece: Piece) -> int:
    match = _AGE.fullmatch(piece.bare)
    if match is None:
        return 0
    age, suffix = int(match[1]), match[2]
    if age > OLDEST:
        if suffix is None:
            return 0
        reader.problem(piece.raw, f"ages run from 0 to {OLDEST}")
        return 1
    reader.set("age", age)
    if suffix in _SEXES:
        reader.set("sex", _SEXES[suffix])
    return 1


def _from(reader: Reader, piece: Piece) -> int:
    if piece.bare != "from":
        return 0
    following = reader.ahead(2)
    if not following:
        if not reader.waits(piece):
            reader.problem(piece.raw, "from where? Write a postcode or the first half of one")
        return 1
    used = _measured_from(reader, following[0].bare, following[1:])
    if used:
        return 1 + used
    if reader.waits(following[0]):
        return 2
    reader.problem(following[0].raw, "not a postcode: write SL1 or SL1 4XY")
    return 1


def _postcode(reader: Reader, piece: Piece) -> int:
    return _measured_from(reader, piece.bare, reader.ahead(1))


def _measured_from(reader: Reader, text: str, following: list[Piece]) -> int:
    whole = _POSTCODE.fullmatch(text)
    if whole is not None:
        reader.set("origin", whole[1].upper())
        return 1
    if _OUTCODE.fullmatch(text) is None:
        return 0
    reader.set("origin", text.upper())
    if not following:
        return 1
    after = following[0]
    begun = reader.waits(after) and _INWARD_BEGUN.fullmatch(after.bare)
    return 2 if begun or _INWARD.fullmatch(after.bare) else 1


def _sex(reader: Reader, piece: Piece) -> int:
    if piece.bare not in _SEXES:
        return 0
    reader.set("sex", _SEXES[piece.bare])
    return 1


_FORMS = {
    "age": _age,
    "sex": _sex,
    "sib": _siblings,
    "mi": _miles,
    "price": _price,
    "from": _postcode,
    "by": days.alone,
}
_SPELT = (_flag, _sex, _price, _siblings, _miles, _age, _from, _postcode, days.by)
