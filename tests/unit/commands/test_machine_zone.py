"""What this machine's zone is called in the files that are written."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands.machine_zone import lasting_zone
from drtui.commands.race_files import template_text
from drtui.domain.race_times import SYSTEM_ZONE

NOW = datetime(2026, 5, 2, 12, tzinfo=UTC)


def test_a_file_names_the_zone_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert 'zone = "Europe/Berlin"' in template_text(NOW, "weekly-series", SYSTEM_ZONE)


@pytest.mark.parametrize("name", ["", "CET-1CEST", "/etc/passwd", "../zone", "Nowhere/Land"])
def test_a_zone_without_a_name_stays_the_machines(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TZ", name)
    assert lasting_zone(SYSTEM_ZONE) is SYSTEM_ZONE
    assert lasting_zone(UTC) is UTC


def test_the_link_of_the_machine_names_its_zone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    file = tmp_path / "zoneinfo" / "Asia" / "Tokyo"
    file.parent.mkdir(parents=True)
    file.touch()
    link = tmp_path / "localtime"
    link.symlink_to(file)
    assert str(lasting_zone(SYSTEM_ZONE, link)) == "Asia/Tokyo"
    assert lasting_zone(SYSTEM_ZONE, tmp_path / "none") is SYSTEM_ZONE
