"""rcc region …"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli import region_leaving
from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.output import blocks, day, fields, table
from rcc_tui.cli.region_leaving import REGION, At, Code
from rcc_tui.cli.session import Session

if TYPE_CHECKING:
    from rcc_tui.services.region import RollView

app = noun("Set up a region: its keys, members and roll.")
_enrol = noun("Put a member or a desk on the draft of the next roll.")
_roll = noun("The roll: who is a member, signed by two of three root keys.")
_rotate = noun("New keys for old.")
app.add_typer(_enrol, name="enrol")
app.add_typer(_roll, name="roll")
app.add_typer(_rotate, name="rotate")
region_leaving.add(app)

Key = Annotated[Path, typer.Option("--key", metavar="FILE", help="The key file to sign with.")]
Rolls = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Published rolls, in any order.")]


@command(app, "init", example='region init --name "South East" --at region')
def init(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="What the region is called.")],
    at: At = REGION,
) -> Answer:
    """Make the root keys and the empty draft of the first roll."""
    from rcc_tui.services import region

    made = region.init_region(at, name)
    session.tell("Put each root key on a stick of its own, and take it away from here; two must sign a roll.")
    roots = [root.hex() for root in made.roots]
    document = {"region": made.name, "at": str(at), "roots": roots, "threshold": made.threshold}
    return Answer(document, f"region {made.name} in {at}: {len(roots)} root keys, {made.threshold} must sign")


@command(
    _enrol, "authority", example="region enrol authority --code 871 --name Slough --gss E06000039 --hub N"
)
def enrol_authority(
    session: Session,
    code: Annotated[str, typer.Option("--code", help="DfE code, or HUB-N, HUB-S.")],
    name: Annotated[str, typer.Option("--name", help="What it is called; by its code when left out.")] = "",
    gss: Annotated[str, typer.Option("--gss", help="GSS code.")] = "",
    hub: Annotated[str, typer.Option("--hub", help="N or S.")] = "",
    role: Annotated[str, typer.Option("--role", help="authority or hub.")] = "authority",
    trust: Annotated[str, typer.Option("--trust", help="The Children's Trust that delivers for it.")] = "",
    host: Annotated[
        bool, typer.Option("--host", help="It hosts the co-operative: publishes tariffs.")
    ] = False,
    joined: Annotated[str, typer.Option("--joined", help="The day it joined.")] = "",
    at: At = REGION,
) -> Answer:
    """Put a member on the draft and make its key."""
    from rcc_tui.cli.options import iso_day
    from rcc_tui.config import system_clock
    from rcc_tui.services import region

    day_joined = iso_day(joined, system_clock().today(), "--joined")
    key = region.enrol_authority(
        at, code, name or code, gss=gss, hub=hub, role=role, trust=trust, host=host, joined=day_joined
    )
    session.tell("Give the key to the authority, on a stick: it admits the authority's desks.")
    return Answer({"code": code, "key": str(key)}, f"{code} is on the draft; its key is {key}")


@command(_enrol, "desk", example="region enrol desk desk-871.json --key region/authority-871.key")
def enrol_desk(
    session: Session,
    request: Annotated[Path, typer.Argument(metavar="FILE", help="What `rcc init` wrote for this desk.")],
    key: Key,
    at: At = REGION,
) -> Answer:
    """Admit a desk by its authority's key and put it on the draft."""
    from rcc_tui.services import region

    member = region.enrol_desk(at, request, key)
    seat = member.desks[-1]
    document = {"code": member.code, "desk": seat.key.hex(), "name": seat.name}
    return Answer(
        document, f"desk {seat.name} of {member.name} is on the draft; sign and publish the roll next"
    )


@command(_roll, "show", example="region roll show --at region")
def show(
    session: Session,
    at: Annotated[
        Path | None, typer.Option("--at", metavar="DIR", help="The draft in a region's folder.")
    ] = None,
) -> Answer:
    """The roll this desk goes by, or the draft of the next one."""
    from rcc_tui.services import region

    return _answer(region.show_draft(at) if at else region.show_roll(session.desk()))


@command(_roll, "sign", example="region roll sign --key root-1.key --at region")
def sign(session: Session, key: Key, at: At = REGION) -> Answer:
    """Sign the draft with one root key."""
    from rcc_tui.services import region

    return _answer(region.sign_draft(at, key))


@command(_roll, "publish", example="region roll publish --at region")
def publish(session: Session, at: At = REGION) -> Answer:
    """Make the signed draft the roll of the region."""
    from rcc_tui.services import region

    path = region.publish_roll(at)
    session.tell("Each desk takes it in with: rcc region roll adopt FILE. Bundles carry it further.")
    return Answer({"file": str(path)}, f"published: {path}")


