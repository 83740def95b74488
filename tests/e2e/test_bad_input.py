"""What was typed wrongly is one sentence and exit code 2, and the account is not even asked."""

from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, clean_environment, write_config

NOWHERE = (
    '[accounts.event]\napi_url = "http://127.0.0.1:9/prod"\nregion = "us-east-1"\n'
    'credentials = "aws"\n'
)
AT = ("--api-url",)
HERE = ("--region", "us-east-1")


@pytest.fixture
def drtui(tmp_path: Path, forks: Forks) -> Drtui:
    """A command line whose account does not answer, so that asking it would be another problem."""
    write_config(tmp_path / "home", NOWHERE)
    return Drtui(tmp_path / "home", clean_environment(tmp_path / "home"), (), forks)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["users", "pause"], "Say for whom"),
        (["users", "pause", "--all", "--profile", "x"], "Say for whom"),
        (["users", "pause", "--filter", "", "--from", "-"], "Say for whom"),
        (["users", "set-quota", "--all"], "Say what to set"),
        (["users", "set-quota", "--all", "--hours", "many"], "“many” is not a quota"),
        (["users", "set-quota", "--all", "--hours", "\x1b[2J"], "is not a quota"),
        (["users", "set-quota", "--all", "--models", "1.5"], "N a whole number"),
        (["users", "set-quota", "--all", "--hours", "1e5"], "is not a quota"),
        (["users", "set-quota", "--all", "--hours", "9" * 30], "more than the deployment can hold"),
        (["users", "resume", "--all", "--hours", "+1"], "relative"),
        (["users", "list", "--sort", "shoe_size"], "to sort by"),
        (["users", "list", "--json", "--csv"], "Choose one of --json and --csv"),
        (["operations", "list", "--json", "--csv"], "Choose one of --json and --csv"),
        (["users", "pause", "--from", "/nowhere/at/all"], "/nowhere/at/all cannot be read"),
        (["users", "pause", "--from", "/"], "cannot be read (Is a directory)"),
        (["users", "list", "--account", "other"], "There is no account “other”"),
        (["users", "list", "--account", "o\x1b[2J"], "There is no account"),
        (["users", "list", "--account="], "--account needs a name"),
        (["account", "default", "other"], "There is no account “other”"),
        (["account", "remove", "other"], "There is no account “other”"),
        (["account", "add", "demo", *AT, "https://x/p", *HERE], "not “demo”"),
        (["account", "add", "a/b", *AT, "https://x/p", *HERE], "cannot be an account's name"),
        (["account", "add", "event", *AT, "https://x/p", *HERE], "already"),
        (["account", "add", "new"], "Say how the deployment is found"),
        (["account", "rename", "other", "new"], "There is no account “other”"),
        (["account", "rename", "event", "demo"], "not “demo”"),
        (["account", "show", "other"], "There is no account “other”"),
        (["account", "sign-in", "event", "--user", "x"], "no sign-in of its own"),
        (["account", "sign-out"], "no sign-in of its own"),
        (["account", "add", "new", *AT, "ftp://x", *HERE], "https://"),
        (["account", "add", "new", *AT, "https://u:p@x/p", *HERE], "password"),
        (["account", "add", "new", *AT, "https://x/p", "--region", "Mars"], "region"),
        (["account", "add", "new", *AT, "https://x/p", *HERE, "--credentials", "x"], "“aws”"),
        (["operations", "show", "7"], "There is no operation 7"),
        (["operations", "retry", "7"], "There is no operation 7"),
        (["emulator", "--port", "70000"], "port"),
        (["emulator", "--racers", "0"], "racers"),
        (["emulator", "--outage", "soon"], "START:SECONDS"),
        (["emulator", "--fail-rate", "2"], "fail rate"),
        (["emulator", "--state", "/"], "state file"),
    ],
)  # fmt: skip
def test_it_is_one_sentence(drtui: Drtui, arguments: list[str], sentence: str) -> None:
    assert sentence in drtui.sentence(*arguments, code=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["users", "nonsense"],
        ["users", "list", "--limit", "3"],
        ["users", "resume", "--to", "paradise", "--all"],
        ["operations", "show", "first"],
        ["operations", "settle", "1"],
        ["account", "add"],
        ["summary", "--csv"],
        ["users", "show"],
        ["emulator", "--speed", "fast"],
    ],
)
def test_what_is_no_command_at_all_is_told_with_the_usage(
    drtui: Drtui, arguments: list[str]
) -> None:
    ran = drtui(*arguments, code=2)
    assert ran.out == ""
    assert "Error: " in ran.err


@pytest.mark.parametrize("text", ["used>>", "(", "status:asleep", 'ada"', "hours:>%", "\x1b[2J"])
def test_a_filter_that_cannot_be_read_is_pointed_at(drtui: Drtui, text: str) -> None:
    for command in (["users", "list"], ["users", "pause"]):
        ran = drtui(*command, "--filter", text, code=2)
        first, _, caret = ran.err.splitlines()
        assert first.startswith("The filter cannot be read: ")
        assert caret.strip() == "^"


def test_without_an_account_drtui_says_how_to_get_one(drtui: Drtui) -> None:
    write_config(drtui.home, "")
    sentence = drtui.sentence("users", "list", code=2)
    assert "drtui account add" in sentence
    assert "drtui demo" in sentence


@pytest.mark.parametrize("arguments", [[], ["demo"], ["--account", "event"]])
def test_the_console_needs_a_terminal(drtui: Drtui, arguments: list[str]) -> None:
    assert "needs a terminal" in drtui.sentence(*arguments, code=2)


def test_several_accounts_without_a_default_have_to_be_told_apart(drtui: Drtui) -> None:
    write_config(drtui.home, NOWHERE + NOWHERE.replace("event", "other"))
    assert "--account" in drtui.sentence("users", "list", code=2)


def test_arguments_that_are_no_text_match_nobody(drtui: Drtui) -> None:
    assert "no account" in drtui.sentence("users", "list", "--account", "\udcff", code=2)
    assert "cannot be read" in drtui.sentence("users", "pause", "--from", "\udcff", code=2)
    assert "is not a quota" in drtui.sentence(
        "users", "set-quota", "--all", "--hours", "\udcff", code=2
    )


def test_debug_shows_where_and_where_the_log_is(drtui: Drtui) -> None:
    ran = drtui("users", "list", "--sort", "x", "--debug", code=2)
    assert "Traceback" in ran.err
    assert str(drtui.home / "logs" / "drtui.log") in ran.err
    assert ran.err.rstrip().endswith("profile_id.")
