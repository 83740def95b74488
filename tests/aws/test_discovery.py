"""Finding a deployment by its site or its stack, and what is said when that is none."""

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from drtui.aws.discovery import read_site, read_stack
from drtui.aws.sessions import Timeouts
from drtui.aws.web import MOST_BYTES
from drtui.domain.problems import InvalidInputError, ProblemError
from tests.aws.conftest import SHORT
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.moto import RunningMoto
from tests.support.tls import server_tls

AGENT = "drtui-tests/1"
ENVIRONMENT = {
    "apiEndpointUrl": "https://abc.execute-api.us-east-1.amazonaws.com/prod/",
    "userPoolId": "us-east-1_AbCdEf123",
    "userPoolClientId": "1example23456789",
    "identityPoolId": "us-east-1:00000000-0000-4000-8000-000000000000",
    "region": "us-east-1",
}
SCRIPT = f"window.EnvironmentConfig = {json.dumps(ENVIRONMENT)};".encode()
PAGE = b"<!doctype html><html><title>Welcome to the venue</title></html>"
OUTPUTS = {
    "ApiEndpoint4F160690": "https://abc.execute-api.us-east-1.amazonaws.com/prod/",
    "UserPoolUserPoolId5E6F3B9C": "us-east-1_AbCdEf123",
    "UserPoolUserPoolClientId40176907": "1example23456789",
    "UserPoolIdentityPoolId0A1B2C3D": "us-east-1:00000000-0000-4000-8000-000000000000",
    "WebsiteUrl3E5D7F9B": "https://races.example.com",
}


def address(server: ScriptedServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def problem(server: ScriptedServer, *steps: Step, seconds: float = 10.0) -> str:
    server.script(*steps)
    with pytest.raises(ProblemError) as raised:
        read_site(address(server), user_agent=AGENT, seconds=seconds)
    said = str(raised.value)
    assert raised.value.__cause__ is None
    assert said.isprintable()
    assert said.endswith(".")
    return said


@pytest.mark.parametrize("path", ["", "/", "/models?x=1#top", "/env.js"])
def test_a_site_is_read_whatever_page_was_copied(server: ScriptedServer, path: str) -> None:
    server.script(answer(SCRIPT, content_type="application/javascript"))
    found = read_site(f"  {address(server)}{path} ", user_agent=AGENT)
    assert found.site.api_url == "https://abc.execute-api.us-east-1.amazonaws.com/prod"
    assert found.site.user_pool_id == "us-east-1_AbCdEf123"
    assert found.site.website == address(server)
    assert found.notice == ""
    [request] = server.requests
    assert (request.method, request.target) == ("GET", "/env.js")
    assert request.headers["user-agent"] == AGENT


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://races.example.com",
        "ftp://races.example.com",
        "https://ada:hunter2@races.example.com",
        "https://races example.com",
        "https://races.example.com:port",
        "https://räces.example.com",
        "https://[::1",
        "races\\example.com",
    ],
)
def test_an_address_that_cannot_be_one_is_not_asked(typed: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        read_site(typed, user_agent=AGENT)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (answer(PAGE, content_type="text/html"), "a web page in place of env.js"),
        (answer(b"\xef\xbb\xbf \n" + PAGE, content_type="text/plain"), "a web page in place"),
        (answer(PAGE, status=404, content_type="text/html"), "has no env.js (HTTP 404)"),
        (answer(PAGE, status=403, content_type="text/html"), "its firewall blocks drtui"),
        (answer(PAGE, status=511, content_type="text/html"), "wants a sign-in of its own"),
        (answer(b"", status=503), "try again later"),
        (answer(b"", status=429), "try again later"),
        (answer(b"var x = 1;"), "does not begin with window.EnvironmentConfig"),
        (answer(b"\xff\xfe\x00"), "is not text"),
        (answer(b"\x1f\x8b", content_encoding="gzip"), "compressed"),
        (answer(b" " * (MOST_BYTES + 1)), "more than 128 KB"),
        (answer(SCRIPT, content_length="900", end=End.CLOSE), "cut short"),
        (answer(b"", status=302, location="http://venue.example.com/login"), "not https"),
        (answer(b"", status=302, location="https://a:b@venue.example.com/"), "not https"),
        (Step(b"", End.CLOSE), "broke before the answer"),
        (Step(b"nonsense\r\n\r\n", End.CLOSE), "broke before the answer"),
    ],
)
def test_a_site_that_is_no_deployment_is_told_in_one_sentence(
    server: ScriptedServer, step: Step, said: str
) -> None:
    assert said in problem(server, step)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nwindow"])
