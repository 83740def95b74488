"""What is said of a firewall: the rules, and exceptions that AWS WAF takes as they are written."""

import json
from pathlib import Path

import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from drtui.domain.firewall import (
    ADDRESSES,
    RULES,
    agent_match,
    as_text,
    exceptions,
    firewall_advice,
    overrides,
)

AGENT = "drtui/1.2.3"
DOCUMENT = Path(__file__).parents[3] / "docs" / "firewall.md"


@pytest.fixture(scope="module")
def statement_shape() -> StructureShape:
    model = ServiceModel(Loader().load_service_model("wafv2", "service-2"))
    shape = model.shape_for("Statement")
    assert isinstance(shape, StructureShape)
    return shape


def unknown_members(value: object, shape: Shape) -> list[str]:
    """Members that a shape does not have, which a validator passes over."""
    found: list[str] = []
    if isinstance(value, dict) and isinstance(shape, StructureShape):
        for name, member in value.items():
            known = shape.members.get(name)
            found += [name] if known is None else unknown_members(member, known)
    if isinstance(value, list) and isinstance(shape, ListShape):
        for member in value:
            found += unknown_members(member, shape.member)
    return found


@pytest.mark.parametrize("statement", [*exceptions(AGENT), *exceptions("tool"), *overrides()])
def test_a_statement_is_one_that_aws_waf_takes(
    statement: dict[str, object], statement_shape: StructureShape
) -> None:
    assert json.loads(as_text(statement)) == statement
    assert not ParamValidator().validate(statement, statement_shape).has_errors()
    assert unknown_members(statement, statement_shape) == []


def test_every_rule_of_a_managed_group_is_overridden_in_its_group() -> None:
    overridden = {
        (group["ManagedRuleGroupStatement"]["Name"], one["Name"])
        for group in json.loads(json.dumps(overrides()))
        for one in group["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    }
    assert overridden == {(rule.group, rule.name) for rule in RULES if rule.group}


@pytest.mark.parametrize(
    ("agent", "how", "text"),
    [
        ("drtui/1.2.3", "STARTS_WITH", "drtui/"),
        ("drtui-like/1", "EXACTLY", "drtui-like/1"),
        ("Mozilla/5.0 (event desk)", "EXACTLY", "Mozilla/5.0 (event desk)"),
        ("x" * 256, "STARTS_WITH", "x" * 200),
    ],
)
def test_an_exception_is_for_this_client_and_not_for_what_begins_like_it(
    agent: str, how: str, text: str
) -> None:
    match = agent_match(agent)["ByteMatchStatement"]
    assert isinstance(match, dict)
    assert (match["PositionalConstraint"], match["SearchString"]) == (how, text)
    assert match["FieldToMatch"] == {"SingleHeader": {"Name": "user-agent"}}


def test_the_advice_names_every_rule_the_user_agent_and_what_to_add() -> None:
    advice = firewall_advice(AGENT)
    for rule in RULES:
        assert rule.name in advice
    for statement in (*exceptions(AGENT), *overrides()):
        lines = {line.strip() for line in as_text(statement).splitlines()}
        assert lines <= {line.strip() for line in advice.splitlines()}
    assert AGENT in advice
    assert ADDRESSES in advice
    assert "sync.admin_calls" in advice


def test_the_advice_fits_a_terminal() -> None:
    assert max(map(len, firewall_advice(AGENT).splitlines())) <= 80


def test_the_document_has_the_rules_and_the_same_exceptions() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    for rule in RULES:
        assert rule.name in document or not rule.group
        assert rule.label in document
    for statement in (*exceptions(AGENT), *overrides()):
        assert f"```json\n{as_text(statement)}\n```" in document
