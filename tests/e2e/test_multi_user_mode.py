"""Multi-user mode with the second door, end to end: the emulator joined with moto's user pool.

What is closed is closed there too, what enabling opens is what disabling had closed, and a SIGKILL
at any moment of either changes nothing of the end.
"""

import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, limits, named, racers
from tests.e2e.sponsored import signed_in
from tests.support.moto import REGION, RunningMoto
from tests.support.real import PASSWORD, RealDeployment, running_deployment
from tests.support.waiting import eventually

RACERS = 45  # more than five kills come upon
ENABLE = ("setup", "enable", "--participants-have-access", "--models", "15", "--yes")
DISABLE = ("setup", "disable", "--yes")
RACER = "dr-racers"
Profiles = dict[str, dict[str, Any]]


class Event:
    """A deployment whose racers are all in the pool, each under the own profile's id.

    Attributes:
        by_console: Whose sign-in was closed in Cognito's console before.
        by_hand: Whose sign-in was closed with drtui before.
        paused: Who was paused before.
        before: The profiles as they were then.
    """

    def __init__(self, real: RealDeployment, drtui: Drtui, moto: RunningMoto) -> None:
        self.real = real
        self.drtui = drtui
        self.users: Any = moto.client("cognito-idp")
        self.pool = real.pool.site.user_pool_id
        self.people = {
            profile_id: profile["group"]
            for profile_id, profile in real.emulator.profiles().items()
            if profile["emailAddress"]
        }
        profiles = real.emulator.profiles()
        for profile_id, group in self.people.items():
            email = profiles[profile_id]["emailAddress"]
            real.pool.add_user(profile_id, PASSWORD, groups=(group,), email=email)
        self.by_console, self.by_hand, self.paused = racers(real.emulator.profiles(), 3)
        real.pool.disable(self.by_console)
        drtui("access", "off-board", *named(self.by_hand), "--yes")
        drtui("users", "pause", *named(self.paused), "--yes")
        drtui("setup", "settings", "--registration", "self-service", "--yes")
        self.before = real.emulator.profiles()
        real.front.named.clear()

    @property
    def racers(self) -> set[str]:
        """The racers that the pool has."""
        return {one for one, group in self.people.items() if group == RACER}

    def closed(self) -> set[str]:
        """Who may not sign in."""
        pages = self.users.get_paginator("list_users").paginate(UserPoolId=self.pool)
        found = [one for page in pages for one in page["Users"]]
        return {one["Username"] for one in found if not one["Enabled"]}

    def done_to(self, operation: str) -> list[str]:
        """Whom an operation of Cognito came about on, in order."""
        return [name for done, name in self.real.front.named if done == operation]

    def setting(self, key: str) -> Any:
        return self.real.emulator.request("GET", f"/settings/{key}").json()["value"]

    def results(self) -> dict[str, str]:
        """What became of the sign-ins in the newest operation, by profile id."""
        found = {}
        for item in self.drtui.last_operation()["items"]:
            assert item["state"] in {"done", "already_so"}, item
            if item["profile_id"].startswith("sign-in:"):
                found[item["profile_id"].partition(":")[2]] = item["state"]
        return found

    def is_off(self) -> None:
        """Hold against what disabling promises, and that it touched nobody else."""
        profiles = self.real.emulator.profiles()
        assert self.closed() == self.racers
        assert set(self.done_to("AdminUserGlobalSignOut")) == self.racers
        disabled = self.done_to("AdminDisableUser")
        assert set(disabled) == self.racers - {self.by_console, self.by_hand}
        assert {limits(one) for one in of_group(profiles, RACER).values()} == {(0, 0)}
        assert staff(profiles) == staff(self.before)
        assert self.setting("usageQuotas.newUser") == {
            "newUserComputeMinutesLimit": 0,
            "newUserModelCountLimit": 0,
        }
        assert self.setting("registration.type") == "invite-only"

    def is_on_again(self) -> None:
        """Hold against what enabling promises."""
        profiles = self.real.emulator.profiles()
        assert self.closed() == {self.by_console, self.by_hand}
        assert set(self.done_to("AdminEnableUser")) == self.racers - self.closed()
        assert limits(profiles[self.paused]) == (0, 0)
        assert staff(profiles) == staff(self.before)
        for profile_id, had in of_group(self.before, RACER).items():
            if None not in limits(had):
                assert limits(profiles[profile_id]) == limits(had), profile_id

    def killed(self, watched: str, at: int, *arguments: str) -> bool:
        """Kill a command once something came about so many more times; False when it was done."""
        begun = len(self.done_to(watched))
        with self.drtui.started(*arguments) as process:
            eventually(
                lambda: len(self.done_to(watched)) >= begun + at or process.poll() is not None, 60.0
            )
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            return process.wait(30) == -signal.SIGKILL


