"""The process: its ready line, its files, its keys, its end."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from drtui.emulator.routes import OPERATIONS
from tests.support.emulator import (
    RunningEmulator,
    running_emulator,
    send,
    signed_headers,
    start_emulator,
)
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=30, deployment="1.3.1") as running:
        yield running


def test_the_ready_line_says_where_everything_is(emulator: RunningEmulator) -> None:
    ready = emulator.ready
    addresses = {"site", "api", "region", "s3", "control", "upload_bucket"}
    assert set(ready) == addresses | {"admin", "facilitator", "racer"}
    for role in ("admin", "facilitator", "racer"):
        assert set(ready[role]) == {"access_key", "secret_key", "session_token"}
    assert ready["api"] == ready["site"] + "/prod"
    assert urlsplit(ready["site"]).hostname == "127.0.0.1"


def test_the_site_says_how_to_reach_the_api(emulator: RunningEmulator) -> None:
    reply = send("GET", emulator.ready["site"] + "/env.js", {})
    text = reply.body.decode()
    assert (reply.status, reply.headers["content-type"].split(";")[0]) == (
        200,
        "application/javascript",
    )
    assert text.startswith("window.EnvironmentConfig = ")
    assert text.rstrip().endswith(";")
    config = json.loads(text.removeprefix("window.EnvironmentConfig = ").rstrip().rstrip(";"))
    assert (config["apiEndpointUrl"], config["region"]) == (emulator.api, "us-east-1")
    wanted = {"userPoolId", "userPoolClientId", "identityPoolId", "uploadBucketName"}
    assert wanted <= config.keys()


@pytest.mark.parametrize("role", ["admin", "facilitator", "racer"])
def test_each_key_belongs_to_somebody_of_its_role(emulator: RunningEmulator, role: str) -> None:
    profile_id = emulator.request("GET", "/profile", role=role).json()["profile"]["profileId"]
    group = emulator.profiles()[profile_id]["group"]
    assert (
        group
        == {
            "admin": "dr-admins",
            "facilitator": "dr-race-facilitators",
            "racer": "dr-racers",
        }[role]
    )


@pytest.mark.parametrize(
    ("method", "template", "role", "allowed"),
    [
        (each.method, each.template, role, group in each.groups)
        for each in OPERATIONS
        for role, group in (("facilitator", "dr-race-facilitators"), ("racer", "dr-racers"))
    ],
)
def test_the_roles_are_enforced(
    emulator: RunningEmulator, method: str, template: str, role: str, allowed: bool
) -> None:
    nobody = "z" * 15
    path = template.format(
        profileId=nobody,
        modelId=nobody,
        leaderboardId=nobody,
        submissionId=nobody,
        key="registration.type",
        jobId="0" * 26,
    )
    reply = emulator.request(method, path, {} if method in ("PATCH", "PUT") else None, role=role)
    assert (reply.error_type != "AccessDeniedException") == allowed


def test_dates_are_those_of_the_gateways_clock(emulator: RunningEmulator) -> None:
    emulator.control("clock", signing_skew=3600)
    reply = emulator.request("GET", "/profile")
    emulator.control("clock", signing_skew=0)
    assert reply.error_type == "InvalidSignatureException"
    assert "Signature expired" in reply.json()["message"]
    skewed, true = (
        parsedate_to_datetime(each.headers["date"])
        for each in (reply, emulator.request("GET", "/profile"))
    )
    assert skewed - true > timedelta(minutes=50)


def test_expired_keys_are_told_so_and_fresh_ones_work(emulator: RunningEmulator) -> None:
    keys = emulator.control("issue_keys", role="racer")
    url = emulator.api + "/profile"
    assert send("GET", url, signed_headers("GET", url, b"", keys)).status == 200
    emulator.control("expire_keys", access_key=keys["access_key"])
    reply = send("GET", url, signed_headers("GET", url, b"", keys))
    assert (reply.status, reply.error_type) == (403, "ExpiredTokenException")


def test_keys_issued_elsewhere_are_accepted_with_their_role(emulator: RunningEmulator) -> None:
    keys = {"access_key": "ASIAELSEWHERE", "secret_key": "s", "session_token": "t"}
    emulator.control("accept_keys", role="facilitator", **keys)
    for path, status in (("/admin/profiles", 200), ("/profiles", 403)):
        url = emulator.api + path
        assert send("GET", url, signed_headers("GET", url, b"", keys)).status == status


def test_a_role_change_does_not_touch_keys_already_issued(emulator: RunningEmulator) -> None:
    keys = emulator.control("issue_keys", role="facilitator")
    body = {"profileId": keys["profile_id"], "targetUserPoolGroup": "dr-racers"}
    assert emulator.request("PUT", "/profile/role", body).status == 200
    url = emulator.api + "/admin/profiles"
    assert send("GET", url, signed_headers("GET", url, b"", keys)).status == 200


def test_the_hundred_and_first_admin_call_is_forbidden_until_time_has_passed() -> None:
    with running_emulator(racers=1) as emulator:
        for _ in range(100):
            assert emulator.request("GET", "/admin/profiles").status == 200
        reply = emulator.request("GET", "/admin/profiles")
        assert (reply.status, reply.error_type) == (403, None)
        assert reply.json() == {"message": "Forbidden"}
        assert emulator.request("GET", "/profiles").status == 200
        emulator.control("clock", advance=301)
        assert emulator.request("GET", "/admin/profiles").status == 200


def test_an_agent_can_be_blocked_and_a_large_body_is(emulator: RunningEmulator) -> None:
    assert emulator.request("PATCH", "/profile", b" " * 8193).json() == {"message": "Forbidden"}
    emulator.control("firewall", blocked_user_agents=["bot"])
    url = emulator.api + "/profile"
    headers = signed_headers("GET", url, b"", emulator.keys())
    blocked = send("GET", url, headers | {"User-Agent": "Botocore/1"})
    emulator.control("firewall", blocked_user_agents=[])
    assert (blocked.status, blocked.error_type) == (403, None)


def control(emulator: RunningEmulator, headers: dict[str, str], where: str) -> Any:
    return send("POST", where, headers, b'{"do":"status"}')


def test_control_is_reachable_beside_the_network_and_through_it(emulator: RunningEmulator) -> None:
    for where in (emulator.ready["control"], emulator.ready["site"] + "/__control"):
        assert control(emulator, {}, where).json()["ok"] is True


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://example.org"}, {"Host": "example.org"}, {"Host": ""}]
)
def test_control_is_not_for_pages_in_a_browser(
    emulator: RunningEmulator, headers: dict[str, str]
) -> None:
    assert control(emulator, headers, emulator.ready["control"]).status == 403


def test_control_says_what_was_wrong(emulator: RunningEmulator) -> None:
    for body in (b"{", b"[]", b'{"do":"explode"}'):
        reply = send("POST", emulator.ready["control"], {}, body)
        assert (reply.status, reply.json()["ok"]) == (400, False)
        assert reply.json()["error"].endswith(".")


def test_the_api_cannot_be_reached_beside_the_network(emulator: RunningEmulator) -> None:
    beside = emulator.ready["control"].removesuffix("/__control") + "/prod/profile"
    reply = send("GET", beside, signed_headers("GET", beside, b"", emulator.keys()))
    assert reply.status == 404


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_well_even_with_a_call_in_flight(number: int) -> None:
    emulator = start_emulator(racers=1)
    emulator.control("fail", how="hang")
    process = subprocess.Popen(
        [sys.executable, "-c", "import socket,sys;"
         "s=socket.create_connection(('127.0.0.1',int(sys.argv[1])));"
         "s.sendall(b'GET /prod/profile HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n');s.recv(1)",
         str(urlsplit(emulator.api).port)],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        eventually(lambda: emulator.control("status")["under_way"] == 1)
        assert emulator.stop(number) == 0
    finally:
        process.kill()
        process.wait(10)


def test_attached_it_ends_with_its_standard_input() -> None:
    emulator = start_emulator(racers=1)
    emulator.process.stdin.close()
    assert emulator.process.wait(10) == 0
    emulator.stop()


def test_it_says_nothing_but_the_ready_line() -> None:
    program = (
        "from drtui.emulator.options import EmulatorOptions\n"
        "from drtui.emulator.server import run\n"
        "run(EmulatorOptions(racers=3, attached=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    emulator = RunningEmulator(cast("Any", process), json.loads(process.stdout.readline()))
    send("GET", emulator.ready["site"] + "/nothing", {})
    for request in (b"nonsense\r\n\r\n", b"GET /prod/profile HTTP/1.1\r\nHost: x\r\n\r\n", b"GET"):
        with socket.create_connection(("127.0.0.1", urlsplit(emulator.api).port or 0)) as client:
            client.sendall(request)
    emulator.control("fail", how="reset_after")
    with pytest.raises(ConnectionResetError):
        emulator.request("GET", "/profile")
    out, err = process.communicate(timeout=10)
    assert (out, err, process.returncode) == ("", "", 0)


def test_a_port_can_be_chosen_and_one_in_use_is_an_error() -> None:
    with running_emulator(racers=1) as emulator:
        port = urlsplit(emulator.api).port
        program = (
            "import sys\n"
            "from drtui.emulator.options import EmulatorOptions\n"
            "from drtui.emulator.server import run\n"
            "try: run(EmulatorOptions(racers=1, port=int(sys.argv[1])))\n"
            "except OSError as error: sys.exit(error.errno)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(port)], capture_output=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (98, b"", b"")
    with running_emulator(racers=1, port=port) as again:
        assert urlsplit(again.api).port == port


def test_racers_go_on_training_and_a_pause_stops_what_is_new() -> None:
    with running_emulator(racers=200, speed=600, frozen=False) as emulator:

        def used() -> int:
            return sum(row["computeMinutesUsed"] or 0 for row in emulator.profiles().values())

        before = used()
        eventually(lambda: used() > before)
        for profile_id in emulator.profiles():
            emulator.control(
                "set", profile_id=profile_id, maxTotalComputeMinutes=0, maxModelCount=0
            )
        assert emulator.control("status")["jobs"] > 0
        eventually(lambda: emulator.control("status")["jobs"] == 0, seconds=30)
        assert not any(row["computeMinutesQueued"] for row in emulator.profiles().values())


def test_the_state_file_keeps_account_and_keys_across_restarts(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("state") / "state"
    with running_emulator(racers=10, state=path) as first:
        racer = next(reversed(first.profiles()))
        first.request("PATCH", "/profile", {"profileId": racer, "maxTotalComputeMinutes": 4242})
        before = first.profiles()
        keys = first.keys()
    with running_emulator(racers=99, seed=7, state=path) as second:
        assert second.profiles() == before
        assert second.keys() == keys
        assert second.request("GET", "/profile").status == 200
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_killed_emulator_comes_back_with_what_it_had_written(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("state") / "state"
    emulator = start_emulator(racers=10, state=path)
    racer = next(reversed(emulator.profiles()))
    emulator.control("set", profile_id=racer, maxTotalComputeMinutes=4242)
    eventually(lambda: b"4242" in path.read_bytes())
    keys = emulator.keys()
    os.kill(emulator.process.pid, signal.SIGKILL)
    emulator.stop()
    with running_emulator(state=path) as again:
        assert again.profiles()[racer]["maxTotalComputeMinutes"] == 4242
        assert again.keys() == keys