@command(_roll, "adopt", example="region roll adopt region/roll-1.json")
def adopt(session: Session, files: Rolls) -> Answer:
    """Take published rolls into this desk's store; a desk that joins late needs all of them."""
    from rcc_tui.services import region
    from rcc_tui.services.health import warnings

    desk = session.desk()
    new = region.adopt_rolls(desk, files) > 0
    for warning in warnings(desk):
        session.tell(warning)
    version = region.show_roll(desk).version
    word = "taken in" if new else "known already"
    return Answer({"version": version, "new": new}, f"roll {version} {word}")


@command(_roll, "expire", example="region roll expire 31/3/2027 --at region")
def expire(
    session: Session,
    on: Annotated[str, typer.Argument(metavar="DAY", help="The day; every desk is warned after it.")],
    at: At = REGION,
) -> Answer:
    """Say on the draft by which day there should be a newer roll: a warning, nothing stops."""
    from rcc_tui.cli.options import iso_day
    from rcc_tui.config import system_clock
    from rcc_tui.services import region

    return _answer(region.set_expiry(at, iso_day(on, system_clock().today(), "DAY")))


@command(_roll, "resolve", example="region roll resolve region/roll-3.json")
def resolve(session: Session, files: Rolls) -> Answer:
    """Go by a later roll after two valid ones of one version were seen; the other is set aside."""
    from rcc_tui.services.roll_fork import resolve_roll_fork

    session.confirm("Go by this roll, as both hubs have told you?")
    version = resolve_roll_fork(session.desk(), files)
    return Answer({"version": version}, f"this desk goes by roll {version}; the other was set aside")


@command(_rotate, "authority", example="region rotate authority 871 --at region")
def rotate_authority(session: Session, code: Code, at: At = REGION) -> Answer:
    """Give a member a new key on the draft; it admits the member's desks anew."""
    from rcc_tui.services import rotation

    key = rotation.rotate_authority(at, code)
    session.tell("Give the key to the authority, on a stick. The old one is worth nothing after this roll.")
    return Answer({"code": code, "key": str(key)}, f"the draft has a new key for {code}: {key}")


@command(_rotate, "root", example="region rotate root 2 --at region")
def rotate_root(
    session: Session,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Which one was lost: 1, 2 or 3.")],
    at: At = REGION,
) -> Answer:
    """Put a new root key on the draft in the place of a lost one; the two that are left sign."""
    from rcc_tui.services import rotation

    key = rotation.rotate_root(at, number)
    session.tell("Put the key on a stick of its own, and take it away from here.")
    return Answer({"number": number, "key": str(key)}, f"the draft has a new root key {number}: {key}")


@command(_rotate, "desk", example="region rotate desk --store slough")
def rotate_desk(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="What the desk is called with its new key.")] = "",
) -> Answer:
    """Make a new key for this desk, and the file to hand in; the old one goes on until `finish`."""
    from rcc_tui.services import new_key

    request = new_key.ask_new_key(session.desk(), name)
    session.tell("Hand the file in: rcc region enrol desk FILE --key AUTHORITY.key")
    return Answer({"request": str(request)}, f"a new key was made; hand in {request}")


@command(_rotate, "finish", example="region rotate finish --store slough")
def rotate_finish(session: Session) -> Answer:
    """Go on with the new key of this desk, once the roll has it; then let the old one be revoked."""
    from rcc_tui.cli.asking import asker
    from rcc_tui.services import new_key

    session.close()
    done = new_key.take_up(session.folder, asker())
    session.tell("Have the old key revoked next: rcc region heads, then rcc region revoke.")
    return Answer(
        asdict(done), f"desk {done.name} of {done.code} signs with its new key; revoke {done.old_name}"
    )


def _answer(view: RollView) -> Answer:
    document = {
        "version": view.version,
        "region": view.region,
        "published": view.published,
        "signatures": view.signatures,
        "threshold": view.threshold,
        "expires": view.expires,
        "members": [
            {
                "code": member.code,
                "name": member.name,
                "hub": member.hub,
                "role": member.role,
                "host": member.host,
                "joined": member.joined,
                "left": member.left,
                "desks": [{"key": seat.key.hex(), "name": seat.name} for seat in member.desks],
            }
            for member in view.members
        ],
    }
    rows = [
        (
            one.code,
            one.name,
            one.hub,
            one.role,
            "host" if one.host else "",
            day(one.joined),
            day(one.left),
            str(len(one.desks)),
        )
        for one in view.members
    ]
    text = blocks(
        fields(
            (
                ("region", view.region),
                ("roll", f"version {view.version}" + ("" if view.published else ", a draft")),
                ("signed by", f"{view.signatures} root keys, {view.threshold} needed"),
                ("expires", day(view.expires)),
            )
        ),
        table(rows, ("code", "name", "hub", "role", "host", "joined", "left", "desks")),
    )
    return Answer(document, text)
