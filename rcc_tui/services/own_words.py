"""Abbreviations: those that ship, and those a person adds in a file of their own."""

from __future__ import annotations

import csv
from pathlib import Path

import fixtures
from rcc_tui.search.tokens import tokenise

FILE = "synonyms.csv"
_MOST_LINES = 2_000
_MOST_BYTES = 500_000
_LONGEST = 100
_MOST_SAID = 5


def known_words(folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Abbreviations in lower case → what they stand for; and what is wrong with the person's own list.

    The list is `synonyms.csv` in `folder`, two columns like the one that ships: short, meaning. It adds, and
    may say otherwise. A line that cannot be used is named and the others count; no list is no problem.
    """
    own, problems = _own(folder / FILE)
    if len(problems) > _MOST_SAID:
        problems = [*problems[:_MOST_SAID], f"{FILE}: {len(problems) - _MOST_SAID} more lines are off"]
    return {**fixtures.synonyms(), **own}, tuple(problems)


def _own(file: Path) -> tuple[dict[str, str], list[str]]:
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [f"{FILE}: cannot be read ({error.strerror or type(error).__name__})"]
    if len(data) > _MOST_BYTES:
        return {}, [f"{FILE}: longer than {_MOST_BYTES:,} bytes, left out"]
    lines = data.decode("utf-8-sig", "replace").replace("\0", "").splitlines()
    found: dict[str, str] = {}
    problems: list[str] = []
    if len(lines) > _MOST_LINES:
        problems.append(f"{FILE}: only the first {_MOST_LINES:,} lines count")
    for number, line in enumerate(lines[:_MOST_LINES], start=1):
        if not line.strip() or line.lstrip().startswith("#") or (number == 1 and _is_head(line)):
            continue
        wrong = _take(line, found)
        if wrong:
            problems.append(f"{FILE} line {number}: {wrong}")
    return found, problems


def _is_head(line: str) -> bool:
    return [cell.strip().casefold() for cell in line.split(",")[:2]] == ["short", "meaning"]


def _take(line: str, found: dict[str, str]) -> str:
    """Take one line in; what is wrong with it, empty where nothing is."""
    try:
        (cells,) = csv.reader([line])
    except (csv.Error, ValueError):
        return "not read as two columns"
    if len(cells) != 2:
        return f"{len(cells)} columns, not two: short,meaning"
    short, meaning = tokenise(cells[0]), tokenise(cells[1])
    if len(short) != 1 or len(short[0]) > _LONGEST:
        return "the abbreviation must be one word"
    if not meaning or len(cells[1]) > _LONGEST:
        return f"the meaning must be words, at most {_LONGEST} characters"
    if short[0] in found:
        return f"“{short[0]}” is there already"
    if "�" in cells[0] + cells[1]:
        return "not UTF-8"
    found[short[0]] = " ".join(meaning)
    return ""
