"""The systemd user unit that keeps one account delivering; its text, and what may stand in it.

No secret is ever in it: what signs the calls is found by the service itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_PREFIX: Final = "drtui-"
PLACES: Final = (
    *("DRTUI_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"),
    *("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
)
"""The variables that a service takes along and that name a folder or a file."""

_NAMES: Final = (
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_EC2_METADATA_DISABLED"),
    "PYTHON_KEYRING_BACKEND",
)
# In any letters: Python reads them so.
_PROXIES: Final = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_PAST_PROXIES: Final = "NO_PROXY"
_NO_PROGRAM: Final = frozenset("\"'\\")
_SETTINGS: Final = ("DRTUI_SYNC_", "DRTUI_SPENDING_", "DRTUI_CLIENT_")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit to be written.

    Attributes:
        name: Its file's name.
        text: All of the file.
        left_out: Variables of this shell that would matter and hold a secret.
    """

    name: str
    text: str
    left_out: tuple[str, ...] = ()


def unit_name(account: str) -> str:
    """Return the name of an account's unit; names of accounts need no escaping."""
    return f"{_PREFIX}{account}.service"


def carried(environment: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what a service needs of this shell's environment, and what is left out of it.

    Raises:
        InvalidInputError: A value cannot stand in a unit.
    """
    found: dict[str, str] = {}
    left_out = []
    for name in sorted(environment):
        value = environment[name]
        if not value:
            continue
        is_proxy = name.upper() in _PROXIES
        if is_proxy and _has_password(value):
            left_out.append(name)
        elif is_proxy or _is_carried(name):
            if clean(value, len(value) + 1) != value:
                raise InvalidInputError(
                    f"The variable {name} has characters that cannot stand in a unit of systemd."
                )
            found[name] = value
    return found, tuple(left_out)


def _is_carried(name: str) -> bool:
    return name in (*PLACES, *_NAMES) or name.upper() == _PAST_PROXIES or name.startswith(_SETTINGS)


def service_unit(
    account: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    ends_well: Sequence[int] = (),
) -> Unit:
    """Return the unit that runs a command for an account for as long as the host is up.

    Args:
        account: The account's name.
        command: The program and its arguments.
        environment: This shell's, of which it takes what it needs.
        ends_well: Exit codes other than 0 with which it has not failed, where it is stopped.

    Raises:
        InvalidInputError: A path or a value cannot stand in a unit.
    """
    values, left_out = carried(environment)
    if any(clean(part, len(part) + 1) != part for part in command):
        raise InvalidInputError("The path of drtui cannot stand in a unit of systemd.")
    lines = [
        "# Written by “drtui service install”; “drtui service uninstall” removes it.",
        "[Unit]",
        f"Description=drtui delivers and reads for the account {account}",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        f"ExecStart={_command(command)}",
        *(f"Environment={_quoted(f'{name}={value}')}" for name, value in values.items()),
        "Restart=always",
        "RestartSec=15",
        "TimeoutStopSec=90",
        *([f"SuccessExitStatus={' '.join(map(str, ends_well))}"] if ends_well else []),
        "UMask=0077",
        "NoNewPrivileges=yes",
        "",
        "[Install]",
        "WantedBy=default.target",
        "",
    ]
    return Unit(unit_name(account), "\n".join(lines), left_out)


def _command(parts: Sequence[str]) -> str:
    """Return a command line: `$` names a variable in all of its words but the program's.

    A program with some of the characters in its path is refused by systemd, an argument is not.
    """
    if not _NO_PROGRAM.isdisjoint(parts[0]):
        parts = ("/bin/sh", "-c", 'exec "$0" "$@"', *parts)
    program, *arguments = parts
    return " ".join([_quoted(program), *(_quoted(one.replace("$", "$$")) for one in arguments)])


def _quoted(text: str) -> str:
    r"""Return text as one word of a unit, where `%`, `\` and quotes are special."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _has_password(address: str) -> bool:
    try:
        return "@" in urlsplit(address if "//" in address else f"//{address}").netloc
    except ValueError:
        return True
