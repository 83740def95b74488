"""Which addresses a deployment's API may have."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from drtui.domain.sites import is_region

_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)
_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")


def check_api_url(url: str) -> str:
    """Return the API's address without a trailing slash.

    The address is never repeated in a message, since it may have been typed with a password.

    Raises:
        ValueError: It is not an https address, or an http address of this machine itself; or it
            carries a user name, a query or a fragment. The message is for the admin.
    """
    parts = _split(url.strip())
    loopback = is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise ValueError(
            "The API address must begin with https:// (http:// only for this machine itself)."
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("The API address must not carry a user name or a password.")
    if parts.query or parts.fragment or url.strip().endswith(("?", "#")):
        raise ValueError("The API address must end with its path, such as /prod.")
    if not _PATH.fullmatch(parts.path):
        raise ValueError("The path of the API address must be plain, such as /prod.")
    return parts.geturl().rstrip("/")


def check_region(region: str) -> str:
    """Return the region.

    Raises:
        ValueError: It does not look like an AWS region.
    """
    if not is_region(region):
        raise ValueError("The region must look like us-east-1.")
    return region


def host_of(url: str) -> str:
    """Return the host and port of a checked address, for messages."""
    return urlsplit(url).netloc


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    complaint = "The API address must look like https://HOST/prod."
    if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        raise ValueError(complaint)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(complaint) from None
    if not host or port == 0 or not (_HOST.fullmatch(host) or is_loopback(host)):
        raise ValueError(complaint)
    return parts
