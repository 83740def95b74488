"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('conflict', 'doubtful', 'pending', 'sending')")


def upgrade() -> None:
    op.create_table(
        "account_setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("as_of", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "change_counter",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("account_user", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["undoes"],
            ["operation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sponsored_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("role_name", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("minutes_used", sa.Integer(), nullable=True),
        sa.Column("minutes_queued", sa.Integer(), nullable=True),
        sa.Column("minutes_limit", sa.Integer(), nullable=True),
        sa.Column("models", sa.Integer(), nullable=True),
        sa.Column("models_limit", sa.Integer(), nullable=True),
        sa.Column("storage_bytes", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=True),
        sa.Column("total_minutes", sa.Integer(), nullable=True),
        sa.Column("carried_minutes", sa.Integer(), nullable=False),
        sa.Column("carried_models", sa.Integer(), nullable=False),
        sa.Column("remembered_minutes", sa.Integer(), nullable=True),
        sa.Column("remembered_models", sa.Integer(), nullable=True),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("seen_sweep", sa.Integer(), nullable=False),
        sa.Column("missed_sweeps", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.Float(), nullable=True),
        sa.Column("as_of", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("profile_id"),
    )
    op.create_index(
        "ix_sponsored_user_search", "sponsored_user", ["search_text", "gone_at"], unique=False
    )
    op.create_table(
        "sync_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connectivity", sa.String(), nullable=False),
        sa.Column("connectivity_since", sa.Float(), nullable=True),
        sa.Column("halt", sa.String(), nullable=False),
        sa.Column("halt_reason", sa.String(), nullable=False),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.Column("sweep_started", sa.Float(), nullable=True),
        sa.Column("swept_from", sa.Float(), nullable=True),
        sa.Column("swept_at", sa.Float(), nullable=True),
        sa.Column("sweep_pages", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("caller_profile", sa.String(), nullable=False),
        sa.Column("caller_alias", sa.String(), nullable=False),
        sa.Column("engine_pid", sa.Integer(), nullable=True),
        sa.Column("engine_seen", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "tag",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "key", "value"),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("account_user", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_journal_operation_id", "journal", ["operation_id"], unique=False)
    op.create_table(
        "operation_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("theirs", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("look_up_after", sa.Float(), nullable=True),
        sa.Column("unknown_at", sa.Float(), nullable=True),
        sa.Column("settled_at", sa.Float(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_operation_item_due",
        "operation_item",
        ["operation_id", "id"],
        unique=False,
        sqlite_where=OPEN,
    )
    op.create_index(
        "ix_operation_item_open",
        "operation_item",
        ["target", "operation_id"],
        unique=False,
        sqlite_where=OPEN,
    )
    op.create_index(
        "ix_operation_item_operation", "operation_item", ["operation_id", "state"], unique=False
    )
    op.create_index("ix_operation_item_settled", "operation_item", ["settled_at"], unique=False)
    op.create_index(
        "ix_operation_item_unknown",
        "operation_item",
        ["target", "unknown_at"],
        unique=False,
        sqlite_where=sa.text("unknown_at IS NOT NULL"),
    )
    op.create_table(
        "usage_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("minutes_used", sa.Integer(), nullable=True),
        sa.Column("minutes_queued", sa.Integer(), nullable=True),
        sa.Column("models", sa.Integer(), nullable=True),
        sa.Column("storage_bytes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["sponsored_user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_usage_sample_user_id", "usage_sample", ["user_id"], unique=False)
    counters = sa.table("change_counter", sa.column("kind"), sa.column("value"))
    kinds = ("sponsored_user", "operation", "account_setting", "sync_state")
    op.bulk_insert(counters, [{"kind": kind, "value": 0} for kind in kinds])
    op.execute(
        "INSERT INTO sync_state (id, connectivity, halt, halt_reason, sweep, sweep_pages, "
        "trouble, caller_profile, caller_alias) VALUES (1, 'unknown', '', '', 0, 0, '', '', '')"
    )
