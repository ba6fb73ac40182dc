"""rcc init"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError

if TYPE_CHECKING:
    from rcc_tui.services.secrets import Keeping

app = single()

KeyFile = Annotated[
    bool, typer.Option("--key-file", help="Leave the keys in an open file, 0600: made-up data, locked disks.")
]


@command(app, "init", example="init --authority 871 --region region.json")
def init(
    session: Session,
    authority: Annotated[str, typer.Option("--authority", help="DfE code, or HUB-N, HUB-S.")],
    region: Annotated[
        Path, typer.Option("--region", metavar="FILE", help="The region's file: name and root keys.")
    ] = Path("region.json"),
    name: Annotated[str, typer.Option("--name", help="What this desk is called.")] = "placements",
    key_file: KeyFile = False,
    no_encryption: Annotated[
        bool, typer.Option("--no-encryption", help="Leave the store as it is for anybody to read.")
    ] = False,
) -> Answer:
    """Make this desk's keys and empty store, and the file to hand in for enrolment.

    The store is encrypted. Its key is kept in the key ring of the system, or under the passphrase in
    RCC_PASSPHRASE or typed, or in the file RCC_KEY_FILE names.
    """
    from rcc_tui.services import region as setup

    if key_file and no_encryption:
        raise UsageError("--key-file and --no-encryption exclude each other.", hint="Give one of them.")
    keeping = keeping_of(session.folder, key_file=key_file, no_encryption=no_encryption)
    request = setup.init_desk(session.folder, region, authority, name, keeping=keeping)
    session.tell("Hand the enrolment file in: rcc region enrol desk FILE --key AUTHORITY.key")
    encryption = keeping.kept if keeping.encrypted else "none"
    document = {
        "authority": authority,
        "store": str(session.folder),
        "request": str(request),
        "encryption": encryption,
    }
    text = f"store made in {session.folder}; encryption: {encryption}; enrolment file: {request}"
    return Answer(document, text)


def keeping_of(store: Path, *, key_file: bool, no_encryption: bool = False) -> Keeping:
    """How the secret of a new desk is to be kept, as asked for or else as is best here. Raises Refused."""
    from rcc_tui.cli.asking import new_asker
    from rcc_tui.services import secrets

    if no_encryption:
        return secrets.PLAIN
    return secrets.BESIDE if key_file else secrets.choose(store, new_asker())
