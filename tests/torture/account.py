"""An emulated account that can be killed like a process, and forgets nothing that it answered."""

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.emulator import RunningEmulator, start_emulator

_CREATIONS: Final = {"/profile": "emailAddress", "/leaderboards": "name"}
_QUIET_SECONDS: Final = 2.0


class MortalAccount:
    """The emulator with its state file, started again on the same port after each of its ends.

    Attributes:
        held: Whoever has it has the network to itself.
        created: How often each invitation and each race was made, by what names it.
        sent: How many calls that change something took effect.
        called: The same of those that were made by a call of their own.
        in_jobs: How many were invited by a job of the newer release.
    """

    def __init__(self, folder: Path, racers: int, seed: int, latency: float, release: str) -> None:
        self._latency = latency
        self._options: dict[str, Any] = {
            "racers": racers,
            "seed": seed,
            "frozen": True,
            "firewall": "none",  # it counts by a clock that nobody sets
            "latency_ms": latency,
            "deployment": release,
            "state": folder / "account.json",
        }
        self.created: Counter[str] = Counter()
        self.called: Counter[str] = Counter()
        self.held = threading.Lock()
        self._late_seconds = 0.0  # after which a call still takes effect that was given up
        self.sent = 0
        self.in_jobs = 0
        self.emulator = start_emulator(**self._options)
        self._options["port"] = urlsplit(self.emulator.api).port

    def control(self, do: str, **fields: Any) -> dict[str, Any]:
        """See `RunningEmulator.control`."""
        if fields.get("how") == "late":
            self._late_seconds = max(self._late_seconds, fields["seconds"])
        return self.emulator.control(do, **fields)

    def limits(self) -> dict[str, tuple[int | None, int | None]]:
        """Both limits of every racer, as they truly are."""
        return {
            profile_id: (one["maxTotalComputeMinutes"], one["maxModelCount"])
            for profile_id, one in self.emulator.profiles().items()
            if one["group"] == "dr-racers"
        }

    def models(self) -> dict[str, int]:
        """How many models those store all of whose models can be deleted: that are READY."""
        profiles = self.control("snapshot", models=True)["profiles"]
        return {
            profile_id: one["storedModels"]
            for profile_id, one in profiles.items()
            if all(model["status"] == "READY" for model in one["models"])
        }

    def there(self) -> set[str]:
        """What names each invitation and each race that truly is there, as in `created`."""
        emails = (one["emailAddress"] for one in self.emulator.profiles().values())
        races = self.control("races")["races"].values()
        return {f"/profile {one}" for one in emails} | {
            f"/leaderboards {one['definition']['name']}" for one in races
        }

    @property
    def release(self) -> str:
        """Which release it is."""
        return str(self._options["deployment"])

    def upgrade(self, release: str) -> None:
        """Bring it to another release, with all that it has."""
        self._options["deployment"] = release
        self.kill(signal.SIGTERM)

    def calm(self) -> None:
        """End whatever trouble there is, and let come what is still to take effect by itself.

        That takes its real time, which the programs' clock, set forward, must not overtake.
        """
        self.control("clear")
        time.sleep(self._late_seconds)
        self._late_seconds = 0.0
        self.control("pages")
        self.control("throttle", per_second=0)
        self.control("lag", ms=300)
        self.control("latency", ms=self._latency)
        self.control("network", state="up")

    def kill(self, number: signal.Signals) -> None:
        """End it by a signal, and start it again.

        Nothing that was answered is forgotten: no answer leaves it any more when its state is
        written. What was under way may have taken effect or not, which nobody learns.
        """
        with self.held:
            self.control("network", state="down", new="hang", live="hang")
            self._harvest()
            self.control("keep")
            with suppress(subprocess.TimeoutExpired):  # then it was killed
                self.emulator.stop(number)
            self.emulator = start_emulator(**self._options)

    def stand_still(self, seconds: float) -> None:
        """Stop it in the middle of whatever it does, and let it go on."""
        os.kill(self.emulator.process.pid, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            os.kill(self.emulator.process.pid, signal.SIGCONT)

    def count(self) -> None:
        """Take what was called so far into the figures, and what jobs did by themselves."""
        self._harvest()
        results = self.control("invitations")["results"]
        in_jobs = Counter(
            f"/profile {one['emailAddress']}" for one in results if one["status"] == "CREATED"
        )
        self.in_jobs = in_jobs.total()
        for name, times in in_jobs.items():
            self.created[name] = self.called[name] + times

    def close(self) -> None:
        """End it."""
        self.emulator.stop()

    def _harvest(self) -> None:
        deadline = time.monotonic() + _QUIET_SECONDS
        while self.control("status")["under_way"] and time.monotonic() < deadline:
            time.sleep(0.02)
        calls = self.control("calls", clear=True)["calls"]
        self._take(call for call in calls if call["applied"])

    def _take(self, calls: Iterable[dict[str, Any]]) -> None:
        for call in calls:
            if call["method"] == "GET":
                continue
            self.sent += 1
            member = _CREATIONS.get(call["path"]) if call["method"] == "POST" else None
            if member is not None:
                body = json.loads(call["body"])
                name = body.get("leaderboardDefinition", body)[member]
                self.called[f"{call['path']} {name}"] += 1
                self.created[f"{call['path']} {name}"] += 1


def racers_with_limits(emulator: RunningEmulator) -> None:
    """Give every racer limits that are known and a little different from each other's."""
    for number, (profile_id, one) in enumerate(sorted(emulator.profiles().items())):
        if one["group"] == "dr-racers":
            emulator.control(
                "set",
                profile_id=profile_id,
                maxTotalComputeMinutes=300 + 60 * (number % 5),
                maxModelCount=10 + number % 7,
            )
