"""`drtui account add`: by the deployment's web site, by its stack, or by its API."""

from dataclasses import dataclass
from typing import Annotated

import typer

from drtui import accounts
from drtui.cli.output import say
from drtui.config import Account, Credentials, Settings, find_paths, load_settings
from drtui.domain.problems import InvalidInputError
from drtui.domain.sites import Site

_WAYS = (
    "Say how the deployment is found, in one way: --site URL, --stack NAME, or --api-url URL with "
    "--region R."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed beside the name; empty is not given."""

    site: str
    stack: str
    api_url: str
    region: str
    credentials: str
    aws_profile: str
    aws_region: str


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    site: Annotated[
        str, typer.Option("--site", metavar="URL", help="The web address that people use.")
    ] = "",
    stack: Annotated[
        str, typer.Option("--stack", metavar="STACK", help="Its CloudFormation stack.")
    ] = "",
    api_url: Annotated[
        str, typer.Option("--api-url", metavar="URL", help="The API, with its stage (…/prod).")
    ] = "",
    region: Annotated[
        str, typer.Option("--region", metavar="R", help="The stack's or the API's AWS region.")
    ] = "",
    credentials: Annotated[
        str,
        typer.Option(
            "--credentials",
            help="“sign-in” with --site and --stack, “aws” (boto3's standard credential chain) "
            "with --api-url; need not be said.",
        ),
    ] = "",
    aws_profile: Annotated[
        str,
        typer.Option(
            "--aws-profile", metavar="P", help="An AWS profile of the account that hosts it."
        ),
    ] = "",
    aws_region: Annotated[
        str,
        typer.Option("--aws-region", metavar="R", help="That profile's region, if it is another."),
    ] = "",
) -> None:
    """Add an account by one of --site, --stack and --api-url; the first becomes the default."""
    from drtui.former_stores import about_former_store

    asked = _Asked(site, stack, api_url, region, credentials, aws_profile, aws_region)
    _check(asked)
    paths = find_paths()
    settings = load_settings(paths)
    accounts.check_new_name(settings.accounts, name)
    entry = _found(name, asked, settings)
    taken_up = about_former_store(paths, settings.accounts, entry)
    accounts.add(paths, entry)
    if entry.credentials is Credentials.SIGN_IN:
        say(f"Added “{name}”. Sign in with “drtui account sign-in {name}”.")
    else:
        say(f"Added “{name}”. “drtui users list” reads its users.")
    if stack and not aws_profile:
        say("It names no AWS profile: --aws-profile would have it remembered with the account.")
    if taken_up:
        say(taken_up)


def _check(asked: _Asked) -> None:
    """Refuse what does not go together, before anything is asked."""
    if sum(bool(way) for way in (asked.site, asked.stack, asked.api_url)) != 1:
        raise InvalidInputError(_WAYS)
    wanted = Credentials.AWS if asked.api_url else Credentials.SIGN_IN
    if asked.credentials not in ("", wanted.value):
        way = "--api-url" if asked.api_url else "--site" if asked.site else "--stack"
        raise InvalidInputError(f"With {way}, --credentials has to be “{wanted}”.")
    if asked.api_url and not asked.region:
        raise InvalidInputError("--api-url needs --region, the AWS region that signatures name.")
    if asked.site and asked.region:
        raise InvalidInputError(
            "--site needs no --region, since the site says its own; --aws-region is that of the "
            "AWS profile."
        )
    if asked.stack and asked.aws_region:
        raise InvalidInputError("With --stack, the region is given by --region alone.")


def _found(name: str, asked: _Asked, settings: Settings) -> Account:
    """Return the account, as the deployment describes itself."""
    from drtui import bootstrap

    if asked.api_url:
        entry = Account(
            name,
            asked.api_url.rstrip("/"),
            asked.region,
            aws_profile=asked.aws_profile,
            aws_region=asked.aws_region,
        )
        bootstrap.open_deployment(entry, settings)  # checks the address; nothing is sent
        return entry
    if asked.site:
        found = bootstrap.discover_site(asked.site, settings)
    else:
        found = bootstrap.discover_stack(
            asked.stack,
            settings,
            profile=asked.aws_profile or None,
            region=asked.region or None,
        )
    if found.notice:
        say(found.notice)
    return _signed_in(name, found.site, asked)


def _signed_in(name: str, site: Site, asked: _Asked) -> Account:
    return Account(
        name,
        site.api_url,
        site.region,
        Credentials.SIGN_IN,
        site,
        aws_profile=asked.aws_profile,
        aws_region=asked.region if asked.stack else asked.aws_region,
        stack=asked.stack,
    )
