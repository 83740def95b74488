"""Participants: kept once, labelled once with their team, and found again in the roster."""

import csv
import io
import json

import pytest

from drtui.cli.output import print_csv
from drtui.commands.access import plan_iam_users
from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_invite
from drtui.commands.participant import participant_page
from drtui.commands.participants import (
    forget,
    keep,
    list_pool,
    participants_of,
    plan_forget,
    plan_keep,
    read_list,
    submit_and_keep,
)
from drtui.commands.roster import roster
from drtui.commands.selection import select_by_name
from drtui.commands.tags import read_tags, tag_users
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.problems import InvalidInputError, PlanOutdatedError, StoreProblemError
from drtui.domain.records import Profile
from drtui.domain.roster import COLUMNS, RosterRow, Trait, row_key, with_traits
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.domain.tags import Tag
from drtui.store.database import Database
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.participants import (
    apply_teams,
    kept_participants,
    mark_told,
    pool_listed_at,
    write_pool_users,
)
from drtui.store.tagging import count_tags
from tests.support.sponsors import services
from tests.support.stores import plain_profiles, special_profiles, swept

RED = Tag("team", "red")
BLUE = Tag("team", "blue")


def person(email: str, name: str = "", team: Tag | None = None) -> Participant:
    return Participant(email, name, team, 1)


def pool_user(email: str | None, status: PoolStatus, *, enabled: bool | None = True) -> PoolUser:
    return PoolUser(f"user of {email}", email, status, enabled)


def row_of(workspace: Workspace, email: str) -> RosterRow:
    (row,) = [one for one in roster(workspace) if one.email.lower() == email]
    return row


def tags(workspace: Workspace) -> dict[Tag, int]:
    with workspace.database.read() as connection:
        return count_tags(connection)


def test_a_list_is_told_who_has_a_profile_and_who_is_known(workspace: Workspace) -> None:
    keep(workspace, [person("known@example.com")])
    text = "email,name\nADA-L@example.com,Ada\nknown@example.com,\nnew@example.com,\nnonsense,\n"
    found = read_list(workspace, text)
    assert found.with_profile == {"ada-l@example.com"}
    assert found.known == {"known@example.com"}
    assert [one.email for one in found.new] == ["new@example.com"]
    assert found.lines()[0].startswith("3 participants: 1 new, 1 with a profile already")
    assert found.lines()[1] == "1 row left out."


def test_a_participant_is_kept_once_whatever_the_case(workspace: Workspace) -> None:
    assert keep(workspace, [person("Ada@Example.com", "Ada", RED)]).new == 1
    with workspace.database.read() as connection:
        (before,) = kept_participants(connection)
    again = keep(workspace, [person("ada@example.com", "Ada Lovelace")])
    assert (again.new, again.changed) == (0, 1)
    with workspace.database.read() as connection:
        (after,) = kept_participants(connection)
    assert after.added_at == before.added_at
    assert after.participant == Participant("Ada@Example.com", "Ada Lovelace", RED, 0)


def test_a_list_without_names_forgets_none(workspace: Workspace) -> None:
    keep(workspace, [person("ada@example.com", "Ada", RED)])
    kept = keep(workspace, [person("ada@example.com")])
    assert (kept.new, kept.changed) == (0, 0)
    assert participants_of(workspace) == (Participant("ada@example.com", "Ada", RED, 0),)


def test_who_is_not_kept_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="not among the participants"):
        participants_of(workspace, ["nobody@example.com"])


def test_a_team_becomes_a_label_as_soon_as_there_is_a_profile(workspace: Workspace) -> None:
    late = "late@example.com"
    kept = keep(workspace, [person("ADA-L@example.com", "", RED), person(late, "", BLUE)])
    assert kept.tagged == 1
    assert tags(workspace) == {RED: 1}
    newcomer = Profile("late00000000001", "late", "Late@example.com", "dr-racers")
    swept(workspace.database, [*special_profiles(), *plain_profiles(12), newcomer])
    assert apply_teams(workspace.database) == 1
    assert tags(workspace) == {RED: 1, BLUE: 1}


