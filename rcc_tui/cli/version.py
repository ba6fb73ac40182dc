"""Which version this is. Imports nothing that takes time: `rcc --version` answers in a blink."""

from __future__ import annotations


def version_line() -> str:
    """The name and version of the installed distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"rcc {version('rcc-tui')}"
    except PackageNotFoundError:
        return "rcc (run from its source)"
