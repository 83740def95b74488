"""What two consoles keep under one name at once: neither takes back what the other has kept."""

from collections.abc import Callable
from typing import Any

import pytest

from drtui.commands.mailing import keep_text, read_text, reset_text
from drtui.commands.race_invitations import keep_note, read_note
from drtui.commands.workspace import Workspace
from drtui.domain.invitation_texts import DEFAULT_TEXTS, InvitationKind, InvitationText
from drtui.screens.model_planner import ModelPlanner
from drtui.store.database import Database

IAM, SSO = InvitationKind.IAM, InvitationKind.SINGLE_SIGN_ON
OURS, THEIRS = InvitationText("Hi", "Ours"), InvitationText("Hi", "Theirs")
Keeps = Callable[[Workspace], object]


@pytest.fixture
def between(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[[Keeps], None]:
    """Lets somebody else keep something just before the next transaction that writes begins."""
    write = Database.write

    def arranged(theirs: Keeps) -> None:
        def late(database: Database, *kinds: Any, **how: Any) -> Any:
            monkeypatch.setattr(Database, "write", write)
            theirs(Workspace(workspace.database, "bob"))
            return write(database, *kinds, **how)

        monkeypatch.setattr(Database, "write", late)

    return arranged


def test_texts_of_two_kinds(workspace: Workspace, between: Callable[[Keeps], None]) -> None:
    between(lambda bob: keep_text(bob, SSO, THEIRS))
    keep_text(workspace, IAM, OURS)
    assert (read_text(workspace, IAM), read_text(workspace, SSO)) == (OURS, THEIRS)

    between(lambda bob: keep_text(bob, SSO, OURS))
    reset_text(workspace, IAM)
    assert (read_text(workspace, IAM), read_text(workspace, SSO)) == (DEFAULT_TEXTS[IAM], OURS)


def test_notes_to_two_races(workspace: Workspace, between: Callable[[Keeps], None]) -> None:
    between(lambda bob: keep_note(bob, "race-2", "Theirs."))
    keep_note(workspace, "race-1", "Ours.")
    assert (read_note(workspace, "race-1"), read_note(workspace, "race-2")) == ("Ours.", "Theirs.")


def test_places_of_two_kinds(workspace: Workspace, between: Callable[[Keeps], None]) -> None:
    planner = ModelPlanner(workspace)
    between(lambda bob: ModelPlanner(bob).remember_place("bucket", "s3://theirs"))
    planner.remember_place("folder", "/ours")
    assert (planner.place("folder"), planner.place("bucket")) == ("/ours", "s3://theirs")
