"""Run the revisions on the connection, and in the transaction, that `store.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

from drtui.store.tables import import_all

import_all()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=False,  # the transaction around all revisions is already open
)
context.run_migrations()
