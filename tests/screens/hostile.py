"""Texts that try to break, deceive or steer a terminal screen. Every screen is shown all of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.attacks.tally import current


class _Counted(tuple[str, ...]):
    """Texts each of which, when it is taken to be shown, is a try in the table of attacks."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        for text in super().__iter__():
            current().tried()
            yield text


_TEXTS: tuple[str, ...] = (
    "[@click=app.quit]x[/]",
    "plain [/ text",
    "[red]",
    "[/]",
    "[bold]unclosed",
    "[$error]variable[/]",
    "[link=https://example.org]here[/link]",
    "\\[escaped]",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZWNobyBoaQ==\x07",
    "\x9b2J",
    "\u202efdp.exe",
    "\u2066isolate\u2069",
    "left\u200eright\u200fmark\u061c",
    "zero\u200bwidth\u200cjoin\u200d\ufeff",
    "soft\u00adhyphen \u2060word joiner",
    "\u3164hangul filler\u115f",
    "nul\x00byte",
    "bell\x07 backspace\x08\x08\x08 delete\x7f",
    "line\nbreak\r\nand\ttab",
    "line\u2028separator\u2029paragraph\x85next",
    "lone surrogate \ud800",
    "private \ue000 use",
    "tag \U000e0041\U000e007f",
    "x" * 10_000,
    "日本語" * 400,
    "family 👨\u200d👩\u200d👧\u200d👦 heart ❤\ufe0f",
    "שלום עולם",
    "مرحبا",
    "e\u0301 combining",
    "Z" + "\u0335\u0321\u0489" * 60 + "algo",
    '=HYPERLINK("http://example.org")',
    "$variable ${x} {x!r} %s",
    "",
    "   ",
)

HOSTILE = _Counted(_TEXTS)
