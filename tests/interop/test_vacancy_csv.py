"""The vacancy CSV: good rows in, bad rows out with the reason and the cells as sent."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import RccError, Refused
from rcc_tui.interop.files import write_csv
from rcc_tui.interop.vacancy_csv import OPTIONAL, REQUIRED, VacancyFile, read_vacancies, write_rejected
from tests.interop.steady import STEADY

TODAY = date(2026, 12, 1)
AUTHORITIES = frozenset({"871", "867", "886"})
COLUMNS = (*REQUIRED, *OPTIONAL)
GOOD = {
    "ref": "V1",
    "provider": "Elm Care",
    "setting": "The Elms",
    "authority": "871",
    "outcode": "sl1 2el",
    "type": "K2",
    "accepting": "2",
    "age_min": "8",
    "age_max": "17",
}
FULL = {
    **GOOD,
    "urn": "sc123456",
    "town": "Slough",
    "sector": "Private",
    "registered": "4",
    "sex": "f",
    "needs": "Autism | self  harm|",
    "siblings": "2",
    "solo": "y",
    "emergency": "NO",
    "weekly": "£5,250.50",
    "available_from": "03/12/2026",
    "reserved_for": "871|867",
    "reserved_until": "2027-01-31",
    "protected": "UASC",
}
Read = Callable[..., VacancyFile]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read rows as a file with all columns."""

    def reading(*rows: dict[str, str]) -> VacancyFile:
        cells = [[row.get(column, "") for column in COLUMNS] for row in rows]
        return read_vacancies(write_csv(tmp_path / "places.csv", COLUMNS, cells), TODAY, AUTHORITIES)

    return reading


def test_a_full_row_is_read_into_setting_and_vacancy(read: Read) -> None:
    found = read(FULL)
    assert found.rejected == ()
    (row,) = found.rows
    assert (row.ref, row.row) == ("V1", 2)
    setting, vacancy = row.setting, row.vacancy
    assert (setting.ref, setting.urn, setting.name, setting.provider) == (
        "SC123456",
        "SC123456",
        "The Elms",
        "Elm Care",
    )
    assert (setting.type, setting.place, setting.outcode, setting.authority) == (
        "residential",
        "K2",
        "SL1",
        "871",
    )
    assert (setting.town, setting.sector, setting.registered) == ("Slough", "private", 4)
    assert (vacancy.accepting, vacancy.age_min, vacancy.age_max, vacancy.sex) == (2, 8, 17, "F")
    assert (vacancy.needs, vacancy.siblings) == (("autism", "self harm"), 2)
    assert (vacancy.solo, vacancy.emergency, vacancy.weekly) == (True, False, 525_050)
    assert (vacancy.available_from, vacancy.reserved_until) == ("2026-12-03", "2027-01-31")
    assert (vacancy.reserved_for, vacancy.protected) == (("867", "871"), "UASC")


def test_only_the_required_cells_are_needed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", REQUIRED, [[GOOD[column] for column in REQUIRED]])
    (row,) = read_vacancies(path, TODAY, AUTHORITIES).rows
    assert (row.vacancy.sex, row.vacancy.siblings, row.vacancy.weekly) == ("A", 1, 0)
    assert row.setting.ref == "elm care / the elms / sl1"


@pytest.mark.parametrize(
    ("said", "kind", "place"),
    [
        ("foster", "foster", "U6"),
        ("Supported", "supported", "K3"),
        ("k1", "secure", "K1"),
        ("S1", "school", "S1"),
    ],
)
def test_type_is_a_care_type_or_a_place_code(read: Read, said: str, kind: str, place: str) -> None:
    setting = read({**GOOD, "type": said}).rows[0].setting
    assert (setting.type, setting.place) == (kind, place)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *[(column, "") for column in REQUIRED],
        *[
            ("authority", "999"),
            ("authority", "Slough"),
            ("outcode", "Slough"),
            ("type", "castle"),
            ("type", "P1"),
        ],
        *[
            ("accepting", "two"),
            ("accepting", "-1"),
            ("accepting", "1.5"),
            ("accepting", "٣"),
            ("accepting", "5"),
        ],
        *[("accepting", "1000000"), ("age_min", "18"), ("age_max", "99"), ("registered", "lots")],
        *[("sex", "X"), ("siblings", "some"), ("solo", "maybe"), ("emergency", "1"), ("weekly", "free")],
        *[
            ("weekly", "-5"),
            ("weekly", "1.234,50"),
            ("available_from", "tomorrow"),
            ("available_from", "3/12/2206"),
        ],
        *[("reserved_until", "31/02/2027"), ("reserved_for", "871|000"), ("urn", "X1"), ("sector", "pirate")],
        *[("town", "x" * 301), ("reserved_for", "")],
    ],
)
def test_each_cell_at_fault_is_named(read: Read, column: str, value: str) -> None:
    found = read({**FULL, column: value}, {**FULL, "ref": "V2"})
    (bad,) = found.rejected
    assert (bad.row, bad.column) == (2, column)
    assert bad.reason.startswith(column)
    assert bad.cells[column] == value
    assert [row.ref for row in found.rows] == ["V2"]


