"""Whatever ends a command is one sentence and an exit code; --debug shows where."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.cli import exits, hoisted, run
from drtui.cli.problems import StoppedError, complain
from drtui.domain.filters import FilterError
from drtui.domain.problems import (
    InvalidInputError,
    NotAllowedError,
    ProblemError,
    StoreProblemError,
)
from drtui.domain.scheduling import NOT_SCHEDULED


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path))
    before = logging.getLogger().handlers[:]
    yield tmp_path
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)
        handler.close()


def raised(error: Exception) -> Exception:
    """An error that has been raised somewhere, and has a traceback."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInputError("What was typed."), 2),
        (StoreProblemError("The disk."), 1),
        (ProblemError("Something."), 1),
        (NotAllowedError("Not signed in."), 5),
        (StoppedError("Interrupted."), 130),
    ],
)
def test_a_problem_is_its_sentence(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert complain(error) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{error}\n")
    assert not list(home.iterdir())


def test_a_filter_s_problem_points_at_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert complain(FilterError("this is odd", "used>>", 5)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["The filter cannot be read: this is odd", "used>>", "     ^"]


def test_what_should_not_happen_is_told_harmlessly_and_logged_whole(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert complain(raised(ValueError("bad \x1b[2J\nthing"))) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "should not" in line
    assert "--debug" in line
    assert line.isprintable()
    log = (home / "logs" / "drtui.log").read_text()
    assert "Traceback" in log
    assert "test_problems.py" in log


def test_debug_shows_where_and_where_the_log_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    monkeypatch.setattr(hoisted, "_CHOSEN", hoisted._Hoisted(debug=True))
    assert complain(raised(StoreProblemError("The disk."))) == 1
    text = capsys.readouterr().err
    assert "Traceback" in text
    assert str(home / "logs" / "drtui.log") in text
    assert text.endswith("The disk.\n")


def test_a_log_that_cannot_be_written_hides_no_problem(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "logs").write_text("a file where the folder would be")
    assert complain(ValueError("odd")) == 1
    assert "odd" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--at 18:00 users pause", "No such option: --at. The options of a command go after it."),
        ("users --at 18:00 pause", "No such option: --at. The options of a command go after it."),
        ("--yes users pause", "No such option: --yes. The options of a command go after it."),
        ("operations list --at 18:00", "No such option: --at"),
        ("users delete --at 18:00", NOT_SCHEDULED),
        ("users pause --dryrun", "No such option: --dryrun (Possible options: --dry-run)"),
    ],
)
def test_an_option_that_a_command_does_not_have_is_told_by_where_it_stands(
    capsys: pytest.CaptureFixture[str], words: str, says: str
) -> None:
    assert run(words.split()) == exits.USAGE
    assert capsys.readouterr().err.endswith(f"Error: {says}\n")
