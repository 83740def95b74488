"""The network: proxies and certificates by the environment, and what was asked over it."""

import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from drtui.config import Account
from drtui.domain import proxies
from drtui.domain.doctoring import Area, Check, Heard, Place, Probe, Reached, Verdict, check
from drtui.domain.proxies import CertificateBundle
from drtui.domain.signing_in import MOST_SKEW_SECONDS

_NOTICED_SKEW: Final = 60.0  # seconds
_ELSEWHERE: Final = "The console leaves the network to its engine; “drtui doctor” looks at it."
_NO_ACCOUNT: Final = "Without an account it is not known whom to ask."
_ADVICE: Final = {
    Reached.BLOCKED: "“drtui doctor --firewall” prints what the sponsor can add.",
    Reached.PAGE: "Open any web page in a browser, sign in to this network, and try again.",
    Reached.FOREIGN: "Compare the address with the deployment's, and add the account again where "
    "it is another.",
    Reached.FAILING: "Try again in some minutes; what is not delivered is kept.",
    Reached.NO_NAME: "Check that there is a network at all, then the address.",
    Reached.REFUSED: "Ask whether this network lets https out, and check the address and its port.",
    Reached.SILENT: "Ask whether this network lets https out; it may also be slow: try again.",
    Reached.CERTIFICATE: "Check the clock first. Where a proxy of this network opens connections, "
    "set AWS_CA_BUNDLE to a file with its certificate; never switch the check off.",
    Reached.PROXY: "Check HTTPS_PROXY and NO_PROXY with whoever runs the network.",
    Reached.UNUSABLE: "Mend the setting that is named, or add the account again.",
}


def examine_environment(
    environment: Mapping[str, str], account: Account | None, bundle: CertificateBundle | None
) -> list[Check]:
    """Return the checks of proxies and trusted certificates."""
    return [_proxy(environment, _hosts(account)), _certificates(environment, bundle)]


def examine_network(heard: Heard | None, account: Account | None, unasked: str = "") -> list[Check]:
    """Return the checks of what was asked over the network.

    Args:
        heard: None where nothing may be asked.
        account: None where there is nobody to ask.
        unasked: Why nothing may be asked, a sentence; empty is that the engine does.
    """
    if heard is None or account is None:
        why = _NO_ACCOUNT if account is None else unasked or _ELSEWHERE
        return [
            check(Area.NETWORK, name, Verdict.NOT_CHECKED, why)
            for name in (Place.SITE, Place.API, Place.USER_POOL, Place.IDENTITY_POOL, "clock")
        ]
    return [*(_reached(place, heard.of(place)) for place in Place), _clock(heard)]


def _reached(place: Place, probe: Probe | None) -> Check:
    if probe is None:
        why = (
            "The account does not say where it is."
            if place is Place.SITE
            else "The account has no sign-in of its own, so this is not needed."
        )
        return check(Area.NETWORK, place, Verdict.NOT_CHECKED, why)
    took = "" if probe.seconds is None else f" ({probe.seconds * 1000:,.0f} ms)"
    if probe.reached is Reached.ANSWERED:
        return check(Area.NETWORK, place, Verdict.OK, f"{probe.why}{took}")
    if probe.reached is Reached.BLOCKED and place is Place.API:
        why = f"It can be reached; what answers is its firewall.{took}"
        return check(Area.NETWORK, place, Verdict.OK, why)
    # The site is needed to add the account and to learn its version, and for nothing else.
    verdict = Verdict.WARNING if place is Place.SITE else Verdict.FAILED
    return check(Area.NETWORK, place, verdict, probe.why, _ADVICE[probe.reached])


