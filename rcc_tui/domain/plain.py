"""Plain text that a terminal or a printer is safe with: what would steer it is written out.

Stored text may come from anywhere, so nothing in it that a terminal would obey reaches one.
"""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, *, newlines: bool = False) -> str:
    """The text with control, bidirectional and unassigned characters written out, as `\\x1b`, `<U+202E>`.

    With `newlines` line ends are kept.
    """
    if text.isprintable() and text.isascii():
        return text
    return "".join(_shown(char, newlines) for char in text)


def _shown(char: str, newlines: bool) -> str:
    if unicodedata.category(char) not in _HIDDEN or (newlines and char == "\n"):
        return char
    point = ord(char)
    return f"\\x{point:02x}" if point < 0x100 else f"<U+{point:04X}>"


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def wrapped(text: str, columns: int) -> list[str]:
    """Clean text in lines of at most so many columns, broken at spaces; longer words are broken too."""
    lines = [""]
    for word in clean(text).split():
        if lines[-1] and width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] += f" {word}"
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if width(lines[-1] + char) > columns:
                lines.append("")
            lines[-1] += char
    return lines
