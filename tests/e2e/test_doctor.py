"""`drtui doctor` against the emulator, and against networks that are not as they should be."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from typing import Any, Final

import pytest

from tests.e2e.running import Drtui, write_config
from tests.support.emulator import RunningEmulator
from tests.support.tls import server_tls

VERDICTS: Final = {"ok", "warning", "failed", "not checked"}
KEYS: Final = {"area", "name", "verdict", "why", "advice"}
NETWORK: Final = ("web site", "API", "user pool", "identity pool", "clock")
SECRET: Final = "Tr0ub4dor&3"
Report = Mapping[str, Mapping[str, Any]]


def report(drtui: Drtui, *, code: int = 0, env: dict[str, str] | None = None) -> Report:
    """The report by area and name."""
    found = drtui("doctor", "--json", code=code, env=env).json()
    assert all(set(each) == KEYS for each in found)
    assert {each["verdict"] for each in found} <= VERDICTS
    by_name = {f"{each['area']}.{each['name']}": each for each in found}
    assert len(by_name) == len(found)
    return by_name


def failed(found: Report) -> set[str]:
    return {name for name, each in found.items() if each["verdict"] == "failed"}


def account_at(drtui: Drtui, api_url: str) -> None:
    write_config(
        drtui.home,
        f'[accounts.event]\napi_url = "{api_url}"\nregion = "us-east-1"\ncredentials = "aws"\n',
    )


@contextmanager
def answering(
    status: int, headers: Mapping[str, str], body: bytes, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """A server on this machine that always answers the same; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that trusts nobody hangs up
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.usefixtures("synced")
def test_all_is_well_against_a_deployment_that_works(drtui: Drtui) -> None:
    found = report(drtui)
    assert failed(found) == set()
    for name in ("network.API", "network.clock", "account.sign-in", "account.firewall"):
        assert found[name]["verdict"] == "ok", found[name]
    for name in ("store.schema", "store.integrity", "store.WAL", "account.undelivered"):
        assert found[name]["verdict"] == "ok", found[name]


def test_the_report_for_people_has_a_line_for_each_check_and_a_tally(drtui: Drtui) -> None:
    ran = drtui("doctor")
    found = report(drtui)
    for each in found.values():
        assert f"  {each['verdict']:<11}  {each['name']} " in ran.out
    assert ran.err.strip().endswith("not checked.")


def test_nothing_is_written_and_nothing_is_needed_without_an_account(
    drtui: Drtui, tmp_path: Path
) -> None:
    home = tmp_path / "nothing"
    found = report(drtui, env={"DRTUI_HOME": str(home)})
    assert not home.exists()
    assert found["configuration.account"]["verdict"] == "not checked"
    assert "drtui account add" in found["configuration.account"]["why"]
    assert {found[f"network.{name}"]["verdict"] for name in NETWORK} == {"not checked"}


def test_an_account_that_was_never_read_gets_no_store_by_it(drtui: Drtui) -> None:
    found = report(drtui)
    assert found["network.API"]["verdict"] == "ok"
    assert found["store.schema"]["verdict"] == "not checked"
    assert not (drtui.home / "state").exists()


def test_an_account_that_is_named_and_not_there_is_a_mistake_of_usage(drtui: Drtui) -> None:
    assert "nobody" in drtui.sentence("doctor", "--account", "nobody", code=2)


def test_a_configuration_that_cannot_be_read_is_told_and_the_rest_is_looked_at(
    drtui: Drtui,
) -> None:
    write_config(drtui.home, "accounts = [")
    found = report(drtui, code=1)
    assert failed(found) == {"configuration.file"}
    assert found["program.drtui"]["verdict"] == "ok"


def test_a_clock_that_is_ten_minutes_off_is_told_with_what_follows(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    emulator.control("clock", signing_skew=600)
    found = report(drtui, code=1)
    clock = found["network.clock"]
    assert clock["verdict"] == "failed"
    assert "10.0 min behind the API's" in clock["why"]
    assert found["network.API"]["verdict"] == "ok"
    assert found["account.sign-in"]["verdict"] == "failed"


def test_credentials_that_are_not_accepted_are_told(drtui: Drtui) -> None:
    found = report(drtui, code=1, env={"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"})
    assert failed(found) == {"account.sign-in"}
    assert "AWS_PROFILE" in found["account.sign-in"]["advice"]


def test_a_port_that_nobody_listens_on_is_a_connection_that_cannot_be_made(drtui: Drtui) -> None:
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    account_at(drtui, f"http://127.0.0.1:{port}/prod")
    found = report(drtui, code=1)
    assert failed(found) == {"network.API"}
    assert "No connection to" in found["network.API"]["why"]
    assert found["network.clock"]["verdict"] == "not checked"


def test_a_name_that_does_not_exist_is_told_apart_from_a_refused_connection(drtui: Drtui) -> None:
    account_at(drtui, "https://nobody.invalid/prod")
    found = report(drtui, code=1, env={"NO_PROXY": "*"})
    assert failed(found) == {"network.API"}
    assert "cannot be found" in found["network.API"]["why"]


def test_a_certificate_that_nobody_trusts_is_told_as_that(drtui: Drtui, tmp_path: Path) -> None:
    tls, bundle = server_tls(tmp_path)
    with answering(403, {}, b"{}", tls) as port:
        account_at(drtui, f"https://localhost:{port}/prod")
        found = report(drtui, code=1)
        assert failed(found) == {"network.API"}
        assert "certificate of localhost" in found["network.API"]["why"]
        assert "AWS_CA_BUNDLE" in found["network.API"]["advice"]
        trusting = report(drtui, code=1, env={"AWS_CA_BUNDLE": str(bundle)})
    assert trusting["network.API"]["verdict"] == "ok"
    assert trusting["network.certificates"]["why"] == "1 trusted, by AWS_CA_BUNDLE."


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"Content-Type": "text/html"}),
        (302, {"Location": "https://portal.example/"}),
        (511, {}),
    ],
)
def test_a_page_of_the_venue_is_not_taken_for_the_deployment(
    drtui: Drtui, status: int, headers: dict[str, str]
) -> None:
    with answering(status, headers, b"<html>Welcome to the venue</html>") as port:
        account_at(drtui, f"http://127.0.0.1:{port}/prod")
        found = report(drtui, code=1)
    assert "network.API" in failed(found)
    assert "sign-in of its own" in found["network.API"]["why"]
    assert found["network.clock"]["verdict"] == "not checked"


