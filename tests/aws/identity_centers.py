"""Identity Center by moto and by a scripted server: what its tests share."""

import json
from collections.abc import Callable, Mapping

import pytest

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.identity_center import AwsIdentityCenter
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY
from drtui.domain.sponsor.identity_center import Ensured, IdentityCenter, Instance
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

REGION = "eu-west-1"
ACCOUNT = "123456789012"
POLICY = f"arn:aws:iam::aws:policy/{PARTICIPANT_POLICY}"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
RELAY = "https://races.example.com/?a=1&b=2"
ARN = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
SET = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef"
GROUP = "0123456789-01234567-89ab-cdef-0123-456789abcdef"
HERE = Instance(ARN, "d-0123456789", ACCOUNT)


@pytest.fixture
def center(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> IdentityCenter:
    return opened(moto.url, monkeypatch)


@pytest.fixture
def instance(center: IdentityCenter) -> Instance:
    [found] = center.instances()
    return found


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> IdentityCenter:
    return opened(f"http://127.0.0.1:{server.port}", monkeypatch)


def opened(url: str, monkeypatch: pytest.MonkeyPatch) -> IdentityCenter:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return AwsIdentityCenter(Door(None, "us-east-1", user_agent="drtui-tests/1"), REGION)


def refusal_of(call: Callable[[], object]) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        call()
    return raised.value


def refusal(code: str, **more: str) -> Step:
    return answer({"__type": code, "Message": "x", **more}, status=400)


def wanted(
    center: IdentityCenter,
    instance: Instance,
    name: str,
    *,
    relay_state: str = RELAY,
    hours: int = 8,
) -> Ensured:
    return center.ensure_permission_set(instance, name, relay_state=relay_state, hours=hours)


def strangers_set(moto: RunningMoto, instance: Instance, name: str, *policies: str) -> str:
    rights = moto.client("sso-admin", REGION)
    made = rights.create_permission_set(
        Name=name, InstanceArn=instance.arn, SessionDuration="PT1H", Description="by hand"
    )["PermissionSet"]["PermissionSetArn"]
    for policy in policies:
        rights.attach_managed_policy_to_permission_set(
            InstanceArn=instance.arn, PermissionSetArn=made, ManagedPolicyArn=policy
        )
    return str(made)


def requests(server: ScriptedServer) -> list[tuple[str, Mapping[str, object]]]:
    return [
        (request.headers["x-amz-target"].rpartition(".")[2], json.loads(request.body))
        for request in server.requests
    ]
