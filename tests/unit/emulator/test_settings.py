"""Settings are read and put by dotted keys, as the deployment's validator allows."""

from typing import Any

import pytest

from drtui.emulator.errors import ApiError
from drtui.emulator.settings import Settings

NEW_USER = "usageQuotas.newUser"
GLOBAL = {"globalComputeMinutesLimit": -1, "globalModelCountLimit": 5}
NEW = {"newUserComputeMinutesLimit": 60, "newUserModelCountLimit": "7"}


def status(call: Any) -> int:
    with pytest.raises(ApiError) as refused:
        call()
    return refused.value.answer.status


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("usageQuotas", {"global": GLOBAL, "newUser": NEW}),
        ("usageQuotas.global", GLOBAL),
        (NEW_USER, NEW),
        (f"{NEW_USER}.newUserComputeMinutesLimit", 0),
        (f"{NEW_USER}.newUserComputeMinutesLimit", -1),
        (f"{NEW_USER}.newUserModelCountLimit", "15"),
        ("registration", {"type": "self-service"}),
        ("registration.type", "invite-only"),
    ],
)
def test_leaves_and_complete_objects_can_be_put_and_come_back_as_they_were(
    key: str, value: object
) -> None:
    settings = Settings()
    settings.put(key, value)
    assert settings.get(key) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("", 1),
        ("other", 1),
        ("usageQuotas", GLOBAL),
        ("usageQuotas.newUser", {"newUserComputeMinutesLimit": 300}),
        ("usageQuotas.newUser", {**NEW, "extra": 1}),
        ("usageQuotas.newUser", None),
        ("usageQuotas.newUser.newUserModelCountLimit", -2),
        ("usageQuotas.newUser.newUserModelCountLimit", 1.5),
        ("usageQuotas.newUser.newUserModelCountLimit", "many"),
        ("usageQuotas.newUser.newUserModelCountLimit", True),
        ("usageQuotas.newUser.newUserModelCountLimit", None),
        ("usageQuotas.newUser.globalModelCountLimit", 1),
        ("usageQuotas.newUser.newUserModelCountLimit.deeper", 1),
        ("usageQuotas.newUser.newUserModelCountLimit", "inf"),
        ("registration", {"type": "open"}),
        ("registration", {}),
        ("registration.type", 5),
        ("registration.other", "invite-only"),
    ],
)
def test_anything_else_is_refused_and_changes_nothing(key: str, value: object) -> None:
    settings = Settings()
    before = Settings().document
    assert status(lambda: settings.put(key, value)) == 400
    assert settings.document == before


@pytest.mark.parametrize("key", ["nothing.here", "usageQuotas.other", "registration.type.deeper"])
def test_a_missing_key_is_not_found(key: str) -> None:
    assert status(lambda: Settings().get(key)) == 404


def test_a_seeded_number_comes_back_as_a_string() -> None:
    limits = Settings().get(NEW_USER)
    assert limits == {"newUserComputeMinutesLimit": 300, "newUserModelCountLimit": "15"}
    assert Settings().new_user_limits() == (300, 15)


def test_another_put_fails_while_a_change_is_deployed() -> None:
    settings = Settings()
    settings.deploy_seconds = 3600
    settings.put("registration.type", "self-service")
    with pytest.raises(ApiError, match="Failed to update setting") as refused:
        settings.put("registration.type", "invite-only")
    assert refused.value.answer.status == 500
    assert settings.get("registration.type") == "self-service"
    settings.deploying(0)
    settings.put("registration.type", "invite-only")


def test_a_value_that_was_put_is_not_shared_with_whoever_put_it() -> None:
    settings = Settings()
    value = dict(GLOBAL)
    settings.put("usageQuotas.global", value)
    value["globalModelCountLimit"] = 99
    assert settings.get("usageQuotas.global.globalModelCountLimit") == 5
