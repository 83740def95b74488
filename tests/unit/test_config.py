"""The configuration says what it means, or says in one sentence what is wrong with it."""

import stat
from pathlib import Path

import pytest

from drtui.config import (
    Account,
    ConfigProblemError,
    Paths,
    Settings,
    find_paths,
    is_account_name,
    load_settings,
)

FINALS = '[accounts.finals]\napi_url = "https://a/prod"\nregion = "r"\ncredentials = "aws"\n'


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"DRTUI_HOME": str(tmp_path)})


def written(paths: Paths, text: str | bytes) -> Paths:
    paths.config.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def loaded(paths: Paths, text: str | bytes, **environment: str) -> Settings:
    return load_settings(written(paths, text), environment)


def problem(paths: Paths, text: str | bytes, **environment: str) -> str:
    with pytest.raises(ConfigProblemError) as caught:
        loaded(paths, text, **environment)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_everything_is_under_one_folder_where_drtui_home_says_so(tmp_path: Path) -> None:
    paths = find_paths({"DRTUI_HOME": str(tmp_path)})
    for each in (paths.config_file, paths.log_file, paths.store("finals")):
        assert each.is_relative_to(tmp_path)


def test_the_platform_decides_where_drtui_home_says_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert find_paths({}).store("finals").is_relative_to(tmp_path / "state")
    assert find_paths({"DRTUI_HOME": ""}).store("finals").is_relative_to(tmp_path / "state")


def test_a_relative_home_does_not_move_with_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_paths({"DRTUI_HOME": "here"}).config == tmp_path / "here" / "config"


def test_a_missing_configuration_is_an_empty_one(paths: Paths) -> None:
    settings = load_settings(paths, {})
    assert settings == Settings()
    assert settings.sync.concurrency == 32
    assert settings.sync.changes_per_second == 110.0
    assert (settings.spending.hour_usd, settings.spending.gb_month_usd) == (0.714, 0.023)


def test_accounts_and_settings_are_read(paths: Paths) -> None:
    settings = loaded(
        paths,
        "[sync]\nconcurrency = 8\nrefresh_seconds = 5\n[spending]\nhour_usd = 3.5\n" + FINALS,
    )
    assert settings.accounts == {"finals": Account("finals", "https://a/prod", "r")}
    assert settings.sync.concurrency == 8
    assert settings.sync.refresh_seconds == 5.0
    assert settings.spending.hour_usd == 3.5
    assert settings.spending.gb_month_usd == 0.023


def test_the_environment_overrides_the_file(paths: Paths) -> None:
    text = "[sync]\nconcurrency = 8\n[spending]\nhour_usd = 3.5\n"
    settings = loaded(
        paths,
        text,
        DRTUI_SYNC_CONCURRENCY="4",
        DRTUI_SYNC_CHANGES_PER_SECOND="12.5",
        DRTUI_SPENDING_HOUR_USD="1",
        DRTUI_SPENDING_GB_MONTH_USD="0.5",
    )
    assert settings.sync.concurrency == 4
    assert settings.sync.changes_per_second == 12.5
    assert (settings.spending.hour_usd, settings.spending.gb_month_usd) == (1.0, 0.5)


def test_an_only_account_is_the_default_and_of_several_the_marked_one(paths: Paths) -> None:
    other = FINALS.replace("finals", "spring")
    assert loaded(paths, "").default_account == ""
    assert loaded(paths, FINALS).default_account == "finals"
    assert loaded(paths, FINALS + other).default_account == ""
    assert loaded(paths, FINALS + other + "default = true\n").default_account == "spring"


def test_the_environment_names_the_default_account(paths: Paths) -> None:
    assert loaded(paths, FINALS, DRTUI_ACCOUNT="spring").default_account == "spring"
    assert loaded(paths, FINALS, DRTUI_ACCOUNT="").default_account == "finals"


def test_bad_toml_is_told_with_its_place(paths: Paths) -> None:
    sentence = problem(paths, "[sync\nconcurrency = 8\n")
    assert str(paths.config_file) in sentence
    assert "line 1" in sentence


