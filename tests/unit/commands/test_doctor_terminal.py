"""The doctor's checks of the terminal, with made-up circumstances."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest

from drtui.commands.doctor.surroundings import Surroundings
from drtui.commands.doctor.terminal import examine_terminal
from drtui.domain.doctoring import Verdict
from tests.unit.commands.examined import NOT_CHECKED, OK, SCREEN, WARNING, one


@pytest.mark.parametrize(
    ("size", "verdict"),
    [((60, 15), OK), ((59, 15), WARNING), ((60, 14), WARNING), ((None, None), NOT_CHECKED)],
)
def test_the_size_is_held_against_the_least(
    around: Surroundings, size: tuple[int | None, int | None], verdict: Verdict
) -> None:
    screen = replace(SCREEN, columns=size[0], lines=size[1])
    assert one(examine_terminal(replace(around, screen=screen)), "size").verdict is verdict


@pytest.mark.parametrize(
    ("environment", "verdict", "said"),
    [
        ({"TERM": "xterm"}, OK, "16"),
        ({"TERM": "xterm-256color"}, OK, "256"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, OK, "all"),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": ""}, OK, "NO_COLOR"),
        ({"TERM": "dumb"}, WARNING, "dumb"),
        ({}, WARNING, "not set"),
        ({"TERM": "\x1b[31mred"}, OK, "something odd"),
    ],
)
def test_colours_go_by_the_environment(
    around: Surroundings, environment: Mapping[str, str], verdict: Verdict, said: str
) -> None:
    found = one(examine_terminal(replace(around, environment=environment)), "colours")
    assert found.verdict is verdict
    assert said in found.why


@pytest.mark.parametrize(
    ("tmux", "version", "environment", "verdict"),
    [
        ("", "", {}, OK),
        ("/usr/bin/tmux", "tmux 3.4", {"TMUX": "x"}, OK),
        ("/usr/bin/tmux", "tmux 3.2a", {"TMUX": "x"}, OK),
        ("/usr/bin/tmux", "tmux next-3.6", {"TMUX": "x"}, OK),
        ("/usr/bin/tmux", "tmux 3.1c", {"TMUX": "x"}, WARNING),
        ("/usr/bin/tmux", "tmux 2.9", {"TMUX": "x"}, WARNING),
        ("/usr/bin/tmux", "", {"TMUX": "x"}, OK),
        ("", "", {"TMUX": "x"}, WARNING),
        ("", "", {"STY": "x"}, WARNING),
    ],
)
def test_the_clipboard_goes_by_what_copies(
    around: Surroundings,
    tmux: str,
    version: str,
    environment: Mapping[str, str],
    verdict: Verdict,
) -> None:
    screen = replace(SCREEN, tmux=tmux, tmux_version=version)
    found = examine_terminal(replace(around, screen=screen, environment=environment))
    assert one(found, "clipboard").verdict is verdict


def test_text_that_is_not_utf_8_is_warned_of(around: Surroundings) -> None:
    screen = replace(SCREEN, encoding="ISO-8859-1")
    assert one(examine_terminal(replace(around, screen=screen)), "locale").verdict is WARNING
    assert one(examine_terminal(around), "locale").verdict is OK


LOGIND: Final = "[Login]\n"


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({}, OK),
        ({"etc/systemd/logind.conf": "[Login]\n#KillUserProcesses=yes\n"}, OK),
        ({"etc/systemd/logind.conf": "[Login]\nKillUserProcesses=yes\n"}, WARNING),
        ({"etc/systemd/logind.conf": "[Other]\nKillUserProcesses=yes\n"}, OK),
        ({"usr/lib/systemd/logind.conf": "[Login]\nKillUserProcesses=1\n"}, WARNING),
        (
            {
                "usr/lib/systemd/logind.conf": "[Login]\nKillUserProcesses=1\n",
                "etc/systemd/logind.conf": "[Login]\n",
            },
            OK,
        ),
        (
            {
                "etc/systemd/logind.conf": "[Login]\nKillUserProcesses=yes\n",
                "usr/lib/systemd/logind.conf.d/50-no.conf": "[Login]\nKillUserProcesses=no\n",
            },
            OK,
        ),
        (
            {
                "etc/systemd/logind.conf.d/10-a.conf": "[Login]\nKillUserProcesses=no\n",
                "run/systemd/logind.conf.d/20-b.conf": "[Login]\nKillUserProcesses = True\n",
            },
            WARNING,
        ),
        (
            {
                "etc/systemd/logind.conf.d/10-a.conf": "[Login]\nKillUserProcesses=no\n",
                "run/systemd/logind.conf.d/10-a.conf": "[Login]\nKillUserProcesses=yes\n",
            },
            OK,
        ),
        (
            {
                "etc/systemd/logind.conf": LOGIND
                + "KillUserProcesses=yes\nKillExcludeUsers=root ada\n"
            },
            OK,
        ),
        ({"etc/systemd/logind.conf": LOGIND + "KillUserProcesses=yes\nKillOnlyUsers=bob\n"}, OK),
    ],
)
def test_logind_is_read_as_it_reads_its_own_files(
    around: Surroundings, files: Mapping[str, str], verdict: Verdict
) -> None:
    for name, text in files.items():
        path = around.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert one(examine_terminal(around), "lost session").verdict is verdict
