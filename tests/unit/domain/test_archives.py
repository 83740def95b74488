"""Archives: read whole, in constant memory, and refused with a sentence where not sound."""

import hashlib
import tarfile
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.archives import MOST_KEPT, read_archive
from drtui.domain.tar_stream import ArchiveError, ArchiveLimitError, ArchiveLimits
from tests.support.archives import archive, member, packed, tar_of

SMALL = ArchiveLimits(members=20, unpacked=100_000, ratio=10, harmless=20_000)


def parts(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-zé]{1,120}){0,3}", fullmatch=True),
        st.binary(max_size=3_000),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 5_000),
)
def test_a_sound_archive_is_read_however_it_comes(files: dict[str, bytes], size: int) -> None:
    data = archive(files, None, None)
    found = read_archive(parts(data, size))
    assert (found.size, found.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (found.files, found.unpacked) == (len(files), sum(map(len, files.values())))


def test_metadata_and_reward_are_kept_the_least_deep_ones() -> None:
    files = {"old/model_metadata.json": b"{}", "agent/model.pb": b"x"}
    found = read_archive([archive(files)])
    assert found.kept["model_metadata.json"].startswith(b'{"action_space"')
    assert b"reward_function" in found.kept["reward_function.py"]


def test_what_is_too_large_to_be_meant_is_not_kept() -> None:
    found = read_archive([archive({"reward_function.py": b"#" * (MOST_KEPT + 1)}, None, None)])
    assert found.kept == {}


def test_the_same_files_packed_otherwise_have_the_same_contents() -> None:
    one, other = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}
    first = read_archive([archive(one)])
    again = read_archive([archive(other, mtime=7)])
    assert first.sha256 != again.sha256
    assert first.contents == again.contents
    assert first.contents != read_archive([archive({"a": b"2", "b": b"1"})]).contents


@given(st.data())
def test_no_part_of_an_archive_passes_for_the_whole(data: st.DataObject) -> None:
    whole = archive()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ArchiveError):
        read_archive(parts(whole[:cut], 700))


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    whole = bytearray(archive())
    at = data.draw(st.integers(10, len(whole) - 1))  # the first ten are gzip's own, time and all
    whole[at] ^= data.draw(st.integers(1, 255))
    sound = read_archive([archive()])
    try:
        found = read_archive([bytes(whole)])
    except ArchiveError:
        return
    assert found.contents == sound.contents, "it is another packing of the same"


@given(st.binary(max_size=2_000))
def test_any_bytes_are_refused_by_a_sentence_and_not_by_a_crash(data: bytes) -> None:
    for each in (data, packed(data), packed(data + b"\0" * 1024)):
        with pytest.raises(
            ArchiveError, match=r"^It .*\.$|^Its .*\.$|^There .*\.$|^Something .*\.$"
        ):
            read_archive([each])


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../x", "a/../../x", "..", "C:\\x", "c:x", "a\\..\\..\\x", "\\\\server\\x", ""],
)
def test_no_member_leads_out_of_the_folder(name: str) -> None:
    data = packed(tar_of(member(name, b"x")))
    with pytest.raises(ArchiveError, match=r"leads out|without a usable name"):
        read_archive([data])


