"""Finding a deployment: by the address of its web site, or by its CloudFormation stack."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn
from urllib.parse import urlsplit

from botocore.exceptions import ClientError, NoRegionError

from drtui.aws import transport
from drtui.aws.address import check_api_url, is_loopback
from drtui.aws.answers import discreet
from drtui.aws.pages import WANTS_SIGN_IN_FOR_A_FILE, is_page
from drtui.aws.sessions import Timeouts, open_service
from drtui.aws.web import Fetched, fetch, is_safe
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.sites import Site, SiteProblemError, parse_environment, site_of_outputs
from drtui.domain.text import clean

_SECONDS: Final = 15.0
_DESCRIBE: Final = "describe_stacks"  # made at run time, so that no type knows it
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_STACK: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}|arn:[\x21-\x7e]{1,1000}")
_SIGNED_OUT: Final = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"),
        *("UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException"),
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """A deployment that was found.

    Attributes:
        notice: What the admin has to be told before it is used, such as another address that the
            site led to; empty when nothing.
    """

    site: Site
    notice: str = ""


def read_site(address: str, *, user_agent: str, seconds: float = _SECONDS) -> Found:
    """Read what a deployment's web site says of the deployment.

    Args:
        address: As typed or copied from a browser; https when it does not say. Its path does not
            matter, since `env.js` is at the root.
        user_agent: Sent as it is.
        seconds: How long it may take in all.

    Raises:
        ProblemError: One sentence for the admin; `InvalidInputError` when the address cannot be
            one, `SiteProblemError` when it is not that of a deployment.
    """
    origin = _origin(address)
    found = fetch(f"{origin}/env.js", user_agent=user_agent, seconds=seconds)
    text = _text_of(found)
    final = _origin(found.url)
    site = _checked(parse_environment(text, website=final), final)
    notice = "" if final == origin else f"{origin} leads to {final}, whose deployment is used."
    return Found(site, notice)


def read_stack(
    name: str,
    *,
    profile: str | None = None,
    region: str | None = None,
    user_agent: str,
    timeouts: Timeouts | None = None,
) -> Found:
    """Read what a deployment's CloudFormation stack says of the deployment.

    Args:
        name: The stack's name or ARN.
        profile: The AWS profile of the sponsor's account; None is the standard chain.
        region: None is what the profile or the environment says.
        user_agent: Sent as it is.
        timeouts: For the one call.

    Raises:
        ProblemError: One sentence for the admin.
    """
    if not _STACK.fullmatch(name):
        raise InvalidInputError("A stack's name is letters, digits and hyphens, 128 at the most.")
    outputs = _outputs(name, profile, region, user_agent, timeouts or Timeouts())
    site = site_of_outputs(outputs, name)
    return Found(_checked(site, site.website or ""))


def _origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    typed = address.strip()
    url = typed if _SCHEME.match(typed) else f"https://{typed}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        raise InvalidInputError("The site's address must look like https://HOST.")
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError("The site's address must not carry a user name or a password.")
    if not is_safe(url, plain=True):
        raise InvalidInputError(
            "The site's address must begin with https:// (http:// only for this machine itself)."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _text_of(found: Fetched) -> str:
    """Return the file, if it is one.

    A page in its place is a venue's sign-in page, or another site's "not found".
    """
    host = urlsplit(found.url).netloc
    if found.status in WANTS_SIGN_IN_FOR_A_FILE:
        raise SiteProblemError(f"This network wants a sign-in of its own (HTTP {found.status}).")
    if found.status == 429 or found.status >= 500:
        raise SiteProblemError(f"{host} cannot answer now (HTTP {found.status}): try again later.")
    if found.status == 403:
        raise SiteProblemError(
            f"{host} does not give out env.js (HTTP 403): it is not the site of a deployment, or "
            "its firewall blocks drtui."
        )
    if found.status != 200:
        raise SiteProblemError(
            f"{host} has no env.js (HTTP {found.status}): it is not the site of a deployment."
        )
    if is_page(found.headers, found.body):
        raise SiteProblemError(
            f"{host} answered with a web page in place of env.js: it is not the site of a "
            "deployment, or this network wants a sign-in of its own."
        )
    if found.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise SiteProblemError(f"{host} sent env.js compressed, though it was not asked to.")
    try:
        return found.body.decode()
    except UnicodeDecodeError:
        raise SiteProblemError(
            f"What {host} sent as env.js is not text: it is not the site of a deployment."
        ) from None


def _checked(site: Site, where: str) -> Site:
    """Return the record with an API address that may be used.

    Only a site on this machine may name an API on this machine: no other has a reason to.
    """
    try:
        api_url = check_api_url(site.api_url)
    except ValueError as error:
        raise SiteProblemError(
            f"The deployment names an API that cannot be used. {error}"
        ) from None
    local = is_loopback(urlsplit(where).hostname or "") if where else False
    if is_loopback(urlsplit(api_url).hostname or "") and not local:
        raise SiteProblemError(
            "The deployment names an API on this machine itself, which only a site on this machine "
            "may do."
        )
    return replace(site, api_url=api_url)


def _outputs(
    name: str, profile: str | None, region: str | None, user_agent: str, timeouts: Timeouts
) -> Mapping[str, str]:
    host = "CloudFormation"
    opened = False
    try:
        client = open_service(
            "cloudformation",
            region,
            signed=True,
            profile=profile,
            user_agent=user_agent,
            timeouts=timeouts,
        )
        opened = True
        region, host = client.meta.region_name, urlsplit(client.meta.endpoint_url).netloc
        describe: Callable[..., Mapping[str, object]] = getattr(client, _DESCRIBE)
        return _read_outputs(describe(StackName=name))
    except ProblemError as error:
        failure = error
    except NoRegionError:
        failure = ProblemError("No region is known: say in which region the stack is.")
    except ClientError as error:
        failure = _refused(error, name, region or "?")
    except Exception as error:  # providers of credentials raise whatever they like
        told = (
            transport.failure_of(error, host=host, write=False)
            if opened
            else transport.sign_in_failure(error)
        )
        failure = ProblemError(told.message)
    raise failure.with_traceback(None)


def _read_outputs(answer: Mapping[str, object]) -> Mapping[str, str]:
    stacks = answer.get("Stacks")
    first = stacks[0] if isinstance(stacks, list) and stacks else None
    if not isinstance(first, dict):
        _odd()
    outputs = first.get("Outputs") or []
    if not isinstance(outputs, list) or not all(isinstance(each, dict) for each in outputs):
        _odd()
    return {str(each.get("OutputKey", "")): str(each.get("OutputValue", "")) for each in outputs}


def _odd() -> NoReturn:
    raise ProblemError("The answer is not what CloudFormation sends: try again.")


def _refused(error: ClientError, name: str, region: str) -> ProblemError:
    code = discreet(str(error.response.get("Error", {}).get("Code", "")))
    said = discreet(str(error.response.get("Error", {}).get("Message", "")))
    stack = f"stack “{clean(name, 128)}”"
    if code == "ValidationError" and "does not exist" in said:
        return SiteProblemError(
            f"There is no {stack} in {clean(region, 40)}: check its name and the region."
        )
    if code in {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}:
        return ProblemError(
            f"These AWS credentials may not read the {stack}: they need "
            "cloudformation:DescribeStacks."
        )
    if code in _SIGNED_OUT:
        return ProblemError(
            f"AWS does not accept these AWS credentials ({code}): renew them, or name another "
            "profile."
        )
    return ProblemError(f"CloudFormation refused to describe the {stack} ({code}: {said[:120]}).")
