"""Names of IAM users for participants: safe, each person's own, and the same again."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.sponsor.iam_users import user_name, user_names

IAM_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}")


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("Ada.Lovelace@Example.com", "ada.lovelace"),
        ("ada+race@example.com", "ada+race"),
        ("zoë@example.com", "zoe"),
        ("o'brien@example.com", "o-brien"),
        ('"a b"@example.com', "a-b"),
        ("-rf@example.com", "rf"),
        ("=cmd@example.com", "cmd"),
        ("no-at-sign", "no-at-sign"),
        ("a" * 200 + "@example.com", "a" * 40),
    ],
)
def test_a_name_is_the_email_s_beginning_made_safe(email: str, name: str) -> None:
    assert user_name(email) == name


def test_a_name_of_other_letters_is_told_by_a_digest() -> None:
    digest = hashlib.sha256("李雷@example.com".encode()).hexdigest()[:8]
    assert user_name("李雷@example.com") == f"racer-{digest}"
    assert user_name("李雷@example.com") == user_name("李雷@EXAMPLE.com")
    assert user_name("韩梅@example.com") != user_name("李雷@example.com")


@given(st.lists(st.text(max_size=80), max_size=6, unique_by=lambda text: text.strip().lower()))
def test_names_are_safe_and_each_person_s_own(emails: list[str]) -> None:
    names = user_names(emails, {})
    assert len(set(names.values())) == len(names) == len(emails)
    for name in names.values():
        assert IAM_NAME.fullmatch(name)
    assert user_names(list(reversed(emails)), {}) == names


EMAILS = st.sampled_from(
    ["ada@a.example", "ADA@a.example", "ada@b.example", "àda@c.example", "bob@a.example", "@", ""]
)


@given(st.lists(EMAILS), st.lists(EMAILS), st.sets(st.sampled_from(["ada", "bob", "ADA"])))
def test_names_that_were_given_before_are_given_again(
    first: list[str], second: list[str], others: set[str]
) -> None:
    taken: dict[str, str | None] = dict.fromkeys(others)
    before = user_names(first, taken)
    taken |= {name: email for email, name in before.items()}
    after = user_names([*second, *first], taken)
    assert {email: after[email] for email in before} == before
    assert len(set(after.values())) == len(after)
    assert not {name.lower() for name in others} & set(after.values())


def test_two_people_with_the_same_beginning_are_told_apart() -> None:
    names = user_names(["ada@a.example", "Ada@B.example"], {})
    assert set(names) == {"ada@a.example", "ada@b.example"}
    assert len(set(names.values())) == 2
    assert all(name.startswith("ada-") for name in names.values())
