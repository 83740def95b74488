"""A bucket of the sponsor's own: files are put there, large ones in parts, and verified."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.domain.model_calls import FetchStoppedError, Progress
from drtui.domain.problems import LocalFileError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.text import clean

_SERVICE: Final = "s3"
_PART: Final = 16 * 2**20  # S3 takes 10,000 parts: 160 GB


class S3ResultBucket:
    """Implements `ResultBucket`; safe to use from several threads.

    Args:
        door: To the sponsor's account.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    def size_of(self, bucket: str, key: str) -> int | None:
        """See `ResultBucket`; by a listing, whose refusals say why, as those of a HEAD do not."""
        members = {"Bucket": bucket, "Prefix": key, "MaxKeys": 1}
        listed = self._door.call(_SERVICE, "ListObjectsV2", members).get("Contents") or ()
        sizes = (one.get("Size") for one in listed if one.get("Key") == key)
        return next((size for size in sizes if isinstance(size, int)), None)

    def put(
        self,
        bucket: str,
        key: str,
        path: Path,
        *,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """See `ResultBucket`."""
        place = {"Bucket": bucket, "Key": key}
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                if size <= _PART:
                    self._door.call(
                        _SERVICE, "PutObject", {**place, "Body": file.read()}, write=True
                    )
                else:
                    self._in_parts(place, file, size, progress, stopped)
        except OSError as error:
            raise LocalFileError(
                f"{clean(str(path), 300)} cannot be read ({error.strerror})."
            ) from error
        found = self.size_of(bucket, key)
        if found != size:
            raise SponsorError(
                SponsorFailure.UNAVAILABLE,
                f"s3 PutObject: the bucket has {found} bytes instead of {size}; it is put again.",
            )
        if progress is not None:
            progress(size, size)

    def _in_parts(
        self,
        place: dict[str, Any],
        file: Any,
        size: int,
        progress: Progress | None,
        stopped: Callable[[], bool],
    ) -> None:
        """Put a large file; parts that were left behind by a failure are given up."""
        begun = self._door.call(_SERVICE, "CreateMultipartUpload", place, write=True)
        upload = {**place, "UploadId": begun["UploadId"]}
        parts: list[dict[str, object]] = []
        done = 0
        try:
            while data := file.read(_PART):
                if stopped():
                    raise FetchStoppedError
                number = len(parts) + 1
                sent = {**upload, "PartNumber": number, "Body": data}
                answer = self._door.call(_SERVICE, "UploadPart", sent, write=True)
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
                done += len(data)
                if progress is not None:
                    progress(done, size)
            whole = {**upload, "MultipartUpload": {"Parts": parts}}
            self._door.call(_SERVICE, "CompleteMultipartUpload", whole, write=True)
        except BaseException:
            self._give_up(upload)
            raise

    def _give_up(self, upload: dict[str, Any]) -> None:
        try:
            self._door.call(_SERVICE, "AbortMultipartUpload", upload, write=True)
        except SponsorError:
            return  # what it met first is what is told
