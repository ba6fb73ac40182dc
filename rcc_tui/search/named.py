"""The filters with a name and a colon: `type:K2|foster`, `-hub:north`, `la:slough`, `age:any`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from rcc_tui.domain.codes import PLACE
from rcc_tui.domain.vacancy import CARE_TYPES
from rcc_tui.search.asked import FLAGS, LET_GO
from rcc_tui.search.pieces import Piece, Value

if TYPE_CHECKING:
    from rcc_tui.search.reading import Reader

# The filters that are also known by their form, and how a value of theirs is written then.
_FORMS = {"age": "{}", "sex": "{}", "sib": "sib{}", "mi": "{}mi", "price": "<{}", "from": "{}", "by": "{}"}
_LIKE = {"age": "12", "sex": "f", "sib": "2", "mi": "20", "price": "1200", "from": "SL1", "by": "2026-12-03"}
_ALSO = {"authority": "la", "siblings": "sib", "sibs": "sib", "miles": "mi", "weekly": "price"}
NAMED = ("type", "hub", "la", *_FORMS, *FLAGS)
_EXAMPLES = {"type": "type:K2", "hub": "hub:north", "la": "la:slough"}
_CODES = tuple(code for codes in CARE_TYPES.values() for code in codes)
_LONGEST_NAME = 5  # more pieces an authority's name may take: `la:royal borough of windsor and maidenhead`
_YES_NO = {"yes": True, "y": True, "no": False, "n": False}

_Forms = Mapping[str, Callable[["Reader", Piece], int]]


def named(reader: Reader, piece: Piece, forms: _Forms) -> int:
    """Read a piece with a name. `forms` read the filters that are also known by their form."""
    name = _ALSO.get(piece.name, piece.name)
    if name not in NAMED:
        reader.problem(piece.raw, _no_such(piece.name))
        return 1
    if not any(value.text for value in piece.values):
        if not reader.waits(piece):
            reader.problem(piece.raw, f"which {name}? For example {_EXAMPLES.get(name, name + ':any')}")
        return 1
    if name in _EXAMPLES:
        return _listed(reader, piece, name)
    if piece.excluded or len(piece.values) > 1:
        reader.problem(piece.raw, "takes one value and cannot be left out")
        return 1
    return _single(reader, piece, name, forms)


def _no_such(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, (*NAMED, *_ALSO), n=1)
    known = f"did you mean {near[0]}:?" if near else f"there are {':, '.join(NAMED[:10])}:"
    return f"there is no filter {name}: – {known}"


def _single(reader: Reader, piece: Piece, name: str, forms: _Forms) -> int:
    value = piece.values[0].text.casefold()
    if value == "any" and name in LET_GO:
        reader.let_go(LET_GO[name])
        return 1
    if name in FLAGS:
        if value in _YES_NO:
            reader.set(name, _YES_NO[value])
        elif not _begins(reader, piece, value, (*_YES_NO, "any")):
            reader.problem(
                piece.raw, f"write {name}, -{name}" + (f" or {name}:any" if name in LET_GO else "")
            )
        return 1
    number = value.removeprefix("<").replace(".", "").isdecimal()
    text = _FORMS[name].format(value.removeprefix("<")) if number else value
    used = forms[name](reader, replace(piece, name="", values=(Value(text),)))
    if not used and not reader.waits(piece):
        reader.problem(piece.raw, f"not read as {name}: for example {name}:{_LIKE[name]}")
    return used or 1


def _begins(reader: Reader, piece: Piece, value: str, known: tuple[str, ...]) -> bool:
    return reader.waits(piece) and any(one.startswith(value) for one in known)


def _listed(reader: Reader, piece: Piece, name: str) -> int:
    """A filter that takes several values."""
    used = 1
    if name == "type":
        field, found = "types", _values(reader, piece, name, _type)
    elif name == "hub":
        field, found = "hubs", _values(reader, piece, name, _hub)
    else:
        field = "authorities"
        used, piece = _with_following(reader, piece)
        found = _values(reader, piece, name, _authority)
    if found and piece.excluded:
        reader.leave_out("not_" + field, found)
    elif found:
        reader.set(field, found)
    return used


_Read = Callable[["Reader", Piece, str], tuple[str, ...]]


def _values(reader: Reader, piece: Piece, name: str, read: _Read) -> tuple[str, ...]:
    found = [one for value in piece.values if value.text for one in read(reader, piece, value.text)]
    return tuple(dict.fromkeys(found))


def _type(reader: Reader, piece: Piece, text: str) -> tuple[str, ...]:
    low, code = text.casefold(), text.upper()
    if code in _CODES:
        return (code,)
    fitting = [care for care in CARE_TYPES if care.startswith(low)]
    if len(fitting) == 1:
        return (fitting[0],)
    if not _begins(reader, piece, low, (*CARE_TYPES, *(one.casefold() for one in _CODES))):
        kinds = ", ".join(CARE_TYPES)
        if code in PLACE:
            message = f"{code} is “{PLACE[code]}”: no vacancy is of that type; write K2 or one of {kinds}"
        else:
            message = f"not a type: write a code such as K2, or one of {kinds}"
        reader.problem(f"type:{text}", message)
    return ()


def _hub(reader: Reader, piece: Piece, text: str) -> tuple[str, ...]:
    hub = reader.names.hub(text)
    if hub:
        return (hub,)
    if not _begins(reader, piece, text.casefold(), (*reader.names.hubs, "hub-")):
        reader.problem(f"hub:{text}", "no such hub: write " + " or ".join(reader.names.hubs))
    return ()


def _authority(reader: Reader, piece: Piece, text: str) -> tuple[str, ...]:
    names = reader.names
    found = names.called(text) or names.beginning(text)
    if not found:
        near = names.like(text)
        hint = f"did you mean {near}?" if near else "write its name, trust, short form or DfE code"
        reader.problem(f"la:{text}", f"no such authority: {hint}")
    return found


def _with_following(reader: Reader, piece: Piece) -> tuple[int, Piece]:
    """An authority's name may go on after a space: `la:w sussex`, `la:milton keynes`."""
    last = piece.values[-1]
    if last.quoted:
        return 1, piece
    following = list(takewhile(_in_a_name, reader.ahead(_LONGEST_NAME)))
    for size in range(len(following), 0, -1):
        whole = " ".join((last.text, *(part.raw for part in following[:size])))
        if reader.names.called(whole):
            values = (*piece.values[:-1], Value(whole))
            return 1 + size, replace(piece, values=values, unfinished=following[size - 1].unfinished)
    return 1, piece


def _in_a_name(piece: Piece) -> bool:
    return piece.bare == "&" or any(map(str.isalnum, piece.bare))
