"""Settings and accounts: a TOML file, overridden by `DRTUI_` environment variables; paths."""

import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drtui.domain.problems import ProblemError
from drtui.domain.spending import Rates
from drtui.domain.text import clean, is_user_agent
from drtui.store.sharing import is_shared_home, why_refused

if TYPE_CHECKING:  # most of the console's start-up is imports
    from drtui.domain.sites import Site

_APP: Final = "drtui"
_MOST: Final = "most"
# A name becomes a file's name.
_ACCOUNT_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
DEMO: Final = "demo"  # what the account of `drtui demo` is called, and no other
# What an account's table says of its site, by key.
_SITE_KEYS: Final = {
    "user_pool_id": "user_pool_id",
    "user_pool_client_id": "client_id",
    "identity_pool_id": "identity_pool_id",
    "site": "website",
    "upload_bucket": "upload_bucket",
    "iot_endpoint": "iot_endpoint",
    "namespace": "namespace",
    "version": "version",
}


class ConfigProblemError(ProblemError):
    """The configuration cannot be read or written, or says what cannot be meant."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where drtui keeps what it keeps; each folder is for its user alone, unless it is shared.

    Attributes:
        shared: The folder whose stores a group shares; then the configuration and the log are
            still each user's own. None where nothing is shared.
    """

    config: Path
    state: Path
    logs: Path
    shared: Path | None = None

    @property
    def config_file(self) -> Path:
        """The settings and the accounts."""
        return self.config / "config.toml"

    @property
    def log_file(self) -> Path:
        """What happened, for when something goes wrong."""
        return self.logs / "drtui.log"

    @property
    def shared_accounts(self) -> Path | None:
        """What the group's accounts are, without anybody's sign-in; None where none is shared."""
        return None if self.shared is None else self.shared / "accounts.toml"

    def store(self, account: str) -> Path:
        """The store of one account."""
        return self.state / "accounts" / f"{account}.sqlite"


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """The settings `sync.*`.

    Attributes:
        concurrency: Calls at once, 256 at the most: each has a thread and a connection.
        changes_per_second: Profile changes that begin in any one second at the most, below the
            user pool's quota of 120 (DeepRacer API facts); a sponsor can have it raised.
        refresh_seconds: How old the copy may get before it is pulled again.
        admin_calls: Calls in 5 minutes whose path contains `/admin/`; a firewall blocks an
            address after 100 (DeepRacer API facts).
        downloads_per_5_minutes: Models whose download begins in 5 minutes at the most; at 50 an
            alarm of the deployment fires (DeepRacer API facts).
    """

    concurrency: int = field(default=32, metadata={_MOST: 256})
    changes_per_second: float = 110.0
    refresh_seconds: float = 30.0
    admin_calls: int = field(default=90, metadata={_MOST: 100})
    downloads_per_5_minutes: int = field(default=40, metadata={_MOST: 100})


class Credentials(StrEnum):
    """What signs an account's calls."""

    AWS = "aws"  # boto3's standard credential chain
    SIGN_IN = "sign-in"  # temporary keys of a sign-in at the deployment's user pool


