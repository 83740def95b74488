"""Control refuses what it cannot do, in one sentence."""

from typing import Any

import pytest

from drtui.emulator.assembly import assemble
from drtui.emulator.commands import CommandError, Commands
from drtui.emulator.control import Control
from drtui.emulator.deployment import Deployment
from drtui.emulator.options import EmulatorOptions


@pytest.fixture
def deployment() -> Deployment:
    options = EmulatorOptions(racers=10, speed=1e-9, frozen=True, lag_ms=0)
    made, _ = assemble(options, None, ("127.0.0.1", 1))
    return made


@pytest.fixture
def control(deployment: Deployment) -> Control:
    return Control(Commands(deployment))


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
