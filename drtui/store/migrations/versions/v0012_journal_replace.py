"""The journal refuses a line whose number is taken: SQLite's REPLACE asks no other trigger."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A number that SQLite is to give out is -1 here.
    op.execute(
        "CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal "
        "WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END"
    )
