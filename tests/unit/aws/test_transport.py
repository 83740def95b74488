"""What bare exceptions mean; the places they come from are tested over sockets."""

import pytest
from botocore import exceptions as raised

from drtui.aws.transport import failure_of, sign_in_failure
from drtui.domain.failures import FailureKind

URL = "https://abc.example.org/prod/profile"


@pytest.mark.parametrize(
    "error",
    [
        raised.EndpointConnectionError(endpoint_url=URL, error="refused"),
        raised.ConnectTimeoutError(endpoint_url=URL, error="slow"),
        raised.ProxyConnectionError(proxy_url="http://proxy", error="refused"),
    ],
)
@pytest.mark.parametrize("write", [True, False])
def test_some_types_alone_prove_that_nothing_was_sent(error: Exception, write: bool) -> None:
    assert failure_of(error, host="h", write=write).kind is FailureKind.UNREACHABLE


@pytest.mark.parametrize(
    "error",
    [
        raised.ReadTimeoutError(endpoint_url=URL, error="slow"),
        raised.ConnectionClosedError(endpoint_url=URL, error="reset"),
        raised.ResponseStreamingError(error="cut"),
        raised.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        raised.HTTPClientError(error="anything"),
        raised.SSLError(endpoint_url=URL, error=OSError("bad record mac")),
        RuntimeError("anything"),
    ],
)
def test_all_others_leave_a_write_unknown(error: Exception) -> None:
    for write, kind in ((True, FailureKind.OUTCOME_UNKNOWN), (False, FailureKind.UNAVAILABLE)):
        failure = failure_of(error, host="h", write=write)
        assert failure.kind is kind
        assert failure.status is None
        assert "anything" not in failure.message
        assert ("not known" in failure.message) is write


def test_whatever_a_provider_of_credentials_raises_is_a_missing_sign_in() -> None:
    for error in (KeyError("hunter2"), RuntimeError("hunter2"), OSError("hunter2")):
        failure = sign_in_failure(error)
        assert failure.kind is FailureKind.NOT_SIGNED_IN
        assert type(error).__name__ in failure.message
        assert "hunter2" not in failure.message


def test_causes_that_lead_back_to_themselves_end() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first
    assert failure_of(first, host="h", write=True).kind is FailureKind.OUTCOME_UNKNOWN
