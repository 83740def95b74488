"""`drtui models import` by a real process, of an account that was added by its site."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, clean_environment
from tests.support.imports import model_archive, model_folder
from tests.support.moto import RunningMoto
from tests.support.real import ADMIN, PASSWORD, RealDeployment, running_deployment


@pytest.fixture(scope="module")
def real(moto: RunningMoto) -> Iterator[RealDeployment]:
    """A deployment with a site, sign-ins, and an upload bucket."""
    options = {"racers": 5, "deployment": "1.3.1", "firewall": "none", "frozen": False}
    with running_deployment(moto, **options) as found:
        yield found


@pytest.fixture
def drtui(real: RealDeployment, tmp_path: Path, forks: Forks) -> Drtui:
    """The command line of an admin who is signed in."""
    real.emulator.control("clear")
    home = tmp_path / "home"
    keyring = real.environment(tmp_path / "keyring.json")
    uploads = {"AWS_ENDPOINT_URL_S3": real.emulator.ready["s3"]}
    drtui = Drtui(home, clean_environment(home) | keyring | uploads, forks=forks)
    drtui("account", "add", "event", "--site", real.site)
    stdin = f"{PASSWORD}\n".encode()
    drtui("account", "sign-in", "--user", ADMIN, "--password-stdin", stdin=stdin)
    real.emulator.control("calls", clear=True)
    return drtui


def calls(real: RealDeployment, method: str, what: str) -> int:
    found = real.emulator.control("calls", method=method)["calls"]
    return sum(what in one["path"] for one in found)


@pytest.mark.parametrize("packed", [False, True])
def test_a_model_is_imported_and_followed_until_it_is_ready(
    drtui: Drtui, real: RealDeployment, tmp_path: Path, packed: bool
) -> None:
    real.emulator.control("imports", seconds=1, fail=[])
    name = f"brought-{packed}"
    path = model_archive(tmp_path / "m.tar.gz") if packed else model_folder(tmp_path / "m")
    wanted = ("models", "import", str(path), "--name", name)
    planned = drtui(*wanted, "--dry-run")
    assert "goes into the profile of whoever is signed in" in planned.err
    assert "8 files" in planned.err
    assert calls(real, "POST", "importmodel") == 0
    ran = drtui(*wanted, "--yes")
    assert "1 of 1 done" in ran.err
    (item,) = drtui.last_operation()["items"]
    listed = drtui("models", "list", "-f", f"name:{name}", "--json").json()
    assert [one["status"] for one in listed] == ["READY"]
    assert item["reason"] == f"is READY, as model {listed[0]['model_id']}"
    assert (calls(real, "POST", "importmodel"), calls(real, "PUT", "/s3/")) == (1, 8)


def test_what_the_deployment_says_against_it_is_told_and_is_the_exit_code(
    drtui: Drtui, real: RealDeployment, tmp_path: Path
) -> None:
    real.emulator.control("imports", seconds=1, fail=["The reward function was edited."])
    folder = str(model_folder(tmp_path / "m"))
    ran = drtui("models", "import", folder, "--name", "edited", "--yes", code=4)
    assert "The reward function was edited." in ran.err
    assert "1 failed" in ran.err
    real.emulator.control("imports", seconds=1, fail=[])
    number = str(drtui.last_operation()["operation"])
    drtui("operations", "retry", number)
    assert drtui.last_operation()["items"][0]["state"] == "done"
