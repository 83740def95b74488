"""What the refusals and the broken answers of AWS's own services mean. Pure, but for the types.

The error types are those of botocore's service models, and those common to all services, which no
model lists.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.model import OperationModel

from drtui.aws import transport
from drtui.aws.answers import DOUBT, discreet
from drtui.aws.pages import is_page
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure

# Where a service's permissions bear another name than boto3 gives it.
_PERMISSION_NAMES: Final = {
    "sesv2": "ses",
    "sso-admin": "sso",
    "service-quotas": "servicequotas",
}
# Where a permission bears another name than the operation.
_PERMISSIONS: Final = {
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "CreateMultipartUpload"): "s3:PutObject",
    ("s3", "UploadPart"): "s3:PutObject",
    ("s3", "CompleteMultipartUpload"): "s3:PutObject",
    ("budgets", "DescribeBudgets"): "budgets:ViewBudget",
    ("budgets", "DescribeNotificationsForBudget"): "budgets:ViewBudget",
    ("budgets", "DescribeSubscribersForNotification"): "budgets:ViewBudget",
    ("budgets", "CreateBudget"): "budgets:ModifyBudget",
    ("budgets", "UpdateBudget"): "budgets:ModifyBudget",
    ("budgets", "DeleteBudget"): "budgets:ModifyBudget",
    ("budgets", "CreateNotification"): "budgets:ModifyBudget",
    ("budgets", "UpdateNotification"): "budgets:ModifyBudget",
    ("budgets", "DeleteNotification"): "budgets:ModifyBudget",
    ("budgets", "CreateSubscriber"): "budgets:ModifyBudget",
    ("budgets", "UpdateSubscriber"): "budgets:ModifyBudget",
    ("budgets", "DeleteSubscriber"): "budgets:ModifyBudget",
}
_NO_CREDENTIALS: Final = frozenset(
    {
        *("AuthFailure", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature"),
        *(
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidToken",
            "MissingAuthenticationToken",
        ),
        *("MissingAuthenticationTokenException", "NotSignedIn", "UnrecognizedClientException"),
    }
)
_SIGNATURE: Final = frozenset(
    {
        *("InvalidSignatureException", "RequestExpired", "RequestInTheFuture"),
        *("RequestTimeTooSkewed", "SignatureDoesNotMatch"),
    }
)
_DENIED: Final = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AuthorizationError"),
        *("DependencyAccessDeniedException", "UnauthorizedOperation"),
    }
)
# What fails on AWS's side whatever the HTTP status: some services send these with a 400.
_FAILED: Final = frozenset(
    {
        *("InternalError", "InternalErrorException", "InternalFailure", "InternalServerError"),
        *("InternalServerException", "InternalServiceError", "InternalServiceErrorException"),
        *("InternalServiceException", "ServiceException", "ServiceFailure", "ServiceUnavailable"),
        *("ServiceUnavailableException",),
    }
)
_THROTTLED: Final = frozenset(
    {
        *("BandwidthLimitExceeded", "ConcurrentModification", "ConcurrentModificationException"),
        *("EntityTemporarilyUnmodifiable", "PriorRequestNotComplete", "RequestLimitExceeded"),
        *("RequestThrottled", "RequestThrottledException", "ResourceLockedException", "SlowDown"),
        *("ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException"),
    }
)
_NOT_FOUND: Final = frozenset(
    {
        *("NoSuchBucket", "NoSuchEntity", "NoSuchKey", "NoSuchResourceException"),
        *("NotFoundException", "ResourceNotFound", "ResourceNotFoundException"),
        *("UserNotFoundException",),
    }
)
_EXISTS: Final = frozenset(
    {
        *("AliasExistsException", "AlreadyExistsException", "ConflictException"),
        *("DuplicateRecordException", "EntityAlreadyExists", "GroupExistsException"),
        *("ResourceAlreadyExistsException", "UsernameExistsException"),
    }
)
_BY_CODE: Final[Mapping[str, SponsorFailure]] = {
    **dict.fromkeys(_THROTTLED, SponsorFailure.THROTTLED),
    **dict.fromkeys(_NOT_FOUND, SponsorFailure.NOT_FOUND),
    **dict.fromkeys(_EXISTS, SponsorFailure.EXISTS),
}
# Elsewhere it is a quota, which waiting does not raise.
_LIMITS_CALLS: Final = {
    ("ce", "LimitExceededException"),
    ("cognito-idp", "LimitExceededException"),
}
_FOREIGN: Final = frozenset({401, 403, 407, 511})  # what a proxy or a venue's page answers with
_TYPE_HEADERS: Final = frozenset({"x-amzn-errortype", "x-amzn-query-error"})
_TYPE_MARKS: Final = (b"<Code>", b"__type", b'"code"', b'"Code"')
_PAGE: Final = re.compile(
    rb"[\xef\xbb\xbf\s]*<(!doctype\s+html|html|head|body|title)\b", re.IGNORECASE
)
_IN_XML: Final = re.compile(rb"[\xef\xbb\xbf\s]*<(\?xml\b|[A-Z][A-Za-z0-9]{2,}\b)")
_MARKUP: Final = re.compile(r"<\s*[!/?]?\s*[a-z][a-z0-9-]*(\s[^<>]*)?/?>", re.IGNORECASE)
_TOLD_PERMISSION: Final = re.compile(r"not authorized to perform: ([a-z0-9-]{1,40}:[A-Za-z]{1,80})")
_SECRET_MEMBERS: Final = ("Password", "TemporaryPassword")
_KINDS: Final[Mapping[FailureKind, SponsorFailure]] = {
    FailureKind.NOT_SIGNED_IN: SponsorFailure.NO_CREDENTIALS,
    FailureKind.UNREACHABLE: SponsorFailure.UNREACHABLE,
    FailureKind.OUTCOME_UNKNOWN: SponsorFailure.OUTCOME_UNKNOWN,
    FailureKind.THROTTLED: SponsorFailure.THROTTLED,
    FailureKind.UNAVAILABLE: SponsorFailure.UNAVAILABLE,
}


class UnbelievedError(Exception):
    """An answer that calls itself a success and is none."""


class ForeignError(Exception):
    """An answer of something between here and AWS: the call has not come through."""


def check(operation_model: OperationModel, response_dict: Mapping[str, Any], **_: object) -> None:
    """Refuse an answer that was cut off or that is of something in between; a hook of botocore's.

    botocore makes an empty success of both, and does not compare lengths.

    Raises:
        UnbelievedError: A success that is none.
        ForeignError: A refusal that is not AWS's, such as a proxy's or a venue's page.
    """
    status: int = response_dict["status_code"]
    headers: Mapping[str, str] = response_dict["headers"]
    body: bytes = response_dict["body"]
    protocol = operation_model.service_model.resolved_protocol
    if status < 300 and operation_model.has_streaming_output:
        # It is read later, and its length is compared then.
        if is_page({name.lower(): value for name, value in headers.items()}, b""):
            raise UnbelievedError("it is another document")
        return
    if status >= 300:
        if _is_foreign(status, headers, body, in_json="json" in protocol):
            raise ForeignError(str(status))
        return
    length = headers.get("content-length")
    if length is not None and length.strip() != str(len(body)):
        raise UnbelievedError("its length is not the announced one")
    if protocol == "query":
        believed = f"<{operation_model.name}Response".encode() in body[:1_000]
    elif protocol == "rest-xml":
        believed = not body or (_IN_XML.match(body) is not None and _PAGE.match(body) is None)
    elif "json" in protocol:
        output = operation_model.output_shape
        believed = _is_object(body) if body else not (output and output.members)
    else:
        believed = not body.lstrip().startswith(b"<")
    if not believed:
        raise UnbelievedError("it is another document")


def _is_foreign(status: int, headers: Mapping[str, str], body: bytes, *, in_json: bool) -> bool:
    """Whether a refusal is not AWS's own: it bears no error type, or it is a web page.

    What fails on the way back, with a status of 500 and more, may have come through before.
    """
    named = {name.lower(): value for name, value in headers.items()}
    if status >= 500 and status not in _FOREIGN:
        return False
    if _TYPE_HEADERS & named.keys():
        return False
    if _PAGE.match(body):
        return True
    typed = any(mark in body for mark in _TYPE_MARKS)
    in_html = is_page(named, b"" if not in_json else body)
    return (in_html or status in _FOREIGN) and not typed


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def permission(service: str, operation: str) -> str:
    """Return the name of the permission that a call needs, such as `ses:SendEmail`."""
    prefix = _PERMISSION_NAMES.get(service, service)
    return _PERMISSIONS.get((service, operation), f"{prefix}:{operation}")


def refused(
    error: ClientError,
    service: str,
    operation: str,
    members: Mapping[str, object],
    *,
    write: bool,
) -> SponsorError:
    """Return what an error answer means.

    Args:
        error: As botocore has parsed it.
        service: As boto3 names it.
        operation: As the API names it.
        members: Of the request; what is secret among them is not repeated.
        write: Whether the call would have changed something.
    """
    code, status = _code_of(error), _status_of(error)
    said = _said(error, members)
    name = f"{service} {operation}"
    if code in _NO_CREDENTIALS or code in _SIGNATURE or status == 401:
        return _unaccepted(code)
    if code in _DENIED:
        told = _TOLD_PERMISSION.search(said)
        needed = told.group(1) if told else permission(service, operation)
        sentence = f"These AWS credentials may not do that: they need {needed}."
        return SponsorError(SponsorFailure.DENIED, sentence, permission=needed, code=code)
    why = f"{name}: {said or code or f'HTTP {status}'}"
    kind = _BY_CODE.get(code)
    if (service, code) in _LIMITS_CALLS or status == 429 or _is_concurrent(error):
        kind = SponsorFailure.THROTTLED
    if kind is not None:
        return SponsorError(kind, why + ".", code=code)
    if status >= 500 or code in _FAILED:
        return doubtful(f"{name}: AWS failed (HTTP {status})", write=write, code=code)
    return SponsorError(SponsorFailure.REFUSED, why + ".", code=code)


def _unaccepted(code: str) -> SponsorError:
    sentence = f"AWS does not accept these AWS credentials ({code}): renew them."
    if code in _SIGNATURE:
        sentence = (
            f"AWS does not accept the signature ({code}): the secret key is wrong, or the clock of "
            "this machine is off."
        )
    return SponsorError(SponsorFailure.NO_CREDENTIALS, sentence, code=code)


def not_had(error: ClientError) -> SponsorError:
    """Return the failure of a call that botocore made by itself, to get credentials."""
    code, status = _code_of(error), _status_of(error)
    if status >= 500 or code in _FAILED or code in _THROTTLED:
        sentence = f"The AWS credentials have to be renewed, but AWS failed (HTTP {status})."
        return SponsorError(SponsorFailure.UNAVAILABLE, sentence, code=code)
    sentence = (
        f"The AWS credentials cannot be had: {discreet(error.operation_name)} was refused "
        f"({code or f'HTTP {status}'}); check the AWS profile."
    )
    return SponsorError(SponsorFailure.NO_CREDENTIALS, sentence, code=code)


def doubtful(what: str, *, write: bool, code: str = "") -> SponsorError:
    """Return the failure of a call that may have taken effect, if it was to have one."""
    if write:
        return SponsorError(SponsorFailure.OUTCOME_UNKNOWN, what + DOUBT + ".", code=code)
    return SponsorError(SponsorFailure.UNAVAILABLE, what + ".", code=code)


def unbelieved(service: str, operation: str, flaw: object, *, write: bool) -> SponsorError:
    """Return the failure of an answer that calls itself a success and is none."""
    what = f"{service} {operation}: the answer is not what AWS sends ({flaw})"
    return doubtful(what, write=write)


def following_token(
    service: str, operation: str, answer: Mapping[str, Any], member: str, token: object
) -> object:
    """Return what asks for the page behind this one; None after the last.

    Args:
        service: As boto3 names it.
        operation: What was called.
        answer: Of this page.
        member: Of the answer, which holds it.
        token: What this page was asked for with.

    Raises:
        SponsorError: `UNAVAILABLE`: it leads nowhere, so that a listing would end early and the
            rest be taken for gone, or would never end.
    """
    following = answer.get(member) or None
    if following is not None and following == token:
        raise unbelieved(service, operation, "its token leads nowhere", write=False)
    return following


def _code_of(error: ClientError) -> str:
    """Return the error type; empty where botocore has put the status in its place."""
    code = discreet(str(error.response.get("Error", {}).get("Code") or ""))
    return "" if code.isdigit() else code


def _status_of(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0


def _said(error: ClientError, members: Mapping[str, object]) -> str:
    """Return AWS's own message, without a secret that it may repeat; empty where it is markup."""
    said = str(error.response.get("Error", {}).get("Message") or "")
    if _MARKUP.search(said):
        return ""
    for name in _SECRET_MEMBERS:
        if secret := members.get(name):
            said = said.replace(str(secret), "…")
    return discreet(said).rstrip(".")


def _is_concurrent(error: ClientError) -> bool:
    """Whether a conflict of the identity store is with another change, not with another name."""
    response: Mapping[str, object] = {**error.response}
    return response.get("Reason") == "CONCURRENT_MODIFICATION"


def broken(
    error: Exception, client: BaseClient | None, service: str, *, write: bool
) -> SponsorError:
    """Return what an exception means that came in place of an answer.

    Args:
        error: Anything that botocore raised.
        client: None when it could not even be made, as without credentials.
        service: As boto3 names it.
        write: Whether the call would have changed something.
    """
    told: DeploymentError
    if client is None:
        told = transport.sign_in_failure(error)
    else:
        host = urlsplit(client.meta.endpoint_url).hostname or service
        told = transport.failure_of(error, host=host, write=write)
    kind = _KINDS.get(told.kind, SponsorFailure.REFUSED)
    return SponsorError(kind, told.message, code=told.code)
