"""Offline on purpose, the order of what is on its way, and operations for a set time."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = "'conflict', 'doubtful', 'pending', 'sending'"


def upgrade() -> None:
    op.add_column("sync_state", sa.Column("offline_since", sa.Float(), nullable=True))
    op.add_column("sync_state", sa.Column("offline_by", sa.String(), nullable=True))
    op.add_column("sync_state", sa.Column("reads_until", sa.Float(), nullable=True))
    op.add_column("operation", sa.Column("scheduled_for", sa.Float(), nullable=True))
    op.add_column("operation", sa.Column("schedule_state", sa.String(), nullable=True))
    op.add_column(
        "operation_item", sa.Column("rank", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE operation_item SET rank = operation_id")
    for name in ("open", "due", "errand"):
        op.drop_index(f"ix_operation_item_{name}", "operation_item")
    open_ = sa.text(f"state IN ({OPEN})")
    op.create_index(
        "ix_operation_item_open", "operation_item", ["target", "rank"], sqlite_where=open_
    )
    op.create_index("ix_operation_item_due", "operation_item", ["rank", "id"], sqlite_where=open_)
    op.create_index(
        "ix_operation_item_errand",
        "operation_item",
        ["service", "rank", "id"],
        sqlite_where=sa.text("service IS NOT NULL"),
    )
