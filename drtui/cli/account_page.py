"""One account, whole: for `drtui account show`."""

from collections.abc import Mapping
from dataclasses import dataclass

from drtui.cli.tables import print_page
from drtui.commands.deployment_info import DeploymentInfo, deployment_info
from drtui.config import Account, Credentials, Paths, Settings
from drtui.domain.features import Feature, features_of
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.problems import StoreProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.domain.text import clean, iso
from drtui.domain.wording import role_text
from drtui.store.deployment_facts import Fact
from drtui.store.operation_log import open_count
from drtui.store.sign_in import SignIn, read_sign_in

_ANSWERS = {True: "yes", False: "no", None: "not known"}


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What an account's store says.

    Attributes:
        trouble: Why it says nothing; empty when it does.
        undelivered: How many changes are not delivered; None when not known.
    """

    trouble: str = ""
    undelivered: int | None = None
    sign_in: SignIn | None = None
    deployment: DeploymentInfo | None = None


@dataclass(frozen=True, slots=True)
class _Ability:
    has: bool | None
    why: str


def read_store(account: Account, paths: Paths, settings: Settings) -> StoreFacts:
    """Return what an account's store says; it is not made where there is none."""
    from drtui.bootstrap import open_workspace

    if not paths.store(account.name).exists():
        return StoreFacts("not there yet: the first sync or sign-in makes it", 0)
    try:
        database = open_workspace(account.name, paths, settings, reading=True).database
    except StoreProblemError as problem:
        return StoreFacts(str(problem))
    try:
        with database.read() as connection:
            undelivered = open_count(connection, ON_THE_WAY)
            sign_in = read_sign_in(connection)
        return StoreFacts("", undelivered, sign_in, deployment_info(database))
    except StoreProblemError as problem:
        return StoreFacts(str(problem))
    finally:
        database.close()


def page_as_json(
    account: Account, paths: Paths, store: StoreFacts, *, default: bool
) -> dict[str, object]:
    """Return all that is known of an account; null is unknown or not there."""
    site, sign_in = account.site, store.sign_in
    return {
        **row_of(account, default=default),
        "user_pool_id": site and site.user_pool_id,
        "user_pool_client_id": site and site.client_id,
        "identity_pool_id": site and site.identity_pool_id,
        "upload_bucket": account.uploads or None,
        "stack": account.stack or None,
        "model_bucket": account.model_bucket or None,
        "iot_endpoint": site and site.iot_endpoint,
        "namespace": site and site.namespace,
        "version": _version(account, store) or None,
        "features": {
            feature.value: {"has": ability.has, "why": ability.why}
            for feature, ability in _abilities(account, store).items()
        },
        "sign_in": sign_in
        and {
            "state": sign_in.state.value,
            "user": sign_in.user or None,
            "role": sign_in.role.value,
            "detail": sign_in.detail,
            "since": iso(sign_in.since),
        },
        "aws_missing": "" if account.aws_profile else _no_profile(account),
        "store": str(paths.store(account.name)),
        "store_trouble": store.trouble,
        "undelivered": store.undelivered,
    }


def row_of(account: Account, *, default: bool) -> dict[str, object]:
    """Return an account as a list shows it; null is not there."""
    return {
        "name": account.name,
        "api_url": account.api_url,
        "region": account.region,
        "credentials": account.credentials.value,
        "default": default,
        "site": account.site and account.site.website,
        "user": account.user or None,
        "aws_profile": account.aws_profile or None,
        "aws_region": account.aws_region or None,
    }


