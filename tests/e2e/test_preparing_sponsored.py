"""`drtui prepare` where an AWS profile is named: what AWS tells is read too, unless it is held."""

from collections.abc import Iterator

import pytest

from tests.e2e.running import Drtui
from tests.e2e.sponsored import sponsored
from tests.support.emulator import RunningEmulator
from tests.support.moto import RunningMoto, running_moto

OF_AWS = ["Billing alerts", "Costs", "Checklist"]


@pytest.fixture(scope="module")
def moto() -> Iterator[RunningMoto]:
    with running_moto() as running:
        yield running


def test_what_aws_tells_is_read_beside_the_deployment(
    drtui: Drtui, emulator: RunningEmulator, moto: RunningMoto
) -> None:
    sponsored(drtui, moto.url)
    ran = drtui("prepare", "--json", "--minutes", "0.1", code=4)
    found = {part["part"]: part for part in ran.json()}
    assert list(found)[-3:] == OF_AWS  # this deployment's user pool is not known
    assert all(found[name]["as_of"] and not found[name]["missing"] for name in OF_AWS), ran.err
    drtui("offline", "on")
    before = len(emulator.control("calls")["calls"])
    for words in (("billing", "alerts"), ("billing", "costs", "--read-again"), ("setup", "check")):
        told = drtui(*words, code=None)
        assert told.code != 0, words
        assert "Offline on purpose" in told.err, words
    kept = {part["part"]: part for part in drtui("prepare", "--check", "--json", code=4).json()}
    assert [kept[name]["as_of"] for name in OF_AWS] == [found[name]["as_of"] for name in OF_AWS]
    assert len(emulator.control("calls")["calls"]) == before