def test_what_keeping_would_change_is_told_and_is_what_it_changes(workspace: Workspace) -> None:
    keep(workspace, [person("ada-l@example.com", "", BLUE), person("old@example.com", "Old")])
    people = [
        person("ADA-L@example.com", "", RED),
        person("old@example.com", "Older"),
        person("new@example.com", "", RED),
    ]
    coming = plan_keep(workspace, people)
    assert (coming.new, coming.changed, coming.tagged) == (1, 2, 1)
    assert tags(workspace) == {BLUE: 1}
    assert len(participants_of(workspace)) == 2
    assert keep(workspace, people) == coming
    assert plan_keep(workspace, people).nothing
    assert plan_keep(workspace, []).nothing


def test_who_is_kept_with_a_plan_is_not_where_the_plan_is_outdated(workspace: Workspace) -> None:
    people = [person("ada-l@example.com", "", RED), person("new@example.com")]
    plan = plan_invite(workspace, people)
    submit(workspace, plan_invite(workspace, people[1:]))
    with pytest.raises(PlanOutdatedError):
        submit_and_keep(workspace, plan, people)
    assert participants_of(workspace) == ()
    assert tags(workspace) == {}
    other = [people[0], person("newer@example.com")]
    assert submit_and_keep(workspace, plan_invite(workspace, other), other) is not None
    assert len(participants_of(workspace)) == 2
    assert tags(workspace) == {RED: 1}


@pytest.mark.parametrize("planned", [False, True])
def test_a_store_that_is_full_right_after_is_no_failure_of_what_is_written(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, planned: bool
) -> None:
    people = [person("ada-l@example.com", "", RED), person("new@example.com")]
    plan = plan_invite(workspace, people)
    write, times = Database.write, iter([True])

    def once(database: Database, *kinds: RecordKind, durable: bool = False) -> object:
        if next(times, False):
            return write(database, *kinds, durable=durable)
        raise StoreProblemError("The disk is full.")

    monkeypatch.setattr(Database, "write", once)
    if planned:
        assert submit_and_keep(workspace, plan, people) == 1
    else:
        assert keep(workspace, people).tagged == 1
    assert len(participants_of(workspace)) == 2
    assert tags(workspace) == {RED: 1}


def test_a_team_is_given_once_so_that_what_an_admin_changes_stays(workspace: Workspace) -> None:
    keep(workspace, [person("ada-l@example.com", "", RED)])
    tag_users(
        workspace, select_by_name(workspace, ["ada-l"]), read_tags(["team:green"], ["team:red"])
    )
    assert apply_teams(workspace.database) == 0
    keep(workspace, [person("ada-l@example.com", "", RED)])
    assert tags(workspace) == {Tag("team", "green"): 1}


def test_another_team_takes_the_place_of_the_first(workspace: Workspace) -> None:
    keep(workspace, [person("ada-l@example.com", "", RED)])
    assert keep(workspace, [person("ada-l@example.com", "", BLUE)]).tagged == 1
    assert tags(workspace) == {BLUE: 1}


def test_the_pool_is_listed_anew_as_a_whole(workspace: Workspace) -> None:
    class Pool:
        def users(self) -> list[PoolUser]:
            return [pool_user("ada-l@example.com", PoolStatus.FORCE_CHANGE_PASSWORD)]

    write_pool_users(workspace.database, [pool_user("gone@example.com", PoolStatus.CONFIRMED)])
    assert list_pool(workspace, services(user_pool=Pool())) == 1
    assert row_of(workspace, "ada-l@example.com").standing is Trait.INVITED
    with pytest.raises(InvalidInputError, match="user pool"):
        list_pool(workspace, services())


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (PoolStatus.FORCE_CHANGE_PASSWORD, Trait.INVITED),
        (PoolStatus.UNCONFIRMED, Trait.INVITED),
        (PoolStatus.CONFIRMED, Trait.SIGNED_IN),
        (PoolStatus.RESET_REQUIRED, Trait.SIGNED_IN),
        (PoolStatus.UNKNOWN, Trait.SIGNED_IN),  # by the alias
    ],
)
def test_the_pool_knows_who_has_signed_in(
    workspace: Workspace, status: PoolStatus, standing: Trait
) -> None:
    write_pool_users(workspace.database, [pool_user("ADA-L@example.com", status)])
    row = row_of(workspace, "ada-l@example.com")
    assert row.standing is standing
    assert row.as_of is not None


def test_where_the_pool_is_not_known_the_first_alias_tells(workspace: Workspace) -> None:
    assert row_of(workspace, "eve@example.com").standing is Trait.INVITED
    assert row_of(workspace, "ada-l@example.com").standing is Trait.SIGNED_IN


