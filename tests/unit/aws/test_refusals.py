"""What Cognito's refusals mean, by type, message and step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.aws.refusals import Step, refusal
from drtui.domain.signing_in import SignInFailure


def response(code: object, message: object = "", status: object = 400) -> dict[str, object]:
    return {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }


@pytest.mark.parametrize(
    ("step", "code", "message", "kind"),
    [
        (
            Step.PASSWORD,
            "NotAuthorizedException",
            "Incorrect username or password.",
            SignInFailure.WRONG_PASSWORD,
        ),
        (
            Step.PASSWORD,
            "NotAuthorizedException",
            "Password attempts exceeded",
            SignInFailure.TOO_MANY_ATTEMPTS,
        ),
        (Step.PASSWORD, "NotAuthorizedException", "User is disabled.", SignInFailure.DISABLED),
        (
            Step.PASSWORD,
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
            SignInFailure.RESET_REQUIRED,
        ),
        (
            Step.PASSWORD,
            "NotAuthorizedException",
            "Unable to verify secret hash for client 1example",
            SignInFailure.REFUSED,
        ),
        (Step.PASSWORD, "UserNotFoundException", "", SignInFailure.WRONG_PASSWORD),
        (Step.PASSWORD, "UserNotConfirmedException", "", SignInFailure.NOT_CONFIRMED),
        (Step.PASSWORD, "PasswordResetRequiredException", "", SignInFailure.RESET_REQUIRED),
        (Step.PASSWORD, "TooManyRequestsException", "", SignInFailure.TOO_MANY_ATTEMPTS),
        (Step.PASSWORD, "LimitExceededException", "", SignInFailure.TOO_MANY_ATTEMPTS),
        (
            Step.PASSWORD,
            "InvalidParameterException",
            "USER_PASSWORD_AUTH flow not enabled for this client",
            SignInFailure.REFUSED,
        ),
        (Step.PASSWORD, "ForbiddenException", "", SignInFailure.REFUSED),
        (Step.CHALLENGE, "CodeMismatchException", "", SignInFailure.WRONG_CODE),
        (Step.CHALLENGE, "TooManyFailedAttemptsException", "", SignInFailure.TOO_MANY_ATTEMPTS),
        (
            Step.CHALLENGE,
            "NotAuthorizedException",
            "Invalid session for the user, session is expired.",
            SignInFailure.EXPIRED,
        ),
        (Step.CHALLENGE, "ExpiredCodeException", "", SignInFailure.EXPIRED),
        (
            Step.CHALLENGE,
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
            SignInFailure.PASSWORD_REFUSED,
        ),
        (
            Step.CHALLENGE,
            "PasswordHistoryPolicyViolationException",
            "",
            SignInFailure.PASSWORD_REFUSED,
        ),
        (
            Step.REFRESH,
            "NotAuthorizedException",
            "Refresh Token has expired",
            SignInFailure.EXPIRED,
        ),
        (
            Step.REFRESH,
            "NotAuthorizedException",
            "Refresh Token has been revoked",
            SignInFailure.EXPIRED,
        ),
        (Step.REFRESH, "NotAuthorizedException", "Invalid Refresh Token", SignInFailure.EXPIRED),
        (Step.REFRESH, "UserNotFoundException", "", SignInFailure.EXPIRED),
        (
            Step.KEYS,
            "NotAuthorizedException",
            "Invalid login token. Token expired: 1 >= 0",
            SignInFailure.EXPIRED,
        ),
        (
            Step.KEYS,
            "NotAuthorizedException",
            "Access to Identity is forbidden.",
            SignInFailure.NO_RIGHTS,
        ),
        (
            Step.KEYS,
            "InvalidIdentityPoolConfigurationException",
            "No role for the token",
            SignInFailure.NO_RIGHTS,
        ),
        (Step.KEYS, "ResourceNotFoundException", "", SignInFailure.REFUSED),
    ],
)
def test_a_refusal_is_known_by_type_message_and_step(
    step: Step, code: str, message: str, kind: SignInFailure
) -> None:
    assert refusal(response(code, message), step).kind is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, SignInFailure.UNAVAILABLE),
        (503, SignInFailure.UNAVAILABLE),
        (429, SignInFailure.TOO_MANY_ATTEMPTS),
        (407, SignInFailure.UNREACHABLE),
        (511, SignInFailure.UNREACHABLE),
        (403, SignInFailure.REFUSED),
        (400, SignInFailure.REFUSED),
    ],
)
def test_an_unknown_type_goes_by_its_status(status: int, kind: SignInFailure) -> None:
    assert refusal(response("NewException", "", status), Step.PASSWORD).kind is kind


def test_what_is_said_of_a_refused_password_is_told() -> None:
    error = refusal(
        response("InvalidPasswordException", "Password not long enough"), Step.CHALLENGE
    )
    assert str(error) == "The new password is not accepted: Password not long enough."


@given(
    st.none() | st.text() | st.integers() | st.sampled_from(["NotAuthorizedException", "x" * 500]),
    st.none() | st.text() | st.lists(st.integers()),
    st.none() | st.integers() | st.text(),
    st.sampled_from(Step),
)
def test_whatever_is_answered_is_one_printable_sentence(
    code: object, message: object, status: object, step: Step
) -> None:
    said = str(refusal(response(code, message, status), step))
    assert said
    assert "\n" not in said
    assert "\x1b" not in said


def test_an_answer_without_anything_is_a_refusal() -> None:
    assert refusal({}, Step.PASSWORD).kind is SignInFailure.REFUSED