def test_a_firewall_that_blocks_is_told_as_that_and_not_as_an_outage(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    body = json.dumps({"message": "Forbidden"}).encode()
    with answering(403, {"x-amzn-ErrorType": "ForbiddenException"}, body) as port:
        account_at(drtui, f"http://127.0.0.1:{port}/prod")
        drtui("sync", code=None)
        found = report(drtui, code=1)
    assert found["network.API"]["verdict"] == "ok"
    assert found["account.firewall"]["verdict"] == "failed"
    told = found["account.firewall"]
    assert "doctor --firewall" in told["why"] + told["advice"]
    assert "AWS WAF" in drtui("doctor", "--firewall").out


@pytest.mark.usefixtures("synced")
def test_changes_that_are_not_delivered_are_counted(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    emulator.control("network", state="down")
    drtui("users", "pause", "--filter", "role:racer", "--yes", "--no-wait")
    found = report(drtui, code=1)
    assert failed(found) == {"network.API"}
    assert "not delivered yet" in found["account.undelivered"]["why"]


@pytest.mark.usefixtures("synced")
def test_a_damaged_store_is_told_and_left_as_it_is(drtui: Drtui) -> None:
    store = drtui.home / "state" / "accounts" / "event.sqlite"
    broken = store.read_bytes()
    broken = broken[:8192] + bytes(len(broken) - 8192)
    store.write_bytes(broken)
    found = report(drtui, code=1)
    assert failed(found) == {"store.integrity"}
    assert found["account.undelivered"]["verdict"] == "not checked"
    assert store.read_bytes() == broken


HOSTILE: Final = {
    "HTTPS_PROXY": f"http://ada:{SECRET}@proxy.example:3128",
    "TERM": f"\x1b]52;c;{SECRET}\x07",
    "COLORTERM": SECRET,
    "LC_CTYPE": "C.UTF-8",
    "LANG": SECRET,
    "STY": SECRET,
    "NO_PROXY": f"{SECRET},127.0.0.1",
    "ALL_PROXY": f"socks5://{SECRET}@host",
    "SSL_CERT_FILE": f"/{SECRET}",
    "AWS_PROFILE_NAME": SECRET,
    "DBUS_SESSION_BUS_ADDRESS": SECRET,
}


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize(
    "proxy",
    [
        f"http://ada:{SECRET}@proxy.example:3128",
        f"ada:{SECRET}@proxy.example:3128",
        f"http://ada:p/{SECRET}@proxy.example",
        f"http://ada@x:{SECRET}",
        f"http://proxy.example:3128/{SECRET}",
        f"http://[::1]:80?{SECRET}",
        SECRET,
    ],
)
def test_no_secret_of_the_environment_comes_into_the_report(drtui: Drtui, proxy: str) -> None:
    for options in ((), ("--json",)):
        ran = drtui("doctor", *options, env=HOSTILE | {"HTTPS_PROXY": proxy})
        assert SECRET not in ran.out + ran.err
        assert "Tr0ub4dor" not in ran.out + ran.err


def test_a_bundle_that_cannot_be_read_is_told_without_its_name(drtui: Drtui) -> None:
    found = report(drtui, code=1, env={"AWS_CA_BUNDLE": f"/nowhere/{SECRET}"})
    assert "network.certificates" in failed(found)
    assert SECRET not in json.dumps(found)


@pytest.mark.usefixtures("synced")
def test_no_racer_and_no_key_comes_into_the_report(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    out = drtui("doctor").out
    emails = [each["emailAddress"] for each in emulator.profiles().values() if each["emailAddress"]]
    assert emails
    assert not [each for each in emails if each in out]
    assert emulator.keys()["access_key"] not in out


def test_json_and_firewall_are_not_for_each_other(drtui: Drtui) -> None:
    assert "Choose one" in drtui.sentence("doctor", "--json", "--firewall", code=2)