def test_what_a_racer_still_lacks(workspace: Workspace) -> None:
    twin = Profile("twin00000000001", "ADA-L", "twin@example.com", "dr-racers", models=1)
    swept(workspace.database, [*special_profiles(), *plain_profiles(12), twin])
    write_pool_users(
        workspace.database,
        [pool_user("dana.mertens@example.com", PoolStatus.CONFIRMED, enabled=False)],
    )
    eve = row_of(workspace, "eve@example.com")
    assert {Trait.DEFAULT_ALIAS, Trait.NO_MODEL, Trait.NOT_LISTED} <= eve.traits
    ada = row_of(workspace, "ada-l@example.com")
    assert Trait.DUPLICATE_ALIAS in ada.traits
    assert Trait.NO_MODEL not in ada.traits
    assert Trait.CLOSED in row_of(workspace, "dana.mertens@example.com").traits
    unknown = next(one for one in roster(workspace) if one.alias == "unknown-one")
    assert unknown.models is None
    assert Trait.NO_MODEL not in unknown.traits


def test_admins_are_on_the_roster_only_where_a_list_names_them(workspace: Workspace) -> None:
    assert not any(one.email == "fay@example.com" for one in roster(workspace))
    keep(workspace, [person("fay@example.com")])
    assert row_of(workspace, "fay@example.com").profile_id == "facil0000000001"


def test_an_invitation_is_followed_until_there_is_a_profile(workspace: Workspace) -> None:
    people = [person(f"new{one}@example.com") for one in range(4)]
    keep(workspace, people)
    assert row_of(workspace, "new0@example.com").standing is Trait.NOT_INVITED
    submit(workspace, plan_invite(workspace, people[1:]))
    items = claim_errands(workspace.database, Service.INVITATIONS, 2, 1)
    results = Carried(ItemState.DONE), Carried(ItemState.FAILED, "no such domain")
    settle_errands(
        workspace.database,
        [Settled(item, 1, result) for item, result in zip(items, results, strict=True)],
    )
    rows = [row_of(workspace, one.email) for one in people]
    assert [row.standing for row in rows] == [
        Trait.NOT_INVITED,
        Trait.INVITED,
        Trait.INVITATION_FAILED,
        Trait.UNDER_WAY,
    ]
    assert rows[2].reason == "no such domain"
    assert rows[1].as_of is not None
    assert all(Trait.NO_PROFILE in row.traits for row in rows)
    assert [row.email for row in with_traits(rows, [Trait.INVITED])] == ["new1@example.com"]
    assert with_traits(rows, [Trait.INVITED, Trait.CLOSED]) == []


def test_an_invitation_whose_user_is_gone_stands_no_more(workspace: Workspace) -> None:
    new = person("new@example.com")
    keep(workspace, [new])
    submit(workspace, plan_invite(workspace, [new]))
    (item,) = claim_errands(workspace.database, Service.INVITATIONS, 1, 1)
    settle_errands(workspace.database, [Settled(item, 1, Carried(ItemState.DONE))])
    assert row_of(workspace, "new@example.com").standing is Trait.INVITED
    others = [*special_profiles(), *plain_profiles(12)]
    seen = Profile("new000000000001", "RacerAlias", "New@example.com", "dr-racers")
    swept(workspace.database, [*others, seen])
    assert Trait.NO_PROFILE not in row_of(workspace, "new@example.com").traits
    for _ in range(3):
        swept(workspace.database, others)
    row = row_of(workspace, "new@example.com")
    assert (row.standing, Trait.NO_PROFILE in row.traits) == (Trait.NOT_INVITED, True)


def test_a_failed_invitation_is_told_although_another_was_planned_beside_it(
    workspace: Workspace,
) -> None:
    new = person("new@example.com")
    keep(workspace, [new])
    submit(workspace, plan_invite(workspace, [new]))
    submit(workspace, plan_invite(workspace, [new]))  # already on its way
    (item,) = claim_errands(workspace.database, Service.INVITATIONS, 1, 1)
    failed = Carried(ItemState.FAILED, "no such domain")
    settle_errands(workspace.database, [Settled(item, 1, failed)])
    assert row_of(workspace, "new@example.com").standing is Trait.INVITATION_FAILED


