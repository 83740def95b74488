"""Whom a plan names, and what has to be typed to confirm it."""

from dataclasses import replace

import pytest

from drtui.domain.actions import TargetState
from drtui.domain.errands import Errand, Service
from drtui.domain.invitation_errands import invite_again
from drtui.domain.naming import (
    confirmation,
    confirms,
    leading,
    name_lines,
    name_of,
    short_name,
    target_name,
)
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome, Plan, PlannedTarget, Target, plan_errand
from drtui.domain.records import NO_LIMITS, Role

C = Outcome.CHANGE


def row(number: int, alias: str, email: str | None = None, outcome: Outcome = C) -> PlannedTarget:
    target = Target(
        f"profile{number:08d}", alias, Role.RACER, TargetState(NO_LIMITS, alias=alias), email=email
    )
    return PlannedTarget(target, outcome)


def plan(*rows: PlannedTarget, ambiguous: str = "") -> Plan:
    return Plan(
        OperationKind.DELETE_USERS,
        "Delete user",
        rows,
        position=0,
        ambiguous=frozenset(filter(None, [ambiguous])),
    )


def test_a_blank_alias_gives_way_to_the_email_else_to_the_profile_id() -> None:
    assert name_of("ada", "p1", "ada@x.org") == "ada"
    assert name_of("  ", "p1", "ada@x.org") == "ada@x.org"
    assert name_of("\N{HANGUL FILLER}", "p1", "ada@x.org") == "ada@x.org"
    assert name_of("", "p1") == name_of(" ", "p1", "") == "id p1"
    assert short_name(plan(), row(1, "  ", "ada@x.org").target) == "ada@x.org"


@pytest.mark.parametrize(
    ("label", "target", "name"),
    [
        ("New One", "invitation:new@x.org", "New One <new@x.org>"),
        ("New@x.org", "invitation:new@x.org", "new@x.org"),
        ("", "mail:new@x.org", "new@x.org"),
        ("permission set P", "identity-center:P", "permission set P"),
        ("ada", "profile00000001", "ada"),
    ],
)
def test_the_target_of_an_errand_for_an_address_is_told_with_it(
    label: str, target: str, name: str
) -> None:
    assert target_name(label, target) == name


def test_up_to_three_are_all_named_with_email_and_what_becomes_of_them() -> None:
    few = plan(row(1, "ada", "ada@x.org"), row(2, "bo"), row(3, "cy", outcome=Outcome.CANNOT))
    assert name_lines(few) == ["ada · ada@x.org", "bo", "cy: cannot"]
    assert name_lines(plan(row(3, "cy", outcome=Outcome.CANNOT))) == ["cy"]


def test_an_alias_that_tells_not_who_it_is_has_the_profile_id_beside_it() -> None:
    shared = plan(row(1, "RacerAlias", "eve@x.org"), ambiguous="profile00000001")
    assert name_lines(shared) == ["RacerAlias · eve@x.org · id profile00000001"]
    blank = plan(row(2, " "))
    assert name_lines(blank) == ["id profile00000002"]


def test_who_has_no_alias_is_named_by_the_id_among_several() -> None:
    rows = [row(number, "" if number < 2 else f"r{number}") for number in range(5)]
    several = plan(*rows, ambiguous="profile00000000")
    assert name_lines(several) == ["id profile00000000, id profile00000001, r2 and 2 more"]
    assert name_of("a\x1bb", "p") == "a\N{REPLACEMENT CHARACTER}b"
    assert name_of(" ", "p") == "id p"


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.ADMIN, "bo · bo@x.org · admin"),
        (Role.FACILITATOR, "bo · bo@x.org · race facilitator"),
        (Role.RACER, "bo · bo@x.org"),
        (Role.UNKNOWN, "bo · bo@x.org"),
    ],
)
def test_of_the_staff_the_role_is_said(role: Role, said: str) -> None:
    bo = row(1, "bo", "bo@x.org")
    assert name_lines(plan(replace(bo, target=replace(bo.target, role=role)))) == [said]


