"""Options that cannot be served are refused in one sentence."""

from typing import Any

import pytest

from drtui.emulator.options import EmulatorOptions, OptionError, Outage


@pytest.mark.parametrize(("text", "outage"), [("30:10", Outage(30, 10)), ("0:0.5", Outage(0, 0.5))])
def test_an_outage_is_start_and_seconds(text: str, outage: Outage) -> None:
    assert Outage.parse(text) == outage


@pytest.mark.parametrize("text", ["", "30", "30:", ":10", "a:b", "30:0", "-1:5", "1:2:3", "nan:1"])
def test_anything_else_is_no_outage(text: str) -> None:
    with pytest.raises(OptionError, match="START:SECONDS"):
        Outage.parse(text)


@pytest.mark.parametrize(
    "options",
    [
        {"port": -1},
        {"port": 65_536},
        {"racers": 0},
        {"racers": 1_000_001},
        {"speed": 0},
        {"speed": float("nan")},
        {"latency_ms": -1},
        {"fail_rate": 1.1},
        {"lag_ms": -1},
        {"deployment": "1.4.0"},
        {"firewall": "everything"},
        {"archive_bytes": 999},
        {"archive_bytes": 100_000_001},
    ],
)
def test_what_cannot_be_served_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        EmulatorOptions(**options)
