"""SIGKILL while passwords are reset in the pool: nobody is mailed a second code unasked."""

import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.e2e.forking import Forks
from tests.e2e.running import named
from tests.e2e.sponsored import signed_in
from tests.support.moto import RunningMoto
from tests.support.real import PASSWORD, running_deployment
from tests.support.waiting import eventually

RESET = "AdminResetUserPassword"


def test_a_kill_while_passwords_are_reset_resets_none_twice(
    tmp_path: Path, forks: Forks, moto: RunningMoto
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    sys.stderr.write(f"seed {seed}\n")  # shown when the test fails
    chance = random.Random(seed)
    with running_deployment(moto, racers=30, lag_ms=0) as real:
        profiles = real.emulator.profiles()
        people = [
            profile_id
            for profile_id, one in profiles.items()
            if one["emailAddress"] and one["group"] == "dr-racers"
        ]
        for profile_id in people:
            email = profiles[profile_id]["emailAddress"]
            real.pool.add_user(profile_id, PASSWORD, groups=("dr-racers",), email=email)
        drtui = signed_in(real, tmp_path, forks)
        drtui("sync")

        def reset() -> Counter[str]:
            return Counter(name for done, name in real.front.named if done == RESET)

        def killed(at: int, *arguments: str) -> bool:
            begun = reset().total()
            with drtui.started(*arguments) as process:
                eventually(lambda: reset().total() >= begun + at or process.poll() is not None, 60)
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGKILL)
                return process.wait(30) == -signal.SIGKILL

        command = ("invite", "reset-password", *named(*people), "--no-sync", "--yes")
        kills = [killed(chance.randint(1, 6), *command)]
        kills.append(killed(chance.randint(1, 6), "sync"))
        kills.append(killed(chance.randint(1, 6), "sync"))
        drtui("sync", code=None)
        assert max(reset().values()) == 1
        doubtful = [item for item in drtui.last_operation()["items"] if item["state"] == "failed"]
        assert len(doubtful) <= 3
        assert kills == [True] * 3
        assert all(item["reason"].startswith("it may have been done") for item in doubtful)
        if doubtful:
            drtui("operations", "retry", "1", code=None)
            drtui("sync")
        assert {item["state"] for item in drtui.last_operation()["items"]} == {"done"}
        assert set(reset()) == set(people)
        assert reset().total() <= len(people) + len(doubtful)
