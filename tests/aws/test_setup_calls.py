"""The calls that set a deployment up: what is sent, and which success is believed."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drtui.aws.gateway import AwsCredentials
from drtui.domain.deployment_setup import (
    MOST_INVITEES,
    DeploymentSetup,
    Invitee,
    InviteJob,
    InviteResult,
    that_fit,
)
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.setting_keys import SettingKey
from tests.aws.conftest import OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.emulator import RunningEmulator, running_emulator

ID = "0MMTpNjJLKRXrZx"
TOKEN = "6f1c1d1e-0000-5000-8000-000000000001"
ADA = Invitee("ada@example.org", "Ada")
CHANGES: dict[str, Callable[[DeploymentSetup], object]] = {
    "setting": lambda setup: setup.set_setting(SettingKey.NEW_USER_MODELS, 3),
    "invite": lambda setup: setup.invite("ada@example.org"),
    "bulk": lambda setup: setup.bulk_invite([ADA], TOKEN),
    "resend": lambda setup: setup.resend_invite(ID),
}


def failure_of(call: Callable[[], object]) -> DeploymentError:
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


def test_each_call_is_sent_as_the_deployment_takes_it(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(
        answer({"value": "15"}),
        answer(b""),
        answer({"message": "Profile created successfully."}),
        answer({"jobId": "01J", "status": "PROCESSING", "totalEntries": 2}, status=202),
        answer({"status": "PROCESSING"}),
        answer({"message": "sent"}),
    )
    setup: DeploymentSetup = opened(server.url).setup
    assert setup.setting(SettingKey.NEW_USER_MODELS) == 15
    assert setup.set_setting(SettingKey.NEW_USER_MODELS, -1)
    assert setup.invite("ada@example.org")
    assert setup.bulk_invite([ADA, Invitee("bo@example.org")], TOKEN) == "01J"
    assert setup.bulk_invite_job("01J") == InviteJob("PROCESSING", {})
    setup.resend_invite(ID)
    sent = [(one.method, one.target, json.loads(one.body or "null")) for one in server.requests]
    key = "/prod/settings/usageQuotas.newUser.newUserModelCountLimit"
    entries = [
        {"emailAddress": "ada@example.org", "displayName": "Ada"},
        {"emailAddress": "bo@example.org"},
    ]
    assert sent == [
        ("GET", key, None),
        ("PUT", key, {"value": -1}),
        ("POST", "/prod/profile", {"emailAddress": "ada@example.org"}),
        ("POST", "/prod/profiles/bulkInvite", {"profiles": entries, "clientToken": TOKEN}),
        ("GET", "/prod/profiles/bulkInvite/01J", None),
        ("POST", f"/prod/profiles/{ID}/resendInvite", None),
    ]


@pytest.mark.parametrize(
    ("sent", "value"),
    [(15, 15), ("15", 15), ("15.0", 15), (-1, -1), ("invite-only", "invite-only"), ({}, None)],
)
def test_a_setting_is_a_number_where_it_reads_as_one(
    server: ScriptedServer, opened: OpenGateway, sent: object, value: object
) -> None:
    server.script(answer({"value": sent}))
    assert opened(server.url).setup.setting("some.key") == value


def test_a_setting_that_is_not_there_is_none(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(answer({"message": "none"}, status=404, x_amzn_errortype="NotFoundError"))
    assert opened(server.url).setup.setting("some.key") is None


def test_a_setting_is_not_changed_while_another_change_is_being_deployed(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    busy = {"message": "Failed to update setting"}
    server.script(
        answer(busy, status=500, x_amzn_errortype="InternalFailureError"),
        answer({}, status=500, x_amzn_errortype="InternalFailure"),
    )
    setup = opened(server.url).setup
    assert not setup.set_setting("registration.type", "invite-only")
    other = failure_of(lambda: setup.set_setting("registration.type", "invite-only"))
    assert other.kind is FailureKind.UNAVAILABLE


def test_an_address_that_exists_is_told_from_one_that_is_none(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    texts = (
        "A user with this email address already exists.",
        "Invalid email address format.",
    )
    server.script(
        *(answer({"message": one}, status=400, x_amzn_errortype="BadRequestError") for one in texts)
    )
    setup = opened(server.url).setup
    assert not setup.invite("ada@example.org")
    assert failure_of(lambda: setup.invite("ada")).kind is FailureKind.INVALID


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param(answer(b"<html>Welcome</html>", content_type="text/html"), id="a page"),
        pytest.param(answer([]), id="an array"),
        pytest.param(answer(b"", content_length="9", end=End.CLOSE), id="cut short"),
        pytest.param(answer(b"", status=302, location="http://venue.example/"), id="redirected"),
        pytest.param(Step(b"", End.RESET), id="reset"),
        pytest.param(answer({"message": "Endpoint request timed out"}, status=504), id="too late"),
    ],
)
def test_a_change_is_believed_only_when_it_is_answered_as_it_should_be(
    server: ScriptedServer, opened: OpenGateway, name: str, step: Step
) -> None:
    server.script(step)
    failure = failure_of(lambda: CHANGES[name](opened(server.url).setup))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("name", ["invite", "bulk"])
@pytest.mark.parametrize("body", [b"", {}, {"jobId": None}, {"jobId": "../profile"}, {"jobId": 5}])
def test_a_success_without_what_belongs_to_it_is_of_unknown_outcome(
    server: ScriptedServer, opened: OpenGateway, name: str, body: object
) -> None:
    server.script(answer(body))
    failure = failure_of(lambda: CHANGES[name](opened(server.url).setup))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


def test_a_job_is_read_as_far_as_it_can_be(server: ScriptedServer, opened: OpenGateway) -> None:
    results: list[Any] = [
        {"emailAddress": "Ada@Example.org", "displayName": "Ada", "status": "CREATED"},
        {"emailAddress": "bo@example.org", "status": "SKIPPED", "reason": "It\u202e exists."},
        {"emailAddress": "cy@example.org", "status": 7},
        {"status": "FAILED"},
        None,
    ]
    server.script(
        answer({"status": "FAILED", "results": results, "errorMessage": "account 123456789012"}),
        answer({"status": "RESTING", "results": {"odd": 1}}),
    )
    setup = opened(server.url).setup
    job = setup.bulk_invite_job("01J")
    assert job.ended
    assert job.results["ada@example.org"] == InviteResult("CREATED")
    assert job.results["bo@example.org"].reason == "It\N{REPLACEMENT CHARACTER} exists."
    assert job.results["cy@example.org"] == InviteResult("")
    assert len(job.results) == 3
    assert "123456789012" not in job.error
    assert setup.bulk_invite_job("01J") == InviteJob("RESTING", {})
    assert not InviteJob("RESTING", {}).ended


@pytest.mark.parametrize("body", [b"", {}, [], {"status": None}, {"status": 5}])
def test_a_job_without_a_status_has_not_ended(
    server: ScriptedServer, opened: OpenGateway, body: object
) -> None:
    server.script(answer(body))
    failure = failure_of(lambda: opened(server.url).setup.bulk_invite_job("01J"))
    assert failure.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("profile_id", ["", "short", "0MMTpNjJLKRXrZ/", "..", "é" * 15])
def test_what_cannot_be_an_id_is_never_part_of_a_path(
    server: ScriptedServer, opened: OpenGateway, profile_id: str
) -> None:
    failure = failure_of(lambda: opened(server.url).setup.resend_invite(profile_id))
    assert failure.kind is FailureKind.INVALID
    assert server.requests == []


def test_a_long_name_is_cut_to_what_the_deployment_takes(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(answer({"jobId": "01J"}, status=202))
    opened(server.url).setup.bulk_invite([Invitee("ada@example.org", "é" * 500)], TOKEN)
    (entry,) = json.loads(server.requests[0].body)["profiles"]
    assert entry["displayName"] == "é" * 128


# Against the embedded account


@pytest.fixture(scope="module")
def newer() -> Iterator[RunningEmulator]:
    with running_emulator(racers=5, deployment="1.3.1") as running:
        yield running


@pytest.fixture
def setup(newer: RunningEmulator, opened: OpenGateway) -> DeploymentSetup:
    newer.control("invitations", seconds_each=0.0, held=False, refused=[])
    return opened(newer.api, AwsCredentials(**newer.keys())).setup


def emails(emulator: RunningEmulator) -> list[str]:
    found = [one["emailAddress"] for one in emulator.profiles().values() if one["emailAddress"]]
    return sorted(found)


def test_settings_are_put_a_leaf_at_a_time(newer: RunningEmulator, setup: DeploymentSetup) -> None:
    values: dict[SettingKey, int | str] = {
        SettingKey.NEW_USER_MINUTES: 300,
        SettingKey.INSTANCE_MODELS: -1,
        SettingKey.REGISTRATION: "self-service",
    }
    for key, value in values.items():
        assert setup.set_setting(key, value)
        assert setup.setting(key) == value
    assert setup.setting("registration.nothing") is None
    newer.control("settings", deploying_seconds=600)
    assert not setup.set_setting(SettingKey.NEW_USER_MINUTES, 60)
    newer.control("settings", deploying_seconds=0)
    assert setup.setting(SettingKey.NEW_USER_MINUTES) == 300
    refused = failure_of(lambda: setup.set_setting(SettingKey.REGISTRATION, "open-house"))
    assert refused.kind is FailureKind.INVALID


def test_one_is_invited_once(newer: RunningEmulator, setup: DeploymentSetup) -> None:
    assert setup.invite("one.more@example.org")
    assert not setup.invite("One.More@example.org")
    assert emails(newer).count("one.more@example.org") == 1


def test_a_job_is_begun_once_for_a_token_and_tells_of_each(
    newer: RunningEmulator, setup: DeploymentSetup
) -> None:
    setup.invite("was.there@example.org")
    newer.control("invitations", held=True, refused=["refused@example.org"])
    invitees = [
        Invitee("was.there@example.org"),
        Invitee("refused@example.org", "Rê"),
        Invitee("Is.New@example.org"),
    ]
    job_id = setup.bulk_invite(invitees, TOKEN)
    assert setup.bulk_invite(invitees, TOKEN) == job_id
    other = failure_of(lambda: setup.bulk_invite([ADA], "another"))
    assert other.kind is FailureKind.CONFLICT
    assert not setup.bulk_invite_job(job_id).ended
    newer.control("invitations", held=False)
    job = setup.bulk_invite_job(job_id)
    assert job.ended
    assert {email: one.status for email, one in job.results.items()} == {
        "was.there@example.org": "SKIPPED",
        "refused@example.org": "FAILED",
        "is.new@example.org": "CREATED",
    }
    unknown = failure_of(lambda: setup.bulk_invite_job("0" * 26))
    assert unknown.kind is FailureKind.NOT_FOUND


def test_an_invitation_is_sent_again_until_the_first_sign_in(
    newer: RunningEmulator, setup: DeploymentSetup
) -> None:
    setup.invite("again@example.org")
    rows = newer.profiles()
    (new,) = (one for one, row in rows.items() if row["emailAddress"] == "again@example.org")
    setup.resend_invite(new)
    signed_in = failure_of(lambda: setup.resend_invite(min(rows.keys() - {new})))
    nobody = failure_of(lambda: setup.resend_invite("z" * 15))
    assert nobody.kind is FailureKind.NOT_FOUND
    assert signed_in.kind is FailureKind.CONFLICT


@pytest.mark.parametrize(
    ("domain", "name", "fits"),
    [("x.io", "", 200), ("example.org", "", 188), ("x.io", "é" * 40, 26)],
)
def test_a_job_is_kept_below_what_a_firewall_lets_through(
    newer: RunningEmulator, setup: DeploymentSetup, domain: str, name: str, fits: int
) -> None:
    many = [Invitee(f"r{number:03}.{fits:03}@{domain}", name) for number in range(250)]
    assert that_fit(many) == fits
    assert that_fit(many[:7]) == 7
    job_id = setup.bulk_invite(many[:fits], f"fits-{fits}")  # over 8 KB would be blocked
    assert len(setup.bulk_invite_job(job_id).results) == fits
    if fits < MOST_INVITEES:
        too_many = failure_of(lambda: setup.bulk_invite(many[: fits + 20], "too-many"))
        assert too_many.kind is FailureKind.BLOCKED
