"""For whom is said in one way, and what is wrong with it is found before anything else."""

import io
import os
import sys
from pathlib import Path

import pytest

from drtui.cli.choosing import choice, read_text
from drtui.commands import list_files
from drtui.commands.selection import names_in
from drtui.domain.problems import InvalidInputError


@pytest.mark.parametrize(
    ("filter_", "profiles", "from_", "everybody"),
    [
        (None, None, None, False),
        (None, [], None, False),
        ("x", None, None, True),
        ("", ["a"], None, False),
        (None, ["a"], "-", False),
        ("x", ["a"], "-", True),
    ],
)
def test_none_or_several_ways_are_refused(
    filter_: str | None, profiles: list[str] | None, from_: str | None, everybody: bool
) -> None:
    with pytest.raises(InvalidInputError, match="Say for whom"):
        choice(filter_, profiles, from_, everybody)


def test_a_filter_that_cannot_be_read_is_refused_before_the_account_is_asked() -> None:
    with pytest.raises(InvalidInputError):
        choice("used>>", None, None, False)


@pytest.mark.parametrize(
    "data",
    [
        b"a@example.com\nb@example.com\n",
        b"\xef\xbb\xbfa@example.com\r\nb@example.com\r\n",
        "a@example.com\tAda\r\nb@example.com\tBo\r\n".encode("utf-16"),
        b"\xfe\xff" + "a@example.com\nb@example.com".encode("utf-16-be"),
    ],
)
def test_lists_are_read_as_spreadsheets_write_them(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(data)
    assert names_in(read_text(str(file)).splitlines()) == ["a@example.com", "b@example.com"]


def test_other_bytes_spoil_only_their_own_line(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"caf\xe9\na@example.com\n")
    assert names_in(read_text(str(file)).splitlines())[1] == "a@example.com"


def test_a_dash_is_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"ada\n")))
    assert read_text("-") == "ada\n"


def test_what_is_no_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = b"\xff\xd8\xff\xe0\0\x10JFIF\0"
    file = tmp_path / "photo.jpg"
    file.write_bytes(photo)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(photo)))
    for source in (str(file), "-"):
        with pytest.raises(InvalidInputError, match="is no text"):
            read_text(source)


def test_what_has_no_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_files, "LARGEST", 1_000)
    with pytest.raises(InvalidInputError, match="is larger than"):
        read_text("/dev/zero")


def test_a_pipe_is_read_as_a_file_is() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "wb") as opened:
        opened.write(b"ada\n")
        opened.flush()
        opened.close()
        assert read_text(f"/dev/fd/{reading}") == "ada\n"


@pytest.mark.parametrize("name", ["missing", ".", "a\x1b[2J"])
def test_a_file_that_cannot_be_read_is_named_harmlessly(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInputError, match="cannot be read") as caught:
        read_text(name)
    assert str(caught.value).isprintable()
