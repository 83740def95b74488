"""A model's folder or archive on this machine, as it is read and unpacked."""

import os
from pathlib import Path

import pytest

from drtui.domain.import_checks import PHYSICAL_ONLY
from drtui.domain.problems import InvalidInputError
from drtui.import_files import find_import, unpacked
from tests.support.archives import archive, member, packed, tar_of
from tests.support.imports import FILES, model_archive, model_folder


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("root", ["", "fast/", "downloads/fast/"])
def test_a_folder_and_an_archive_of_it_are_the_same_model(tmp_path: Path, root: str) -> None:
    folder = tmp_path / "folder"
    model_folder(folder / root)
    (folder / ".DS_Store").write_bytes(b"x")
    packed_ = model_archive(tmp_path / "fast.tar.gz", root=root)
    for found in (find_import(str(folder)), find_import(str(packed_))):
        assert found.root == root
        assert found.sizes == {name: len(data) for name, data in FILES.items()}
        with unpacked(found) as place:
            inside = held(place)
        assert {name: inside[name] for name in FILES} == dict(FILES)
    assert not place.exists()


def test_the_fingerprint_changes_with_the_files(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "fast")
    before = find_import(str(folder)).fingerprint
    assert find_import(str(folder)).fingerprint == before
    path = folder / "reward_function.py"
    os.utime(path, ns=(1, 1))
    assert find_import(str(folder)).fingerprint != before


def test_links_are_not_followed(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "fast")
    secret = tmp_path / "secret"
    secret.write_text("x")
    (folder / "more").symlink_to(secret)
    with pytest.raises(InvalidInputError, match="“more” is a link"):
        find_import(str(folder))
    (folder / "more").unlink()
    (folder / "others").symlink_to(tmp_path)
    with pytest.raises(InvalidInputError, match="“others” is a link"):
        find_import(str(folder))


def test_a_downloaded_archive_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "ada_fast.tar.gz"
    path.write_bytes(archive())
    with pytest.raises(InvalidInputError) as refused:
        find_import(str(path))
    assert str(refused.value) == PHYSICAL_ONLY


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "It is empty"),
        (b"PK\x03\x04", "no gzip data"),
        (packed(tar_of(member("../x", b"x"))), "leads out of the folder"),
        (packed(tar_of(member("a", kind=b"2"))), "is a link"),
        (packed(tar_of(member("a", b"1"), member("a", b"2"))), "two files of the same name"),
    ],
)
def test_an_archive_that_is_not_safe_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    refuse(tmp_path, data, words)


def test_an_archive_that_fills_a_disk_is_refused(tmp_path: Path) -> None:
    refuse(tmp_path, packed(b"\0" * (80 * 2**20)), "made to fill a disk")


def refuse(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "bad.tar.gz"
    path.write_bytes(data)
    with pytest.raises(InvalidInputError, match=words):
        find_import(str(path))


@pytest.mark.parametrize("typed", ["", "  ", "/nowhere/at/all", "a\0b"])
def test_what_is_not_there_is_told(typed: str) -> None:
    with pytest.raises(InvalidInputError):
        find_import(typed)
