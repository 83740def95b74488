"""The bucket with the files of every model: what it holds, by S3, and which one it is."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from drtui.aws.answers import discreet
from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import BUCKET_NAME, StoredFile, StoredFiles

_SERVICE: Final = "s3"
_ID: Final = re.compile(r"[A-Za-z0-9]{15}")
_KEY: Final = re.compile(r"([A-Za-z0-9]{15})/models/([A-Za-z0-9]{15})/.+", re.DOTALL)
_MOST_BYTES_OF_A_KEY: Final = 1_024
_CHUNK: Final = 65_536
_RESOURCE: Final = "AWS::S3::Bucket"
_LOGICAL_NAME: Final = "ModelStorageBucket"


class S3ModelBucket:
    """Implements `ModelBucket`; safe to use from several threads.

    Args:
        door: To the account that hosts the deployment.
        name: The bucket's name, or what finds it out when it is first needed (`bucket_of_stack`).
    """

    def __init__(self, door: Door, name: str | Callable[[], str]) -> None:
        self._door = door
        self._told = name

    def name(self) -> str:
        """See `ModelBucket`.

        Raises:
            SponsorError: Also `REFUSED`, where what is told cannot be one.
        """
        if not isinstance(self._told, str):
            self._told = self._told()
        if not BUCKET_NAME.fullmatch(self._told):
            raise SponsorError(
                SponsorFailure.REFUSED,
                f"“{discreet(self._told)}” cannot be the name of a bucket: name the models' bucket "
                "with “drtui account set --model-bucket”.",
            )
        return self._told

    def everything(self) -> Iterator[StoredFiles]:
        """See `ModelBucket`; added up while it is listed, so that only one model is held."""
        present: StoredFiles | None = None
        for entry in self._list(""):
            found = _KEY.fullmatch(_key_of(entry))
            if found is None:
                continue
            size, written = _size_of(entry), _utc(entry.get("LastModified"))
            if present is None or (present.profile_id, present.model_id) != found.groups():
                if present is not None:
                    yield present
                present = StoredFiles(found[1], found[2], size, 1, written)
            else:
                newest = max(filter(None, (present.newest, written)), default=None)
                present = StoredFiles(
                    found[1], found[2], present.size + size, present.count + 1, newest
                )
        if present is not None:
            yield present

    def files(self, profile_id: str, model_id: str) -> list[StoredFile]:
        """See `ModelBucket`; markers of folders are none."""
        prefix = _prefix(profile_id, model_id)
        return [
            StoredFile(path, _size_of(entry), _utc(entry.get("LastModified")))
            for entry in self._list(prefix)
            if (path := _key_of(entry).removeprefix(prefix)) and not path.endswith("/")
        ]

    def read(self, profile_id: str, model_id: str, path: str, most: int) -> bytes:
        """See `ModelBucket`.

        Raises:
            ValueError: `most` is not above 0.
            SponsorError: Also `REFUSED`, and nothing was sent, for what can be no file of a model.
        """
        if most < 1:
            raise ValueError("at least one byte has to be asked for")
        key = _prefix(profile_id, model_id) + path
        parts = path.split("/")
        if {"", ".", ".."} & set(parts) or len(key.encode(errors="replace")) > _MOST_BYTES_OF_A_KEY:
            raise SponsorError(SponsorFailure.REFUSED, "A model has no file of that name.")
        members = {"Bucket": self.name(), "Key": key, "Range": f"bytes=0-{most - 1}"}
        try:
            answer = self._door.call(_SERVICE, "GetObject", members)
        except SponsorError as error:
            if error.code != "InvalidRange":  # of an empty file, which has no first byte
                raise
            return b""
        return _read(answer["Body"], most)

    def _list(self, prefix: str) -> Iterator[Mapping[str, Any]]:
        return self._door.pages(
            _SERVICE,
            "ListObjectsV2",
            "Contents",
            {"Bucket": self.name(), "Prefix": prefix},
            marker="ContinuationToken",
            next_marker="NextContinuationToken",
        )


def bucket_of_stack(door: Door, stack: str) -> str:
    """Return the name of the models' bucket, a resource of the deployment's stack.

    Args:
        door: To the account that hosts the deployment.
        stack: The stack's name or ARN.

    Raises:
        SponsorError: Also `NOT_FOUND`: the stack has no such bucket, or several.
    """
    members = {"StackName": stack}
    listed = door.pages("cloudformation", "ListStackResources", "StackResourceSummaries", members)
    found = {
        str(each.get("PhysicalResourceId") or "")
        for each in listed
        if each.get("ResourceType") == _RESOURCE
        and _LOGICAL_NAME in str(each.get("LogicalResourceId") or "")
    } - {""}
    if len(found) == 1:
        return found.pop()
    what = "no bucket for models" if not found else "several buckets for models"
    raise SponsorError(
        SponsorFailure.NOT_FOUND,
        f"The stack “{discreet(stack)}” has {what}: name the bucket with “drtui account set "
        "--model-bucket”.",
    )


def _prefix(profile_id: str, model_id: str) -> str:
    if not _ID.fullmatch(profile_id) or not _ID.fullmatch(model_id):
        raise SponsorError(SponsorFailure.REFUSED, "The deployment has no such ids.")
    return f"{profile_id}/models/{model_id}/"


def _read(body: Any, most: int) -> bytes:
    """Return what comes, checked for the announced length; the body is botocore's, untyped."""
    found = b""
    try:
        while len(found) < most and (chunk := body.read(min(_CHUNK, most - len(found)))):
            found += chunk
    except Exception:  # botocore and urllib3 raise whatever they like
        failure = SponsorError(SponsorFailure.UNAVAILABLE, "s3 GetObject: the file was cut short.")
    else:
        return found
    finally:
        body.close()
    raise failure


def _key_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("Key") or "")


def _size_of(entry: Mapping[str, Any]) -> int:
    size = entry.get("Size")
    return size if isinstance(size, int) and size > 0 else 0


def _utc(moment: object) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None
