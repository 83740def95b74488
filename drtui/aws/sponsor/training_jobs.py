"""The jobs of the deployment that run in SageMaker, whose they are, and stopping them.

SageMaker lists jobs twice a second for the whole account, and the deployment needs that itself
(DeepRacer API facts, what stands in front of it): all listings of this process take turns, one a
second at the most.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.refusals import following_token
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import JobKind, RunningJob

_SERVICE: Final = "sagemaker"
_LIST, _TOKEN = "ListTrainingJobs", "NextToken"
_PREFIX: Final = "deepracerindy-"
_NAME: Final = re.compile(rf"{_PREFIX}(?:({'|'.join(JobKind)})-)?[A-Za-z0-9-]{{1,60}}")
_OUTPUT: Final = re.compile(r"s3://([^/]+)/([A-Za-z0-9]{15})/models/([A-Za-z0-9]{15})(?:/.*)?")
_RUNNING: Final = ("InProgress", "Stopping")
_PAGE: Final = 100
_SECONDS: Final = 1.0
# What SageMaker says of a job that has ended, or is ending, in place of stopping it.
_ENDED: Final = re.compile(
    r"status.{0,40}\b(stopping|stopped|completed|failed|deleting)\b", re.IGNORECASE | re.DOTALL
)
_UNKNOWN: Final = re.compile(r"(not found|could not find|does not exist)", re.IGNORECASE)


class Turns:
    """Lets calls through, one after the other, with a pause between; safe between threads.

    Args:
        seconds: From one call to the next.
        clock: Seconds that only grow.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        seconds: float = _SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._next = float("-inf")
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when it is one's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._seconds
        if turn > now:
            self._sleep(turn - now)


_TURNS: Final = Turns()


class SageMakerJobs:
    """Implements `TrainingJobs`; safe to use from several threads.

    What a job works on does not change: it is asked for once.

    Args:
        door: To the account that hosts the deployment.
        bucket: Of the deployment's models; jobs that write elsewhere are another deployment's.
            None takes all of them.
        turns: For the listings.
    """

    def __init__(self, door: Door, bucket: str | None = None, turns: Turns = _TURNS) -> None:
        self._door = door
        self._bucket = bucket
        self._turns = turns
        self._outputs: dict[str, str] = {}

    def running(self) -> list[RunningJob]:
        """See `TrainingJobs`."""
        told: dict[str, Mapping[str, Any]] = {}
        for status in _RUNNING:
            for each in self._list(status):
                name = str(each.get("TrainingJobName") or "")
                if _NAME.fullmatch(name):
                    told[name] = each
        known = self._outputs
        outputs = {name: known.get(name) or self._output(name) for name in told}
        self._outputs = {name: output for name, output in outputs.items() if output}
        jobs = (_job(name, told[name], output) for name, output in outputs.items())
        return [job for job, bucket in jobs if self._bucket is None or bucket in {"", self._bucket}]

    def stop(self, name: str) -> None:
        """See `TrainingJobs`; one that has ended, or is being stopped, is fine.

        Raises:
            SponsorError: Also `REFUSED`, and nothing was sent, for what is no job of a deployment.
        """
        if not _NAME.fullmatch(name):
            raise SponsorError(SponsorFailure.REFUSED, "That is no job of a deployment.")
        try:
            self._door.call(_SERVICE, "StopTrainingJob", {"TrainingJobName": name}, write=True)
        except SponsorError as error:
            if error.code != "ValidationException" or not _ENDED.search(error.message):
                raise _unknown(error) or error from None

    def _list(self, status: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        members: dict[str, object] = {
            "NameContains": _PREFIX,
            "StatusEquals": status,
            "MaxResults": _PAGE,
        }
        while True:
            self._turns.wait()
            answer = self._door.call(_SERVICE, _LIST, members)
            found += answer.get("TrainingJobSummaries") or ()
            token = members.get(_TOKEN)
            following = following_token(_SERVICE, _LIST, answer, _TOKEN, token)
            if following is None:
                return found
            members[_TOKEN] = following

    def _output(self, name: str) -> str:
        """Return where a job writes to; empty where that is not told, as when it is gone."""
        try:
            answer = self._door.call(_SERVICE, "DescribeTrainingJob", {"TrainingJobName": name})
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND or _unknown(error):
                return ""
            raise
        return str((answer.get("OutputDataConfig") or {}).get("S3OutputPath") or "")


def _job(name: str, told: Mapping[str, Any], output: str) -> tuple[RunningJob, str]:
    """Return a job, and the bucket that it writes to; empty where that is not told."""
    where = _OUTPUT.fullmatch(output)
    named = _NAME.fullmatch(name)
    kind = named[1] if named else None
    began = told.get("CreationTime")
    job = RunningJob(
        name=name,
        kind=JobKind(kind) if kind else None,
        profile_id=where[2] if where else "",
        model_id=where[3] if where else "",
        status=str(told.get("TrainingJobStatus") or ""),
        began_at=began.astimezone(UTC) if isinstance(began, datetime) else None,
    )
    return job, where[1] if where else ""


def _unknown(error: SponsorError) -> SponsorError | None:
    """Return what is not found, which SageMaker says as a wrong value; None is something else."""
    if error.code != "ValidationException" or not _UNKNOWN.search(error.message):
        return None
    return SponsorError(SponsorFailure.NOT_FOUND, error.message, code=error.code)
