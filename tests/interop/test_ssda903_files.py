"""Which files of a folder are read, and XML that must never be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import RccError, Refused
from rcc_tui.interop.ssda903 import read_903
from rcc_tui.interop.ssda903_xml import MAX_DEPTH, read_xml
from tests.interop.steady import STEADY

HEADER_CSV = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nC1,1,05/04/2012,WBRI,,,\n"
EPISODES_CSV = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    "C1,01/05/2024,S,C2,N1,U6,PR1,,,,,,\n"
)
HEADER_XML = "<HEADER><CHILDID>X1</CHILDID><SEX>2</SEX><DOB>01/02/2011</DOB><ETHNIC>WBRI</ETHNIC>{}</HEADER>"
EPISODE_XML = (
    "<EPISODE><DECOM>01/05/2024</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>K2</PL>"
    "<PLACE_PROVIDER>PR4</PLACE_PROVIDER></EPISODE>"
)


def xml(inside: str = "", *, episode: str = EPISODE_XML) -> str:
    """A return of one child in XML."""
    return f"<EXPSSDA903><CHILD>{HEADER_XML.format(inside)}{episode}</CHILD></EXPSSDA903>"


def put(folder: Path, **texts: str) -> Path:
    """Write files, their names given with _ for the dot."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_tables_are_known_by_header_not_by_name(tmp_path: Path) -> None:
    found = read_903([put(tmp_path, a_csv=EPISODES_CSV, b_csv=HEADER_CSV)])
    assert (len(found.children), len(found.episodes), found.problems) == (1, 1, ())


def test_what_a_folder_holds_besides_is_told_and_passed_over(tmp_path: Path) -> None:
    put(tmp_path, h_csv=HEADER_CSV, other_csv="a,b\n1,2\n", broken_xml="<a>", notes_docx="?", empty_csv="")
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "inner").mkdir()
    found = read_903([tmp_path])
    assert len(found.children) == 1
    assert {problem.file for problem in found.problems} == {
        "other.csv",
        "broken.xml",
        "notes.docx",
        "empty.csv",
    }
    assert {(problem.row, problem.severity) for problem in found.problems} == {(0, "warning")}


def test_csv_goes_before_xml_table_by_table(tmp_path: Path) -> None:
    both = read_903([put(tmp_path / "both", h_csv=HEADER_CSV, e_csv=EPISODES_CSV, r_xml=xml())])
    assert [child.child for child in both.children] == ["C1"]
    assert [(p.file, p.severity) for p in both.problems] == [("r.xml", "warning")]
    only = read_903([put(tmp_path / "some", e_csv=EPISODES_CSV.replace("C1", "X1"), r_xml=xml())])
    assert [child.child for child in only.children] == ["X1"]
    assert [(episode.child, episode.place) for episode in only.episodes] == [("X1", "U6")]


def test_a_named_xml_is_read_beside_named_csvs(tmp_path: Path) -> None:
    put(tmp_path, h_csv=HEADER_CSV, e_csv=EPISODES_CSV, r_xml=xml())
    found = read_903([tmp_path / name for name in ("h.csv", "r.xml", "e.csv")])
    assert [child.child for child in found.children] == ["C1", "X1"]
    assert len(found.episodes) == 2


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, h_csv=HEADER_CSV)
    assert read_903([tmp_path, tmp_path / "h.csv", tmp_path]).problems == ()


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folders = [put(tmp_path / name, h_csv=HEADER_CSV) for name in ("one", "two")]
    found = read_903(folders)
    assert found.count("Header").refused == 1
    assert found.problems[0].file == str(tmp_path / "two" / "h.csv")


def test_a_named_file_must_be_of_the_return(tmp_path: Path) -> None:
    put(tmp_path, other_csv="a,b\n1,2\n")
    with pytest.raises(Refused, match=r"other\.csv has the header of no SSDA903 table"):
        read_903([tmp_path / "other.csv"])
    with pytest.raises(Refused, match="No file of the SSDA903 return"):
        read_903([tmp_path])
    with pytest.raises(Refused, match="does not exist"):
        read_903([tmp_path / "none.csv"])


def test_xml_holds_the_other_tables_inside_the_header(tmp_path: Path) -> None:
    inside = (
        "<UASC>1</UASC><DUC>01/02/2029</DUC><IN_TOUCH>YES</IN_TOUCH><ACTIV>F1</ACTIV>"
        "<AREVIEW><REVIEW>03/03/2024</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
        "<OC2><SDQ_SCORE>21</SDQ_SCORE><HEALTH_CHECK>1</HEALTH_CHECK></OC2><AMISSING/>"
    )
    found = read_903([put(tmp_path, r_xml=xml(inside)) / "r.xml"])
    assert found.problems == ()
    assert (found.children[0].uasc, found.children[0].duc) == (True, "2029-02-01")
    assert {extra.kind for extra in found.extras} == {"OC3", "Reviews", "OC2"}
    review = next(extra for extra in found.extras if extra.kind == "Reviews")
    assert review.values == (("DOB", "01/02/2011"), ("REVIEW", "03/03/2024"), ("REVIEW_CODE", "PN1"))


def test_an_xml_episode_before_its_header_belongs_to_the_child(tmp_path: Path) -> None:
    text = f"<EXPSSDA903><CHILD>{EPISODE_XML}{HEADER_XML.format('')}</CHILD></EXPSSDA903>"
    assert read_903([put(tmp_path, r_xml=text) / "r.xml"]).episodes[0].child == "X1"


def test_xml_rows_are_numbered_by_kind(tmp_path: Path) -> None:
    path = put(tmp_path, r_xml=xml(episode=EPISODE_XML + EPISODE_XML)) / "r.xml"
    assert [(record.kind, record.row) for record in read_xml(path)] == [
        ("Header", 1),
        ("Episodes", 1),
        ("Episodes", 2),
    ]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS + xml(), "never read"),
        ('<!doctype x SYSTEM "file:///etc/hostname">' + xml(), "never read"),
        (xml().replace("X1", "&b;"), "not well-formed"),
        (xml()[:-5], "not well-formed"),
        ("", "not well-formed"),
        ("CHILD,SEX\n1,2\n", "not well-formed"),
        ("<html><body/></html>", "not an SSDA903 return"),
        ("<EXPSSDA903>" + "<A>" * (MAX_DEPTH + 1), "nests deeper"),
        (xml() + xml(), "not well-formed"),
    ],
)
def test_xml_that_is_never_read(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        read_903([put(tmp_path, r_xml=text) / "r.xml"])
    assert refusal.value.where.endswith("r.xml")


def test_an_encoding_that_hides_a_doctype_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "r.xml"
    path.write_bytes(("<?xml version='1.0' encoding='utf-16'?>" + LAUGHS + xml()).encode("utf-16"))
    with pytest.raises(Refused):
        read_903([path])
    path.write_bytes(("<?xml version='1.0' encoding='utf-7'?>" + xml()).encode())
    assert len(read_903([path]).children) == 1


@STEADY
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_as_xml_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, inside: bool
) -> None:
    path = tmp_path_factory.mktemp("xml") / "r.xml"
    whole = xml("@").encode()
    path.write_bytes(whole.replace(b"@", data) if inside else data)
    try:
        found = read_903([path])
    except RccError:
        return
    assert len(found.children) + found.count("Header").refused >= 1
