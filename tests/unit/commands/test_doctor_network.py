"""The doctor's checks of the network, with made-up circumstances."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from drtui.commands.doctor.network import examine_environment, examine_network
from drtui.domain.doctoring import Check, Heard, Place, Probe, Reached, Verdict
from drtui.domain.proxies import CertificateBundle
from tests.support.tls import server_tls
from tests.unit.commands.examined import ACCOUNT, FAILED, NOT_CHECKED, OK, WARNING, one

NOW: Final = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("environment", "verdict", "why"),
    [
        ({}, OK, "None is set (HTTPS_PROXY)."),
        ({"HTTPS_PROXY": "http://p.example:3128"}, OK, "http://p.example:3128 (HTTPS_PROXY)."),
        ({"HTTPS_PROXY": "p.example:3128"}, OK, "http://p.example:3128 (HTTPS_PROXY)."),
        (
            {"HTTPS_PROXY": "http://ada:pw@p.example"},
            OK,
            "http://p.example (HTTPS_PROXY), with a user name or password that is not shown.",
        ),
        (
            {"HTTPS_PROXY": "http://p.example", "NO_PROXY": "x.org, .example.com"},
            OK,
            "http://p.example (HTTPS_PROXY). Past it, by NO_PROXY: api.example.com.",
        ),
        ({"HTTPS_PROXY": "http://a b"}, WARNING, "not shown"),
        ({"HTTPS_PROXY": "http://upper", "https_proxy": ""}, OK, "None is set"),
        ({"ALL_PROXY": "socks5://x"}, OK, "ALL_PROXY and HTTP_PROXY are not used"),
    ],
)
def test_proxies_are_told_as_they_are_used(
    environment: Mapping[str, str], verdict: Verdict, why: str
) -> None:
    found = one(examine_environment(environment, ACCOUNT, None), "proxy")
    assert found.verdict is verdict
    assert why in found.why


def test_certificates_go_by_the_bundle_that_is_used(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    _, bundle = server_tls(tmp_path)

    def told(path: str | Path | None, by: str = "", **environment: str) -> Check:
        found = CertificateBundle(None if path is None else str(path), by)
        return one(examine_environment(environment, None, found), "certificates")

    assert told(None).verdict is OK
    assert "not used" in told(None, SSL_CERT_FILE="/x").why
    assert told(bundle, "AWS_CA_BUNDLE").why == "1 trusted, by AWS_CA_BUNDLE."
    for path in (empty, tmp_path, tmp_path / "none", ""):
        found = told(path, "ca_bundle of the AWS profile “default”")
        assert found.verdict is FAILED
        assert "by ca_bundle of the AWS profile “default”: nothing is trusted" in found.why
        assert "Set ca_bundle of the AWS profile “default” to a file" in found.advice


def test_certificates_that_were_not_looked_for_are_not_checked() -> None:
    found = one(examine_environment({"AWS_CA_BUNDLE": "/x"}, ACCOUNT, None), "certificates")
    assert (found.verdict, "“drtui doctor” looks" in found.why) == (NOT_CHECKED, True)


@pytest.mark.parametrize("reached", Reached)
def test_whatever_is_in_the_way_is_told_with_what_to_do(reached: Reached) -> None:
    found = examine_network(Heard((Probe(Place.API, reached, "It is so."),)), ACCOUNT)
    api = one(found, "API")
    fine = reached in {Reached.ANSWERED, Reached.BLOCKED}  # the firewall has a line of its own
    assert api.verdict is (OK if fine else FAILED)
    assert bool(api.advice) is not fine


def test_a_site_out_of_reach_is_a_warning_since_work_goes_on_without_it() -> None:
    heard = Heard((Probe(Place.SITE, Reached.SILENT, "Silence."),))
    assert one(examine_network(heard, ACCOUNT), "web site").verdict is WARNING


@pytest.mark.parametrize(
    ("seconds", "verdict", "said"),
    [
        (0, OK, "Within 1 s"),
        (59, OK, "Within 5"),
        (-200, WARNING, "behind the API's"),
        (299, WARNING, "ahead of the API's"),
        (302, FAILED, "5.0 min ahead"),
        (-86_400, FAILED, "24.0 h behind"),
    ],
)
def test_a_clock_more_than_five_minutes_off_has_failed(
    seconds: int, verdict: Verdict, said: str
) -> None:
    probe = Probe(Place.API, Reached.ANSWERED, "", NOW, NOW + timedelta(seconds=seconds))
    found = one(examine_network(Heard((probe,)), ACCOUNT), "clock")
    assert found.verdict is verdict
    assert said in found.why


def test_nothing_of_the_network_is_checked_where_nothing_was_asked() -> None:
    for heard, account in ((None, ACCOUNT), (None, None), (Heard(()), None)):
        assert {each.verdict for each in examine_network(heard, account)} == {NOT_CHECKED}
