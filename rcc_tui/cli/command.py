"""How a function becomes a command: the options all commands share, sets of options, its example."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import typer

from rcc_tui.cli.answer import Answer, Stream
from rcc_tui.cli.session import Session

Reply = Answer | Stream | None
F = TypeVar("F", bound=Callable[..., Reply])


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a set: `key` it is kept under, its type, its flags, and a line of help."""

    key: str
    type: Any
    flags: tuple[str, ...]
    help: str


class OptionSet(dict[str, Any]):
    """Options several commands share. Holds only those that were given, by key."""

    CHOICES: ClassVar[Sequence[Choice]] = ()


Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
Store = Annotated[
    Path | None,
    typer.Option("--store", metavar="DIR", help="The store, instead of RCC_HOME.", file_okay=False),
]
Yes = Annotated[bool, typer.Option("--yes", help="Answer yes to every question.")]

# Their names inside: beside a command's own parameters none may clash.
_SHARED = {"answer_json": (Json, False), "use_store": (Store, None), "answer_yes": (Yes, False)}


def noun(help: str) -> typer.Typer:
    """A group of commands about one noun."""
    app = typer.Typer(help=help, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(_group)
    return app


def single() -> typer.Typer:
    """A noun that is a command by itself."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _group(
    ctx: typer.Context, answer_json: Json = False, use_store: Store = None, answer_yes: Yes = False
) -> None:
    """A group takes the options all commands share, and none of its own."""
    shared = {"answer_json": answer_json, "use_store": use_store, "answer_yes": answer_yes}
    take_shared(ctx.obj, shared)


def command(app: typer.Typer, name: str, *, example: str) -> Callable[[F], F]:
    """Register a function `(session, …) -> Answer` as a command of `app`.

    Its docstring is the help, `example` (without the leading `rcc`) closes it. `--json`, `--store` and
    `--yes` are added; a parameter whose type is an `OptionSet` becomes that set's options.
    """

    def register(function: F) -> F:
        signature = inspect.signature(function, eval_str=True)
        sets: dict[str, type[OptionSet]] = {}
        parameters: list[inspect.Parameter] = [_keyword("ctx", typer.Context, inspect.Parameter.empty)]
        for parameter in list(signature.parameters.values())[1:]:
            kind = parameter.annotation
            if isinstance(kind, type) and issubclass(kind, OptionSet):
                sets[parameter.name] = kind
                parameters += [_option(parameter.name, choice) for choice in kind.CHOICES]
            else:
                parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
        parameters += [_keyword(key, kind, default) for key, (kind, default) in _SHARED.items()]

        def run(ctx: typer.Context, **given: Any) -> Reply:
            session: Session = ctx.obj
            take_shared(session, given)
            for key, kind in sets.items():
                given[key] = _gather(kind, key, given)
            return function(session, **given)

        run.__doc__ = function.__doc__
        run.__name__ = function.__name__
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        app.command(name, epilog=f"Example:\n\n\b\n  rcc {example}")(run)
        return function

    return register


def take_shared(session: Session, given: dict[str, Any]) -> None:
    """Move the options all commands share out of `given` into the session."""
    session.json = bool(given.pop("answer_json")) or session.json
    session.yes = bool(given.pop("answer_yes")) or session.yes
    session.store = given.pop("use_store") or session.store


def _keyword(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _option(set_name: str, choice: Choice) -> inspect.Parameter:
    option = typer.Option(None, *choice.flags, help=choice.help)
    return _keyword(f"{set_name}_{choice.key}", choice.type | None, option)


def _gather(kind: type[OptionSet], set_name: str, given: dict[str, Any]) -> OptionSet:
    found = kind()
    for choice in kind.CHOICES:
        value = given.pop(f"{set_name}_{choice.key}")
        if value not in (None, []):
            found[choice.key] = value
    return found
