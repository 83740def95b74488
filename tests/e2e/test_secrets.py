"""No key of the account is ever written down or said, whatever happens."""

import stat
from pathlib import Path

from tests.e2e.running import Drtui, named, racers
from tests.support.emulator import RunningEmulator


def test_no_file_and_no_output_holds_a_key(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    profiles = emulator.profiles()
    chosen = named(*racers(profiles))
    drtui("users", "list")
    drtui("users", "pause", *chosen, "--yes")
    drtui("operations", "undo", "--yes")
    drtui("users", "remembered", "export", str(tmp_path / "home" / "remembered.json"))
    drtui("summary", "--json")
    # Refusals that repeat the signed headers, an answer that is none, a line that breaks.
    wrong = {"AWS_SECRET_ACCESS_KEY": "thiskeyiswrong" * 3}
    drtui("users", "list", "--sync", "--debug", env=wrong)
    drtui("users", "set-quota", "--models", "+1", *chosen, "--yes", "--debug", env=wrong, code=5)
    for how in ("unescaped", "portal", "reset"):
        emulator.control("fail", how=how, times=2)
        drtui("sync", "--debug", code=None)
    emulator.control("clear")
    drtui("sync", "--debug")
    secrets = [*drtui.secrets, *wrong.values(), drtui.environment["AWS_ACCESS_KEY_ID"]]
    files = [path for path in drtui.home.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"config.toml", "drtui.log", "event.sqlite"}
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path
    said = "".join(drtui.heard)
    assert said
    assert not [secret for secret in secrets if secret in said]


def test_every_file_and_folder_is_its_owner_s_alone(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    drtui("account", "add", "other", "--api-url", emulator.api, "--region", "us-east-1")
    drtui("users", "list")
    for path in drtui.home.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for folder in ("config", "logs"):
        assert stat.S_IMODE((drtui.home / folder).stat().st_mode) in (0o700, 0o755)
    assert stat.S_IMODE((drtui.home / "state" / "accounts").stat().st_mode) == 0o700
    assert stat.S_IMODE((drtui.home / "logs").stat().st_mode) == 0o700
