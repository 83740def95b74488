"""Models with keys, labels on them, how reading them goes, and what was downloaded."""

import sqlalchemy as sa
from alembic import op

from drtui.domain.text import fold

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

THERE = sa.text("gone_at IS NULL")
_COPIED = "profile_id, model_id, name, status, created_at, as_of"


def upgrade() -> None:
    op.rename_table("model", "model_before")
    op.create_table(
        "model",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("training_status", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Float(), nullable=False),
        sa.Column("gone_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("profile_id", "model_id"),
    )
    _copy_models()
    op.drop_table("model_before")
    op.create_index(
        "ix_model_search",
        "model",
        ["search_text", "profile_id", "status", "listed"],
        sqlite_where=THERE,
    )
    op.create_index("ix_model_created", "model", ["created_at"], sqlite_where=THERE)
    op.create_index(
        "ix_model_status", "model", ["status", "listed", "size_bytes"], sqlite_where=THERE
    )
    op.create_index("ix_model_racer", "model", ["profile_id", "search_text"], sqlite_where=THERE)
    op.add_column("model_listing", sa.Column("listed", sa.Integer(), nullable=True))
    op.add_column("model_listing", sa.Column("total", sa.Integer(), nullable=True))
    op.create_table(
        "model_tag",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "model_id", "key", "value"),
    )
    op.create_table(
        "model_sweep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("began_at", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("all_read_at", sa.Float(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("files_read_at", sa.Float(), nullable=True),
        sa.Column("files_trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "model_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("saved_at", sa.Float(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("place"),
    )
    op.create_index("ix_model_file_model", "model_file", ["profile_id", "model_id"])
    op.create_index("ix_model_file_sha256", "model_file", ["sha256"])
    op.create_table(
        "model_detail",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("read_at", sa.Float(), nullable=True),
        sa.Column("tried_at", sa.Float(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "model_id"),
    )
    op.execute("INSERT INTO model_sweep (id, way, trouble, files_trouble) VALUES (1, '', '', '')")
    # What was listed before: how many models each listing had.
    op.execute(
        "UPDATE model_listing SET listed = (SELECT count(*) FROM model "
        "WHERE model.profile_id = model_listing.profile_id) WHERE read_at IS NOT NULL"
    )


def _copy_models() -> None:
    """Copy the models; what is searched is folded as this version folds it."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            f"INSERT INTO model ({_COPIED}, source, trouble, training_status, track, details, "  # noqa: S608 - names of columns, written above
            f"tags, search_text, listed) SELECT {_COPIED}, '', '', '', '', '', '', '', 1 "
            "FROM model_before ORDER BY profile_id, model_id"
        )
    )
    names = connection.execute(sa.text("SELECT key, name FROM model")).all()
    if names:
        connection.execute(
            sa.text("UPDATE model SET search_text = :text WHERE key = :key"),
            [{"key": key, "text": fold(f"{name}\n")} for key, name in names],
        )
