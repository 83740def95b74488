"""Fetching what a signed link leads to: resumed, checked for its length, and never redirected away.

Through botocore's own HTTP session, so that proxies and trusted certificates hold here as they do
for every other call. A link is a secret for as long as it is good: it is in no message, log or
exception, and exceptions have neither a cause nor a context.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from drtui.aws import transport
from drtui.aws.pages import WANTS_SIGN_IN_FOR_A_FILE, is_page
from drtui.aws.partial_files import PartialFile
from drtui.aws.sessions import Timeouts, keep_secrets_out_of_logs
from drtui.aws.web import is_safe, lower_case, open_session, plain_headers
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import FetchStoppedError, Progress
from drtui.domain.problems import LocalFileError, ProblemError

_CHUNK: Final = 262_144
_MOST_OF_A_REFUSAL: Final = 4_096
_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)
_OUTSIDE: Final = re.compile(r"bytes \*/(\d{1,18})", re.ASCII)
_CODE: Final = re.compile(rb"<Code>([A-Za-z0-9]{1,80})</Code>")
# S3's words for keys that ended before the link did, and for too many calls.
_EXPIRED: Final = frozenset({"ExpiredToken", "InvalidToken", "RequestExpired"})
_TOO_MANY: Final = frozenset({"SlowDown", "TooManyRequests", "RequestLimitExceeded"})


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer whose body is still to come.

    Attributes:
        headers: By name in lower case.
        raw: urllib3's response, which botocore does not type.
    """

    status: int
    headers: Mapping[str, str]
    raw: Any

    @property
    def length(self) -> int | None:
        """The announced length of the body; None where none is announced."""
        announced = self.headers.get("content-length", "")
        return int(announced) if re.fullmatch("[0-9]{1,18}", announced) else None


