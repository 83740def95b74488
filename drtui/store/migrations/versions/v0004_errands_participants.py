"""Errands beside changes of profiles, multi-user mode, participants, and the user pool's users."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("operation_item", sa.Column("service", sa.String(), nullable=True))
    op.create_index(
        "ix_operation_item_errand",
        "operation_item",
        ["service", "operation_id", "id"],
        sqlite_where=sa.text("service IS NOT NULL"),
    )
    op.add_column("sponsored_user", sa.Column("closed", sa.Boolean(), nullable=True))
    op.create_table(
        "participant",
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("added_at", sa.Float(), nullable=False),
        sa.Column("tagged", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("folded"),
    )
    op.create_table(
        "pool_user",
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=True),
        sa.Column("as_of", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("user_name"),
    )
    op.create_index("ix_pool_user_folded", "pool_user", ["folded"])
    counters = sa.table("change_counter", sa.column("kind"), sa.column("value"))
    op.bulk_insert(counters, [{"kind": "participant", "value": 0}])
