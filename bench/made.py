"""Stores for benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rcc_tui.services import region as setup
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.secrets import BESIDE, PLAIN


def region(folder: Path, codes: Sequence[str], plain: Sequence[str] = ()) -> dict[str, Desk]:
    """A region with a desk for each of `codes`, the first of them the host, roll 1 adopted.

    The stores of the desks in `plain` are not encrypted.
    """
    setup.init_region(folder / "region", "bench")
    for code in codes:
        role = "hub" if code.startswith("HUB") else "authority"
        key = setup.enrol_authority(folder / "region", code, code, role=role, host=code == codes[0])
        keeping = PLAIN if code in plain else BESIDE
        request = setup.init_desk(
            folder / code, folder / "region" / "region.json", code, "desk", keeping=keeping
        )
        setup.enrol_desk(folder / "region", request, key)
    for number in (1, 2):
        setup.sign_draft(folder / "region", folder / "region" / f"root-{number}.key")
    roll = setup.publish_roll(folder / "region")
    desks = {code: open_desk(folder / code) for code in codes}
    for desk in desks.values():
        setup.adopt_roll(desk, roll)
    return desks
