"""Changes to the text of a query. The text is the one state of a search: whatever a key does, it writes here.

Every function takes a line and gives a line, and changes only what it names: the rest is read as before (a
word that is still being typed stays so). `names` are those of the region's authorities, as for `parse`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from rcc_tui.domain.errors import UsageError
from rcc_tui.search.asked import FLAGS, LET_GO, Query
from rcc_tui.search.names import Names, shipped
from rcc_tui.search.pieces import Piece, Value, pieces
from rcc_tui.search.reading import Mark, Reader
from rcc_tui.search.tokens import tokenise

# The field of a query that each filter sets, by the name it has here.
FILTERS: dict[str, str] = {
    "age": "age",
    "sex": "sex",
    "siblings": "siblings",
    "price": "max_weekly",
    "miles": "max_miles",
    "from": "origin",
    "by": "by",
    "type": "types",
    "hub": "hubs",
    "la": "authorities",
    "-type": "not_types",
    "-hub": "not_hubs",
    "-la": "not_authorities",
    **{flag: flag for flag in FLAGS},
}
ANY = "any"
_ANY_OF = {field: f"{short}:{ANY}" for short, field in LET_GO.items()}
_SOME_DAY = date(2024, 1, 1)  # which stretch of a line is a date does not depend on the day

FilterValue = str | float | bool | Sequence[str]


def with_filter(text: str, name: str, value: FilterValue, names: Names | None = None) -> str:
    """The line with a filter (one of `FILTERS`) set to a value, in place of what it said before.

    `age` years, `sex` F or M, `siblings` places, `price` pence a week, `miles`, `from` an outcode, `by` an
    ISO date; `type`, `hub`, `la` (and left out: `-type`, `-hub`, `-la`) one value or several; flags True or
    False. `ANY` lets go of what a request says. Raises UsageError for another name.
    """
    names = names or shipped()
    field = _field(name)
    written = _written(field, value, names)
    rest, marks = _read(text, names)
    mine = [mark for mark in marks if field in mark.fields]
    line = pieces(text)
    if mine:
        places = [mark.start for mark in mine]
    elif line and line[-1].unfinished and rest.words and rest.words[-1].unfinished:
        places = [line[-1].start]
    else:
        places = []
    tries = [_put(text, mine, place, field, written, names) for place in (*places, len(text), 0)]
    meant, others = _said(_read(written, names)[0], field), _others(rest, field)
    reads = [(one, _read(one, names)[0]) for one in tries]
    heard = [(one, query) for one, query in reads if _said(query, field) == meant] or reads
    return next((one for one, query in heard if _others(query, field) == others), heard[0][0])


def without_filter(text: str, name: str, names: Names | None = None) -> str:
    """The line without a filter (one of `FILTERS`); a line that has none of it stays as it is."""
    names = names or shipped()
    field = _field(name)
    return _without(text, [mark for mark in _read(text, names)[1] if field in mark.fields], field, names)


def toggled(text: str, name: str, value: str, names: Names | None = None) -> str:
    """The line with a value of `type`, `hub` or `la` added to those asked for, or taken out of them."""
    names = names or shipped()
    field = _field(name)
    query, _ = _read(text, names)
    before = getattr(query, field)
    if not isinstance(before, tuple):
        raise UsageError(f"{name} takes one value.", where="filter")
    after = tuple(one for one in before if one != value) if value in before else (*before, value)
    return with_filter(text, name, after, names) if after else without_filter(text, name, names)


def take_back(text: str, typed: str) -> str:
    """The line with every bare word `typed` quoted, which makes it literal: a correction taken back."""
    return _respelt(text, typed, quoted=False)


def correct_again(text: str, typed: str) -> str:
    """The line with every quoted word `typed` bare again: the reverse of `take_back`."""
    return _respelt(text, typed, quoted=True)


def quoted_words(text: str) -> tuple[str, ...]:
    """The single words that are quoted, as typed: those that `correct_again` can be asked for."""
    found = (
        value.text
        for piece in pieces(text)
        for value in piece.values
        if value.quoted and not piece.name and len(tokenise(value.text)) == 1
    )
    return tuple(dict.fromkeys(found))


def _field(name: str) -> str:
    if name not in FILTERS:
        raise UsageError(f"“{name}” is no filter.", where="filter", hint=f"One of {', '.join(FILTERS)}.")
    return FILTERS[name]


def _read(text: str, names: Names) -> tuple[Query, list[Mark]]:
    reader = Reader(text, _SOME_DAY, names)
    return reader.read(), reader.marks


def _said(query: Query, field: str) -> tuple[object, bool]:
    """What the query says of one field."""
    return getattr(query, field), field in query.let_go


def _others(query: Query, field: str) -> dict[str, object]:
    """Everything the query says beside one field."""
    said = {one.name: getattr(query, one.name) for one in fields(query)}
    for name in ("text", "problems", field):
        del said[name]
    said["let_go"] = query.let_go - {field}
    return said


def _put(text: str, mine: list[Mark], place: int, field: str, written: str, names: Names) -> str:
    """The line with `written` at a place and without the marks of the same filter."""
    before = _without(text[:place], [mark for mark in mine if mark.end <= place], field, names)
    later = [mark for mark in mine if mark.start >= place]
    moved = [Mark(mark.start - place, mark.end - place, mark.values) for mark in later]
    after = _without(text[place:], moved, field, names)
    finished = text[-1:].isspace()
    if before and not before[-1].isspace():
        before += " "
    return f"{before}{written} {after.lstrip()}" if after.strip() or finished else before + written


def _without(text: str, marks: list[Mark], field: str, names: Names) -> str:
    for mark in reversed(marks):
        kept = " ".join(_written(name, value, names) for name, value in mark.values if name != field)
        before, after = text[: mark.start], text[mark.end :]
        if not kept and (not before or before[-1].isspace()):
            after = after.lstrip() if not before else after[1:]
        text = before + kept + after
    return text


def _written(field: str, value: Any, names: Names) -> str:
    """A filter as it stands in a line."""
    if value == ANY and field in _ANY_OF:
        return _ANY_OF[field]
    if field in FLAGS:
        return field if value else f"-{field}"
    if field == "max_weekly":
        pounds, pence = divmod(int(value), 100)
        return f"<{pounds}.{pence:02d}" if pence else f"<{pounds}"
    plain = {"age": "{}", "siblings": "sib{}", "max_miles": "{:g}mi", "origin": "from {}", "by": "by {}"}
    if field in plain:
        return plain[field].format(value)
    if field == "sex":
        return str(value).lower()
    minus, name = next((one[:1] == "-", one.lstrip("-")) for one, of in FILTERS.items() if of == field)
    values = (value,) if isinstance(value, str) else tuple(value)
    said = "|".join(_quoted(_called(name, one, names)) for one in values)
    return f"{'-' if minus else ''}{name}:{said}"


def _called(name: str, value: str, names: Names) -> str:
    """A value as people write it, where that means the same."""
    if name == "hub":
        return names.hub_name(value)
    if name == "la" and names.called(names.of(value)) == (value,):
        return names.of(value).casefold()
    return value


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _respelt(text: str, typed: str, *, quoted: bool) -> str:
    """The line with the words `typed` that are quoted or not made the other."""
    line = list(text)
    for piece in reversed(pieces(text)):
        if not piece.name:
            line[piece.start : piece.end] = _turned(piece, tokenise(typed), quoted)
    return "".join(line)


def _turned(piece: Piece, typed: list[str], quoted: bool) -> str:
    whole = quoted or piece.excluded  # what is left out is never corrected, and is left out as one
    if not any(value.quoted is quoted and _holds(value, typed, whole) for value in piece.values):
        return piece.raw
    minus = "-" if piece.excluded else ""
    if len(piece.values) == 1 and not quoted:
        return minus + " ".join(_split(piece.values[0], typed))
    turned = (
        Value(one.text, not quoted) if one.quoted is quoted and tokenise(one.text) == typed else one
        for one in piece.values
    )
    return minus + "|".join(f'"{one.text}"' if one.quoted else one.text for one in turned)


def _holds(value: Value, typed: list[str], whole: bool) -> bool:
    words = tokenise(value.text)
    return words == typed or (not whole and len(typed) == 1 and typed[0] in words)


def _split(value: Value, typed: list[str]) -> Iterator[str]:
    """A bare value with the word quoted: `self-hrm` becomes `self "hrm"`."""
    words = tokenise(value.text)
    if words == typed:
        yield f'"{value.text}"'
        return
    for word in words:
        yield f'"{word}"' if [word] == typed else word
