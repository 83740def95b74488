"""The claims of a token are shown, not trusted; secrets do not show."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.records import Role
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    TemporaryKeys,
    Tokens,
    clock_notice,
    read_identity,
)


def token(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def test_the_claims_are_read() -> None:
    identity = read_identity(
        token(
            {
                "sub": "1-2-3",
                "email": "ada@example.com",
                "cognito:username": "ada",
                "cognito:groups": ["dr-admins"],
                "exp": 1_800_000_000,
            }
        )
    )
    assert identity is not None
    assert (identity.subject, identity.user, identity.email) == ("1-2-3", "ada", "ada@example.com")
    assert identity.expires_at == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["dr-admins"], Role.ADMIN),
        (["dr-racers", "dr-race-facilitators"], Role.FACILITATOR),
        (["dr-racers"], Role.RACER),
        (["dr-racers", "dr-race-facilitators", "dr-admins"], Role.ADMIN),
        (["dr-commentators"], Role.UNKNOWN),
        ([], Role.UNKNOWN),
        ("dr-admins", Role.UNKNOWN),
        (None, Role.UNKNOWN),
    ],
)
def test_the_strongest_known_group_is_the_role(groups: object, role: Role) -> None:
    identity = read_identity(token({"sub": "1", "cognito:groups": groups}))
    assert identity is not None
    assert identity.role is role


def test_groups_that_are_not_known_are_kept() -> None:
    identity = read_identity(token({"sub": "1", "cognito:groups": ["dr-racers", "new", 7]}))
    assert identity is not None
    assert identity.groups == ("dr-racers", "new")


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["sub", "email", "cognito:groups", "cognito:username", "exp"]),
                inner,
            )
        ),
    ).map(token)
)
def test_whatever_a_token_holds_can_be_shown(id_token: str) -> None:
    identity = read_identity(id_token)
    if identity is not None:
        shown = [identity.subject, identity.user, identity.email or "", *identity.groups]
        assert all("\x1b" not in text and "\n" not in text for text in shown)


def test_what_is_secret_does_not_show() -> None:
    secrets = [
        Tokens("SECRET", "SECRET"),
        TemporaryKeys("SECRET", "SECRET", "SECRET", datetime(2026, 1, 1, tzinfo=UTC)),
        Challenge(ChallengeKind.CODE, "ada", "SECRET"),
    ]
    assert "SECRET" not in f"{secrets!r} {secrets!s}"


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (None, ""),
        (0.0, ""),
        (299.0, ""),
        (-300.0, ""),
        (600.0, "10 minutes ahead of"),
        (-7200.0, "120 minutes behind"),
    ],
)
def test_a_clock_is_told_when_it_is_more_than_five_minutes_off(
    ahead: float | None, said: str
) -> None:
    notice = clock_notice(ahead)
    assert bool(notice) is bool(said)
    assert said in notice
