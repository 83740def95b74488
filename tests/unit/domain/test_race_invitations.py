"""What racers are told of a race."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from drtui.domain.csv_text import csv_text
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitations import parse_invitation, render
from drtui.domain.race_invitations import race_invitation, race_link, rule_lines
from drtui.domain.races import RaceType
from tests.unit.domain.race_samples import FUTURE, RACE_ID, definition, listed

SITE = "https://races.example.com/"
EVENT = EventSettings()


def test_a_link_is_made_of_the_site_and_the_id_alone() -> None:
    assert race_link(SITE, RACE_ID) == f"https://races.example.com/races/{RACE_ID}"
    assert race_link(SITE, RACE_ID, live=True).endswith(f"/races/{RACE_ID}/live")
    assert race_link("", RACE_ID) == ""
    assert race_link(SITE, "../../evil") == ""
    assert race_link(SITE, "") == ""


def test_rules_are_sentences_of_what_is_set_alone() -> None:
    assert rule_lines(FUTURE) == (
        "You are ranked by your best lap: the shortest wins.",
        "You can enter up to 5 times while the race is open, with a model that is ready; your best "
        "result counts.",
        "Each entry drives 1 to 3 laps.",
        "A car that leaves the track is put back, and goes on with its lap.",
    )
    other = definition(
        race_type=RaceType.OBJECT_AVOIDANCE,
        objects=1,
        collision_penalty=5,
        off_track_penalty=2.5,
        continuous_lap=False,
        max_submissions=1,
        min_laps=2,
        max_laps=2,
        max_minutes=4,
        live=True,
        max_resets=1,
    )
    assert rule_lines(other)[1:] == (
        "You can enter once while the race is open, with a model that is ready.",
        "Each entry drives 2 laps, in 4 min at the most.",
        "A car that leaves the track is put back, at the cost of 2.5 s, and begins its lap anew.",
        "1 object stands on the track; to hit one costs 5 s.",
        "The entries are run one after the other before an audience. An entry can be begun anew "
        "1 time.",
    )
    assert not [one for one in rule_lines(definition(max_submissions=0)) if "enter" in one]


def test_times_are_told_with_their_zone_and_in_utc() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    there = race_invitation(listed(), website=SITE, zone=berlin, event=EVENT).body
    assert "Opens:       2026-05-15 11:30 CEST (2026-05-15 09:30 UTC)\n" in there
    utc = race_invitation(listed(), website=SITE, zone=UTC, event=EVENT).body
    assert "Opens:       2026-05-15 09:30 UTC\n" in utc


def test_what_is_not_known_is_left_out() -> None:
    bare = race_invitation(listed(), website="", zone=UTC, event=EVENT).body
    assert "http" not in bare
    assert "ask" not in bare
    event = EventSettings("the Cup", organizer="Club", contact="help@example.com")
    full = race_invitation(listed(), website=SITE, zone=UTC, event=event, note="a\nb").body
    assert "“Friday time trial”, a race of the Cup." in full
    assert "ask help@example.com." in full
    assert "\n\na\nb\n\n" in full


@pytest.mark.parametrize("text", ["{password}", "{", "}}", "{{name}}", "a\x1b[2Jb\u202ec"])
def test_text_from_outside_asks_for_no_field_and_moves_no_cursor(text: str) -> None:
    race = listed(definition(name=text, description=f"{text}\n{text}"))
    found = race_invitation(race, website=SITE, zone=UTC, event=EVENT, note=text)
    template = found.as_template()
    parsed = parse_invitation(template.subject, template.body)
    assert parsed.fields == {InvitationField.NAME}
    written = render(parsed, {}, {InvitationField.NAME: "Ada"})
    assert written.text.startswith("Hello Ada,\n\n")
    assert written.text.endswith(found.body)
    assert "\x1b" not in found.text
    assert "\u202e" not in found.text


def test_the_longest_name_still_makes_a_subject() -> None:
    race = listed(replace(FUTURE, name="n" * 5_000, track="t" * 5_000))
    template = race_invitation(race, website=SITE, zone=UTC, event=EVENT).as_template()
    assert parse_invitation(template.subject, template.body)
    braces = listed(replace(FUTURE, name="{" * 5_000))
    template = race_invitation(braces, website=SITE, zone=UTC, event=EVENT).as_template()
    assert parse_invitation(template.subject, template.body)


def test_headings_of_a_csv_are_no_formulas_either() -> None:
    assert csv_text([{"=a": "=b", "l": ["x", 1]}], ["=a", "l"]) == "'=a,l\n'=b,x 1\n"