@dataclass(frozen=True, slots=True)
class Account:
    """One deployment that drtui works with.

    Attributes:
        name: What the admin calls it.
        api_url: The deployment's API, with its stage, such as `https://….amazonaws.com/prod`.
        region: The AWS region that requests are signed for.
        credentials: How to sign.
        site: What the deployment says of itself; None where only its API is known.
        user: Who signed in last; empty when nobody has.
        aws_profile: The AWS profile of the sponsor's own AWS account; empty when none is named.
        aws_region: Its region; empty is the deployment's.
        stack: The deployment's CloudFormation stack; empty when it is not known.
        model_bucket: The bucket of the deployment's models; empty is the stack's own.
        upload_bucket: Where models to be imported are uploaded; empty is the site's.
        upload_endpoint: Where S3 is for that; empty is AWS. Only the embedded account has one.
    """

    name: str
    api_url: str
    region: str
    credentials: Credentials = Credentials.AWS
    site: "Site | None" = None
    user: str = ""
    aws_profile: str = ""
    aws_region: str = ""
    stack: str = ""
    model_bucket: str = ""
    upload_bucket: str = ""
    upload_endpoint: str = ""

    @property
    def uploads(self) -> str:
        """The bucket that models to be imported are uploaded to; empty where it is not known."""
        of_site = "" if self.site is None else self.site.upload_bucket
        return self.upload_bucket or of_site or ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the configuration says.

    Attributes:
        default_account: The account used where none is named, as `DRTUI_ACCOUNT` says or else the
            file; empty when there is none.
        theme: The console's colours, as chosen there; empty where none were.
        user_agent: What calls say they come from; empty is drtui's own name and version.
        zone: The event's time zone, such as `Europe/Berlin`; empty is this machine's.
    """

    sync: SyncSettings = field(default_factory=SyncSettings)
    spending: Rates = field(default_factory=Rates)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    default_account: str = ""
    theme: str = ""
    user_agent: str = ""
    zone: str = ""


def is_account_name(name: str) -> bool:
    """Whether an account may be called so: letters, digits, `.`, `_` and `-`, and not `demo`."""
    return bool(_ACCOUNT_NAME.fullmatch(name)) and name.casefold() != DEMO


def find_paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """Return the folders: under `DRTUI_HOME` where it is set, else the platform's own.

    Where `DRTUI_HOME` is shared by a group, only the stores are in it: what somebody has
    configured, and who signed in last, is their own.
    """
    home = environment.get("DRTUI_HOME")
    root = None
    if home:
        root = Path(home).expanduser().absolute()
        if not is_shared_home(root):
            return Paths(root / "config", root / "state", root / "logs")
    import platformdirs

    return Paths(
        Path(platformdirs.user_config_dir(_APP)),
        Path(platformdirs.user_state_dir(_APP)) if root is None else root / "state",
        Path(platformdirs.user_log_dir(_APP)),
        root,
    )


def load_settings(paths: Paths, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration; a missing file is an empty one.

    Raises:
        ConfigProblemError: It cannot be read, or a value is not what it has to be.
    """
    document = _document(paths.config_file)
    tables = {**_shared_tables(paths), **_table(document, "accounts")}
    accounts = {name: _account(name, table, paths) for name, table in tables.items()}
    return Settings(
        sync=_section(SyncSettings(), "sync", _table(document, "sync"), environment),
        spending=_section(Rates(), "spending", _table(document, "spending"), environment),
        accounts=accounts,
        default_account=environment.get("DRTUI_ACCOUNT") or _default(tables),
        theme=_text("console", "theme", _table(document, "console"), environment),
        user_agent=_agent(_text("client", "user_agent", _table(document, "client"), environment)),
        zone=_zone(_text("event", "zone", _table(document, "event"), environment)),
    )


def shared_table(paths: Paths, name: str) -> dict[str, Any]:
    """Return what the group's folder says of an account; empty where it says nothing."""
    table = _shared_tables(paths).get(name)
    return dict(table) if isinstance(table, Mapping) else {}


def _shared_tables(paths: Paths) -> Mapping[str, Any]:
    place = paths.shared_accounts
    return {} if place is None else _table(_document(place), "accounts")


