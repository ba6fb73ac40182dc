"""Bundles in the hands of a carrier: nothing in them to read, and nobody opens them but whom they are for."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.names import pair
from rcc_tui.acts.referrals import Open
from rcc_tui.domain.errors import BundleError, Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import Exported, describe, export
from rcc_tui.sync import bundle as form
from rcc_tui.sync import outgoing, seal
from rcc_tui.sync.bundle import Recipient, pack, unpack
from rcc_tui.sync.entry import read_header
from rcc_tui.sync.opening import open_bundle
from rcc_tui.sync.outgoing import Outgoing
from rcc_tui.sync.proof import MAX_PROOF, Proof, encode_proof, read_proof
from rcc_tui.sync.roll import DESK_TYPE, DeskSeat, Member, seat_body
from tests.attacks.facts import home, request
from tests.attacks.forge import (
    Scribe,
    bundle,
    everything,
    import_bytes,
    inside,
    sealed_again,
    take_in,
)
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import Seat, key_of, member_of, seat, signed_roll

pytestmark = pytest.mark.threat(row="carrier")
PAIR = pair("870", "931")
THIEF = key_of("a carrier's own key")


def _told(desk: Desk) -> None:
    """An entry for all, one between two, one of the authority's own."""
    with desk.writing() as w:
        w.act("setting", home(desk.code, "Yewtree Lodge"))
        w.act("request", request())
        w.act(
            "referral",
            Open(desk.code, "931" if desk.code == "870" else "870", "", Needs(9, "F")),
            audience=PAIR,
        )


def _sent(desk: Desk, to: str, folder: Path, *, unsealed: bool = False) -> tuple[Exported, bytes]:
    (exported,) = export(desk, [to], folder, unsealed=unsealed)
    return exported, Path(exported.file).read_bytes()


def _tokens(desk: Desk) -> Iterator[bytes]:
    """Whatever would tell a carrier something: ids, kinds, salts, words, names, members, rolls."""
    for header, signature, salt, payload in desk.store.write.execute(
        "SELECT header, signature, salt, payload FROM entry"
    ):
        said = read_header(header)
        yield from (header, signature, salt, payload, said.kind.encode(), said.commit)
        yield from (said.record, said.record.hex().encode(), said.log)
        yield from (word for word in payload.replace(b'"', b" ").split() if len(word) > 3)
    for log, audience, key, incarnation in desk.store.write.execute(
        "SELECT log, audience, desk, incarnation FROM log"
    ):
        yield from (log, audience.encode(), key, key.hex().encode(), incarnation)
    for one in desk.rolls.signed:
        yield from (one.document, one.signatures)
    assert desk.rolls.latest is not None
    for member in desk.rolls.latest.members:
        yield from (f'"{member.code}"'.encode(), member.name.encode(), member.key)
        for one_seat in member.desks:
            yield from (one_seat.recipient.encode(), one_seat.key)
    yield from (
        b"Yewtree",
        b"manifest",
        b"rcc_tui",
        b"pair:",
        b"own:",
        form.MAGIC.strip(),
        form.END.strip() * 2,
    )


def _found(raw: bytes, token: bytes) -> bool:
    """As it is, or as the header of a seal would write it."""
    return token in raw or (len(token) > 8 and base64.b64encode(token).rstrip(b"=")[:-2] in raw)


@pytest.mark.parametrize("to", ["931", "870"])
def test_nothing_in_it_can_be_read(copies: Copies, tmp_path: Path, tally: Tally, to: str) -> None:
    """Not even for whom it is, who made it and how many logs it holds; to my own desks as to others."""
    desk = copies.desk(seat("870"))
    _told(desk)
    exported, raw = _sent(desk, to, tmp_path)
    assert exported.sealed
    tokens = set(_tokens(desk))
    assert len(tokens) > 60
    opened = inside(raw, seat("870", 2).desk if to == "870" else seat("931").desk)
    assert _found(opened, b"Yewtree") or len(unpack(opened).packed) == (3 if to == "870" else 2)
    for token in tokens:
        tally.add("plaintext tokens", _found(raw, token))
        assert not _found(raw, token), token
    name = Path(exported.file).name
    assert "870" not in name or "870" in name.removeprefix("rcc_")[:8]


