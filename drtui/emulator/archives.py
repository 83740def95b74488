"""Physical-car archives with real contents, built when they are asked for."""

import gzip
import hashlib
import io
import json
import tarfile
from collections import OrderedDict
from dataclasses import dataclass

from drtui.emulator.model_cards import Card, archived_metadata, mark_of
from drtui.emulator.records import seeded_random

USUAL_BYTES = 100_000
"""About how large an archive is."""

LARGE_ONES = 32
"""One archive in so many is `TIMES_LARGER`, yet not above `LARGEST` for that alone."""

TIMES_LARGER = 20
LARGEST = 20_000_000

_KEPT_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Archive:
    """A tar.gz, and the tag that the storage gives it."""

    data: bytes
    etag: str


class Archives:
    """Builds archives, always the same for the same contents, and keeps a few of them."""

    def __init__(self, usual_bytes: int = USUAL_BYTES) -> None:
        self._usual = usual_bytes
        self._kept: OrderedDict[str, Archive] = OrderedDict()

    def get(self, card: Card) -> Archive:
        """The archive of a model with these contents."""
        archive = self._kept.pop(card.content, None)
        if archive is None:
            data = _build(card, self._size(card.content))
            archive = Archive(data, hashlib.md5(data, usedforsecurity=False).hexdigest())
        self._kept[card.content] = archive
        while len(self._kept) > 1 and self._held() > _KEPT_BYTES:
            self._kept.popitem(last=False)
        return archive

    def _held(self) -> int:
        return sum(len(each.data) for each in self._kept.values())

    def _size(self, content: str) -> int:
        mark = mark_of(content)
        size = self._usual * (60 + mark % 80) // 100
        if mark // 80 % LARGE_ONES == 0:
            return max(size, min(TIMES_LARGER * size, LARGEST))
        return size


def _build(card: Card, size: int) -> bytes:
    weights = seeded_random(0, f"weights:{card.content}").randbytes(size)
    metadata = json.dumps(archived_metadata(card), indent=2).encode()
    buffer = io.BytesIO()
    # Weights do not compress; storing them costs no time.
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=0, filename="", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, data in (
            ("agent/model.pb", weights),
            ("model_metadata.json", metadata),
            ("reward_function.py", str(card.metadata["rewardFunction"]).encode()),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
