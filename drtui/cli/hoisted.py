"""The options that may stand anywhere on the command line: --account and --debug."""

import os
from dataclasses import dataclass

from drtui.domain.problems import InvalidInputError


@dataclass(slots=True)
class _Hoisted:
    account: str | None = None
    debug: bool = False


_CHOSEN = _Hoisted()


def hoist(arguments: list[str]) -> list[str]:
    """Take --account NAME and --debug out of the arguments, wherever they stand before `--`.

    Raises:
        InvalidInputError: --account has no name.
    """
    rest: list[str] = []
    pending = iter(arguments)
    for argument in pending:
        if argument == "--":
            rest += [argument, *pending]
        elif argument == "--debug":
            _CHOSEN.debug = True
        elif argument == "--account":
            name = next(pending, None)
            if name is None:
                raise InvalidInputError("--account needs a name.")
            _CHOSEN.account = name
        elif argument.startswith("--account="):
            _CHOSEN.account = argument.partition("=")[2]
        else:
            rest.append(argument)
    return rest


def chosen_account() -> str | None:
    """The account that was named, by --account or DRTUI_ACCOUNT; None means the default one."""
    return _CHOSEN.account or os.environ.get("DRTUI_ACCOUNT") or None


def debugging() -> bool:
    """Whether tracebacks are to be shown."""
    return _CHOSEN.debug
