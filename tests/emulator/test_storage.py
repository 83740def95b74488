"""The storage behind the links: archives, ranges, and all that goes wrong on the way."""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Iterator
from http.client import IncompleteRead
from typing import Any

import pytest

from tests.support.emulator import Reply, RunningEmulator, running_emulator, send

Owned = tuple[str, str]


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=20, lag_ms=0, archive_bytes=20_000, firewall="none") as running:
        yield running


def all_ready(emulator: RunningEmulator) -> list[Owned]:
    people = emulator.control("snapshot", models=True)["profiles"]
    return [
        (profile_id, model["modelId"])
        for profile_id, row in people.items()
        for model in row["models"]
        if model["status"] == "READY"
    ]


def asset(emulator: RunningEmulator, owned: Owned, role: str = "admin") -> Reply:
    profile_id, model_id = owned
    path = f"/admin/models/{model_id}/getasset?profileId={profile_id}"
    return emulator.request("GET", path, role=role)


def ready(emulator: RunningEmulator) -> Owned:
    return next(each for each in all_ready(emulator) if asset(emulator, each).status == 200)


def url(emulator: RunningEmulator, owned: Owned) -> str:
    found: str = asset(emulator, owned, "facilitator").json()["url"]
    return found


def unpacked(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        members = {each.name: archive.extractfile(each) for each in archive.getmembers()}
        return {name: file.read() for name, file in members.items() if file is not None}


def test_an_archive_holds_weights_metadata_and_reward(emulator: RunningEmulator) -> None:
    owned = ready(emulator)
    answer = asset(emulator, owned).json()
    alias = emulator.profiles()[owned[0]]["alias"]
    assert answer.keys() == {"url", "filename"}
    assert answer["filename"].startswith(f"{alias}_")
    assert answer["filename"].endswith(".tar.gz")
    members = unpacked(send("GET", answer["url"], {}).body)
    assert members.keys() == {"agent/model.pb", "model_metadata.json", "reward_function.py"}
    metadata = json.loads(members["model_metadata.json"])
    assert {"action_space", "sensor", "neural_network", "version"} <= metadata.keys()
    assert b"def reward_function" in members["reward_function.py"]


def test_archives_are_the_same_again_and_differ_but_for_starters(
    emulator: RunningEmulator,
) -> None:
    def sums(running: RunningEmulator) -> dict[Owned, str]:
        found = {}
        for owned in all_ready(running):
            reply = asset(running, owned)
            if reply.status == 200:
                data = send("GET", reply.json()["url"], {}).body
                found[owned] = hashlib.sha256(data).hexdigest()
        return found

    first = sums(emulator)
    with running_emulator(racers=20, archive_bytes=20_000, firewall="none") as again:
        assert sums(again) == first
    assert len(first) / 2 < len(set(first.values())) <= len(first)


def test_only_the_staff_gets_links_and_profile_id_is_needed(emulator: RunningEmulator) -> None:
    owned = ready(emulator)
    assert asset(emulator, owned, "racer").error_type == "AccessDeniedException"
    reply = emulator.request("GET", f"/admin/models/{owned[1]}/getasset")
    assert (reply.status, reply.error_type) == (400, "BadRequestException")
    text = "Missing required request parameters: [profileId]: "
    assert reply.json() == {"errorMessage": text}
    nobodys = asset(emulator, ("z" * 15, owned[1]))
    assert (nobodys.error_type, nobodys.json()["message"]) == ("NotFoundError", "Item not found.")
    assert asset(emulator, ("odd", owned[1])).error_type == "ValidationException"


def test_what_is_not_ready_or_not_packaged_has_no_link(emulator: RunningEmulator) -> None:
    profile_id, model_id = owned = ready(emulator)
    emulator.control("packaging", profile_id=profile_id, model_id=model_id, packaged=False)
    late = asset(emulator, owned)
    assert late.error_type == "NotFoundError"
    assert late.json() == {"message": "Model is not ready for download."}
    emulator.control("packaging", profile_id=profile_id, model_id=model_id)
    there = asset(emulator, owned)
    assert there.status == 200
    job = f"deepracerindy-training-{model_id}"
    key = f"/{profile_id}/models/{model_id}/sagemaker-artifacts/{job}/output/model.tar.gz?"
    assert key in there.json()["url"]
    emulator.control("model", profile_id=profile_id, model_id=model_id, status="EVALUATING")
    assert asset(emulator, owned).status == 404


def test_packaging_takes_time_after_a_training_and_can_fail() -> None:
    with running_emulator(racers=1, lag_ms=0, speed=1e-6) as emulator:
        admin = emulator.request("GET", "/profile").json()["profile"]["profileId"]
        models = emulator.request("GET", "/models").json()["models"]
        owned = (admin, next(e["modelId"] for e in models if e["name"] == "in-training"))
        emulator.control("packaging", seconds=100)
        emulator.request("PATCH", f"/models/{owned[1]}")
        emulator.control("clock", advance=60)
        assert asset(emulator, owned).status == 404
        emulator.control("clock", advance=101)
        assert asset(emulator, owned).status == 200
        emulator.control("packaging", fails=True)
        emulator.control("unfreeze")
        emulator.control("clock", advance=5 * 3600)
        models = emulator.request("GET", "/models").json()["models"]
        late = next(each for each in models if each["name"] == "warming-up")
        assert late["status"] in ("READY", "ERROR")
        assert asset(emulator, (admin, late["modelId"])).status == 404


def test_ranges_go_on_where_a_download_ended(emulator: RunningEmulator) -> None:
    link = url(emulator, ready(emulator))
    whole = send("GET", link, {})
    etag, size = whole.headers["etag"], len(whole.body)
    assert whole.headers["content-length"] == str(size)
    assert whole.headers["accept-ranges"] == "bytes"
    rest = send("GET", link, {"Range": "bytes=5000-", "If-Range": etag})
    assert (rest.status, rest.body) == (206, whole.body[5000:])
    assert rest.headers["content-range"] == f"bytes 5000-{size - 1}/{size}"
    assert send("GET", link, {"Range": "bytes=10-19"}).body == whole.body[10:20]
    assert send("GET", link, {"Range": "bytes=-7"}).body == whole.body[-7:]
    other = send("GET", link, {"Range": "bytes=5000-", "If-Range": '"another"'})
    assert (other.status, other.body) == (200, whole.body)
    beyond = send("GET", link, {"Range": f"bytes={size}-"})
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert b"<Code>InvalidRange</Code>" in beyond.body


def test_links_expire_by_the_clock_or_at_once(emulator: RunningEmulator) -> None:
    owned = ready(emulator)
    first = url(emulator, owned)
    emulator.control("clock", advance=290)
    assert send("GET", first, {}).status == 200
    emulator.control("clock", advance=20)
    refused = send("GET", first, {})
    assert refused.status == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in refused.body
    second = url(emulator, owned)
    emulator.control("links", expire=True)
    assert send("GET", second, {}).status == 403
    assert send("GET", url(emulator, owned), {}).status == 200
    emulator.control("links", seconds=0)
    assert send("GET", url(emulator, owned), {}).status == 403


def test_a_link_opens_nothing_else(emulator: RunningEmulator) -> None:
    one, other = [each for each in all_ready(emulator) if asset(emulator, each).status == 200][:2]
    forged = url(emulator, one).replace("/".join((one[0], "models", one[1])),
                                        "/".join((other[0], "models", other[1])))  # fmt: skip
    assert b"SignatureDoesNotMatch" in send("GET", forged, {}).body
    bare = send("GET", url(emulator, one).partition("?")[0], {})
    assert (bare.status, b"Access Denied" in bare.body) == (403, True)


def test_files_go_with_the_racer_and_with_the_model(emulator: RunningEmulator) -> None:
    people: dict[str, Any] = emulator.profiles()
    owned = [each for each in all_ready(emulator) if people[each[0]]["group"] == "dr-racers"]
    first = next(each for each in owned if asset(emulator, each).status == 200)
    link = url(emulator, first)
    emulator.control("delete", profile_id=first[0])
    gone = send("GET", link, {})
    assert (gone.status, b"<Code>NoSuchKey</Code>" in gone.body) == (404, True)
    assert asset(emulator, first).error_type == "NotFoundError"


def test_a_download_is_cut_or_slow_when_asked(emulator: RunningEmulator) -> None:
    link = url(emulator, ready(emulator))
    emulator.control("fail", how="truncated", path="/storage/*", keep=1234)
    with pytest.raises(IncompleteRead) as cut:
        send("GET", link, {})
    assert len(cut.value.partial) == 1234
    emulator.control("fail", how="slow", path="/storage/*", bytes_per_second=100_000)
    before = time.monotonic()
    slow = send("GET", link, {})
    assert time.monotonic() - before > len(slow.body) / 100_000 / 2
    assert unpacked(slow.body)
    call = emulator.control("calls", last=1)["calls"][0]
    assert (call["status"], call["fault"], call["range"]) == (200, "slow", None)
    send("GET", link, {"Range": "bytes=5-"})
    assert emulator.control("calls", last=1)["calls"][0]["range"] == "bytes=5-"


def test_the_storage_cannot_be_reached_beside_the_network(emulator: RunningEmulator) -> None:
    link = url(emulator, ready(emulator))
    beside = emulator.ready["control"].removesuffix("/__control")
    assert send("GET", link.replace(emulator.ready["site"], beside), {}).status == 404
