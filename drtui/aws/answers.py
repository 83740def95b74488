"""What an HTTP answer means: believed, or which failure. Pure; the client's only reader of status.

An answer is taken for what it is before botocore reads it, since botocore turns a truncated body
or a sign-in page with status 200 into an empty success, and stumbles over odd error bodies.
The shapes of errors are those of DeepRacer API facts: the deployment's own, its gateway's and its
firewall's, with an error type in varying case and a body that may be no valid JSON.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from drtui.aws.pages import WANTS_SIGN_IN, is_page
from drtui.domain.failures import FINAL, DeploymentError, FailureKind
from drtui.domain.signing_in import KEYS_EXPIRED, KEYS_UNKNOWN, clock_notice
from drtui.domain.text import clean, without_secrets

_SIGNED_OUT: Final = {
    "expiredtoken": KEYS_EXPIRED,
    "unrecognizedclient": KEYS_UNKNOWN,
    "invalidclienttokenid": KEYS_UNKNOWN,
    "invalidsignature": (
        "The deployment refused the signature: the secret key or the region is wrong, "
        "or the clock of this machine is off."
    ),
    "incompletesignature": "The deployment refused the signature as incomplete.",
    "missingauthenticationtoken": (
        "The deployment found no sign-in in the call; the AWS credentials are not meant for it, "
        "or the API address is not complete (it ends in a stage such as /prod)."
    ),
}
_OF_THE_KEYS: Final = frozenset({"expiredtoken", "unrecognizedclient", "invalidclienttokenid"})
_BY_ERROR_TYPE: Final = {
    **dict.fromkeys(_SIGNED_OUT, FailureKind.NOT_SIGNED_IN),
    "accessdenied": FailureKind.ROLE_NOT_ALLOWED,
    "limitexceeded": FailureKind.THROTTLED,
    "requestlimitexceeded": FailureKind.THROTTLED,
    "slowdown": FailureKind.THROTTLED,
    "throttled": FailureKind.THROTTLED,
    "throttling": FailureKind.THROTTLED,
    "toomanyrequests": FailureKind.THROTTLED,
}
_BY_STATUS: Final = {
    401: FailureKind.NOT_SIGNED_IN,
    404: FailureKind.NOT_FOUND,
    408: FailureKind.UNAVAILABLE,
    409: FailureKind.CONFLICT,
    425: FailureKind.UNAVAILABLE,
    429: FailureKind.THROTTLED,
    **dict.fromkeys(WANTS_SIGN_IN, FailureKind.UNREACHABLE),
}
_IN_BETWEEN: Final = frozenset({401, 403, 407, 429})  # what may well be a page
_BLOCKED: Final = (
    "A firewall in front of the deployment (AWS WAF) blocked the call; the sponsor can add an "
    "exception for this client: “drtui doctor --firewall” has it. A wrong API address is refused "
    "in the same way."
)
DOUBT: Final = "; it is not known whether the change was made"
# What a facilitator or a racer is told who changes quotas: a 400, though it is about the role.
_ADMIN_ONLY: Final = ("Admin permission required", "Non-admin user requesting")
_MOST_SECONDS: Final = 86_400.0
# AWS WAF answers itself, with 202 where a browser is to prove itself, with 405 where a person is.
_FIREWALL_ACTS: Final = "x-amzn-waf-action"
_ERROR_TYPE: Final = re.compile(r"[A-Za-z0-9_]{1,80}")
_MESSAGE_KEY: Final = re.compile(r'"(?:errorMessage|[mM]essage)"\s*:\s*"')


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as received.

    Attributes:
        headers: By name in lower case.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Expected:
    """What a success of an operation has to look like.

    Attributes:
        write: Whether the operation changes something.
        members: The members that its body must have, by name, with the type that each must be of;
            None for an operation without output. Where there are none, it may be empty.
    """

    write: bool
    members: Mapping[str, type] | None


def check(answer: Answer, expected: Expected) -> None:
    """Return when an answer is a success that can be believed.

    A success that cannot be believed leaves the outcome of a write unknown; a read has no outcome
    to doubt and is `UNAVAILABLE`, which is worth another try.

    Raises:
        DeploymentError: In every other case.
    """
    if not 200 <= answer.status < 300 or _FIREWALL_ACTS in answer.headers:
        raise failure_of(answer, write=expected.write)
    flaw = _flaw(answer, expected.members)
    if flaw:
        raise unbelieved(flaw, write=expected.write, status=answer.status)


def unbelieved(flaw: str, *, write: bool, status: int) -> DeploymentError:
    """Return the failure of an answer that calls itself a success and is none."""
    what = f"The answer is not what the deployment sends (HTTP {status}: {flaw})"
    if write:
        return DeploymentError(FailureKind.OUTCOME_UNKNOWN, what + DOUBT + ".", status=status)
    return DeploymentError(FailureKind.UNAVAILABLE, what + ".", status=status)


def failure_of(answer: Answer, *, write: bool, now: datetime | None = None) -> DeploymentError:
    """Return what an answer that is not a success means.

    Args:
        answer: One with a status outside of 200 to 299, or of the firewall's own.
        write: Whether the call would have changed something.
        now: The time against which a date in `Retry-After` counts; the clock's by default.
    """
    content = _content(answer.body)
    code = _error_type(answer, content)
    said = discreet(_said(answer.body, content))
    stem = _stem(code)
    acts = _FIREWALL_ACTS in answer.headers
    kind = FailureKind.BLOCKED if acts else _kind(answer, stem, said, write=write)
    now = now or datetime.now(UTC)
    clock = _clock(answer, now) if stem == "invalidsignature" else ""
    return DeploymentError(
        kind,
        clock or _message(kind, answer, code, stem, said),
        status=answer.status,
        code=code,
        retry_after=_retry_after(answer.headers.get("retry-after", ""), now),
    )


def _clock(answer: Answer, now: datetime) -> str:
    """Say by how much this machine's clock is off, by the answer's date; empty when it is not."""
    try:
        dated = parsedate_to_datetime(answer.headers.get("date", ""))
        ahead = (now - dated.replace(tzinfo=dated.tzinfo or UTC)).total_seconds()
    except (ValueError, OverflowError, TypeError, IndexError):
        return ""
    return clock_notice(ahead)


def refuses_keys(failure: DeploymentError) -> bool:
    """Whether a call was refused, with nothing done, since its keys have ended or are not known.

    A wrong signature is none: other keys would not mend the clock or the region.
    """
    return failure.kind is FailureKind.NOT_SIGNED_IN and _stem(failure.code) in _OF_THE_KEYS


def discreet(text: str) -> str:
    """Return text from outside as one line without account ids, keys or tokens."""
    return clean(without_secrets(text), limit=300)


def _stem(code: str) -> str:
    """Return an error type without what differs between its spellings."""
    return code.lower().removesuffix("exception").removesuffix("error")


def _flaw(answer: Answer, members: Mapping[str, type] | None) -> str:
    """Return why a success is not believed; empty when it is."""
    if not _complete(answer):
        return "its length is not the announced one"
    if not members and not answer.body:
        return ""
    try:
        content = json.loads(answer.body.decode())
    except (ValueError, RecursionError):
        return "a web page" if is_page(answer.headers, answer.body) else "no JSON"
    if not isinstance(content, dict):
        return "no JSON object"
    return _flaw_of_members(content, members or {})


def _flaw_of_members(content: Mapping[str, object], members: Mapping[str, type]) -> str:
    for name, kind in members.items():
        if name not in content or not isinstance(content[name], kind):
            return f"{name} is missing or of another type"
    return ""


def _complete(answer: Answer) -> bool:
    """Whether the body is as long as announced; a chunked one has been checked while reading."""
    announced = answer.headers.get("content-length")
    if announced is None or "chunked" in answer.headers.get("transfer-encoding", "").lower():
        return True
    lengths = {length.strip() for length in announced.split(",")}
    return lengths == {str(len(answer.body))}


def _content(body: bytes) -> dict[str, object] | None:
    """Return the body when it is a JSON object."""
    try:
        content = json.loads(body.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _error_type(answer: Answer, content: Mapping[str, object] | None) -> str:
    """Return the error type, without the name space and the address that may surround it."""
    sent: object = answer.headers.get("x-amzn-errortype") or (content or {}).get("__type")
    if not isinstance(sent, str):
        return ""
    found = _ERROR_TYPE.match(sent.split(":", 1)[0].rsplit("#", 1)[-1].rsplit(".", 1)[-1].strip())
    return found.group() if found else ""


def _said(body: bytes, content: Mapping[str, object] | None) -> str:
    """Return the message of an error body, valid JSON or not; empty when it has none."""
    if content is None:
        return _salvaged(body[:4_000].decode(errors="replace"))
    fields = content.get("fieldList")
    if isinstance(fields, list):
        messages = [field.get("message") for field in fields if isinstance(field, dict)]
        joined = "; ".join(message for message in messages if isinstance(message, str) and message)
        if joined:
            return joined
    for name in ("message", "errorMessage", "Message"):
        message = content.get(name)
        if isinstance(message, str) and message.strip():
            return message
    return ""


def _salvaged(text: str) -> str:
    """Return the message of a body whose inner quotes are not escaped, or which was cut off."""
    found = _MESSAGE_KEY.search(text) if text.lstrip().startswith("{") else None
    if found is None:
        return ""
    rest = text[found.end() :].rstrip().removesuffix("}").rstrip().removesuffix('"')
    return rest.replace('\\"', '"')


def _is_foreign(answer: Answer) -> bool:
    """Whether something other than the deployment answered: it never redirects or sends pages."""
    status = answer.status
    return status < 400 or (
        status < 500 and status not in _IN_BETWEEN and is_page(answer.headers, answer.body)
    )


def _kind(answer: Answer, stem: str, said: str, *, write: bool) -> FailureKind:
    status = answer.status
    if stem in _BY_ERROR_TYPE:
        return _BY_ERROR_TYPE[stem]
    if status == 400 and said.startswith(_ADMIN_ONLY):
        return FailureKind.ROLE_NOT_ALLOWED
    if status == 403:
        own = stem not in {"", "forbidden"} or "not authorized to perform" in said
        return FailureKind.ROLE_NOT_ALLOWED if own else FailureKind.BLOCKED
    if write and (status < 400 or status == 504):
        return FailureKind.OUTCOME_UNKNOWN
    if _is_foreign(answer):
        return FailureKind.UNAVAILABLE
    return _BY_STATUS.get(status, FailureKind.UNAVAILABLE if status >= 500 else FailureKind.INVALID)


def _message(kind: FailureKind, answer: Answer, code: str, stem: str, said: str) -> str:
    name = f"HTTP {answer.status} {code}".rstrip()
    sentences = {
        # What the gateway says of a signature repeats signed headers, the session token included.
        FailureKind.NOT_SIGNED_IN: _SIGNED_OUT.get(stem, f"Not signed in ({name})."),
        FailureKind.ROLE_NOT_ALLOWED: _role_message(said),
        FailureKind.BLOCKED: _BLOCKED,
        FailureKind.THROTTLED: f"The deployment asks for fewer calls ({name}).",
        FailureKind.UNREACHABLE: f"This network wants a sign-in of its own ({name}).",
    }
    if kind in sentences:
        return sentences[kind]
    if kind in FINAL:
        return said or f"The deployment refused the request ({name})."
    if _is_foreign(answer):
        what = f"Something other than the deployment answered ({name})"
    elif answer.status == 504:
        what = f"The deployment did not answer in time ({name})"
    else:
        what = f"The deployment failed ({name})" + (f": {said}" if said else "")
    if kind is FailureKind.OUTCOME_UNKNOWN:
        what += DOUBT
    return what.removesuffix(".") + "."


def _role_message(said: str) -> str:
    if said.startswith(_ADMIN_ONLY):
        return f"The role is not allowed to do this: {said}"
    role = re.search(r"assumed-role/([\w+=,.@-]{1,64})/", said)
    return f"The role{f' {role.group(1)}' if role else ''} is not allowed to do this."


def _retry_after(value: str, now: datetime) -> float | None:
    """Return `Retry-After`, seconds or an HTTP date, in seconds from now; None when unreadable."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        seconds = float(value)
    else:
        try:
            moment = parsedate_to_datetime(value)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
        except (ValueError, OverflowError, TypeError, IndexError):
            return None
    return min(max(seconds, 0.0), _MOST_SECONDS)
