"""Reading what a deployment says of itself: odd content gives one sentence, and runs nothing."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.sites import (
    MOST_CHARACTERS,
    Site,
    SiteProblemError,
    parse_environment,
    site_of_outputs,
)

ENVIRONMENT = {
    "apiEndpointUrl": "https://abc.execute-api.us-east-1.amazonaws.com/prod",
    "userPoolId": "us-east-1_AbCdEf123",
    "userPoolClientId": "1example23456789",
    "identityPoolId": "us-east-1:00000000-0000-4000-8000-000000000000",
    "region": "us-east-1",
    "uploadBucketName": "uploads",
    "solutionVersion": "v1.2.5",
}
SITE = Site(
    api_url="https://abc.execute-api.us-east-1.amazonaws.com/prod",
    user_pool_id="us-east-1_AbCdEf123",
    client_id="1example23456789",
    identity_pool_id="us-east-1:00000000-0000-4000-8000-000000000000",
    region="us-east-1",
    website="https://races.example.com",
    upload_bucket="uploads",
    version="v1.2.5",
)
OUTPUTS = {
    "ApiEndpoint4F160690": SITE.api_url,
    "UserPoolUserPoolId5E6F3B9C": SITE.user_pool_id,
    "UserPoolUserPoolClientId40176907": SITE.client_id,
    "UserPoolIdentityPoolId0A1B2C3D": SITE.identity_pool_id,
    "WebsiteUrl3E5D7F9B": "https://races.example.com",
}
BETWEEN = st.lists(
    st.sampled_from([" ", "\n", "\t", "\ufeff", "// a = 1;\n", "/* window.x = {} */", "/**/"]),
    max_size=4,
).map("".join)


def script(**changes: object) -> str:
    found = {name: value for name, value in (ENVIRONMENT | changes).items() if value is not None}
    return f"window.EnvironmentConfig = {json.dumps(found)};\n"


def test_the_usual_line_is_read() -> None:
    assert parse_environment(script(), website="https://races.example.com") == SITE


@given(st.tuples(BETWEEN, BETWEEN, BETWEEN, BETWEEN, st.sampled_from(["", ";"]), BETWEEN))
def test_space_comments_and_a_missing_semicolon_change_nothing(parts: tuple[str, ...]) -> None:
    a, b, c, d, semicolon, e = parts
    text = f"{a}window.EnvironmentConfig{b}={c}{json.dumps(ENVIRONMENT)}{d}{semicolon}{e}"
    assert parse_environment(text, website="https://races.example.com") == SITE


@given(
    st.one_of(
        st.text(),
        st.text().map(lambda more: script() + more),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(lambda value: f"window.EnvironmentConfig = {json.dumps(value)};"),
        st.dictionaries(st.sampled_from(sorted(ENVIRONMENT)), st.text() | st.integers()).map(
            lambda changes: script(**changes)
        ),
    )
)
def test_whatever_comes_is_a_record_or_one_sentence(text: str) -> None:
    said = ""
    site = None
    try:
        site = parse_environment(text)
    except SiteProblemError as error:
        said = str(error)
    if site is None:
        assert said.endswith(".")
        assert said.isprintable()
    else:
        assert site.user_pool_id.startswith(f"{site.region}_")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "does not begin"),
        ("<!doctype html><title>Sign in</title>", "is a web page"),
        ("window.Other = {};", "does not begin"),
        ("window.EnvironmentConfiguration = {};", "does not begin"),
        ("window.EnvironmentConfig", "does not assign"),
        ("window.EnvironmentConfig == {};", "does not assign"),
        ("window.EnvironmentConfig = load();", "not JSON"),
        ("window.EnvironmentConfig = {region: 'us-east-1'};", "not JSON"),
        ('window.EnvironmentConfig = {"region": NaN};', "not JSON"),
        ('window.EnvironmentConfig = {"a": "1", "a": "2"};', "not JSON"),
        ('window.EnvironmentConfig = {"a": ' + "[" * 20_000, "not JSON"),
        ('window.EnvironmentConfig = {"a": ' + "1" * 20_000 + "};", "not JSON"),
        ("window.EnvironmentConfig = [];", "not an object"),
        ("window.EnvironmentConfig = {}; alert(1)", "more than the one assignment"),
        ("window.EnvironmentConfig = {};;", "more than the one assignment"),
        ("window.EnvironmentConfig = {} /* no end", "more than the one assignment"),
        (script() + script(), "more than the one assignment"),
        (" " * (MOST_CHARACTERS + 1), "longer than"),
        (script(region=None, userPoolId=""), "does not say userPoolId and region"),
        (script(region=7), "region that is no plain text"),
        (script(solutionVersion="1\x1b[2J"), "solutionVersion that is no plain text"),
        (script(region="mars/../.."), "region that cannot be one"),
        (script(userPoolId="x"), "userPoolId that cannot be one"),
        (script(userPoolClientId="a b"), "userPoolClientId that cannot be one"),
        (script(identityPoolId="x"), "identityPoolId that cannot be one"),
        (script(region="eu-west-1"), "do not fit together"),
        (script(identityPoolId="eu-west-1:00"), "do not fit together"),
    ],
)
def test_an_odd_env_js_is_told_by_what_is_odd(text: str, said: str) -> None:
    with pytest.raises(SiteProblemError, match=said):
        parse_environment(text)


def test_outputs_are_found_by_the_beginning_of_their_names() -> None:
    site = site_of_outputs(OUTPUTS, "races")
    assert (site.api_url, site.user_pool_id, site.client_id, site.identity_pool_id) == (
        SITE.api_url,
        SITE.user_pool_id,
        SITE.client_id,
        SITE.identity_pool_id,
    )
    assert (site.region, site.website) == ("us-east-1", "https://races.example.com")


@given(
    st.dictionaries(
        st.sampled_from(sorted(OUTPUTS)),
        st.text("0123456789ABCDEF", max_size=16),
        min_size=len(OUTPUTS),
    ),
    st.randoms(),
)
def test_the_hash_and_the_order_of_outputs_do_not_matter(
    hashes: Mapping[str, str], chance: object
) -> None:
    named = [(name[:-8] + hashes[name], value) for name, value in OUTPUTS.items()]
    chance.shuffle(named)  # type: ignore[attr-defined]  # random.Random, made by hypothesis
    assert site_of_outputs(dict(named), "races") == site_of_outputs(OUTPUTS, "races")


def test_an_output_with_a_hash_is_preferred_to_another_that_begins_alike() -> None:
    more = OUTPUTS | {"ApiEndpointForDocs12345678": "https://docs.example.com"}
    assert site_of_outputs(more, "races").api_url == SITE.api_url


def test_the_same_value_twice_is_not_ambiguous() -> None:
    more = OUTPUTS | {"ApiEndpointAAAAAAAA": SITE.api_url}
    assert site_of_outputs(more, "races").api_url == SITE.api_url


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ApiEndpointAAAAAAAA": "https://b.example.com"}, "several outputs ApiEndpoint…"),
        ({"ApiEndpoint4F160690": ""}, "no output ApiEndpoint…:"),
        ({"UserPoolUserPoolId5E6F3B9C": "x\n"}, "output UserPoolUserPoolId… that is no plain"),
        ({"UserPoolUserPoolId5E6F3B9C": "eu-west-1_A"}, "do not fit together"),
    ],
)
def test_odd_outputs_are_told_by_name(changes: dict[str, str], said: str) -> None:
    with pytest.raises(SiteProblemError, match=said):
        site_of_outputs(OUTPUTS | changes, "races")


def test_missing_outputs_are_all_told() -> None:
    few = {"ApiEndpoint4F160690": SITE.api_url}
    with pytest.raises(
        SiteProblemError,
        match="UserPoolUserPoolId…, UserPoolUserPoolClientId… and UserPoolIdentityPoolId…",
    ):
        site_of_outputs(few, "races")


def test_a_stack_without_outputs_is_told_so() -> None:
    with pytest.raises(SiteProblemError, match="“races” has no outputs"):
        site_of_outputs({}, "races")
