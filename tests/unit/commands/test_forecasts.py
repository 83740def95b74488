"""What coming back online would do, in sentences: whom a conflict is about, and over what."""

from dataclasses import replace

from drtui.commands.bulk import submit
from drtui.commands.offline import forecast
from drtui.commands.selection import select_by_name
from drtui.commands.sponsorship import plan_pause
from drtui.commands.workspace import Workspace
from drtui.domain.records import Profile
from tests.support.stores import plain_profiles, special_profiles, swept


def racers(alias: str, minutes: int) -> list[Profile]:
    """Two of one alias, the second with other hours, and the rest."""
    first, second, *rest = plain_profiles(12)
    twins = [replace(first, alias=alias), replace(second, alias=alias, minutes_limit=minutes)]
    return [*special_profiles(), *twins, *rest]


def test_of_two_with_one_alias_it_says_which_is_meant(workspace: Workspace) -> None:
    twins = plain_profiles(2)
    clock = workspace.database.clock
    workspace.database.clock = lambda: clock() + 60
    swept(workspace.database, racers("ada_racer", 300))
    named = select_by_name(workspace, [one.profile_id for one in twins])
    submit(workspace, plan_pause(workspace, named))
    workspace.database.clock = lambda: clock() + 120
    swept(workspace.database, racers("ada_racer", 1_200))
    (line,) = [one for one in forecast(workspace).lines if "planned on" in one]
    assert line.startswith(f"operation 1, ada_racer ({twins[1].email}): planned on hours ")
    assert ", now hours 20" in line


def test_an_alias_that_only_one_has_suffices(workspace: Workspace) -> None:
    twin = plain_profiles(2)[1]
    clock = workspace.database.clock
    submit(workspace, plan_pause(workspace, select_by_name(workspace, [twin.profile_id])))
    workspace.database.clock = lambda: clock() + 60
    theirs = [
        replace(one, minutes_limit=1_200) if one == twin else one for one in plain_profiles(12)
    ]
    swept(workspace.database, [*special_profiles(), *theirs])
    (line,) = [one for one in forecast(workspace).lines if "planned on" in one]
    assert line.startswith(f"operation 1, {twin.alias}: planned on hours ")
