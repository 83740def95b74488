"""The options that may stand anywhere on the command line: --account and --debug."""

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
            _CHOSEN.account = _named(next(pending, ""))
        elif argument.startswith("--account="):
            _CHOSEN.account = _named(argument.partition("=")[2])
        else:
            rest.append(argument)
    return rest


def _named(name: str) -> str:
    if not name:
        raise InvalidInputError("--account needs a name: see “drtui account list”.")
    return name


def chosen_account() -> str | None:
    """The account that was named by --account; None means the default one."""
    return _CHOSEN.account


def debugging() -> bool:
    """Whether tracebacks are to be shown."""
    return _CHOSEN.debug
