"""The engine's process signs in over HTTP: a user pool, an identity pool and a deployment."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui import accounts
from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_all
from drtui.commands.workspace import Workspace
from drtui.config import Account, Credentials, Paths, find_paths, load_settings
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.files import make_private
from drtui.store.database import Database, open_database
from drtui.store.sync_state import read_sync_state
from drtui.sync.assignment import Assignment
from drtui.sync.child import EngineChild
from tests.e2e.forking import Forks
from tests.support.moto import RunningMoto
from tests.support.real import ADMIN, PASSWORD, RealDeployment, running_deployment
from tests.support.waiting import eventually
from tests.sync.signing_worlds import standing
from tests.sync.worlds import states

NAME = "finals"
RACERS = 300
PATIENCE = 60.0


@pytest.fixture(scope="module")
def real(moto: RunningMoto) -> Iterator[RealDeployment]:
    with running_deployment(moto, racers=RACERS) as running:
        yield running


@pytest.fixture
def paths(real: RealDeployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A folder with an account that signs in, for this process and those that it starts."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "DRTUI_")) or name.lower().endswith(("_proxy", "_ca_bundle")):
            monkeypatch.delenv(name)
    variables = {
        "DRTUI_HOME": str(tmp_path / "home"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
        **real.environment(tmp_path / "keyring.json"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    real.front.renewals = True
    found = find_paths()
    site = real.pool.site
    accounts.add(found, Account(NAME, site.api_url, site.region, Credentials.SIGN_IN, site))
    return found


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    opened = open_database(paths.store(NAME))
    yield opened
    opened.close()


@pytest.fixture
def child(real: RealDeployment, paths: Paths, database: Database) -> Iterator[EngineChild]:
    """The console's engine, in a process of its own."""
    site = real.pool.site
    make_private(paths.log_file)
    made = EngineChild(
        Assignment(
            str(paths.store(NAME)), site.api_url, site.region, account=NAME, user="", site=site
        ),
        paths.log_file,
    )
    made.start()
    yield made
    made.stop()
    process = made._process
    assert process is not None
    process.wait(PATIENCE)


def until(database: Database, state: SignInState) -> None:
    eventually(lambda: standing(database).state is state, PATIENCE)


def swept(database: Database) -> bool:
    with database.read() as connection:
        return read_sync_state(connection).swept_at is not None


def run(forks: Forks, *arguments: str) -> tuple[int, str, str]:
    """Run a command; its exit code, and what it says on stdout and on stderr."""
    code, out, err = forks.run(arguments, dict(os.environ), b"", PATIENCE)
    return code, out.decode(), err.decode()


def test_a_sign_in_that_ends_on_the_way_is_renewed_by_an_order(
    real: RealDeployment, paths: Paths, database: Database, child: EngineChild
) -> None:
    until(database, SignInState.NEEDED)
    child.sign_in(ADMIN, PASSWORD, keep_password=False)
    until(database, SignInState.SIGNED_IN)
    said = standing(database)
    assert (said.user, said.role, said.detail) == (ADMIN, Role.ADMIN, "")
    assert load_settings(paths).accounts[NAME].user == ADMIN
    eventually(lambda: swept(database), PATIENCE)
    workspace = Workspace(database, "ada")
    action = SetQuotas(QuotaChange(540), QuotaChange(9))
    operation = submit(workspace, plan_action(workspace, action, select_all(workspace)))
    assert operation is not None
    child.wake()
    eventually(lambda: states(database, operation)[ItemState.DONE] > RACERS // 10, PATIENCE)
    # Keys that end early are renewed; once more, and the sign-in has ended as well.
    real.emulator.control("expire_keys")
    renewed = len(real.keys)
    eventually(lambda: len(real.keys) > renewed, PATIENCE)
    real.front.renewals = False
    real.emulator.control("expire_keys")
    until(database, SignInState.NEEDED)
    eventually(lambda: not states(database, operation)[ItemState.SENDING], PATIENCE)
    assert states(database, operation)[ItemState.PENDING] > 0
    assert not states(database, operation)[ItemState.FAILED]
    real.front.renewals = True
    child.sign_in(ADMIN, PASSWORD, keep_password=False)
    eventually(lambda: not ON_THE_WAY & set(states(database, operation)), PATIENCE)
    assert set(states(database, operation)) == {ItemState.DONE}
    for path in paths.config.parent.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [secret for secret in real.secrets if secret.encode() in content], path


def test_commands_use_the_sign_in_that_the_console_made(
    database: Database, child: EngineChild, forks: Forks
) -> None:
    child.sign_in(ADMIN, PASSWORD, keep_password=False)
    until(database, SignInState.SIGNED_IN)
    child.stop()
    process = child._process
    assert process is not None
    process.wait(PATIENCE)
    code, _, complaints = run(forks, "sync")
    assert code == 0, complaints
    assert len(json.loads(run(forks, "users", "list", "--json")[1])) > RACERS


@pytest.mark.parametrize("command", [("sync",), ("users", "list")])
@pytest.mark.usefixtures("paths")
def test_without_a_sign_in_a_command_says_how_to_get_one(
    command: tuple[str, ...], forks: Forks
) -> None:
    code, out, complaints = run(forks, *command)
    assert code == 5
    assert out == ""
    sentence = "Nobody is signed in. Sign in with “drtui account sign-in finals”."
    assert sentence in complaints
    assert complaints.count("sign-in") == 1
