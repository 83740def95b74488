"""The certificates that are trusted past boto3's clients are those that its clients trust."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from drtui.aws.doctoring import SiteDoctor
from drtui.aws.sessions import Timeouts, open_client, open_service
from drtui.aws.trust import trusted_bundle, verification
from drtui.aws.web import fetch
from drtui.domain.doctoring import Place, Reached
from drtui.domain.problems import ProblemError
from drtui.domain.proxies import CertificateBundle
from drtui.domain.sites import Site
from tests.aws.scripted import ScriptedServer, answer
from tests.support.tls import server_tls

FILE = "[default]\nca_bundle = /of/default.pem\n[profile events]\nca_bundle = /of/events.pem\n"
OTHERS = "[profile events]\nregion = eu-west-1\n"
Environment = Mapping[str, str]


def used_by_boto3(*, profiles: bool) -> Any:
    """What a client of drtui's own has been told to trust."""
    client: Any
    if profiles:
        client = open_client(
            "https://api.example.com/prod",
            "us-east-1",
            credentials=None,
            signed=True,
            user_agent="drtui-tests/1",
            connect_timeout=1,
            read_timeout=1,
            max_connections=1,
            before_parse=lambda **_: None,
        )
    else:
        client = open_service(
            "cognito-idp",
            "us-east-1",
            signed=False,
            user_agent="drtui-tests/1",
            timeouts=Timeouts(),
        )
    return client._endpoint.http_session._verify


_ENVIRONMENTS: Final[tuple[Environment, ...]] = (
    {},
    {"AWS_PROFILE": "events"},
    {"AWS_CA_BUNDLE": "/a.pem", "REQUESTS_CA_BUNDLE": "/r.pem"},
    {"REQUESTS_CA_BUNDLE": "/r.pem"},
    {"REQUESTS_CA_BUNDLE": "/r.pem", "AWS_PROFILE": "events"},
)
# With a profile that is not there, boto3 makes no client to compare with.
_CASES: Final = [
    (environment, file, profiles)
    for environment in _ENVIRONMENTS
    for file in ("", FILE, OTHERS)
    for profiles in (False, True)
    if file or not (profiles and "AWS_PROFILE" in environment)
]


@pytest.mark.parametrize(("environment", "file", "profiles"), _CASES)
def test_it_is_the_bundle_that_boto3_uses(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, file: str, *, profiles: bool
) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(file)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert verification(profiles=profiles) == used_by_boto3(profiles=profiles)


def test_it_is_told_what_names_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(FILE)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/r.pem")
    monkeypatch.setenv("AWS_PROFILE", "events")
    told = {profiles: trusted_bundle(profiles=profiles) for profiles in (False, True)}
    assert told[False].named_by == "ca_bundle of the AWS profile “default”"
    assert told[True].named_by == "ca_bundle of the AWS profile “events”"
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("")
    assert trusted_bundle(profiles=False).named_by == "REQUESTS_CA_BUNDLE"
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert trusted_bundle(profiles=False) == CertificateBundle()


def test_files_that_cannot_be_read_name_no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("no section\n")
    assert verification(profiles=False) is True
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/r.pem")
    assert verification(profiles=True) == "/r.pem"


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_name_is_refused_and_never_no_verification(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, blank: str
) -> None:
    monkeypatch.setenv(name, blank)
    tls, _ = server_tls(tmp_path)
    with ScriptedServer(tls=tls) as server:
        with pytest.raises(ProblemError, match=rf"is blank: set {name} to one"):
            fetch(f"https://localhost:{server.port}/env.js", user_agent="drtui-tests/1", seconds=5)
        api = f"https://localhost:{server.port}/prod"
        heard = SiteDoctor(api, "us-east-1", None, user_agent="drtui-tests/1", seconds=5).look()
        probe = heard.of(Place.API)
        assert probe is not None
        assert probe.reached is Reached.CERTIFICATE
        assert server.requests == []


@pytest.mark.parametrize("signs_in", [True, False])
def test_the_doctor_trusts_what_the_aws_configuration_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, signs_in: bool
) -> None:
    tls, bundle = server_tls(tmp_path)
    section = "default" if signs_in else "profile events"
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(f"[{section}]\nca_bundle = {bundle}\n")
    monkeypatch.setenv("AWS_PROFILE", "events" if not signs_in else "another")
    with ScriptedServer(tls=tls) as server:
        api = f"https://localhost:{server.port}/prod"
        site = Site(api, "us-east-1_AbCdEf", "client", "us-east-1:aa-bb", "us-east-1")
        server.script(answer(b"{}", status=403))
        doctor = SiteDoctor(
            api, "us-east-1", site if signs_in else None, user_agent="drtui-tests/1", seconds=5
        )
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        probe = doctor.look().of(Place.API)
    assert probe is not None
    assert probe.reached is not Reached.CERTIFICATE
    assert probe.seconds is not None
