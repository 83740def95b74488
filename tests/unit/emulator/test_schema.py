"""Bodies are checked with the gateway's words."""

import json
from typing import Any

import pytest

from drtui.emulator.errors import ApiError
from drtui.emulator.routes import INVITATION, PROFILE_CHANGE, ROLE_CHANGE, SETTING
from drtui.emulator.schema import BodySchema


def problem(schema: BodySchema, body: object) -> str:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(ApiError) as refused:
        schema.read(data)
    assert refused.value.answer.status == 400
    text: str = json.loads(refused.value.answer.body)["errorMessage"]
    return text.removeprefix("Invalid request body: [").removesuffix("]")


@pytest.mark.parametrize("body", [b"", b"xx", b"{", b"\xff", b"[" * 7000])
def test_what_is_no_json_has_no_words(body: bytes) -> None:
    assert problem(PROFILE_CHANGE, body) == ""


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (1.5, "number"), (1.0, "number"), (True, "boolean"), ("1", "string")],
)
def test_a_limit_is_an_integer(value: object, kind: str) -> None:
    assert problem(PROFILE_CHANGE, {"maxModelCount": value}) == (
        f'instance type ({kind}) does not match any allowed primitive type (allowed: ["integer"])'
    )


def test_a_body_is_an_object() -> None:
    assert problem(PROFILE_CHANGE, []).startswith("instance type (array)")


@pytest.mark.parametrize("alias", ["two words", "ünïcode", "line\n", "a" * 64 + "!"])
def test_an_alias_is_of_letters_digits_hyphens_and_underscores(alias: str) -> None:
    expected = f'ECMA 262 regex "^[\\w-]+$" does not match input string "{alias}"'
    assert expected in problem(PROFILE_CHANGE, {"alias": alias})


def test_an_alias_has_2_to_64_characters() -> None:
    assert "too short (length: 1, required minimum: 2)" in problem(PROFILE_CHANGE, {"alias": "a"})
    assert "too long (length: 65, maximum allowed: 64)" in problem(
        PROFILE_CHANGE, {"alias": "a" * 65}
    )
    assert PROFILE_CHANGE.read(b'{"alias":"ab"}') == {"alias": "ab"}


def test_all_that_is_wrong_is_named() -> None:
    text = problem(PROFILE_CHANGE, {"profileId": "short", "maxModelCount": None})
    assert "null" in text
    assert "short" in text


def test_used_minutes_below_zero_are_refused_and_limits_below_minus_one_are_not() -> None:
    assert "minimum" in problem(PROFILE_CHANGE, {"computeMinutesUsed": -1})
    assert PROFILE_CHANGE.read(b'{"maxModelCount":-5}') == {"maxModelCount": -5}


def test_what_is_inside_an_avatar_is_checked_too() -> None:
    assert "<b>" in problem(PROFILE_CHANGE, {"avatar": {"top": "<b>"}})
    assert "number" in problem(PROFILE_CHANGE, {"avatar": {"top": 1.5}})


@pytest.mark.parametrize(
    ("schema", "body", "missing"),
    [
        (INVITATION, {}, '"emailAddress"'),
        (SETTING, {"other": 1}, '"value"'),
        (ROLE_CHANGE, {}, '"profileId","targetUserPoolGroup"'),
    ],
)
def test_required_members_are_named(schema: BodySchema, body: dict[str, Any], missing: str) -> None:
    expected = f"object has missing required properties ([{missing}])"
    assert problem(schema, body) == expected


def test_members_that_are_not_known_pass() -> None:
    assert INVITATION.read(b'{"emailAddress":"a","x":null}')["x"] is None


@pytest.mark.parametrize("value", [None, 1, "a", [], {}])
def test_a_setting_can_be_anything(value: object) -> None:
    assert SETTING.read(json.dumps({"value": value}).encode()) == {"value": value}
