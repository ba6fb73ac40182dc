"""A typed line cut into pieces: at spaces, but not inside quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LONGEST = 1000  # characters of a line that are read
_LONGEST_VALUE = 200

_ONE = r'(?:"[^"]*(?:"|\Z)|[^\s|"][^\s|]*)'
_PIECE = re.compile(
    rf"(?=\S)(?P<minus>[-–−]?)(?:(?P<name>[A-Za-z][A-Za-z-]*):)?(?P<values>{_ONE}?(?:\|{_ONE}?)*)"
)
_VALUE = re.compile(r'"(?P<quoted>[^"]*)(?P<closed>"|\Z)|[^\s|"][^\s|]*')


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values of a piece."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the line: `-name:value|value`, every part but one value optional.

    `raw` is the text from `start` to `end`; `name` is in lower case without its colon; `unfinished` means
    that the line ends with it, so that it may still be being typed. `bare` is the one unquoted value in lower
    case, empty where there is a name, a quote or a choice.
    """

    raw: str
    start: int
    end: int
    values: tuple[Value, ...]
    name: str = ""
    excluded: bool = False
    unfinished: bool = False
    bare: str = field(init=False)

    def __post_init__(self) -> None:
        plain = not self.name and len(self.values) == 1 and not self.values[0].quoted
        object.__setattr__(self, "bare", self.values[0].text.casefold() if plain else "")


def pieces(line: str) -> list[Piece]:
    """The pieces of a line, in order; of a line beyond `LONGEST` only the beginning."""
    line = line[:LONGEST]
    found: list[Piece] = []
    for match in _PIECE.finditer(line):
        values, closed = [], False
        for one in _VALUE.finditer(match["values"]):
            quoted = one["quoted"]
            closed = quoted is not None and one["closed"] == '"'
            text = one[0] if quoted is None else quoted
            values.append(Value(text[:_LONGEST_VALUE], quoted is not None))
        found.append(
            Piece(
                match[0],
                match.start(),
                match.end(),
                tuple(values),
                (match["name"] or "").casefold(),
                bool(match["minus"]),
                match.end() == len(line) and not closed,
            )
        )
    return found
