"""The only door from data to the screen.

Stored and imported text may hold markup, terminal escapes, bidirectional overrides or characters that
take no room. Here it becomes `Content` (or `Text` for Line-API widgets) that shows such characters
instead of obeying them, and that never is parsed as markup.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.content import Content

Align = Literal["left", "right"]

ELLIPSIS = "…"
MARKS_IN_A_ROW = 4
"""More combining marks than this on one letter are shown as escapes: they would spill over other lines."""

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks by category, yet drawn as nothing: fillers, the grapheme joiner, variation selectors.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def _is_selector(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF or 0x180B <= point <= 0x180F


def _escape(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    point = ord(char)
    return f"\\x{point:02x}" if point < 0x100 else f"<U+{point:04X}>"


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    hidden = unicodedata.category(char) in _HIDDEN_CATEGORIES
    return _escape(char) if hidden or char in _INVISIBLE or _is_selector(ord(char)) else char


def clean(text: str, *, newlines: bool = False) -> str:
    """Text with every character that a terminal would obey, or hide, written out.

    Control characters become `\\x1b`, others `<U+202E>`. With `newlines`, line ends are kept (as `\\n`).
    Text that needs nothing comes back unchanged.
    """
    if text.isascii() and text.isprintable():
        return text
    if newlines:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(clean(line) for line in lines)
    out: list[str] = []
    marks = 0
    for char in text:
        shown = _shown(char)
        if shown == char and unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
            shown = char if marks <= MARKS_IN_A_ROW else _escape(char)
        else:
            marks = 0
        out.append(shown)
    return "".join(out)


def safe(text: object, style: str = "", *, newlines: bool = False) -> Content:
    """Data as `Content`: literal, cleaned, in one style (a Textual style such as `bold $error`).

    `Content` made elsewhere passes if it is clean; otherwise it loses its styles and is cleaned.
    """
    if isinstance(text, Content):
        cleaned = clean(text.plain, newlines=newlines)
        return text if cleaned == text.plain else Content.styled(cleaned, style)
    cleaned = clean(str(text), newlines=newlines)
    return Content.styled(cleaned, style, strip_control_codes=False)


def rich_safe(text: object, style: str = "") -> Text:
    """Data as Rich `Text` on one line: literal and cleaned."""
    return Text(clean(str(text)), style=style, no_wrap=True, end="")


def join(*parts: Content | tuple[str, str] | str) -> Content:
    """One `Content` of several: each part a `Content`, a `(text, style)`, or plain data."""
    made = [safe(part[0], part[1]) if isinstance(part, tuple) else safe(part) for part in parts]
    return Content("").join(made)


def cell_width(text: str) -> int:
    """Terminal cells that the text takes once it is cleaned (wide characters two, combining marks none)."""
    return cell_len(clean(text))


def fit_cell(text: str, width: int, align: Align = "left") -> str:
    """Cleaned text in exactly `width` cells: padded on the far side, or cut with an ellipsis.

    Right-aligned text is cut at its end too, so that a figure never loses its first digits unseen.
    """
    if width <= 0:
        return ""
    # No character takes less than a cell but for marks, of which few follow a letter: the rest is not seen.
    shown = clean(text[: (width + 2) * (MARKS_IN_A_ROW + 1)])
    taken = cell_len(shown)
    if taken > width:
        return set_cell_size(shown, width - 1) + ELLIPSIS
    if align == "right":
        return " " * (width - taken) + shown
    return shown + " " * (width - taken)


def fit_content(content: Content, width: int, align: Align = "left") -> Content:
    """As `fit_cell`, for styled content; its styles stay."""
    if width <= 0:
        return Content("")
    content = safe(content)
    taken = content.cell_length
    if taken > width:
        return content.truncate(width, ellipsis=True)
    gap = width - taken
    return content.pad_left(gap) if align == "right" else content.pad_right(gap)