class LinkFetcher:
    """Implements `domain.model_calls.Fetcher`; safe to use from several threads.

    Args:
        user_agent: Sent as it is.
        profiles: See `trust.verification`.
        timeouts: For connections and for each part of an answer.
    """

    def __init__(
        self, *, user_agent: str, profiles: bool = False, timeouts: Timeouts | None = None
    ) -> None:
        self._user_agent = user_agent
        self._profiles = profiles
        self._timeouts = timeouts or Timeouts()

    def fetch(
        self,
        url: str,
        into: Path,
        *,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> int:
        """See `Fetcher`."""
        keep_secrets_out_of_logs()
        failure: Exception
        host = _host_of(url)
        try:
            if not is_safe(url, plain=True):
                raise _failure(FailureKind.INVALID, "The link to the file is not https.")
            waits = (self._timeouts.connect, self._timeouts.read)
            session = open_session(url, waits, profiles=self._profiles)
            try:
                with PartialFile(into) as file:
                    return self._fetch(session, url, file, _Caller(progress, stopped))
            finally:
                session.close()
        except (DeploymentError, LocalFileError, FetchStoppedError, _CallbackError) as error:
            failure = error
        except ProblemError as error:
            failure = _failure(FailureKind.UNREACHABLE, str(error))
        except Exception as error:  # botocore and urllib3 raise whatever they like
            failure = transport.failure_of(error, host=host, write=False)
        if isinstance(failure, _CallbackError):
            failure = failure.raised
        failure.__cause__ = failure.__context__ = None
        raise failure.with_traceback(None)

    def _fetch(
        self, session: URLLib3Session, url: str, file: PartialFile, caller: "_Caller"
    ) -> int:
        caller.check()
        answer = self._ask(session, url, file)
        if answer.status == 416 and file.size:
            if _whole(answer) == file.size:
                file.finish()
                caller.tell(file.size, file.size)
                return file.size
            # It is not a part of what there is now: from the beginning, once.
            file.begin("")
            answer = self._ask(session, url, file)
        total: int | None
        if answer.status == 206 and file.size:
            total = _check_part(answer, file, url)
        elif answer.status == 200:
            total = answer.length
            file.begin(answer.headers.get("etag", ""))
        else:
            raise _refused(answer, url)
        _check_kind(answer, url)
        if total is not None:
            file.check_room(total)
        for chunk in _chunks(answer, url, whole=not file.size):
            if total is not None and file.size + len(chunk) > total:
                raise _foreign(answer, url)
            caller.check()
            file.add(chunk)
            caller.tell(file.size, total)
            if file.size == total:
                break
        if total is not None and file.size != total:
            raise _failure(
                FailureKind.UNAVAILABLE,
                f"What {_host_of(url)} sent was cut short, {file.size:,} bytes of {total:,}: it "
                "can go on there.",
            )
        file.finish()
        return file.size

    def _ask(self, session: URLLib3Session, url: str, file: PartialFile) -> _Answer:
        """Return an answer; a redirection is followed on the same host only."""
        headers = plain_headers(self._user_agent)
        if file.size:
            headers |= {"Range": f"bytes={file.size}-", "If-Range": file.tag}
        at = url
        for _ in range(_MOST_REDIRECTS + 1):
            request = AWSRequest("GET", at, headers=headers, stream_output=True).prepare()
            sent = session.send(request)
            answer = _Answer(sent.status_code, lower_case(sent.headers), sent.raw)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or target is None:
                return answer
            answer.raw.close()
            at = urljoin(at, target)
            if urlsplit(at)[:2] != urlsplit(url)[:2]:
                break
        raise _failure(
            FailureKind.UNAVAILABLE,
            f"{_host_of(url)} leads elsewhere, where the link is not followed: this network may "
            "want a sign-in of its own.",
            answer.status,
        )


class _CallbackError(Exception):
    """What the caller's own functions raise, which is theirs."""

    def __init__(self, raised: Exception) -> None:
        super().__init__()
        self.raised = raised


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who wants the file."""

    progress: Progress | None
    stopped: Callable[[], bool]

    def check(self) -> None:
        """Go on, unless told to stop."""
        try:
            stopped = self.stopped()
        except Exception as error:
            raise _CallbackError(error) from None
        if stopped:
            raise FetchStoppedError

    def tell(self, size: int, total: int | None) -> None:
        """Say how much there is."""
        if self.progress is None:
            return
        try:
            self.progress(size, total)
        except Exception as error:
            raise _CallbackError(error) from None


def _chunks(answer: _Answer, url: str, *, whole: bool) -> Iterator[bytes]:
    """Yield what comes; nothing of a page that a network sends in the place of a file."""
    chunk = answer.raw.read1(_CHUNK)
    if whole and is_page(answer.headers, chunk):
        raise _foreign(answer, url)
    while chunk:
        yield chunk
        chunk = answer.raw.read1(_CHUNK)


def _check_kind(answer: _Answer, url: str) -> None:
    kind = answer.headers.get("content-type", "").lower()
    encoded = answer.headers.get("content-encoding", "identity").lower()
    if "html" in kind or "xml" in kind or encoded not in {"", "identity", "aws-chunked"}:
        raise _foreign(answer, url)


def _check_part(answer: _Answer, file: PartialFile, url: str) -> int:
    """Return the whole length, where an answer goes on behind what the file holds."""
    told = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if told is None or answer.headers.get("etag", file.tag) != file.tag:
        raise _foreign(answer, url)
    first, last, total = map(int, told.groups())
    if first != file.size or last != total - 1:
        raise _foreign(answer, url)
    return total


def _whole(answer: _Answer) -> int | None:
    """Return how long the file is, as an answer says that has nothing more of it."""
    told = _OUTSIDE.fullmatch(answer.headers.get("content-range", "").strip())
    return int(told[1]) if told else None


def _refused(answer: _Answer, url: str) -> DeploymentError:
    """Return what an answer without the file means."""
    host, status = _host_of(url), answer.status
    body = answer.raw.read(_MOST_OF_A_REFUSAL)
    found = _CODE.search(body)
    code = found[1].decode() if found else ""
    if status in WANTS_SIGN_IN_FOR_A_FILE:
        sentence = f"This network wants a sign-in of its own (HTTP {status})."
        return _failure(FailureKind.UNREACHABLE, sentence, status, code)
    if (status < 500 and is_page(answer.headers, body) and not code) or status < 400:
        return _foreign(answer, url)
    if status == 403 or code in _EXPIRED:
        sentence = "The link to the file is not good any more: a new one has to be asked for."
        return _failure(FailureKind.LINK_EXPIRED, sentence, status, code)
    if status in {404, 410}:
        sentence = f"The file is not there any more (HTTP {status})."
        return _failure(FailureKind.NOT_FOUND, sentence, status, code)
    if status == 429 or code in _TOO_MANY:
        sentence = f"{host} asks for fewer calls (HTTP {status})."
        return _failure(FailureKind.THROTTLED, sentence, status, code)
    sentence = f"{host} does not give out the file now (HTTP {f'{status} {code}'.rstrip()})."
    return _failure(FailureKind.UNAVAILABLE, sentence, status, code)


def _foreign(answer: _Answer, url: str) -> DeploymentError:
    return _failure(
        FailureKind.UNAVAILABLE,
        f"What answered as {_host_of(url)} sent something else than the file (HTTP "
        f"{answer.status}): this network may want a sign-in of its own.",
        answer.status,
    )


def _failure(
    kind: FailureKind, sentence: str, status: int | None = None, code: str = ""
) -> DeploymentError:
    return DeploymentError(kind, sentence, status=status, code=code)


def _host_of(url: str) -> str:
    """Return the host of a link, which is no secret; without a user name that it may carry."""
    try:
        return urlsplit(url).hostname or "the storage"
    except ValueError:
        return "the storage"
