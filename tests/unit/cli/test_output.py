"""Data goes out whole and harmless, or the command says that it could not."""

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.cli.output import OutputProblemError, emit, print_csv, print_json

HOSTILE = ["\x1b[31mred", "\x9b1m", "\u202egnirts", "a\u200bb", "two\nlines", '=HYPERLINK("x")']


@pytest.mark.parametrize("alias", HOSTILE)
def test_json_holds_hostile_text_and_shows_none(
    alias: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_json([{"alias": alias}])
    text = capsys.readouterr().out
    assert text.isascii()
    assert all(char.isprintable() or char == "\n" for char in text)
    assert json.loads(text) == [{"alias": alias}]


@given(st.text(max_size=60))
def test_no_cell_starts_a_formula_or_hides_a_character(text: str) -> None:
    out = io.StringIO()
    before, sys.stdout = sys.stdout, out
    try:
        print_csv([{"alias": text, "n": -1, "list": ["a", "b"], "map": {"x": 1}}], ["alias", "n"])
    finally:
        sys.stdout = before
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows[0] == ["alias", "n"]
    assert rows[1][1] == "-1"
    assert not rows[1][0].lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"))
    assert not {unicodedata.category(char) for char in rows[1][0]} & {"Cc", "Cf", "Zl", "Zp"}


def test_lists_and_mappings_are_joined_by_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"tags": ["red", "crew"], "pending": {"minutes_limit": 5, "models_limit": None}}
    print_csv([row], ["tags", "pending"])
    assert capsys.readouterr().out == "tags,pending\nred crew,minutes_limit=5 models_limit=None\n"


def run_python(program: str, stdout: int | None = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )


def test_a_reader_that_has_gone_ends_nothing_and_is_not_complained_about() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = "from drtui.cli.output import emit; [emit('x' * 9999) for _ in range(9)]; exit(7)"
    done = run_python(program, writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (7, b"")


def test_a_full_disk_is_one_sentence() -> None:
    program = (
        "from drtui.cli.output import emit, OutputProblemError\n"
        "try: emit('x')\n"
        "except OutputProblemError as problem: raise SystemExit(str(problem))"
    )
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a descriptor is all that is wanted
        done = run_python(program, full.fileno())
    assert done.stderr.decode() == "The output could not be written (No space left on device).\n"
    assert done.returncode == 1


def test_a_stderr_that_is_gone_does_not_stop_what_was_begun() -> None:
    program = (
        "import os\n"
        "reading, writing = os.pipe(); os.close(reading); os.dup2(writing, 2)\n"
        "from drtui.cli.output import say, ProgressLine\n"
        "say('x' * 100_000); ProgressLine().clear(); print('on')"
    )
    done = run_python(program)
    assert done.stdout == b"on\n"


def test_closed_streams_lead_nowhere_and_never_into_a_file() -> None:
    program = (
        "import os, sys\n"
        "for number in (0, 1, 2): os.close(number)\n"
        "sys.stdin = sys.stdout = sys.stderr = None\n"
        "from drtui.cli.output import emit, say, set_up_streams\n"
        "set_up_streams(); emit('data'); say('talk'); assert sys.stdin.read() == ''\n"
        "os._exit(0 if os.open('/dev/null', 0) > 2 else 3)"
    )
    assert run_python(program).returncode == 0


def test_problems_of_the_output_are_drtui_s_own_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def fileno(self) -> int:
            return os.open(os.devnull, os.O_WRONLY)

        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(OutputProblemError):
        emit("x")
