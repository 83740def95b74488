"""What a deployment says of itself: its web site's `env.js`, or the outputs of its stack.

Both are text from outside: parsed, never evaluated, and checked before anything is sent to what
they name. Facts: DeepRacer API facts, "Finding and signing in to a deployment".
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.domain.wording import listed

MOST_CHARACTERS: Final = 65_536  # a real env.js has less than 1,000
_MOST_IN_A_VALUE: Final = 2_048
# White space, comments and the byte order mark, anywhere between the parts.
_BETWEEN: Final = re.compile(r"(?:[\s\ufeff]|//[^\r\n\u2028\u2029]*|/\*.*?\*/)*", re.DOTALL)
_NAME: Final = re.compile(r"window\s*\.\s*EnvironmentConfig(?![\w$])")
_REGION: Final = re.compile(r"(?=.{1,63}\Z)[a-z0-9]+(-[a-z0-9]+)+", re.ASCII)
_USER_POOL: Final = re.compile(r"(?=.{1,55}\Z)([a-z0-9-]+)_[A-Za-z0-9]+", re.ASCII)
_CLIENT: Final = re.compile(r"[A-Za-z0-9_+]{1,128}", re.ASCII)
_IDENTITY_POOL: Final = re.compile(r"(?=.{1,55}\Z)([a-z0-9-]+):[0-9A-Fa-f-]+", re.ASCII)
_HASH: Final = re.compile(r"[0-9A-F]*")
_OUTPUTS: Final = {
    "apiEndpointUrl": "ApiEndpoint",
    "userPoolId": "UserPoolUserPoolId",
    "userPoolClientId": "UserPoolUserPoolClientId",
    "identityPoolId": "UserPoolIdentityPoolId",
}
_WEBSITE: Final = "WebsiteUrl"


class SiteProblemError(ProblemError):
    """An address, its `env.js` or a stack does not describe a deployment that can be used."""


def is_region(text: str) -> bool:
    """Whether a text looks like an AWS region."""
    return _REGION.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Site:
    """A deployment, as it describes itself.

    Attributes:
        api_url: Where its API is said to be; the client checks it before it is used.
        user_pool_id: Begins with the region, such as `us-east-1_AbCdEf`.
        client_id: The user pool's client, which has no secret.
        identity_pool_id: Begins with the region and a colon.
        website: The address people use; None when it is not known.
        upload_bucket: Where models to be imported are uploaded.
        version: The `solutionVersion` as sent, such as `v1.3.1`; None when it is not said.
    """

    api_url: str
    user_pool_id: str
    client_id: str
    identity_pool_id: str
    region: str
    website: str | None = None
    upload_bucket: str | None = None
    iot_endpoint: str | None = None
    namespace: str | None = None
    version: str | None = None


def parse_environment(text: str, *, website: str | None = None) -> Site:
    """Read an `env.js`: the one statement `window.EnvironmentConfig = {JSON};`.

    A byte order mark, white space and comments around it, and a missing semicolon, are taken;
    anything else beside it is not, since it would have to be run to know what it means.

    Args:
        text: The file.
        website: Where it came from, for the record.

    Raises:
        SiteProblemError: It is not that, or names what cannot be used.
    """
    if len(text) > MOST_CHARACTERS:
        _refuse(f"is longer than {MOST_CHARACTERS:,} characters")
    found = _object_in(text)
    wanted = ("apiEndpointUrl", "userPoolId", "userPoolClientId", "identityPoolId", "region")
    values = {name: _text_of(found, name) for name in wanted}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        _refuse(f"does not say {listed(missing)}")
    given = {name: value for name, value in values.items() if value is not None}
    return _site(
        given,
        given["region"],
        "The site's env.js",
        website=website,
        upload_bucket=_text_of(found, "uploadBucketName"),
        iot_endpoint=_text_of(found, "iotEndpoint"),
        namespace=_text_of(found, "namespace"),
        version=_text_of(found, "solutionVersion"),
    )


def site_of_outputs(outputs: Mapping[str, str], stack: str) -> Site:
    """Read the outputs of a deployment's CloudFormation stack.

    Outputs are found by the beginning of their names, since a hash follows. Where several begin
    alike, those count of which nothing but a hash follows; equal values are one.

    Args:
        outputs: Values by name.
        stack: The stack's name, for messages.

    Raises:
        SiteProblemError: One is missing, ambiguous, or cannot be used.
    """
    whose = f"The stack “{clean(stack, 128)}”"
    if not outputs:
        raise SiteProblemError(
            f"{whose} has no outputs: it is still being created, or it is not that of a deployment."
        )
    values = {name: _output(outputs, prefix, whose) for name, prefix in _OUTPUTS.items()}
    missing = [f"{_OUTPUTS[name]}…" for name, value in values.items() if value is None]
    if missing:
        raise SiteProblemError(
            f"{whose} has no output {listed(missing)}: name the stack that was deployed itself, "
            "not one nested in it."
        )
    given = {name: value for name, value in values.items() if value is not None}
    region = given["userPoolId"].rpartition("_")[0]
    return _site(given, region, whose, website=_output(outputs, _WEBSITE, whose))


def checked_site(site: Site) -> Site:
    """Return a record that was read back from where it was kept.

    Raises:
        SiteProblemError: It was changed to what cannot be used.
    """
    values = {
        "apiEndpointUrl": site.api_url,
        "userPoolId": site.user_pool_id,
        "userPoolClientId": site.client_id,
        "identityPoolId": site.identity_pool_id,
    }
    _site(values, site.region, "It")
    return site


def _site(values: Mapping[str, str], region: str, whose: str, **more: str | None) -> Site:
    """Make the record of values that fit each other."""
    pool = _USER_POOL.fullmatch(values["userPoolId"])
    identities = _IDENTITY_POOL.fullmatch(values["identityPoolId"])
    odd = {
        "region": is_region(region),
        "userPoolId": pool,
        "userPoolClientId": _CLIENT.fullmatch(values["userPoolClientId"]),
        "identityPoolId": identities,
    }
    for name, fits in odd.items():
        if not fits:
            raise SiteProblemError(f"{whose} names a {name} that cannot be one.")
    if pool is None or identities is None or {pool[1], identities[1]} != {region}:
        raise SiteProblemError(f"{whose} names user pools and a region that do not fit together.")
    return Site(
        values["apiEndpointUrl"],
        values["userPoolId"],
        values["userPoolClientId"],
        values["identityPoolId"],
        region,
        **more,
    )


def _object_in(text: str) -> Mapping[str, object]:
    """Return the object that is assigned, if the assignment is all there is."""
    start = _after(text, 0)
    name = _NAME.match(text, start)
    if name is None:
        page = text.startswith("<", start)
        _refuse("is a web page" if page else "does not begin with window.EnvironmentConfig")
    equals = _after(text, name.end())
    if text[equals : equals + 1] != "=" or text[equals + 1 : equals + 2] == "=":
        _refuse("does not assign window.EnvironmentConfig")
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
    try:
        found, end = decoder.raw_decode(text, _after(text, equals + 1))
    except (ValueError, RecursionError):
        _refuse("assigns something that is not JSON, which drtui does not evaluate")
    if not isinstance(found, dict):
        _refuse("assigns something that is not an object")
    end = _after(text, end)
    if text[end : end + 1] == ";":
        end = _after(text, end + 1)
    if end < len(text):
        _refuse("holds more than the one assignment, which drtui does not evaluate")
    return found


def _after(text: str, start: int) -> int:
    """Return where white space and comments end."""
    found = _BETWEEN.match(text, start)
    return found.end() if found else start


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _text_of(found: Mapping[str, object], name: str) -> str | None:
    """Return a value as text; None when it is absent or empty."""
    value = found.get(name)
    if value is None or value == "":
        return None
    if not _is_plain(value):
        _refuse(f"has a value of {name} that is no plain text")
    return str(value).strip()


def _output(outputs: Mapping[str, str], prefix: str, whose: str) -> str | None:
    """Return the value of the output that begins so; None when there is none."""
    alike = {name: value for name, value in outputs.items() if name.startswith(prefix)}
    exact = {
        name: value for name, value in alike.items() if _HASH.fullmatch(name.removeprefix(prefix))
    }
    among = exact or alike
    if len(set(among.values())) > 1:
        raise SiteProblemError(
            f"{whose} has several outputs {prefix}…, with different values "
            f"({listed([clean(name, 80) for name in sorted(among)[:4]])}): add the account by "
            "its site instead."
        )
    value = next(iter(among.values()), None)
    if value is None or value == "":
        return None
    if not _is_plain(value):
        raise SiteProblemError(f"{whose} has an output {prefix}… that is no plain text.")
    return value.strip()


def _is_plain(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= _MOST_IN_A_VALUE
        and value.isascii()
        and value.isprintable()
        and bool(value.strip())
    )


def _refuse(what: str) -> NoReturn:
    raise SiteProblemError(
        f"The site's env.js {what}: the address may be that of another site, or a page of this "
        "network may have come in its place."
    )
