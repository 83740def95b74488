"""Stopping jobs through botocore's own model of SageMaker: what each answer makes of an errand.

moto has no StopTrainingJob. So the clients are real ones whose answers a Stubber has, which holds
what is sent, and what is answered, against the service's model.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.stub import Stubber

from drtui.aws import sessions
from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.training_jobs import SageMakerJobs, Turns
from drtui.domain.errands import Errand, Service
from drtui.domain.models import model_subject
from drtui.domain.operations import Item, ItemState, OperationKind
from drtui.domain.planning import Plan, plan_errand
from drtui.store.database import Database, open_database
from drtui.store.operation_log import items, newest_operation, submit
from drtui.sync.couriers.model_stops import JobStopCourier
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import ErrandsEnded, Events
from tests.support.logs import ADA as WHO
from tests.support.logs import SteppedClock

ADA, MODEL = "AdaAdaAdaAdaAda", "One11One11One11"
JOB = f"deepracerindy-training-{MODEL}"
BUCKET = "models-1"
STOP = {"TrainingJobName": JOB}
ENDED = "The request was rejected because the training job is in status {}."


class Stops:
    """A store, the errands' part of an engine, and SageMaker as it is told to answer."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = SteppedClock()
        self.database: Database = open_database(path, self.clock)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        opening = sessions.open_service
        self.stubber: Stubber

        def stubbing(*given: Any, **options: Any) -> BaseClient:
            client = opening(*given, **options)
            self.stubber = Stubber(client)
            self.stubber.activate()
            return client

        monkeypatch.setattr("drtui.aws.sponsor.door.open_service", stubbing)
        door = Door(None, "eu-west-1", user_agent="drtui/test")
        door._client("sagemaker", None)  # so that there is one to be told what it answers
        jobs = SageMakerJobs(door, BUCKET, Turns(0.0))
        self.events: Events = Events()
        self.runner = ErrandRunner(
            self.database,
            {Service.STOPS: JobStopCourier(jobs, self.database, self.clock)},
            self.events,
            clock=self.clock,
            jitter=lambda: 1.0,
        )

    def runs(self, status: str = "InProgress", *, described: bool = True) -> None:
        """Let SageMaker list the job next, or none where there is no status."""
        for asked in ("InProgress", "Stopping"):
            summary = {
                "TrainingJobName": JOB,
                "TrainingJobArn": f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{JOB}",
                "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
                "TrainingJobStatus": status,
            }
            self.stubber.add_response(
                "list_training_jobs",
                {"TrainingJobSummaries": [summary] if status == asked else []},
                {"NameContains": "deepracerindy-", "StatusEquals": asked, "MaxResults": 100},
            )
        if described:
            output = {"S3OutputPath": f"s3://{BUCKET}/{ADA}/models/{MODEL}/sagemaker-artifacts/"}
            answered = {
                **summary,
                "ModelArtifacts": {"S3ModelArtifacts": output["S3OutputPath"]},
                "SecondaryStatus": "Training",
                "AlgorithmSpecification": {"TrainingInputMode": "File"},
                "ResourceConfig": {"VolumeSizeInGB": 9},
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
                "OutputDataConfig": output,
            }
            self.stubber.add_response("describe_training_job", answered, STOP)

    def stops(self) -> None:
        """Let the next stop succeed."""
        self.stubber.add_response("stop_training_job", {}, STOP)

    def refuses(self, code: str, said: str, status: int = 400) -> None:
        """Let the next stop be refused."""
        self.stubber.add_client_error("stop_training_job", code, said, status, expected_params=STOP)

    def submit(self) -> int:
        errand = Errand(
            Service.STOPS,
            model_subject(ADA, MODEL),
            "ada / fast",
            {"training": "training"},
            {"training": "stopped"},
        )
        with self.database.read() as connection:
            position = newest_operation(connection)
        plan = Plan(OperationKind.STOP_MODELS, "Stop training", (plan_errand(errand),), position)
        number = submit(self.database, plan, WHO)
        self.runner.look()
        return number

    def turn(self) -> Item:
        """Carry out what is due, and return the errand as it is then."""
        self.runner.look()
        self.runner.turn(frozenset({Service.STOPS}))
        while self.runner.under_way:
            event = self.events.get(timeout=30)
            assert isinstance(event, ErrandsEnded)
            assert self.runner.ended(event)
            self.runner.turn(frozenset({Service.STOPS}))
        self.stubber.assert_no_pending_responses()
        with self.database.read() as connection:
            (item,) = items(connection)
        return item


