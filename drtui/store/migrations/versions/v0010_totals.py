"""An index that holds what is summed: consoles sum it up anew whenever a racer has changed."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
