"""One way to cut text into words, for the rows and for the query alike."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")


def tokenise(text: str) -> list[str]:
    """The words of a text: lower case, accents and apostrophes dropped, cut at anything else."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(text.casefold().translate(_APOSTROPHES))


def has_digit(word: str) -> bool:
    """Whether the word holds a number; such words are never corrected, so `2001` never finds `2000`."""
    return _DIGIT.search(word) is not None
