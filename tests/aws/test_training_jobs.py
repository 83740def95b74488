"""The deployment's jobs in SageMaker.

moto has ListTrainingJobs and DescribeTrainingJob, but all its jobs have ended, and no
StopTrainingJob: what runs is scripted, and what is sent to stop a job is held against botocore's
own model by its Stubber.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.stub import Stubber

from drtui.aws import sessions
from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.training_jobs import SageMakerJobs, Turns
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import JobKind, RunningJob
from tests.aws.scripted import ScriptedServer, answer
from tests.support.moto import RunningMoto
from tests.support.moto_billing import calls, origin, refusal, sponsor_door

ADA, MODEL = "AdaAdaAdaAdaAda", "One11One11One11"
TRAINING = f"deepracerindy-training-{MODEL}"
OUTPUT = f"s3://models-1/{ADA}/models/{MODEL}/sagemaker-artifacts/"
AT_ONCE = Turns(0.0)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> Door:
    return sponsor_door(monkeypatch, origin(server), region="eu-west-1")


def told(name: str, status: str = "InProgress", at: object = 1_767_225_600.0) -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "TrainingJobStatus": status,
        "CreationTime": at,
        "TrainingJobArn": f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{name}",
    }


def listing(*jobs: dict[str, Any], token: str = "") -> Any:
    return answer({"TrainingJobSummaries": list(jobs)} | ({"NextToken": token} if token else {}))


def described(output: str = OUTPUT) -> Any:
    return answer({"OutputDataConfig": {"S3OutputPath": output}})


def failure_of(call: Any) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        call()
    return raised.value


def test_a_running_job_leads_to_its_racer_and_model(door: Door, server: ScriptedServer) -> None:
    server.script(
        listing(told(TRAINING), token="two"),
        listing(told("deepracerindy-evaluation-x1")),
        listing(told("deepracerindy-submission-x2", "Stopping")),
        *[described()] * 3,
    )
    jobs = SageMakerJobs(door, turns=AT_ONCE).running()
    began = datetime(2026, 1, 1, tzinfo=UTC)
    assert jobs[0] == RunningJob(TRAINING, JobKind.TRAINING, ADA, MODEL, "InProgress", began)
    assert [(one.kind, one.status) for one in jobs[1:]] == [
        (JobKind.EVALUATION, "InProgress"),
        (JobKind.SUBMISSION, "Stopping"),
    ]
    asked = calls(server)
    assert [one.operation for one in asked] == ["ListTrainingJobs"] * 3 + [
        "DescribeTrainingJob"
    ] * 3
    assert {one.region for one in asked} == {"eu-west-1"}
    first = {"NameContains": "deepracerindy-", "StatusEquals": "InProgress", "MaxResults": 100}
    assert asked[0].members == first
    assert asked[1].members == first | {"NextToken": "two"}
    assert asked[2].members == first | {"StatusEquals": "Stopping"}
    assert asked[3].members == {"TrainingJobName": TRAINING}


def test_a_page_that_leads_to_itself_is_no_short_list(door: Door, server: ScriptedServer) -> None:
    server.script(*[listing(told(TRAINING), token="one")] * 3)
    error = failure_of(SageMakerJobs(door, turns=AT_ONCE).running)
    assert error.kind is SponsorFailure.UNAVAILABLE
    assert "ListTrainingJobs: the answer is not what AWS sends (its token" in error.message
    assert len(server.requests) == 2


def test_what_a_job_works_on_is_asked_for_once(door: Door, server: ScriptedServer) -> None:
    jobs = SageMakerJobs(door, turns=AT_ONCE)
    server.script(listing(told(TRAINING)), listing(), described())
    first = jobs.running()
    server.script(listing(told(TRAINING)), listing())
    assert jobs.running() == first
    assert [one.operation for one in calls(server)].count("DescribeTrainingJob") == 1


def test_only_jobs_of_the_deployment_are_looked_at(door: Door, server: ScriptedServer) -> None:
    other = "deepracerindy-training-other"
    server.script(
        listing(told("my-deepracerindy-training"), told(TRAINING), told(other)),
        listing(told(TRAINING, "Stopping"), {}),
        described(),
        described(f"s3://models-2/{ADA}/models/{MODEL}/x"),
    )
    found = SageMakerJobs(door, "models-1", AT_ONCE).running()
    assert [(one.name, one.status) for one in found] == [(TRAINING, "Stopping")]
    assert len(server.requests) == 4


@pytest.mark.parametrize("output", ["", "s3://models-1/else/where", "nonsense"])
def test_a_job_whose_output_does_not_tell_is_nobodys(
    door: Door, server: ScriptedServer, output: str
) -> None:
    server.script(listing(told("deepracerindy-odd", at=None)), listing(), described(output))
    (job,) = SageMakerJobs(door, "models-1", AT_ONCE).running()
    assert (job.kind, job.profile_id, job.model_id, job.began_at) == (None, "", "", None)


def test_a_job_that_is_gone_meanwhile_is_no_failure(door: Door, server: ScriptedServer) -> None:
    gone = refusal("ValidationException", "Requested resource not found.")
    server.script(listing(told(TRAINING)), listing(), gone)
    assert [one.model_id for one in SageMakerJobs(door, turns=AT_ONCE).running()] == [""]


def test_a_refusal_is_told(door: Door, server: ScriptedServer) -> None:
    server.script(refusal("ThrottlingException"), refusal("AccessDeniedException"))
    jobs = SageMakerJobs(door, turns=AT_ONCE)
    assert failure_of(jobs.running).kind is SponsorFailure.THROTTLED
    assert failure_of(jobs.running).permission == "sagemaker:ListTrainingJobs"


def test_listings_take_turns() -> None:
    now, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    turns = Turns(1.0, lambda: now[0], sleep)
    turns.wait()
    turns.wait()
    now[0] += 0.25
    turns.wait()
    now[0] += 30.0
    turns.wait()
    assert slept == [1.0, 0.75]


def test_a_listing_waits_for_its_turn(door: Door, server: ScriptedServer) -> None:
    slept = list[float]()
    server.script(listing(token="two"), listing(), listing())
    SageMakerJobs(door, turns=Turns(1.0, lambda: 0.0, slept.append)).running()
    assert slept == [1.0, 2.0]


def test_a_job_is_stopped_as_sagemaker_takes_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = sessions.open_service
    stubbed: list[Stubber] = []

    def stubbing(*given: Any, **options: Any) -> BaseClient:
        client = opening(*given, **options)
        stubber = Stubber(client)
        stubber.add_response("stop_training_job", {}, {"TrainingJobName": TRAINING})
        stubber.activate()
        stubbed.append(stubber)
        return client

    monkeypatch.setattr("drtui.aws.sponsor.door.open_service", stubbing)
    SageMakerJobs(door).stop(TRAINING)
    (one,) = stubbed
    one.assert_no_pending_responses()


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Completed", "Failed"])
def test_a_job_that_has_ended_is_fine(door: Door, server: ScriptedServer, status: str) -> None:
    said = f"The request was rejected because the training job is in status {status}."
    server.script(refusal("ValidationException", said))
    SageMakerJobs(door).stop(TRAINING)
    assert [one.operation for one in calls(server)] == ["StopTrainingJob"]


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        ("ValidationException", "Requested resource not found.", SponsorFailure.NOT_FOUND),
        ("ResourceNotFound", "none", SponsorFailure.NOT_FOUND),
        ("ValidationException", "The name is odd.", SponsorFailure.REFUSED),
        ("AccessDeniedException", "no", SponsorFailure.DENIED),
    ],
)
def test_why_a_job_was_not_stopped(
    door: Door, server: ScriptedServer, code: str, said: str, kind: SponsorFailure
) -> None:
    server.script(refusal(code, said))
    assert failure_of(partial(SageMakerJobs(door).stop, TRAINING)).kind is kind


def test_a_stop_without_an_answer_is_of_unknown_outcome(door: Door, server: ScriptedServer) -> None:
    server.script(answer(b"", status=503))
    failure = failure_of(partial(SageMakerJobs(door).stop, TRAINING))
    assert failure.kind is SponsorFailure.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    "name", ["", "my-training", "x-deepracerindy-training-a", "deepracerindy-"]
)
def test_a_job_of_nobody_here_is_never_stopped(
    door: Door, server: ScriptedServer, name: str
) -> None:
    failure = failure_of(partial(SageMakerJobs(door).stop, name))
    assert failure.kind is SponsorFailure.REFUSED
    assert server.requests == []


def test_motos_jobs_have_all_ended(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    moto.client("sagemaker").create_training_job(
        TrainingJobName=TRAINING,
        AlgorithmSpecification={"TrainingInputMode": "File", "TrainingImage": "x"},
        RoleArn="arn:aws:iam::123456789012:role/sagemaker-jobs",
        OutputDataConfig={"S3OutputPath": OUTPUT},
        ResourceConfig={"InstanceType": "ml.c5.4xlarge", "InstanceCount": 1, "VolumeSizeInGB": 9},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    door = sponsor_door(monkeypatch, moto.url)
    assert SageMakerJobs(door, turns=AT_ONCE).running() == []
    monkeypatch.setattr("drtui.aws.sponsor.training_jobs._RUNNING", ("Completed",))
    (job,) = SageMakerJobs(door, turns=AT_ONCE).running()
    assert (job.profile_id, job.model_id, job.status) == (ADA, MODEL, "Completed")
