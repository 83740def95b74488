"""Indexes of what is asked for with each result, and whenever a racer has changed.

What is summed of all racers; and when something was settled of an operation last.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_operation_item_operation", "operation_item")
    op.create_index(
        "ix_operation_item_operation", "operation_item", ["operation_id", "state", "settled_at"]
    )
    op.create_index(
        "ix_sponsored_user_totals",
        "sponsored_user",
        [
            "role_name",
            "role",
            "status",
            "gone_at",
            "total_minutes",
            "minutes_used",
            "minutes_queued",
            "models",
            "storage_bytes",
        ],
    )