def print_account(account: Account, paths: Paths, store: StoreFacts, *, default: bool) -> None:
    """Print all that is known of an account."""
    site = account.site
    pairs = [
        ("Account", f"{account.name} (default)" if default else account.name),
        *([("Site", site.website or "not known")] if site else []),
        ("API", account.api_url),
        ("Region", account.region),
        *(
            [
                ("User pool", f"{site.user_pool_id}, client {site.client_id}"),
                ("Identity pool", site.identity_pool_id),
                ("IoT endpoint", site.iot_endpoint or "not known"),
                ("Namespace", site.namespace or "not known"),
            ]
            if site
            else []
        ),
        ("Upload bucket", account.uploads or "not known"),
        ("Version", _version_text(account, store)),
    ]
    for at, (feature, ability) in enumerate(_abilities(account, store).items()):
        answer = f"{feature.value}: {_ANSWERS[ability.has]} ({ability.why})"
        pairs.append(("" if at else "Can do", answer))
    pairs += [
        ("Credentials", _credentials_text(account)),
        ("Sign-in", _sign_in_text(account, store.sign_in)),
        *([("", detail)] if (detail := store.sign_in.detail if store.sign_in else "") else []),
        ("AWS profile", _profile_text(account)),
        ("Models' bucket", _bucket_text(account)),
        ("Store", f"{paths.store(account.name)}"),
        *([("", store.trouble)] if store.trouble else []),
        ("Undelivered", "not known" if store.undelivered is None else f"{store.undelivered:,}"),
    ]
    print_page(pairs)


def _version(account: Account, store: StoreFacts) -> str:
    """Return the version that was said last, safe to show; empty when none was."""
    read = store.deployment.version if store.deployment else ""
    return read or clean((account.site and account.site.version) or "")


def _version_text(account: Account, store: StoreFacts) -> str:
    version = _version(account, store)
    read = store.deployment.version_as_of if store.deployment else None
    if not version:
        return "not known: no site said it"
    return f"{version}, as its site said" + (f" on {iso(read)}" if read else "")


def _abilities(account: Account, store: StoreFacts) -> Mapping[Feature, _Ability]:
    """Return what the deployment can do: what the store knows, or else what its version says."""
    known = store.deployment.features if store.deployment else {}
    if any(fact is not None for fact in known.values()):
        return {feature: _known(known[feature]) for feature in Feature}
    version = _version(account, store)
    silent = "its version tells nothing" if version else "its version is not known"
    return {
        feature: _Ability(has, silent if has is None else f"by its version {version}")
        for feature, has in features_of(version).items()
    }


def _known(fact: Fact | None) -> _Ability:
    if fact is None:
        return _Ability(None, "nothing has asked yet")
    how = "asked in vain" if fact.has is None else fact.source.value
    return _Ability(fact.has, f"{how}, {iso(fact.as_of)}")


def _credentials_text(account: Account) -> str:
    if account.credentials is Credentials.SIGN_IN:
        return "sign-in, at the deployment's user pool"
    return "aws: boto3's standard credential chain on this machine"


def _sign_in_text(account: Account, found: SignIn | None) -> str:
    if account.credentials is Credentials.AWS:
        return "not needed" + _as_role(found.role if found else Role.UNKNOWN)
    last = f"; {account.user} was the last" if account.user else ""
    if found is None or found.state is SignInState.UNKNOWN:
        return f"not known: nothing has looked yet{last}"
    since = f", since {iso(found.since)}" if found.since else ""
    if found.state is SignInState.SIGNED_IN:
        return f"signed in as {found.user or 'somebody'}{_as_role(found.role)}{since}"
    return f"{found.state.value}{since}{last}"


def _as_role(role: Role) -> str:
    return f" ({role_text(role)})" if role is not Role.UNKNOWN else ""


def _profile_text(account: Account) -> str:
    if not account.aws_profile:
        return _no_profile(account)
    return f"{account.aws_profile}, region {account.aws_region or account.region}"


def _bucket_text(account: Account) -> str:
    if account.model_bucket:
        return clean(account.model_bucket)
    if account.stack:
        return f"that of the stack {clean(account.stack, 128)}"
    return "not known: “drtui account set --model-bucket” names it"


def _no_profile(account: Account) -> str:
    return (
        "none named: what needs the AWS account that hosts the deployment (jobs, files of models, "
        f"costs) is missing; “drtui account set {account.name} --aws-profile P” names one"
    )
