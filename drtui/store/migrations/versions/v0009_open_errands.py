"""An index of the errands that are not settled: each result that is written looks for the next."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
OPEN = "'conflict', 'doubtful', 'pending', 'sending'"


def upgrade() -> None:
    op.create_index(
        "ix_operation_item_open_errand",
        "operation_item",
        ["service", "rank", "id"],
        sqlite_where=sa.text(f"service IS NOT NULL AND state IN ({OPEN})"),
    )