def test_all_faults_of_a_row_are_told_at_once(read: Read) -> None:
    (bad,) = read({**GOOD, "outcode": "?", "age_min": "?", "weekly": "?"}).rejected
    assert all(column in bad.reason for column in ("outcode", "age_min", "weekly"))


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("REF, provider ,outcode\n1,2,3\n")
    with pytest.raises(Refused) as refusal:
        read_vacancies(path, TODAY, AUTHORITIES)
    assert "setting, authority, type, accepting, age_min, age_max" in refusal.value.message
    assert "x.csv, line 1" in refusal.value.where


def test_unknown_columns_are_reported_as_written(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [*REQUIRED, "Colour"], [[*(GOOD[c] for c in REQUIRED), "red"]])
    found = read_vacancies(path, TODAY, AUTHORITIES)
    assert (found.unknown_columns, len(found.rows)) == (("Colour",), 1)


def test_the_same_ref_again_is_rejected_unless_the_first_was(read: Read) -> None:
    found = read({**GOOD, "age_min": "?"}, GOOD, {**GOOD, "accepting": "1"})
    assert [row.row for row in found.rows] == [3]
    assert [(bad.row, bad.column) for bad in found.rejected] == [(2, "age_min"), (4, "ref")]
    assert "line 3" in found.rejected[1].reason


@pytest.mark.parametrize(
    ("column", "value"), [("authority", "886"), ("outcode", "RG1"), ("type", "K1"), ("setting", "Oaks")]
)
def test_one_home_cannot_be_two(read: Read, column: str, value: str) -> None:
    found = read(FULL, {**FULL, "ref": "V2", column: value})
    assert [(bad.row, bad.column) for bad in found.rejected] == [(3, column)]
    assert "line 2" in found.rejected[0].reason


def test_two_places_in_one_home_share_its_key(read: Read) -> None:
    found = read(FULL, {**FULL, "ref": "V2"})
    assert len({row.setting.ref for row in found.rows}) == 1


@pytest.mark.parametrize("urn", ["SC123456", "", "XXXXXXX"])
def test_households_of_one_agency_keep_their_own_keys(read: Read, urn: str) -> None:
    rows = [{**FULL, "urn": urn, "type": "foster", "ref": out, "outcode": out} for out in ("SL1", "SL2")]
    assert len({row.setting.ref for row in read(*rows).rows}) == 2


@pytest.mark.parametrize(
    ("said", "kept"), [("y", "UASC"), ("n", ""), ("", ""), ("Young parents", "Young parents")]
)
def test_protected_names_a_group(read: Read, said: str, kept: str) -> None:
    assert read({**GOOD, "protected": said}).rows[0].vacancy.protected == kept


def test_rejected_rows_go_back_as_sent_and_pass_once_put_right(read: Read, tmp_path: Path) -> None:
    sent = {**FULL, "needs": "=HYPERLINK(1)|autism", "outcode": "=cmd", "setting": 'The "Elms", north'}
    found = read(sent, {**FULL, "ref": "V2"})
    path = write_rejected(tmp_path / "places.csv", found.header, found.rejected)
    assert path == tmp_path / "places.rejected.csv"
    with path.open(newline="") as handle:
        (row,) = csv.DictReader(handle)
    assert row.pop("reason")[0].isalpha()
    assert row == {column: sent.get(column, "") for column in COLUMNS}
    path.write_text(path.read_text().replace("=cmd", "SL1", 1))
    again = read_vacancies(path, TODAY, AUTHORITIES)
    assert (len(again.rows), again.rejected, again.unknown_columns) == (1, (), ())
    path.write_text(path.read_text().replace("SL1", "=cmd", 1))
    twice = read_vacancies(path, TODAY, AUTHORITIES)
    second = write_rejected(path, twice.header, twice.rejected).read_text().splitlines()[0]
    assert second.split(",").count("reason") == 1


def test_rows_that_do_not_fit_the_header_are_rejected_with_all_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    good = ",".join(GOOD[column] for column in REQUIRED)
    path.write_text(f"{','.join(REQUIRED)}\n{good},more,cells\nV2,short\n")
    found = read_vacancies(path, TODAY, AUTHORITIES)
    assert [bad.row for bad in found.rejected] == [2, 3]
    text = write_rejected(path, found.header, found.rejected).read_text()
    assert "more, cells" in text
    assert "V2,short" in text
    assert all(bad.reason[0].isalpha() for bad in found.rejected)


CELL = st.text(max_size=8) | st.sampled_from(["871", "SL1", "K2", "3", "8", "y", "F", "2026-12-01", "£9.50"])


@STEADY
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), max_size=4))
def test_every_row_is_taken_or_rejected_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("places")
    cells = [["x", *(row[column] for column in COLUMNS)] for row in rows]
    try:
        path = write_csv(folder / "x.csv", ["mark", *COLUMNS], cells)
        found = read_vacancies(path, TODAY, AUTHORITIES)
    except RccError:
        assert any("\0" in cell for row in cells for cell in row)
        return
    assert len(found.rows) + len(found.rejected) == len(rows)
    assert all(bad.reason[0].isalpha() for bad in found.rejected)
    assert write_rejected(path, found.header, found.rejected).is_file()


@STEADY
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, headed: bool
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.csv"
    path.write_bytes((",".join(REQUIRED).encode() + b"\n" if headed else b"") + data)
    try:
        found = read_vacancies(path, TODAY, AUTHORITIES)
    except RccError:
        return
    lines = [row.row for row in found.rows] + [bad.row for bad in found.rejected]
    assert len(set(lines)) == len(lines)
