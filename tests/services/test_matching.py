"""Spreadsheets of authorities that are not on the system."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from rcc_tui.config import Clock
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.interop.headings import columns_of
from rcc_tui.interop.side_sheet import SideRow, read_side
from rcc_tui.services import ledger, matching, reconcile, trades
from rcc_tui.services.desk import Desk
from tests.services import noisy_sheets
from tests.trading import BUYER, HUB, SELLER, carry, proposed, settle

SEEDS = range(1, 25)


def test_noisy_files_are_matched_with_hardly_a_mistake(tmp_path: Path) -> None:
    """What is proposed without asking: at least 99 of 100 right, and 95 of 100 found."""
    right = proposed_rows = possible = 0
    for seed in SEEDS:
        noisy = noisy_sheets.write(tmp_path, seed)
        sheet = read_side(noisy.path)
        matched, ask, unmatched = matching.pair_up(sheet.rows, noisy.dues, "2026-11")
        assert len(matched) + len(ask) + len(unmatched) == len(noisy.truth)
        assert all(one.score == sum(points for _, points in one.reasons) for one in matched)
        counted = noisy_sheets.score([(one.row.line, one.due.trade) for one in matched], noisy)
        right, proposed_rows, possible = (
            total + more for total, more in zip((right, proposed_rows, possible), counted, strict=True)
        )
        lines = {one.row.line for one in matched}
        assert not any(noisy.twins <= lines for _ in (1,)), "twins are asked"
    print(f"precision {right / proposed_rows:.4f}, recall {right / possible:.4f} of {possible}")  # noqa: T201
    assert right / proposed_rows >= 0.99
    assert right / possible >= 0.95


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            ("Placement Name", "Date From", "Date To", "Weekly Rate", "Total"),
            {"setting", "start", "end", "weekly", "amount"},
        ),
        (("Home", "strat date", "end dat", "amont"), {"setting", "start", "end", "amount"}),
        (("Our ref", "LA code", "Period", "Charge"), {"ref", "code", "month", "amount"}),
        (("Colour", "Shoe size"), set()),
    ],
)
def test_columns_are_found_by_what_they_are_like(header: tuple[str, ...], expected: set[str]) -> None:
    found = columns_of([one.casefold() for one in header])
    assert set(found) == expected
    assert len(set(found.values())) == len(found)


# Headings of real lists, by what they hold; of `other` nothing is read.
NAMED = {
    "amount": "Total chgd £|Amount charged|Total cost|Monthly cost|Net|Charge for period|Invoice total|Amt|"
    "Cost to LA|Actual cost|Line total|Price|Total inc. fees",
    "weekly": "Wkly fee|Fee per week|Weekly charge|£pw|Cost pw|Unit cost|Agreed weekly fee|Price / week",
    "setting": "Home / carer nane|Carer name|Placement provider|Name of home|Establishment|Where placed",
    "start": "Start Dt|Start of placement|Date placed|Commenced|Period from|Charge from|Date in|From date",
    "end": "End Dt|Placement end date|Leaving date|Period to|Charge to|Date out|To date|Left on|"
    "End of placement",
    "ref": "Ref no|Placement ref|Case ref|Your ref|Invoice no",
    "month": "Billing period|Charge month|Mth|Month of charge",
    "code": "Comissioning LA|Placing authority|Host LA|From LA",
    "other": "Date|Invoice date|Notes|No nights|No. of weeks|VAT|Child name|DOB|Cost centre|Education cost|"
    "Placement type|Total nights charged|Cost per night|Team|Status",
}


@pytest.mark.parametrize(
    ("heading", "what"), [(one, what) for what, names in NAMED.items() for one in names.split("|")]
)
def test_headings_as_people_write_them(heading: str, what: str) -> None:
    assert list(columns_of([heading.casefold()])) == ([] if what == "other" else [what])


def test_titles_above_the_header_and_totals_below_are_no_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ("Kent County Council: total cost of placements", None),
        ("October 2026",),
        (),
        ("Home / carer", "Start Dt", "Wkly fee", "Total chgd £"),
        ("Oak", "18.10.26", "£715.00", 1430),
        ("Total", None, None, 1430),
    ):
        sheet.append(line)
    path = tmp_path / "kent.xlsx"
    book.save(path)
    (row,) = read_side(path).rows
    assert (row.line, row.setting, row.start) == (5, "Oak", "2026-10-18")
    assert (row.weekly, row.pence) == (71_500, 143_000)
    text = "Total cost;of placements\n;\nHome;Commenced;Total\nOak;18 Oct 2026;1430\nGrand total:;;1430\n"
    (row,) = read_side(_csv(tmp_path, text)).rows
    assert (row.line, row.start, row.pence) == (4, "2026-10-18", 143_000)


def test_without_amounts_the_row_most_like_a_header_is_named(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Kent",), ("Home", "Started", "Colour")):
        sheet.append(row)
    book.save(tmp_path / "kent.xlsx")
    with pytest.raises(Refused) as refused:
        read_side(tmp_path / "kent.xlsx")
    assert refused.value.hint == "Name a column amount or weekly; it has Home, Started, Colour."


def _csv(folder: Path, text: str) -> Path:
    path = folder / "kent.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("cell", "pence", "wrong"),
    [
        ('"£1,234.5"', 1_234_50, ""),
        ("(12.00)", -12_00, ""),
        ("1234", 1_234_00, ""),
        ('"1.234,50"', None, "amount: “1.234,50” is not an amount"),
        ("nothing", None, "amount: “nothing” is not an amount"),
    ],
)
def test_amounts_as_people_write_them(tmp_path: Path, cell: str, pence: int | None, wrong: str) -> None:
    (row,) = read_side(_csv(tmp_path, f"setting,start,amount\nOak,01/11/2026,{cell}\n")).rows
    assert row.pence == pence
    assert " ".join(row.wrong).startswith(wrong) if wrong else row.wrong == ()


@pytest.mark.parametrize(
    ("cell", "iso"),
    [("01/11/2026", "2026-11-01"), ("2026-11-01", "2026-11-01"), ("46327", "2026-11-01"), ("31/11/2026", "")],
)
def test_days_as_spreadsheets_hold_them(tmp_path: Path, cell: str, iso: str) -> None:
    (row,) = read_side(_csv(tmp_path, f"setting,start,amount\nOak,{cell},12.00\n")).rows
    assert row.start == iso
    assert bool(row.wrong) == (iso == "")


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2026-11", "2026-11"),
        ("Nov 2026", "2026-11"),
        ("november-26", "2026-11"),
        ("11/2026", "2026-11"),
        ("13/2026", ""),
    ],
)
def test_months_as_people_write_them(tmp_path: Path, cell: str, month: str) -> None:
    (row,) = read_side(_csv(tmp_path, f"setting,month,amount\nOak,{cell},12.00\n")).rows
    assert row.month == month
    assert bool(row.wrong) == (month == "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("setting,start\nOak,01/11/2026\n", "no amounts"),
        ("amount\n12.00\n", "no reference, setting or start"),
        ("", "empty"),
    ],
)
def test_a_file_that_tells_nothing_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_side(_csv(tmp_path, text))


def test_start_and_end_under_each_others_heading(tmp_path: Path) -> None:
    text = "setting,start,end,amount\nOak,30/11/2026,01/11/2026,12.00\nElm,20/11/2026,03/11/2026,13.00\n"
    sheet = read_side(_csv(tmp_path, text))
    assert [(row.start, row.end) for row in sheet.rows] == [
        ("2026-11-01", "2026-11-30"),
        ("2026-11-03", "2026-11-20"),
    ]
    assert "changed back" in sheet.notes[0]
    mixed = read_side(_csv(tmp_path, text + "Ash,03/11/2026,20/11/2026,13.00\n"))
    assert [bool(row.wrong) for row in mixed.rows] == [True, True, False]


def test_a_workbook_with_notes_above_its_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Kent County Council"])
    sheet.append([])
    sheet.append(["Home", "From", "To", "Weekly cost", "Amount"])
    sheet.append(["Oak House", date(2026, 11, 1), date(2026, 12, 1), 700.1, 3000.43])
    sheet.append(["", "", "", "Total", 3000.43])
    path = tmp_path / "kent.xlsx"
    book.save(path)
    found = read_side(path)
    row = found.rows[0]
    assert (row.line, row.start, row.end, row.weekly, row.pence) == (
        4,
        "2026-11-01",
        "2026-12-01",
        700_10,
        3_000_43,
    )
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(path.read_bytes()[:900])
    with pytest.raises(Refused, match="no workbook that can be read"):
        read_side(broken)


@pytest.fixture
def running(region: dict[str, Desk], box: Path) -> str:
    """A placement that began on 3 November, as both say."""
    trade = proposed(region, box, start="2026-11-03")
    trades.accept(region[SELLER], trade.id)
    carry(region, box, SELLER)
    for code in (BUYER, SELLER):
        trades.start(region[code], trade.id, "2026-11-03")
    settle(region, box)
    return trade.id


def test_confirmed_rows_are_the_other_side_and_the_same_file_changes_nothing(
    region: dict[str, Desk], tmp_path: Path, running: str
) -> None:
    hub = region[HUB]
    (held,) = ledger.ledger(hub, month="2026-11")
    said = f"Wilow Lodge,05/11/2026,01/12/2026,{held.pence / 100 - 50:.2f}"
    path = _csv(tmp_path, f"setting,start,end,amount\n{said}\nOak,,,9.00\n")
    found = matching.match(hub, path, BUYER, month="2026-11")
    (row,) = found.matched
    assert (row.due.trade, row.row.line, found.ask) == (running, 2, ())
    assert [one.setting for one in found.unmatched] == ["Oak"]
    before = reconcile.pair(hub, SELLER, BUYER, "2026-11").head
    assert before.rows == ()
    assert matching.confirm(hub, found) == 1
    (work,) = reconcile.pair(hub, SELLER, BUYER, "2026-11").head.rows
    assert (work.kind, work.difference) == ("dates differ", 50_00)
    again = matching.match(hub, path, BUYER, month="2026-11")
    assert again.known
    with pytest.raises(Refused, match="entered already"):
        matching.confirm(hub, again)
    matching.retract(hub, again.known, "the wrong month")
    assert reconcile.pair(hub, SELLER, BUYER, "2026-11").head.rows == ()


def test_what_could_go_either_way_is_asked(region: dict[str, Desk], tmp_path: Path, running: str) -> None:
    hub = region[HUB]
    (held,) = ledger.ledger(hub, month="2026-11")
    line = f"Willow Lodge,03/11/2026,01/12/2026,{held.pence / 100:.2f}\n"
    found = matching.match(hub, _csv(tmp_path, "setting,start,end,amount\n" + line + line), BUYER)
    assert found.matched == ()
    assert [[one.due.trade for one in asked.candidates] for asked in found.ask] == [[running], [running]]
    with pytest.raises(Refused, match="No row is matched"):
        matching.confirm(hub, found)
    with pytest.raises(Refused, match="Two rows"):
        matching.confirm(hub, found, {2: running, 3: running})
    with pytest.raises(NotFound, match="Row 9"):
        matching.confirm(hub, found, {9: running})
    with pytest.raises(NotFound, match="may be about 0"):
        matching.confirm(hub, found, {2: "ffff"})
    assert matching.confirm(hub, found, {2: running[:8], 3: ""}) == 1


def test_nobody_matches_a_file_of_their_own(region: dict[str, Desk], tmp_path: Path) -> None:
    path = _csv(tmp_path, "setting,amount\nOak,12.00\n")
    with pytest.raises(Refused, match="is this authority"):
        matching.match(region[BUYER], path, BUYER)
    with pytest.raises(NotFound):
        matching.match(region[BUYER], path, "999")


HEAD = "Home,Date from,Date to,Amount\n"


def _side(region: dict[str, Desk], folder: Path, text: str) -> tuple[matching.Matching, int]:
    found = matching.match(region[SELLER], _csv(folder, text), BUYER, month="2026-11")
    return found, matching.confirm(region[SELLER], found)


def test_a_file_that_is_sent_again_put_right_takes_the_place_of_the_first(
    region: dict[str, Desk], tmp_path: Path, running: str
) -> None:
    """It has the same name: what the two say is not added up."""
    seller = region[SELLER]
    due = sum(one.pence for one in ledger.ledger(seller, month="2026-11"))
    for pounds in (f"{due // 100 - 5}.{due % 100:02d}", f"{due // 100}.{due % 100:02d}"):
        _side(region, tmp_path, f"{HEAD}Willow Lodge,03/11/2026,01/12/2026,{pounds}\n")
    assert reconcile.pair(seller, SELLER, BUYER, "2026-11").head.rows == ()


@pytest.mark.parametrize(
    ("start", "end"), [("03/11/2026", "30/11/2026"), ("", "30/11/2026"), ("03/11/2026", "")]
)
def test_the_last_night_instead_of_the_day_after_it_is_no_difference(
    region: dict[str, Desk], tmp_path: Path, running: str, start: str, end: str
) -> None:
    due = sum(one.pence for one in ledger.ledger(region[SELLER], month="2026-11"))
    _side(region, tmp_path, f"{HEAD}Willow Lodge,{start},{end},{due // 100}.{due % 100:02d}\n")
    assert reconcile.pair(region[SELLER], SELLER, BUYER, "2026-11").head.rows == ()


def test_the_days_of_the_whole_stay_in_every_month_are_no_difference(
    region: dict[str, Desk], tmp_path: Path, running: str
) -> None:
    for desk in region.values():
        desk.clock = Clock(frozen=date(2027, 1, 4))
    due = sum(one.pence for one in ledger.ledger(region[SELLER], month="2026-12"))
    text = f"{HEAD}Willow Lodge,03/11/2026,20/02/2027,{due // 100}.{due % 100:02d}\n"
    found = matching.match(region[SELLER], _csv(tmp_path, text), BUYER, month="2026-12")
    assert matching.confirm(region[SELLER], found) == 1
    assert reconcile.pair(region[SELLER], SELLER, BUYER, "2026-12").head.rows == ()


def test_a_header_below_the_name_of_the_office(tmp_path: Path) -> None:
    path = _csv(tmp_path, "Kent County Council;;;\nNovember 2026;;;\n\nHome;Amount;;\nOak;12.00;;\n")
    (row,) = read_side(path).rows
    assert (row.line, row.setting, row.pence) == (5, "Oak", 12_00)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("Oak,01/01/1950,,12.00", "is no day"),
        ("Oak,00001,,12.00", "is no day"),
        ("Oak,03/11/2026,,9999999999.99", "more than any month"),
        ("Oak,03/11/2026,,=1+1", "not an amount"),
    ],
)
def test_what_no_act_could_hold_is_wrong_in_its_row(tmp_path: Path, cells: str, said: str) -> None:
    (row,) = read_side(_csv(tmp_path, HEAD + cells + "\n")).rows
    assert said in row.wrong[0]


def test_more_rows_than_one_side_has(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="more than 2,000 rows"):
        read_side(_csv(tmp_path, HEAD + "Oak,03/11/2026,,12.00\n" * 2_001))


def test_a_file_in_which_all_is_alike_is_asked_and_done_with() -> None:
    rows = [
        SideRow(n + 2, "", "Oak", "2026-11-01", "2026-12-01", 700_00, 300_000, "2026-11") for n in range(400)
    ]
    dues = [
        matching.Due(f"{n:032x}", "2026-11", "Oak", "2026-11-01", "2026-12-01", 700_00, 300_000)
        for n in range(400)
    ]
    matched, ask, alone = matching.pair_up(rows, dues)
    assert (len(matched), len(ask), len(alone)) == (0, 400, 0)
    assert all(len(one.candidates) == 4 for one in ask)
