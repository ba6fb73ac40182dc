"""A fuzzer led by coverage, for whoever has atheris: `python -m tests.attacks.fuzz header -runs=1000000`.

It is no dependency and runs in no pipeline: `pip install atheris` beside the program. Hypothesis does the
same with every change, more briefly, in `test_malformed.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from rcc_tui.domain.errors import BundleError


def targets() -> dict[str, tuple[Callable[[bytes], object], type[Exception]]]:
    """What reads bytes of strangers, and the one error that may come out of it."""
    from rcc_tui.acts.kinds import KINDS
    from rcc_tui.sync import bundle, entry, proof, roll

    found: dict[str, tuple[Callable[[bytes], object], type[Exception]]] = {
        "file": (lambda raw: bundle.unpack(bundle.MAGIC + raw), BundleError),
        "section": (entry.unframe, BundleError),
        "header": (entry.read_header, BundleError),
        "roll": (roll.read_roll, BundleError),
        "signatures": (lambda raw: roll.check_succession(roll.SignedRoll(b"{}", raw), None, ()), BundleError),
        "proof": (proof.read_proof, BundleError),
    }
    for name, kind in KINDS.items():
        found[name] = (kind.decode, ValueError)
    return found


def main(words: list[str]) -> None:
    """Fuzz the target named first; the rest is for libFuzzer."""
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=["rcc_tui"]):
        known = targets()
    read, expected = known[words[0]]

    def one(raw: bytes) -> None:
        try:
            read(raw)
        except expected:
            return

    atheris.Setup([sys.argv[0], *words[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
