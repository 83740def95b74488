"""Every shape in which the deployment refuses or fails (DeepRacer API facts, "Errors").

`x-amzn-errortype` comes in varying case: what stands in front of the backend writes the header
as `x-amzn-ErrorType`, the backend itself in lower case.
"""

from dataclasses import dataclass, field

from drtui.emulator.records import to_json

ACCOUNT_ID = "123456789012"
API_ID = "dremulator"
REGION = "us-east-1"
STAGE = "prod"

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire.

    Attributes:
        seconds: how long the backend takes for it, in real seconds.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = field(default=())
    content_type: str = JSON
    seconds: float = 0.0


class ApiError(Exception):
    """A refusal or failure, with the answer that says it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.body[:200]!r}")
        self.answer = answer


def backend_error(status: int, error_type: str, body: object) -> ApiError:
    """An error of the backend's own."""
    return ApiError(Answer(status, to_json(body), (("x-amzn-errortype", error_type),)))


def gateway_error(status: int, error_type: str, body: object) -> ApiError:
    """An error of the gateway in front of the backend."""
    return ApiError(Answer(status, to_json(body), (("x-amzn-ErrorType", error_type),)))


def bad_request_body(problems: list[str]) -> ApiError:
    """The gateway found the body to be against its schema."""
    text = f"Invalid request body: [{', '.join(problems)}]"
    return gateway_error(400, "BadRequestException", {"errorMessage": text})


def unescaped_bad_request(text: str) -> Answer:
    """The same refusal with its inner quotes as they are, which may be no valid JSON."""
    body = f'{{ "errorMessage": "{text}" }}'.encode()
    return Answer(400, body, (("x-amzn-ErrorType", "BadRequestException"),))


def constraint_violated(path: str, problem: str) -> ApiError:
    """A path id or value against its constraint."""
    detail = f"Value at '{path}' failed to satisfy constraint: {problem}"
    body = {
        "fieldList": [{"message": detail, "path": path}],
        "message": f"1 validation error detected. {detail}",
    }
    return backend_error(400, "ValidationException", body)


def unreadable_value() -> ApiError:
    """A number over int32, or a time with an offset."""
    return backend_error(400, "SerializationException", {})


def rule_broken(message: str) -> ApiError:
    """A business rule says no."""
    return backend_error(400, "BadRequestError", {"message": message})


def not_found(message: str = "Item not found.") -> ApiError:
    """The thing asked for does not exist."""
    return backend_error(404, "NotFoundError", {"message": message})


def conflict(message: str) -> ApiError:
    """Something else stands in the way."""
    return backend_error(409, "ConflictError", {"message": message})


def failure() -> ApiError:
    """An unmodelled failure, which also is how an unknown profile is answered."""
    return backend_error(500, "InternalFailure", {})


def modelled_failure(message: str) -> ApiError:
    """A failure that the backend puts into words."""
    return backend_error(500, "InternalFailureError", {"message": message})


def role_not_allowed(group: str, method: str, path: str) -> ApiError:
    """The caller's role may not make this call; `path` without the stage, as it was sent."""
    user = f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{group}/CognitoIdentityCredentials"
    hidden = "*" * 8 + ACCOUNT_ID[-4:]
    resource = f"arn:aws:execute-api:{REGION}:{hidden}:{API_ID}/{STAGE}/{method}{path}"
    text = f"User: {user} is not authorized to perform: execute-api:Invoke on resource: {resource}"
    return gateway_error(403, "AccessDeniedException", {"message": text})


def not_authenticated(error_type: str, message: str) -> ApiError:
    """Expired, unknown key, bad signature, unknown route."""
    return gateway_error(403, error_type, {"message": message})


def missing_token() -> ApiError:
    """Not signed, or no such route: the gateway does not tell these apart."""
    return not_authenticated("MissingAuthenticationTokenException", "Missing Authentication Token")


def blocked(*, names_its_error: bool = False) -> Answer:
    """The firewall's refusal, with or without an error type."""
    headers = (("x-amzn-ErrorType", "ForbiddenException"),) if names_its_error else ()
    return Answer(403, to_json({"message": "Forbidden"}), headers)


_PLAIN: dict[int, tuple[str | None, object]] = {
    400: ("BadRequestError", {"message": "The request was refused."}),
    403: (None, {"message": "Forbidden"}),
    404: ("NotFoundError", {"message": "Item not found."}),
    409: ("ConflictError", {"message": "The resource is in use."}),
    429: ("TooManyRequestsException", {"message": "Too Many Requests"}),
    500: ("InternalFailure", {}),
    502: (None, {"message": "Internal server error"}),
    503: (None, {"message": "Service Unavailable"}),
    504: (None, {"message": "Endpoint request timed out"}),
}


def plain(status: int) -> Answer:
    """The usual answer with this status, for faults that are asked for."""
    error_type, body = _PLAIN.get(status, (None, {}))
    headers = () if error_type is None else (("x-amzn-errortype", error_type),)
    return Answer(status, to_json(body), headers)
