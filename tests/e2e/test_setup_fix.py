"""`drtui setup fix`: what was found missing is named, mended and looked at again."""

from collections.abc import Iterator

import pytest

from tests.e2e.running import Drtui
from tests.e2e.sponsored import sponsored
from tests.support.moto import RunningMoto, running_moto


@pytest.fixture(scope="module")
def moto() -> Iterator[RunningMoto]:
    with running_moto() as running:
        yield running


@pytest.fixture
def sponsor(drtui: Drtui, moto: RunningMoto) -> Drtui:
    """An account whose sponsor's AWS is moto's, and an event whose sender nobody knows."""
    sponsored(drtui, moto.url)
    drtui("sync")
    drtui("setup", "event", "--sender", "races@example.com")
    return drtui


def test_a_missing_sender_is_named_asked_for_and_looked_at_again(
    sponsor: Drtui, moto: RunningMoto
) -> None:
    def known() -> list[str]:
        listed = moto.client("sesv2").list_email_identities()["EmailIdentities"]
        return [one["IdentityName"] for one in listed]

    assert "drtui setup check" in sponsor.sentence("setup", "fix", code=2)
    sponsor("setup", "check", code=4)
    assert "sender" in sponsor("setup", "fix").out
    sponsor("setup", "fix", "sender", "--dry-run")
    assert not known()
    ran = sponsor("setup", "fix", "sender", "--yes")
    assert "Verify the sender" in ran.err
    assert "1 of 1 done" in ran.err
    assert "Checked again: " in ran.err
    assert known() == ["races@example.com"]


def test_what_was_not_found_missing_or_has_no_number_is_refused(sponsor: Drtui) -> None:
    sponsor("setup", "check", code=4)
    told = sponsor.sentence("setup", "fix", "training-quota", "--yes", code=2)
    assert "run the checks anew" in told
    told = sponsor.sentence("setup", "fix", "sender", "--instances", "5", code=2)
    assert "--instances is for training-quota" in told


def test_without_an_aws_profile_nothing_can_be_mended(drtui: Drtui) -> None:
    drtui("sync")
    drtui("setup", "check", code=5)
    assert "hand-off" in drtui("setup", "fix").err
    assert "AWS profile" in drtui.sentence("setup", "fix", "sender", "--yes", code=2)
