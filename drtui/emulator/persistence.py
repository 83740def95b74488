"""The state file: the account across restarts, never half.

The file is a journal of JSON lines. A whole copy is written beside it and renamed into its
place; after that, what changed is appended, closed by a line that says so. Lines after the last
such mark were not finished and do not count.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from drtui.emulator.agenda import Agenda, Due, Step
from drtui.emulator.deployment import Deployment
from drtui.emulator.invitations import InvitationJob, JobStatus
from drtui.emulator.kept_races import race_from, race_row
from drtui.emulator.keys import SigningKey
from drtui.emulator.options import OptionError
from drtui.emulator.race_records import Race
from drtui.emulator.records import Group, Job, JobKind, JobState, Model, Profile, Status, to_json

FORMAT = "drtui-emulator-1"
GROWTH = 8 * 2**20
"""How many appended bytes are never worth writing the whole anew."""

_PROFILE_FIELDS = [each.name for each in fields(Profile) if each.name not in ("models", "rendered")]
_MODEL_FIELDS = [each.name for each in fields(Model)]


@dataclass(slots=True)
class Kept:
    """What a state file held."""

    profiles: list[Profile]
    jobs: list[Job]
    races: list[Race]
    keys: list[SigningKey]
    agenda: Agenda
    settings: dict[str, Any]
    month: str
    simulated: float
    ahead: float
    life: float
    invitations: list[InvitationJob]


class StateFile:
    """The file of one account, held by one emulator at a time.

    Raises:
        OptionError: when it cannot be had, or another emulator holds it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._whole = 0
        """Bytes of the last whole copy."""
        self._grown = 0
        """Bytes appended since the whole was last written."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            message = f"The state file {path} cannot be opened: {error.strerror}."
            raise OptionError(message) from None
        self._hold(self._file)

    def _hold(self, file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            message = f"The state file {self._path} is in use by another emulator."
            raise OptionError(message) from None

    def load(self) -> Kept | None:
        """What the file holds; None when it is new.

        Raises:
            OptionError: it is not a state file.
        """
        try:
            return _read(self._path.read_bytes())
        except OSError as error:
            message = f"The state file {self._path} cannot be read: {error.strerror}."
            raise OptionError(message) from None
        except (ValueError, KeyError, TypeError):
            message = f"{self._path} is not a state file of this emulator; name another."
            raise OptionError(message) from None

    def append(self, deployment: Deployment) -> None:
        """Add what changed since the last time, or write the whole where that is shorter."""
        if self._grown > max(GROWTH, 2 * self._whole):
            self.replace(deployment)
            return
        account = deployment.account
        lines = list(
            _lines(
                deployment,
                ((each, account.profiles.get(each)) for each in account.touched),
                ((each, account.jobs.get(each)) for each in account.touched_jobs),
                ((each, account.races.by_id.get(each)) for each in account.races.touched),
            )
        )
        length = os.fstat(self._file).st_size
        try:
            self._grown += _write(self._file, lines)
        except OSError:
            # What comes next must not follow half a line.
            os.ftruncate(self._file, length)
            raise
        _taken(deployment)

    def replace(self, deployment: Deployment) -> None:
        """Write the whole account anew."""
        account = deployment.account
        beside = self._path.with_name(self._path.name + ".new")
        file = os.open(
            beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        self._hold(file)
        try:
            os.fchmod(file, 0o600)
            _write(file, [to_json(FORMAT)])
            lines = _lines(
                deployment,
                account.profiles.items(),
                account.jobs.items(),
                account.races.by_id.items(),
            )
            whole = _write(file, lines)
            os.fsync(file)
            beside.replace(self._path)
        except BaseException:
            os.close(file)
            raise
        self._whole, self._grown = whole, 0
        os.close(self._file)
        self._file = file
        _taken(deployment)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def _taken(deployment: Deployment) -> None:
    """What changed so far is in the file."""
    account = deployment.account
    account.touched.clear()
    account.touched_jobs.clear()
    account.races.touched.clear()


def _write(file: int, lines: Iterable[bytes]) -> int:
    """Write lines, and return how many bytes that were."""
    data = b"".join(line + b"\n" for line in lines)
    written = 0
    while written < len(data):
        written += os.write(file, memoryview(data)[written:])
    return written


def _lines(
    deployment: Deployment,
    profiles: Iterable[tuple[str, Profile | None]],
    jobs: Iterable[tuple[str, Job | None]],
    races: Iterable[tuple[str, Race | None]],
) -> Iterator[bytes]:
    for profile_id, profile in profiles:
        yield to_json(["profile", profile_id, None if profile is None else _profile_row(profile)])
    for job_id, job in jobs:
        yield to_json(["job", job_id, None if job is None else asdict(job)])
    for race_id, race in races:
        yield to_json(["race", race_id, None if race is None else race_row(race)])
    account = deployment.account
    yield to_json(
        [
            "account",
            "",
            {
                "settings": account.settings.document,
                "month": account.month,
                "simulated": account.clock.simulated(),
                "ahead": account.clock.ahead,
                "life": deployment.simulation.life,
                "agenda": [asdict(due) for due in account.agenda.entries],
                "keys": [asdict(key) for key in deployment.keys.all()],
                "invitations": [asdict(job) for job in account.invitations.jobs.values()],
            },
        ]
    )


def _profile_row(profile: Profile) -> list[Any]:
    row = [getattr(profile, name) for name in _PROFILE_FIELDS]
    models = [[getattr(each, name) for name in _MODEL_FIELDS] for each in profile.models.values()]
    return [*row, models]


def _read(data: bytes) -> Kept | None:
    lines = data.split(b"\n")
    # What follows the last line break was not finished.
    lines.pop()
    if not lines:
        return None
    if json.loads(lines[0]) != FORMAT:
        raise ValueError
    profiles: dict[str, Any] = {}
    jobs: dict[str, Any] = {}
    races: dict[str, Any] = {}
    kinds = {"profile": profiles, "job": jobs, "race": races}
    account: dict[str, Any] | None = None
    pending: list[tuple[str, str, Any]] = []
    for line in lines[1:]:
        kind, name, row = json.loads(line)
        if kind != "account":
            pending.append((kind, name, row))
            continue
        # The account's own line closes what was written together.
        for each, key, value in pending:
            kinds[each][key] = value
        pending.clear()
        account = row
    if account is None:
        raise ValueError
    return Kept(
        profiles=[_profile(row) for row in profiles.values() if row is not None],
        jobs=[_job(row) for row in jobs.values() if row is not None],
        races=[race_from(row) for row in races.values() if row is not None],
        keys=[_key(row) for row in account["keys"]],
        agenda=Agenda([_due(row) for row in account["agenda"]]),
        settings=account["settings"],
        month=account["month"],
        simulated=account["simulated"],
        ahead=account["ahead"],
        life=account["life"],
        # Files of before there were any lack them.
        invitations=[_invitation(row) for row in account.get("invitations", ())],
    )


def _profile(row: list[Any]) -> Profile:
    profile = Profile(**dict(zip(_PROFILE_FIELDS, row[:-1], strict=True)))
    profile.group = Group(profile.group)
    for each in row[-1]:
        # Rows of before there were more fields are shorter.
        model = Model(**dict(zip(_MODEL_FIELDS, each, strict=False)))
        model.status = Status(model.status)
        model.training = JobState(model.training)
        profile.models[model.model_id] = model
    return profile


def _job(row: dict[str, Any]) -> Job:
    return Job(**row | {"kind": JobKind(row["kind"])})


def _invitation(row: dict[str, Any]) -> InvitationJob:
    return InvitationJob(**row | {"status": JobStatus(row["status"])})


def _key(row: dict[str, Any]) -> SigningKey:
    return SigningKey(**row | {"group": Group(row["group"])})


def _due(row: dict[str, Any]) -> Due:
    return Due(**row | {"step": Step(row["step"])})
