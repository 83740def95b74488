"""Labels from a spreadsheet: who gets what, and what is not understood is told."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drtui.commands.selection import select_all
from drtui.commands.tag_import import TagImport, import_tags, read_tag_import
from drtui.commands.tags import known_labels, read_tags, tag_users
from drtui.commands.usage import list_users
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.store.tables import table
from tests.support.stores import profile_id


def read(workspace: Workspace, text: str) -> TagImport:
    return read_tag_import(workspace, text.splitlines())


def tags_of(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    everybody = list_users(workspace, select_all(workspace))
    return {user.profile.alias: user.tags for user in everybody if user.tags}


def journaled(workspace: Workspace) -> list[tuple[str, str]]:
    rows = table("journal")
    with workspace.database.read() as connection:
        return [(row.what, row.result) for row in connection.execute(rows.select())]


@pytest.mark.parametrize(
    "text",
    [
        "email,team,tags\nada-l@example.com,Red,vip crew\nb0lt@example.com,blue,\n",
        "\ufeffAlias;Team;Labels\r\nada-l;red;vip, crew\r\nb0lt;BLUE;\r\n",
        'tags\tteam\tE-Mail\n"vip|crew"\tred\tADA-L@example.com\n\tblue\tb0lt@example.com\n',
        f"profile_id,email,team,tag\n{profile_id(1)},,red,vip;crew\n,b0lt@example.com,blue\n",
        "\n\nemail,tags\n\nada-l@example.com,team:red vip\nada-l,crew\nb0lt,team:blue\n",
    ],
)
def test_a_spreadsheet_is_read_however_it_was_written(workspace: Workspace, text: str) -> None:
    wanted = read(workspace, text)
    assert wanted.missed == ()
    assert wanted.users == 2
    assert wanted.labels == {"crew": 1, "vip": 1, "team:blue": 1, "team:red": 1}
    assert import_tags(workspace, wanted) == 2
    assert tags_of(workspace) == {"ada-l": ("crew", "team:red", "vip"), "b0lt": ("team:blue",)}


def test_a_heading_with_a_colon_is_a_key_and_blanks_become_hyphens(workspace: Workspace) -> None:
    wanted = read(workspace, "alias,class:,team\nada-l,9 a,Red  Dragons\n")
    import_tags(workspace, wanted)
    assert tags_of(workspace) == {"ada-l": ("class:9-a", "team:red-dragons")}


def test_what_is_not_imported_is_told(workspace: Workspace) -> None:
    wanted = read(
        workspace,
        "email,phone,team,tags\n"
        "ada-l@example.com,123,red,vip a!b\n"
        "nobody@example.com,123,red,\n"
        "b0lt@example.com,456,,\n"
        ",7,red,\n"
        "RacerAlias,7,red,\n",
    )
    assert wanted.users == 1
    assert wanted.left_out == ("phone",)
    assert wanted.missed[:2] == (
        "nobody@example.com: matched nobody",
        "RacerAlias: the alias of 2 users, left out",
    )
    assert len(wanted.problems) == 1
    assert wanted.problems[0].startswith("line 2: “a!b” cannot be a label")
    assert len(wanted.missed) == 3


def test_one_team_for_a_racer_the_first_and_the_others_are_told(workspace: Workspace) -> None:
    wanted = read(
        workspace,
        "email,alias,team,tags\n"
        "ada-l@example.com,,red,team:blue team:red\n"
        ",ada-l,green,vip\n"
        ",b0lt,blue,\n",
    )
    import_tags(workspace, wanted)
    assert tags_of(workspace) == {"ada-l": ("team:blue", "vip"), "b0lt": ("team:blue",)}
    assert wanted.problems == (
        "line 2: one team for a racer, and ada-l@example.com gets team:blue: team:red is left out",
        "line 2: one team for a racer, and ada-l@example.com gets team:blue: team:red is left out",
        "line 3: one team for a racer, and ada-l gets team:blue: team:green is left out",
    )


def test_a_cell_that_cannot_be_a_label_is_told_as_it_stands(workspace: Workspace) -> None:
    wanted = read(workspace, "alias,team,tags\nada-l,Red  Dragons!,-vip\n")
    assert wanted.problems[0].startswith("line 2: “-vip” cannot be a label: in a filter, a leading")
    assert wanted.problems[1].startswith("line 2: “Red  Dragons!” cannot be a label: write")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "ada-l\nb0lt\n", "team,tags\nred,vip\n", "email,name\na,b\n"]
)
def test_a_first_line_that_does_not_say_what_is_what_is_refused(
    workspace: Workspace, text: str
) -> None:
    with pytest.raises(InvalidInputError, match=r"The first line|No column"):
        read(workspace, text)


def test_an_import_adds_to_what_is_there_and_is_one_line_of_the_journal(
    workspace: Workspace,
) -> None:
    tag_users(workspace, select_all(workspace), read_tags(["old"], []))
    import_tags(workspace, read(workspace, "alias,team\nada-l,red\nb0lt,blue\n"))
    assert tags_of(workspace)["ada-l"] == ("old", "team:red")
    everybody = len(select_all(workspace).keys)
    assert journaled(workspace)[-2:] == [
        ("Tags +old", f"{everybody} users"),
        ("Tags imported +team:blue +team:red", "2 users"),
    ]


def test_an_import_of_nothing_changes_and_journals_nothing(workspace: Workspace) -> None:
    before = journaled(workspace)
    assert import_tags(workspace, read(workspace, "alias,team\nada-l,\n")) == 0
    assert journaled(workspace) == before


def test_many_labels_are_cut_in_the_journal(workspace: Workspace) -> None:
    labels = " ".join(f"l{number:03}" for number in range(70))
    import_tags(workspace, read(workspace, f"alias,tags\nada-l,{labels}\n"))
    assert journaled(workspace)[-1][0].endswith("+l049 and 20 more")


def test_known_labels_come_with_their_numbers_the_most_frequent_first(
    workspace: Workspace,
) -> None:
    import_tags(workspace, read(workspace, "alias,tags\nada-l,vip a\nb0lt,vip\ncarlos_v,b\n"))
    assert list(known_labels(workspace).items()) == [("vip", 2), ("a", 1), ("b", 1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=200) | st.text(alphabet='a,"\n; b', max_size=40))
def test_whatever_a_spreadsheet_holds_it_is_read(workspace: Workspace, text: str) -> None:
    wanted = read(workspace, f"alias,team,tags\n{text}")
    assert all(clean(line, 1_000) == line for line in wanted.missed)
    assert wanted.users == sum(len(group.keys) for group in wanted.groups)


def test_a_cell_without_an_end_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="is this a CSV"):
        read(workspace, f'alias,team\n"{"x" * 200_000}\n')
