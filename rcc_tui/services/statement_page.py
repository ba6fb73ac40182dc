"""A statement as one HTML page to print on A4, and any of its papers written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import pounds
from rcc_tui.domain.plain import clean
from rcc_tui.domain.worked_example import REMARK
from rcc_tui.interop.files import write_bytes, write_csv
from rcc_tui.services.statement_paper import (
    Paper,
    PaperLine,
    answer_words,
    month_words,
    trade_words,
    what_words,
)
from rcc_tui.services.statement_text import (
    CSV_HEADER,
    as_text,
    carried_words,
    csv_rows,
    entries_words,
    funders_words,
    moved_on_words,
)

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


def as_html(paper: Paper) -> str:
    """The statement as a page of its own: no script, nothing loaded from anywhere, everything escaped."""
    title = f"{'Statement' if paper.pair.head.statement else 'Charges, not yet stated'}"
    parts = [
        "<!doctype html>",
        '<html lang="en-GB"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_said(_title(paper))}</title><style>{_STYLE}</style></head><body>",
        f'<h1>{_said(title)}</h1><p class="month">{_said(month_words(paper.pair.head.month))}</p>',
        f'<p class="example">{_said(REMARK)}</p>' if paper.worked_example else "",
        *_head(paper),
        *_table(paper),
        *_carried(paper),
        *_rests(paper),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def write(paper: Paper, path: Path) -> Path:
    """Write the paper as text, CSV or an HTML page, by the file's ending. Raises Refused."""
    ending = path.suffix.casefold()
    if ending == ".csv":
        return write_csv(path, CSV_HEADER, csv_rows(paper))
    if ending not in ENDINGS:
        raise Refused(
            f"“{path.name}” says not what it is to be.",
            where="out",
            hint=f"End its name in {', '.join(ENDINGS)}.",
        )
    write_bytes(path, (as_html(paper) if ending == ".html" else as_text(paper)).encode())
    return path


def _title(paper: Paper) -> str:
    head = paper.pair.head
    return f"Statement {head.month}, {paper.pair.seller_name} to {paper.pair.buyer_name}"


def _head(paper: Paper) -> Iterator[str]:
    head, calendar = paper.pair.head, paper.pair.calendar
    state = head.state + (f" by {head.closed_by}" if head.closed_by else "")
    named = (
        ("Seller", f"{head.seller} {paper.pair.seller_name}"),
        ("Month to", show_date(calendar.cut_off)),
        ("Buyer", f"{head.buyer} {paper.pair.buyer_name}"),
        ("Statement by", show_date(calendar.statement_by)),
        ("State", state),
        ("Answer by", show_date(calendar.answer_by)),
    )
    yield "<dl>" + "".join(f"<dt>{name}</dt><dd>{_said(value)}</dd>" for name, value in named) + "</dl>"


def _table(paper: Paper) -> Iterator[str]:
    yield '<table><thead><tr><th class="n"></th><th>For</th><th class="days">Days</th>'
    yield '<th class="answer">Answer</th><th class="money">Charge</th></tr></thead><tbody>'
    if not paper.lines:
        yield '<tr><td colspan="5">Nothing is charged.</td></tr>'
    for line in paper.lines:
        yield _row(line)
    yield "</tbody><tfoot>"
    yield _sum("Total", paper.total, "total")
    if paper.stated is not None:
        yield _sum("Both agree on", paper.cleared, "")
        yield _sum("In dispute, as stated", paper.disputed, "")
    yield "</tfoot></table>"
    if paper.moved_on:
        yield f"<p>{_said(moved_on_words(paper.moved_on))}</p>"


def _row(line: PaperLine) -> str:
    one = line.view.posting
    how = [line.exact] if line.exact else []
    if line.tariff or not one.corrects:
        example = " (worked example)" if line.worked_example else ""
        how.append((f"by {line.tariff}" if line.tariff else "off the tariff") + example)
    if line.funders:
        how.append(f"funded by {funders_words(line.funders)}")
    how.append(trade_words(line))
    span = f"{_day(show_date(one.from_day))} {_day(f'to {show_date(one.to_day)}')}"
    days = "" if one.corrects else span
    nights = "" if one.corrects else f"{one.nights} nights at {pounds(one.weekly)} a week"
    mark = ' class="disputed"' if line.view.state == "disputed" else ""
    return (
        f'<tr><td class="n">{line.view.n or ""}</td>'
        f'<td><div class="what">{_said(what_words(line.view))}</div>'
        + "".join(f'<div class="how">{_said(one)}</div>' for one in how)
        + f'</td><td>{days}<div class="how">{nights}</div></td>'
        + f"<td{mark}>{_said(answer_words(line.view))}</td>"
        + f'<td class="money">{pounds(one.pence)}</td></tr>'
    )


def _day(words: str) -> str:
    return f'<span class="day">{words}</span>'


def _sum(name: str, pence: int, kind: str) -> str:
    return (
        f'<tr class="{kind}"><td></td><td colspan="3">{name}</td><td class="money">{pounds(pence)}</td></tr>'
    )


def _carried(paper: Paper) -> Iterator[str]:
    if paper.carried:
        yield "<h2>Carried forward in dispute from earlier months</h2><ul>"
        yield from (f"<li>{_said(carried_words(one))}</li>" for one in paper.carried)
        yield "</ul>"


def _rests(paper: Paper) -> Iterator[str]:
    if paper.rests:
        yield '<h2>It rests on what the seller had heard</h2><ul class="rests">'
        for one in paper.rests:
            last = f"<code>{_said(one.hash[:16])}</code>"
            yield f"<li>{_said(one.who)}: {entries_words(one.entries)}, the last {last}</li>"
        yield "</ul>"


def _said(text: str) -> str:
    """Text made harmless: nothing of it is markup, nothing steers the line it stands in."""
    return escape(clean(text), quote=True)
