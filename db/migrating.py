"""Bringing the raw tables to this program's shape. Alembic is loaded only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from db import cipher

# The newest shape of the raw tables this program knows: the number of the last migration.
RAW_VERSION = 2


def migrate(path: Path, key: bytes = b"") -> None:
    """Migrate in one transaction: a program killed in the middle leaves the tables as they were.

    Raises SQLAlchemy's errors.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import Connection, create_engine, event
    from sqlalchemy.pool import NullPool

    engine = create_engine(
        "sqlite:///store", module=cipher.MODULE, creator=lambda: cipher.connect(path, key), poolclass=NullPool
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The connection is in autocommit: else changes of tables would each stand alone.
        connection.exec_driver_sql("PRAGMA busy_timeout=30000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql(f"PRAGMA user_version={RAW_VERSION}")
    engine.dispose()
