"""Settings and accounts: a TOML file, overridden by `DRTUI_` environment variables; paths."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from drtui.domain.problems import ProblemError
from drtui.domain.spending import Rates

_APP: Final = "drtui"


class ConfigProblemError(ProblemError):
    """The configuration cannot be read or written, or says what cannot be meant."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where drtui keeps what it keeps; each folder is for its user alone."""

    config: Path
    state: Path
    logs: Path

    @property
    def config_file(self) -> Path:
        """The settings and the accounts."""
        return self.config / "config.toml"

    @property
    def log_file(self) -> Path:
        """What happened, for when something goes wrong."""
        return self.logs / "drtui.log"

    def store(self, account: str) -> Path:
        """The store of one account."""
        return self.state / "accounts" / f"{account}.sqlite"


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """The settings `sync.*`.

    Attributes:
        concurrency: Calls at once.
        changes_per_second: Profile changes a second, below the user pool's quota of 120.
        refresh_seconds: How old the copy may get before it is pulled again.
    """

    concurrency: int = 32
    changes_per_second: float = 120.0
    refresh_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Account:
    """One deployment that drtui works with.

    Attributes:
        name: What the admin calls it.
        api_url: The deployment's API, with its stage, such as `https://….amazonaws.com/prod`.
        region: The AWS region that requests are signed for.
        credentials: How to sign: `aws` is boto3's standard credential chain.
    """

    name: str
    api_url: str
    region: str
    credentials: str = "aws"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the configuration says.

    Attributes:
        default_account: The account used where none is named; empty when there is none.
    """

    sync: SyncSettings = field(default_factory=SyncSettings)
    spending: Rates = field(default_factory=Rates)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    default_account: str = ""


def find_paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """Return the folders: under `DRTUI_HOME` where it is set, else the platform's own."""
    home = environment.get("DRTUI_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root / "config", root / "state", root / "logs")
    import platformdirs  # noqa: PLC0415 - not needed where DRTUI_HOME says it

    return Paths(
        Path(platformdirs.user_config_dir(_APP)),
        Path(platformdirs.user_state_dir(_APP)),
        Path(platformdirs.user_log_dir(_APP)),
    )


def load_settings(paths: Paths, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration; a missing file is an empty one.

    Raises:
        ConfigProblemError: It cannot be read, or a value is not what it has to be.
    """
    try:
        text = paths.config_file.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigProblemError(
            f"The configuration {paths.config_file} cannot be read: {error}."
        ) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigProblemError(
            f"The configuration {paths.config_file} is not valid TOML ({error}): mend that line, "
            "or move the file away."
        ) from error
    accounts = {
        name: _account(name, table, paths) for name, table in _table(document, "accounts").items()
    }
    return Settings(
        sync=_section(SyncSettings(), "sync", _table(document, "sync"), environment),
        spending=_section(Rates(), "spending", _table(document, "spending"), environment),
        accounts=accounts,
        default_account=_default(_table(document, "accounts")),
    )


def _default(accounts: Mapping[str, Any]) -> str:
    """The account marked as the default one, else the only one there is."""
    marked = [name for name, table in accounts.items() if table.get("default") is True]
    return next(iter(marked or accounts), "") if len(accounts) == 1 or marked else ""


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name, {})
    if not isinstance(value, Mapping):
        raise ConfigProblemError(
            f"The configuration has “{name}”, but not as a table: write [{name}]."
        )
    return value


def _account(name: str, table: object, paths: Paths) -> Account:
    wanted = ("api_url", "region", "credentials")
    if not isinstance(table, Mapping) or not all(isinstance(table.get(key), str) for key in wanted):
        raise ConfigProblemError(
            f"The account “{name}” in {paths.config_file} needs {', '.join(wanted)}, as texts: "
            "mend it, or remove it and add it again with “drtui account add”."
        )
    return Account(name, table["api_url"], table["region"], table["credentials"])


def _section(
    defaults: Any, name: str, table: Mapping[str, Any], environment: Mapping[str, str]
) -> Any:
    """Fill a section's numbers from the file and the environment, all of them above 0."""
    values = {}
    for one in fields(defaults):
        source, found = f"{name}.{one.name}", table.get(one.name)
        variable = f"DRTUI_{name}_{one.name}".upper()
        if variable in environment:
            source, found = variable, environment[variable]
        if found is None:
            continue
        try:
            number = type(getattr(defaults, one.name))(found)
        except (TypeError, ValueError):
            number = 0
        if isinstance(found, bool) or not number > 0 or number == float("inf"):
            raise ConfigProblemError(f"The setting {source} has to be a number above 0.")
        values[one.name] = number
    return replace(defaults, **values)
