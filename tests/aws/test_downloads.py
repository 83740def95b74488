"""Fetching by a link: what is resumed, what is believed, and that the link is told nowhere."""

import logging
import os
import traceback
from functools import partial
from pathlib import Path

import pytest

from drtui.aws.downloads import LinkFetcher
from drtui.aws.gateway import AwsCredentials
from drtui.domain.failures import FailureKind
from drtui.domain.model_calls import Fetcher, FetchStoppedError
from tests.aws.conftest import OpenGateway
from tests.aws.fetching import (
    DATA,
    OCTETS,
    SECRET,
    TAG,
    began,
    cut_short,
    failure_of,
    fetcher,
    file,
    into,
    link,
    part,
    xml,
)
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.emulator import running_emulator

__all__ = ["fetcher", "into"]


def test_a_file_is_fetched_whole_and_private(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    server.script(file())
    told: list[tuple[int, int | None]] = []
    size = fetcher.fetch(link(server), into, progress=lambda *each: told.append(each))
    assert size == len(DATA)
    assert into.read_bytes() == DATA
    assert told[-1] == (len(DATA), len(DATA))
    assert into.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in into.parent.iterdir()} == {into.name, f"{into.name}.etag"}
    (request,) = server.requests
    assert "range" not in request.headers
    assert "cookie" not in request.headers
    assert request.headers["user-agent"] == "drtui-tests/1"
    assert request.headers["accept-encoding"] == "identity"


