"""The SSDA903 return as XML: one EXPSSDA903 of CHILD elements, each a HEADER and its EPISODEs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from rcc_tui.domain.errors import Refused
from rcc_tui.interop.files import read_text
from rcc_tui.interop.ssda903_layout import EPISODES, EXTRA_KINDS, HEADER, LAYOUTS, UASC, Record

MAX_DEPTH = 12
_CHUNK = 65_536
_DECLARES = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RENAMED = {"CHILDID": "CHILD", "PL": "PLACE"}
# UASC and DUC stand in the XML's HEADER, so they reach a child with its header row.
_EXTRAS = {kind: LAYOUTS[kind] for kind in EXTRA_KINDS if kind != UASC}
_SHARED = ("CHILD", "DOB")


def read_xml(path: Path, file: str = "") -> list[Record]:
    """The records of a return in XML, in document order.

    A record's `row` is its number among those of its kind in the file, `file` the name it goes by (the
    path's own unless given). Raises `Refused` on anything that
    is not a well-formed EXPSSDA903 document, and before parsing on one that declares a DTD or entities.
    """
    text = read_text(path)
    if _DECLARES.search(text):
        raise Refused(
            f"{path.name} declares a document type or entities; such XML is never read.",
            where=str(path),
            hint="Export the return again from the case system.",
        )
    records: list[Record] = []
    seen: Counter[str] = Counter()
    try:
        for child in _children(text, path):
            for kind, cells in _records_of(child):
                seen[kind] += 1
                records.append(Record(kind, file or path.name, seen[kind], cells))
    except (ET.ParseError, ValueError) as error:
        raise Refused(
            f"{path.name} is not well-formed XML: {error}.",
            where=str(path),
            hint="Export the return again from the case system.",
        ) from error
    return records


def _children(text: str, path: Path) -> Iterator[ET.Element]:
    """Each CHILD element as soon as it is whole, so that memory holds one child at a time."""
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(events=("start", "end"))
    open_elements: list[ET.Element] = []
    for at in range(0, len(text), _CHUNK):
        parser.feed(text[at : at + _CHUNK])
        for found in parser.read_events():
            event, element = found[0], found[-1]
            if not isinstance(element, ET.Element):
                continue
            if event == "start":
                open_elements.append(element)
                _check_shape(open_elements, path)
            else:
                open_elements.pop()
                if len(open_elements) == 1:
                    if _name(element) == "CHILD":
                        yield element
                    open_elements[0].clear()
    parser.close()


def _check_shape(open_elements: list[ET.Element], path: Path) -> None:
    if _name(open_elements[0]) != "EXPSSDA903":
        raise Refused(
            f"{path.name} is XML, but not an SSDA903 return: it begins with {_name(open_elements[0])[:40]}.",
            where=str(path),
            hint="The outermost element of a return is EXPSSDA903.",
        )
    if len(open_elements) > MAX_DEPTH:
        raise Refused(f"{path.name} nests deeper than any SSDA903 return.", where=str(path))


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2].upper()


def _leaves(element: ET.Element) -> dict[str, str]:
    """The values that stand directly in an element, the names as the CSV spells them."""
    cells: dict[str, str] = {}
    for inner in element:
        if len(inner) == 0:
            name = _name(inner)
            cells.setdefault(_RENAMED.get(name, name), (inner.text or "").strip())
    return cells


def _records_of(child: ET.Element) -> Iterator[tuple[str, Mapping[str, str]]]:
    headers = [element for element in child if _name(element) == "HEADER"]
    identifier = _leaves(headers[0]).get("CHILD", "") if headers else ""
    for element in headers:
        header = _leaves(element)
        yield HEADER, header
        yield from _extras_of(element, header)
    for element in child:
        if _name(element) == "EPISODE":
            yield EPISODES, {**_leaves(element), "CHILD": identifier}


def _extras_of(element: ET.Element, header: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The other tables: groups inside the HEADER, and those whose values stand in it directly."""
    about = {name: header.get(name, "") for name in _SHARED}
    yield from ((kind, {**about, **cells}) for kind, cells in _groups(header, about))
    for inner in element:
        if len(inner):
            yield from ((kind, {**about, **cells}) for kind, cells in _groups(_leaves(inner), about))


def _groups(cells: Mapping[str, str], about: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for kind, layout in _EXTRAS.items():
        own = {column: cells[column] for column in layout.columns if column in cells and column not in about}
        if any(own.values()):
            yield kind, own