def _clock(heard: Heard) -> Check:
    for place in (Place.API, Place.USER_POOL, Place.IDENTITY_POOL, Place.SITE):
        probe = heard.of(place)
        if probe is not None and probe.date is not None and probe.clock is not None:
            # A date is cut to the second.
            ahead = (probe.clock - probe.date).total_seconds() - 0.5
            return _skewed(ahead, place)
    why = "Nothing that can be believed told its time."
    return check(Area.NETWORK, "clock", Verdict.NOT_CHECKED, why)


def _skewed(ahead: float, place: Place) -> Check:
    off = abs(ahead)
    if off <= _NOTICED_SKEW:
        why = f"Within {max(1, round(off))} s of the clock of the {place}."
        return check(Area.NETWORK, "clock", Verdict.OK, why)
    amount = f"{off / 60:.1f} min" if off < 7_200 else f"{off / 3600:,.1f} h"
    why = f"This machine's clock is {amount} {'ahead of' if ahead > 0 else 'behind'} the {place}'s"
    advice = "Set the clock, as by “timedatectl set-ntp true”, and look at the virtual machine's."
    if off > MOST_SKEW_SECONDS:
        why = f"{why}; beyond 5 min AWS refuses every signature."
        return check(Area.NETWORK, "clock", Verdict.FAILED, why, advice)
    return check(Area.NETWORK, "clock", Verdict.WARNING, f"{why}.", advice)


def _hosts(account: Account | None) -> list[str]:
    if account is None:
        return []
    addresses = [account.api_url, "" if account.site is None else account.site.website or ""]
    try:
        return [host for host in (urlsplit(each).netloc for each in addresses) if host]
    except ValueError:
        return []


def _proxy(environment: Mapping[str, str], hosts: Sequence[str]) -> Check:
    address = proxies.setting(environment, "https_proxy")
    if not address:
        ignored = proxies.setting(environment, "all_proxy") or proxies.setting(
            environment, "http_proxy"
        )
        why = "None is set (HTTPS_PROXY)."
        if ignored:
            why = f"{why} ALL_PROXY and HTTP_PROXY are not used for https."
        return check(Area.NETWORK, "proxy", Verdict.OK, why)
    shown = proxies.shown_proxy(address)
    if shown is None:
        why = "HTTPS_PROXY is set to what cannot be a proxy's address, so it is not shown."
        advice = "Set it to http://HOST:PORT, or unset it."
        return check(Area.NETWORK, "proxy", Verdict.WARNING, why, advice)
    signed = ", with a user name or password that is not shown" if "@" in address else ""
    past = proxies.past_proxy(hosts, proxies.setting(environment, "no_proxy"))
    told = f" Past it, by NO_PROXY: {', '.join(past)}." if past else ""
    return check(Area.NETWORK, "proxy", Verdict.OK, f"{shown} (HTTPS_PROXY){signed}.{told}")


def _certificates(environment: Mapping[str, str], bundle: CertificateBundle | None) -> Check:
    name = "certificates"
    if bundle is None:
        return check(Area.NETWORK, name, Verdict.NOT_CHECKED, _ELSEWHERE)
    if bundle.path is None:
        why = "The public authorities that came with drtui's libraries are trusted."
        if environment.get("SSL_CERT_FILE") or environment.get("SSL_CERT_DIR"):
            why = f"{why} SSL_CERT_FILE and SSL_CERT_DIR are not used: AWS_CA_BUNDLE is."
        return check(Area.NETWORK, name, Verdict.OK, why)
    advice = f"Set {bundle.named_by} to a file of certificates in PEM, or unset it."
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if not Path(bundle.path).is_file():
            raise FileNotFoundError
        context.load_verify_locations(cafile=bundle.path)
    except (OSError, ValueError):  # ssl's own errors are among the first
        why = f"No file of certificates can be read by {bundle.named_by}: nothing is trusted."
        return check(Area.NETWORK, name, Verdict.FAILED, why, advice)
    number = len(context.get_ca_certs())
    why = f"{number:,} trusted, by {bundle.named_by}."
    return check(Area.NETWORK, name, Verdict.OK, why)