def test_a_site_that_hangs_is_not_waited_for(server: ScriptedServer, sent: bytes) -> None:
    problem(server, Step(sent, End.HANG), seconds=0.5)


def test_a_name_look_up_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    left = threading.Event()

    def hang(*_: object, **__: object) -> None:
        left.wait(30)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(ProblemError, match=r"did not answer within 0\.2 s"):
        read_site("races.example.com", user_agent=AGENT, seconds=0.2)
    left.set()


def test_a_site_that_leads_in_circles_is_left(server: ScriptedServer) -> None:
    circle = answer(b"", status=302, location="/env.js")
    assert "without end" in problem(server, *[circle] * 9)


def test_another_address_that_a_site_leads_to_is_told(server: ScriptedServer) -> None:
    with ScriptedServer() as other:
        server.script(answer(b"", status=301, location=f"{address(other)}/env.js"))
        other.script(answer(SCRIPT))
        found = read_site(address(server), user_agent=AGENT)
        assert found.site.website == address(other)
        assert found.notice == (
            f"{address(server)} leads to {address(other)}, whose deployment is used."
        )


def test_an_api_address_that_cannot_be_used_is_told(server: ScriptedServer) -> None:
    odd = json.dumps(ENVIRONMENT | {"apiEndpointUrl": "http://api.example.com/prod"})
    said = problem(server, answer(f"window.EnvironmentConfig = {odd}".encode()))
    assert "must begin with https://" in said


def test_a_name_that_is_not_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(ProblemError, match=r"The name of races\.example\.com cannot be found"):
        read_site("races.example.com", user_agent=AGENT)


def test_a_host_that_a_site_leads_to_is_named_where_it_is_not_found(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo

    def only_here(host: str, *others: Any, **named: Any) -> Any:
        if host != "127.0.0.1":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *others, **named)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    said = problem(server, answer(b"", status=302, location="https://other.example.com/login"))
    assert said.startswith("The name of other.example.com cannot be found")
    assert said.endswith(f" 127.0.0.1:{server.port} led there.")


