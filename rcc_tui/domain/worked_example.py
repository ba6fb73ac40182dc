"""What is said wherever sums are shown that rest on a tariff no authority has agreed."""

from __future__ import annotations

REMARK = "WORKED EXAMPLE: no authority has agreed these prices."


def remark(worked_example: bool) -> str:
    """The sentence for a screen or a paper; empty where the prices are agreed ones."""
    return REMARK if worked_example else ""