def test_a_key_that_is_no_recipient(region: dict[str, Desk], tmp_path: Path) -> None:
    _told(region["870"])
    exported, raw = _sent(region["870"], "931", tmp_path)
    for other in (region["HUB-N"], region["870"]):
        before = everything(other)
        for verify_only in (True, False):
            result = take_in(other, Path(exported.file), verify_only=verify_only)
            assert (result.result, result.new, result.exit_code) == ("refused", 0, 1)
            assert "sealed for others" in result.reason
        assert everything(other) == before
        told = describe(Path(exported.file), other.key)
        assert told == {"file": exported.file, "sealed": True, "opened": False, "bytes": len(raw), "logs": []}
    for key in (THIEF, key_of("member 931"), key_of("root 0")):
        with pytest.raises(seal.SealedForOthers):
            seal.unseal(raw, key)
        assert not seal.is_sealed_to(raw[: seal.MAX_HEADER], key)
    assert seal.is_sealed_to(raw[: seal.MAX_HEADER], region["931"].key)
    assert take_in(region["931"], Path(exported.file)).new == 2


def test_every_desk_of_the_member_opens_it_and_no_other(copies: Copies, tmp_path: Path) -> None:
    sender = copies.desk(seat("931"))
    _told(sender)
    exported, _ = _sent(sender, "870", tmp_path)
    for number in (1, 2):
        assert take_in(copies.desk(seat("870", number)), Path(exported.file)).new == 2
    exported, raw = _sent(copies.desk(seat("870")), "870", tmp_path)
    assert [seal.is_sealed_to(raw, seat("870", number).desk) for number in (1, 2)] == [False, True]
    with pytest.raises(seal.SealedForOthers):
        open_bundle(Path(exported.file))


