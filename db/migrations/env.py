"""Alembic's entry: runs the migrations on the connection it is handed."""

from __future__ import annotations

from alembic import context

from db.raw import RAW

context.configure(connection=context.config.attributes["connection"], target_metadata=RAW)
with context.begin_transaction():
    context.run_migrations()
