"""Which proxy and which certificates hold, by the environment; nothing of a password is shown.

It follows what botocore does: the proxy of a scheme, in small letters before capitals.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_SHOWN: Final = re.compile(
    r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII
)
_SCHEME: Final = re.compile(r"(?:(https?)://)?(.*)", re.ASCII | re.DOTALL | re.IGNORECASE)
_PARTS: Final = re.compile(r"[/?#\\]")


@dataclass(frozen=True, slots=True)
class CertificateBundle:
    """The certificates that are trusted.

    Attributes:
        path: The file they are in, as it was given, never shown; None where they are those that
            came with the libraries.
        named_by: The variable or the setting that gives the file.
    """

    path: str | None = None
    named_by: str = ""


def setting(environment: Mapping[str, str], name: str) -> str:
    """Return a proxy variable, in small letters before capitals, as the libraries read it."""
    return environment.get(name.lower(), environment.get(name.upper(), "")).strip()


def shown_proxy(address: str) -> str | None:
    """Return a proxy's address without a user name and a password; None where it cannot be one.

    What may be a password can hold any sign, so only what follows the last `@` is looked at, and
    only a plain host and port are shown.
    """
    found = _SCHEME.fullmatch(address)
    if found is None:
        return None
    rest = found[2].rpartition("@")[2]
    host = _PARTS.split(rest, maxsplit=1)[0]
    if not _SHOWN.fullmatch(host):
        return None
    return f"{(found[1] or 'http').lower()}://{host}"


def past_proxy(hosts: Iterable[str], no_proxy: str) -> list[str]:
    """Return the hosts that are asked without the proxy, by `NO_PROXY`.

    Args:
        hosts: With or without a port.
        no_proxy: Names and endings, separated by commas; `*` is all.
    """
    if no_proxy.strip() == "*":
        return list(hosts)
    endings = [each.strip().lstrip(".").lower() for each in no_proxy.split(",")]
    return [host for host in hosts if any(_ends(host.lower(), each) for each in endings if each)]


def _ends(host: str, ending: str) -> bool:
    bare = re.sub(r":\d+\Z", "", host)
    return any(name == ending or name.endswith(f".{ending}") for name in (host, bare))
