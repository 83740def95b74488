"""Users as screens and commands read them: order, pages, names, and what is on its way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.domain.operations import ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import UNLIMITED, Limits, Profile, Role, Status
from drtui.store.summing import totals
from drtui.store.users import SORT_FIELDS, found_keys, keys_matching, user_keys, users_by_key
from tests.support.deployments import ADMIN, racers
from tests.support.logs import Log

PEOPLE = [
    Profile("aaaaaaaaaaaaaa1", "bob", "Bob@example.com", "dr-racers", minutes_used=5),
    Profile("aaaaaaaaaaaaaa2", "Ada", "ada@example.com", "dr-racers", minutes_used=None),
    Profile("aaaaaaaaaaaaaa3", "RacerAlias", None, "dr-racers", minutes_used=90),
    Profile("aaaaaaaaaaaaaa4", "RacerAlias", "d@example.com", "dr-race-facilitators"),
    ADMIN,
]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", PEOPLE)
    yield opened
    opened.database.close()


def aliases(log: Log, sort: str, *, reverse: bool = False) -> list[str]:
    with log.database.read() as connection:
        users = users_by_key(connection, user_keys(connection, sort=sort, reverse=reverse))
    return [user.profile.alias for user in users.values()]


def matching(log: Log, *texts: str) -> dict[str, list[str]]:
    with log.database.read() as connection:
        found = keys_matching(connection, texts)
        return {
            text: [user.profile.profile_id for user in users_by_key(connection, keys).values()]
            for text, keys in found.items()
        }


def test_names_are_sorted_whatever_their_case(log: Log) -> None:
    assert aliases(log, "alias")[:3] == ["Ada", "ada.admin", "bob"]
    assert aliases(log, "alias", reverse=True)[-3:] == ["bob", "ada.admin", "Ada"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("d", ["Ada", "ada.admin", "RacerAlias"]),  # the last one's email is d@example.com
        ("ADA", ["Ada", "ada.admin"]),
        ("example.com", ["Ada", "ada.admin", "bob", "RacerAlias"]),
        ("nobody", []),
        ("%", []),
    ],
)
def test_who_is_called_so_is_found_before_who_only_has_it_somewhere(
    log: Log, text: str, found: list[str]
) -> None:
    with log.database.read() as connection:
        keys = found_keys(connection, text, 10)
        users = users_by_key(connection, keys)
        assert found_keys(connection, text, 1) == keys[:1]
    assert [user.profile.alias for user in users.values()] == found


def test_who_has_the_fewest_hours_left_comes_first_and_who_has_no_limit_last(
    tmp_path: Path,
) -> None:
    def racer(number: int, alias: str, limit: int | None, used: int | None) -> Profile:
        it = Profile(f"aaaaaaaaaaaaaa{number}", alias, None, "dr-racers")
        return replace(it, minutes_limit=limit, minutes_used=used)

    people = [
        racer(1, "much", 1_200, 828),
        racer(2, "paused", 0, 200),
        racer(3, "none", 300, 300),
        racer(4, "unlimited", UNLIMITED, 5_000),
        racer(5, "little", 300, 290),
        racer(6, "unknown", 300, None),
    ]
    log = Log(tmp_path / "left.sqlite", people)
    assert aliases(log, "minutes_left")[:3] == ["none", "little", "much"]
    assert aliases(log, "minutes_left", reverse=True)[:3] == ["much", "little", "none"]
    log.database.close()


def test_what_is_unknown_comes_last_either_way(log: Log) -> None:
    assert aliases(log, "minutes_used")[:2] == ["bob", "RacerAlias"]
    assert aliases(log, "minutes_used", reverse=True)[:2] == ["RacerAlias", "bob"]


@pytest.mark.parametrize("field", SORT_FIELDS)
def test_every_field_can_be_sorted_by(log: Log, field: str) -> None:
    assert sorted(aliases(log, field)) == sorted(aliases(log, "alias"))
    assert len(aliases(log, field, reverse=True)) == 5


def test_an_unknown_field_is_refused_with_the_known_ones(log: Log) -> None:
    with pytest.raises(InvalidInputError, match=r"“shoe-size”.*minutes_used"):
        aliases(log, "shoe-size")


def test_users_come_in_the_order_they_are_asked_for_without_those_that_are_gone(log: Log) -> None:
    with log.database.read() as connection:
        keys = user_keys(connection)
        users = users_by_key(connection, [keys[2], 999, keys[0]])
        both = users_by_key(connection, [keys[0], keys[2]])
    assert list(users) == [keys[2], keys[0]]
    assert users == both


def test_a_user_is_named_by_id_email_or_alias(log: Log) -> None:
    assert matching(log, "aaaaaaaaaaaaaa2", "BOB@EXAMPLE.COM", "ADA", "nobody") == {
        "aaaaaaaaaaaaaa2": ["aaaaaaaaaaaaaa2"],
        "BOB@EXAMPLE.COM": ["aaaaaaaaaaaaaa1"],
        "ADA": ["aaaaaaaaaaaaaa2"],
        "nobody": [],
    }


def test_an_alias_may_name_several(log: Log) -> None:
    assert matching(log, "raceralias") == {"raceralias": ["aaaaaaaaaaaaaa3", "aaaaaaaaaaaaaa4"]}


def test_what_is_on_its_way_is_shown_beside_what_is_confirmed(tmp_path: Path) -> None:
    log = Log(tmp_path / "others.sqlite", racers(2))
    log.submit(SetQuotas(QuotaChange(540), None), 0)
    log.submit(SetQuotas(None, QuotaChange(7)), 0)
    user = log.user()
    assert user.profile.limits == Limits(300, 3)
    assert user.pending == {"minutes_limit": 540, "models_limit": 7}
    assert log.user(1).pending == {}
    log.deliver()
    assert log.user().pending == {}
    assert log.user().profile.limits == Limits(540, 7)
    log.database.close()


def test_what_was_cancelled_in_doubt_is_not_counted_on(tmp_path: Path) -> None:
    log = Log(tmp_path / "others.sqlite", racers(1))
    operation = log.submit(SetQuotas(QuotaChange(540), None), 0)
    item = log.claim()[0]
    log.cancel(operation)
    assert log.user().pending == {"minutes_limit": 540}  # it is being sent all the same
    log.settle(item, ItemState.DOUBTFUL)
    assert log.user().pending == {}
    log.database.close()


def test_a_conflict_is_not_on_its_way(tmp_path: Path) -> None:
    log = Log(tmp_path / "others.sqlite", racers(1))
    log.submit(SetQuotas(QuotaChange(540), None), 0)
    log.somebody_sets(0, 77)
    log.sweep()
    log.claim()
    assert log.user().pending == {}
    log.database.close()


def test_sums_are_of_racers_and_others(tmp_path: Path) -> None:
    log = Log(tmp_path / "others.sqlite", [*racers(3), ADMIN])
    log.submit(Pause(), 0)
    log.deliver()
    with log.database.read() as connection:
        found = totals(connection)
    assert found.racers == {Status.PAUSED: 1, Status.ACTIVE: 2}
    assert (found.others, found.minutes_used, found.models) == (1, 30, 3)
    assert found.unknown_usage == 0  # the admin's is unknown
    log.database.close()


def test_roles_are_kept(log: Log) -> None:
    with log.database.read() as connection:
        users = users_by_key(connection, user_keys(connection))
    assert {user.profile.role for user in users.values()} == {
        Role.RACER,
        Role.FACILITATOR,
        Role.ADMIN,
    }
