"""Uploading files to the upload bucket: implements `domain.model_calls.UploadBucket`.

Through boto3's own transfer, which sends big files in parts. A part may be sent again without harm,
and so may a file: nothing that goes wrong here leaves anything in doubt.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from boto3.s3.transfer import TransferConfig
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ParamValidationError

from drtui.aws import transport
from drtui.aws.answers import discreet
from drtui.aws.sessions import AwsCredentials, KeySource, Timeouts, open_service
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.file_troubles import file_trouble
from drtui.domain.model_calls import Progress
from drtui.domain.problems import ProblemError

_SERVICE: Final = "s3"
_ATTEMPTS: Final = 3
_PART_BYTES: Final = 8 * 1024 * 1024
_AT_ONCE: Final = 4
_OF_THE_KEYS: Final = frozenset(
    {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "TokenRefreshRequired"}
)
_SIGNATURE: Final = frozenset({"RequestTimeTooSkewed", "SignatureDoesNotMatch"})
_DENIED: Final = frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem"})
_TOO_MANY: Final = frozenset({"SlowDown", "RequestLimitExceeded", "TooManyRequests"})
_IN_BETWEEN: Final = frozenset({407, 511})


class BucketUploads:
    """Implements `UploadBucket`; safe to use from several threads.

    The client is made when it is needed. The endpoint is that of `AWS_ENDPOINT_URL_S3` or
    `AWS_ENDPOINT_URL`, where one is set and none is named.

    Args:
        bucket: Its name, as the deployment's site says it.
        region: Where it is.
        credentials: As `sessions.open_client` takes them.
        user_agent: Sent as it is.
        renew: Asked in the thread whose upload was refused, since its keys have ended early or are
            not known; when it returns that there are other keys now, the file is sent once more.
        timeouts: For connections and answers.
        endpoint: Where S3 is; None is AWS, or what the environment says.
    """

    def __init__(
        self,
        bucket: str,
        region: str,
        credentials: AwsCredentials | KeySource | None,
        *,
        user_agent: str,
        renew: Callable[[], bool] | None = None,
        timeouts: Timeouts | None = None,
        endpoint: str | None = None,
    ) -> None:
        self._bucket = bucket
        self._region = region
        self._credentials = credentials
        self._user_agent = user_agent
        self._renew = renew
        self._timeouts = timeouts or Timeouts()
        self._endpoint = endpoint
        self._client: BaseClient | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """See `UploadBucket`."""
        return self._bucket

    def put(self, key: str, path: Path, *, progress: Progress | None = None) -> None:
        """See `UploadBucket`."""
        failure = self._put_once(key, path, progress)
        refused = isinstance(failure, DeploymentError) and failure.code in _OF_THE_KEYS
        if refused and self._renew is not None and self._renew():
            failure = self._put_once(key, path, progress)
        if failure is not None:
            failure.__cause__ = failure.__context__ = None
            raise failure.with_traceback(None)

    def _put_once(
        self, key: str, path: Path, progress: Progress | None
    ) -> DeploymentError | ProblemError | None:
        """Upload a file; return what went wrong."""
        client: BaseClient | None = None
        try:
            total = _size_of(path)
            client = self._open()
            counted = None if progress is None else _Counter(progress, total)
            send: Callable[..., None] = cast("Any", client).upload_file
            send(str(path), self._bucket, key, Callback=counted, Config=_config())
        except (DeploymentError, ProblemError) as error:
            failure: DeploymentError | ProblemError = error
        except Exception as error:  # providers of credentials raise whatever they like
            failure = self._failure(error, client, path)
        else:
            return None
        if isinstance(failure, DeploymentError) and failure.kind is FailureKind.NOT_SIGNED_IN:
            self._forget()
        return failure

    def _failure(
        self, error: Exception, client: BaseClient | None, path: Path
    ) -> DeploymentError | ProblemError:
        """Return what an exception means; boto3 puts one of its own before an error answer."""
        links = list(transport.chain(error))
        for link in links:
            if isinstance(link, DeploymentError):  # of what is asked for the keys
                return link
            if isinstance(link, ClientError):
                return _refused(link, self._bucket)
            if isinstance(link, ParamValidationError):
                sentence = "The bucket's name or the key is not one that S3 takes."
                return DeploymentError(FailureKind.INVALID, sentence)
            if isinstance(link, OSError) and link.filename == str(path):
                return file_trouble(link, path)
        if client is None:
            return transport.sign_in_failure(error)
        host = urlsplit(client.meta.endpoint_url).hostname or "the upload bucket"
        return transport.failure_of(error, host=host, write=False)

    def _open(self) -> BaseClient:
        with self._lock:
            if self._client is None:
                self._client = open_service(
                    _SERVICE,
                    self._region,
                    signed=True,
                    credentials=self._credentials,
                    user_agent=self._user_agent,
                    timeouts=self._timeouts,
                    attempts=_ATTEMPTS,
                    endpoint=self._endpoint,
                )
            return self._client

    def _forget(self) -> None:
        with self._lock:
            self._client = None


class _Counter:
    """Adds up what boto3 tells from several threads; below 0 where a part is sent again."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._sent = 0
        self._lock = threading.Lock()

    def __call__(self, sent: int) -> None:
        with self._lock:
            self._sent += sent
            self._progress(self._sent, self._total)


def _config() -> TransferConfig:
    return TransferConfig(
        multipart_threshold=_PART_BYTES,
        multipart_chunksize=_PART_BYTES,
        max_concurrency=_AT_ONCE,
    )


def _size_of(path: Path) -> int:
    """Return how long a file is that can be read.

    Raises:
        LocalFileError: It cannot.
    """
    try:
        with path.open("rb") as file:
            return file.seek(0, 2)
    except OSError as error:
        raise file_trouble(error, path) from None


def _refused(error: ClientError, bucket: str) -> DeploymentError:
    """Return what an error answer of the bucket means."""
    code = discreet(str(error.response.get("Error", {}).get("Code") or ""))
    code = "" if code.isdigit() else code
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0
    said = discreet(str(error.response.get("Error", {}).get("Message") or "")).rstrip(".")
    name = f"HTTP {status} {code}".rstrip()
    where = f"the upload bucket “{discreet(bucket)}”"
    if code in _OF_THE_KEYS:
        kind, sentence = FailureKind.NOT_SIGNED_IN, f"The sign-in has ended for {where} ({name})."
    elif code in _SIGNATURE:
        kind = FailureKind.NOT_SIGNED_IN
        sentence = f"{where} refused the signature ({name}): the clock of this machine may be off."
    elif status in _IN_BETWEEN:
        kind = FailureKind.UNREACHABLE
        sentence = f"This network wants a sign-in of its own ({name})."
    elif code in _DENIED or status in {401, 403}:
        kind = FailureKind.ROLE_NOT_ALLOWED
        sentence = f"This sign-in may put no files into {where} ({name})."
    elif code == "NoSuchBucket":
        kind = FailureKind.NOT_FOUND
        sentence = f"There is not {where}: what the site says of it may be out of date."
    elif code in _TOO_MANY or status == 429:
        kind, sentence = FailureKind.THROTTLED, f"{where} asks for fewer calls ({name})."
    elif status >= 500 or status < 400:
        kind, sentence = FailureKind.UNAVAILABLE, f"{where} cannot take the file now ({name})."
    else:
        kind, sentence = FailureKind.INVALID, f"{where} refused the file ({name}: {said})."
    return DeploymentError(kind, sentence[0].upper() + sentence[1:], status=status, code=code)
