"""Models of profiles, what a screen is interested in, the admin's preferences, and the pace."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("asked_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "model",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=True),
        sa.Column("as_of", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "model_id"),
    )
    op.create_table(
        "model_listing",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("read_at", sa.Float(), nullable=True),
        sa.Column("tried_at", sa.Float(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id"),
    )
    op.create_table(
        "preference",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("sync_state", sa.Column("pace", sa.Float(), nullable=True))
    op.add_column("sync_state", sa.Column("pace_ceiling", sa.Float(), nullable=True))
    op.create_index("ix_operation_item_target", "operation_item", ["target"], unique=False)
    counters = sa.table("change_counter", sa.column("kind"), sa.column("value"))
    kinds = ("interest", "model", "preference")
    op.bulk_insert(counters, [{"kind": kind, "value": 0} for kind in kinds])
