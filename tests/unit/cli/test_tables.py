"""Tables fit the terminal, never cut a number, and hide nothing silently."""

import os
import sys
from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from drtui.cli.operations import LIST
from drtui.cli.tables import Column, print_page, print_table

COLUMNS = (
    Column("Alias"),
    Column("Email", spare=1),
    Column("Hours", number=True),
    Column("Models", number=True, spare=3),
    Column("GB", number=True, spare=2),
)
ROWS = [
    ["ada", "ada@example.com", "1,234.5", "3", "0.1"],
    ["车" * 30, "somebody.with.a.long.name@students.example.edu", "∞", "12", "?"],
    ["evil\x1b[2J\u202e", "x", "0.0", "0", "0.0"],
]


READ = (
    Column("Part"),
    Column("There is", spare=1, least=16),
    Column("As of", spare=2, brief=slice(16)),
    Column("Missing", below=True),
)
PARTS = [
    ["Models", "of 167 of 206 racers", "2026-11-22 17:20:05", f"still being {'read ' * 20}on"],
    ["Settings", "", "", ""],
]


def printed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    columns: int | None,
    table: tuple[Sequence[Column], Sequence[Sequence[str]]] = (COLUMNS, ROWS),
) -> tuple[list[str], str]:
    """Print on a terminal of so many columns; None is a file."""
    monkeypatch.setenv("TERM", "dumb")
    if columns is not None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setattr(
            "drtui.cli.tables.shutil.get_terminal_size", lambda: os.terminal_size((columns, 24))
        )
    print_table(*table)
    out, err = capsys.readouterr()
    return out.splitlines(), err


def test_a_file_gets_everything_in_full(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, err = printed(monkeypatch, capsys, None)
    assert len(lines) == 4
    assert "somebody.with.a.long.name@students.example.edu" in lines[2]
    assert "车" * 30 in lines[2]
    assert err == ""


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120, 200])
def test_a_terminal_s_lines_fit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    lines, _ = printed(monkeypatch, capsys, width)
    assert max(cell_len(line) for line in lines) <= width
    assert "1,234.5" in lines[1]
    assert all("…" not in line.split()[-1] for line in lines)


def test_what_there_is_no_room_for_goes_by_its_rank_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, err = printed(monkeypatch, capsys, 42)
    assert lines[0].split() == ["Alias", "Email", "Hours", "GB"]
    assert "No room for: Models" in err
    lines, err = printed(monkeypatch, capsys, 20)
    assert lines[0].split() == ["Alias", "Hours"]
    assert "No room for: Email, Models, GB" in err


@pytest.mark.parametrize(("width", "moment"), [(80, "2026-11-22 17:20"), (40, "")])
def test_what_is_read_to_its_end_goes_below_its_row_and_a_moment_gets_briefer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int, moment: str
) -> None:
    lines, err = printed(monkeypatch, capsys, width, (READ, PARTS))
    assert max(cell_len(line) for line in lines) <= width
    assert "Missing" not in lines[0]
    assert lines[1].split() == f"Models of 167 of 206 racers {moment}".split()
    assert all(line.startswith("    ") for line in lines[2:-1])
    assert " ".join(" ".join(lines[2:-1]).split()) == f"Missing: {PARTS[0][-1]}"
    assert lines[-1] == "Settings"
    assert ("As of" in err) is (not moment)
    assert "Missing" not in err


def test_where_there_is_room_and_in_a_file_every_cell_is_whole_in_its_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for width in (None, 200):
        lines, _ = printed(monkeypatch, capsys, width, (READ, PARTS))
        assert len(lines) == 3
        assert "2026-11-22 17:20:05" in lines[1]
        assert lines[1].endswith("on")


def test_the_operations_list_tells_rows_apart_in_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [
        ["12", "2026-11-22 17:20:05", "ada", what, "250", "3", "0", "0", "0", "waiting: offline"]
        for what in ("Set usage quotas  hours +2  models 31", "Set usage quotas  models 31")
    ]
    lines, err = printed(monkeypatch, capsys, 80, (LIST, cells))
    for row, line in zip(cells, lines[1:], strict=True):
        assert row[3][:26] in line
        assert "11-22 17:20" in line
    assert "Failed, Conflict, Already so" in err
    cells[0][6] = "7"
    lines, err = printed(monkeypatch, capsys, 80, (LIST, cells))
    assert "Failed" in lines[0]
    assert " 7 " in lines[1]
    assert all("11-22 17:20" in line for line in lines[1:])


def test_texts_are_made_harmless(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, _ = printed(monkeypatch, capsys, 100)
    assert all(line.isprintable() for line in lines)


def test_numbers_are_aligned_to_the_right(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, _ = printed(monkeypatch, capsys, None)
    ends = {
        cell_len(line[: line.index(text) + len(text)])
        for line, text in zip(lines[1:], ["1,234.5", "∞", "0.0"], strict=True)
    }
    assert len(ends) == 1


def test_headings_are_bold_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    print_table(COLUMNS, ROWS)
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_table(COLUMNS, ROWS)
    assert capsys.readouterr().out.startswith("\x1b[1m")


def test_a_table_without_rows_has_its_headings(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, [])
    assert capsys.readouterr().out.split() == ["Alias", "Email", "Hours", "Models", "GB"]


def test_a_page_s_values_stand_below_each_other_and_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_page([("Alias", "ada\x1b[2J"), ("Hours in all", "x" * 150), ("", "more")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Alias         ada\N{REPLACEMENT CHARACTER}[2J"
    assert lines[1].endswith("x" * 150)
    assert lines[2].index("more") == lines[0].index("ada")
