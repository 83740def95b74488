"""The policies in docs/aws-permissions.md allow what drtui calls in AWS, and nothing else.

What drtui calls is read from its source: `Door` takes an operation by the name that AWS's own
service models give it, so that each such name in a module is a call that it makes.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from drtui.aws.sponsor.refusals import permission
from tests.support.aws_policies import actions, policies

ROOT = Path(__file__).parents[2]
SPONSOR = ROOT / "drtui" / "aws" / "sponsor"
CHECKLIST = ROOT / "drtui" / "commands" / "prerequisites.py"
# Which capabilities a feature needs whole, by the title of its section.
FEATURES = {
    "Sign-ins of racers": ("user_pool",),
    "IAM users": ("iam_users",),
    "Identity Center": ("identity_center",),
    "Mail": ("mail",),
    "Billing alerts": ("billing",),
    "Costs": ("costs",),
    "Quotas of training jobs": ("quotas",),
    "Files of models": ("model_bucket",),
    "Saving models": ("result_bucket",),
    "Training jobs": ("training_jobs",),
}
PREREQUISITES = "Prerequisites"
CHECKED = ("caller", "identity_center", "mail", "quotas")
DISCOVERY = "Finding a deployment by its stack"
# What AWS lets everybody call, and what it asks for beside the permission of a call with tags
# (Service Authorization Reference).
NEEDS_NOTHING = {"sts:GetCallerIdentity"}
WITH_TAGS = {
    ("iam", "CreateUser"): "iam:TagUser",
    ("budgets", "CreateBudget"): "budgets:TagResource",
    ("cloudwatch", "PutMetricAlarm"): "cloudwatch:TagResource",
}
# What knows no resources, so that only "*" stands for them (Service Authorization Reference).
OF_NO_RESOURCE = {
    *("ce:GetCostAndUsage", "iam:ListUsers", "sso:ListInstances"),
    *("ses:GetAccount", "ses:ListEmailIdentities"),
    *("servicequotas:GetAWSDefaultServiceQuota", "servicequotas:ListAWSDefaultServiceQuotas"),
    *("servicequotas:ListServiceQuotas", "sagemaker:ListTrainingJobs"),
}
Call = tuple[str, str]


@cache
def operations(service: str) -> frozenset[str]:
    model = botocore.session.get_session().get_service_model(service)
    return frozenset(model.operation_names)


@cache
def services() -> frozenset[str]:
    return frozenset(botocore.session.get_session().get_available_services())


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def calls_in(node: ast.AST, module: ast.Module) -> set[Call]:
    """What a part of a module calls: each operation is of exactly one service that it names."""
    named = {each for each in texts(module) if each in services()}
    found = set()
    for text in texts(node):
        of = [each for each in sorted(named) if text in operations(each)]
        assert len(of) < 2, f"{text} may be of {of}"
        found |= {(each, text) for each in of}
    return found


def methods(module: ast.Module) -> dict[str, ast.FunctionDef]:
    return {
        each.name: each
        for each in ast.walk(module)
        if isinstance(each, ast.FunctionDef) and each.args.args[:1]
        if each.args.args[0].arg == "self"
    }


def called(node: ast.AST) -> set[str]:
    """The names of the methods that are called, of whatever."""
    return {
        each.func.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
    }


def calls_of(module: ast.Module, wanted: Iterable[str]) -> set[Call]:
    """What some methods call, by themselves and by the methods that these use."""
    known, found, seen = methods(module), set[Call](), set[str]()
    waiting = [name for name in wanted if name in known and not name.startswith("_")]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            found |= calls_in(known[name], module)
            waiting += [each for each in called(known[name]) if each in known]
    return found


def calls_of_checklist() -> set[Call]:
    used = called(parsed(CHECKLIST))
    found = set[Call]()
    for capability in CHECKED:
        found |= calls_of(parsed(SPONSOR / f"{capability}.py"), used)
    return found


def calls_of_discovery() -> set[Call]:
    module = parsed(ROOT / "drtui" / "aws" / "discovery.py")
    return {
        ("cloudformation", name)
        for each in ast.walk(module)
        if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None
        for text in texts(each.value)
        for name in operations("cloudformation")
        if text in (name, botocore.xform_name(name))
    }


@cache
def calls_by_feature() -> dict[str, set[Call]]:
    found = {
        feature: set[Call]().union(
            *(
                calls_in(module, module)
                for module in (parsed(SPONSOR / f"{one}.py") for one in used)
            )
        )
        for feature, used in FEATURES.items()
    }
    return found | {PREREQUISITES: calls_of_checklist(), DISCOVERY: calls_of_discovery()}


def permissions_of(calls: Iterable[Call]) -> set[str]:
    calls = set(calls)
    needed = {permission(*one) for one in calls} - NEEDS_NOTHING
    return needed | {extra for one, extra in WITH_TAGS.items() if one in calls}


CALLING = sorted({*FEATURES, PREREQUISITES, DISCOVERY})


def test_every_feature_has_its_policy_and_no_other_has_one() -> None:
    assert set(policies()) == set(CALLING)


@pytest.mark.parametrize("feature", CALLING)
def test_a_policy_allows_what_is_called_and_nothing_else(feature: str) -> None:
    calls = calls_by_feature()[feature]
    assert calls
    allowed = [one for each in policies()[feature]["Statement"] for one in actions(each)]
    assert len(set(allowed)) == len(allowed)
    assert set(allowed) == permissions_of(calls)


@pytest.mark.parametrize("feature", CALLING)
def test_a_policy_is_one_that_iam_takes(feature: str) -> None:
    policy = policies()[feature]
    assert policy["Version"] == "2012-10-17"
    for statement in policy["Statement"]:
        assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Allow"
        assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])
        assert statement["Resource"] == "*" or all(
            one.startswith("arn:aws:") for one in statement["Resource"]
        )
        for action in actions(statement):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action)


@pytest.mark.parametrize("feature", CALLING)
def test_a_policy_names_resources_wherever_iam_takes_them(feature: str) -> None:
    for statement in policies()[feature]["Statement"]:
        assert (statement["Resource"] == "*") is (set(actions(statement)) <= OF_NO_RESOURCE)
        if statement["Resource"] != "*":
            assert not OF_NO_RESOURCE & set(actions(statement))
            for arn in statement["Resource"]:
                service = arn.split(":")[2]
                assert any(one.startswith(f"{service}:") for one in actions(statement)), arn
                assert arn.split(":", 5)[5] != "*"


def test_statements_can_be_put_together_into_one_policy() -> None:
    sids = [each["Sid"] for policy in policies().values() for each in policy["Statement"]]
    assert len(set(sids)) == len(sids)


def test_every_module_of_the_second_door_belongs_to_a_feature() -> None:
    """So that a new capability cannot be forgotten here."""
    calling = {path.stem for path in SPONSOR.glob("*.py") if calls_in(parsed(path), parsed(path))}
    whole = {one for used in FEATURES.values() for one in used}
    assert calling - {"refusals"} == whole | set(CHECKED)


def test_no_other_module_opens_a_door() -> None:
    opening = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "drtui").rglob("*.py")
        if {"Door", "open_service"}
        & {
            each.func.id
            for each in ast.walk(parsed(path))
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        }
    }
    assert opening == {
        "drtui/doors.py",
        "drtui/aws/discovery.py",
        "drtui/aws/doctoring.py",  # without keys
        "drtui/aws/sign_in.py",  # without keys
        "drtui/aws/sponsor/door.py",
        "drtui/aws/uploads.py",  # with the keys of a sign-in
    }
