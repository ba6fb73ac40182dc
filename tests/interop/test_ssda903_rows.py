"""Rows of the return: refused only when they cannot be a record, else taken with a warning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain import codes
from rcc_tui.domain.errors import RccError, Refused
from rcc_tui.interop.ssda903 import Return903, read_903, write_903
from rcc_tui.interop.ssda903_layout import EPISODES, EXTRA_KINDS, HEADER, LAYOUTS, UASC, kind_of
from rcc_tui.interop.ssda903_rows import ChildRow, EpisodeRow, ExtraRow
from tests.interop.steady import STEADY

CHILD = {"CHILD": "C1", "SEX": "1", "DOB": "05/04/2012", "ETHNIC": "WBRI", "UPN": "A1"}
EPISODE = {
    "CHILD": "C1",
    "DECOM": "01/05/2024",
    "RNE": "S",
    "LS": "C2",
    "CIN": "N1",
    "PLACE": "U6",
    "PLACE_PROVIDER": "PR1",
    "DEC": "01/06/2024",
    "REC": "X1",
    "REASON_PLACE_CHANGE": "CARPL",
    "HOME_POST": "SL1 1AA",
    "PL_POST": "RG1 2LU",
    "URN": "SC123456",
}
Rows = list[Mapping[str, str]]
Read = Callable[..., Return903]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read tables given as rows by kind."""

    def reading(known: frozenset[str] = frozenset(), **tables: Rows) -> Return903:
        for kind, rows in tables.items():
            columns = LAYOUTS[kind].columns
            lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
            (tmp_path / f"whatever {kind}.csv").write_text("\n".join(lines))
        return read_903([tmp_path], known)

    return reading


def test_a_good_child_and_episode_are_taken_without_a_word(read: Read) -> None:
    found = read(Header=[CHILD], Episodes=[EPISODE])
    assert found.problems == ()
    assert found.children == (ChildRow("C1", "M", "2012-04-05", "WBRI", "A1"),)
    assert found.episodes[0].start == "2024-05-01"
    assert found.episodes[0].end == "2024-06-01"
    assert (found.episodes[0].file, found.episodes[0].row) == ("whatever Episodes.csv", 2)


@pytest.mark.parametrize(("sent", "sex"), [("1", "M"), ("2", "F"), ("m", "M"), ("F", "F"), ("U", "U")])
def test_sex_is_read_as_either_list_of_years_writes_it(read: Read, sent: str, sex: str) -> None:
    found = read(Header=[{**CHILD, "SEX": sent}])
    assert (found.children[0].sex, found.problems) == (sex, ())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *[("CHILD", ""), ("CHILD", "=1+1"), ("CHILD", "x" * 33), ("CHILD", "a b")],
        *[
            ("DECOM", ""),
            ("DECOM", "31/02/2024"),
            ("DECOM", "yesterday"),
            ("DEC", "30/04/2024"),
            ("DEC", "soon"),
        ],
        *[("RNE", ""), ("RNE", "X"), ("LS", "C9"), ("CIN", "N9"), ("PLACE", ""), ("PLACE", "Q1")],
        *[("PLACE_PROVIDER", "PR9"), ("REC", "E99"), ("REASON_PLACE_CHANGE", "WHIM")],
    ],
)
def test_what_cannot_be_an_episode_is_refused(read: Read, column: str, value: str) -> None:
    found = read(Header=[CHILD], Episodes=[{**EPISODE, column: value}])
    assert found.episodes == ()
    assert [(p.row, p.column, p.value, p.severity, p.kind) for p in found.problems] == [
        (2, column, value, "refused", EPISODES)
    ]
    assert (found.count(EPISODES).taken, found.count(EPISODES).refused) == (0, 1)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *[("PLACE_PROVIDER", ""), ("REC", ""), ("HOME_POST", "nowhere"), ("PL_POST", "Q6"), ("URN", "12")],
        *[("DEC", ""), ("DECOM", "01/05/2010")],
    ],
)
def test_what_is_merely_odd_is_taken_with_a_warning(read: Read, column: str, value: str) -> None:
    found = read(Header=[CHILD], Episodes=[{**EPISODE, column: value}])
    assert len(found.episodes) == 1
    assert [problem.severity for problem in found.problems] == ["warning"]


