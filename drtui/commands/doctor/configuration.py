"""The configuration: whether it can be read, and whether what drtui keeps is its user's alone."""

import os
import stat
from pathlib import Path
from typing import Final

from drtui.commands.doctor.machine import nearest
from drtui.config import Account, Credentials, Paths, Settings
from drtui.domain.doctoring import Area, Check, Verdict, check
from drtui.domain.problems import ProblemError
from drtui.domain.wording import counted

_NOT_OWN: Final = 0o077
_NOT_THE_GROUPS: Final = 0o007


def examine_configuration(
    paths: Paths, settings: Settings | ProblemError, account: Account | None
) -> list[Check]:
    """Return the checks of the configuration and of the permissions.

    Args:
        paths: Where drtui keeps what it keeps.
        settings: What was read, or why it could not be.
        account: The one that the report is about.
    """
    return [_settings(paths, settings), _permissions(paths, account), _folder(paths)]


def examine_account(account: Account | ProblemError) -> Check:
    """Return the check of which account the report is about, or why of none."""
    if isinstance(account, ProblemError):
        return check(Area.CONFIGURATION, "account", Verdict.NOT_CHECKED, str(account))
    signed = {
        Credentials.AWS: "AWS credentials",
        Credentials.SIGN_IN: "a sign-in at the deployment",
    }[account.credentials]
    why = f"“{account.name}”; its calls are signed by {signed}."
    return check(Area.CONFIGURATION, "account", Verdict.OK, why)


def _settings(paths: Paths, settings: Settings | ProblemError) -> Check:
    name = "file"
    if isinstance(settings, ProblemError):
        return check(
            Area.CONFIGURATION,
            name,
            Verdict.FAILED,
            str(settings),
            "Nothing else of drtui works before that.",
        )
    if not paths.config_file.exists():
        why = f"There is none yet ({paths.config_file}), so everything is as it comes."
        return check(Area.CONFIGURATION, name, Verdict.OK, why)
    why = f"{paths.config_file} is read; {counted(len(settings.accounts), 'account')}."
    return check(Area.CONFIGURATION, name, Verdict.OK, why)


def _permissions(paths: Paths, account: Account | None) -> Check:
    kept = [paths.config, paths.config_file, paths.state, paths.logs, paths.log_file]
    if account is not None:
        store = paths.store(account.name)
        kept += [store.parent, store]
    open_to_others = [path for path in kept if _mode(path) & _closed(paths, path)]
    if not open_to_others:
        why = "What drtui keeps is this user's alone (files 0600, folders 0700)."
        if paths.shared is not None:
            why = "What drtui keeps is this user's alone, and the shared stores their group's."
        return check(Area.CONFIGURATION, "permissions", Verdict.OK, why)
    told = ", ".join(f"{path} ({_mode(path):04o})" for path in open_to_others)
    advice = "; ".join(f"chmod {_mended(paths, path)} {path}" for path in open_to_others)
    why = f"Others may read or change what holds the event's data: {told}."
    return check(Area.CONFIGURATION, "permissions", Verdict.WARNING, why, f"Run {advice}.")


def _closed(paths: Paths, path: Path) -> int:
    """Return the permissions that nobody should have: what a group shares is the group's too."""
    shared = paths.shared is not None and path.is_relative_to(paths.shared)
    return _NOT_THE_GROUPS if shared else _NOT_OWN


def _mended(paths: Paths, path: Path) -> str:
    if _closed(paths, path) == _NOT_THE_GROUPS:
        return "o-rwx"
    return "700" if path.is_dir() else "600"


def _mode(path: Path) -> int:
    """Return the permissions of what is there; 0 of what is not."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def _folder(paths: Paths) -> Check:
    wanted = (paths.config, paths.state, paths.logs)
    refused = [path for path in map(nearest, wanted) if not os.access(path, os.W_OK | os.X_OK)]
    if not refused:
        why = "The folders of the configuration, the stores and the log can be written."
        return check(Area.CONFIGURATION, "folders", Verdict.OK, why)
    told = ", ".join(dict.fromkeys(str(path) for path in refused))
    why = f"Cannot be written: {told}."
    advice = "Check the permissions, or set DRTUI_HOME to another folder."
    return check(Area.CONFIGURATION, "folders", Verdict.FAILED, why, advice)
