"""`drtui models show`: training, evaluations and what is inside, of one's own and of others."""

from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.support.emulator import RunningEmulator


@pytest.fixture(scope="module")
def reader(
    account: RunningEmulator, tmp_path_factory: pytest.TempPathFactory, forks: Forks
) -> Drtui:
    """A command line that has read the account and its models."""
    made = drtui_on(
        account,
        tmp_path_factory.mktemp("model-pages"),
        config="[sync]\nrefresh_seconds=9999",
        forks=forks,
    )
    made("models", "list", "--sync")
    return made


def listed(reader: Drtui, *, own: bool, account: RunningEmulator) -> list[dict[str, Any]]:
    mine = account.request("GET", "/profile").json()["profile"]["profileId"]
    rows = reader("models", "list", "--json").json()
    return [row for row in rows if (row["profile_id"] == mine) == own and row["status"] == "READY"]


def test_ones_own_model_is_read_the_first_time_it_is_shown(
    reader: Drtui, account: RunningEmulator
) -> None:
    for row in listed(reader, own=True, account=account):
        before = reader("models", "show", row["model_id"], "--no-sync", "--json").json()
        assert before["details"]["from"] is None
        page = reader("models", "show", row["model_id"], "--json").json()
        assert set(row) < set(page)
        assert page["details"]["from"] == "api"
        assert page["details"]["trouble"] == ""
        if page["training"] and page["evaluations"]:
            break
    else:
        pytest.fail("the first admin has a model that was trained and evaluated")
    training = page["training"]
    assert sum(one["episodes"] for one in training["iterations"]) == training["episodes"]
    shown = reader("models", "show", row["model_id"], "--no-sync").out
    assert f"{training['episodes']:,} in {len(training['iterations']):,} iteration" in shown
    assert page["evaluations"][0]["name"] in shown
    assert page["details"]["as_of"] in shown


def test_another_racers_model_says_what_is_missing_and_the_way(
    reader: Drtui, account: RunningEmulator
) -> None:
    row = listed(reader, own=False, account=account)[0]
    ran = reader("models", "show", row["model_id"], "--sync")
    prose = " ".join(ran.out.split())
    assert "“drtui account set --aws-profile”" in prose
    assert "“drtui models inside”" in prose
    page = reader("models", "show", row["model_id"], "--no-sync", "--json").json()
    assert (page["training"], page["evaluations"]) == (None, [])
