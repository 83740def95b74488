"""Control refuses what it cannot do, in one sentence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from drtui.emulator.assembly import assemble
from drtui.emulator.commanding import CommandError
from drtui.emulator.commands import Commands
from drtui.emulator.control import Control
from drtui.emulator.deployment import Deployment
from drtui.emulator.front_commands import FrontCommands
from drtui.emulator.keys import SigningKey
from drtui.emulator.options import EmulatorOptions
from drtui.emulator.records import Group


@pytest.fixture
def deployment() -> Deployment:
    options = EmulatorOptions(racers=10, speed=1e-9, frozen=True, lag_ms=0)
    made, _ = assemble(options, None, ("127.0.0.1", 1))
    return made


@pytest.fixture
def control(deployment: Deployment) -> Control:
    return Control(Commands(deployment), FrontCommands(deployment))


def somebody(deployment: Deployment) -> str:
    return next(reversed(deployment.account.profiles))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([], "JSON object"),
        ({}, "`do` is one of"),
        ({"do": "explode"}, "`do` is one of"),
        ({"do": "_profile", "profile_id": "a"}, "`do` is one of"),
        ({"do": "fail", "metod": "GET"}, "do not fit"),
        ({"do": "fail", "times": "three"}, "`times` cannot be"),
        ({"do": "fail", "times": True}, "`times` cannot be"),
        ({"do": "fail", "how": "explode"}, "`how` is one of status, reset"),
        ({"do": "fail", "status": 99}, "`status` is from"),
        ({"do": "fail", "end": "never"}, "`end` is"),
        ({"do": "fail_rate", "rate": 2}, "`rate` is from"),
        ({"do": "fail_rate"}, "do not fit"),
        ({"do": "network", "state": "sideways"}, "`state` is"),
        ({"do": "clock", "set": "soon"}, "`set` is a date"),
        ({"do": "clock", "speed": 0}, "`speed` is above 0"),
        ({"do": "set", "profile_id": "nobody"}, "There is no profile"),
        ({"do": "delete", "profile_id": "nobody"}, "There is no profile"),
        ({"do": "expire_keys", "role": "king"}, "`role` is one of"),
        ({"do": "firewall", "blocked_user_agents": "boto3"}, "`blocked_user_agents` cannot be"),
        ({"do": "firewall", "rules": "all"}, "`rules` is one of bots, rate, none"),
        ({"do": "accept_keys", "access_key": "a", "secret_key": "b", "role": "king"}, "`role` is"),
        ({"do": "accept_keys", "access_key": "a"}, "do not fit"),
        (
            {"do": "accept_keys", "access_key": "a", "secret_key": "b", "expires_at": "soon"},
            "`expires_at` is a date",
        ),
        (
            {"do": "accept_keys", "access_key": "a", "secret_key": "b", "profile_id": "nobody"},
            "There is no profile",
        ),
    ],
)
async def test_what_cannot_be_done_is_said(control: Control, command: Any, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        await control.run(command)


async def test_fields_of_a_profile_are_named_as_in_the_api(
    control: Control, deployment: Deployment
) -> None:
    profile_id = somebody(deployment)
    with pytest.raises(CommandError, match="has no shoeSize"):
        await control.run({"do": "set", "profile_id": profile_id, "shoeSize": 43})
    await control.run(
        {"do": "set", "profile_id": profile_id, "maxModelCount": 3, "emailAddress": None}
    )
    profile = deployment.account.profile(profile_id)
    assert (profile.model_limit, profile.email) == (3, None)


async def test_a_group_that_is_none_changes_nothing(
    control: Control, deployment: Deployment
) -> None:
    profile = deployment.account.profile(somebody(deployment))
    with pytest.raises(CommandError, match="`group` is one of"):
        await control.run(
            {"do": "set", "profile_id": profile.profile_id, "group": "dr-kings", "alias": "new"}
        )
    assert profile.alias != "new"


async def test_an_invitation_of_somebody_known_is_refused(control: Control) -> None:
    assert (await control.run({"do": "invite", "email": "new@example.org"}))["profile_id"]
    with pytest.raises(CommandError, match="exists"):
        await control.run({"do": "invite", "email": "new@example.org"})


async def test_a_whole_number_serves_where_seconds_are_asked_for(control: Control) -> None:
    assert (await control.run({"do": "clock", "advance": 60}))["simulated"] >= 60


async def test_a_training_is_started_under_the_quota_rule(
    control: Control, deployment: Deployment
) -> None:
    profile = deployment.account.profile(somebody(deployment))
    profile.minutes_limit, profile.minutes_used, profile.minutes_queued = 100, 50, 0
    profile.model_limit = -1
    command = {"do": "train", "profile_id": profile.profile_id}
    assert (await control.run({**command, "minutes": 51}))["started"] is False
    assert (await control.run({**command, "minutes": 50}))["started"] is True
    assert profile.minutes_queued == 50


def key(deployment: Deployment, access_key: str) -> SigningKey:
    found = deployment.keys.find(access_key)
    assert found is not None
    return found


async def test_accepted_keys_belong_to_who_has_the_address(
    control: Control, deployment: Deployment
) -> None:
    racer = deployment.account.profile(somebody(deployment))
    racer.email = "known@example.org"
    deployment.account.emails["known@example.org"] = racer.profile_id
    command = {"do": "accept_keys", "access_key": "K1", "secret_key": "s", "role": "facilitator"}
    found = await control.run({**command, "email": "Known@example.org"})
    assert found["profile_id"] == racer.profile_id
    assert racer.group is Group.FACILITATORS
    assert racer.role_name == "dr-race-facilitators"
    assert key(deployment, "K1").group is Group.FACILITATORS
    assert key(deployment, "K1").session_token == ""


async def test_accepted_keys_of_somebody_new_bring_a_profile(
    control: Control, deployment: Deployment
) -> None:
    command = {"do": "accept_keys", "access_key": "K1", "secret_key": "s", "role": "dr-admins"}
    found = await control.run({**command, "email": "grace.h@example.org"})
    again = await control.run({**command, "access_key": "K2", "email": "grace.h@example.org"})
    assert found == again
    profile = deployment.account.profile(found["profile_id"])
    assert (profile.group, profile.signed_in, profile.alias) == (Group.ADMINS, True, "grace-h")


async def test_an_expiry_is_a_date_or_seconds_from_now(
    control: Control, deployment: Deployment
) -> None:
    command = {"do": "accept_keys", "access_key": "K1", "secret_key": "s"}
    await control.run({**command, "expires_at": "2030-01-01T00:00:00"})
    assert key(deployment, "K1").expires_at == datetime(2030, 1, 1, tzinfo=UTC).timestamp()
    await control.run({**command, "expires_in": -1})
    expires_at = key(deployment, "K1").expires_at
    assert expires_at is not None
    assert expires_at < datetime.now(UTC).timestamp()
    await control.run(command)
    assert key(deployment, "K1").expires_at is None


async def test_rejected_keys_are_known_no_longer(control: Control, deployment: Deployment) -> None:
    await control.run({"do": "accept_keys", "access_key": "K1", "secret_key": "s"})
    assert (await control.run({"do": "reject_keys", "access_key": "K1"}))["rejected"] == 1
    assert deployment.keys.find("K1") is None
    assert (await control.run({"do": "reject_keys", "role": "racer"}))["rejected"] == 1
    assert {each.group for each in deployment.keys.all()} == {Group.ADMINS, Group.FACILITATORS}


async def test_the_site_says_what_it_is_told(control: Control, deployment: Deployment) -> None:
    before = await control.run({"do": "site"})
    assert before["solution_version"] == "v1.2.5"
    told = {"user_pool_id": "us-east-1_Other1", "client_id": "c", "identity_pool_id": "us-east-1:1"}
    after = await control.run({"do": "site", **told, "solution_version": "v2.0.0"})
    assert after == {**told, "solution_version": "v2.0.0"}
    script = deployment.site.environment_script(
        "http://127.0.0.1/prod", "http://127.0.0.1/s3"
    ).decode()
    assert all(value in script for value in after.values())
    await control.run({"do": "site", "solution_version": "-"})
    assert b"solutionVersion" not in deployment.site.environment_script(
        "http://127.0.0.1/prod", "http://127.0.0.1/s3"
    )
    assert (await control.run({"do": "site"}))["client_id"] == "c"
