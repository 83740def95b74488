"""The order of models by what their files take."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    there = sa.text("gone_at IS NULL")
    op.create_index("ix_model_size", "model", ["size_bytes"], sqlite_where=there)