def test_every_byte_of_the_seal_flipped(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    _, raw = _sent(region["931"], "870", tmp_path)
    before = everything(reading)
    for place in range(0, len(raw), often(7, 1)):
        changed = bytearray(raw)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises(BundleError):
            seal.unseal(bytes(changed), reading.key)
    for length in range(0, len(raw), often(11, 1)):
        with pytest.raises(BundleError):
            seal.unseal(raw[:length], reading.key)
    for more in (b"\0", raw, b"END\n"):
        assert import_bytes(reading, raw + more).result == "refused"
    assert everything(reading) == before


def test_every_byte_inside_flipped_by_one_who_may_open_it(region: dict[str, Desk], tmp_path: Path) -> None:
    """A desk of the same member can open the seal and close it again over other words."""
    reading = region["870"]
    _told(region["931"])
    _, raw = _sent(region["931"], "870", tmp_path)
    opened = inside(raw, reading.key)
    named = sorted(unpack(opened).manifest.sealed_to)
    before = everything(reading)
    for place in range(0, len(opened), often(61, 3)):
        changed = bytearray(opened)
        changed[place] ^= 1 << (place % 8)
        assert import_bytes(reading, seal.seal(bytes(changed), named)).exit_code == 3
    assert everything(reading) == before


def test_sealed_anew_by_one_it_was_for(region: dict[str, Desk], tmp_path: Path) -> None:
    """Oxfordshire hands on to Reading what the hub told Oxfordshire alone."""
    with region["HUB-N"].writing() as w:
        w.act("setting", home("931"))
    _, raw = _sent(region["HUB-N"], "931", tmp_path)
    opened = inside(raw, seat("931").desk)
    reading = region["870"]
    before = everything(reading)
    result = import_bytes(reading, seal.seal(opened, [seal.recipient_of(reading.key)]))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert "sealed it anew" in result.reason
    assert everything(reading) == before


def test_a_seal_that_was_taken_off(region: dict[str, Desk], tmp_path: Path) -> None:
    reading = region["870"]
    _told(region["931"])
    _, raw = _sent(region["931"], "870", tmp_path)
    before = everything(reading)
    result = import_bytes(reading, inside(raw, reading.key))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert "somebody opened it" in result.reason
    assert everything(reading) == before
    assert import_bytes(reading, raw).new == 2


def test_a_seal_put_on_an_open_bundle(reading: Desk) -> None:
    """Whoever made it never meant it for one desk: a carrier did that, to make it look like more."""
    raw = seal.seal(bundle(seat("931").desk), [seal.recipient_of(reading.key)])
    result = import_bytes(reading, raw)
    assert (result.result, result.exit_code) == ("refused", 3)


def test_sealed_by_a_stranger(reading: Desk) -> None:
    """To seal to a desk takes nobody's leave; what is inside is still signed by nobody."""
    keys = (seal.recipient_of(reading.key),)
    honest = unpack(bundle(THIEF)).manifest
    manifest = msgspec.structs.replace(honest, recipients=(Recipient("870", keys),))
    result = import_bytes(reading, sealed_again(pack(manifest, [], THIEF)))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert "stranger" in result.reason


def test_sealed_to_a_desk_whose_member_is_not_named(reading: Desk) -> None:
    """It is taken in as what it is, and what its maker holds is not believed to be said to us."""
    maker, keys = seat("931").desk, (seal.recipient_of(reading.key),)
    for code in ("931", "999"):
        manifest = msgspec.structs.replace(
            unpack(bundle(maker, heads=[form.Head(b"l" * 32, 4, b"h" * 32)])).manifest,
            recipients=(Recipient(code, keys),),
        )
        result = import_bytes(reading, sealed_again(pack(manifest, [], maker)))
        assert result.new == 0
        assert reading.store.write.execute("SELECT COUNT(*) FROM peer_head").fetchone() == (0,)


def _adopt(desk: Desk, members: list[Member]) -> None:
    signed = signed_roll(members, before=desk.rolls.signed[-1], version=2)
    assert desk.adopt_roll(signed)


def test_a_desk_that_cannot_be_sealed_to(copies: Copies, tmp_path: Path) -> None:
    """Nothing is written for anybody, and the desk is named."""
    desk = copies.desk(seat("870"))
    _told(desk)
    hub = seat("HUB-N")
    bare = DeskSeat(hub.desk.public, "Old desk", "", True, b"")
    admitted = msgspec.structs.replace(bare, admitted=hub.member.sign(DESK_TYPE, seat_body("HUB-N", bare)))
    members = [
        member_of("870", [seat("870"), seat("870", 2)], host=True),
        member_of("931", [seat("931")]),
        msgspec.structs.replace(member_of("HUB-N", [hub]), desks=(admitted,)),
    ]
    _adopt(desk, members)
    with pytest.raises(Refused, match="Old desk") as refused:
        export(desk, ["all"], tmp_path / "out")
    assert "HUB-N" in refused.value.message
    assert refused.value.hint
    assert not (tmp_path / "out").exists()
    (exported,) = export(desk, ["HUB-N"], tmp_path / "out", unsealed=True)
    assert (exported.entries, exported.left_out, exported.sealed) == (1, 1, False)


def test_what_is_not_for_everybody_never_leaves_unsealed(
    region: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though whoever gathers the entries be mistaken: the one place that lets bundles go looks again."""
    desk = region["870"]
    _told(desk)
    gathered = Outgoing._sections
    monkeypatch.setattr(Outgoing, "_sections", lambda self, to, logs: gathered(self, to, self._logs(to)))
    with pytest.raises(Refused, match="not for everybody"):
        export(desk, ["931"], tmp_path / "out", unsealed=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("audience", [PAIR, "own:870", "own:931"])
def test_the_one_place_that_lets_bundles_go(audience: str) -> None:
    scribe = Scribe(seat("870").desk, audience)
    scribe.write("request", request())
    raw = bundle(seat("870").desk, [scribe.section()], to=("931",))
    with pytest.raises(Refused, match="not for everybody"):
        outgoing.closed(unpack(raw).manifest, raw)


def test_an_open_bundle_says_nothing_of_the_rest(region: dict[str, Desk], tmp_path: Path) -> None:
    """No entry, no log, no head and no proof of what is between two; and it says what it leaves out."""
    desk = region["870"]
    _told(desk)
    desk.store.write.execute(
        "INSERT INTO proof SELECT log, desk, ? FROM log WHERE audience<>'rcc'", (b"proof of a fork",)
    )
    exported, raw = _sent(desk, "931", tmp_path, unsealed=True)
    assert (exported.sealed, exported.entries, exported.left_out) == (False, 1, 1)
    manifest = unpack(raw).manifest
    rcc = {log for (log,) in desk.store.write.execute("SELECT log FROM log WHERE audience='rcc'")}
    assert {part.log for part in manifest.parts} == {head.log for head in manifest.heads} == rcc
    assert manifest.proofs == ()
    assert take_in(region["931"], Path(exported.file)).new == 1
    assert take_in(region["HUB-N"], Path(exported.file)).new == 1
    told = describe(Path(exported.file))
    assert (told["sealed"], told["opened"], told["recipients"]) == (False, True, ["931"])


def _proof(one: Seat, audience: str) -> Proof:
    scribe = Scribe(one.desk, audience)
    twice = sorted((scribe.copy().write("setting", home()) for _ in range(2)), key=lambda made: made.hash)
    headers = [part for made in twice for part in (made.signed.header, made.signed.signature)]
    return Proof(scribe.key.public, audience, scribe.incarnation, *headers)


def test_proofs_of_forks_go_sealed(region: dict[str, Desk], tmp_path: Path) -> None:
    desk = region["870"]
    _told(desk)
    for one, audience in ((seat("870"), "rcc"), (seat("931"), PAIR), (seat("870", 2), "own:870")):
        proof = _proof(one, audience)
        row = (proof.log, proof.desk, encode_proof(proof))
        desk.store.write.execute("INSERT INTO proof VALUES (?, ?, ?)", row)
    _, raw = _sent(desk, "931", tmp_path)
    proofs = unpack(inside(raw, seat("931").desk)).manifest.proofs
    assert {read_proof(one).audience for one in proofs} == {"rcc", PAIR}


@pytest.mark.parametrize(
    "proofs", [[b"p"] * (form.MAX_PROOFS + 1), [bytes(MAX_PROOF + 1)]], ids=["many", "large"]
)
def test_more_proofs_than_any_bundle_may_carry(reading: Desk, proofs: list[bytes]) -> None:
    maker = seat("931").desk
    manifest = msgspec.structs.replace(unpack(bundle(maker)).manifest, proofs=tuple(proofs))
    result = import_bytes(reading, pack(manifest, [], maker))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert "more proofs" in result.reason


def test_a_seal_of_a_million_lines(reading: Desk) -> None:
    """To read the header of a seal takes the square of its length: this one would take minutes."""
    line = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"
    for header in (line * 10_000, b"-> X25519 " + b"A" * 1_000_000, b"-> grease " + b"x\n" * 500_000):
        result = import_bytes(
            reading, form.SEALED + b"v1\n" + header + b"\n--- " + b"A" * 43 + b"\n" + bytes(90)
        )
        assert (result.result, result.exit_code) == ("refused", 3)
        assert "larger than any may be" in result.reason


def test_a_newer_form_is_told_from_damage(reading: Desk) -> None:
    """Of the seal, of the bundle, of its manifest: the word is to update, not that something is broken."""
    maker = seat("931").desk
    body = msgspec.json.encode({"format": 2, "maker": "whatever comes", "more": [1, 2]})
    signature = maker.public + maker.sign(form.MANIFEST_TYPE, body)
    whole = form.MAGIC + len(body).to_bytes(4, "big") + body + len(signature).to_bytes(4, "big") + signature
    trailer = (len(whole) + 44).to_bytes(8, "big") + sha256(whole).digest() + form.END
    for raw in (
        whole + trailer,
        form.SEALED + b"v2\n-> X25519 A\nA\n--- A\n" + bytes(90),
        b"RCCBNDL2\n" + bytes(90),
    ):
        result = import_bytes(reading, raw)
        assert result.exit_code == 3
        assert "Update rcc" in result.reason
