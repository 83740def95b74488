"""SageMaker's training-job quotas: applied or default, and against the size of an event.

moto 5.2 has no ListServiceQuotas, and defaults of VPC only: everything here is scripted.
"""

import pytest

from drtui.aws.sponsor.quotas import ServiceQuotas
from drtui.domain.sponsor.checks import Prerequisite, Standing
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.quotas import QuotaRequest, ServiceQuota, TrainingQuotas, judge
from tests.aws.scripted import ScriptedServer, answer
from tests.support.moto_billing import HOSTILE, calls, origin, refusal, sponsor_door

NAME = "ml.c7i.4xlarge for training job usage"
ACROSS = "Number of instances across all training jobs"
SPOT = "ml.c7i.4xlarge for spot training job usage"


def told(name: str, value: object, code: str = "L-1", **more: object) -> dict[str, object]:
    return {"QuotaName": name, "QuotaCode": code, "Value": value, "Adjustable": True} | more


def quota(name: str, value: int | None, **more: bool) -> ServiceQuota:
    return ServiceQuota(name, "L-1", value, **({"adjustable": True} | more))


@pytest.fixture
def quotas(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> ServiceQuotas:
    return ServiceQuotas(sponsor_door(monkeypatch, origin(server), region="eu-west-1"))


def test_the_list_is_read_as_far_as_needed_in_the_region_of_the_deployment(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    server.script(
        answer({"Quotas": [told(SPOT, 99), told(NAME, 8.0)], "NextToken": "two"}),
        answer({"Quotas": [told(ACROSS, 20), told("x", 1)], "NextToken": "three"}),
    )
    assert quotas.training() == TrainingQuotas("ml.c7i.4xlarge", quota(NAME, 8), quota(ACROSS, 20))
    asked = calls(server)
    assert [each.operation for each in asked] == ["ListServiceQuotas"] * 2
    assert {each.region for each in asked} == {"eu-west-1"}
    assert asked[1].members == {"ServiceCode": "sagemaker", "MaxResults": 100, "NextToken": "two"}


@pytest.mark.parametrize("name", [ACROSS.upper(), "Number of instances across training jobs"])
def test_either_spelling_of_the_quota_across_jobs_is_known(
    quotas: ServiceQuotas, server: ScriptedServer, name: str
) -> None:
    server.script(answer({"Quotas": [told(name, 4), told(NAME, 8)]}))
    assert quotas.training().across == quota(name, 4)


def test_another_instance_type_has_another_quota(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    other = "ml.g4dn.2xlarge for training job usage"
    server.script(answer({"Quotas": [told(NAME, 8), told(other, 2), told(ACROSS, 4)]}))
    assert quotas.training("ml.g4dn.2xlarge").instances == quota(other, 2)


def test_what_has_no_applied_value_is_looked_up_among_the_defaults(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    server.script(
        answer({"Quotas": [told(ACROSS, 20)]}),
        answer({"Quotas": [told(SPOT, 0), told(NAME, 4)]}),
    )
    assert quotas.training().instances == quota(NAME, 4, default=True)
    assert calls(server)[1].operation == "ListAWSDefaultServiceQuotas"


@pytest.mark.parametrize(
    "untold", [{"Value": None}, {"ErrorReason": {"ErrorCode": "DEPENDENCY_SERVICE_ERROR"}}]
)
def test_a_quota_whose_value_was_not_told_has_the_default(
    quotas: ServiceQuotas, server: ScriptedServer, untold: dict[str, object]
) -> None:
    server.script(
        answer({"Quotas": [told(NAME, 8) | untold, told(ACROSS, 20, "L-2")]}),
        answer({"Quota": {"Value": 4.0}}),
    )
    assert quotas.training().instances == quota(NAME, 4, default=True)
    asked = calls(server)[1]
    assert asked.operation == "GetAWSDefaultServiceQuota"
    assert asked.members == {"ServiceCode": "sagemaker", "QuotaCode": "L-1"}


def test_a_quota_without_any_value_stays_unknown(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    server.script(
        answer({"Quotas": [told(NAME, None), told(ACROSS, 20)]}),
        refusal("NoSuchResourceException"),
    )
    read = quotas.training()
    assert read.instances == quota(NAME, None)
    assert judge(read, 5).standing is Standing.CANNOT_TELL


def test_odd_entries_are_passed_over_and_names_made_safe(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    odd = [{}, {"QuotaName": HOSTILE}, {"QuotaName": None, "Value": 3}]
    code = told(NAME, 8, HOSTILE)
    server.script(answer({"Quotas": [*odd, code, {"QuotaName": ACROSS}]}), answer({}), answer({}))
    read = quotas.training()
    assert read.instances is not None
    assert read.instances.value == 8
    assert read.instances.code.isprintable()
    assert read.across == ServiceQuota(ACROSS, "", None)


def test_a_denied_list_names_its_permission(quotas: ServiceQuotas, server: ScriptedServer) -> None:
    server.script(refusal("AccessDeniedException"))
    with pytest.raises(SponsorError) as raised:
        quotas.training()
    assert raised.value.kind is SponsorFailure.DENIED
    assert raised.value.permission == "servicequotas:ListServiceQuotas"


def test_denied_defaults_leave_the_quota_unknown_and_name_their_permission(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    server.script(answer({"Quotas": [told(NAME, 8)]}), refusal("AccessDeniedException"))
    read = quotas.training()
    permission = "servicequotas:ListAWSDefaultServiceQuotas"
    assert read == TrainingQuotas("ml.c7i.4xlarge", quota(NAME, 8), None, permission)
    line = judge(read, 5)
    assert line.standing is Standing.CANNOT_TELL
    assert line.permission == permission
    assert permission in line.advice


def test_a_throttled_look_is_told_and_not_repeated(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    server.script(answer({"Quotas": []}), refusal("TooManyRequestsException"))
    with pytest.raises(SponsorError) as raised:
        quotas.training()
    assert raised.value.kind is SponsorFailure.THROTTLED
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("instances", "across", "at_once", "standing", "said"),
    [
        (8, 20, 8, Standing.OK, "“ml.c7i.4xlarge for training job usage” is 8, enough for 8"),
        (8, None, 8, Standing.OK, "enough for 8"),
        (8, 20, 9, Standing.MISSING, "is 8, which is too low for 9 racers"),
        (20, 4, 9, Standing.MISSING, f"“{ACROSS}” is 4, which"),
        (6, 4, 9, Standing.MISSING, "is 4, which"),
        (0, 4, 1, Standing.MISSING, "is 0, which"),
        (None, 20, 9, Standing.CANNOT_TELL, f"the value of “{NAME}”"),
        (None, 4, 9, Standing.MISSING, "is 4, which"),
        (None, None, 9, Standing.CANNOT_TELL, f"the value of “{NAME}”"),
    ],
)
def test_quotas_against_the_size_of_an_event(
    instances: int | None, across: int | None, at_once: int, standing: Standing, said: str
) -> None:
    read = TrainingQuotas(
        "ml.c7i.4xlarge",
        None if instances is None else quota(NAME, instances),
        None if across is None else quota(ACROSS, across),
    )
    line = judge(read, at_once)
    assert line.prerequisite is Prerequisite.TRAINING_QUOTA
    assert line.standing is standing
    assert said in line.finding
    assert line.finding.endswith(".")
    assert bool(line.advice) is (standing is not Standing.OK)


def test_an_unknown_value_across_jobs_leaves_it_open() -> None:
    line = judge(TrainingQuotas("ml.c7i.4xlarge", quota(NAME, 8), quota(ACROSS, None)), 5)
    assert line.standing is Standing.CANNOT_TELL
    assert ACROSS in line.finding


def test_a_default_is_called_one_and_what_cannot_be_raised_is_not_asked_for() -> None:
    fixed = quota(NAME, 4, default=True, adjustable=False)
    line = judge(TrainingQuotas("ml.c7i.4xlarge", fixed, None), 9)
    assert "is by default 4" in line.finding
    assert "AWS does not raise this quota (L-1): plan for 4 at once" in line.advice


def test_a_higher_quota_is_asked_for_once(quotas: ServiceQuotas, server: ScriptedServer) -> None:
    server.script(answer({"RequestedQuota": {"Id": f"r-1{HOSTILE}", "Status": "PENDING"}}))
    told = quotas.request_increase("L-1", 120)
    assert told.id.startswith("r-1")
    assert told.id.isprintable()
    assert told.status == "PENDING"
    (asked,) = calls(server)
    assert asked.operation == "RequestServiceQuotaIncrease"
    assert asked.region == "eu-west-1"
    assert asked.members == {"ServiceCode": "sagemaker", "QuotaCode": "L-1", "DesiredValue": 120.0}


def test_an_answer_without_a_request_is_no_failure(
    quotas: ServiceQuotas, server: ScriptedServer
) -> None:
    server.script(answer({}))
    assert quotas.request_increase("L-1", 120) == QuotaRequest("", "")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ResourceAlreadyExistsException", SponsorFailure.EXISTS),
        ("QuotaExceededException", SponsorFailure.REFUSED),
        ("AccessDeniedException", SponsorFailure.DENIED),
    ],
)
def test_why_a_higher_quota_was_not_asked_for(
    quotas: ServiceQuotas, server: ScriptedServer, code: str, kind: SponsorFailure
) -> None:
    server.script(refusal(code))
    with pytest.raises(SponsorError) as raised:
        quotas.request_increase("L-1", 120)
    assert raised.value.kind is kind
    assert len(calls(server)) == 1
