"""Failures wait for the calls that they are meant for."""

import json

import pytest

from drtui.emulator.faults import Fault, Faults, How
from drtui.emulator.records import seeded_random


def faults(*waiting: Fault, fail_rate: float = 0.0) -> Faults:
    made = Faults(seeded_random(1, "faults"), fail_rate)
    made.waiting.extend(waiting)
    return made


def test_a_fault_meets_as_many_calls_as_asked() -> None:
    made = faults(Fault(method="patch", path="/profile", times=2))
    assert made.take("GET", "/profile") is None
    assert made.take("PATCH", "/profiles") is None
    taken = [made.take("PATCH", "/profile") is not None for _ in range(3)]
    assert taken == [True, True, False]
    assert made.waiting == []


def test_a_fault_without_a_number_stays() -> None:
    made = faults(Fault(times=None))
    assert all(made.take("GET", "/x") for _ in range(50))


def test_a_fault_can_let_some_calls_pass_first() -> None:
    made = faults(Fault(skip=2))
    assert [made.take("GET", "/x") is not None for _ in range(4)] == [False, False, True, False]


def test_paths_match_with_wildcards() -> None:
    made = faults(Fault(path="/admin/profiles/*/models", times=None))
    assert made.take("GET", "/admin/profiles/abc/models")
    assert made.take("GET", "/admin/profiles") is None


def test_faults_are_met_in_the_order_in_which_they_were_asked_for() -> None:
    made = faults(Fault(status=500), Fault(status=503))
    statuses = [fault.status for _ in range(2) if (fault := made.take("GET", "/x"))]
    assert statuses == [500, 503]


@pytest.mark.parametrize(
    ("rate", "least", "most"), [(0.0, 0, 0), (0.2, 120, 280), (1.0, 1000, 1000)]
)
def test_calls_fail_by_chance_at_the_rate(rate: float, least: int, most: int) -> None:
    made = faults(fail_rate=rate)
    failed = sum(made.take("GET", "/x") is not None for _ in range(1000))
    assert least <= failed <= most


def test_the_usual_answers_have_the_shapes_of_the_deployment() -> None:
    answers = {status: Fault(status=status).answer() for status in (403, 429, 500, 502, 503, 504)}
    types = {status: dict(each.headers).get("x-amzn-errortype") for status, each in answers.items()}
    assert types == {
        403: None,
        429: "TooManyRequestsException",
        500: "InternalFailure",
        502: None,
        503: None,
        504: None,
    }
    assert json.loads(answers[403].body) == {"message": "Forbidden"}
    assert answers[500].body == b"{}"
    assert json.loads(answers[504].body) == {"message": "Endpoint request timed out"}


def test_an_answer_can_be_made_to_measure() -> None:
    answer = Fault(status=409, error_type="conflicterror", body=b'{"message":"x"}').answer()
    assert (answer.status, answer.body) == (409, b'{"message":"x"}')
    assert answer.headers == (("x-amzn-errortype", "conflicterror"),)
    assert Fault(status=500, error_type="").answer().headers == ()


def test_an_unescaped_message_is_no_valid_json() -> None:
    answer = Fault(how=How.UNESCAPED).answer()
    assert answer.status == 400
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(answer.body)


def test_a_captive_portal_answers_200_with_a_page() -> None:
    answer = Fault(how=How.PORTAL).answer()
    assert (answer.status, answer.content_type.split(";")[0]) == (200, "text/html")
