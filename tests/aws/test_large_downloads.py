"""Fetching large files by a link: room for them, sizes beyond 4 GB, and bounded memory."""

import os
import tracemalloc
from pathlib import Path

import pytest

from drtui.aws.downloads import LinkFetcher
from drtui.aws.gateway import Timeouts
from drtui.domain.model_calls import Fetcher
from drtui.domain.problems import LocalFileError
from tests.aws.scripted import ScriptedServer, Step, answer

DATA = bytes(range(256)) * 40
TAG = '"abc-1"'
OCTETS = "binary/octet-stream"
LARGE = 5 * 2**30


@pytest.fixture
def fetcher() -> Fetcher:
    return LinkFetcher(user_agent="drtui-tests/1", timeouts=Timeouts(connect=5.0, read=10.0))


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "car.tar.gz.part"


def link(server: ScriptedServer) -> str:
    return f"http://127.0.0.1:{server.port}/models/car.tar.gz"


def file() -> Step:
    return answer(DATA, content_type=OCTETS, etag=TAG)


def announced(size: int = LARGE) -> Step:
    return answer(DATA, content_type=OCTETS, etag=TAG, content_length=str(size))


def disk_of(monkeypatch: pytest.MonkeyPatch, free: int, blocks: int = 10**7) -> None:
    """Let every disk have so much room; one without blocks does not say how much it has."""

    def told(_: int) -> os.statvfs_result:
        return os.statvfs_result((4096, 4096, blocks, 0, free // 4096, 0, 0, 0, 0, 255))

    monkeypatch.setattr(os, "fstatvfs", told)


def test_a_disk_that_is_too_small_is_told_before_anything_comes(
    fetcher: Fetcher, server: ScriptedServer, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(announced(), file())
    with monkeypatch.context() as patched:
        disk_of(patched, 2 * 10**9)
        with pytest.raises(LocalFileError) as caught:
            fetcher.fetch(link(server), into)
    assert "5.4 GB are to come, and 2.0 GB are free. Make room, then go on." in str(caught.value)
    assert into.read_bytes() == b""
    assert fetcher.fetch(link(server), into) == len(DATA)


def test_only_what_is_still_to_come_needs_room(
    fetcher: Fetcher, server: ScriptedServer, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into.write_bytes(DATA[:4096])
    into.with_name(into.name + ".etag").write_text(TAG)
    fits = f"bytes 4096-{len(DATA) - 1}/{len(DATA)}"
    server.script(
        answer(DATA[4096:], status=206, content_type=OCTETS, etag=TAG, content_range=fits)
    )
    disk_of(monkeypatch, 8192)
    assert fetcher.fetch(link(server), into) == len(DATA)


def test_a_disk_that_does_not_say_how_much_room_it_has_is_tried(
    fetcher: Fetcher, server: ScriptedServer, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk_of(monkeypatch, 0, blocks=0)
    server.script(file())
    assert fetcher.fetch(link(server), into) == len(DATA)


def test_a_file_of_5_gb_goes_on_where_it_was(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    had = LARGE - len(DATA)
    into.touch()
    os.truncate(into, had)  # it takes no room: nothing was written
    into.with_name(into.name + ".etag").write_text(TAG)
    fits = f"bytes {had}-{LARGE - 1}/{LARGE}"
    server.script(answer(DATA, status=206, content_type=OCTETS, etag=TAG, content_range=fits))
    told: list[tuple[int, int | None]] = []
    assert fetcher.fetch(link(server), into, progress=lambda *each: told.append(each)) == LARGE
    assert server.requests[0].headers["range"] == f"bytes={had}-"
    assert told[-1] == (LARGE, LARGE)
    with into.open("rb") as held:
        held.seek(had)
        assert held.read() == DATA


def test_what_comes_is_never_held_whole(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    size = 64 * 2**20
    server.script(answer(bytes(size), content_type=OCTETS, etag=TAG))
    tracemalloc.start()
    try:
        assert fetcher.fetch(link(server), into) == size
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 2**20
