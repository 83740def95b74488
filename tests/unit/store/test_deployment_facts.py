"""What is known of the deployment, how, and since when."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.deployment_info import deployment_info
from drtui.domain.changes import RecordKind
from drtui.domain.features import Feature
from drtui.domain.records import Role
from drtui.store.database import Database, open_database
from drtui.store.deployment_facts import (
    DeploymentFacts,
    Source,
    read_facts,
    write_found,
    write_version,
)
from drtui.store.sign_in import write_role
from drtui.store.watching import ChangeWatch


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    opened = open_database(tmp_path / "store.sqlite", clock)
    yield opened
    opened.close()


def facts(database: Database) -> DeploymentFacts:
    with database.read() as connection:
        return read_facts(connection)


def test_nothing_is_known_before_anything_was_said(database: Database) -> None:
    assert facts(database) == DeploymentFacts()
    info = deployment_info(database)
    assert (info.version, info.role) == ("", Role.UNKNOWN)
    assert info.features == dict.fromkeys(Feature)
    assert info.as_json()["version"] is None


def test_a_version_says_what_the_deployment_can_do_and_when_it_was_said(
    database: Database, clock: Clock
) -> None:
    write_version(database, "v1.3.1")
    clock.now += 500
    found = facts(database)
    assert found.version == "v1.3.1"
    assert found.version_as_of is not None
    assert found.version_as_of.timestamp() == clock.now - 500
    assert {feature: fact.has for feature, fact in found.features.items()} == dict.fromkeys(
        Feature, True
    )
    assert {fact.source for fact in found.features.values()} == {Source.SITE}


def test_of_a_version_that_cannot_be_read_what_was_found_out_stays(database: Database) -> None:
    write_found(database, dict.fromkeys(Feature, False))
    write_version(database, "somebody's own")
    found = facts(database)
    assert found.version == "somebody's own"
    assert {fact.source for fact in found.features.values()} == {Source.FOUND_OUT}
    assert found.features[Feature.BULK_INVITE].has is False


def test_what_was_asked_for_in_vain_is_not_known_and_has_its_age(database: Database) -> None:
    write_found(database, dict.fromkeys(Feature))
    found = facts(database)
    assert found.features.keys() == set(Feature)
    assert found.features[Feature.RESEND_INVITE].has is None


def test_a_version_from_outside_is_safe_to_show(database: Database) -> None:
    write_version(database, "1.3\x1b[31m\u202e")
    assert deployment_info(database).version.isprintable()


def test_the_role_is_told_with_it(database: Database) -> None:
    write_role(database, Role.FACILITATOR)
    info = deployment_info(database)
    assert info.role is Role.FACILITATOR
    assert info.as_json()["role"] == "facilitator"


def test_only_news_are_told(database: Database) -> None:
    watch = ChangeWatch(database.path)
    try:
        watch.changed()
        write_version(database, "1.3.1")
        assert RecordKind.SYNC_STATE in watch.changed()
        write_version(database, "1.3.1")
        assert RecordKind.SYNC_STATE not in watch.changed()
    finally:
        watch.close()
