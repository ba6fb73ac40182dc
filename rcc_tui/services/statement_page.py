"""A statement as one HTML page to print on A4, and any of its papers written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.statement import CONCEDED_WORDS
from rcc_tui.domain.worked_example import REMARK
from rcc_tui.interop.files import write_csv
from rcc_tui.services.page import ending_of, html_page, said, write_text
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


def as_html(paper: Paper) -> str:
    """The statement as a page of its own: no script, nothing loaded from anywhere, everything escaped."""
    title = f"{'Statement' if paper.pair.head.statement else 'Charges, not yet stated'}"
    parts = (
        f'<h1>{said(title)}</h1><p class="month">{said(month_words(paper.pair.head.month))}</p>',
        f'<p class="example">{said(REMARK)}</p>' if paper.worked_example else "",
        *_head(paper),
        *_table(paper),
        *_carried(paper),
        *_rests(paper),
    )
    return html_page(_title(paper), parts)


def write(paper: Paper, path: Path) -> Path:
    """Write the paper as text, CSV or an HTML page, by the file's ending. Raises Refused."""
    ending = ending_of(path)
    if ending == ".csv":
        return write_csv(path, CSV_HEADER, csv_rows(paper))
    return write_text(path, as_html(paper) if ending == ".html" else as_text(paper))


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
    yield "<dl>" + "".join(f"<dt>{name}</dt><dd>{said(value)}</dd>" for name, value in named) + "</dl>"


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
        if paper.pair.conceded:
            yield _sum(CONCEDED_WORDS.capitalize(), paper.pair.conceded, "")
        yield _sum("In dispute, as stated", paper.disputed, "")
    yield "</tfoot></table>"
    if paper.moved_on:
        yield f"<p>{said(moved_on_words(paper.moved_on))}</p>"


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
        f'<td><div class="what">{said(what_words(line.view))}</div>'
        + "".join(f'<div class="how">{said(one)}</div>' for one in how)
        + f'</td><td>{days}<div class="how">{nights}</div></td>'
        + f"<td{mark}>{said(answer_words(line.view))}</td>"
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
        yield from (f"<li>{said(carried_words(one))}</li>" for one in paper.carried)
        yield "</ul>"


def _rests(paper: Paper) -> Iterator[str]:
    if paper.rests:
        yield '<h2>It rests on what the seller had heard</h2><ul class="rests">'
        for one in paper.rests:
            last = f"<code>{said(one.hash[:16])}</code>"
            yield f"<li>{said(one.who)}: {entries_words(one.entries)}, the last {last}</li>"
        yield "</ul>"
