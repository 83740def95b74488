"""Archives of physical-car models: whether one is sound, and what identifies it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from drtui.domain.tar_stream import ArchiveError, ArchiveLimits, Member, TarStream, inflate

METADATA: Final = "model_metadata.json"
REWARD: Final = "reward_function.py"
KEPT: Final = (METADATA, REWARD)
"""The files of an archive whose contents are kept when it is read."""

MOST_KEPT: Final = 2**20
"""Bytes of such a file; one that is larger cannot be meant, and is not kept."""

_LIMITS: Final = ArchiveLimits()


@dataclass(frozen=True, slots=True)
class Archive:
    """A sound archive.

    Attributes:
        size: In bytes, packed.
        sha256: Of the file, in hexadecimal.
        contents: A SHA-256 of names and contents of its files alone, so that the same files packed
            at another time, or in another order, have the same one.
        unpacked: What its files come to, in bytes.
        files: How many there are.
        kept: The contents of those of `KEPT` that are in it, by their names without folders.
    """

    size: int
    sha256: str
    contents: str
    unpacked: int
    files: int
    kept: Mapping[str, bytes]


def read_archive(chunks: Iterable[bytes], limits: ArchiveLimits = _LIMITS) -> Archive:
    """Read an archive from the first byte to the last, in constant memory.

    Args:
        chunks: The file's bytes.
        limits: What it may be at the most.

    Raises:
        ArchiveError: It is no sound tar.gz: damaged, cut short, with a member that leads out of
            its folder, a link, a device, or made to fill a disk.
    """
    packed = _Packed(chunks)
    stream = TarStream(inflate(packed, limits), limits)
    found: dict[str, tuple[int, str]] = {}
    kept: dict[str, tuple[int, bytes]] = {}
    for member in stream.members():
        if member.folder:
            continue
        if member.name in found:
            raise ArchiveError("It has two files of the same name.")
        digest, data = _read(stream, member)
        found[member.name] = member.size, digest
        base, depth = member.name.rpartition("/")[2], member.name.count("/")
        if data is not None and depth < kept.get(base, (depth + 1, b""))[0]:
            kept[base] = depth, data
    if not found:
        raise ArchiveError("There are no files in it.")
    return Archive(
        packed.size,
        packed.sha256.hexdigest(),
        _contents(found),
        sum(size for size, _ in found.values()),
        len(found),
        {name: data for name, (_, data) in kept.items()},
    )


class _Packed:
    """Counts and hashes chunks on their way."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0
        self.sha256 = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            self.sha256.update(chunk)
            yield chunk


def _read(stream: TarStream, member: Member) -> tuple[str, bytes | None]:
    """Return a file's SHA-256, and its contents where they are kept."""
    digest = hashlib.sha256()
    keeps = member.name.rpartition("/")[2] in KEPT and member.size <= MOST_KEPT
    data = bytearray()
    for part in stream.parts(member.size):
        digest.update(part)
        if keeps:
            data += part
    return digest.hexdigest(), bytes(data) if keeps else None


def _contents(found: Mapping[str, tuple[int, str]]) -> str:
    digest = hashlib.sha256()
    for name, (size, sha256) in sorted(found.items()):
        digest.update(f"{size} {sha256} {name}\0".encode())
    return digest.hexdigest()
