"""A machine without AWS settings, a scripted server, and gateways that are closed in the end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from drtui.aws.gateway import AwsCredentials, DeepRacerGateway, Timeouts, open_gateway
from drtui.aws.sessions import open_service
from drtui.aws.sponsor.refusals import permission
from tests.aws.scripted import ScriptedServer
from tests.support.aws_policies import allowed
from tests.support.moto import RunningMoto, running_moto

KEY = "ASIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN=="
CREDENTIALS = AwsCredentials(KEY, SECRET, TOKEN)
PATIENT = Timeouts(connect=10.0, read=20.0, probe=20.0)
SHORT = Timeouts(connect=0.5, read=0.5, probe=1.0)

OpenGateway = Callable[..., DeepRacerGateway]


@pytest.fixture(autouse=True)
def _no_aws_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever this machine is set up for must not decide a test, and no test reads it."""
    import os

    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith(("_proxy", "_ca_bundle")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def opened() -> Iterator[OpenGateway]:
    """Open gateways, and close them in the end."""
    gateways: list[DeepRacerGateway] = []

    def make(
        url: str,
        credentials: AwsCredentials | None = CREDENTIALS,
        *,
        connections: int = 4,
        timeouts: Timeouts = PATIENT,
    ) -> DeepRacerGateway:
        gateway = open_gateway(
            url,
            "us-east-1",
            credentials,
            user_agent="drtui-tests/1",
            max_connections=connections,
            timeouts=timeouts,
        )
        gateways.append(gateway)
        return gateway

    yield make
    for gateway in gateways:
        gateway.close()


@pytest.fixture(scope="session")
def moto() -> Iterator[RunningMoto]:
    with running_moto() as running:
        yield running


# Whose calls are held against which policy of docs/aws-permissions.md, by the tests' module.
_POLICIES = {
    "test_access_by_iam": "IAM users",
    "test_billing": "Billing alerts",
    "test_billing_alarms": "Billing alerts",
    "test_caller": "Prerequisites",
    "test_costs": "Costs",
    "test_iam_users": "IAM users",
    "test_identity_center": "Identity Center",
    "test_identity_center_people": "Identity Center",
    "test_mail": "Mail",
    "test_model_bucket": "Files of models",
    "test_service_quotas": "Quotas of training jobs",
    "test_training_jobs": "Training jobs",
    "test_user_pool": "Sign-ins of racers",
}


@pytest.fixture(autouse=True)
def _every_call_is_in_the_policy(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Hold what really goes through the second door against what the documentation allows."""
    feature = _POLICIES.get(request.module.__name__.rpartition(".")[2])
    if feature is None:
        yield
        return
    made: set[tuple[str, str]] = set()

    def watched(service: str, *arguments: Any, **options: Any) -> BaseClient:
        client = open_service(service, *arguments, **options)
        client.meta.events.register(
            "before-call", lambda model, **_: made.add((service, model.name))
        )
        return client

    monkeypatch.setattr("drtui.aws.sponsor.door.open_service", watched)
    yield
    free = {"sts:GetCallerIdentity"}  # which AWS lets everybody call
    assert {permission(*one) for one in made} <= allowed(feature) | free
