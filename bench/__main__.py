"""All benchmarks, one after the other: `python -m bench`, or `python -m bench importing search` for some."""

from __future__ import annotations

import sys
from importlib import import_module

ALL = ("startup", "importing", "liveness", "search", "painting", "reconciling")


def main(names: list[str]) -> None:
    """Run the benchmarks named, or all."""
    for name in names or ALL:
        print(f"\n{name}\n{'─' * len(name)}")
        import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
