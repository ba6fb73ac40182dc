"""The raw tables are what the migrations make; the folded ones what every kind fills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from db import folded
from db.engine import Store, create
from db.raw import RAW
from db.records import FOLDED
from rcc_tui.acts import (
    children,
    erasure,
    providers,
    referrals,
    requests,
    searches,
    sheets,
    standing,
    statements,
    tariffs,
    trades,
    vacancies,
)
from rcc_tui.acts.canonical import encode
from rcc_tui.acts.kind import Act, Author, Heard, History, record_id
from rcc_tui.acts.kinds import KINDS
from rcc_tui.acts.names import pair
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.child import ChildFacts, EpisodeFacts
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.statement import Reach, SheetLine, StatementLine
from tests.attacks.facts import home, places, request
from tests.sync.histories import TERMS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh store."""
    made = create(tmp_path / "store")
    yield made
    made.close()


def test_the_migrations_make_what_is_declared(store: Store) -> None:
    made = create_engine(f"sqlite:///{store.path}")
    with made.connect() as connection:
        names = set(RAW.tables)
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or name in names,
            },
        )
        assert compare_metadata(context, RAW) == []
    made.dispose()
    assert set(RAW.tables) | {"alembic_version"} == folded.RAW_TABLES


def test_every_table_of_a_kind_is_declared_and_made(store: Store) -> None:
    wanted = {table for kind in KINDS.values() for table in kind.tables} | {
        "conflict",
        "set_aside",
        "authority",
    }
    assert wanted == set(FOLDED.tables) == set(folded.tables(store.write))


def test_no_table_is_filled_by_two_kinds() -> None:
    filled = [table for kind in KINDS.values() for table in kind.tables]
    assert len(filled) == len(set(filled))


def test_every_folded_table_says_whose_record_and_who_hears_of_it() -> None:
    for table in FOLDED.sorted_tables:
        assert {"record", "audience"} <= set(table.columns.keys()), table.name


def test_made_anew_they_are_empty_and_the_same(store: Store) -> None:
    before = store.write.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    from db.engine import make_folded

    store.write.execute(
        "INSERT INTO authority VALUES ('1', 'rcc', '1', 'n', 'g', 'N', 'authority', 't', 0, '2026-01-01', 1)"
    )
    make_folded(store)
    assert store.write.execute("SELECT COUNT(*) FROM authority").fetchone() == (0,)
    assert store.write.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before


LINE = StatementLine("aa" * 16, "care", "2026-11-01", "2026-12-01", 30, 700_00, 300_000)
SHEET_LINE = SheetLine(2, "aa" * 16, "2026-11", "2026-11-01", "2026-12-01", 700_00, 300_000)
_TARIFF = Path(__file__).parents[2] / "fixtures"
_SAMPLES: dict[str, list[Act]] = {
    "child": [children.Open(ChildFacts("C1", "2015-01-01"))],
    "episode": [children.OpenEpisode("00" * 16, EpisodeFacts("C1", "2026-12-01"))],
    "provider": [providers.Open(providers.ProviderFacts("Elm Care"))],
    "referral": [referrals.Open("870", "931", "", Needs(9, "F"))],
    "request": [request(), requests.Seek("slough 20mi"), requests.Refer("ab" * 16)],
    "search": [searches.Keep("Teens near Slough", "slough 14f")],
    "setting": [home("870")],
    "sheet": [sheets.Enter("ab" * 32, "kent.csv", "886", (SHEET_LINE,))],
    "statement": [statements.Issue("2026-11", "870", "931", (LINE,), (Reach("cc" * 32, 3, "dd" * 32),))],
    "adoption": [tariffs.Adopt("00" * 32, "2026-12-01")],
    "vacancy": [
        places("870"),
        vacancies.Hold("931", "", 1, "2026-12-02T12:00"),
        vacancies.Take("00" * 16, 1),
    ],
    "trade": [trades.Propose(TERMS)],
    "standing": [standing.Uphold(bytes(32), bytes(16), 0, bytes(32))],
    "erasure": [erasure.Erase(bytes(32), bytes(16), 0, "retention ended")],
}


def _history(kind: str) -> History:
    """The acts of a kind, each in the knowledge of those before, by Reading's desk."""
    log, author = b"l" * 32, Author("870", "authority", "d" * 64, host=True)
    record = record_id(log, 0)
    heard: list[Heard] = []
    for number, act in enumerate(_samples(kind)):
        deps = tuple(one.hash for one in heard)
        heard.append(Heard(bytes([number]) * 32, act, author, number + 1, log, number, 0, deps))
    scope = KINDS[kind].scope
    audience = {"rcc": "rcc", "own": "own:870", "pair": pair("870", "931"), "any": "rcc"}[scope]
    if kind == "trade":
        seller = Author("931", "authority", "e" * 64)
        accept = trades.Accept(heard[0].hash, terms_hash(TERMS))
        heard.append(Heard(b"a" * 32, accept, seller, 9, b"m" * 32, 0, 0, (heard[0].hash,)))
    return History(record, audience, heard, {bytes(32): author})


def _samples(kind: str) -> list[Act]:
    if kind == "tariff":
        (path, *_) = sorted(_TARIFF.glob("*tariff*.toml"))
        return [tariffs.Publish(path.read_text())]
    return _SAMPLES[kind]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_fold_fills_every_column_of_its_tables(store: Store, kind: str) -> None:
    found = KINDS[kind].fold(_history(kind))
    assert found.refused == []
    assert set(found.rows) <= set(KINDS[kind].tables)
    for table in KINDS[kind].tables:
        rows = found.rows[table]
        assert rows, f"the sample fills no {table}"
        columns = set(folded.columns(store.write, table)) - {"record", "audience"}
        for row in rows:
            assert set(row) == columns, table
            assert all(isinstance(value, str | int) for value in row.values()), table


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_act_reads_as_one_line_and_comes_back_the_same(kind: str) -> None:
    for heard in _history(kind).heard:
        said = KINDS[kind].line(heard.act)
        assert said
        assert "\n" not in said
        assert KINDS[kind].decode(encode(heard.act)) == heard.act


def test_the_digest_is_of_rows_and_not_of_their_order(store: Store) -> None:
    rows = [
        ("1", "rcc", "1", "n", "g", "N", "authority", "t", 0, "2026-01-01", 1),
        ("2", "rcc", "2", "n", "g", "N", "authority", "t", 0, "2026-01-01", 1),
    ]
    seen = set()
    for order in (rows, rows[::-1]):
        store.write.execute("DELETE FROM authority")
        store.write.executemany("INSERT INTO authority VALUES (?,?,?,?,?,?,?,?,?,?,?)", order)
        seen.add(folded.digest(store.write, "rcc"))
    assert len(seen) == 1
    store.write.execute("UPDATE authority SET desks=2 WHERE record='2'")
    assert folded.digest(store.write, "rcc") not in seen
    assert folded.digest(store.write, "own:870") != folded.digest(store.write, "own:931")
