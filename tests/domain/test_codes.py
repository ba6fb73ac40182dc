from __future__ import annotations

import pytest

from rcc_tui.domain import codes
from rcc_tui.domain.errors import Refused

ALL_LISTS = (
    codes.SEX,
    codes.PLACE,
    codes.PLACE_PROVIDER,
    codes.RNE,
    codes.LEGAL_STATUS,
    codes.CIN,
    codes.REC,
    codes.REASON_PLACE_CHANGE,
    codes.ETHNIC,
    codes.REFUSAL_REASONS,
    codes.OUT_OF_AREA,
)


def test_place_codes_follow_the_collection_years() -> None:
    assert "H5" in codes.place_codes(2024)
    assert "K3" not in codes.place_codes(2024)
    assert {"K3", "Z1"} <= codes.place_codes(2025)
    assert codes.place_codes(2025).isdisjoint({"H5", "P2", "Z11"})
    assert {"Z11", "Z12", "Z13", "Z14"} <= codes.place_codes(2026)
    assert "Z1" not in codes.place_codes(2026)
    assert len(codes.place_codes(2017)) == 27


def test_unpublished_meanings_stay_empty() -> None:
    empty = [code for code, meaning in codes.PLACE.items() if not meaning]
    assert empty == ["Z11", "Z12", "Z13", "Z14"]


def test_the_lists_hold_what_the_guidance_lists() -> None:
    assert len(codes.ENDING_REASONS) == 12
    assert len(codes.REC) == 22
    assert len(codes.LEGAL_STATUS) == 13
    assert len(codes.ETHNIC) == 20


@pytest.mark.parametrize("listed", ALL_LISTS)
def test_every_code_checks_as_itself_in_any_case(listed: dict[str, str]) -> None:
    for code in listed:
        assert codes.check_code(f" {code.lower()} ", listed, "code") == code


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused) as refused:
        codes.check_code("CARPI", codes.ENDING_REASONS, "reason")
    assert refused.value.where == "reason"
    assert "CARPI" in refused.value.message
    assert "CARPL" in refused.value.hint


def test_an_empty_code_is_refused() -> None:
    with pytest.raises(Refused, match="has no code"):
        codes.check_code(" ", codes.CIN, "category")


def test_a_few_letters_find_the_code() -> None:
    assert codes.pick("k2", codes.PLACE)[0] == ("K2", "Children's home")
    assert codes.pick("care", codes.LEGAL_STATUS)[0][0] in ("C1", "C2")
    assert codes.pick("full care", codes.LEGAL_STATUS)[0][0] == "C2"
    assert codes.pick("tra iri", codes.ETHNIC)[0][0] == "WIRT"
    assert codes.pick("zzzz", codes.PLACE) == []
    assert codes.pick("", codes.CIN) == list(codes.CIN.items())


def test_a_code_outranks_a_meaning_that_holds_the_letters() -> None:
    assert codes.pick("other", codes.ENDING_REASONS)[0][0] == "OTHER"


@pytest.mark.parametrize("urn", ["SC123456", "sc123456", " 1234567 ", "xxxxxxx"])
def test_urns_that_hold(urn: str) -> None:
    assert codes.check_urn(urn) == urn.strip().upper()


@pytest.mark.parametrize("urn", ["", "SC12345", "123456", "12345678", "XXXXXX", "SC1234567", "١٢٣٤٥٦٧"])
def test_urns_that_do_not(urn: str) -> None:
    with pytest.raises(Refused) as refused:
        codes.check_urn(urn)
    assert refused.value.where == "urn"