def test_another_authoritys_place_at_the_home_postcode_is_odd(read: Read) -> None:
    odd = {**EPISODE, "PLACE_PROVIDER": "PR2", "PL_POST": "sl11aa"}
    found = read(Header=[CHILD], Episodes=[odd])
    assert [(p.column, p.severity) for p in found.problems] == [("PL_POST", "warning")]


@pytest.mark.parametrize(
    ("column", "value"), [("CHILD", ""), ("DOB", ""), ("DOB", "30/02/2012"), ("DOB", "1012")]
)
def test_what_cannot_be_a_child_is_refused(read: Read, column: str, value: str) -> None:
    found = read(Header=[{**CHILD, column: value}])
    assert found.children == ()
    assert [(p.column, p.severity) for p in found.problems] == [(column, "refused")]


@pytest.mark.parametrize(
    ("column", "value"), [("SEX", "3"), ("ETHNIC", "ZZZZ"), ("ETHNIC", ""), ("MOTHER", "2"), ("MC_DOB", "x")]
)
def test_a_doubtful_child_is_taken_with_a_warning(read: Read, column: str, value: str) -> None:
    found = read(Header=[{**CHILD, column: value}])
    assert len(found.children) == 1
    assert [(p.column, p.severity) for p in found.problems] == [(column, "warning")]


def test_the_same_key_twice_is_refused_naming_the_first(read: Read) -> None:
    found = read(Header=[CHILD, {**CHILD, "SEX": "2"}], Episodes=[EPISODE, {**EPISODE, "PLACE": "K2"}])
    assert (found.children[0].sex, found.episodes[0].place) == ("M", "U6")
    assert [(p.kind, p.row) for p in found.problems] == [(HEADER, 3), (EPISODES, 3)]
    assert all("row 2" in problem.reason for problem in found.problems)


def test_an_episode_of_nobody_is_refused_unless_the_child_is_known(read: Read) -> None:
    found = read(Episodes=[EPISODE])
    assert (found.count(EPISODES).refused, found.problems[0].column) == (1, "CHILD")
    assert read(frozenset({"C1"}), Episodes=[EPISODE]).count(EPISODES).taken == 1


def test_uasc_rows_are_laid_on_their_child(read: Read) -> None:
    rows = [{"CHILD": "C1", "DUC": "05/04/2030"}, {"CHILD": "C1"}, {"CHILD": "C9"}]
    found = read(Header=[CHILD], UASC=rows)
    assert (found.children[0].uasc, found.children[0].duc) == (True, "2030-04-05")
    assert (found.count(UASC).taken, found.count(UASC).refused) == (2, 1)
    assert [(extra.kind, extra.child) for extra in found.extras] == [(UASC, "C9")]


def test_other_tables_are_kept_as_given_and_told_when_about_nobody(read: Read) -> None:
    row = {"CHILD": "C1", "DOB": "05/04/2012", "REVIEW": "not a date", "REVIEW_CODE": "PN1"}
    found = read(Header=[CHILD], Reviews=[row, row, {**row, "CHILD": "C9"}, {**row, "CHILD": ""}])
    values = (("DOB", "05/04/2012"), ("REVIEW", "not a date"), ("REVIEW_CODE", "PN1"))
    assert found.extras == (ExtraRow("Reviews", "C1", values), ExtraRow("Reviews", "C9", values))
    assert [(p.row, p.severity) for p in found.problems] == [(3, "refused"), (4, "warning"), (5, "refused")]