def _document(place: Path) -> Mapping[str, Any]:
    """Read a file of the configuration; a missing one is an empty one."""
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        why = why_refused(place) if isinstance(error, PermissionError) else ""
        raise ConfigProblemError(
            why
            or f"The configuration {place} cannot be read ({error.strerror}): check its "
            "permissions, or set DRTUI_HOME to another folder."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigProblemError(
            f"The configuration {place} is not UTF-8 text: save it as that, or move the file away."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigProblemError(
            f"The configuration {place} is not valid TOML ({error}): mend that line, or move the "
            "file away."
        ) from error


def _text(section: str, name: str, table: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    text = environment.get(f"DRTUI_{section}_{name}".upper(), table.get(name, ""))
    if not isinstance(text, str):
        raise ConfigProblemError(f"The setting {section}.{name} has to be a text.")
    return text


def _agent(text: str) -> str:
    if text and not is_user_agent(text):
        raise ConfigProblemError(
            "The setting client.user_agent has to be printable ASCII text of 256 characters at "
            "the most."
        )
    return text


def _zone(name: str) -> str:
    if name:
        from drtui.domain.race_times import zone_named

        try:
            zone_named(name)
        except ProblemError as problem:
            raise ConfigProblemError(f"The setting event.zone cannot be used. {problem}") from None
    return name


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
    if not is_account_name(name):
        raise ConfigProblemError(
            f"“{clean(name, 40)}” in {paths.config_file} cannot be an account's name: use letters, "
            "digits, “-”, “_” and “.”, 40 at the most, and not “demo”."
        )
    wanted = ("api_url", "region", "credentials")
    if not isinstance(table, Mapping) or not all(isinstance(table.get(key), str) for key in wanted):
        raise ConfigProblemError(
            f"The account “{name}” in {paths.config_file} needs {', '.join(wanted)}, as texts: "
            "mend it, or remove it and add it again with “drtui account add”."
        )
    texts = {key: value for key, value in table.items() if isinstance(value, str) and value}
    try:
        credentials = Credentials(table["credentials"])
        site = _site(texts) if credentials is Credentials.SIGN_IN else None
    except ProblemError as problem:
        raise ConfigProblemError(
            f"The account “{name}” in {paths.config_file} cannot be used: {problem} Mend it, or "
            "remove it and add it again with “drtui account add”."
        ) from None
    except ValueError:
        raise ConfigProblemError(
            f"The account “{name}” in {paths.config_file} has credentials that this drtui does not "
            f"know: they have to be {' or '.join(f'“{one}”' for one in Credentials)}."
        ) from None
    return Account(
        name,
        texts.get("api_url", ""),
        texts.get("region", ""),
        credentials,
        site,
        user=texts.get("user", ""),
        aws_profile=texts.get("aws_profile", ""),
        aws_region=texts.get("aws_region", ""),
        stack=texts.get("stack", ""),
        model_bucket=texts.get("model_bucket", ""),
        upload_bucket="" if site else texts.get("upload_bucket", ""),
    )


def account_table(account: Account) -> dict[str, object]:
    """Return an account as its table in the configuration says it; what is empty is left out."""
    site = account.site
    table: dict[str, object] = {
        "api_url": account.api_url,
        "region": account.region,
        "credentials": account.credentials.value,
        **({} if site is None else {key: getattr(site, one) for key, one in _SITE_KEYS.items()}),
        "user": account.user,
        "aws_profile": account.aws_profile,
        "aws_region": account.aws_region,
        "stack": account.stack,
        "model_bucket": account.model_bucket,
        "upload_bucket": account.uploads,
    }
    return {key: value for key, value in table.items() if value}


def _site(texts: Mapping[str, str]) -> "Site":
    from drtui.domain.sites import Site, checked_site

    return checked_site(
        Site(
            texts.get("api_url", ""),
            texts.get("user_pool_id", ""),
            texts.get("user_pool_client_id", ""),
            texts.get("identity_pool_id", ""),
            texts.get("region", ""),
            website=texts.get("site"),
            upload_bucket=texts.get("upload_bucket"),
            iot_endpoint=texts.get("iot_endpoint"),
            namespace=texts.get("namespace"),
            version=texts.get("version"),
        )
    )


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
        whole, most = isinstance(getattr(defaults, one.name), int), one.metadata.get(_MOST)
        number = _number(found, whole=whole)
        if number is None or not 0 < number <= (most or math.inf):
            kind = "whole number" if whole else "number"
            span = f"from 1 to {most}" if most else "above 0"
            raise ConfigProblemError(f"The setting {source} has to be a {kind} {span}.")
        values[one.name] = number
    return replace(defaults, **values)


def _number(found: object, *, whole: bool) -> float | None:
    """Return a finite number, also one written as text; None when it is none."""
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        if whole:
            return None if isinstance(found, float) else int(found)
        number = float(found)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
