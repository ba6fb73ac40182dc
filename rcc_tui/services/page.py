"""What all pages to print have in common: one style on A4, nothing loaded from anywhere, all escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.plain import clean
from rcc_tui.interop.files import write_bytes

ENDINGS = (".txt", ".csv", ".html")

_STYLE = """
@page { size: A4; margin: 16mm 14mm; }
* { box-sizing: border-box; }
body { font: 10pt/1.4 system-ui, "Liberation Sans", Arial, sans-serif; color: #1a1d21; margin: 0 auto;
  max-width: 182mm; padding: 6mm 0; overflow-wrap: anywhere; }
h1 { font-size: 17pt; font-weight: 600; margin: 0; }
h2 { font-size: 11pt; font-weight: 600; margin: 7mm 0 2mm; }
.month { font-size: 11pt; color: #4a5159; margin: 0 0 4mm; }
.example { border: 1.5px solid #9a3412; color: #9a3412; font-weight: 600; padding: 2mm 3mm; margin: 0 0 4mm; }
dl { display: grid; grid-template-columns: 16mm 1fr 26mm 24mm; gap: 1mm 4mm; margin: 0 0 6mm; }
dt { color: #4a5159; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
thead { display: table-header-group; }
th { text-align: left; font-weight: 600; color: #4a5159; border-bottom: 1.5px solid #1a1d21; padding: 1.5mm; }
td { vertical-align: top; border-bottom: 0.5px solid #c4c9cf; padding: 2mm 1.5mm; }
tr { break-inside: avoid; }
.n { width: 8mm; color: #4a5159; } .days { width: 30mm; } .answer { width: 44mm; }
.day { white-space: nowrap; } .money { width: 25mm; text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.what { font-weight: 600; } .how { color: #4a5159; font-size: 9pt; }
.disputed { color: #9a3412; }
tfoot { display: table-row-group; }
tfoot td { border-bottom: 0; padding: 1mm 1.5mm; } tfoot .total td { font-weight: 600; font-size: 11pt;
  border-top: 1.5px solid #1a1d21; padding-top: 2mm; }
.rests { color: #4a5159; font-size: 8.5pt; } .rests code { font-family: ui-monospace, monospace; }
li { margin-bottom: 1mm; }
"""


def html_page(title: str, parts: Iterable[str]) -> str:
    """A whole document of its parts, which are HTML; empty ones are left out. No script, no link."""
    head = (
        "<!doctype html>",
        '<html lang="en-GB"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{said(title)}</title><style>{_STYLE}</style></head><body>",
    )
    return "\n".join(part for part in (*head, *parts, "</body></html>") if part) + "\n"


def said(text: str) -> str:
    """Text made harmless: nothing of it is markup, nothing steers the line it stands in."""
    return escape(clean(text), quote=True)


def ending_of(path: Path) -> str:
    """As what a file is to be written, by its ending. Raises Refused for none of ENDINGS."""
    ending = path.suffix.casefold()
    if ending not in ENDINGS:
        raise Refused(
            f"“{path.name}” says not what it is to be.",
            where="out",
            hint=f"End its name in {', '.join(ENDINGS)}.",
        )
    return ending


def write_text(path: Path, text: str) -> Path:
    """Write a text or a page, whole or not at all. Raises Refused."""
    write_bytes(path, text.encode())
    return path