def of_group(profiles: Profiles, group: str) -> Profiles:
    return {each: one for each, one in profiles.items() if one["group"] == group}


def staff(profiles: Profiles) -> dict[str, Any]:
    return {
        profile_id: limits(one)
        for group in ("dr-admins", "dr-race-facilitators")
        for profile_id, one in of_group(profiles, group).items()
    }


@pytest.fixture
def event(
    request: pytest.FixtureRequest, moto: RunningMoto, tmp_path: Path, forks: Forks
) -> Iterator[Event]:
    with running_deployment(moto, racers=getattr(request, "param", RACERS), lag_ms=0) as real:
        yield Event(real, signed_in(real, tmp_path, forks), moto)


def renewed(event: Event, token: str) -> bool:
    """Whether a refresh token still counts."""
    client: Any = boto3.Session(region_name=REGION).client(
        "cognito-idp",
        endpoint_url=event.real.address,
        config=Config(signature_version=UNSIGNED, proxies={}),
    )
    try:
        client.initiate_auth(
            ClientId=event.real.pool.site.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token},
        )
    except ClientError:
        return False
    return True


@pytest.mark.parametrize("event", [12], indirect=True, ids=["few"])
def test_disabling_closes_sign_ins_and_enabling_opens_only_those(event: Event) -> None:
    someone = min(event.racers - {event.by_console, event.by_hand, event.paused})
    token = event.users.initiate_auth(
        ClientId=event.real.pool.site.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": someone, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["RefreshToken"]
    assert renewed(event, token)
    ran = event.drtui(*DISABLE)
    assert f"{len(event.racers)} sign-ins are closed" in ran.err
    event.is_off()
    assert not renewed(event, token)
    results = event.results()
    assert {one for one, state in results.items() if state != "done"} == {
        event.by_console,
        event.by_hand,
    }
    assert set(results) == event.racers
    again = event.drtui(*DISABLE)  # and a second time it closes nothing that it had not closed
    assert again.code == 0
    event.drtui(*ENABLE, code=None)
    event.is_on_again()


def test_a_kill_in_the_middle_changes_nothing_of_the_end(event: Event) -> None:
    seed = random.SystemRandom().randrange(2**32)
    sys.stderr.write(f"seed {seed}\n")  # shown when the test fails
    chance = random.Random(seed)
    kills = [
        event.killed("AdminDisableUser", chance.randint(1, 8), *DISABLE),
        event.killed("AdminUserGlobalSignOut", chance.randint(1, 8), "sync"),
        event.killed("AdminDisableUser", chance.randint(1, 8), "sync"),
    ]
    event.drtui("sync")
    event.is_off()
    closed = event.results()
    assert closed == {
        one: "already_so" if one in {event.by_console, event.by_hand} else "done"
        for one in event.racers
    }
    kills += [
        event.killed("AdminEnableUser", chance.randint(1, 8), *ENABLE),
        event.killed("AdminEnableUser", chance.randint(1, 8), "sync"),
    ]
    event.drtui("sync")
    event.is_on_again()
    assert set(event.results()) == event.racers - {event.by_console, event.by_hand}
    assert kills == [True] * 5