def test_a_row_has_one_key_whatever_becomes_of_the_participant(workspace: Workspace) -> None:
    before = row_of(workspace, "eve@example.com")
    keep(workspace, [person("EVE@example.com"), person("new@example.com")])
    listed = row_of(workspace, "eve@example.com")
    assert listed.key == before.key == row_key("Eve@Example.com", None)
    assert listed.user_key == before.user_key
    new = row_of(workspace, "new@example.com")
    assert new.user_key is None
    profile = Profile("new000000000001", "new", "New@example.com", "dr-racers")
    twin = Profile("new000000000002", "twin", "ada-l@example.com", "dr-racers")
    swept(workspace.database, [*special_profiles(), *plain_profiles(12), profile, twin])
    assert row_of(workspace, "new@example.com").key == new.key
    assert row_of(workspace, "new@example.com").user_key is not None
    keys = [row.key for row in roster(workspace)]
    assert len(set(keys)) == len(keys)


def test_taking_off_the_list_changes_nobodys_access(workspace: Workspace) -> None:
    people = [person("ada-l@example.com", "", RED), person("told@example.com"), person("c@x.org")]
    keep(workspace, people)
    mark_told(workspace.database, ["told@example.com"], workspace.author())
    submit(workspace, plan_invite(workspace, people[2:]))
    plan = plan_forget(workspace, ["ADA-L@example.com", "told@example.com", "c@x.org", "no@x.org"])
    assert [one.email for one in plan.participants] == ["ada-l@example.com", "told@example.com"]
    assert (plan.under_way, plan.told, plan.missing) == (("c@x.org",), 1, ("no@x.org",))
    assert "2 participants are taken off the list." in plan.lines()[0]
    assert forget(workspace, plan.participants) == 2
    assert [one.email for one in participants_of(workspace)] == ["c@x.org"]
    assert Trait.NOT_LISTED in row_of(workspace, "ada-l@example.com").traits
    assert tags(workspace) == {RED: 1}
    keep(workspace, [person("told@example.com")])
    with workspace.database.read() as connection:
        (again,) = kept_participants(connection, ["told@example.com"])
    assert again.told_at is None


def test_an_invitation_that_set_out_meanwhile_keeps_its_participant(workspace: Workspace) -> None:
    people = [person("a@example.com"), person("b@example.com")]
    keep(workspace, people)
    plan = plan_forget(workspace)
    assert plan.participants == participants_of(workspace)
    submit(workspace, plan_invite(workspace, people[:1]))
    assert forget(workspace, plan.participants) == 1
    assert [one.email for one in participants_of(workspace)] == ["a@example.com"]


def test_everything_known_of_a_participant_is_found_however_it_is_spelt(
    workspace: Workspace,
) -> None:
    keep(workspace, [person("New@Example.com", "Nell")])
    submit(workspace, plan_invite(workspace, [person("new@example.com")]))
    submit(workspace, plan_iam_users(workspace, [person("New@Example.com")], second_door=True))
    write_pool_users(
        workspace.database, [pool_user("NEW@example.com", PoolStatus.FORCE_CHANGE_PASSWORD)]
    )
    page = participant_page(workspace, row_of(workspace, "new@example.com"))
    assert page.added_at is not None
    assert page.pool is not None
    assert page.iam is not None
    assert (page.iam.operation_id, page.user_name, page.told_at) == (2, "", None)
    assert page.mails == ()
    unlisted = participant_page(workspace, row_of(workspace, "ada-l@example.com"))
    assert (unlisted.added_at, unlisted.invitation, unlisted.iam) == (None, None, None)


def test_that_the_pool_was_listed_is_known_even_where_it_is_empty(workspace: Workspace) -> None:
    with workspace.database.read() as connection:
        assert pool_listed_at(connection) is None
    write_pool_users(workspace.database, [])
    with workspace.database.read() as connection:
        assert pool_listed_at(connection) is not None


def test_the_roster_as_csv_and_json_starts_no_formula_and_hides_nothing(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(workspace, [person("+x@example.com", "=cmd()", RED)])
    rows = [row.as_json() for row in roster(workspace)]
    assert json.loads(json.dumps(rows)) == rows
    assert all(tuple(row) == COLUMNS for row in rows)
    print_csv(rows, COLUMNS)
    text = capsys.readouterr().out
    assert "\x1b" not in text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=cmd()" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
