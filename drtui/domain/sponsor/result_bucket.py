"""A bucket of the sponsor's own, to which models are saved.

Implemented in `drtui.aws.sponsor`; methods raise `SponsorError`, and `LocalFileError` where the
file cannot be read. It is never the deployment's own bucket.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from drtui.domain.model_calls import Progress


class ResultBucket(Protocol):
    """Buckets that files are put into."""

    def size_of(self, bucket: str, key: str) -> int | None:
        """Return the size of an object in bytes; None where there is none."""

    def put(
        self,
        bucket: str,
        key: str,
        path: Path,
        *,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Put a file there, in parts where it is large; what is there under the key is replaced.

        It counts as put only when S3 tells the same size of it.

        Args:
            bucket: Its name.
            key: Where to.
            path: A file.
            progress: Told from the calling thread.
            stopped: Asked from the calling thread between two parts.

        Raises:
            FetchStoppedError: It was told to stop; nothing is there then.
        """
