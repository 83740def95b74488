"""The upload bucket: objects, whole or put together of parts.

Large ones lie in files without a name, so that nothing is left behind, however this ends.
"""

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

IN_MEMORY = 2**20


class UploadError(Exception):
    """The bucket cannot do that; `code` is the storage's word for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Stored:
    """An object, or one part of it."""

    file: IO[bytes]
    size: int
    etag: str

    def read(self, most: int = -1) -> bytes:
        """The first so many bytes; all of them unless said otherwise."""
        self.file.seek(0)
        return self.file.read(most)


@dataclass(slots=True)
class _Upload:
    key: str
    parts: dict[int, Stored] = field(default_factory=dict)


class Uploads:
    """What was uploaded since the start."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self._objects: dict[str, Stored] = {}
        self._uploads: dict[str, _Upload] = {}

    def put(self, key: str, data: bytes) -> Stored:
        """Store an object, instead of an earlier one under its key."""
        self._replace(key, _stored(data))
        return self._objects[key]

    def get(self, key: str) -> Stored | None:
        """The object under this key."""
        return self._objects.get(key)

    def remove(self, key: str) -> None:
        """Have no object under this key."""
        stored = self._objects.pop(key, None)
        if stored is not None:
            stored.file.close()

    def below(self, prefix: str) -> Mapping[str, Stored]:
        """The objects whose key begins so, by the rest of the key."""
        return {
            key.removeprefix(prefix): stored
            for key, stored in self._objects.items()
            if key.startswith(prefix)
        }

    def begin(self, key: str) -> str:
        """Begin an object of parts, and return the upload's id."""
        upload_id = secrets.token_hex(16)
        self._uploads[upload_id] = _Upload(key)
        return upload_id

    def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> Stored:
        """Store one part.

        Raises:
            UploadError: there is no such upload.
        """
        upload = self._upload(key, upload_id)
        earlier = upload.parts.pop(number, None)
        if earlier is not None:
            earlier.file.close()
        upload.parts[number] = _stored(data)
        return upload.parts[number]

    def complete(self, key: str, upload_id: str, wanted: list[tuple[int, str]]) -> Stored:
        """Put the parts together.

        Raises:
            UploadError: there is no such upload, or the parts are not those that came.
        """
        upload = self._upload(key, upload_id)
        parts = [upload.parts.get(number) for number, _ in wanted]
        found = [part for part in parts if part is not None]
        tags = [part.etag for part in found]
        if not wanted or tags != [tag.strip('"') for _, tag in wanted]:
            text = "One or more of the specified parts could not be found."
            raise UploadError("InvalidPart", text)
        if [number for number, _ in wanted] != sorted({number for number, _ in wanted}):
            text = "The list of parts was not in ascending order."
            raise UploadError("InvalidPartOrder", text)
        whole = _file()
        for part in found:
            part.file.seek(0)
            shutil.copyfileobj(part.file, whole)
        digest = hashlib.md5(b"".join(map(bytes.fromhex, tags)), usedforsecurity=False)
        etag = f"{digest.hexdigest()}-{len(found)}"
        self.abort(key, upload_id)
        self._replace(key, Stored(whole, sum(part.size for part in found), etag))
        return self._objects[key]

    def abort(self, key: str, upload_id: str) -> None:
        """Give up an object of parts.

        Raises:
            UploadError: there is no such upload.
        """
        for part in self._upload(key, upload_id).parts.values():
            part.file.close()
        del self._uploads[upload_id]

    def _upload(self, key: str, upload_id: str) -> _Upload:
        upload = self._uploads.get(upload_id)
        if upload is None or upload.key != key:
            raise UploadError("NoSuchUpload", "The specified multipart upload does not exist.")
        return upload

    def _replace(self, key: str, stored: Stored) -> None:
        self.remove(key)
        self._objects[key] = stored


def _file() -> IO[bytes]:
    return SpooledTemporaryFile(max_size=IN_MEMORY)


def _stored(data: bytes) -> Stored:
    file = _file()
    file.write(data)
    return Stored(file, len(data), hashlib.md5(data, usedforsecurity=False).hexdigest())
