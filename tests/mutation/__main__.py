"""Switches off each verification in turn: do the tests notice? `python -m tests.mutation [word …]`.

Words choose files by a part of their path (`incoming`). What was found out is kept in `build/mutation`: a
second run goes on where the first one ended, and tries again only what has changed.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time

import pytest

from tests.mutation.explained import EXPLAINED
from tests.mutation.sites import Site, sites
from tests.mutation.switching import ROOT, Switching

BUILD = ROOT / "build" / "mutation"
RESULTS = BUILD / "results.jsonl"
WATCHED = ("rcc_tui/sync", "rcc_tui/acts")
TESTS = ("tests/acts", "tests/sync", "tests/attacks")
# What is tried there is tried in processes of their own, which know of no mutation, or by measuring memory.
APART = ("bombs", "full", "killed", "processes", "rot")


def key_of(site: Site) -> str:
    """Changes with the file that holds the site."""
    digest = hashlib.sha256((ROOT / site.path).read_bytes()).hexdigest()[:16]
    return f"{digest} {site.start} {site.name}"


def chosen_by(words: list[str]) -> list[Site]:
    """The sites of the files whose path holds one of these words; all without any."""
    paths = sorted(str(path.relative_to(ROOT)) for folder in WATCHED for path in (ROOT / folder).glob("*.py"))
    wanted = [path for path in paths if not words or any(word in path for word in words)]
    return [site for path in wanted for site in sites(ROOT, path)]


def _say(text: str) -> None:
    sys.__stdout__.write(f"{text}\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def _run(chosen: list[Site], known: dict[str, list[str]]) -> None:
    """Try those of which nothing is known."""

    def note(site: Site, what: str, by: str) -> None:
        known[key_of(site)] = [what, by]
        with RESULTS.open("a") as file:
            file.write(json.dumps([key_of(site), [what, by]]) + "\n")
        _say(f"{what:>9}  {site.path}:{site.line}  {site.text[:90]}")

    # A survivor is tried again: the test that notices it may have been written since.
    left = [site for site in chosen if known.get(key_of(site), [""])[0] != "killed"]
    if left:
        plain = ["-q", "-s", "--no-header", "-p", "no:xdist", "-p", "no:cacheprovider"]
        plain += [f"--ignore=tests/attacks/test_{name}.py" for name in APART]
        pytest.main([*plain, *TESTS], plugins=[Switching(left, BUILD / "survey.json", note)])


def main(words: list[str]) -> int:
    """Try them, print the survivors and the rate; 0 when every one is noticed or explained."""
    BUILD.mkdir(parents=True, exist_ok=True)
    chosen = chosen_by(words)
    known = dict(map(json.loads, RESULTS.read_text().splitlines())) if RESULTS.exists() else {}
    started = time.perf_counter()
    _run(chosen, known)
    alive = [site for site in chosen if known.get(key_of(site), [""])[0] != "killed"]
    unexplained = [site for site in alive if site.name not in EXPLAINED]
    total, noticed = len(chosen), len(chosen) - len(alive)
    _say(f"\n{total} verifications, {noticed} noticed, in {time.perf_counter() - started:.0f} s")
    for site in alive:
        why = EXPLAINED.get(site.name, f"not noticed: {known.get(key_of(site), ['not tried'])[0]}")
        _say(f"  {site.path}:{site.line} {site.function}: {site.text}\n      {why}")
    rates = (100 * count / max(total, 1) for count in (noticed, total - len(unexplained)))
    _say("kill rate {:.1f} %, with those explained {:.1f} %".format(*rates))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
