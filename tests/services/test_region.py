"""Setting up a region: what cannot be a region, a member or a desk leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.domain.errors import Refused
from rcc_tui.services import region


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"code": ""}, "code"),
        ({"code": "87"}, "code"),
        ({"code": "Slough"}, "code"),
        ({"code": "HUB-N"}, "code"),
        ({"code": "871", "role": "hub"}, "code"),
        ({"code": "871", "role": "king"}, "role"),
        ({"code": "871", "gss": "nonsense"}, "gss"),
        ({"code": "871", "hub": "West"}, "hub"),
    ],
)
def test_a_member_that_cannot_be_leaves_no_key_behind(
    tmp_path: Path, facts: dict[str, str], where: str
) -> None:
    region.init_region(tmp_path, "South East")
    before = sorted(tmp_path.iterdir())
    given = dict(facts)
    with pytest.raises(Refused) as refused:
        region.enrol_authority(tmp_path, given.pop("code"), "Slough", **given)  # type: ignore[arg-type]
    assert refused.value.where == where
    assert sorted(tmp_path.iterdir()) == before


def test_a_region_has_a_name_and_a_desk_a_code(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="name"):
        region.init_region(tmp_path / "nameless", " ")
    assert not (tmp_path / "nameless").exists()
    region.init_region(tmp_path, "South East")
    with pytest.raises(Refused, match="“Slough” is no code"):
        region.init_desk(tmp_path / "desk", tmp_path / "region.json", "Slough", "placements")
    assert not (tmp_path / "desk").exists()
