"""A statement as text of 80 columns, and as the rows of a CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.plain import clean, width, wrapped
from rcc_tui.domain.statement import CONCEDED_WORDS
from rcc_tui.domain.terms import FUNDERS, Funder
from rcc_tui.domain.worked_example import REMARK
from rcc_tui.services.statement_paper import (
    Carried,
    Paper,
    PaperLine,
    answer_words,
    month_words,
    trade_words,
    what_words,
)

COLUMNS = 80
_MARGIN = 4
# What makes a formula of a cell, in the wide forms too that some programs take for the same.
_RECKONED = ("=", "+", "-", "@", "＝", "＋", "－", "＠")

CSV_HEADER = (
    *("record", "month", "seller", "buyer", "line", "trade", "setting", "kind", "corrects", "start", "end"),
    *("nights", "weekly", "reckoning", "amount", "answer", "settled", "state", "reason", "tariff"),
    *("worked_example", *(name.replace(" ", "_") for name in FUNDERS), "uncountersigned"),
)


def as_text(paper: Paper) -> str:
    """The statement in lines of at most 80 columns, ending in a line end."""
    return "\n".join((*_head(paper), "", *_lines(paper), *_sums(paper), *_carried(paper), *_rests(paper), ""))


def _head(paper: Paper) -> Iterator[str]:
    head, calendar = paper.pair.head, paper.pair.calendar
    yield _ends("STATEMENT" if head.statement else "CHARGES, NOT YET STATED", month_words(head.month))
    if paper.worked_example:
        yield REMARK
    yield ""
    yield from _field("seller", f"{head.seller} {paper.pair.seller_name}")
    yield from _field("buyer", f"{head.buyer} {paper.pair.buyer_name}")
    yield from _field("state", head.state + (f" by {head.closed_by}" if head.closed_by else ""))
    days = (
        f"month to {show_date(calendar.cut_off)}; statement by {show_date(calendar.statement_by)}; "
        f"answer by {show_date(calendar.answer_by)}"
    )
    yield from _field("calendar", days)


def _lines(paper: Paper) -> Iterator[str]:
    if not paper.lines:
        yield "Nothing is charged."
    for line in paper.lines:
        yield from _line(line)
        yield ""


def _line(line: PaperLine) -> Iterator[str]:
    one = line.view.posting
    amount = pounds(one.pence)
    number = f"{line.view.n:>2}  " if line.view.n else "    "
    title = wrapped(what_words(line.view), COLUMNS - _MARGIN - len(amount) - 2)
    yield _ends(number + title[0], amount)
    yield from (" " * _MARGIN + rest for rest in title[1:])
    if not one.corrects:
        days = f"{show_date(one.from_day)} to {show_date(one.to_day)}"
        yield from _indented(f"{days}, {one.nights} nights at {pounds(one.weekly)} a week")
        yield from _indented(line.exact)
    example = " (worked example)" if line.worked_example else ""
    if line.tariff or not one.corrects:
        yield from _indented((f"by {line.tariff}" if line.tariff else "off the tariff") + example)
    if line.funders:
        yield from _indented(f"funded by {funders_words(line.funders)}")
    yield from _indented(trade_words(line))
    yield from _indented(answer_words(line.view))


def funders_words(funders: Sequence[Funder]) -> str:
    """Who pays what, as “social care £650.00, health £300.00”."""
    return ", ".join(f"{one.name} {pounds(one.pence)}" for one in funders)


def _sums(paper: Paper) -> Iterator[str]:
    yield "-" * COLUMNS
    yield _ends("Total", pounds(paper.total))
    if paper.stated is not None:
        yield _ends("both agree on", pounds(paper.cleared))
        if paper.pair.conceded:
            yield _ends(CONCEDED_WORDS, pounds(paper.pair.conceded))
        yield _ends("in dispute, as stated", pounds(paper.disputed))
    if paper.moved_on:
        yield from wrapped(moved_on_words(paper.moved_on), COLUMNS)


def moved_on_words(count: int) -> str:
    """That the ledger says something else by now."""
    charges = "1 charge" if count == 1 else f"{count} charges"
    return f"{charges} came to the ledger after this statement: the seller issues it anew."


def _carried(paper: Paper) -> Iterator[str]:
    if not paper.carried:
        return
    yield ""
    yield "Carried forward in dispute from earlier months"
    for one in paper.carried:
        yield from _indented(carried_words(one))


def carried_words(one: Carried) -> str:
    """A disputed line of an earlier month, by name."""
    return (
        f"{month_words(one.month)}, line {one.n}, {one.setting_name}: stated {pounds(one.stated)}, "
        f"the buyer holds {pounds(one.answer)}: {one.reason}"
    )


def _rests(paper: Paper) -> Iterator[str]:
    if not paper.rests:
        return
    yield ""
    yield "It rests on what the seller had heard:"
    for one in paper.rests:
        yield from _indented(f"{one.who}: {entries_words(one.entries)}, the last {one.hash[:16]}")


def entries_words(count: int) -> str:
    """“1 entry”, “2 entries”."""
    return f"{count} {'entry' if count == 1 else 'entries'}"


def _field(name: str, value: str) -> Iterator[str]:
    for at, part in enumerate(wrapped(value, COLUMNS - 10)):
        yield f"{name if at == 0 else '':<10}{part}"


def _indented(text: str) -> Iterator[str]:
    yield from (" " * _MARGIN + part for part in wrapped(text, COLUMNS - _MARGIN))


def _ends(left: str, right: str) -> str:
    """Two words at both ends of a line."""
    said = clean(left)
    return said + " " * max(1, COLUMNS - width(said) - len(right)) + right


def csv_rows(paper: Paper) -> list[tuple[str, ...]]:
    """A row for each line, each line carried forward and the total, under CSV_HEADER.

    Amounts are plain numbers in pounds, dates ISO 8601. No cell is one a spreadsheet would reckon with.
    """
    head = paper.pair.head
    pair = (head.month, head.seller, head.buyer)
    rows = [("line", *pair, *_line_cells(line)) for line in paper.lines]
    rows += [("carried", one.month, *pair[1:], *_carried_cells(one)) for one in paper.carried]
    rows.append(("total", *pair, *_cells(amount=_plain(paper.total))))
    return rows


def _line_cells(line: PaperLine) -> tuple[str, ...]:
    view, one = line.view, line.view.posting
    parts = {part.name.replace(" ", "_"): _plain(part.pence) for part in line.funders}
    return _cells(
        line=str(view.n or ""),
        trade=_safe(one.trade),
        setting=_safe(view.setting_name.removesuffix(f", correction of {one.corrects}")),
        kind=_safe(one.kind),
        corrects=one.corrects,
        start=one.from_day.isoformat(),
        end=one.to_day.isoformat(),
        nights=str(one.nights),
        weekly=_plain(one.weekly),
        reckoning=line.exact,
        amount=_plain(one.pence),
        answer="" if view.answer is None else _plain(view.answer),
        settled=_plain(view.settled),
        state=view.state,
        reason=_safe(view.reason),
        tariff=_safe(line.tariff),
        worked_example="yes" if line.worked_example else "",
        uncountersigned="yes" if line.uncountersigned else "",
        **parts,
    )


def _carried_cells(one: Carried) -> tuple[str, ...]:
    return _cells(
        line=str(one.n),
        trade=_safe(one.trade),
        setting=_safe(one.setting_name),
        amount=_plain(one.stated),
        answer=_plain(one.answer),
        state="disputed",
        reason=_safe(one.reason),
    )


def _cells(**given: str) -> tuple[str, ...]:
    return tuple(given.get(name, "") for name in CSV_HEADER[4:])


def _plain(pence: int) -> str:
    return pounds(pence).replace("£", "").replace(",", "")


def _safe(text: str) -> str:
    """Text a spreadsheet takes for text: what it would take for a formula has an apostrophe before it."""
    said = clean(text)
    return f"'{said}" if said.lstrip().startswith(_RECKONED) else said
