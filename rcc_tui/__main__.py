"""The command `rcc`: opens the screens, or does what a command says."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rcc_tui.cli.session import Demo

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (`sys.argv` where none is given) and return its exit code."""
    from rcc_tui.cli.printing import close_quietly, speak_utf8

    args = list(sys.argv[1:] if argv is None else argv)
    speak_utf8()
    try:
        return _run(args)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        close_quietly()
        return 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0


def _run(args: list[str]) -> int:
    if args and args[0] in ("--version", "-V"):
        from rcc_tui.cli.version import version_line

        sys.stdout.write(version_line() + "\n")
        return 0
    store = _only_store(args)
    return _command(args) if store is None else _screens(store)


def _only_store(args: list[str]) -> Path | None:
    """The store to open the screens at, when the words ask for nothing else."""
    match args:
        case []:
            from rcc_tui.config import default_store

            return default_store()
        case ["--store", folder]:
            return Path(folder)
        case [word] if word.startswith("--store="):
            return Path(word.removeprefix("--store="))
    return None


def _screens(store: Path) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.stderr.write(
            "rcc: the screens need a terminal.\n"
            "  Give a command instead, for example `rcc today`; `rcc --help` lists them.\n"
        )
        return 2
    from rcc_tui.cli.asking import unlock

    try:
        unlocked = unlock(store)
    except Exception as error:
        from rcc_tui.cli.failures import failure
        from rcc_tui.cli.printing import show

        return show(failure(error), as_json=False)
    from rcc_tui import app

    return app.run(store, unlocked)


def _command(args: list[str]) -> int:
    from rcc_tui.cli.failures import failure
    from rcc_tui.cli.printing import show
    from rcc_tui.cli.root import answer, outcome
    from rcc_tui.cli.session import OpenScreens, Session

    session = Session(load_demo=_demo, execute=outcome)
    try:
        return show(answer(args, session), as_json=session.json)
    except OpenScreens as asked:
        session.close()
        return _screens(asked.store)
    except (KeyboardInterrupt, BrokenPipeError, SystemExit):
        raise
    except Exception as error:
        return show(failure(error), as_json=session.json or "--json" in args)
    finally:
        session.close()


def _demo() -> Demo:
    from rcc_tui import demo

    return demo


if __name__ == "__main__":
    sys.exit(main())
