"""Offline on purpose, the order of what is on its way, and operations for a set time."""

import unicodedata

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
    op.add_column(
        "operation_item", sa.Column("rank", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE operation_item SET rank = operation_id")
    # A drtui of before this, still open on the same store, knows no ranks: what it confirms comes
    # after what is there, not before it.
    op.execute(
        "CREATE TRIGGER operation_item_rank AFTER INSERT ON operation_item WHEN NEW.rank = 0 "
        "BEGIN UPDATE operation_item SET rank = NEW.operation_id WHERE id = NEW.id; END"
    )
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
    op.create_table(
        "scheduled_operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("filter_text", sa.String(), nullable=False),
        sa.Column("profiles", sa.JSON(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("scheduled_for", sa.Float(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("account_user", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("settled_at", sa.Float(), nullable=True),
        sa.Column("newest_operation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_scheduled_operation_waiting",
        "scheduled_operation",
        ["scheduled_for"],
        sqlite_where=sa.text("state = 'waiting'"),
    )
    _upgrade_journal()


def _upgrade_journal() -> None:
    """Make it searchable and append-only, and note which operations it tells the result of."""
    op.add_column("operation", sa.Column("settled_at", sa.Float(), nullable=True))
    op.execute(
        "UPDATE operation SET settled_at = created_at WHERE NOT EXISTS (SELECT 1 FROM "
        "operation_item WHERE operation_id = operation.id "
        "AND state IN ('doubtful', 'pending', 'sending'))"
    )
    op.create_index(
        "ix_operation_unsettled", "operation", ["id"], sqlite_where=sa.text("settled_at IS NULL")
    )
    op.add_column("journal", sa.Column("search_text", sa.String(), nullable=True))
    names = ("who", "account_user", "what", "result")
    journal = sa.table("journal", *map(sa.column, ("id", *names, "search_text")))
    connection = op.get_bind()
    lines = [
        {"line": row.id, "text": unicodedata.normalize("NFKC", " ".join(row[1:])).casefold()}
        for row in connection.execute(sa.select(journal.c.id, *(journal.c[one] for one in names)))
    ]
    if lines:
        found = sa.update(journal).where(journal.c.id == sa.bindparam("line"))
        connection.execute(found.values(search_text=sa.bindparam("text")), lines)
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_no_{event.lower()} BEFORE {event} ON journal "
            "BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END"
        )
    counters = sa.table("change_counter", sa.column("kind"), sa.column("value"))
    op.bulk_insert(counters, [{"kind": "journal", "value": 0}])
