"""Live races as last read; aliases that no audience is shown; whose aliases they are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.help_desk_actions import ChangeAlias
from drtui.domain.operations import ALIAS, ItemState
from drtui.domain.race_records import StoredLive
from drtui.domain.records import StoredModel
from drtui.store.database import Database, open_database
from drtui.store.live_races import read_live, write_live, write_live_trouble
from drtui.store.models import write_models
from drtui.store.moderation import hidden_aliases, hide_alias, hide_changed, show_alias
from drtui.store.race_matching import racers_of_aliases
from drtui.store.users import ITEMS, USERS
from tests.support.logs import SteppedClock
from tests.support.races import START, live_state, queue_item, race_id, rankings
from tests.support.stores import NOW, filled_store, profile_id


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Database]:
    opened = filled_store(tmp_path / "filled.sqlite")
    yield opened
    opened.close()


def live(database: Database) -> StoredLive:
    with database.read() as connection:
        return read_live(connection, race_id(1))


def test_a_live_race_comes_back_with_its_queue_in_the_order_of_bytes(database: Database) -> None:
    state = live_state(1, current={"modelName": "fast"}, rankings=rankings("a", "b"), winner="a")
    queue = [queue_item(1, "a0"), queue_item(2, "a0V"), queue_item(3, "Zz"), queue_item(4, "a1")]
    write_live(database, race_id(1), state, queue, database.clock())
    found = live(database)
    assert found.state == state
    assert [item.position for item in found.queue] == ["Zz", "a0", "a0V", "a1"]
    assert set(found.queue) == set(queue)
    assert found.read_at == START


def test_links_that_open_something_are_not_kept(database: Database) -> None:
    link = "https://b.example/v.mp4?X-Amz-Signature=abc"
    state = live_state(1, current={"videoUrl": link, "lap": 2}, document={"stream": [link]})
    write_live(database, race_id(1), state, [], database.clock())
    found = live(database).state
    assert found is not None
    assert (found.current, found.document) == ({"lap": 2}, {"stream": []})
    assert b"Signature" not in database.path.read_bytes()


def test_the_queue_alone_leaves_the_state(database: Database, clock: SteppedClock) -> None:
    write_live(database, race_id(1), live_state(1), [queue_item(1, "a0")], clock())
    clock.step(2)
    write_live(database, race_id(1), None, [queue_item(2, "a1")], clock())
    assert live(database).state == live_state(1)
    assert live(database).queue == (queue_item(2, "a1"),)
    write_live(database, race_id(1), live_state(1, total=3), None, clock())
    assert live(database).queue == (queue_item(2, "a1"),)


def test_an_older_reading_does_not_undo_a_move(database: Database, clock: SteppedClock) -> None:
    began = clock()
    clock.step(1)
    write_live(database, race_id(1), None, [queue_item(1, "Zz")], clock())
    write_live(database, race_id(1), live_state(1), [queue_item(1, "a0")], began)
    assert live(database).queue == (queue_item(1, "Zz"),)


def test_a_submission_that_is_listed_twice_is_one(database: Database) -> None:
    twice = [queue_item(1, "a0"), queue_item(1, "a1")]
    write_live(database, race_id(1), None, twice, database.clock())
    assert live(database).queue == (queue_item(1, "a1"),)


def test_trouble_keeps_what_was_read(database: Database, clock: SteppedClock) -> None:
    write_live_trouble(database, race_id(1), "no answer")
    assert live(database) == StoredLive(trouble="no answer")
    write_live(database, race_id(1), live_state(1), [], clock())
    clock.step(9)
    write_live_trouble(database, race_id(1), "no answer")
    assert live(database) == StoredLive(live_state(1), (), START, "no answer")
    write_live(database, race_id(1), live_state(1), [], clock())
    assert live(database).trouble == ""
    assert live(database).read_at == START + timedelta(seconds=9)


def hidden(database: Database) -> frozenset[str]:
    with database.read() as connection:
        return hidden_aliases(connection)


def test_an_alias_is_hidden_in_whatever_case_until_it_is_shown(database: Database) -> None:
    hide_alias(database, "Rude-One", Author("ada"))
    hide_alias(database, "rude-one", Author("bo"))
    assert hidden(database) == {"rude-one"}
    assert not show_alias(database, "RUDE-ONE", Author("ada"))
    assert hidden(database) == frozenset()


def test_an_alias_that_is_being_changed_is_hidden_meanwhile(filled: Database) -> None:
    workspace = Workspace(filled, "ada")
    chosen = select_by_name(workspace, ["b0lt"])
    submit(workspace, plan_action(workspace, ChangeAlias("bolt-two"), chosen))
    assert hidden(filled) == {"b0lt"}
    assert show_alias(filled, "b0lt", Author("ada"))
    assert hidden(filled) == {"b0lt"}


def test_aliases_lead_to_all_who_bear_them(filled: Database) -> None:
    ready = StoredModel("model0000000001", "fast", "READY", None)
    failed = StoredModel("model0000000002", "slow", "ERROR", None)
    write_models(filled, profile_id(2), [ready, failed], filled.clock())
    write_models(filled, profile_id(5), [], filled.clock())
    with filled.read() as connection:
        found = racers_of_aliases(connection, ["B0LT", "RacerAlias", "nobody", "b0lt"])
    assert [(one.profile_id, one.email) for one in found["B0LT"]] == [
        (profile_id(2), "b0lt@example.com")
    ]
    assert found["b0lt"] == found["B0LT"]
    assert found["nobody"] == ()
    both = found["RacerAlias"]
    assert [one.profile_id for one in both] == [profile_id(5), profile_id(6)]
    assert [one.ready_models for one in (*found["B0LT"], *both)] == [1, 0, None]


def test_a_clock_that_was_set_back_does_not_keep_a_live_race_as_it_was(
    database: Database, clock: SteppedClock
) -> None:
    write_live(database, race_id(1), live_state(1), [queue_item(1, "a0")], clock())
    clock.step(-3600)
    write_live(database, race_id(1), live_state(1, total=3), [queue_item(2, "a1")], clock())
    assert live(database).queue == (queue_item(2, "a1"),)
    assert live(database).state == live_state(1, total=3)
    assert live(database).read_at == START - timedelta(hours=1)


def test_the_state_alone_makes_the_queue_no_younger(
    database: Database, clock: SteppedClock
) -> None:
    write_live(database, race_id(1), live_state(1), [queue_item(1, "a0")], clock())
    clock.step(4)
    write_live(database, race_id(1), live_state(1, total=3), None, clock())
    assert live(database).read_at == START
    write_live(database, race_id(1), live_state(1), None, clock() - 1)
    assert live(database).state == live_state(1, total=3)


def renamed(database: Database, name: str, alias: str) -> int:
    workspace = Workspace(database, "ada")
    chosen = select_by_name(workspace, [name])
    number = submit(workspace, plan_action(workspace, ChangeAlias(alias), chosen))
    assert number is not None
    return number


@pytest.mark.parametrize("state", [ItemState.DONE, ItemState.FAILED, ItemState.CONFLICT])
def test_an_alias_that_was_changed_stays_hidden_whatever_became_of_it(
    filled: Database, state: ItemState
) -> None:
    number = renamed(filled, "b0lt", "bolt-two")
    with filled.write(RecordKind.OPERATION) as connection:
        connection.execute(
            update(ITEMS)
            .where(ITEMS.c.operation_id == number)
            .values(state=state.value, settled_at=filled.clock())
        )
    assert hidden(filled) == {"b0lt"}
    show_alias(filled, "b0lt", Author("ada"))
    assert hidden(filled) == frozenset()


def test_an_alias_that_is_given_again_is_shown_unless_it_was_hidden_by_hand(
    filled: Database,
) -> None:
    values = ({ALIAS: "b0lt"}, {ALIAS: "x"}), ({ALIAS: "x"}, {ALIAS: "b0lt"})
    with filled.write() as connection:
        hide_changed(connection, values[:1], "ada", 1.0)
        assert hidden_aliases(connection) == {"b0lt"}
        hide_changed(connection, values[1:], "ada", 2.0)
        assert hidden_aliases(connection) == {"x"}
        hide_changed(connection, values, "ada", 3.0)  # two swap theirs
        assert hidden_aliases(connection) == frozenset()
        hide_changed(connection, [({ALIAS: "RacerAlias"}, {ALIAS: "y"})], "ada", 4.0)
        hide_changed(connection, [({ALIAS: "same"}, {ALIAS: "SAME"})], "ada", 4.0)
        assert hidden_aliases(connection) == frozenset()
    hide_alias(filled, "b0lt", Author("ada"))
    with filled.write() as connection:
        hide_changed(connection, values[1:], "ada", 5.0)
        assert hidden_aliases(connection) == {"b0lt", "x"}


def bearers(database: Database, alias: str) -> list[tuple[str, bool]]:
    with database.read() as connection:
        found = racers_of_aliases(connection, [alias], datetime.fromtimestamp(NOW, UTC))
    return [(one.profile_id, one.certain) for one in found[alias]]


def test_who_is_gone_bore_the_alias_too(filled: Database) -> None:
    assert bearers(filled, "b0lt") == [(profile_id(2), True)]
    with filled.write() as connection:
        of = [USERS.c.profile_id == profile_id(number) for number in (2, 1)]
        connection.execute(update(USERS).where(of[0]).values(gone_at=NOW))
    assert bearers(filled, "b0lt") == [(profile_id(2), False)]
    with filled.write() as connection:
        connection.execute(update(USERS).where(of[1]).values(alias="b0lt"))
    assert bearers(filled, "b0lt") == [(profile_id(1), True), (profile_id(2), False)]


def test_who_changed_the_alias_since_it_was_read_is_not_certain(filled: Database) -> None:
    number = renamed(filled, "b0lt", "bolt-two")
    with filled.write(RecordKind.OPERATION) as connection:
        connection.execute(
            update(ITEMS)
            .where(ITEMS.c.operation_id == number)
            .values(state=ItemState.DONE.value, settled_at=NOW + 60)
        )
        connection.execute(
            update(USERS).where(USERS.c.profile_id == profile_id(2)).values(alias="bolt-two")
        )
    assert bearers(filled, "b0lt") == [(profile_id(2), False)]
    assert bearers(filled, "bolt-two") == [(profile_id(2), False)]
    with filled.write(RecordKind.OPERATION) as connection:
        connection.execute(update(ITEMS).values(settled_at=NOW - 60))
    assert bearers(filled, "b0lt") == []
    assert bearers(filled, "bolt-two") == [(profile_id(2), True)]
