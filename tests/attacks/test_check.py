"""Flipped bits in the store: SQLite returns the altered row and calls itself well; `check` finds it."""

from __future__ import annotations

import random

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import check, rehearse
from tests.attacks.facts import home, places, recount, rename, request
from tests.attacks.forge import Scribe, bundle, everything, import_bytes
from tests.region import seat

pytestmark = pytest.mark.threat(row="rot")


@pytest.fixture
def filled(region: dict[str, Desk]) -> Desk:
    """A store with a dozen entries in two logs."""
    desk = region["870"]
    for number in range(4):
        with desk.writing() as w:
            setting = w.act("setting", home("870", f"Home {number}"))
            w.act("request", request(number))
        with desk.writing() as w:
            w.act("setting", rename(f"Ash {number}"), record=setting.record)
    assert check(desk, deep=True).ok
    assert check(desk).entries == 12
    return desk


@pytest.mark.parametrize("column", ["header", "signature", "salt", "payload", "hash", "record"])
def test_any_flipped_bit_of_an_entry_is_found(filled: Desk, column: str) -> None:
    chance = random.Random(column)
    rows = filled.store.write.execute(f"SELECT n, {column} FROM entry").fetchall()
    for n, value in rows:
        changed = bytearray(value)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        filled.store.write.execute(f"UPDATE entry SET {column}=? WHERE n=?", (bytes(changed), n))
        found = check(filled)
        assert not found.ok, (n, column)
        assert found.problems
        filled.store.write.execute(f"UPDATE entry SET {column}=? WHERE n=?", (value, n))
    assert check(filled).ok


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET seq=seq+1 WHERE n=3",
        "UPDATE entry SET kind='vacancy' WHERE n=3",
        "UPDATE entry SET log=(SELECT MAX(n) FROM log) WHERE n=1",
        "UPDATE entry SET state=1 WHERE n=5",
        "UPDATE entry SET state=2 WHERE n=5",
        "DELETE FROM entry WHERE n=1",
        "DELETE FROM entry WHERE seq=(SELECT MAX(seq) FROM entry)",
        "UPDATE log SET audience='pair:870:931' WHERE n=1",
        "UPDATE log SET connected=connected+1",
        "UPDATE log SET connected=0",
        "UPDATE log SET head=zeroblob(32)",
        "UPDATE log SET cut=0, cut_why='fork'",
        "UPDATE log SET desk=zeroblob(32) WHERE n=1",
        "UPDATE log SET incarnation=zeroblob(16) WHERE n=1",
        "UPDATE roll SET document=X'7b7d'",
        "UPDATE roll SET signatures=X'5b5d'",
        "UPDATE log SET cut=1, cut_why='revoked' WHERE n=1",
        "UPDATE log SET cut_why='fork' WHERE n=1",
        "UPDATE log SET missing=0 WHERE n=1",
        "INSERT INTO upheld SELECT MIN(n) FROM entry",
        "INSERT INTO proof SELECT log, desk, X'5b5d' FROM log WHERE n=1",
        "UPDATE roll SET version=2",
        "INSERT INTO waiting (dep, entry, chain) VALUES (zeroblob(32), 999, 0)",
        "UPDATE entry SET n=0 WHERE n=1",
        "UPDATE entry SET n=28 WHERE n=12",
        "UPDATE alembic_version SET version_num='1002'",
        "UPDATE entry SET payload=CAST(payload AS TEXT) WHERE n=3",
        "UPDATE roll SET signatures=CAST(signatures AS TEXT)",
        "UPDATE request SET officer=X'' WHERE record=(SELECT MIN(record) FROM request)",
        "UPDATE request SET age=age + 0.5 WHERE record=(SELECT MIN(record) FROM request)",
    ],
)
def test_any_other_change_of_the_raw_tables_is_found(filled: Desk, change: str) -> None:
    filled.store.write.execute("PRAGMA foreign_keys=OFF")
    filled.store.write.execute(change)
    assert not check(filled).ok


def test_an_index_that_leads_elsewhere_is_found(filled: Desk) -> None:
    write = filled.store.write
    write.execute("PRAGMA writable_schema=ON")
    write.execute(
        "UPDATE sqlite_master SET sql=replace(sql, '(state)', '(sex)') WHERE name='ix_request_state'"
    )
    write.execute("PRAGMA writable_schema=RESET")
    assert not check(filled).ok


def test_an_entry_taken_out_is_missed_however_the_others_are_numbered(filled: Desk) -> None:
    write = filled.store.write
    write.execute("DELETE FROM entry WHERE n=1")
    write.execute("UPDATE entry SET n=n-1")
    assert any("does not follow" in problem for problem in check(filled).problems)


def test_the_hash_of_an_entry_that_waits_is_looked_at_too(region: dict[str, Desk]) -> None:
    """Nothing follows it yet, and no log ends with it."""
    desk, scribe = region["870"], Scribe(seat("931").desk, "rcc")
    for _ in range(2):
        scribe.write("setting", home())
    import_bytes(desk, bundle(scribe.key, [scribe.section(scribe.entries[1:])]))
    assert check(desk).ok
    desk.store.write.execute("UPDATE entry SET hash=zeroblob(32) WHERE state=2")
    assert not check(desk).ok


def test_a_log_of_a_stranger_is_found(filled: Desk) -> None:
    scribe = Scribe(seat("999").desk, "rcc")
    filled.store.write.execute(
        "INSERT INTO log (log, desk, audience, incarnation, connected, head, cut, cut_why)"
        " VALUES (?, ?, 'rcc', ?, 0, X'', 0, 'revoked')",
        (scribe.log, scribe.key.public, scribe.incarnation),
    )
    assert [problem.partition(": ")[2] for problem in check(filled).problems] == ["its desk is on no roll"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE setting SET name='Other' WHERE record=(SELECT MIN(record) FROM setting)",
        "UPDATE setting SET registered=registered+1 WHERE record=(SELECT MIN(record) FROM setting)",
        "UPDATE setting SET audience='own:870' WHERE record=(SELECT MIN(record) FROM setting)",
        "DELETE FROM setting WHERE record=(SELECT MIN(record) FROM setting)",
        "INSERT INTO hold (record, audience, hold, held_for, what, places, until, released)"
        " VALUES ('00', 'rcc', '00', '931', '', 1, '2026-12-01T12:00', 0)",
        "UPDATE authority SET name='Other' WHERE code='931'",
        "INSERT INTO conflict (record, audience, kind, field, candidates)"
        " VALUES ('00', 'rcc', 'setting', 'name', '[]')",
        "INSERT INTO set_aside (record, audience, kind, entry, why)"
        " VALUES ('00', 'own:870', 'request', '00', 'because')",
    ],
)
def test_a_changed_row_is_found_by_folding_anew(filled: Desk, change: str) -> None:
    filled.store.write.execute(change)
    assert check(filled).ok
    found = check(filled, deep=True)
    assert not found.ok
    assert "not what the logs add up to" in " ".join(found.problems)
    assert not check(filled, deep=True).ok  # looking changes nothing
    filled.rebuild()
    assert check(filled, deep=True).ok


def test_a_rehearsal_changes_nothing(filled: Desk) -> None:
    told: list[object] = []
    filled.followers.append(lambda _, touched: told.append(touched))
    before = everything(filled)
    assert all(one == other for one, other in rehearse(filled).values())
    assert everything(filled) == before
    assert told == []
    assert len(filled.followers) == 1
    with filled.writing() as w:
        vacancy = w.act("vacancy", places("870"))
        w.act("vacancy", recount(1), record=vacancy.record)
    assert len(told) == 1