def test_of_more_the_first_that_change_are_named_and_the_number_of_the_others() -> None:
    rows = [row(number, f"r{number}") for number in range(1_000)]
    cannot = row(9_999, "no", outcome=Outcome.CANNOT)
    assert name_lines(plan(cannot, *rows)) == ["r0, r1, r2 and 997 more"]
    assert [one.target.alias for one in leading(plan(cannot, *rows))] == ["r0", "r1", "r2"]
    several = plan(*rows[:2], row(5, "RacerAlias", "e@x.org"), cannot, ambiguous="profile00000005")
    assert name_lines(several) == ["r0, r1, RacerAlias (e@x.org)"]
    assert name_lines(plan()) == []


@pytest.mark.parametrize(
    ("alias", "typed"),
    [
        ("ada-l", "ada-l"),
        ("[bold red]jo[/]", "[bold red]jo[/]"),
        ("車手一号", "profile00000001"),
        ("evil\N{REPLACEMENT CHARACTER}party", "profile00000001"),
        ("", "profile00000001"),
        ("  ", "profile00000001"),
        (" ada", "profile00000001"),
        ("pink\N{CYRILLIC SMALL LETTER A}", "profile00000001"),
    ],
)
def test_one_is_confirmed_by_an_alias_that_can_be_typed_else_by_the_profile_id(
    alias: str, typed: str
) -> None:
    one = plan(row(1, alias), row(2, "x", outcome=Outcome.LEFT_OUT))
    assert confirmation(one) == typed
    assert confirms(f" {typed} ", typed)
    assert not confirms("1", typed)


def test_one_of_several_of_an_alias_is_confirmed_by_the_profile_id() -> None:
    one = plan(row(1, "RacerAlias"), ambiguous="profile00000001")
    assert confirmation(one) == "profile00000001"


def test_several_are_confirmed_by_their_number_with_or_without_separators() -> None:
    several = plan(*(row(number, f"r{number}") for number in range(2_011)))
    assert confirmation(several) == "2,011"
    assert confirms("2011", "2,011")
    assert confirms("2,011", "2,011")
    assert not confirms("2010", "2,011")
    assert not confirms("", "2,011")


def test_settings_are_not_named_since_they_are_told_one_by_one() -> None:
    setting = plan_errand(Errand(Service.SETTINGS, "a", "a setting", {"value": 1}, {"value": 2}))
    mail = plan_errand(Errand(Service.MAIL, "b", "bo@x.org", {"sent": "no"}, {"sent": "yes"}))
    assert name_lines(plan(setting)) == []
    assert name_lines(plan(setting, mail)) == ["bo@x.org"]


def test_where_there_are_users_they_alone_are_named_and_counted() -> None:
    mails = [
        plan_errand(Errand(Service.MAIL, f"{number}", "m", {"sent": "no"}, {"sent": "yes"}))
        for number in range(9)
    ]
    users = [row(number, f"r{number}") for number in range(5)]
    assert name_lines(plan(*users, *mails)) == ["r0, r1, r2 and 2 more"]
    assert name_lines(plan(users[0], *mails)) == ["r0"]


def test_people_of_errands_are_told_by_their_address() -> None:
    told = [
        ("Ada", "ada@x.org"),
        ("Racer, 01", "one@x.org"),
        ("RacerAlias", "two@x.org"),
        ("Bob", "bob@x.org"),
        ("bob", "bob@y.org"),
        ("eve@x.org", "eve@x.org"),
    ]
    rows = [plan_errand(invite_again(email, f"id{email}", name)) for name, email in told]
    shown = [short_name(plan(*rows), row.target) for row in rows]
    addresses = [email for _, email in told]
    assert shown == ["Ada (ada@x.org)", *addresses[1:]]
    assert name_lines(plan(*rows)) == ["Ada (ada@x.org), one@x.org, two@x.org and 3 more"]
    assert name_lines(plan(*rows[-1:])) == ["eve@x.org"]
    assert name_lines(plan(*rows[:2])) == ["Ada · ada@x.org", "Racer, 01 · one@x.org"]
