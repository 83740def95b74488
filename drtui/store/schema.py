"""The schema's revision, and bringing a store to it. Alembic is imported only for that."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, text

from drtui.domain.problems import StoreProblemError
from drtui.store import sqlite

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0012"
SCRIPTS: Final = "drtui.store:migrations"
_REVISION: Final = text("SELECT version_num FROM alembic_version")


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
                # No account's store can have this name, whatever accounts are called.
                sqlite.copy(path, path.with_name(f"{path.name}.before-{HEAD}"))
            else:
                _refuse_foreign(connection, path)
            _upgrade(connection, HEAD)


def bring_to(path: Path, target: str) -> None:
    """Bring a store that nobody else has to a revision of the schema; no copy is made.

    Args:
        path: The store; an empty file is one too.
        target: The revision, that of the store or a later one.
    """
    engine = sqlite.connect(path)
    try:
        with engine.connect() as idle:
            connection = sqlite.writing(idle, durable=True)
            with connection.begin():
                _upgrade(connection, target)
    finally:
        engine.dispose()


def revisions() -> list[str]:
    """Return the revisions that there are, the newest first."""
    from alembic.script import ScriptDirectory

    return [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()]


def revision(connection: Connection) -> str | None:
    """Return the revision of a store's schema; None where it has none."""
    there = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    ).first()
    if there is None:
        return None
    row = connection.execute(_REVISION).first()
    return None if row is None else str(row[0])


def refuse_moved_on(connection: Connection, path: Path) -> None:
    """Refuse to go on with a store that a newer drtui has brought up to date since it was opened.

    What that one's rows mean, this one does not know.

    Raises:
        StoreProblemError: It has.
    """
    found = str(connection.scalar(_REVISION))
    if found > HEAD:
        raise StoreProblemError(
            f"A newer drtui has brought the store {path} up to date meanwhile (its schema is "
            f"{found}, this one's {HEAD}), so that this one no longer writes to it: end it, and "
            "begin that one."
        )


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


def _upgrade(connection: Connection, target: str) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config