def test_a_file_of_unknown_length_is_fetched_to_its_end(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    server.script(Step(head + b'5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n'))
    told: list[int | None] = []
    assert fetcher.fetch(link(server), into, progress=lambda _, total: told.append(total)) == 8
    assert into.read_bytes() == b'{"a": 1}'
    assert told[-1] is None


def test_what_was_cut_short_is_no_success_and_goes_on_where_it_was(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    server.script(cut_short(1000), part(1000))
    failure = failure_of(lambda: fetcher.fetch(link(server), into))
    assert failure.kind is FailureKind.UNAVAILABLE
    told: list[int] = []
    # Another fetcher, as after a restart.
    again = LinkFetcher(user_agent="drtui-tests/1")
    assert again.fetch(link(server), into, progress=lambda size, _: told.append(size)) == len(DATA)
    assert into.read_bytes() == DATA
    assert min(told) > 1000
    asked = server.requests[1].headers
    assert (asked["range"], asked["if-range"]) == ("bytes=1000-", TAG)


def test_a_whole_file_that_nobody_has_taken_yet_is_not_fetched_again(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    server.script(file(), answer(b"", status=416, content_range=f"bytes */{len(DATA)}"))
    fetcher.fetch(link(server), into)
    assert LinkFetcher(user_agent="drtui-tests/1").fetch(link(server), into) == len(DATA)
    assert server.requests[1].headers["range"] == f"bytes={len(DATA)}-"
    assert into.read_bytes() == DATA


def test_another_file_than_before_is_begun_anew(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    began(fetcher, server, into)
    server.script(file(DATA[::-1], tag='"other"'))
    assert fetcher.fetch(link(server), into) == len(DATA)
    assert into.read_bytes() == DATA[::-1]


@pytest.mark.parametrize("tag", ["", 'W/"weak"', '"two" "tags"'])
def test_without_a_tag_that_stands_for_the_bytes_nothing_is_gone_on_with(
    fetcher: Fetcher, server: ScriptedServer, into: Path, tag: str
) -> None:
    broken = answer(DATA[:9], etag=tag, content_length=str(len(DATA)), end=End.CLOSE)
    server.script(broken, file())
    failure_of(lambda: fetcher.fetch(link(server), into))
    assert fetcher.fetch(link(server), into) == len(DATA)
    assert "range" not in server.requests[1].headers
    assert into.read_bytes() == DATA


def test_a_file_that_was_whole_already_is_done(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    into.write_bytes(DATA)
    into.with_name(into.name + ".etag").write_text(TAG)
    server.script(answer(b"", status=416, content_range=f"bytes */{len(DATA)}"))
    assert fetcher.fetch(link(server), into) == len(DATA)
    assert server.requests[0].headers["range"] == f"bytes={len(DATA)}-"


def test_a_file_that_is_longer_than_it_may_be_is_begun_anew(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    into.write_bytes(DATA + b"more")
    into.with_name(into.name + ".etag").write_text(TAG)
    server.script(answer(b"", status=416, content_range=f"bytes */{len(DATA)}"), file())
    assert fetcher.fetch(link(server), into) == len(DATA)
    assert into.read_bytes() == DATA


@pytest.mark.parametrize(
    "step",
    [
        part(900),
        part(1000, tag='"other"'),
        part(1000, told="bytes 1000-1999/*"),
        part(1000, told="bytes 1000-1001/10240"),
        part(1000, told="nonsense"),
    ],
)
def test_a_part_that_does_not_fit_is_not_put_behind_the_rest(
    fetcher: Fetcher, server: ScriptedServer, into: Path, step: Step
) -> None:
    began(fetcher, server, into)
    server.script(step)
    assert failure_of(lambda: fetcher.fetch(link(server), into)).kind is FailureKind.UNAVAILABLE
    assert into.read_bytes() == DATA[:1000]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (xml("AccessDenied", 403), FailureKind.LINK_EXPIRED),
        (xml("ExpiredToken", 400), FailureKind.LINK_EXPIRED),
        (answer(b"", status=403), FailureKind.LINK_EXPIRED),
        (xml("NoSuchKey", 404), FailureKind.NOT_FOUND),
        (xml("SlowDown", 503), FailureKind.THROTTLED),
        (xml("InternalError", 500), FailureKind.UNAVAILABLE),
        (answer(b"", status=407), FailureKind.UNREACHABLE),
        (answer(b"", status=511), FailureKind.UNREACHABLE),
        (answer(b"<html>Sign in", status=403, content_type="text/html"), FailureKind.UNAVAILABLE),
        (answer(b"<html>Not here", status=404, content_type="text/html"), FailureKind.UNAVAILABLE),
        (answer(b"<html>Welcome", content_type="text/html"), FailureKind.UNAVAILABLE),
        (answer(b"<html>Welcome", content_type=OCTETS), FailureKind.UNAVAILABLE),
        (answer(b"<a/>", content_type="application/xml"), FailureKind.UNAVAILABLE),
        (answer(b"x", content_type=OCTETS, content_encoding="gzip"), FailureKind.UNAVAILABLE),
        (answer(b"", status=204), FailureKind.UNAVAILABLE),
        (part(0), FailureKind.UNAVAILABLE),
        (Step(b"", End.RESET), FailureKind.UNAVAILABLE),
        (Step(b"", End.HANG), FailureKind.UNAVAILABLE),
    ],
)
def test_what_is_not_the_file_is_told_for_what_it_is_and_not_written(
    fetcher: Fetcher, server: ScriptedServer, into: Path, step: Step, kind: FailureKind
) -> None:
    server.script(step)
    failure = failure_of(lambda: fetcher.fetch(link(server), into))
    assert failure.kind is kind
    assert failure.message.endswith(".")
    assert into.read_bytes() == b""


def test_what_came_stays_while_the_link_is_renewed(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    began(fetcher, server, into)
    server.script(xml("AccessDenied", 403), part(1000))
    assert failure_of(lambda: fetcher.fetch(link(server), into)).kind is FailureKind.LINK_EXPIRED
    assert into.read_bytes() == DATA[:1000]
    assert fetcher.fetch(link(server) + "&new=1", into) == len(DATA)


def test_only_the_same_host_may_lead_on(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    there = answer(b"", status=307, location="/models/elsewhere")
    server.script(there, file())
    assert fetcher.fetch(link(server), into) == len(DATA)
    with ScriptedServer() as other:
        for place in (f"http://127.0.0.1:{other.port}/car", "https://venue.example/sign-in"):
            server.script(answer(b"", status=302, location=place))
            failure = failure_of(lambda: fetcher.fetch(link(server), into))
            assert failure.kind is FailureKind.UNAVAILABLE
            assert "venue.example" not in failure.message
        assert other.requests == []


def test_redirections_end(fetcher: Fetcher, server: ScriptedServer, into: Path) -> None:
    server.script(*[answer(b"", status=302, location="/again")] * 9)
    assert failure_of(lambda: fetcher.fetch(link(server), into)).kind is FailureKind.UNAVAILABLE
    assert len(server.requests) == 4


@pytest.mark.parametrize("url", [f"http://files.example/a?{SECRET}", "ftp://x/y", "", "http://["])
def test_only_https_is_followed_elsewhere(fetcher: Fetcher, into: Path, url: str) -> None:
    failure = failure_of(lambda: fetcher.fetch(url, into))
    assert failure.kind is FailureKind.INVALID
    assert not into.exists()


def test_it_stops_when_told_and_keeps_what_came(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    big = os.urandom(900_000)
    server.script(answer(big, content_type=OCTETS, etag=TAG), part(0))
    sizes: list[int] = []
    with pytest.raises(FetchStoppedError):
        fetcher.fetch(
            link(server),
            into,
            progress=lambda size, _: sizes.append(size),
            stopped=lambda: bool(sizes),
        )
    held = into.read_bytes()
    assert held == big[: sizes[-1]]
    assert into.with_name(into.name + ".etag").read_text() == TAG
    with pytest.raises(FetchStoppedError):
        fetcher.fetch(link(server), into, stopped=lambda: True)
    assert len(server.requests) == 1


def test_what_the_caller_raises_is_the_callers(
    fetcher: Fetcher, server: ScriptedServer, into: Path
) -> None:
    def told(_size: int, _total: int | None) -> None:
        raise KeyError("mine")

    server.script(file())
    with pytest.raises(KeyError, match="mine"):
        fetcher.fetch(link(server), into, progress=told)


def test_the_link_is_in_no_error_and_no_log(
    fetcher: Fetcher, server: ScriptedServer, into: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bad_header = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nno header at all\r\n\r\nabc"
    closed = f"http://127.0.0.1:1/models/car.tar.gz?{SECRET}"
    server.script(Step(bad_header, End.CLOSE))
    fetcher.fetch(link(server), into)
    server.script(xml("AccessDenied", 403), Step(b"", End.RESET))
    for url in (link(server), link(server), closed, f"http://x.example/?{SECRET}"):
        failure = failure_of(partial(fetcher.fetch, url, into))
        assert failure.__cause__ is None
        assert failure.__context__ is None
        assert "deadbeef" not in "".join(traceback.format_exception(failure))
    assert "deadbeef" not in caplog.text
    assert len(server.requests) == 3


def test_no_connection_is_unreachable(fetcher: Fetcher, into: Path) -> None:
    failure = failure_of(lambda: fetcher.fetch("http://127.0.0.1:1/file", into))
    assert failure.kind is FailureKind.UNREACHABLE


def test_an_archive_comes_from_the_emulator_by_links_that_are_renewed(
    opened: OpenGateway, fetcher: Fetcher, into: Path
) -> None:
    with running_emulator(racers=12, deployment="1.3.1") as emulator:
        models = opened(emulator.api, AwsCredentials(**emulator.keys())).models
        found = next(one for one in models.all_models() if one.status == "READY")
        emulator.control(
            "packaging", profile_id=found.profile_id, model_id=found.model_id, packaged=True
        )
        asset = models.asset(found.profile_id, found.model_id)
        sizes: list[int] = []
        emulator.control("links", expire=True)
        expired = failure_of(lambda: fetcher.fetch(asset.url, into))
        assert expired.kind is FailureKind.LINK_EXPIRED
        asset = models.asset(found.profile_id, found.model_id)
        with pytest.raises(FetchStoppedError):
            fetcher.fetch(
                asset.url,
                into,
                progress=lambda size, _: sizes.append(size),
                stopped=lambda: True,
            )
        whole = fetcher.fetch(asset.url, into)
        data = into.read_bytes()
        assert data.startswith(b"\x1f\x8b")
        assert whole == len(data)
        into.write_bytes(data[:500])
        fetcher.fetch(asset.url, into)  # without its tag: from the beginning
        assert into.read_bytes() == data
        emulator.control("delete", profile_id=found.profile_id)
        gone = failure_of(lambda: fetcher.fetch(asset.url, into))
        assert gone.kind is FailureKind.NOT_FOUND
