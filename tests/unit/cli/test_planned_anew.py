"""What comes to something else by the time it is submitted is shown, and confirmed, once more."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import typer

from drtui.cli import changes, exits
from drtui.cli.changes import carry_out
from drtui.cli.context import Desk
from drtui.cli.models_changes import delete_counted
from drtui.commands.bulk import submit
from drtui.commands.help_desk import plan_change_alias, plan_delete_models
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import Selection, select_by_name
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths, load_settings
from drtui.domain.operations import Item, Value, meant_models
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import StoredModel
from drtui.store.models import write_models
from tests.support.stores import filled_store, items_of, profile_id
from tests.unit.cli.conftest import Say

RACER = profile_id(100)
ASKED = "look at the plan again"


class Scene:
    """An admin's desk, another admin, and what happens while the first is asked."""

    def __init__(self, paths: Paths, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database = filled_store(path, racers=12)
        self.workspace = Workspace(self.database, "ada")
        account = Account("finals", "https://one.example/prod", "eu-west-1")
        self.desk = Desk(account, paths, load_settings(paths, {}), self.workspace)
        self.selection = select_by_name(self.workspace, [RACER])
        self.meanwhile: list[Callable[[], object]] = []
        self.answers: list[str] = []
        self.asked: list[str] = []
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr(typer, "confirm", lambda text, **_: self._answer(text) == "y")
        monkeypatch.setattr(typer, "prompt", lambda text, **_: self._answer(text))

    def _answer(self, text: str) -> str:
        self.asked.append(text)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return self.answers.pop(0)

    def other_does(self, make: Callable[[Workspace, Selection], Plan]) -> None:
        """Another admin does something to the same racer."""
        submit(Workspace(self.database, "bo"), make(self.workspace, self.selection))

    def stores(self, count: int) -> None:
        """It is read that the racer stores so many models."""
        models = [StoredModel(f"m{each}", f"m{each}", "READY", None) for each in range(count)]
        write_models(self.database, RACER, models, self.database.clock())

    def more_hours(self, *, yes: bool = False) -> int:
        """Give the racer two hours more."""
        return carry_out(
            self.desk,
            lambda: plan_set_quotas(self.workspace, self.selection, "+2", None),
            dry_run=False,
            yes=yes,
            wait=False,
        )

    def delete(self, count: int | None = None) -> int:
        """Delete the racer's models."""
        return delete_counted(
            self.desk,
            lambda: plan_delete_models(self.workspace, self.selection),
            "",
            count=count,
            dry_run=False,
            yes=False,
            no_wait=True,
        )

    def before_submitting(
        self, monkeypatch: pytest.MonkeyPatch, *events: Callable[[], None]
    ) -> None:
        """Have something happen between the answer and its submission, once."""
        rest = list(events)

        def confirmed(*_: object) -> None:
            while rest:
                rest.pop(0)()

        monkeypatch.setattr(changes, "confirm", confirmed)
        real = changes.confirm_typed

        def typed(yes: bool, question: str, wanted: str, answer: str | None = None) -> None:
            real(yes, question, wanted, answer)
            confirmed()

        monkeypatch.setattr(changes, "confirm_typed", typed)

    def mine(self) -> list[Item]:
        """What the first admin has submitted."""
        with self.database.read() as connection:
            own = "SELECT id FROM operation WHERE who = 'ada'"
            numbers = list(connection.exec_driver_sql(own).scalars())
        return [item for number in numbers for item in items_of(self.database, number)]


@pytest.fixture
def scene(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    made = Scene(paths, tmp_path / "event.sqlite", monkeypatch)
    yield made
    made.database.close()


def more(workspace: Workspace, selection: Selection) -> Plan:
    return plan_set_quotas(workspace, selection, "+2", None)


def hours(values: Mapping[str, Value]) -> Value:
    return values["minutes_limit"]


def test_the_new_plan_is_asked_about_too(scene: Scene, said: Say) -> None:
    scene.meanwhile = [lambda: scene.other_does(more)]
    scene.answers = ["y", "n"]
    with pytest.raises(typer.Exit):
        scene.more_hours()
    assert len(scene.asked) == 2
    assert ASKED in said()
    assert scene.mine() == []


def test_what_was_confirmed_the_second_time_is_submitted(scene: Scene) -> None:
    scene.meanwhile = [lambda: scene.other_does(more)]
    scene.answers = ["y", "y"]
    assert scene.more_hours() == exits.OK
    (item,) = scene.mine()
    assert hours(item.before) == 420
    assert hours(item.after) == 540


def test_what_is_still_the_same_is_asked_once(scene: Scene) -> None:
    scene.meanwhile = [
        lambda: scene.other_does(lambda work, whom: plan_change_alias(work, whom, "another"))
    ]
    scene.answers = ["y"]
    assert scene.more_hours() == exits.OK
    assert len(scene.asked) == 1
    assert len(scene.mine()) == 1


def test_who_said_yes_beforehand_is_not_asked(
    scene: Scene, said: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.before_submitting(monkeypatch, lambda: scene.other_does(more))
    assert scene.more_hours(yes=True) == exits.OK
    assert scene.asked == []
    assert ASKED in said()
    assert [hours(item.after) for item in scene.mine()] == [540]


def test_the_number_of_models_is_typed_again(scene: Scene) -> None:
    scene.stores(1)

    def more_models() -> None:
        scene.other_does(more)
        scene.stores(40)

    scene.meanwhile = [more_models]
    scene.answers = ["1", "1"]
    with pytest.raises(typer.Exit):
        scene.delete()
    assert [text.rpartition("Type ")[2].split()[0] for text in scene.asked] == ["1", "40"]
    assert scene.mine() == []
    scene.answers = ["40"]
    scene.delete()
    (item,) = scene.mine()
    assert len(meant_models(item.before) or ()) == 40


def test_a_number_of_the_command_line_is_held_against_the_new_plan(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.stores(1)
    scene.before_submitting(monkeypatch, lambda: scene.other_does(more), lambda: scene.stores(40))
    with pytest.raises(InvalidInputError, match="about 40, not 1: nothing was changed"):
        scene.delete(count=1)
    assert scene.mine() == []
