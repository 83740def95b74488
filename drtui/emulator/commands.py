"""What control can be asked to do with the account and the network.

Each public method is a command, its keywords the fields.
"""

from datetime import UTC, datetime

from drtui.emulator.commanding import CommandError, Reply, one_of, profile_of
from drtui.emulator.deployment import Deployment
from drtui.emulator.faults import GATEWAY_PATIENCE, Fault, How
from drtui.emulator.records import Group, to_json
from drtui.emulator.relay import LiveConnections, NewConnections
from drtui.emulator.snapshot import FIELDS, snapshot


class Commands:
    """The commands over the account, its calls and the network."""

    def __init__(self, deployment: Deployment) -> None:
        self._it = deployment

    def status(self) -> Reply:
        """How things stand."""
        it = self._it
        return {
            "profiles": len(it.account.profiles),
            "jobs": len(it.account.jobs),
            "running": sum(job.running for job in it.account.jobs.values()),
            "frozen": it.simulation.frozen,
            "network": "up" if it.relay.up else "down",
            "faults": len(it.faults.waiting),
            "calls": it.calls.total,
            "under_way": it.calls.under_way(),
        }

    def fail(
        self,
        *,
        how: str = "status",
        method: str = "*",
        path: str = "*",
        times: int | None = 1,
        skip: int = 0,
        status: int = 500,
        error_type: str | None = None,
        body: object = None,
        end: str = "504",
        seconds: float = GATEWAY_PATIENCE,
        message: str | None = None,
        keep: int | None = None,
        bytes_per_second: float = 50_000.0,
    ) -> Reply:
        """Let the next matching calls fail."""
        if end not in ("hang", "504"):
            problem = "`end` is `hang` or `504`."
            raise CommandError(problem)
        if not 200 <= status <= 599:
            problem = "`status` is from 200 to 599."
            raise CommandError(problem)
        fault = Fault(
            how=one_of(How, how, "how"),
            method=method,
            path=path,
            times=times,
            skip=skip,
            status=status,
            error_type=error_type,
            body=_body(body),
            end=end,
            seconds=seconds,
            keep=keep,
            bytes_per_second=max(1.0, bytes_per_second),
        )
        if message is not None:
            fault.message = message
        self._it.faults.waiting.append(fault)
        return {"waiting": len(self._it.faults.waiting)}

    def clear(self) -> Reply:
        """Forget the failures that still wait for calls, and those by chance."""
        self._it.faults.waiting.clear()
        self._it.faults.fail_rate = 0.0
        return {}

    def fail_rate(self, *, rate: float) -> Reply:
        """Let a share of the calls fail by chance."""
        if not 0 <= rate <= 1:
            problem = "`rate` is from 0 to 1."
            raise CommandError(problem)
        self._it.faults.fail_rate = rate
        return {}

    def latency(self, *, ms: float) -> Reply:
        """Answer so much later."""
        self._it.api.latency = max(0.0, ms) / 1000
        return {}

    def lag(self, *, ms: float) -> Reply:
        """Let listings lag writes by so much."""
        self._it.account.listing.lag = max(0.0, ms) / 1000
        return {}

    def pages(self, *, repeats: int = 0, drops: int = 0) -> Reply:
        """Let the next pages of profiles repeat the row before them, or lack one of their own."""
        listing = self._it.account.listing
        listing.repeats, listing.drops = max(0, repeats), max(0, drops)
        return {"repeats": listing.repeats, "drops": listing.drops}

    async def network(self, *, state: str, new: str = "refuse", live: str = "cut") -> Reply:
        """Lose the network, or have it back."""
        if state == "up":
            await self._it.relay.restore()
        elif state == "down":
            await self._it.relay.down(
                one_of(NewConnections, new, "new"), one_of(LiveConnections, live, "live")
            )
        else:
            problem = "`state` is `up` or `down`."
            raise CommandError(problem)
        return {"network": state}

    def clock(
        self,
        *,
        advance: float | None = None,
        set: str | None = None,
        speed: float | None = None,
        signing_skew: float | None = None,
    ) -> Reply:
        """Move the account's date, with the simulation (`advance`) or without (`set`)."""
        clock = self._it.account.clock
        if speed is not None:
            if speed <= 0:
                problem = "`speed` is above 0."
                raise CommandError(problem)
            clock.set_speed(speed)
        if set is not None:
            clock.set_date(_moment(set))
        if advance is not None:
            clock.advance(advance)
        if signing_skew is not None:
            clock.signing_skew = signing_skew
        self._it.tick()
        return {"now": clock.now().isoformat(), "simulated": clock.simulated()}

    def freeze(self) -> Reply:
        """Let the racers' life stand still."""
        self._it.simulation.tick()
        self._it.simulation.frozen = True
        return {}

    def unfreeze(self) -> Reply:
        """Let the racers live on; the time in between did not pass for them."""
        self._it.simulation.tick()
        self._it.simulation.frozen = False
        return {}

    def calls(
        self, *, method: str = "*", path: str = "*", last: int | None = None, clear: bool = False
    ) -> Reply:
        """The log of calls, the oldest first."""
        log = self._it.calls
        reply = {
            "total": log.total,
            "under_way": log.under_way(),
            "calls": log.shown(method, path, last),
        }
        if clear:
            log.clear()
        return reply

    def snapshot(self, *, models: bool = False) -> Reply:
        """The whole true state, racer by racer."""
        self._it.tick()
        return snapshot(self._it.account, models)

    def set(self, *, profile_id: str, lags: bool = False, **fields: object) -> Reply:
        """Change a profile as somebody else would; null makes a field absent."""
        unknown = sorted(fields.keys() - FIELDS.keys())
        if unknown:
            problem = f"A profile has no {', '.join(unknown)}; it has {', '.join(FIELDS)}."
            raise CommandError(problem)
        profile = profile_of(self._it, profile_id)
        values = {FIELDS[name]: value for name, value in fields.items()}
        if "group" in values:
            values["group"] = one_of(Group, str(values["group"]), "group")
        self._it.account.change(profile, lags=lags, **values)
        return {}

    def invite(self, *, email: str) -> Reply:
        """Create a profile as somebody else would."""
        if email.lower() in self._it.account.emails:
            problem = f"A profile with the address {email!r} exists."
            raise CommandError(problem)
        return {"profile_id": self._it.account.invite(email).profile_id}

    def delete(self, *, profile_id: str) -> Reply:
        """Delete a profile as somebody else would."""
        self._it.account.delete(profile_of(self._it, profile_id))
        return {}

    def train(self, *, profile_id: str, minutes: int = 60) -> Reply:
        """Let a racer try to start a training; the quota rule decides."""
        job = self._it.simulation.train(profile_of(self._it, profile_id), minutes)
        return {"started": job is not None, "model_id": None if job is None else job.model_id}

    def settings(
        self, *, deploying_seconds: float | None = None, each_change_seconds: float | None = None
    ) -> Reply:
        """Let a change of settings be under way now, or for a while after each change."""
        if each_change_seconds is not None:
            self._it.account.settings.deploy_seconds = each_change_seconds
        if deploying_seconds is not None:
            self._it.account.settings.deploying(deploying_seconds)
        return {"settings": self._it.account.settings.document}

    def invitations(
        self,
        *,
        seconds_each: float | None = None,
        held: bool | None = None,
        refused: list[str] | None = None,
        daily_emails: int | None = None,
        fail: str | None = None,
    ) -> Reply:
        """Change how bulk invitations go on; `fail` ends those under way, with this reason.

        The answer has what became of every entry so far, of all jobs.
        """
        invitations = self._it.account.invitations
        if seconds_each is not None:
            invitations.seconds_each = max(0.0, seconds_each)
        if held is not None:
            invitations.held = held
        if refused is not None:
            invitations.refused = frozenset(address.lower() for address in refused)
        if daily_emails is not None:
            invitations.daily_emails = daily_emails or None
        failed = 0 if fail is None else invitations.fail(fail)
        self._it.tick()
        results = [each for job in invitations.jobs.values() for each in job.results]
        return {"failed": failed, "results": results}


def _body(body: object) -> bytes | None:
    """A string goes out as it is, anything else as JSON."""
    if body is None:
        return None
    return body.encode() if isinstance(body, str) else to_json(body)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problem = "`set` is a date like 2026-12-01T00:00:00Z."
        raise CommandError(problem) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
