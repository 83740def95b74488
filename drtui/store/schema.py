"""The schema's revision, and bringing a store to it. Alembic is imported only for that."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text

from drtui.domain.problems import StoreProblemError
from drtui.store import sqlite

HEAD: Final = "0007"
SCRIPTS: Final = "drtui.store:migrations"


def ensure_head(engine: Engine, path: Path) -> None:
    """Bring a store to this version's schema; a copy is made first where there is one already.

    Raises:
        StoreProblemError: The store was written by a newer drtui, is another program's, or cannot
            be copied.
    """
    with engine.connect() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    with engine.connect() as idle:
        connection = sqlite.writing(idle, durable=True)
        with connection.begin():
            # Another process may have been faster while this one waited for the lock; looked at
            # before, its new schema would be what is copied.
            found = revision(connection)
            if found == HEAD:
                return
            if found is not None:
                _refuse_newer(found, path)
                sqlite.copy(path, path.with_name(f"{path.stem}.before-{HEAD}{path.suffix}"))
            else:
                _refuse_foreign(connection, path)
            _upgrade(connection)


def revision(connection: Connection) -> str | None:
    """Return the revision of a store's schema; None where it has none."""
    there = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    ).first()
    if there is None:
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def _refuse_newer(found: str, path: Path) -> None:
    if found > HEAD:
        raise StoreProblemError(
            f"The store {path} is of a newer drtui (its schema is {found}, this one's {HEAD}): "
            "install that drtui, or set DRTUI_HOME to another folder."
        )


def _refuse_foreign(connection: Connection, path: Path) -> None:
    if connection.execute(text("SELECT 1 FROM sqlite_master")).first() is not None:
        raise StoreProblemError(
            f"The store {path} is not a drtui store but another program's database: move the file "
            "away, or set DRTUI_HOME to another folder."
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
