"""One line to the deployment: a client made when it is needed, every failure explained."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from drtui.aws import answers, transport
from drtui.aws.answers import Answer, Expected
from drtui.aws.client_protocol import DeepRacerClient
from drtui.domain.failures import DeploymentError, FailureKind

_READING: Final = {"GET", "HEAD"}


class Line:
    """A client and what becomes of its calls; safe to use from several threads.

    The client is forgotten when a call turns out not to be signed in, so that the next call looks
    for credentials anew and finds those that have been renewed outside.

    Args:
        connect: Makes the client; told which function has to see each answer before botocore.
        host: The deployment's host, for messages.
        renew: Asked in the thread whose call was refused, since its keys have ended early or are
            not known; when it returns that there are other keys now, the call is made once more.
    """

    def __init__(
        self,
        connect: Callable[[Callable[..., None]], DeepRacerClient],
        host: str,
        renew: Callable[[], bool] | None = None,
    ) -> None:
        self._connect = connect
        self._host = host
        self._renew = renew
        self._client: DeepRacerClient | None = None
        self._lock = threading.Lock()

    def ask(
        self, send: Callable[[DeepRacerClient], Mapping[str, object]], *, write: bool = False
    ) -> Mapping[str, object]:
        """Return the believed answer of one call.

        Args:
            send: Makes the call.
            write: Whether it changes something.

        Raises:
            DeploymentError: The only exception, without a cause or a context: what botocore
                raises can hold headers, and with them the session token.
        """
        try:
            return self._ask_once(send, write=write)
        except DeploymentError as error:
            failure = error
        if self._renew is not None and answers.refuses_keys(failure) and self._renew():
            return self._ask_once(send, write=write)
        raise failure.with_traceback(None)

    def _ask_once(
        self, send: Callable[[DeepRacerClient], Mapping[str, object]], *, write: bool
    ) -> Mapping[str, object]:
        client: DeepRacerClient | None = None
        try:
            client = self._open()
            return send(client)
        except DeploymentError as error:
            failure = error
        except Exception as error:  # providers of credentials raise whatever they like
            failure = (
                transport.sign_in_failure(error)
                if client is None
                else transport.failure_of(error, host=self._host, write=write)
            )
        if failure.kind is FailureKind.NOT_SIGNED_IN:
            self._forget(client)
        raise failure.with_traceback(None)

    def close(self) -> None:
        """Close the idle connections; the next call opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _open(self) -> DeepRacerClient:
        with self._lock:
            if self._client is None:
                self._client = self._connect(before_parse)
            return self._client

    def _forget(self, client: DeepRacerClient | None) -> None:
        with self._lock:
            if self._client is client:
                self._client = None


# The two are botocore's, which has no types for what its events hand over.
def before_parse(operation_model: Any, response_dict: Mapping[str, Any], **_: object) -> None:
    """Let botocore read an answer only when it is a success that can be believed.

    Raises:
        DeploymentError: In every other case; see `answers.check`.
    """
    shape = operation_model.output_shape
    expected = Expected(
        write=operation_model.http["method"] not in _READING,
        members=None
        if shape is None
        else {
            name: list if shape.members[name].type_name == "list" else object
            for name in shape.required_members
        },
    )
    headers = {name.lower(): str(value) for name, value in response_dict["headers"].items()}
    answers.check(Answer(response_dict["status_code"], headers, response_dict["body"]), expected)