@pytest.mark.parametrize(
    ("bundle", "said"), [("", "cannot be read"), ("plain.txt", "has no certificate in it")]
)
def test_a_bundle_that_is_none_is_named_with_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundle: str, said: str
) -> None:
    (tmp_path / "plain.txt").write_text("a host's name\n")
    tls, _ = server_tls(tmp_path)
    path = str(tmp_path / bundle) if bundle else str(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", path)
    with ScriptedServer(tls=tls) as server, pytest.raises(ProblemError) as raised:
        read_site(f"https://localhost:{server.port}", user_agent=AGENT)
    named = f"The file of trusted certificates “{path}” (AWS_CA_BUNDLE) {said}."
    assert str(raised.value) == named


def test_a_certificate_counts_only_with_the_bundle_that_signed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, bundle = server_tls(tmp_path)
    with ScriptedServer(tls=tls) as server:
        server.script(answer(SCRIPT))
        site = f"https://localhost:{server.port}"
        with pytest.raises(ProblemError, match=r"not to be trusted \(self-signed certificate\)"):
            read_site(site, user_agent=AGENT)
        assert server.requests == []
        monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
        assert read_site(site, user_agent=AGENT).site.region == "us-east-1"


def test_a_certificate_for_another_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, bundle = server_tls(tmp_path, "venue.example.com")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with (
        ScriptedServer(tls=tls) as server,
        pytest.raises(ProblemError, match=r"not to be trusted \(.*name"),
    ):
        read_site(f"https://localhost:{server.port}", user_agent=AGENT)


def test_an_https_site_does_not_lead_to_http_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ScriptedServer
) -> None:
    tls, bundle = server_tls(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with ScriptedServer(tls=tls) as secure:
        secure.script(answer(b"", status=302, location=f"{address(server)}/env.js"))
        with pytest.raises(ProblemError, match="not https"):
            read_site(f"https://localhost:{secure.port}", user_agent=AGENT)
    assert server.requests == []


def test_a_proxy_from_the_environment_is_used(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{server.port}")
    server.script(answer(b"", status=407, end=End.CLOSE))
    with pytest.raises(ProblemError, match="proxy lets no connection") as raised:
        read_site("https://races.example.com", user_agent=AGENT)
    assert "hunter2" not in str(raised.value)
    assert server.requests[0].target == "races.example.com:443"


@pytest.fixture
def aws(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> RunningMoto:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return moto


def stack_problem(name: str = "races", timeouts: Timeouts | None = None, **where: str) -> str:
    given = {"region": "us-east-1"} | where
    with pytest.raises(ProblemError) as raised:
        read_stack(name, user_agent=AGENT, timeouts=timeouts, **given)
    assert raised.value.__cause__ is None
    return str(raised.value)


def test_a_stack_is_read(aws: RunningMoto) -> None:
    aws.make_stack("whole", OUTPUTS)
    site = read_stack("whole", region="us-east-1", user_agent=AGENT).site
    assert site.api_url == "https://abc.execute-api.us-east-1.amazonaws.com/prod"
    assert site.client_id == "1example23456789"
    assert site.website == "https://races.example.com"
    assert site.region == "us-east-1"


def test_the_profile_names_region_and_credentials(
    aws: RunningMoto, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    aws.make_stack("by-profile", OUTPUTS)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (tmp_path / "config").write_text(
        "[profile sponsor]\nregion = us-east-1\naws_access_key_id = testing\n"
        "aws_secret_access_key = testing\n"
    )
    assert read_stack("by-profile", profile="sponsor", user_agent=AGENT).site.region == "us-east-1"


def test_a_stack_without_outputs_is_told(aws: RunningMoto) -> None:
    aws.make_stack("bare", {})
    assert "“bare” has no outputs" in stack_problem("bare")


def test_a_stack_that_does_not_exist_is_told(aws: RunningMoto) -> None:
    assert stack_problem("nowhere") == (
        "There is no stack “nowhere” in us-east-1: check its name and the region."
    )


def test_a_profile_that_does_not_exist_is_told(aws: RunningMoto) -> None:
    assert "no AWS profile “ghost”" in stack_problem(profile="ghost")


def test_missing_credentials_and_regions_are_told(
    aws: RunningMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProblemError, match="in which region"):
        read_stack("races", user_agent=AGENT)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "No AWS credentials were found" in stack_problem()


def test_a_name_that_cannot_be_one_is_not_asked(server: ScriptedServer) -> None:
    assert "letters, digits and hyphens" in stack_problem("my stack")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "cloudformation:DescribeStacks"),
        ("ExpiredToken", "renew them"),
        ("Throttling", "refused to describe the stack “races” (Throttling: something"),
    ],
)
def test_a_refusal_of_cloudformation_is_told(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address(server))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>something</Message></Error>"
    server.script(answer(f"{body}</ErrorResponse>".encode(), status=403, content_type="text/xml"))
    assert said in stack_problem()


@pytest.mark.parametrize(
    "step",
    [answer(PAGE, content_type="text/html"), answer(b"{}"), answer(b""), Step(b"", End.HANG)],
)
def test_an_answer_that_is_not_cloudformation_s_is_one_sentence(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address(server))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    server.script(step)
    assert stack_problem(timeouts=SHORT).endswith(".")


def test_a_page_in_place_of_cloudformation_says_what_to_do(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address(server))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    server.script(answer(PAGE, content_type="text/html"))
    said = stack_problem()
    assert "broke" not in said
    assert said.endswith("open a web page in a browser first.")


def test_an_endpoint_in_the_environment_has_to_be_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://aws.example.com")
    assert "must be an address that begins with https://" in stack_problem()


def test_a_site_elsewhere_names_no_api_on_this_machine(aws: RunningMoto) -> None:
    local = {"ApiEndpoint4F160690": "http://127.0.0.1:8080/prod"}
    aws.make_stack("odd", OUTPUTS | local)
    assert "an API on this machine itself" in stack_problem("odd")
    aws.make_stack("local", OUTPUTS | local | {"WebsiteUrl3E5D7F9B": "http://127.0.0.1:8080"})
    found = read_stack("local", region="us-east-1", user_agent=AGENT)
    assert found.site.api_url == "http://127.0.0.1:8080/prod"
