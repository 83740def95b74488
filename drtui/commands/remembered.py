"""Remembered limits as a file, so that they can leave with the admin: the spare laptop."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.quotas import MOST
from drtui.domain.records import NO_LIMITS, UNLIMITED, Limits
from drtui.domain.text import iso
from drtui.store.remembering import read_remembered, write_remembered

_FORMAT: Final = "drtui-remembered-limits/1"
_ID: Final = re.compile(r"[!-~]{1,128}")


def export_remembered(workspace: Workspace) -> tuple[int, str]:
    """Return of how many users something is remembered, and all of it as JSON text.

    The text is ASCII, so that no alias moves a terminal's cursor.
    """
    with workspace.database.read() as connection:
        rows = read_remembered(connection)
    users = [
        {
            "profile_id": row.profile_id,
            "alias": row.alias,
            "email": row.email,
            "minutes_limit": row.limits.minutes,
            "models_limit": row.limits.models,
        }
        for row in rows
    ]
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    document = {"format": _FORMAT, "exported_at": iso(now), "users": users}
    return len(users), json.dumps(document, indent=2) + "\n"


def import_remembered(workspace: Workspace, text: str) -> tuple[int, tuple[str, ...]]:
    """Remember what a file says; what is remembered here already is replaced.

    Returns:
        How many users it was remembered for, and the profile ids that are not in the store.

    Raises:
        InvalidInputError: It is not such a file; nothing is remembered then.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("The file is not JSON, so not one of drtui's.") from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise InvalidInputError(
            "The file does not hold remembered limits: write one with "
            "“drtui users remembered export”."
        )
    users = document.get("users")
    if not isinstance(users, list):
        raise InvalidInputError("The file has no list of users.")
    limits: dict[str, Limits] = {}
    for number, user in enumerate(users, start=1):
        profile_id, limit = _entry(number, user)
        if limits.setdefault(profile_id, limit) != limit:
            raise InvalidInputError(f"User {number} of the file is there twice, with other limits.")
    return write_remembered(workspace.database, limits, workspace.author())


def _entry(number: int, user: Any) -> tuple[str, Limits]:
    profile_id = user.get("profile_id") if isinstance(user, Mapping) else None
    if not isinstance(profile_id, str) or not _ID.fullmatch(profile_id):
        raise InvalidInputError(f"User {number} of the file has no profile id.")
    limits = Limits(
        _limit(number, user.get("minutes_limit")), _limit(number, user.get("models_limit"))
    )
    if limits.paused:
        raise InvalidInputError(
            f"User {number} of the file has 0 and 0, which is never remembered."
        )
    if limits == NO_LIMITS:
        raise InvalidInputError(f"User {number} of the file has no limits.")
    return profile_id, limits


def _limit(number: int, value: Any) -> int | None:
    if value is None:
        return None
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not UNLIMITED <= value <= MOST:
        raise InvalidInputError(
            f"User {number} of the file has a limit that is no whole number from -1 to {MOST:,}."
        )
    return int(value)
