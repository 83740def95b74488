"""`drtui account add`, with scripted discovery."""

import stat

import pytest

from drtui import accounts, bootstrap
from drtui.aws.discovery import Found
from drtui.cli import exits, run
from drtui.config import Account, Paths, Settings, load_settings
from drtui.domain.sites import SiteProblemError
from drtui.store.database import open_database
from drtui.store.origin import note_origin
from tests.unit.cli.account_scenes import FINALS, SITE, account_of
from tests.unit.cli.conftest import Say

API = ("--api-url", "https://api.example.com/prod", "--region", "eu-west-1")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What discovery was asked for; it finds the deployment."""
    heard: list[object] = []

    def by_site(address: str, settings: Settings) -> Found:
        heard.append(address)
        return Found(SITE, "It leads elsewhere.")

    def by_stack(
        stack: str, settings: Settings, *, profile: str | None = None, region: str | None = None
    ) -> Found:
        heard.append((stack, profile, region))
        return Found(SITE)

    monkeypatch.setattr(bootstrap, "discover_site", by_site)
    monkeypatch.setattr(bootstrap, "discover_stack", by_stack)
    return heard


def test_a_site_is_all_that_is_needed(paths: Paths, asked: list[object], said: Say) -> None:
    assert run(["account", "add", "finals", "--site", "races.example.com"]) == exits.OK
    assert asked == ["races.example.com"]
    assert account_of(paths) == FINALS
    told = said()
    assert "It leads elsewhere." in told
    assert "drtui account sign-in finals" in told
    assert stat.S_IMODE(paths.config_file.stat().st_mode) == 0o600


def test_a_site_can_come_with_an_aws_profile(paths: Paths, asked: list[object]) -> None:
    options = ["--aws-profile", "sponsor", "--aws-region", "us-east-1"]
    assert run(["account", "add", "finals", "--site", "x.example", *options]) == exits.OK
    assert account_of(paths).aws_profile == "sponsor"
    assert account_of(paths).aws_region == "us-east-1"


def test_a_stack_is_read_by_profile_and_region_which_are_remembered(
    paths: Paths, asked: list[object], said: Say
) -> None:
    options = ["--stack", "dr", "--aws-profile", "sponsor", "--region", "eu-west-1"]
    assert run(["account", "add", "finals", *options]) == exits.OK
    assert asked == [("dr", "sponsor", "eu-west-1")]
    assert account_of(paths).aws_profile == "sponsor"
    assert account_of(paths).aws_region == "eu-west-1"
    assert account_of(paths).site == SITE


def test_a_stack_without_a_profile_is_read_by_the_standard_chain_and_that_is_said(
    paths: Paths, asked: list[object], said: Say
) -> None:
    assert run(["account", "add", "finals", "--stack", "dr"]) == exits.OK
    assert asked == [("dr", None, None)]
    assert "names no AWS profile" in said()


def test_an_api_is_signed_for_by_aws_credentials(paths: Paths) -> None:
    assert run(["account", "add", "finals", *API, "--aws-profile", "sponsor"]) == exits.OK
    expected = Account("finals", SITE.api_url, SITE.region, aws_profile="sponsor")
    assert account_of(paths) == expected


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say how the deployment is found"),
        (["--site", "x.example", "--stack", "dr"], "Say how the deployment is found"),
        (["--site", "x.example", *API], "Say how the deployment is found"),
        (["--api-url", "https://x.example/prod"], "--api-url needs --region"),
        (["--site", "x.example", "--region", "eu-west-1"], "--site needs no --region"),
        (["--stack", "dr", "--aws-region", "eu-west-1"], "by --region alone"),
        (["--site", "x.example", "--credentials", "aws"], "With --site, --credentials has to be"),
        (["--stack", "dr", "--credentials", "aws"], "With --stack, --credentials has to be"),
        ([*API, "--credentials", "sign-in"], "“aws”"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_asked(
    paths: Paths, asked: list[object], said: Say, options: list[str], sentence: str
) -> None:
    assert run(["account", "add", "finals", *options]) == exits.USAGE
    assert sentence in said()
    assert asked == []
    assert not paths.config_file.exists()


@pytest.mark.parametrize("name", ["finals", "Finals", "demo", "a/b"])
def test_a_name_that_cannot_be_had_is_refused_before_anything_is_asked(
    paths: Paths, asked: list[object], name: str
) -> None:
    accounts.add(paths, FINALS)
    before = paths.config_file.read_bytes()
    assert run(["account", "add", name, "--site", "x.example"]) == exits.USAGE
    assert asked == []
    assert paths.config_file.read_bytes() == before


def test_where_no_deployment_is_found_nothing_is_written(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    def nothing(address: str, settings: Settings) -> Found:
        raise SiteProblemError("x.example has no env.js (HTTP 404).")

    monkeypatch.setattr(bootstrap, "discover_site", nothing)
    assert run(["account", "add", "finals", "--site", "x.example"]) == exits.PROBLEM
    assert said() == "x.example has no env.js (HTTP 404).\n"
    assert list(paths.config.parent.rglob("*")) == []


@pytest.mark.parametrize(
    "case",
    [
        ("", exits.OK, "if it was another deployment's"),
        (SITE.api_url, exits.OK, "of this deployment is taken up again"),
        ("https://other.example/prod", exits.USAGE, "of another deployment"),
    ],
)
def test_a_store_that_is_there_is_taken_up_unless_it_is_another_deployments(
    paths: Paths, asked: list[object], said: Say, case: tuple[str, int, str]
) -> None:
    origin, code, sentence = case
    database = open_database(paths.store("finals"))
    if origin:
        note_origin(database, origin)
    database.close()
    assert run(["account", "add", "finals", "--site", "x.example"]) == code
    assert sentence in said()
    assert ("finals" in load_settings(paths, {}).accounts) == (code == exits.OK)


def test_an_account_that_was_removed_leaves_word_of_whose_store_it_is(
    paths: Paths, asked: list[object], said: Say
) -> None:
    accounts.add(paths, FINALS)
    open_database(paths.store("finals")).close()
    assert run(["account", "remove", "finals", "--yes"]) == exits.OK
    other = ["--api-url", "https://other.example/prod", "--region", "eu-west-1"]
    assert run(["account", "add", "finals", *other]) == exits.USAGE
    assert SITE.api_url in said()
    assert run(["account", "add", "finals", "--site", "x.example"]) == exits.OK
