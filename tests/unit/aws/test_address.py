"""Which addresses, regions and credentials are taken."""

import pytest

from drtui.aws.address import check_api_url, check_region
from drtui.aws.sessions import AwsCredentials


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("https://abc.execute-api.us-east-1.amazonaws.com/prod",) * 2,
        (" https://abc.example.org/prod/ ", "https://abc.example.org/prod"),
        ("https://abc.example.org:8443/", "https://abc.example.org:8443"),
        ("http://127.0.0.1:8100/prod",) * 2,
        ("http://localhost:8100/prod",) * 2,
        ("http://[::1]:8100/prod",) * 2,
        ("https://127.0.0.1:8100/prod",) * 2,
    ],
)
def test_an_https_address_or_this_machine_is_taken(typed: str, taken: str) -> None:
    assert check_api_url(typed) == taken


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("http://abc.example.org/prod", "must begin with https://"),
        ("http://127.0.0.1.example.org/prod", "must begin with https://"),
        ("http://localhost.example.org/prod", "must begin with https://"),
        ("ftp://127.0.0.1/prod", "must begin with https://"),
        ("https://ada:hunter2@abc.example.org/prod", "user name or a password"),
        ("https://@abc.example.org/prod", "user name or a password"),
        ("https://abc.example.org/prod?key=hunter2", "must end with its path"),
        ("https://abc.example.org/prod?", "must end with its path"),
        ("https://abc.example.org/prod#hunter2", "must end with its path"),
        ("https://abc.example.org/pr%6Fd", "must be plain"),
        ("https://abc.example.org//prod", "must be plain"),
        ("https://abc.example.org\\@hunter2/prod", "must look like"),
        ("https://abc.example.org:hunter2/prod", "must look like"),
        ("https://abc_example.org/prod", "must look like"),
        ("https://exämple.org/prod", "must look like"),
        ("https://abc.example.org/pr\nod", "must look like"),
        ("https://[::1/prod", "must look like"),
        ("https:///prod", "must look like"),
        ("abc.example.org/prod", "must look like"),
        ("", "must look like"),
    ],
)
def test_any_other_address_is_refused_without_repeating_it(typed: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        check_api_url(typed)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_region_looks_like_one() -> None:
    assert check_region("us-gov-west-1") == "us-gov-west-1"
    for region in ("", "us east 1", "us-east-1/", "US_EAST", "-us", "x" * 64):
        with pytest.raises(ValueError, match="us-east-1"):
            check_region(region)


def test_credentials_never_show_their_secrets() -> None:
    credentials = AwsCredentials("ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", "IQoJb3JpZ2luX2Vj")
    for shown in (repr(credentials), str(credentials), f"{[credentials]}"):
        assert "wJalrXUtnFEMI" not in shown
        assert "IQoJb3JpZ2luX2Vj" not in shown
        assert "ASIAIOSFODNN" not in shown


@pytest.mark.parametrize("part", ["", " ", "to ken", "token\n", "tökén"])
def test_credentials_that_no_header_can_carry_are_refused_unseen(part: str) -> None:
    for parts in (("A", part, None), (part, "s", None), ("A", "s", part)):
        with pytest.raises(ValueError, match="is empty or cannot be sent") as caught:
            AwsCredentials(*parts)
        assert not part.strip() or part not in str(caught.value)
