"""The console on a deployment as it is found in the wild: a user pool, keys that end, secrets."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import COMMAND, Drtui, clean_environment, limits, named, racers
from tests.e2e.terminal import Terminal, is_ready
from tests.support.moto import RunningMoto
from tests.support.real import ADMIN, PASSWORD, RealDeployment, running_deployment
from tests.support.waiting import eventually

RACERS = 600
PACE = 100  # so slow that the keys end long before the delivery does
Limits = dict[str, tuple[int | None, int | None]]


@pytest.fixture(scope="module")
def real(moto: RunningMoto) -> Iterator[RealDeployment]:
    with running_deployment(moto, racers=RACERS, lag_ms=0, frozen=True) as running:
        yield running


@pytest.fixture
def drtui(real: RealDeployment, tmp_path: Path, forks: Forks) -> Drtui:
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    config = home / "config" / "config.toml"
    config.write_text(f"[sync]\nchanges_per_second = {PACE}\n")
    config.chmod(0o600)
    environment = clean_environment(home) | real.environment(tmp_path / "keyring.json")
    made = Drtui(home, environment, real.secrets, forks)
    made("account", "add", "event", "--site", real.site)
    return made


def console(drtui: Drtui, forks: Forks | None = None) -> Terminal:
    return Terminal(COMMAND, drtui.environment | {"TERM": "xterm-256color"}, forks=forks)


def sign_in(console: Terminal, *, user: str = "") -> None:
    """Sign in by the dialog, once the console says that somebody has to."""
    console.wait_for(lambda text: "read yet" in text or " shown" in text)
    console.press("W")
    console.see("Password", "Sign in")
    console.press(f"{user}\t{PASSWORD}\r" if user else f"{PASSWORD}\r")
    console.wait_for(lambda text: "Password" not in text and "signing in" not in text)


def account(real: RealDeployment) -> Limits:
    return {profile_id: limits(one) for profile_id, one in real.emulator.profiles().items()}


def processes(home: Path) -> list[Path]:
    """Every process that works in this home, drtui's children among them."""
    mark = f"DRTUI_HOME={home}".encode()
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (each / "environ").read_bytes():
                found.append(each)
        except OSError:
            continue
    return found


def test_keys_that_end_in_the_middle_of_a_delivery_lose_nothing(
    real: RealDeployment, drtui: Drtui
) -> None:
    with closing(console(drtui, drtui.forks)) as terminal:
        sign_in(terminal, user=ADMIN)
        first = account(real)
        terminal.see(f"{len(first):,} of {len(first):,} shown")
        terminal.press("a")
        terminal.see("marked")
        terminal.press("e")
        terminal.see("Maximum training hours")
        terminal.press("71\r")
        terminal.see("row by row", "Set usage quotas (")
        terminal.press("\r")

        def arrived() -> int:
            now = account(real)
            return sum(now[one] != first[one] for one in first)

        eventually(lambda: arrived() >= 100, seconds=60)
        # The keys end, and so has the sign-in that would give others.
        real.front.renewals = False
        real.emulator.control("expire_keys")
        terminal.see("sign in", "pending")
        half = arrived()
        assert 100 <= half < RACERS * 0.9
        # Nobody took the keys away: the list goes on working.
        terminal.press("/role:admin")
        terminal.wait_for(lambda text: f" of {len(first):,}" in text and "/ role:admin" in text)
        terminal.press("\r")
        terminal.see("space mark")
        assert arrived() == half
        real.front.renewals = True
        sign_in(terminal)
        terminal.wait_for(lambda text: "pending" not in text.partition("\n")[0], "the end")
        terminal.press("q")
        assert terminal.ended() == 0
    changed = account(real)
    assert all(one in (first[each], (71 * 60, one[1])) for each, one in changed.items())
    [operation] = drtui("operations", "list", "--json").json()
    assert operation["state"] == "done"
    assert (operation["done"], operation["failed"]) == (RACERS, 0)
    assert arrived() > RACERS * 0.8  # for the paused ones it is remembered


def test_no_file_no_output_and_no_process_holds_a_secret_of_a_full_run(
    real: RealDeployment, drtui: Drtui, tmp_path: Path
) -> None:
    stdin = f"{PASSWORD}\n".encode()
    drtui("account", "sign-in", "--user", ADMIN, "--password-stdin", "--debug", stdin=stdin)
    chosen = named(*racers(real.emulator.profiles(), 3))
    drtui("users", "pause", *chosen, "--yes", "--debug")
    drtui("operations", "undo", "--yes")
    drtui("account", "show", "event", "--json")
    drtui("doctor", "--json", code=None)
    for how in ("unescaped", "portal", "reset"):
        real.emulator.control("fail", how=how, times=2)
        drtui("sync", "--debug", code=None)
    real.emulator.control("clear")
    real.emulator.control("expire_keys")
    drtui("users", "list", "--sync", "--debug")
    wrong = b"not-the-password-of-ada\n"
    drtui("account", "sign-in", "--user", ADMIN, "--password-stdin", code=5, stdin=wrong)
    with closing(console(drtui)) as terminal:
        terminal.wait_for(is_ready, "the racers")
        sign_in(terminal)
        running = processes(drtui.home)
        assert len(running) >= 2, "the console and its engine"
        said = b"".join(
            (each / name).read_bytes() for each in running for name in ("environ", "cmdline")
        )
        os.kill(terminal.process.pid, signal.SIGTERM)  # ends as by a dropped line, whatever is due
        terminal.ended()
    drtui("account", "sign-out")
    secrets = [*real.secrets, wrong.decode().strip()]
    assert len(secrets) > 8
    written = [path for path in drtui.home.rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"config.toml", "drtui.log", "event.sqlite"}
    heard = ["".join(drtui.heard).encode(), said, terminal.written]
    assert all(heard)
    for content in [*heard, *(path.read_bytes() for path in written)]:
        assert not [secret for secret in secrets if secret.encode() in content]
    keyring = tmp_path / "keyring.json"
    assert not [one for one in secrets if keyring.exists() and one in keyring.read_text()]
