"""The command `rcc`: which noun lies in which module, and how one command line is run.

A noun's module is imported when the noun is used, never for the help of the whole.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rcc_tui.cli.answer import Answer, Stream
from rcc_tui.cli.command import Json, Store, Yes, take_shared
from rcc_tui.cli.failures import failure
from rcc_tui.cli.session import OpenScreens, Session
from rcc_tui.cli.version import version_line
from rcc_tui.domain.errors import UsageError

# Noun → (module of rcc_tui.cli, one line of help).
NOUNS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Make a whole made-up region to try things in."),
    "today": ("today", "What wants doing today."),
    "status": ("status", "What this desk holds, and of whom it has heard."),
    "request": ("request", "Requests: children who need a place."),
    "setting": ("setting", "Settings: homes and households where places are."),
    "vacancy": ("vacancy", "Vacancies: places on offer."),
    "search": ("search", "Find places, however the words are spelt."),
    "tariff": ("tariff", "Tariffs: agreed price lists, and quotes by them."),
    "trade": ("trade", "Trades: a child of one authority in a place of another."),
    "ledger": ("ledger", "What each agreed trade costs, month by month."),
    "reconcile": ("reconcile", "The month's end: statements, answers, the close."),
    "bundle": ("bundle", "Bundles: what one desk tells another, as a signed file."),
    "sync": ("sync", "Exchange bundles through a shared folder."),
    "conflicts": ("conflicts", "Conflicts: fields that two desks set apart from each other."),
    "erase": ("erase", "Erase a record everywhere, and see who has confirmed."),
    "log": ("logs", "Logs: how far each counts, and upholding one that was cut."),
    "import": ("imports", "Take in the field's files."),
    "init": ("init", "Make the store of a new desk."),
    "backup": ("backup", "Write the store and its keys into one sealed file."),
    "restore": ("restore", "Make the store anew from a backup."),
    "reopen": ("reopen", "Let a copied or older store sign again."),
    "region": ("region", "Set up a region: its keys, members and roll."),
    "check": ("check", "Verify signatures, chains, digests and the database."),
    "digest": ("digest", "One hash of all that an audience adds up to here."),
    "rebuild": ("rebuild", "Fold every log anew and compare."),
    "batch": ("batch", "Run many commands in one process."),
}


class Nouns(TyperGroup):
    """The nouns by their table. Contexts and formatters are of types that Typer does not export."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All nouns, in the table's order."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The noun's commands; its module is imported now."""
        return _build(cmd_name) if cmd_name in NOUNS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The nouns with their help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in NOUNS.items()])


@cache
def _build(noun: str) -> Any:
    app: typer.Typer = import_module(f"rcc_tui.cli.{NOUNS[noun][0]}").app
    found = typer.main.get_command(app)
    found.name = noun
    return found


app = typer.Typer(
    cls=Nouns,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    subcommand_metavar="COMMAND [ARGS]...",
    help="Find care places for children, trade them between authorities and settle up.\n\n"
    "Without a command the screens open.",
    epilog='Example:\n\n\b\n  rcc search "foster slough 12f sib2 <1200 20mi"',
)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(version_line())
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", "-V", is_eager=True, callback=_say_version, help="Say which version this is."),
]


@app.callback()
def _root(
    ctx: typer.Context,
    answer_json: Json = False,
    use_store: Store = None,
    answer_yes: Yes = False,
    version: Version = False,
) -> None:
    shared = {"answer_json": answer_json, "use_store": use_store, "answer_yes": answer_yes}
    take_shared(ctx.obj, shared)


@cache
def root() -> Any:
    """The whole command, as Typer builds it."""
    return typer.main.get_command(app)


def answer(args: Sequence[str], session: Session) -> Answer | Stream:
    """Run one command line. Raises what the command raises; words that are off are a UsageError."""
    try:
        reply = root().main(args=list(args), prog_name="rcc", standalone_mode=False, obj=session)
    except typer.TyperException as error:
        raise _usage(error) from error
    if isinstance(reply, Answer | Stream):
        return reply
    return Answer(None, exit_code=reply if isinstance(reply, int) else 0)


def outcome(args: Sequence[str], session: Session) -> Answer:
    """Run one command line; whatever goes wrong is an answer too."""
    try:
        reply = answer(args, session)
        return reply.gathered() if isinstance(reply, Stream) else reply
    except (KeyboardInterrupt, OpenScreens, BrokenPipeError):
        raise
    except Exception as error:
        return failure(error)


def _usage(error: typer.TyperException) -> UsageError:
    """Typer's complaint in our words, with where help is to be had."""
    message = error.format_message().strip()
    ctx: Any = getattr(error, "ctx", None)
    if ctx is None:
        return UsageError(message)
    hints = []
    if isinstance(ctx.command, TyperGroup):
        known = ctx.command.list_commands(ctx)
        named = message.partition("'")[2].partition("'")[0]
        near = difflib.get_close_matches(named, known, n=1) if named else []
        if near and "Did you mean" not in message:
            hints.append(f"Did you mean {near[0]}?")
        elif not near:
            hints.append(f"One of {', '.join(known)}.")
    hints.append(f"See `{ctx.command_path} --help`.")
    return UsageError(message, hint=" ".join(hints))
