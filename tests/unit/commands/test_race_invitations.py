"""Invitations to a race: written for the event, and sent to those who are kept."""

import stat
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from drtui.commands.event import write_event
from drtui.commands.mailing import plan_send, preview
from drtui.commands.participants import keep
from drtui.commands.race_invitations import (
    invitation_to,
    keep_note,
    race_mailing,
    read_note,
    recipients,
    save_invitation,
)
from drtui.commands.race_roster import race_roster
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_roster import RaceTrait
from tests.unit.commands.race_scenes import CLOSED, FUTURE, OPEN, with_races

ADA = "ada-l@example.com"


@pytest.fixture
def races(workspace: Workspace) -> Workspace:
    event = EventSettings(
        "the {Cup}", console_address="https://cup.example", sender="races@example.com"
    )
    write_event(workspace, event)
    keep(workspace, [Participant(ADA, "Ada", None, 0)])
    return with_races(workspace)


def test_the_site_of_the_account_goes_before_the_events_address(races: Workspace) -> None:
    own = invitation_to(replace(races, website="https://site.example"), OPEN, zone=UTC)
    assert own.link == f"https://site.example/races/{OPEN}"
    assert f"https://site.example/races/{OPEN}" in own.body
    told = invitation_to(races, OPEN, zone=UTC)
    assert f"https://cup.example/races/{OPEN}" in told.body
    assert "a race of the {Cup}" in told.body
    live = invitation_to(races, "Final", zone=UTC).body
    assert "/live" in live
    with pytest.raises(InvalidInputError):
        invitation_to(races, "Monday", zone=UTC)


def test_it_is_sent_to_kept_participants_alone_whatever_is_in_it(races: Workspace) -> None:
    found = race_roster(races, CLOSED, "", [RaceTrait.ENTERED])
    them = recipients(races, found.emails)
    assert [one.email for one in them.participants] == [ADA]
    assert len(them.others) == len(found.rows) - 1
    for race in (CLOSED, FUTURE):
        mailing = race_mailing(races, invitation_to(races, race, zone=UTC))
        plan = plan_send(races, mailing, them.participants, second_door=True)
        assert [row.outcome for row in plan.rows] == [Outcome.CHANGE]
        sent = preview(races, mailing, them.participants)
        assert sent.missing == ()
        assert sent.invitations[ADA].text.startswith("Hello Ada,\n\nYou are invited to")
        assert "<b>" not in sent.invitations[ADA].html


def test_a_saved_invitation_is_a_new_file_of_ones_own(races: Workspace, tmp_path: Path) -> None:
    invitation = invitation_to(races, OPEN, zone=UTC, note="Bring tea.")
    path = tmp_path / "invitation.txt"
    save_invitation(path, invitation)
    assert path.read_text() == invitation.text
    assert "\n\nHello,\n\n" in invitation.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(InvalidInputError, match="already"):
        save_invitation(path, invitation)


def test_what_is_added_is_kept_for_the_race_so_that_it_stays_the_same_message(
    races: Workspace,
) -> None:
    keep_note(races, OPEN, "  Bring tea.\nDoors at nine. ")
    keep_note(races, FUTURE, "Elsewhere.")
    assert "\n\nBring tea.\nDoors at nine.\n\n" in invitation_to(races, OPEN, zone=UTC).body
    given = invitation_to(races, OPEN, zone=UTC, note="")
    assert "Bring tea." not in given.body
    first, second = (race_mailing(races, invitation_to(races, OPEN, zone=UTC)).id for _ in range(2))
    assert first == second != race_mailing(races, given).id
    with pytest.raises(InvalidInputError, match="4,000"):
        keep_note(races, OPEN, "x" * 4_001)
    keep_note(races, OPEN, "")
    assert read_note(races, OPEN) == ""
    assert read_note(races, FUTURE) == "Elsewhere."


def test_without_any_address_it_has_no_link_and_says_where_the_race_is(races: Workspace) -> None:
    write_event(races, EventSettings("the Cup", sender="races@example.com"))
    found = invitation_to(races, OPEN, zone=UTC)
    assert found.link == ""
    assert "You find it under Races" in found.body
