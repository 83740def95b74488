"""`drtui export` as a person runs it: against an account, offline, and interrupted."""

import json
import stat
from pathlib import Path

from tests.e2e.running import Drtui


def test_what_was_read_is_exported_without_a_network(
    drtui: Drtui, ordinary: list[str], tmp_path: Path
) -> None:
    drtui("sync")
    drtui("users", "set-quota", "--hours", "9", "--profile", ordinary[0], "--yes")
    folder = tmp_path / "out"
    ran = drtui("export", str(folder))
    assert "1 operation" in ran.err
    assert ran.out == ""
    racers = json.loads((folder / "racers.json").read_text(encoding="utf-8"))
    assert {one["profile_id"] for one in racers} >= set(ordinary)
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert "already" in drtui("export", str(folder), code=2).err
    drtui("export", str(folder), "--replace")
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_an_account_that_is_not_there_is_told_before_anything_is_made(
    drtui: Drtui, tmp_path: Path
) -> None:
    drtui("export", str(tmp_path / "out"), "--account", "nobody", code=2)
    assert not (tmp_path / "out").exists()
