"""What the gateway sends, and what it makes of whole answers."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from drtui.aws.gateway import open_gateway
from drtui.aws.line import before_parse
from drtui.aws.sessions import open_client
from drtui.domain.deployment import Deployment, ProfilePage
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import AccountSettings, Limits, Profile
from tests.aws.conftest import CREDENTIALS, KEY, OpenGateway
from tests.aws.scripted import ScriptedServer, Step, answer

ID = "0MMTpNjJLKRXrZx"
OWN = {"profile": {"profileId": ID, "alias": "ada"}}
NONE: dict[str, object] = {"profiles": []}


def test_a_call_is_signed_for_execute_api_with_its_session_token(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(answer(OWN))
    gateway: Deployment = opened(server.url)
    assert gateway.own_profile() == Profile(ID, "ada")
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("GET", "/prod/profile", b"")
    assert request.headers["user-agent"] == "drtui-tests/1"
    assert request.headers["x-amz-security-token"] == CREDENTIALS.session_token
    signed = request.headers["authorization"]
    assert signed.startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")
    assert "/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date;" in signed


def test_a_token_is_percent_encoded_and_the_last_page_has_none(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(answer(NONE | {"token": "a+b/c=="}), answer(NONE | {"token": None}))
    gateway = opened(server.url)
    first = gateway.list_profiles()
    assert first == ProfilePage((), "a+b/c==")
    assert gateway.list_profiles(first.token) == ProfilePage((), None)
    assert [request.target for request in server.requests] == [
        "/prod/profiles",
        "/prod/profiles?token=a%2Bb%2Fc%3D%3D",
    ]


def test_the_service_model_has_a_paginator(server: ScriptedServer) -> None:
    server.script(
        answer({"profiles": [{"profileId": "a"}], "token": "x="}),
        answer({"profiles": [{"profileId": "b"}]}),
    )
    client: Any = open_client(
        server.url,
        "us-east-1",
        credentials=CREDENTIALS,
        signed=True,
        user_agent="drtui-tests/1",
        connect_timeout=1,
        read_timeout=1,
        max_connections=1,
        before_parse=before_parse,
    )
    pages = [page["profiles"] for page in client.get_paginator("list_profiles").paginate()]
    client.close()
    assert pages == [[{"profileId": "a"}], [{"profileId": "b"}]]
    assert server.requests[1].target == "/prod/profiles?token=x%3D"


@pytest.mark.parametrize(
    ("limits", "sent"),
    [
        (Limits(minutes=600), {"maxTotalComputeMinutes": 600}),
        (Limits(models=0), {"maxModelCount": 0}),
        (Limits(-1, 2**31 - 1), {"maxTotalComputeMinutes": -1, "maxModelCount": 2**31 - 1}),
    ],
)
def test_only_the_given_limits_are_sent_and_always_the_id(
    server: ScriptedServer, opened: OpenGateway, limits: Limits, sent: dict[str, int]
) -> None:
    server.script(answer({"profile": {"profileId": ID, "alias": "a", "maxModelCount": "7"}}))
    assert opened(server.url).set_limits(ID, limits) == Limits(None, 7)
    (request,) = server.requests
    assert (request.method, request.target) == ("PATCH", "/prod/profile")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"profileId": ID} | sent


@pytest.mark.parametrize(
    "limits", [Limits(), Limits(-2, 5), Limits(5, -5), Limits(2**31), Limits(1, 2**40)]
)
def test_limits_that_the_deployment_might_accept_wrongly_are_never_sent(
    server: ScriptedServer, opened: OpenGateway, limits: Limits
) -> None:
    with pytest.raises(ValueError, match="limit"):
        opened(server.url).set_limits(ID, limits)
    assert server.requests == []


@pytest.mark.parametrize(
    "profile_id", ["", "short", "0MMTpNjJLKRXrZ\n", "0MMTpNjJLKRXrZx/", "é" * 15]
)
def test_what_cannot_be_an_id_is_never_sent(
    server: ScriptedServer, opened: OpenGateway, profile_id: str
) -> None:
    with pytest.raises(DeploymentError) as caught:
        opened(server.url).set_limits(profile_id, Limits(1, 1))
    assert caught.value.kind is FailureKind.INVALID
    assert caught.value.status is None
    assert server.requests == []


@pytest.mark.parametrize("changed", [{"profileId": "0MMTpNjJLKRXrZy"}, {}, [], None, "x"])
def test_a_change_answered_for_another_profile_is_of_unknown_outcome(
    server: ScriptedServer, opened: OpenGateway, changed: object
) -> None:
    server.script(answer({"profile": changed}))
    with pytest.raises(DeploymentError) as caught:
        opened(server.url).set_limits(ID, Limits(1, 1))
    assert caught.value.kind is FailureKind.OUTCOME_UNKNOWN


def test_a_profile_without_an_id_is_left_out_and_logged(
    server: ScriptedServer, opened: OpenGateway, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(answer({"profiles": [{"alias": "nobody"}, None, {"profileId": ID}]}))
    assert opened(server.url).list_profiles() == ProfilePage((Profile(ID, ""),))
    assert "2 of 3 profiles have no id" in caplog.text
    assert "nobody" not in caplog.text


@pytest.mark.parametrize(
    "page",
    [
        {"profiles": [{"alias": "nobody"}, None]},
        {"profiles": [], "token": ""},
        {"profiles": [], "token": 5},
        {"profiles": [], "token": "asked"},
        {"token": "next"},
        {"profiles": {}},
    ],
)
def test_a_page_that_would_end_a_sweep_early_is_not_believed(
    server: ScriptedServer, opened: OpenGateway, page: object
) -> None:
    server.script(answer(page))
    with pytest.raises(DeploymentError) as caught:
        opened(server.url).list_profiles("asked")
    assert caught.value.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("profile", [{}, {"alias": "a"}, [], None, "x"])
def test_an_own_profile_without_an_id_is_not_believed(
    server: ScriptedServer, opened: OpenGateway, profile: object
) -> None:
    server.script(answer({"profile": profile}))
    with pytest.raises(DeploymentError) as caught:
        opened(server.url).own_profile()
    assert caught.value.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize(
    ("new_user", "registration", "settings"),
    [
        (
            {"newUserComputeMinutesLimit": "300", "newUserModelCountLimit": -1},
            "invite-only",
            AccountSettings(300, -1, "invite-only", 6_000, -1),
        ),
        (
            {"newUserComputeMinutesLimit": [], "newUserModelCountLimit": "15.0"},
            "open-house",
            AccountSettings(None, 15, "open-house", 6_000, -1),
        ),
        (
            {"newUserComputeMinutesLimit": "many", "newUserModelCountLimit": True},
            {"type": "invite-only"},
            AccountSettings(None, None, None, 6_000, -1),
        ),
    ],
)
def test_settings_survive_strings_and_odd_values(
    server: ScriptedServer,
    opened: OpenGateway,
    new_user: object,
    registration: object,
    settings: AccountSettings,
) -> None:
    instance = {"globalComputeMinutesLimit": "6000", "globalModelCountLimit": -1}
    quotas = {"newUser": new_user, "global": instance}
    server.script(answer({"value": quotas}), answer({"value": registration}))
    assert opened(server.url).settings() == settings
    assert [request.target for request in server.requests] == [
        "/prod/settings/usageQuotas",
        "/prod/settings/registration.type",
    ]


@pytest.mark.parametrize("quotas", [None, [300], "300", {}, {"newUser": None, "global": 5}])
def test_quotas_that_are_not_read_at_once_are_read_one_by_one(
    server: ScriptedServer, opened: OpenGateway, quotas: object
) -> None:
    leaves = [answer({"value": value}) for value in (300, "15", 6_000, None)]
    server.script(answer({"value": quotas}), *leaves, answer({"value": "invite-only"}))
    settings = opened(server.url).settings()
    assert settings == AccountSettings(300, 15, "invite-only", 6_000, None)
    assert [request.target for request in server.requests[1:-1]] == [
        "/prod/settings/usageQuotas.newUser.newUserComputeMinutesLimit",
        "/prod/settings/usageQuotas.newUser.newUserModelCountLimit",
        "/prod/settings/usageQuotas.global.globalComputeMinutesLimit",
        "/prod/settings/usageQuotas.global.globalModelCountLimit",
    ]


def test_a_setting_that_is_not_there_is_unknown(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    missing = answer({"message": "none"}, status=404, x_amzn_errortype="NotFoundError")
    server.script(*[missing] * 6)
    assert opened(server.url).settings() == AccountSettings()


def test_a_setting_is_not_taken_for_missing_because_a_page_says_404(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(answer(b"<html>Not here</html>", status=404, content_type="text/html"))
    with pytest.raises(DeploymentError) as caught:
        opened(server.url).settings()
    assert caught.value.kind is FailureKind.UNAVAILABLE


def test_nothing_is_retried_whatever_the_environment_says(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1/elsewhere")
    server.script(answer({}, status=503, retry_after="7"), answer({}, status=429))
    gateway = opened(server.url)
    with pytest.raises(DeploymentError) as caught:
        gateway.own_profile()
    assert (caught.value.kind, caught.value.retry_after) == (FailureKind.UNAVAILABLE, 7.0)
    with pytest.raises(DeploymentError) as caught:
        gateway.set_limits(ID, Limits(1, 1))
    assert caught.value.kind is FailureKind.THROTTLED
    assert len(server.requests) == 2


def test_as_many_connections_are_kept_as_there_are_threads(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    threads = 16
    for _ in range(2):
        together = threading.Barrier(threads)
        server.script(*[Step(answer(NONE).raw, wait=together)] * threads)
    gateway = opened(server.url, connections=threads)
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(2):
            pages = list(pool.map(lambda _: gateway.list_profiles(), range(threads)))
            assert len(pages) == threads
    assert server.connections == threads


@pytest.mark.parametrize("user_agent", ["", " ", "a\r\nx-evil: 1", "tüi", "x" * 257])
def test_a_user_agent_that_no_header_can_carry_is_refused(user_agent: str) -> None:
    with pytest.raises(ValueError, match="user agent"):
        open_gateway("https://abc.example.org/prod", "us-east-1", user_agent=user_agent)


def test_the_client_needs_no_terminal_no_store_and_no_emulator() -> None:
    code = (
        "import sys, drtui.aws.gateway\n"
        "wrong = {'textual', 'rich', 'sqlmodel', 'sqlalchemy', 'starlette', 'typer'}\n"
        "ours = {'drtui.emulator', 'drtui.store', 'drtui.sync'}\n"
        "there = {*sys.modules} | {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(there & (wrong | ours)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_boto3_is_imported_nowhere_else() -> None:
    import ast

    import drtui

    root = Path(drtui.__file__).parent
    for path in root.rglob("*.py"):
        text = path.read_text()
        if path.is_relative_to(root / "aws") or "boto" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.split(".")[0] for name in names} & {"boto3", "botocore"}, path
