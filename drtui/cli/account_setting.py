"""`drtui account set`: the AWS profile and region that an account names."""

import re
from typing import Annotated, Final

import typer

from drtui import accounts
from drtui.cli.output import say
from drtui.config import find_paths, load_settings
from drtui.domain.problems import InvalidInputError

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
) -> None:
    """Name the AWS profile of the account that hosts the deployment, its region, or none."""
    paths = find_paths()
    entry = accounts.choose(load_settings(paths), name)
    if no_aws_profile:
        if aws_profile is not None or region is not None:
            raise InvalidInputError("--no-aws-profile goes with no other option.")
        accounts.name_profile(paths, name, "", "")
        say(f"“{name}” names no AWS profile any more.")
        return
    if aws_profile is None and region is None:
        raise InvalidInputError("Say what to set: --aws-profile P, --region R or --no-aws-profile.")
    profile = _checked_profile(aws_profile, entry.aws_profile)
    where = entry.aws_region if region is None else _checked_region(region)
    accounts.name_profile(paths, name, profile, where)
    say(f"“{name}” names the AWS profile “{profile}”, region {where or entry.region}.")


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
