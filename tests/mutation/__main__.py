"""Switches off each verification in turn: do the tests notice? `python -m tests.mutation [word …]`.

Words choose files by a part of their path (`incoming`). What was found out is kept in `build/mutation`: a
second run goes on where the first one ended, and tries again only what has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutation.explained import EXPLAINED
from tests.mutation.sites import Site, sites
from tests.mutation.survey import survey

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "mutation"
WATCHED = ("rcc_tui/sync", "rcc_tui/acts")
TESTS = ["tests/attacks", "tests/sync", "tests/acts", "tests/services"]
AT_ONCE = 2
# The quickest tests find nearly everything; the rest is asked only when they have found nothing.
FIRST = 40
SECONDS = 300
SLOW = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of switching one check off: killed, survived, or uncovered by any test."""

    what: str
    by: str = ""


def _copy(number: int) -> Path:
    """A tree of its own for each worker, so that nobody sees another's mutation."""
    folder = BUILD / f"tree {number}"
    shutil.rmtree(folder, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def _covering(site: Site, found: dict[str, dict[str, Any]]) -> list[str]:
    """The tests that call what holds a site, the quickest first; very slow ones cost more than they tell."""
    short = site.path.removeprefix("rcc_tui/")
    tests = [
        (float(test["took"]), name)
        for name, test in found.items()
        if f"{short}:{site.function}" in test["called"] and float(test["took"]) < SLOW
    ]
    return [name for _, name in sorted(tests)]


def _notice(tree: Path, tests: list[str]) -> str:
    """The first of the tests that fails, empty when none does."""
    listed = tree / "chosen.txt"
    listed.write_text("\n".join(tests))
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        f"@{listed}",
    ]
    try:
        ran = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "it no longer ended"
    if ran.returncode == 0:
        return ""
    failed = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else f"pytest ended with {ran.returncode}"


def _try(site: Site, tree: Path, tests: list[str]) -> Outcome:
    if not tests:
        return Outcome("uncovered")
    path = tree / site.path
    honest = path.read_bytes()
    path.write_bytes(site.mutated(honest))
    try:
        for part in (tests[:FIRST], tests[FIRST:]):
            if part and (by := _notice(tree, part)):
                return Outcome("killed", by)
        return Outcome("survived")
    finally:
        path.write_bytes(honest)


def _key(site: Site) -> str:
    """Changes with the file that holds the site."""
    digest = hashlib.sha256((ROOT / site.path).read_bytes()).hexdigest()[:16]
    return f"{digest} {site.start} {site.name}"


def _chosen(words: list[str]) -> list[Site]:
    paths = sorted(str(path.relative_to(ROOT)) for folder in WATCHED for path in (ROOT / folder).glob("*.py"))
    wanted = [path for path in paths if not words or any(word in path for word in words)]
    return [site for path in wanted for site in sites(ROOT, path)]


def _run(chosen: list[Site], known: dict[str, dict[str, str]]) -> None:
    left = [site for site in chosen if _key(site) not in known]
    if not left:
        return
    trees: SimpleQueue[Path] = SimpleQueue()
    for number in range(AT_ONCE):
        trees.put(_copy(number))
    watched = BUILD / "tree 0"
    found = survey(watched, TESTS, BUILD / "survey.json")
    results = BUILD / "results.jsonl"

    def one(site: Site) -> None:
        tree = trees.get()
        try:
            outcome = _try(site, tree, _covering(site, found))
        finally:
            trees.put(tree)
        known[_key(site)] = {"what": outcome.what, "by": outcome.by}
        with results.open("a") as file:
            file.write(json.dumps([_key(site), known[_key(site)]]) + "\n")
        _say(f"{outcome.what:>9}  {site.path}:{site.line}  {site.text[:90]}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, left))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    """Try them, print the survivors and the rate; 0 when every one is killed or explained."""
    BUILD.mkdir(parents=True, exist_ok=True)
    chosen = _chosen(words)
    results = BUILD / "results.jsonl"
    known: dict[str, dict[str, str]] = (
        dict(map(json.loads, results.read_text().splitlines())) if results.exists() else {}
    )
    started = time.perf_counter()
    _run(chosen, known)
    alive = [site for site in chosen if known[_key(site)]["what"] != "killed"]
    unexplained = [site for site in alive if site.name not in EXPLAINED]
    total, noticed = len(chosen), len(chosen) - len(alive)
    _say(f"\n{total} verifications, {noticed} noticed, in {time.perf_counter() - started:.0f} s")
    for site in alive:
        why = EXPLAINED.get(site.name, "not noticed by any test")
        _say(f"  {site.path}:{site.line} {site.function}: {site.text}\n      {why}")
    rates = (100 * count / max(total, 1) for count in (noticed, total - len(unexplained)))
    _say("kill rate {:.1f} %, with those explained {:.1f} %".format(*rates))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
