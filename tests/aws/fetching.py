"""A file at a link of a scripted storage: what the tests of downloads share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from drtui.aws.downloads import LinkFetcher
from drtui.aws.gateway import Timeouts
from drtui.domain.failures import DeploymentError
from drtui.domain.model_calls import Fetcher
from tests.aws.scripted import End, ScriptedServer, Step, answer

DATA = bytes(range(256)) * 40
TAG = '"abc-1"'
SECRET = "X-Amz-Signature=deadbeef"
OCTETS = "binary/octet-stream"


@pytest.fixture
def fetcher() -> Fetcher:
    return LinkFetcher(user_agent="drtui-tests/1", timeouts=Timeouts(connect=5.0, read=1.0))


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "car.tar.gz.part"


def link(server: ScriptedServer) -> str:
    return f"http://127.0.0.1:{server.port}/models/car.tar.gz?{SECRET}"


def file(data: bytes = DATA, *, tag: str = TAG) -> Step:
    return answer(data, content_type=OCTETS, etag=tag)


def part(first: int, *, tag: str = TAG, told: str = "") -> Step:
    fits = f"bytes {first}-{len(DATA) - 1}/{len(DATA)}"
    return answer(
        DATA[first:], status=206, content_type=OCTETS, etag=tag, content_range=told or fits
    )


def cut_short(upto: int) -> Step:
    return answer(
        DATA[:upto], content_type=OCTETS, etag=TAG, content_length=str(len(DATA)), end=End.CLOSE
    )


def xml(code: str, status: int) -> Step:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>No</Message></Error>".encode()
    return answer(body, status=status, content_type="application/xml")


def failure_of(call: Callable[[], object]) -> DeploymentError:
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


def began(fetcher: Fetcher, server: ScriptedServer, into: Path, upto: int = 1000) -> None:
    """Have a part of the file."""
    server.script(cut_short(upto))
    failure_of(lambda: fetcher.fetch(link(server), into))
    assert into.read_bytes() == DATA[:upto]
