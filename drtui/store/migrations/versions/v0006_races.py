"""Races, their leaderboards, live races, hidden aliases; errands that expire."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = "'conflict', 'doubtful', 'pending', 'sending'"


def upgrade() -> None:
    op.add_column("operation_item", sa.Column("expires_at", sa.Float(), nullable=True))
    op.create_index(
        "ix_operation_item_expiry",
        "operation_item",
        ["expires_at"],
        sqlite_where=sa.text(f"expires_at IS NOT NULL AND state IN ({OPEN})"),
    )
    op.create_table(
        "race",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("race_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("race_type", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("timing", sa.String(), nullable=False),
        sa.Column("opens_at", sa.Float(), nullable=False),
        sa.Column("closes_at", sa.Float(), nullable=False),
        sa.Column("max_submissions", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("live_at", sa.Float(), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("live_status", sa.String(), nullable=False),
        sa.Column("auto_launch", sa.Boolean(), nullable=True),
        sa.Column("submissions_open", sa.Boolean(), nullable=True),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("as_of", sa.Float(), nullable=False),
        sa.Column("written_at", sa.Float(), nullable=True),
        sa.Column("live_as_of", sa.Float(), nullable=True),
        sa.Column("gone_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("race_id"),
    )
    op.create_table(
        "race_listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.Float(), nullable=True),
        sa.Column("tried_at", sa.Float(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ranking",
        sa.Column("race_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("submission", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.Float(), nullable=True),
        sa.Column("laps", sa.Integer(), nullable=True),
        sa.Column("resets", sa.Integer(), nullable=True),
        sa.Column("off_tracks", sa.Integer(), nullable=True),
        sa.Column("collisions", sa.Integer(), nullable=True),
        sa.Column("best_lap", sa.Integer(), nullable=True),
        sa.Column("average_lap", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("race_id", "line"),
    )
    op.create_table(
        "ranking_listing",
        sa.Column("race_id", sa.String(), nullable=False),
        sa.Column("read_at", sa.Float(), nullable=True),
        sa.Column("tried_at", sa.Float(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("live_status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("race_id"),
    )
    op.create_table(
        "ranking_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("race_id", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ranking_change_race", "ranking_change", ["race_id", "at"])
    op.create_table(
        "live_race",
        sa.Column("race_id", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("state_at", sa.Float(), nullable=True),
        sa.Column("read_at", sa.Float(), nullable=True),
        sa.Column("tried_at", sa.Float(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("race_id"),
    )
    op.create_table(
        "live_queue_item",
        sa.Column("race_id", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("resets", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("race_id", "submission_id"),
    )
    op.create_table(
        "hidden_alias",
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("by_change", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("folded"),
    )
    op.execute("INSERT INTO race_listing (id, trouble) VALUES (1, '')")
    counters = sa.table("change_counter", sa.column("kind"), sa.column("value"))
    op.bulk_insert(counters, [{"kind": "race", "value": 0}])
