"""What Cognito's refusals mean. Pure; reads the error as botocore has parsed it.

The same error type means different things at different steps, and several things at the same one:
then the message tells them apart, as far as AWS has kept it unchanged over the years. A message
that is not known falls back to what the step makes likely.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from drtui.aws.answers import discreet
from drtui.domain.signing_in import SignInError, SignInFailure


class Step(Enum):
    """Where in a sign-in a refusal came."""

    PASSWORD = "the password"
    CHALLENGE = "the reply"
    REFRESH = "the renewal"
    KEYS = "the keys"


_SENTENCES: Final = {
    SignInFailure.WRONG_PASSWORD: "The user name or the password is wrong.",
    SignInFailure.NOT_CONFIRMED: (
        "The user is not confirmed yet: follow the link or the code in the registration email."
    ),
    SignInFailure.DISABLED: "The user is disabled: an admin of the deployment can enable it.",
    SignInFailure.RESET_REQUIRED: (
        "The password has to be reset: use “Forgot password” on the deployment's web site, then "
        "sign in here."
    ),
    SignInFailure.WRONG_CODE: "The code is wrong or was used already: type the one shown now.",
    SignInFailure.TOO_MANY_ATTEMPTS: (
        "Too many attempts to sign in: wait some minutes, then try again."
    ),
    SignInFailure.NO_RIGHTS: (
        "The deployment gives this user no rights: an admin of it can add the user to a group."
    ),
    SignInFailure.EXPIRED: "The sign-in has expired or was revoked: sign in again.",
}
_LATE_REPLY: Final = "The reply came too late: begin the sign-in again."
_OLD_INVITATION: Final = (
    "The temporary password has expired: an admin of the deployment has to send the invitation "
    "again."
)
_NO_FLOW: Final = (
    "The deployment does not allow a sign-in with user name and password from outside its web site."
)
_NO_CLIENT: Final = (
    "AWS does not know the deployment's user pools any more: add the account again, so that its "
    "description is read anew."
)
_FIREWALL: Final = (
    "A firewall in front of the user pool (AWS WAF) blocked the sign-in: the sponsor can add an "
    "exception to its web ACL."
)
_BY_CODE: Final = {
    "UserNotFoundException": SignInFailure.WRONG_PASSWORD,
    "UserNotConfirmedException": SignInFailure.NOT_CONFIRMED,
    "PasswordResetRequiredException": SignInFailure.RESET_REQUIRED,
    "CodeMismatchException": SignInFailure.WRONG_CODE,
    "EnableSoftwareTokenMFAException": SignInFailure.WRONG_CODE,
    "TooManyRequestsException": SignInFailure.TOO_MANY_ATTEMPTS,
    "TooManyFailedAttemptsException": SignInFailure.TOO_MANY_ATTEMPTS,
    "LimitExceededException": SignInFailure.TOO_MANY_ATTEMPTS,
    "RefreshTokenReuseException": SignInFailure.EXPIRED,
}
_BY_STEP: Final = {
    Step.PASSWORD: (SignInFailure.WRONG_PASSWORD, ""),
    Step.CHALLENGE: (SignInFailure.EXPIRED, _LATE_REPLY),
    Step.REFRESH: (SignInFailure.EXPIRED, ""),
    Step.KEYS: (SignInFailure.NO_RIGHTS, ""),
}


def refusal(response: Mapping[str, object], step: Step) -> SignInError:
    """Return what an error answer means.

    Args:
        response: As botocore parsed it: `Error` with `Code` and `Message`, `ResponseMetadata`.
        step: Where in the sign-in it came.
    """
    error, metadata = response.get("Error"), response.get("ResponseMetadata")
    code = str(error.get("Code") or "") if isinstance(error, dict) else ""
    said = discreet(str(error.get("Message") or "")) if isinstance(error, dict) else ""
    status = metadata.get("HTTPStatusCode") if isinstance(metadata, dict) else None
    kind, sentence = _meaning(code, said.lower(), step)
    if kind is None:
        kind, sentence = _by_status(status if isinstance(status, int) else 0, code, said)
    if kind is SignInFailure.PASSWORD_REFUSED:
        sentence = f"The new password is not accepted: {said or 'choose a longer one'}".rstrip(".")
        sentence += "."
    return SignInError(kind, sentence or _SENTENCES[kind])


def _meaning(code: str, said: str, step: Step) -> tuple[SignInFailure | None, str]:
    """Return the kind and its own sentence, by type and message; None when neither tells."""
    match code:
        case "NotAuthorizedException":
            meaning: tuple[SignInFailure | None, str] = _not_authorized(said, step)
        case "InvalidPasswordException" | "PasswordHistoryPolicyViolationException":
            meaning = SignInFailure.PASSWORD_REFUSED, ""
        case "InvalidParameterException" if step is Step.CHALLENGE and "password" in said:
            meaning = SignInFailure.PASSWORD_REFUSED, ""
        case "InvalidParameterException" if "flow not enabled" in said:
            meaning = SignInFailure.REFUSED, _NO_FLOW
        case "ExpiredCodeException":
            meaning = SignInFailure.EXPIRED, _LATE_REPLY
        case "ResourceNotFoundException":
            meaning = SignInFailure.REFUSED, _NO_CLIENT
        case "ForbiddenException":
            meaning = SignInFailure.REFUSED, _FIREWALL
        case "InvalidIdentityPoolConfigurationException" if step is Step.KEYS:
            # Its rules find no IAM role for the groups in the token.
            meaning = SignInFailure.NO_RIGHTS, ""
        case "UserNotFoundException" if step is Step.REFRESH:
            meaning = SignInFailure.EXPIRED, ""
        case _:
            meaning = _BY_CODE.get(code), ""
    return meaning


def _not_authorized(said: str, step: Step) -> tuple[SignInFailure, str]:
    if "disabled" in said:
        return SignInFailure.DISABLED, ""
    if "attempts exceeded" in said:
        return SignInFailure.TOO_MANY_ATTEMPTS, ""
    if "temporary password has expired" in said:
        return SignInFailure.RESET_REQUIRED, _OLD_INVITATION
    if "secret hash" in said or "client" in said:
        return SignInFailure.REFUSED, _NO_FLOW
    if step is Step.KEYS and "expired" in said:
        return SignInFailure.EXPIRED, ""
    return _BY_STEP[step]


def _by_status(status: int, code: str, said: str) -> tuple[SignInFailure, str]:
    # Where the answer has no type, botocore takes the status for one.
    name = f"HTTP {status}" if code in {"", str(status)} else f"HTTP {status} {discreet(code)}"
    if status in {407, 511}:
        return (
            SignInFailure.UNREACHABLE,
            f"This network wants a sign-in of its own ({name}).",
        )
    if status >= 500:
        return SignInFailure.UNAVAILABLE, f"AWS failed at the sign-in ({name}): try again."
    if status == 429:
        return SignInFailure.TOO_MANY_ATTEMPTS, ""
    if status == 403:
        return SignInFailure.REFUSED, _FIREWALL
    why = f"{name}: {said}".removesuffix(": ").rstrip(".")
    return SignInFailure.REFUSED, f"AWS refused the sign-in ({why})."
