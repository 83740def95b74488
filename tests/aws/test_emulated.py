"""The gateway against the embedded account, over HTTP: two readings of the same facts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from drtui.aws.discovery import read_site
from drtui.aws.gateway import AwsCredentials, DeepRacerGateway, Timeouts
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Limits, Profile
from tests.aws.conftest import SHORT, OpenGateway
from tests.support.emulator import RunningEmulator, running_emulator


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    with running_emulator(racers=230, seed=7) as running:
        yield running


@pytest.fixture
def emulator(account: RunningEmulator) -> Iterator[RunningEmulator]:
    yield account
    account.control("clear")
    account.control("network", state="up")


def signed_in(
    emulator: RunningEmulator,
    opened: OpenGateway,
    role: str = "admin",
    timeouts: Timeouts | None = None,
) -> DeepRacerGateway:
    credentials = AwsCredentials(**emulator.keys(role))
    if timeouts is not None:
        return opened(emulator.api, credentials, timeouts=timeouts)
    return opened(emulator.api, credentials, connections=8)


def everybody(gateway: DeepRacerGateway) -> dict[str, Profile]:
    profiles: list[Profile] = []
    page = gateway.list_profiles()
    profiles.extend(page.profiles)
    while page.token is not None:
        page = gateway.list_profiles(page.token)
        profiles.extend(page.profiles)
    found = {profile.profile_id: profile for profile in profiles}
    assert len(found) == len(profiles)
    return found


def failure_of(call: object) -> DeploymentError:
    assert callable(call)
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


def test_every_profile_arrives_as_it_is(emulator: RunningEmulator, opened: OpenGateway) -> None:
    found = everybody(signed_in(emulator, opened))
    truth = emulator.profiles()
    assert len(found) > 200
    assert found.keys() == truth.keys()
    for profile_id, profile in found.items():
        true = truth[profile_id]
        assert profile.alias == true["alias"]
        assert profile.email == true["emailAddress"]
        assert profile.role_name == true["roleName"]
        assert profile.minutes_used == true["computeMinutesUsed"]
        assert profile.minutes_queued == true["computeMinutesQueued"]
        assert profile.limits == Limits(true["maxTotalComputeMinutes"], true["maxModelCount"])
        assert profile.models == true["modelCount"]
        assert profile.storage_bytes == true["modelStorageUsage"]
        assert (profile.created_at is None) == (true["createdAt"] is None)


def test_the_environment_signs_in(
    emulator: RunningEmulator, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in emulator.environment("facilitator").items():
        monkeypatch.setenv(name, value)
    own = opened(emulator.api, None).own_profile()
    assert emulator.profiles()[own.profile_id]["group"] == "dr-race-facilitators"


def test_limits_settle_by_many_threads_over_one_client(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(emulator, opened)
    targets = sorted(everybody(gateway))[:60]
    asked = {target: Limits(number, -1) for number, target in enumerate(targets)}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda item: gateway.set_limits(*item), asked.items()))
    assert answers == list(asked.values())
    truth = emulator.profiles()
    for target, limits in asked.items():
        row = truth[target]
        assert Limits(row["maxTotalComputeMinutes"], row["maxModelCount"]) == limits


def test_one_limit_leaves_the_other(emulator: RunningEmulator, opened: OpenGateway) -> None:
    gateway = signed_in(emulator, opened)
    target = min(everybody(gateway))
    gateway.set_limits(target, Limits(100, 5))
    assert gateway.set_limits(target, Limits(models=6)) == Limits(100, 6)


def test_settings_are_there(emulator: RunningEmulator, opened: OpenGateway) -> None:
    settings = signed_in(emulator, opened).settings()
    assert settings.new_user_minutes is not None
    assert settings.new_user_models is not None
    assert (settings.instance_minutes, settings.instance_models) == (-1, -1)
    assert settings.registration in {"invite-only", "self-service"}


@pytest.mark.parametrize("role", ["facilitator", "racer"])
def test_other_roles_may_not_list_or_change(
    emulator: RunningEmulator, opened: OpenGateway, role: str
) -> None:
    gateway = signed_in(emulator, opened, role)
    own = gateway.own_profile()
    assert failure_of(gateway.list_profiles).kind is FailureKind.ROLE_NOT_ALLOWED
    other = min(emulator.profiles().keys() - {own.profile_id})
    refused = failure_of(lambda: gateway.set_limits(other, Limits(1, 1)))
    assert refused.kind is FailureKind.ROLE_NOT_ALLOWED
    assert "Admin permission required" in refused.message


def test_a_wrong_secret_is_a_wrong_signature(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    keys = emulator.keys("admin") | {"secret_key": "wrong"}
    failure = failure_of(opened(emulator.api, AwsCredentials(**keys)).own_profile)
    assert (failure.kind, failure.code) == (
        FailureKind.NOT_SIGNED_IN,
        "InvalidSignatureException",
    )


def test_an_expired_key_is_a_missing_sign_in(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    issued = emulator.control("issue_keys", role="admin")
    keys = {name: issued[name] for name in ("access_key", "secret_key", "session_token")}
    gateway = opened(emulator.api, AwsCredentials(**keys))
    gateway.own_profile()
    emulator.control("expire_keys", access_key=keys["access_key"])
    assert failure_of(gateway.own_profile).kind is FailureKind.NOT_SIGNED_IN


def test_a_profile_that_is_gone_fails_on_the_deployments_side(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    failure = failure_of(
        lambda: signed_in(emulator, opened).set_limits("zzzzzzzzzzzzzzz", Limits(1, 1))
    )
    assert (failure.kind, failure.status) == (FailureKind.UNAVAILABLE, 500)


@pytest.mark.parametrize(
    ("fault", "write", "read"),
    [
        ({"status": 403}, "BLOCKED", "BLOCKED"),
        ({"status": 429}, "THROTTLED", "THROTTLED"),
        ({"status": 500}, "UNAVAILABLE", "UNAVAILABLE"),
        ({"status": 502}, "UNAVAILABLE", "UNAVAILABLE"),
        ({"status": 504}, "OUTCOME_UNKNOWN", "UNAVAILABLE"),
        ({"how": "reset"}, "OUTCOME_UNKNOWN", "UNAVAILABLE"),
        ({"how": "reset_after"}, "OUTCOME_UNKNOWN", "UNAVAILABLE"),
        ({"how": "truncated"}, "OUTCOME_UNKNOWN", "UNAVAILABLE"),
        ({"how": "portal"}, "OUTCOME_UNKNOWN", "UNAVAILABLE"),
        ({"how": "unescaped"}, "INVALID", "INVALID"),
        ({"how": "timeout", "end": "504", "seconds": 0.1}, "OUTCOME_UNKNOWN", "UNAVAILABLE"),
    ],
)
def test_faults_are_told_apart(
    emulator: RunningEmulator,
    opened: OpenGateway,
    fault: dict[str, object],
    write: str,
    read: str,
) -> None:
    gateway = signed_in(emulator, opened)
    target = gateway.own_profile().profile_id
    emulator.control("fail", **fault)
    assert failure_of(lambda: gateway.set_limits(target, Limits(-1, -1))).kind.name == write
    emulator.control("fail", **fault)
    assert failure_of(gateway.list_profiles).kind.name == read
    assert gateway.set_limits(target, Limits(-1, -1)) == Limits(-1, -1)


def test_a_change_that_took_effect_without_an_answer_is_unknown(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    target = min(emulator.profiles())
    gateway = signed_in(emulator, opened, timeouts=SHORT)
    emulator.control("fail", how="timeout", end="hang", seconds=5, method="PATCH")
    failure = failure_of(lambda: gateway.set_limits(target, Limits(77, 7)))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN
    assert failure.status is None
    row = emulator.profiles()[target]
    assert (row["maxTotalComputeMinutes"], row["maxModelCount"]) == (77, 7)


def test_a_probe_sees_the_network_go_and_come_back(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(emulator, opened)
    gateway.probe()
    emulator.control("network", state="down")
    assert failure_of(gateway.probe).kind is FailureKind.UNREACHABLE
    assert failure_of(gateway.own_profile).kind is FailureKind.UNREACHABLE
    emulator.control("network", state="up")
    gateway.probe()
    gateway.own_profile()


def test_a_probe_is_not_fooled_by_a_sign_in_page(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(emulator, opened)
    emulator.control("fail", how="portal")
    assert failure_of(gateway.probe).kind is FailureKind.UNREACHABLE
    emulator.control("fail", status=503)
    gateway.probe()


def test_the_site_is_found_by_its_address(emulator: RunningEmulator) -> None:
    found = read_site(emulator.ready["site"], user_agent="drtui-tests/1")
    assert found.site.api_url == emulator.api
    assert found.site.region == emulator.ready["region"]
    assert found.site.version == "v1.2.5"
    assert found.notice == ""
