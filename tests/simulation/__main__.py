"""Many seeds over every core: `python -m tests.simulation --seeds 1000 --first 1`."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation.run import STEPS, Outcome, blank_store, discard_blank, simulate
from tests.simulation.world import ESCAPED

# After so many seeds of a long run it says how far it is.
_EVERY = 100


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _one(asked: tuple[int, int, Path]) -> Outcome:
    seed, steps, blank = asked
    return simulate(seed, steps, blank=blank)


def _outcomes(seeds: range, steps: int, trace: bool, at_once: int) -> Iterator[Outcome]:
    blank = blank_store()
    try:
        if trace or len(seeds) == 1:
            for seed in seeds:
                yield simulate(seed, steps, _say if trace else None)
            return
        with ProcessPoolExecutor(max_workers=at_once) as pool:
            yield from pool.map(_one, [(seed, steps, blank) for seed in seeds])
    finally:
        discard_blank()


def _table(title: str, counts: Counter[str]) -> None:
    _say(f"{title}:")
    for name, count in sorted(counts.items()):
        _say(f"  {name:<32} {count:>10}")


def main() -> int:
    """Run the seeds; 0 when every one of them held."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="on how many cores")
    parser.add_argument("--trace", action="store_true", help="tell every step")
    asked = parser.parse_args()
    faults: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    forks: Counter[str] = Counter()
    failed: list[Outcome] = []
    steps = done = 0
    seeds = range(asked.first, asked.first + asked.seeds)
    for one in _outcomes(seeds, asked.steps, asked.trace, asked.at_once):
        done, steps = done + 1, steps + one.steps
        faults.update(one.faults)
        outcomes.update(one.outcomes)
        withheld.update(one.withheld)
        forks.update(one.forks)
        if asked.seeds == 1:
            _say(f"history {one.hash}")
        if done % _EVERY == 0 and done < asked.seeds:
            _say(f"{done} seeds, {steps} steps, {sum(faults.values())} faults, {len(failed)} failures")
        if one.broken:
            failed.append(one)
            _say(
                f"seed {one.seed} step {one.steps}: {'; '.join(map(str, one.broken))}\n"
                f"  replay: python -m tests.simulation --first {one.seed} --seeds 1"
                f" --steps {asked.steps} --trace"
            )
    _table("outcomes", outcomes)
    _table("faults", faults)
    _table("tails kept back (pairs of peer and log, at every import)", withheld)
    _say(f"  {_share(withheld['both'], withheld['kept back'])} of them told,")
    _say(f"  {_share(withheld['both'], withheld['told'])} of what is told is so")
    _table("two histories under one key (at every desk entitled to the log)", forks)
    _say(f"  {_share(forks['found'], forks['to be found'])} found")
    escaped = sum(problem.invariant == ESCAPED for one in failed for problem in one.broken)
    _say(
        f"{done} seeds, {steps} steps, {sum(faults.values())} faults, {escaped} escaped exceptions,"
        f" {len(failed)} failures"
    )
    return 1 if failed else 0


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"


if __name__ == "__main__":
    sys.exit(main())
