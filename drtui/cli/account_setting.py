"""`drtui account set`: the AWS profile, region and models' bucket that an account names."""

import re
from typing import Annotated, Final

import typer

from drtui import accounts
from drtui.cli.output import say
from drtui.config import Paths, find_paths, load_settings
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
) -> None:
    """Name the AWS profile of the account that hosts it, its region, the bucket of its models."""
    paths = find_paths()
    entry = accounts.choose(load_settings(paths), name)
    if model_bucket is not None:
        _name_bucket(paths, name, model_bucket)
        if aws_profile is None and region is None and not no_aws_profile:
            return
    if no_aws_profile:
        if aws_profile is not None or region is not None:
            raise InvalidInputError("--no-aws-profile goes with no other option.")
        accounts.name_profile(paths, name, "", "")
        say(f"“{name}” names no AWS profile any more.")
        return
    if aws_profile is None and region is None:
        raise InvalidInputError(
            "Say what to set: --aws-profile P, --region R, --no-aws-profile or --model-bucket B."
        )
    profile = _checked_profile(aws_profile, entry.aws_profile)
    where = entry.aws_region if region is None else _checked_region(region)
    accounts.name_profile(paths, name, profile, where)
    say(f"“{name}” names the AWS profile “{profile}”, region {where or entry.region}.")


def _name_bucket(paths: Paths, name: str, bucket: str) -> None:
    if bucket and not BUCKET_NAME.fullmatch(bucket):
        raise InvalidInputError(
            "A bucket's name is small letters, digits, “.” and “-”, 3 to 63 of them."
        )
    accounts.name_model_bucket(paths, name, bucket)
    if bucket:
        say(f"“{name}” names the bucket “{bucket}” for its models.")
    else:
        say(f"“{name}” names no bucket for its models any more.")


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
