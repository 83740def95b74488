"""A file is read by its path; what cannot be read is said in one harmless sentence."""

import os
from pathlib import Path

import pytest

from drtui.commands import list_files
from drtui.commands.list_files import read_list_file
from drtui.domain.problems import InvalidInputError


@pytest.mark.parametrize(
    "data",
    [
        b"a\nb\n",
        b"\xef\xbb\xbfa\r\nb",
        "a\nb".encode("utf-16"),
        b"\xfe\xff" + "a\nb".encode("utf-16-be"),
    ],
)
def test_lines_are_read_as_spreadsheets_write_them(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "list.csv").write_bytes(data)
    assert read_list_file(f" {tmp_path}/list.csv ").lines == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "text", "noted"),
    [
        ("José Müller €".encode("cp1252"), "José Müller €", True),
        ("José Müller €".encode(), "José Müller €", False),
        ("José".encode("utf-8-sig"), "José", False),
        ("José".encode("utf-16"), "José", False),
        (b"Jos\x81", "Jos\ufffd", True),  # no character of Windows-1252
    ],
)
def test_what_is_no_utf_8_is_read_as_windows_1252_and_told(
    tmp_path: Path, data: bytes, text: str, noted: bool
) -> None:
    (tmp_path / "list.csv").write_bytes(data)
    found = read_list_file(f"{tmp_path}/list.csv")
    assert found.text == text
    assert ("read as Windows-1252, check the names" in found.note) is noted


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "list.txt").write_text("ada\n")
    assert read_list_file("~/list.txt").lines == ["ada"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Type the path"),
        ("  ", "Type the path"),
        ("missing", "There is no file"),
        (".", "is a folder"),
        ("a\x1b[2J", "There is no file"),
        ("a\0b", "no"),
        ("~nobody-of-this-name/x", "no"),
        ("x" * 300, "no|cannot"),
        ("pipe", "There is no file"),
        ("binary", "is no text"),
        ("long", "is larger than"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(list_files, "LARGEST", 100)
    os.mkfifo("pipe")
    Path("binary").write_bytes(b"\x89PNG\0\0")
    Path("long").write_bytes(b"x" * 101)
    with pytest.raises(InvalidInputError, match=said) as caught:
        read_list_file(name)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200