@pytest.mark.parametrize(
    "text", [b"\xff\xfe[\x00s\x00", b"\x00\x00", b"[sync]\nconcurrency = \xff\n"]
)
def test_a_file_that_is_no_text_is_told(paths: Paths, text: bytes) -> None:
    assert str(paths.config_file) in problem(paths, text)


def test_a_file_that_cannot_be_read_is_told(paths: Paths) -> None:
    paths.config_file.mkdir(parents=True)
    with pytest.raises(ConfigProblemError, match=r"cannot be read \(Is a directory\)"):
        load_settings(paths, {})


@pytest.mark.parametrize("value", ["0", "-1", "true", "false", '""', '"many"', "[8]", "8.5", "257"])
def test_a_concurrency_that_is_no_whole_number_in_its_span_is_refused(
    paths: Paths, value: str
) -> None:
    sentence = problem(paths, f"[sync]\nconcurrency = {value}\n")
    assert sentence == "The setting sync.concurrency has to be a whole number from 1 to 256."


@pytest.mark.parametrize("value", ["0", "-0.5", "nan", "inf", "true", '"x"', "2026-01-01", "{}"])
def test_a_rate_that_is_no_number_above_0_is_refused(paths: Paths, value: str) -> None:
    sentence = problem(paths, f"[spending]\nhour_usd = {value}\n")
    assert sentence == "The setting spending.hour_usd has to be a number above 0."


@pytest.mark.parametrize("value", ["", "0", "x", "1e400", "nan", "-3", "9" * 5000])
def test_a_wrong_variable_is_named_as_such(paths: Paths, value: str) -> None:
    sentence = problem(paths, "", DRTUI_SYNC_REFRESH_SECONDS=value)
    assert "DRTUI_SYNC_REFRESH_SECONDS" in sentence


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sync = 3\n", "[sync]"),
        ("accounts = 3\n", "[accounts]"),
        ("accounts = [1]\n", "[accounts]"),
        ('[accounts]\nfinals = "x"\n', "finals"),
        ("[accounts.finals]\n", "finals"),
        (FINALS.replace('"r"', "3"), "finals"),
        (FINALS.replace('"aws"', '"keychain"'), "finals"),
        (FINALS.replace("finals", '"../../etc"'), "../../etc"),
        (FINALS.replace("finals", '"a/b"'), "a/b"),
        (FINALS.replace("finals", '""'), "cannot be an account's name"),
        (FINALS.replace("finals", "demo"), "demo"),
    ],
)
def test_a_table_that_cannot_be_meant_is_told(paths: Paths, text: str, named: str) -> None:
    assert named in problem(paths, text)


def test_a_hostile_name_is_shown_without_its_control_characters(paths: Paths) -> None:
    sentence = problem(paths, FINALS.replace("finals", '"a\\u001b[2Jb"'))
    assert "\x1b" not in sentence


def test_what_this_version_does_not_know_is_left_to_others(paths: Paths) -> None:
    settings = loaded(paths, "[mail]\nfrom = 1\n[sync]\nnew = 'x'\n" + FINALS)
    assert settings.accounts["finals"].region == "r"


@pytest.mark.parametrize("name", ["a", "Finals-2026", "a.b_c", "0", "x" * 40])
def test_plain_names_may_be_an_account_s(name: str) -> None:
    assert is_account_name(name)


@pytest.mark.parametrize(
    "name", ["", "demo", "Demo", ".hidden", "-x", "a b", "a/b", "..", "x" * 41, "ä", "a\n", "a\x00"]
)
def test_other_names_may_not(name: str) -> None:
    assert not is_account_name(name)


def test_reading_the_configuration_changes_nothing(paths: Paths) -> None:
    written(paths, FINALS)
    paths.config_file.chmod(0o600)
    load_settings(paths, {})
    assert stat.S_IMODE(paths.config_file.stat().st_mode) == 0o600
    assert paths.config_file.read_text() == FINALS
    assert [each.name for each in paths.config.iterdir()] == ["config.toml"]
