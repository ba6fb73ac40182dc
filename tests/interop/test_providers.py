"""The published provider lists: settings out, everything else accounted for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import RccError, Refused
from rcc_tui.domain.vacancy import SettingFacts, check_setting
from rcc_tui.interop.providers import ProviderList, read_providers
from tests.interop.steady import STEADY
from tests.shared import DATA, needs_data

OFSTED = DATA / "ofsted_providers_south_east_2023-03-31.csv"
WORKBOOK = DATA / "ssda903-fake-2023" / "scp_ch_2025_fake.xlsx"
REGION = {
    "Bracknell Forest": "867",
    "Brighton and Hove": "846",
    "Buckinghamshire": "825",
    "East Sussex": "845",
    "Hampshire": "850",
    "Isle of Wight": "921",
    "Kent": "886",
    "Medway": "887",
    "Milton Keynes": "826",
    "Oxfordshire": "931",
    "Portsmouth": "851",
    "Reading": "870",
    "Slough": "871",
    "Southampton": "852",
    "Surrey": "936",
    "West Berkshire": "869",
    "West Sussex": "938",
    "Windsor and Maidenhead": "868",
    "Wokingham": "872",
}
HEADER = (
    "URN,Provision type,Registration date,Registration status,"
    "Name,Town,Postcode,Local authority,Sector,Places"
)
GOOD = "SC123456,Children's home,02/06/2021,Active,The Elms,Slough,SL1 2EL,Slough,Private,4"
Read = Callable[..., ProviderList]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read lines as a list."""

    def reading(*lines: str, header: str = HEADER) -> ProviderList:
        path = tmp_path / "list.csv"
        path.write_text("\n".join((header, *lines)), encoding="cp1252")
        return read_providers(path, REGION)

    return reading


@needs_data
def test_the_published_list_gives_310_childrens_homes_of_1551_places() -> None:
    found = read_providers(OFSTED, REGION)
    homes = [setting for setting in found.settings if setting.provision == "Children's home"]
    assert len(homes) == 310
    assert sum(home.places for home in homes) == 1_551
    assert {(home.type, home.place) for home in homes} == {("residential", "K2")}
    assert len(found.settings) + len(found.problems) == 466
    assert {problem.reason for problem in found.problems} == {"not a placement setting"}


@needs_data
def test_redacted_homes_get_a_name_to_speak_of_and_no_place_on_the_map() -> None:
    found = read_providers(OFSTED, REGION)
    redacted = [setting for setting in found.settings if not setting.outcode]
    assert redacted
    assert all(setting.name == f"{setting.provision} {setting.urn}" for setting in redacted)
    assert not any("REDACTED" in f"{setting}" for setting in found.settings)


@needs_data
def test_every_setting_of_the_list_is_one_the_region_can_hold() -> None:
    for setting in read_providers(OFSTED, REGION).settings:
        facts = SettingFacts(
            ref=setting.urn,
            name=setting.name,
            provider=setting.owner or setting.name,
            authority=setting.authority,
            type=setting.type,
            place=setting.place,
            outcode=setting.outcode,
            urn=setting.urn,
            sector=setting.sector,
            registered=setting.places,
        )
        assert check_setting(facts) == facts


@needs_data
def test_a_workbook_must_be_saved_as_csv_first() -> None:
    with pytest.raises(Refused, match="workbook") as refusal:
        read_providers(WORKBOOK, REGION)
    assert "CSV" in refusal.value.hint


def test_a_good_row_is_read_whole(read: Read) -> None:
    (setting,) = read(GOOD).settings
    assert (setting.urn, setting.type, setting.place, setting.name) == (
        "SC123456",
        "residential",
        "K2",
        "The Elms",
    )
    assert (setting.outcode, setting.postcode, setting.authority) == ("SL1", "SL1 2EL", "871")
    assert (setting.sector, setting.places, setting.registered_on) == ("private", 4, "2021-06-02")
    assert setting.row == 2


def test_notes_above_the_header_are_passed_over(read: Read) -> None:
    found = read("as at 31 March 2023,,,", "", HEADER, GOOD, header='"Providers, all"')
    assert [setting.row for setting in found.settings] == [5]


def test_the_combined_list_of_2025_is_read_by_its_own_columns(read: Read) -> None:
    header = (
        "Local authority,URN,Provider type,Sector,Provider name,Registration date,Registration status,"
        "Provider town,Provider postcode,Owner name,Overall effectiveness,Number of registered places"
    )
    line = "Brighton & Hove,2611447,Childrens home,Academy,Sea,01/01/2025,Registered,Hove,bn3 1aa,Us,Good,6"
    (setting,) = read(line, header=header).settings
    assert (setting.name, setting.authority, setting.outcode, setting.postcode) == (
        "Sea",
        "846",
        "BN3",
        "BN3 1AA",
    )
    assert (setting.sector, setting.places, setting.grade, setting.owner) == ("other", 6, "Good", "Us")


def test_supported_accommodation_of_2025_goes_by_the_setting(read: Read) -> None:
    header = (
        "Provider local authority,Setting Local Authority,URN,Provider type,Capacity,Setting address postcode"
    )
    lines = [f"Kent,Slough,2611447,Supported accommodation,{n},SL{n} 1AA" for n in (1, 2)]
    found = read(*lines, header=header)
    assert [(one.type, one.place, one.authority, one.outcode) for one in found.settings] == [
        ("supported", "K3", "871", "SL1"),
        ("supported", "K3", "871", "SL2"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "column", "severity"),
    [
        ("Children's home", "Boarding School", "provision type", "refused"),
        ("Active", "Cancelled", "registration status", "refused"),
        ("Slough,Private", "Leeds,Private", "local authority", "refused"),
        ("SC123456", "SC1", "urn", "refused"),
        ("SL1 2EL", "somewhere", "postcode", "warning"),
        (",4", ",many", "places", "warning"),
        ("02/06/2021", "June", "registration date", "warning"),
        (",4", "", "", "refused"),
    ],
)
def test_each_fault_is_told_by_line_and_column(
    read: Read, old: str, new: str, column: str, severity: str
) -> None:
    found = read(GOOD.replace(old, new))
    assert [(p.row, p.column, p.severity) for p in found.problems] == [(2, column, severity)]
    assert len(found.settings) == (severity == "warning")


def test_the_same_urn_at_the_same_place_is_refused(read: Read) -> None:
    found = read(GOOD, GOOD)
    assert (len(found.settings), found.problems[0].row, found.problems[0].column) == (1, 3, "urn")
    assert "line 2" in found.problems[0].reason


def test_another_file_is_refused(read: Read) -> None:
    with pytest.raises(Refused, match="no column provision type and no local authority"):
        read("1,x", header="URN,Name")
    with pytest.raises(Refused, match="no header"):
        read("1,x", header="a,b")


@STEADY
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, headed: bool
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.csv"
    path.write_bytes((HEADER.encode() + b"\n" if headed else b"") + data)
    try:
        found = read_providers(path, REGION)
    except RccError:
        return
    assert all(problem.row > 1 and problem.reason for problem in found.problems)
