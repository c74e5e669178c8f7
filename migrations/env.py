"""Run migrations on the connection that `zenhub_sync.store.migrate` holds locked, or, by hand, on DATABASE_URL."""

import os

from alembic import context

from zenhub_sync.store.engine import open_engine, writing
from zenhub_sync.store.tables import metadata


def run(connection) -> None:  # type: ignore[no-untyped-def]  # alembic loads this file by path
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    context.run_migrations()


held = context.config.attributes.get("connection")
if held is not None:
    run(held)
else:
    with writing(open_engine(os.environ["DATABASE_URL"])) as connection:
        run(connection)
