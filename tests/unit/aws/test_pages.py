"""A web page is told from an answer in one way, whoever asked."""

import pytest

from drtui.aws import answers, findings
from drtui.aws.answers import Answer, Expected
from drtui.domain.doctoring import Reached
from drtui.domain.failures import DeploymentError
from drtui.domain.sites import Site

SITE = Site("https://x.example/prod", "us-east-1_A", "client", "us-east-1:1", "us-east-1")


@pytest.mark.parametrize(
    "body", [b"<html>", b"\xef\xbb\xbf<!doctype html>", b"\r\n" * 100 + b" <html>", b"\t<x/>"]
)
def test_what_the_doctor_takes_for_a_page_delivery_takes_for_one(body: bytes) -> None:
    answer = Answer(200, {}, body)
    assert findings.of_api(answer)[0] is Reached.PAGE
    with pytest.raises(DeploymentError, match="a web page"):
        answers.check(answer, Expected(write=False, members={}))


def test_a_file_that_everybody_may_read_wants_no_sign_in_of_its_own() -> None:
    assert findings.of_site(Answer(401, {}, b""), SITE)[0] is Reached.PAGE
    assert findings.of_service(Answer(401, {}, b'{"__type":"NotAuthorizedException"}'))[0] is (
        Reached.ANSWERED
    )
