"""The mutation check finds the verifications it should, and switches them off."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.mutation.explained import EXPLAINED
from tests.mutation.sites import sites

ROOT = Path(__file__).parents[2]

SOURCE = """
def check(a, b):
    if len(a) > 3 or b is None:
        raise ValueError("no")
    if a:
        print(b)


def fold(item, folded, history):
    if item.known:
        item.count()
    else:
        folded.refuse(item, "not known")
    if why := unsound(item):
        folded.refuse(item, why)


def may(a: int, b: int) -> bool:
    return a > 1 and b > 2


class Book:
    def audit(self, row):
        whole = row.a and row.b and row.c
        if not whole:
            yield "broken"
"""


def test_every_condition_that_refuses_is_found_and_is_its_own_site(tmp_path: Path) -> None:
    (tmp_path / "made.py").write_text(SOURCE)
    found = sites(tmp_path, "made.py")
    assert {(site.function, site.text, site.put) for site in found} == {
        ("check", "len(a) > 3", "(False)"),
        ("check", "b is None", "(False)"),
        ("fold", "item.known", "(True)"),
        ("fold", "why := unsound(item)", "(False)"),
        ("may", "a > 1", "(True)"),
        ("may", "b > 2", "(True)"),
        ("Book.audit", "row.a", "(True)"),
        ("Book.audit", "row.b", "(True)"),
        ("Book.audit", "row.c", "(True)"),
        ("Book.audit", "not whole", "(False)"),
    }
    for site in found:
        ast.parse(site.mutated(SOURCE.encode()))
        assert SOURCE.splitlines()[site.line - 1].find(site.text) >= 0


def test_what_is_explained_stands_in_the_source() -> None:
    """An explanation of what is gone would hide what comes after it."""
    paths = {name.partition(":")[0] for name in EXPLAINED}
    there = {site.name for path in paths for site in sites(ROOT, path)}
    assert set(EXPLAINED) <= there


def test_the_checks_of_the_importer_are_among_them() -> None:
    found = {site.function for site in sites(ROOT, "rcc_tui/sync/verifying.py")}
    assert {"_check_chain", "_link", "_Batch.require_signatures"} <= found
