"""`drtui account set`: the AWS profile, region and the models' buckets that an account names."""

import re
from typing import Annotated, Final

import typer

from drtui import accounts
from drtui.cli.output import say
from drtui.config import find_paths, load_settings
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.model_files import BUCKET_NAME

_REGION: Final = re.compile(r"[a-z]{2,}(-[a-z0-9]+){2,}", re.ASCII)
_LONGEST: Final = 128


def set_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    aws_profile: Annotated[
        str | None,
        typer.Option(
            "--aws-profile", metavar="P", help="An AWS profile of the account that hosts it."
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region", "--aws-region", metavar="R", help="That profile's region, if it is another."
        ),
    ] = None,
    no_aws_profile: Annotated[
        bool, typer.Option("--no-aws-profile", help="Name none any more, and no region of it.")
    ] = False,
    model_bucket: Annotated[
        str | None,
        typer.Option(
            "--model-bucket",
            metavar="B",
            help="The bucket of its models; “” is that of the stack it was added by.",
        ),
    ] = None,
    upload_bucket: Annotated[
        str | None,
        typer.Option(
            "--upload-bucket",
            metavar="B",
            help="The bucket that models to be imported are uploaded to; “” is none.",
        ),
    ] = None,
) -> None:
    """Name the AWS profile of the account that hosts it, its region, the buckets of its models."""
    paths = find_paths()
    entry = accounts.choose(load_settings(paths), name)
    buckets = {"for its models": model_bucket, "for models to be imported": upload_bucket}
    for bucket in buckets.values():
        _check_bucket(bucket)
    profile: str | None = None
    where: str | None = None
    if no_aws_profile:
        if aws_profile is not None or region is not None:
            raise InvalidInputError("--no-aws-profile goes with no other option.")
        profile = where = ""
    elif aws_profile is not None or region is not None:
        profile = _checked_profile(aws_profile, entry.aws_profile)
        where = entry.aws_region if region is None else _checked_region(region)
    elif model_bucket is None and upload_bucket is None:
        raise InvalidInputError(
            "Say what to set: --aws-profile P, --region R, --no-aws-profile, --model-bucket B or "
            "--upload-bucket B."
        )
    accounts.name_of_aws(
        paths,
        name,
        profile=profile,
        region=where,
        model_bucket=model_bucket,
        upload_bucket=upload_bucket,
    )
    for what, bucket in buckets.items():
        if bucket is not None:
            told = f"names the bucket “{bucket}” {what}" if bucket else f"names no bucket {what}"
            say(f"“{name}” {told}{'' if bucket else ' any more'}.")
    if profile:
        say(f"“{name}” names the AWS profile “{profile}”, region {where or entry.region}.")
    elif profile is not None:
        say(f"“{name}” names no AWS profile any more.")


def _check_bucket(bucket: str | None) -> None:
    if bucket and not BUCKET_NAME.fullmatch(bucket):
        raise InvalidInputError(
            "A bucket's name is small letters, digits, “.” and “-”, 3 to 63 of them."
        )


def _checked_profile(asked: str | None, present: str) -> str:
    profile = present if asked is None else asked.strip()
    if not profile and asked is None:
        raise InvalidInputError("It names no AWS profile: --region goes with --aws-profile P.")
    if not profile or not profile.isprintable() or len(profile) > _LONGEST:
        raise InvalidInputError(
            f"An AWS profile's name is printable text of {_LONGEST} characters at the most; "
            "--no-aws-profile names none."
        )
    return profile


def _checked_region(region: str) -> str:
    if not _REGION.fullmatch(region):
        raise InvalidInputError("An AWS region is written like eu-west-1.")
    return region
