"""What came with 1.3 is there on 1.3 and unknown to 1.2."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.emulator import RunningEmulator, running_emulator, send, signed_headers

NOBODY = "z" * 15
LATER = [
    ("GET", "/admin/models", None),
    ("POST", "/profiles/bulkInvite", {"profiles": [{"emailAddress": "a@example.org"}]}),
    ("GET", f"/profiles/bulkInvite/{'0' * 26}", None),
    ("POST", f"/profiles/{NOBODY}/resendInvite", None),
]


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=30, deployment="1.3.1", lag_ms=0) as running:
        running.control("invitations", seconds_each=10)
        yield running


def invite(emulator: RunningEmulator, *addresses: str, token: str | None = None) -> Any:
    body: dict[str, Any] = {"profiles": [{"emailAddress": each} for each in addresses]}
    return emulator.request(
        "POST", "/profiles/bulkInvite", body if token is None else {**body, "clientToken": token}
    )


def done(emulator: RunningEmulator, job_id: str) -> Any:
    emulator.control("clock", advance=3000)
    return emulator.request("GET", f"/profiles/bulkInvite/{job_id}").json()


def test_the_site_says_its_version(emulator: RunningEmulator) -> None:
    assert b'"solutionVersion":"v1.3.1"' in send("GET", emulator.ready["site"] + "/env.js", {}).body


def test_to_an_older_release_they_are_unknown_routes() -> None:
    with running_emulator(racers=1, deployment="1.2.5") as older:
        assert b'"v1.2.5"' in send("GET", older.ready["site"] + "/env.js", {}).body
        for method, path, body in LATER:
            reply = older.request(method, path, body)
            assert (reply.status, reply.error_type) == (403, "MissingAuthenticationTokenException")
            assert older.request("GET", "/admin/profiles").status == 200


def test_the_models_of_all_come_in_one_answer(emulator: RunningEmulator) -> None:
    reply = emulator.request("GET", "/admin/models", role="facilitator")
    models = reply.json()["models"]
    stored = sum(each["storedModels"] for each in emulator.profiles().values())
    assert len(models) == stored > 10
    profiles = emulator.profiles()
    sure = {"modelId", "name", "username", "profileId", "status", "createdAt"}
    possible = {"modelSource", "importErrorMessage", "metadata"}
    for model in models:
        assert sure <= model.keys() <= sure | possible
        assert profiles[model["profileId"]]["alias"] == model["username"]
    dates = [each["createdAt"] for each in models]
    assert dates == sorted(dates, reverse=True)
    assert "token" not in reply.json()


def test_the_listing_of_all_tells_source_metadata_and_trouble(emulator: RunningEmulator) -> None:
    models = emulator.request("GET", "/admin/models").json()["models"]
    assert {each.get("modelSource") for each in models} == {"TRAINED", "IMPORTED", None}
    for model in models:
        assert ("metadata" in model) == ("modelSource" in model)
        if "metadata" in model:
            metadata = model["metadata"]
            assert metadata.keys() == {"agentAlgorithm", "sensors", "actionSpace"}
            (kind,) = metadata["actionSpace"]
            assert kind in ("discrete", "continous")
            assert not (kind == "discrete" and metadata["agentAlgorithm"] == "SAC")
    (failed,) = (each for each in models if each["name"] == "edited-import")
    assert failed["importErrorMessage"].startswith("We can't validate your model")


def test_models_are_filtered_by_status(emulator: RunningEmulator) -> None:
    every = emulator.request("GET", "/admin/models").json()["models"]
    ready = emulator.request("GET", "/admin/models?status=READY").json()["models"]
    assert ready == [each for each in every if each["status"] == "READY"] != every
    reply = emulator.request("GET", "/admin/models?status=ASLEEP")
    assert (reply.status, reply.error_type) == (400, "ValidationException")
    assert reply.json()["fieldList"][0]["path"] == "/status"


def test_many_are_invited_by_one_call(emulator: RunningEmulator) -> None:
    reply = invite(emulator, "bulk.1@example.org", "admin.1@example.org", token="t-1")
    assert reply.status == 202
    job = reply.json()
    assert (job["status"], job["totalEntries"]) == ("PROCESSING", 2)
    again = invite(emulator, "bulk.1@example.org", "admin.1@example.org", token="t-1")
    assert (again.status, again.json()) == (202, job)
    assert invite(emulator, "bulk.2@example.org", token="t-2").error_type == "ConflictError"
    shown = done(emulator, job["jobId"])
    assert shown["status"] == "COMPLETED"
    assert [each["status"] for each in shown["results"]] == ["CREATED", "SKIPPED"]
    assert emulator.control("calls", path="/profiles/bulkInvite")["calls"][-3]["applied"] is True
    assert "bulk.1@example.org" in {
        each["emailAddress"] for each in emulator.profiles().values() if not each["signedIn"]
    }


@pytest.mark.parametrize(
    ("profiles", "words"),
    [
        ([], "too short"),
        ([{"emailAddress": f"{number}@b.co"} for number in range(201)], "too long"),
        ([{"displayName": "x"}], "missing required"),
        ([{"emailAddress": ""}], "too short"),
        ([7], "does not match any allowed primitive type"),
    ],
)
def test_a_bulk_invitation_is_held_against_its_schema(
    emulator: RunningEmulator, profiles: list[Any], words: str
) -> None:
    reply = emulator.request("POST", "/profiles/bulkInvite", {"profiles": profiles})
    assert (reply.status, reply.error_type) == (400, "BadRequestException")
    assert words in reply.json()["errorMessage"]


def test_two_hundred_fit_but_long_addresses_meet_the_firewall(emulator: RunningEmulator) -> None:
    short = [f"{number}@b.co" for number in range(200)]
    job = invite(emulator, *short).json()
    assert done(emulator, job["jobId"])["createdCount"] == 200
    reply = invite(emulator, *(f"somebody.with.a.name.{each}" for each in short))
    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})


def test_statuses_beyond_success_can_be_had(emulator: RunningEmulator) -> None:
    emulator.control("invitations", held=True, refused=["lost@example.org"])
    first = invite(emulator, "held@example.org").json()["jobId"]
    assert done(emulator, first)["status"] == "EXPIRED"
    second = invite(emulator, "failed@example.org").json()["jobId"]
    assert emulator.control("invitations", fail="It was aborted.", held=False)["failed"] == 2
    shown = done(emulator, second)
    assert (shown["status"], shown["errorMessage"]) == ("FAILED", "It was aborted.")
    third = done(emulator, invite(emulator, "lost@example.org").json()["jobId"])
    assert (third["failedCount"], third["results"][0]["status"]) == (1, "FAILED")
    emulator.control("invitations", daily_emails=1)
    reply = invite(emulator, "one@example.org", "two@example.org")
    assert (reply.status, reply.error_type) == (400, "BadRequestError")
    emulator.control("invitations", daily_emails=0, refused=[])


def test_an_invitation_is_sent_again_until_the_first_sign_in(emulator: RunningEmulator) -> None:
    racer = emulator.control("invite", email="late@example.org")["profile_id"]
    path = f"/profiles/{racer}/resendInvite"
    assert emulator.request("POST", path).status == 200
    emulator.control("set", profile_id=racer, signedIn=True)
    assert emulator.request("POST", path).error_type == "ConflictError"
    reply = emulator.request("POST", f"/profiles/{NOBODY}/resendInvite")
    assert (reply.status, reply.error_type) == (404, "NotFoundError")
    assert emulator.request("POST", "/profiles/odd/resendInvite").error_type == (
        "ValidationException"
    )


def test_the_firewall_is_switched_while_it_runs() -> None:
    with running_emulator(racers=1, firewall="bots") as emulator:
        url = emulator.api + "/profile"
        signed = signed_headers("GET", url, b"", emulator.keys())

        def status(agent: str) -> int:
            return send("GET", url, signed | {"User-Agent": agent}).status

        assert status("drtui/0.1") == 403
        assert status("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0") == 200
        blocked = send("GET", url, signed)
        assert (blocked.error_type, blocked.json()) == (None, {"message": "Forbidden"})
        emulator.control("firewall", names_its_error=True)
        assert send("GET", url, signed).error_type == "ForbiddenException"
        emulator.control("firewall", allowed_user_agents=["drtui/"])
        assert (status("drtui/0.1"), status("curl/8.5.0")) == (200, 403)
        emulator.control("firewall", rules="none")
        assert status("curl/8.5.0") == 200
        assert emulator.control("firewall", rules="rate")["rules"] == "rate"
        assert status("curl/8.5.0") == 200


def test_a_bulk_invitation_outlives_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    options: dict[str, Any] = {
        "deployment": "1.3.1",
        "state": tmp_path_factory.mktemp("state") / "state",
    }
    with running_emulator(racers=1, **options) as emulator:
        emulator.control("invitations", seconds_each=1e6)
        job = invite(emulator, "late@example.org", token="t").json()
    with running_emulator(**options) as emulator:
        assert invite(emulator, "late@example.org", token="t").json() == job
        emulator.control("clock", advance=2e6)
        shown = emulator.request("GET", f"/profiles/bulkInvite/{job['jobId']}").json()
        assert shown["status"] == "COMPLETED"
