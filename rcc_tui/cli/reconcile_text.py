"""How a month's reconciliation reads: as documents for scripts, as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rcc_tui.cli.output import Column, blocks, clean, day, fields, short, table
from rcc_tui.domain.money import pounds
from rcc_tui.domain.statement import CONCEDED_WORDS
from rcc_tui.domain.worked_example import remark

if TYPE_CHECKING:
    from rcc_tui.domain.deadlines import Calendar
    from rcc_tui.domain.worklist import WorkRow
    from rcc_tui.services.reconcile import LineView, MonthView, PairMonth, PairView
    from rcc_tui.services.statement_paper import Paper


def month_json(view: MonthView) -> dict[str, object]:
    """A month with the keys scripts rely on."""
    return {
        "month": view.month,
        "calendar": asdict(view.calendar),
        "pairs": [_head_json(one) for one in view.pairs],
        "net": view.net,
        "worked_example": view.worked_example,
    }


def _head_json(one: PairMonth) -> dict[str, object]:
    return {
        "seller": one.seller,
        "buyer": one.buyer,
        "pence": one.pence,
        "state": one.state,
        "stated": one.stated,
        "unexplained": one.unexplained,
        "blocked": one.blocked,
        "statement": one.statement,
        "closed_by": one.closed_by,
        "worked_example": one.worked_example,
        "rows": [_row_json(row) for row in one.rows],
    }


def _row_json(row: WorkRow) -> dict[str, object]:
    return {
        "class": row.kind,
        "trade": row.trade,
        "seller_pence": row.seller_pence,
        "buyer_pence": row.buyer_pence,
        "difference": row.difference,
        "why": row.why,
        "act": row.by,
        "blocks": row.blocks,
    }


def pair_json(view: PairView) -> dict[str, object]:
    """A pair's month, with its lines."""
    return {
        "month": view.head.month,
        "calendar": asdict(view.calendar),
        **_head_json(view.head),
        "seller_name": view.seller_name,
        "buyer_name": view.buyer_name,
        "lines": [_line_json(one) for one in view.lines],
    }


def _line_json(line: LineView) -> dict[str, object]:
    one = line.posting
    return {
        "line": line.n,
        "trade": one.trade,
        "setting": line.setting_name,
        "kind": one.kind,
        "from": one.from_day.isoformat(),
        "to": one.to_day.isoformat(),
        "nights": one.nights,
        "weekly": one.weekly,
        "pence": one.pence,
        "corrects": one.corrects,
        "state": line.state,
        "answer": line.answer,
        "settled": line.settled,
        "reason": line.reason,
        "mark": line.mark,
    }


def statement_json(paper: Paper, *, issued: bool) -> dict[str, object]:
    """A statement as it goes on paper; `issued`: by this command."""
    lines = [
        {
            **_line_json(line.view),
            "reckoning": line.exact,
            "tariff": line.tariff,
            "worked_example": line.worked_example,
            "uncountersigned": line.uncountersigned,
            "funders": [asdict(one) for one in line.funders],
        }
        for line in paper.lines
    ]
    return {
        **pair_json(paper.pair),
        "lines": lines,
        "total": paper.total,
        "cleared": paper.cleared,
        "disputed": paper.disputed,
        "conceded": paper.pair.conceded,
        "carried": [asdict(one) for one in paper.carried],
        "rests_on": [asdict(one) for one in paper.rests],
        "worked_example": paper.worked_example,
        "moved_on": paper.moved_on,
        "issued": issued,
    }


def month_text(view: MonthView, names: Mapping[str, str]) -> str:
    """A month: its calendar, its pairs, the work list and the net positions; `names` of the members by their
    codes."""

    def who(code: str) -> str:
        return f"{code} {names.get(code, '')}".rstrip()

    pairs = [
        (
            who(one.seller),
            who(one.buyer),
            one.state,
            "" if one.stated is None else pounds(one.stated),
            pounds(one.pence),
            pounds(one.unexplained),
            str(one.blocked or ""),
        )
        for one in view.pairs
    ]
    right = [Column(name, right=True) for name in ("stated", "ledger", "unexplained", "to clear up")]
    net = [(who(code), pounds(pence)) for code, pence in sorted(view.net.items())]
    net += [("sum", pounds(sum(view.net.values())))] if net else []
    return blocks(
        fields((("month", view.month), *_calendar(view.calendar))),
        remark(view.worked_example),
        table(pairs, ("seller", "buyer", "state", *right)) or "Nothing is charged.",
        *(
            blocks(f"{who(one.buyer)} owes {who(one.seller)}", rows)
            for one in view.pairs
            if (rows := work_table(one.rows))
        ),
        table(net, ("authority", Column("is owed, net", right=True))),
    )


def _calendar(calendar: Calendar) -> Sequence[tuple[str, str]]:
    return (
        ("cut-off", day(calendar.cut_off)),
        ("statement by", day(calendar.statement_by)),
        ("answer by", day(calendar.answer_by)),
    )


def work_table(rows: Sequence[WorkRow]) -> str:
    """The work list: what is to be cleared up, and the act behind it."""
    body = [
        (
            row.kind,
            short(row.trade),
            "" if row.seller_pence is None else pounds(row.seller_pence),
            "" if row.buyer_pence is None else pounds(row.buyer_pence),
            pounds(row.difference),
            row.why,
            short(row.by),
        )
        for row in rows
    ]
    amounts = [Column(name, right=True) for name in ("seller", "buyer", "difference")]
    return table(body, ("class", "trade", *amounts, "why", "act"))


def pair_text(view: PairView) -> str:
    """A pair's month: how it stands, its lines, what is to be cleared up."""
    head = view.head
    said = fields(
        (
            ("month", head.month),
            ("seller", f"{head.seller} {view.seller_name}"),
            ("buyer", f"{head.buyer} {view.buyer_name}"),
            ("state", head.state + (f" by {head.closed_by}" if head.closed_by else "")),
            ("stated", "" if head.stated is None else pounds(head.stated)),
            ("ledger", pounds(head.pence)),
            ("unexplained", pounds(head.unexplained)),
            (CONCEDED_WORDS, pounds(view.conceded) if view.conceded else ""),
            *_calendar(view.calendar),
        )
    )
    return blocks(said, remark(head.worked_example), _lines(view.lines), work_table(head.rows))


def _lines(lines: Sequence[LineView]) -> str:
    body = [
        (
            str(line.n or ""),
            line.setting_name,
            line.posting.kind,
            day(line.posting.from_day.isoformat()),
            day(line.posting.to_day.isoformat()),
            str(line.posting.nights or ""),
            pounds(line.posting.weekly) if line.posting.weekly else "",
            pounds(line.posting.pence),
            "" if line.answer is None else pounds(line.answer),
            line.state,
            line.mark,
            clean(line.reason),
        )
        for line in lines
    ]
    amounts = [Column(name, right=True) for name in ("nights", "weekly", "charge", "answer")]
    columns: tuple[Column | str, ...] = (
        Column("line", right=True),
        "setting",
        "kind",
        "from",
        "to",
        *amounts,
        "state",
        "mark",
        "reason",
    )
    return table(body, columns)