def test_a_ragged_row_counts_as_refused(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nC1,1,05/04/2012\n")
    found = read_903([path])
    assert (found.count(HEADER).taken, found.count(HEADER).refused) == (0, 1)
    assert "cells" in found.problems[0].reason


def test_columns_of_other_years_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_text("child;sex;dob;ethnic;surprise\nC1;F;2012-04-05;WBRI;x\nC2;F;05/04/2012;WBRI;y\n")
    found = read_903([path])
    assert [child.dob for child in found.children] == ["2012-04-05", "2012-04-05"]
    assert {(p.row, p.column) for p in found.problems} == {
        (1, n) for n in ("UPN", "MOTHER", "MC_DOB", "SURPRISE")
    }
    assert {problem.severity for problem in found.problems} == {"warning"}


def test_every_layout_is_known_by_its_own_header() -> None:
    assert {kind: kind_of(layout.columns) for kind, layout in LAYOUTS.items()} == {k: k for k in LAYOUTS}
    assert kind_of(("CHILD", "DOB")) == ""


DAY = st.dates().map(lambda day: day.replace(year=2000 + day.year % 30 // 4 * 4).isoformat())
NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9/_-]{0,9}", fullmatch=True)
FREE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=9).map(str.strip)


def _code(known: Mapping[str, str], *more: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*known, *more])


@st.composite
def returns(draw: st.DrawFn) -> tuple[list[ChildRow], list[EpisodeRow], list[ExtraRow]]:
    """A valid return: children, their episodes on different days, other rows about them."""
    children, episodes, extras = [], [], []
    for name in draw(st.lists(NAME, min_size=1, max_size=4, unique=True)):
        uasc = draw(st.booleans())
        duc = draw(DAY | st.just("")) if uasc else ""
        sex, mother = draw(st.sampled_from("MFU")), draw(st.sampled_from(["", "0", "1"]))
        ethnic = draw(_code(codes.ETHNIC))
        children.append(ChildRow(name, sex, draw(DAY), ethnic, draw(FREE), mother, draw(DAY), uasc, duc))
        for start in draw(st.lists(DAY, max_size=3, unique=True)):
            coded = (_code(codes.RNE), _code(codes.LEGAL_STATUS), _code(codes.CIN), _code(codes.PLACE))
            rne, legal_status, category, place = (draw(one) for one in coded)
            end = draw(st.sampled_from(["", start, "2099-12-31"]))
            provider, rec = draw(_code(codes.PLACE_PROVIDER, "")), draw(_code(codes.REC, ""))
            reason = draw(_code(codes.REASON_PLACE_CHANGE, ""))
            episode = EpisodeRow(name, start, rne, legal_status, category, place, provider, end, rec, reason)
            home, placed, urn = draw(st.tuples(FREE, FREE, FREE))
            episodes.append(replace(episode, home_post=home, place_post=placed, urn=urn))
        for kind in draw(st.lists(st.sampled_from([k for k in EXTRA_KINDS if k != UASC]), unique=True)):
            columns = [column for column in LAYOUTS[kind].columns if column != "CHILD"]
            extras.append(ExtraRow(kind, name, tuple((column, draw(FREE)) for column in columns)))
    return children, episodes, extras


@STEADY
@given(returns(), st.sampled_from([2018, 2024, 2025, 2026]))
def test_a_return_written_is_the_return_read(
    tmp_path_factory: pytest.TempPathFactory,
    rows: tuple[list[ChildRow], list[EpisodeRow], list[ExtraRow]],
    year: int,
) -> None:
    folder = tmp_path_factory.mktemp("return") / "new"
    paths = write_903(folder, *rows, year=year)
    found = read_903([folder])
    assert {path.name for path in paths} == {path.name for path in folder.iterdir()}
    assert (list(found.children), list(found.episodes)) == rows[:2]
    assert set(found.extras) == set(rows[2])
    assert all(problem.severity == "warning" for problem in found.problems)


@pytest.mark.parametrize("head", [b"", b"CHILD,SEX,DOB,ETHNIC\n", b"CHILD,DECOM,RNE,LS,CIN,PLACE\n"])
@STEADY
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.csv"
    path.write_bytes(head + data)
    try:
        found = read_903([path])
    except RccError:
        return
    assert len(found.children) == found.count(HEADER).taken
    assert len(found.episodes) == 0


def test_a_table_that_is_none_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no table"):
        write_903(tmp_path, [], [], [ExtraRow("Nonsense", "C1", ())])
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot be made"):
        write_903(tmp_path / "file", [], [], [])
