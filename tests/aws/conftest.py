"""A machine without AWS settings, a scripted server, and gateways that are closed in the end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drtui.aws.gateway import AwsCredentials, DeepRacerGateway, Timeouts, open_gateway
from tests.aws.scripted import ScriptedServer
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
