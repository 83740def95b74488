"""When an admin said to go on with what was held up on its way; how a time was typed is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("scheduled_operation") as changed:
        changed.add_column(sa.Column("word_at", sa.Float(), nullable=True))
        changed.drop_column("typed")