def test_a_long_name_leads_out_no_more_than_a_short_one() -> None:
    for name in ("a/" * 130 + "../" * 140 + "x", "/" + "ä" * 240):
        with pytest.raises(ArchiveError, match="leads out"):
            read_archive([packed(tar_of(member(name, b"x")))])


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (tarfile.SYMTYPE, "is a link"),
        (tarfile.LNKTYPE, "is a link"),
        (tarfile.CHRTYPE, "is a device"),
        (tarfile.BLKTYPE, "is a device"),
        (tarfile.FIFOTYPE, "is a device"),
        (tarfile.GNUTYPE_SPARSE, "neither a file nor a folder"),
    ],
)
def test_links_and_devices_are_refused(kind: bytes, told: str) -> None:
    data = packed(tar_of(member("x", kind=kind, linkname="/etc/passwd")))
    with pytest.raises(ArchiveError, match=told):
        read_archive([data])


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    handed = 0

    def bomb() -> Iterator[bytes]:
        nonlocal handed
        packer = zlib.compressobj(9, wbits=31)
        yield packer.compress(member("x", b"")[:124] + b"0" * 388)
        for _ in range(10_000):
            handed += 1
            yield packer.compress(b"\0" * 1_000_000) + packer.flush(zlib.Z_SYNC_FLUSH)

    with pytest.raises(ArchiveError):
        read_archive(bomb())
    zeros = packed(tar_of(member("zeros", b"\0" * 90_000)))
    with pytest.raises(ArchiveError, match="more than 10 times its size"):
        read_archive([zeros], SMALL)
    assert handed < 1_000


def test_the_limits_of_size_and_members_hold() -> None:
    noise = bytes((n * n * 31) % 251 for n in range(110_000))
    with pytest.raises(ArchiveError, match="unpacks to more than"):
        read_archive([packed(tar_of(member("x", noise)), 0)], SMALL)
    many = packed(tar_of(*(member(f"f{n}") for n in range(21))))
    with pytest.raises(ArchiveError, match="more than 20 members"):
        read_archive([many], SMALL)


def test_two_files_of_one_name_are_refused_and_so_is_what_follows_the_end() -> None:
    twice = packed(tar_of(member("a", b"1"), member("./a", b"2")))
    with pytest.raises(ArchiveError, match="two files of the same name"):
        read_archive([twice])
    with pytest.raises(ArchiveError, match="follows the end"):
        read_archive([packed(tar_of(member("a", b"1")) + b"more")])
    with pytest.raises(ArchiveError, match="no gzip data"):
        read_archive([archive() + b"more"])


def test_a_large_archive_takes_no_more_memory_than_a_small_one() -> None:
    def large() -> Iterator[bytes]:
        packer = zlib.compressobj(0, wbits=31)
        head = tarfile.TarInfo("model.pb")
        head.size = 64 * 2**20
        yield packer.compress(head.tobuf(tarfile.GNU_FORMAT))
        block = bytes(2**16)
        for _ in range(2**10):
            yield packer.compress(block) + packer.flush(zlib.Z_SYNC_FLUSH)
        yield packer.compress(b"\0" * 1024) + packer.flush()

    tracemalloc.start()
    try:
        found = read_archive(large())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.unpacked == 64 * 2**20
    assert peak < 8 * 2**20


def test_sizes_beyond_what_octal_digits_hold_are_read() -> None:
    info = tarfile.TarInfo("model.pb")
    info.size = 5 * 10**10
    data = packed(info.tobuf(tarfile.GNU_FORMAT) + b"begun")
    with pytest.raises(ArchiveError, match="cut short"):
        read_archive([data])


@pytest.mark.parametrize("size", [1, 700, 100_000])
def test_zeros_that_fill_a_block_up_behind_gzip_data_are_no_damage(size: int) -> None:
    whole = archive()
    found = read_archive(parts(whole + bytes(1_300), size))
    assert (found.size, found.contents) == (len(whole) + 1_300, read_archive([whole]).contents)
    with pytest.raises(ArchiveError, match="no gzip data"):
        read_archive(parts(whole + bytes(10) + b"something", size))


@pytest.mark.parametrize(
    "data",
    [
        archive({"zeros": bytes(90_000)}),
        archive({"much": bytes(200_000)}),
        archive({str(one): b"" for one in range(30)}),
    ],
)
def test_what_is_more_than_is_taken_is_told_from_what_is_damaged(data: bytes) -> None:
    with pytest.raises(ArchiveLimitError):
        read_archive([data], SMALL)
    with pytest.raises(ArchiveError) as caught:
        read_archive([data[:-20]])
    assert not isinstance(caught.value, ArchiveLimitError)
