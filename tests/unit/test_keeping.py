"""Secrets go to the keyring or stay in memory, and never anywhere else."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import PasswordDeleteError

from drtui.keeping import Keeper, KeepingProblemError, Secret

TOKEN = "THE-REFRESH-TOKEN"


class MemoryKeyring(KeyringBackend):
    """A keyring as it should be; `broken` fails each call, `silent` never answers."""

    priority: float = 5

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.broken = False
        self.silent = threading.Event()
        self.silent.set()

    def get_password(self, service: str, username: str) -> str | None:
        self._meet()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._meet()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._meet()
        if (service, username) not in self.entries:
            raise PasswordDeleteError("No such password!")
        del self.entries[service, username]

    def _meet(self) -> None:
        self.silent.wait(30)
        if self.broken:
            raise RuntimeError(f"broken while it held {TOKEN}")


class PlainFileKeyring(MemoryKeyring):
    priority = 0.5


def use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    backend = MemoryKeyring()
    use(monkeypatch, backend)
    return backend


def test_a_secret_outlives_the_process_in_the_keyring(backend: MemoryKeyring) -> None:
    assert Keeper().keep("event", "ada", Secret.REFRESH_TOKEN, TOKEN)
    assert backend.entries == {("drtui account event", "ada (refresh token)"): TOKEN}
    keeper = Keeper()
    assert keeper.find("event", "ada", Secret.REFRESH_TOKEN) == TOKEN
    assert keeper.why_not == ""
    assert keeper.take_notice() == ""
    assert keeper.backend


def test_accounts_users_and_kinds_do_not_mix(backend: MemoryKeyring) -> None:
    keeper = Keeper()
    keeper.keep("event", "ada", Secret.PASSWORD, "one")
    keeper.keep("event", "bob", Secret.PASSWORD, "two")
    keeper.keep("other", "ada", Secret.PASSWORD, "three")
    keeper.keep("event", "ada", Secret.REFRESH_TOKEN, "four")
    assert len(set(backend.entries.values())) == 4
    keeper.forget("event", "ada")
    assert sorted(backend.entries.values()) == ["three", "two"]
    assert keeper.find("event", "ada", Secret.PASSWORD) is None
    keeper.forget("event", "nobody")


@pytest.mark.parametrize("missing", [fail.Keyring, null.Keyring, PlainFileKeyring])
def test_without_a_keyring_secrets_stay_in_memory_and_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch, missing: type[KeyringBackend]
) -> None:
    none = missing()
    use(monkeypatch, none)
    keeper = Keeper()
    assert not keeper.keep("event", "ada", Secret.REFRESH_TOKEN, TOKEN)
    assert keeper.find("event", "ada", Secret.REFRESH_TOKEN) == TOKEN
    assert keeper.backend == ""
    assert "kept in memory" in keeper.take_notice()
    assert keeper.take_notice() == ""
    assert "kept in memory" in keeper.why_not
    assert Keeper().find("event", "ada", Secret.REFRESH_TOKEN) is None
    keeper.forget("event", "ada")
    assert keeper.find("event", "ada", Secret.REFRESH_TOKEN) is None
    if isinstance(none, PlainFileKeyring):
        assert none.entries == {}


def test_a_keyring_that_fails_is_replaced_by_memory_and_says_nothing_it_holds(
    backend: MemoryKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    backend.broken = True
    keeper = Keeper()
    assert not keeper.keep("event", "ada", Secret.REFRESH_TOKEN, TOKEN)
    assert keeper.find("event", "ada", Secret.REFRESH_TOKEN) == TOKEN
    assert "failed (RuntimeError)" in keeper.take_notice()
    assert "RuntimeError" in caplog.text
    assert TOKEN not in caplog.text + keeper.why_not + repr(keeper)


def test_a_keyring_that_never_answers_is_not_waited_for(backend: MemoryKeyring) -> None:
    backend.silent.clear()
    keeper = Keeper(seconds=0.1)
    assert keeper.find("event", "ada", Secret.REFRESH_TOKEN) is None
    assert "no answer within 0.1 s" in keeper.why_not
    backend.silent.set()


def test_looking_for_a_keyring_may_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> KeyringBackend:
        raise KeyError("DBUS_SESSION_BUS_ADDRESS")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    keeper = Keeper()
    assert keeper.find("event", "ada", Secret.REFRESH_TOKEN) is None
    assert "failed (KeyError)" in keeper.take_notice()


def test_a_secret_that_could_not_be_deleted_is_told(backend: MemoryKeyring) -> None:
    keeper = Keeper()
    keeper.keep("event", "ada", Secret.REFRESH_TOKEN, TOKEN)
    backend.broken = True
    with pytest.raises(KeepingProblemError, match="“drtui account event”"):
        keeper.forget("event", "ada")
    with pytest.raises(KeepingProblemError):
        keeper.forget("event", "ada")
    assert keeper.find("event", "ada", Secret.REFRESH_TOKEN) is None


def test_no_file_is_written_and_keyring_is_imported_only_when_used(tmp_path: Path) -> None:
    program = """
import sys
from drtui.keeping import Keeper, Secret
keeper = Keeper()
assert "keyring" not in sys.modules
keeper.keep("event", "ada", Secret.PASSWORD, "hunter2")
assert "keyring" in sys.modules
print(keeper.find("event", "ada", Secret.PASSWORD), keeper.backend)
"""
    environment = {
        "HOME": str(tmp_path),
        "PATH": "",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "hunter2 \n"
    assert ran.stderr == ""
    assert list(tmp_path.rglob("*")) == []
