"""A door to a scripted server, and how AWS refuses: what the tests of doors share."""

from collections.abc import Mapping

import pytest

from drtui.aws.sessions import Timeouts
from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from tests.aws.conftest import KEY, SECRET, TOKEN
from tests.aws.scripted import ScriptedServer, Step, answer

AGENT = "drtui-tests/1"
PATIENT = Timeouts(connect=5.0, read=20.0)
PAGE = b"<!doctype html><html><title>Welcome to the venue</title></html>"
PASSWORD = "Hunter2!hunter2"
OTHER_KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OTHER_KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    return Door(None, "us-east-1", user_agent=AGENT, timeouts=PATIENT)


def failure(
    door: Door,
    service: str = "iam",
    operation: str = "ListGroups",
    members: Mapping[str, object] | None = None,
    *,
    write: bool = False,
) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        door.call(service, operation, members, write=write)
    error = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None
    said = repr(error) + str(error) + error.code + error.permission
    for secret in (KEY, SECRET, TOKEN, PASSWORD):
        assert secret not in said
    assert error.message == str(error)
    assert error.message.isprintable()
    assert error.message.endswith(".")
    assert bool(error.permission) == (error.kind is SponsorFailure.DENIED)
    return error


def refusal(code: str, message: str = "something", *, status: int = 400, **more: str) -> Step:
    """An error as services of JSON send it."""
    return answer({"__type": f"com.amazonaws#{code}", "message": message, **more}, status=status)


def xml_refusal(code: str, message: str = "something", *, status: int = 400) -> Step:
    """An error as IAM and STS send it."""
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error></ErrorResponse>"
    )
    return answer(body.encode(), status=status, content_type="text/xml")
