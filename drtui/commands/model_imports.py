"""Importing a model from this machine into the profile of whoever is signed in."""

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from drtui.commands.bulk import plan_errands
from drtui.commands.workspace import Workspace
from drtui.domain.downloads import size_text
from drtui.domain.import_checks import check_name
from drtui.domain.import_errands import import_errand
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError, LocalFileError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.import_files import ImportFiles, find_import
from drtui.store.model_table import model_keys_of, models_by_key
from drtui.store.sync_state import read_sync_state

CONSEQUENCES: Final = (
    "Files that were cut short are uploaded again, also after a restart; the model is there once "
    "the deployment has checked it, and its own reason is told where it refuses. An import counts "
    "for no month, and its storage is billed. Delete the model to take it back."
)
"""What there is to know before an import is confirmed."""

NO_BUCKET: Final = (
    "This account does not know the deployment's upload bucket: “drtui account set NAME "
    "--upload-bucket B” names it, and an account that is added by its site knows it."
)

_PLACE: Final = "drtui"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """An import as it is planned.

    Attributes:
        plan: To be submitted as it is.
        files: What was found.
        lines: What there is to know, for the admin.
    """

    plan: Plan
    files: ImportFiles
    lines: tuple[str, ...]


def plan_import(
    workspace: Workspace,
    path: str,
    name: str,
    description: str = "",
    *,
    uploads: bool = True,
    files: ImportFiles | None = None,
) -> ImportPlan:
    """Plan to import a folder or a .tar.gz; its files are checked as the deployment checks them.

    Args:
        workspace: The account's.
        path: As the admin typed it.
        name: What the model is to be called.
        description: Empty is none.
        uploads: Whether the account knows the upload bucket.
        files: What an earlier plan has found there, so that it is not read again; whether it has
            changed since is found out when its turn comes. None reads it now.

    Raises:
        InvalidInputError: It cannot be imported; the message says why.
    """
    if not uploads:
        raise InvalidInputError(NO_BUCKET)
    check_name(name, description)
    if files is None:
        try:
            files = find_import(path)
        except LocalFileError as error:
            raise InvalidInputError(str(error)) from error
    there, alias = _same_name(workspace, name)
    note = f"{counted(there, 'model')} of yours called so already" if there else ""
    errand = import_errand(
        str(files.path),
        name,
        description,
        fingerprint=files.fingerprint,
        prefix=f"{_PLACE}/{uuid4().hex}",
        note=note,
    )
    what = f"Import “{clean(files.path.name, 80)}” as {name}"
    plan = plan_errands(workspace, OperationKind.IMPORT_MODEL, what, [errand])
    whose = f", that of {clean(alias, 40)}" if alias else ""
    lines = (
        f"It goes into the profile of whoever is signed in{whose}: the deployment imports into no "
        "other.",
        f"{counted(len(files.sizes), 'file')}, {size_text(files.size)}, are uploaded first.",
    )
    return ImportPlan(plan, files, lines)


def _same_name(workspace: Workspace, name: str) -> tuple[int, str]:
    """Return how many models of whoever is signed in are called so, and who that is."""
    with workspace.database.read() as connection:
        state = read_sync_state(connection)
        mine = [state.caller_profile] if state.caller_profile else []
        models = models_by_key(connection, model_keys_of(connection, mine)).values()
    return sum(one.name == name for one in models), state.caller_alias
