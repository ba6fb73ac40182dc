"""A price list on paper: as text of 80 columns, as the CSV it could be published from, as a page to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.plain import clean, width, wrapped
from rcc_tui.domain.price_list import Tariff
from rcc_tui.domain.tariff_diff import percent_words
from rcc_tui.domain.worked_example import remark
from rcc_tui.interop.files import write_csv
from rcc_tui.interop.tariff_rows import tariff_rows
from rcc_tui.services import tariffs
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import name_of
from rcc_tui.services.page import ending_of, html_page, said, write_text
from rcc_tui.services.tariffs import TariffView

COLUMNS = 80
GAP = 2


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the list: the first column says what, the others stand right-aligned."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TariffPaper:
    """A list, what it says above its tables (name and value), its tables, and who goes by it from when."""

    view: TariffView
    document: Tariff
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    adopted: tuple[str, ...]


def paper(desk: Desk, id: str) -> TariffPaper:
    """The paper of one tariff, by its hash or the first digits of it. Raises NotFound."""
    view = tariffs.show(desk, id)
    document = view.document()
    adopted = [f"{name_of(desk, one.authority)} {one.days}" for one in view.adoptions]
    facts = (
        ("version", str(view.version)),
        ("valid from", show_date(view.valid_from)),
        ("valid to", show_date(view.valid_to) or "open"),
        ("document", view.id),
    )
    return TariffPaper(view, document, facts, tuple(_tables(document)), tuple(adopted))


def write(found: TariffPaper, path: Path) -> Path:
    """Write the paper as text, CSV or an HTML page, by the file's ending. Raises Refused."""
    ending = ending_of(path)
    if ending == ".csv":
        first, *rest = tariff_rows(found.document, remark(found.view.worked_example))
        return write_csv(path, first, rest)
    return write_text(path, as_html(found) if ending == ".html" else as_text(found))


def as_text(found: TariffPaper) -> str:
    """The list in lines of at most 80 columns, ending in a line end."""
    lines = [*wrapped(found.view.name, COLUMNS)]
    if said_so := remark(found.view.worked_example):
        lines.append(said_so)
    lines.append("")
    for name, value in found.facts:
        lines += [f"{name if at == 0 else '':<12}{part}" for at, part in enumerate(wrapped(value, 68))]
    for table in found.tables:
        lines += ["", clean(table.title), *_grid(table)]
    lines += ["", "Adopted by", *(f"  {part}" for one in _adopted(found) for part in wrapped(one, 78))]
    return "\n".join((*lines, ""))


def as_html(found: TariffPaper) -> str:
    """The list as a page of its own, in the style of the statement."""
    view = found.view
    facts = "".join(f"<dt>{said(name)}</dt><dd>{said(value)}</dd>" for name, value in found.facts[:3])
    adopted = "".join(f"<li>{said(one)}</li>" for one in _adopted(found))
    parts = (
        f'<h1>{said(view.name)}</h1><p class="month">Price list, pounds a week where not said otherwise</p>',
        f'<p class="example">{said(remark(view.worked_example))}</p>' if view.worked_example else "",
        f"<dl>{facts}</dl>",
        *(_html_table(table) for table in found.tables),
        f"<h2>Adopted by</h2><ul>{adopted}</ul>",
        f'<p class="rests">Document <code>{said(view.id)}</code></p>',
    )
    return html_page(f"{view.name}, version {view.version}", parts)


def _adopted(found: TariffPaper) -> Sequence[str]:
    return found.adopted or ("nobody yet",)


def _tables(document: Tariff) -> Iterator[Table]:
    bands = [band.name for band in document.bands]
    prices = {(one.type, one.age_min, one.age_max, one.band): one.weekly for one in document.rates}
    for kind in dict.fromkeys(one.type for one in document.rates):
        ages = dict.fromkeys((low, high) for type, low, high, _ in prices if type == kind)
        rows = tuple(
            (f"{low}–{high}", *(_amount(prices.get((kind, low, high, band))) for band in bands))
            for low, high in ages
        )
        yield Table(f"{kind}, a week", ("age", *bands), rows)
    yield Table(
        "Bands of need, by points",
        ("band", "from", "to"),
        tuple((band.name, str(band.low), str(band.high)) for band in document.bands),
    )
    yield Table(
        "Points",
        ("answer", "points"),
        tuple((f"{one.item.replace('_', ' ')}: {one.value}", f"+{one.points}") for one in document.scores),
    )
    if document.extras:
        yield Table(
            "Extras",
            ("extra", "price", "per", "part"),
            tuple((one.name, pounds(one.pence), one.per, one.part) for one in document.extras),
        )
    yield Table("Rules", ("rule", ""), tuple(_rules(document)))


def _amount(pence: int | None) -> str:
    return "-" if pence is None else pounds(pence)


def _rules(document: Tariff) -> Iterator[tuple[str, str]]:
    yield "each further child together", f"{document.sibling_percent} % of core"
    if document.emergency_premium:
        nights = f"first {document.emergency_nights} nights"
        yield f"emergency premium, {nights}", pounds(document.emergency_premium)
    yield "while kept open and empty", f"{document.retainer_percent} %"
    for rule in document.notice:
        yield f"notice from {rule.nights_from} nights on", f"{rule.days} days"
    yield "uplift each 1 April, as a new version", percent_words(document.uplift)


def _grid(table: Table) -> Iterator[str]:
    """A table in lines: as many of its columns beside the first as fit, then the rest below."""
    rows = [table.columns, *table.rows]
    wide = [min(max(width(clean(row[at])) for row in rows), COLUMNS // 2 - GAP) for at in range(len(rows[0]))]
    left = list(range(1, len(wide)))
    while left:
        taken: list[int] = []
        room = COLUMNS - GAP - wide[0]
        while left and wide[left[0]] + GAP <= room:
            taken.append(left.pop(0))
            room -= wide[taken[-1]] + GAP
        for row in rows:
            cells = [_fit(row[0], wide[0]), *(_fit(row[at], wide[at], right=True) for at in taken)]
            yield (" " * GAP + (" " * GAP).join(cells)).rstrip()


def _fit(text: str, columns: int, *, right: bool = False) -> str:
    told = clean(text)
    while width(told) > columns:
        told = f"{told[:-2]}…" if len(told) > 1 else ""
    pad = " " * (columns - width(told))
    return pad + told if right else told + pad


def _html_table(table: Table) -> str:
    head = "".join(
        f'<th class="{"money" if at else "what"}">{said(name)}</th>' for at, name in enumerate(table.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{"money" if at else ""}">{said(cell)}</td>' for at, cell in enumerate(row))
        + "</tr>"
        for row in table.rows
    )
    return f"<h2>{said(table.title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