@pytest.fixture
def stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stops]:
    made = Stops(tmp_path / "store.sqlite", monkeypatch)
    yield made
    made.database.close()


def test_a_running_job_is_stopped_by_its_name(stops: Stops) -> None:
    stops.runs()
    stops.stops()
    stops.submit()
    item = stops.turn()
    assert item.state is ItemState.DONE
    assert item.reason == f"SageMaker stops {JOB}; the deployment finishes it"


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Completed", "Failed"])
def test_a_job_that_ended_after_it_was_listed_is_stopped(stops: Stops, status: str) -> None:
    stops.runs()
    stops.refuses("ValidationException", ENDED.format(status))
    stops.submit()
    assert stops.turn().state is ItemState.DONE


def test_a_job_that_is_gone_after_it_was_listed_is_stopped(stops: Stops) -> None:
    stops.runs()
    stops.refuses("ResourceNotFound", "Requested resource not found.")
    stops.submit()
    assert stops.turn().state is ItemState.DONE


@pytest.mark.parametrize(
    ("status", "said"),
    [("Stopping", f"is being stopped: {JOB}"), ("Completed", "no job of it runs")],
)
def test_what_has_stopped_before_is_so_already(stops: Stops, status: str, said: str) -> None:
    stops.runs(status, described=status == "Stopping")
    stops.submit()
    item = stops.turn()
    assert (item.state, item.reason) == (ItemState.ALREADY_SO, said)


def test_without_the_permission_it_waits_says_which_and_goes_on_once_it_is_given(
    stops: Stops,
) -> None:
    stops.runs()
    denied = "User: arn:aws:iam::1:user/x is not authorized to perform: sagemaker:StopTrainingJob"
    stops.refuses("AccessDeniedException", denied)
    stops.submit()
    item = stops.turn()
    assert (item.state, item.attempts) == (ItemState.PENDING, 0)
    assert "sagemaker:StopTrainingJob" in item.reason
    stops.clock.now += 61
    stops.runs(described=False)
    stops.stops()
    assert stops.turn().state is ItemState.DONE


def test_too_many_calls_are_made_again_later(stops: Stops) -> None:
    stops.runs()
    stops.refuses("ThrottlingException", "Rate exceeded")
    stops.submit()
    item = stops.turn()
    assert (item.state, item.attempts) == (ItemState.PENDING, 1)
    assert item.reason
    stops.stops()
    stops.clock.now += 30
    assert stops.turn().state is ItemState.DONE


def test_after_a_lost_answer_sagemaker_says_that_it_stops_already(stops: Stops) -> None:
    stops.runs()
    stops.refuses("InternalFailure", "", 500)
    stops.submit()
    item = stops.turn()
    assert item.state is ItemState.DOUBTFUL
    assert item.unknown_at is not None
    stops.refuses("ValidationException", ENDED.format("Stopping"))
    stops.clock.now += 30
    assert stops.turn().state is ItemState.DONE


@pytest.mark.parametrize("status", ["Stopping", "Stopped"])
def test_what_a_lost_answer_brought_about_is_read_back_as_done(stops: Stops, status: str) -> None:
    stops.runs()
    stops.refuses("ServiceUnavailable", "", 503)
    stops.submit()
    assert stops.turn().state is ItemState.DOUBTFUL
    stops.runs(status, described=False)
    stops.clock.now += 61
    assert stops.turn().state is ItemState.DONE


def test_a_stop_that_never_arrived_is_made_again(stops: Stops) -> None:
    stops.runs()
    stops.refuses("ServiceUnavailable", "", 503)
    stops.submit()
    assert stops.turn().state is ItemState.DOUBTFUL
    stops.runs(described=False)
    stops.stops()
    stops.clock.now += 61
    assert stops.turn().state is ItemState.DONE
