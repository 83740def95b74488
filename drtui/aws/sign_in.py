"""Signing in by Amazon Cognito: `domain.signing_in.SignInService` for one deployment.

The user pool takes user name and password over TLS (USER_PASSWORD_AUTH), the identity pool gives
temporary keys for the id token (DeepRacer API facts, "Finding and signing in to a deployment").
No call is signed, and each is sent once. What botocore raises never leaves this module, since it
can hold what was sent.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, cast
from urllib.parse import urlsplit

from botocore import exceptions as raised
from botocore.client import BaseClient

from drtui.aws import transport
from drtui.aws.refusals import Step, refusal
from drtui.aws.sessions import Timeouts, open_service
from drtui.domain.failures import FailureKind
from drtui.domain.problems import ProblemError
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    SignInError,
    SignInFailure,
    TemporaryKeys,
    Tokens,
    read_identity,
)
from drtui.domain.sites import Site
from drtui.domain.text import clean

_LOG: Final = logging.getLogger(__name__)
_READ_SECONDS: Final = 15.0
_USERS: Final = "cognito-idp"
_IDENTITIES: Final = "cognito-identity"
_REPLIES: Final = {
    ChallengeKind.NEW_PASSWORD: "NEW_PASSWORD",
    ChallengeKind.CODE: "SOFTWARE_TOKEN_MFA_CODE",
}

_Answer = Mapping[str, object]


class CognitoSignIn:
    """Signs in to one deployment; safe to use from several threads.

    Args:
        site: The deployment, as it describes itself.
        user_agent: Sent as it is.
        timeouts: For each call; a sign-in has at most three.
    """

    def __init__(self, site: Site, *, user_agent: str, timeouts: Timeouts | None = None) -> None:
        self._site = site
        self._user_agent = user_agent
        self._timeouts = timeouts or Timeouts(read=_READ_SECONDS)
        self._clients: dict[str, BaseClient] = {}
        self._lock = threading.Lock()

    def with_password(self, user: str, password: str) -> Tokens | Challenge:
        """Begin a sign-in.

        Raises:
            SignInError: See `SignInFailure`; the only exception, without a cause.
        """
        return self._complete(
            user,
            Step.PASSWORD,
            "initiate_auth",
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": password},
        )

    def answer(self, challenge: Challenge, reply: str) -> Tokens | Challenge:
        """Go on with a sign-in: the new password, or the code that an app shows.

        Raises:
            SignInError: `PASSWORD_REFUSED` and `WRONG_CODE` leave the challenge as it is, so
                that another reply can be tried.
        """
        return self._complete(
            challenge.user,
            Step.CHALLENGE,
            "respond_to_auth_challenge",
            ChallengeName=challenge.kind.value,
            Session=challenge.session,
            ChallengeResponses={"USERNAME": challenge.user, _REPLIES[challenge.kind]: reply},
        )

    def refresh(self, refresh_token: str) -> Tokens:
        """Renew a sign-in without a password.

        Raises:
            SignInError: `EXPIRED` when the token has ended, or was revoked.
        """
        renewed = self._complete(
            "",
            Step.REFRESH,
            "initiate_auth",
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )
        if isinstance(renewed, Challenge):
            raise SignInError(
                SignInFailure.EXPIRED, "The sign-in cannot be renewed by itself: sign in again."
            )
        return renewed

    def keys_for(self, id_token: str) -> TemporaryKeys:
        """Exchange a token for temporary keys.

        Raises:
            SignInError: `EXPIRED` when the token has ended, `NO_RIGHTS` when the user is in no
                group that has any.
        """
        try:
            return self._keys_for(id_token)
        except SignInError as error:
            failure = _no_rights(id_token, error)
        raise failure.with_traceback(None)

    def _keys_for(self, id_token: str) -> TemporaryKeys:
        region, pool_id = self._site.region, self._site.user_pool_id
        logins = {f"cognito-idp.{region}.amazonaws.com/{pool_id}": id_token}
        found = self._ask(
            _IDENTITIES,
            Step.KEYS,
            "get_id",
            {"IdentityPoolId": self._site.identity_pool_id, "Logins": logins},
        )
        identity = found.get("IdentityId")
        if not isinstance(identity, str):
            raise _unbelieved()
        return _keys(
            self._ask(
                _IDENTITIES,
                Step.KEYS,
                "get_credentials_for_identity",
                {"IdentityId": identity, "Logins": logins},
            )
        )

    def revoke(self, refresh_token: str) -> None:
        """End a sign-in for good, so that its refresh token is of no use to anybody.

        Raises:
            SignInError: `EXPIRED` when it had ended anyway.
        """
        members = {"ClientId": self._site.client_id, "Token": refresh_token}
        self._ask(_USERS, Step.REFRESH, "revoke_token", members)

    def _complete(
        self, user: str, step: Step, operation: str, **members: str | Mapping[str, str]
    ) -> Tokens | Challenge:
        sent = {"ClientId": self._site.client_id, **members}
        answer = self._ask(_USERS, step, operation, sent)
        name = answer.get("ChallengeName")
        return _tokens(answer) if name is None else _challenge(answer, name, user)

    def _ask(
        self, service: str, step: Step, operation: str, members: Mapping[str, object]
    ) -> _Answer:
        host = service
        try:
            client = self._open(service)
            host = urlsplit(client.meta.endpoint_url).netloc
            send: Callable[..., _Answer] = getattr(client, operation)
            return send(**members)
        except raised.ClientError as error:
            failure = refusal(cast("Mapping[str, object]", error.response), step)
        except ProblemError as error:
            failure = SignInError(SignInFailure.REFUSED, str(error))
        except (raised.ConnectionError, raised.HTTPClientError) as error:
            told = transport.failure_of(error, host=host, write=False)
            kind = (
                SignInFailure.UNREACHABLE
                if told.kind is FailureKind.UNREACHABLE
                else SignInFailure.UNAVAILABLE
            )
            failure = SignInError(kind, told.message)
        except Exception as error:  # botocore raises whatever it likes on odd answers
            _LOG.warning("a sign-in broke off: %s", type(error).__name__)
            failure = _broken(error)
        raise failure.with_traceback(None)

    def _open(self, service: str) -> BaseClient:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = open_service(
                    service,
                    self._site.region,
                    signed=False,
                    user_agent=self._user_agent,
                    timeouts=self._timeouts,
                )
            return self._clients[service]


def _tokens(answer: _Answer) -> Tokens:
    result = _mapping(answer.get("AuthenticationResult"))
    id_token, refresh_token = result.get("IdToken"), result.get("RefreshToken")
    if not isinstance(id_token, str) or not id_token:
        raise _unbelieved()
    dated, now = _date(answer), datetime.now(UTC)
    return Tokens(
        id_token,
        refresh_token if isinstance(refresh_token, str) and refresh_token else None,
        None if dated is None else (now - dated).total_seconds(),
    )


def _challenge(answer: _Answer, name: object, typed: str) -> Challenge:
    session = answer.get("Session")
    asked = _mapping(answer.get("ChallengeParameters"))
    kind = next((kind for kind in ChallengeKind if kind == name), None)
    if kind is None:
        raise SignInError(
            SignInFailure.UNKNOWN_CHALLENGE,
            f"The sign-in asks for {clean(str(name), 40)}, which drtui cannot answer: settle that "
            "on the deployment's web site, then sign in here.",
        )
    if _asks_for_more(asked.get("requiredAttributes")):
        raise SignInError(
            SignInFailure.UNKNOWN_CHALLENGE,
            "The first sign-in asks for more than a new password: sign in once on the "
            "deployment's web site, then here.",
        )
    if not isinstance(session, str) or not session:
        raise _unbelieved()
    # A user who typed an email address has to answer under the pool's own name.
    user = next(
        (
            asked[name]
            for name in ("USER_ID_FOR_SRP", "USERNAME")
            if isinstance(asked.get(name), str) and asked[name]
        ),
        typed,
    )
    return Challenge(kind, str(user), session)


def _asks_for_more(required: object) -> bool:
    """Whether a list, as JSON text, names anything."""
    if not isinstance(required, str):
        return False
    try:
        return bool(json.loads(required))
    except (ValueError, RecursionError):
        return True


def _no_rights(id_token: str, refused: SignInError) -> SignInError:
    """Return a refusal, which names the groups where it is about them."""
    identity = read_identity(id_token)
    if identity is None or refused.kind is not SignInFailure.NO_RIGHTS:
        return refused
    user = clean(identity.user, 128)
    if not identity.groups:
        why = f"{user} is in no group of the deployment, and so has no rights there"
    else:
        groups = clean(", ".join(identity.groups), 200)
        why = f"{user} is in no group that the deployment gives rights to (only in {groups})"
    return SignInError(refused.kind, f"{why}: ask an admin of it to add {user} to one.")


def _keys(answer: _Answer) -> TemporaryKeys:
    found = _mapping(answer.get("Credentials"))
    access, secret = found.get("AccessKeyId"), found.get("SecretKey")
    token, ends = found.get("SessionToken"), found.get("Expiration")
    if not (isinstance(access, str) and isinstance(secret, str) and isinstance(token, str)):
        raise _unbelieved()
    if not isinstance(ends, datetime) or ends.tzinfo is None:
        raise _unbelieved()
    now = datetime.now(UTC)
    left = ends - (_date(answer) or now)
    # A clock that is off must not make new keys look old, or old ones new.
    return TemporaryKeys(access, secret, token, now + max(left, timedelta()))


def _date(answer: _Answer) -> datetime | None:
    """Return when an answer was sent, by the sender's clock; None when it does not say."""
    headers = _mapping(_mapping(answer.get("ResponseMetadata")).get("HTTPHeaders"))
    try:
        dated = parsedate_to_datetime(str(headers.get("date")))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return dated.replace(tzinfo=dated.tzinfo or UTC)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _broken(error: Exception) -> SignInError:
    """Return what an exception means that was neither an answer nor the lack of one."""
    # What does not fit botocore's model of a call came with an answer: the rest was typed.
    settings = isinstance(error, raised.BotoCoreError) and not isinstance(
        error, raised.ParamValidationError
    )
    if not settings:
        return _unbelieved()
    return SignInError(
        SignInFailure.REFUSED,
        f"The AWS settings of this machine cannot be used ({type(error).__name__}): check "
        "AWS_CA_BUNDLE and the AWS configuration file.",
    )


def _unbelieved() -> SignInError:
    return SignInError(
        SignInFailure.UNAVAILABLE,
        "The answer to the sign-in is not what AWS sends: something else may have answered.",
    )
