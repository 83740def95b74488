"""Remembered limits go out as a file and come back on another machine."""

import json
from pathlib import Path

import pytest

from drtui.commands.bulk import submit
from drtui.commands.remembered import export_remembered, import_remembered
from drtui.commands.selection import select_by_filter, select_by_name
from drtui.commands.sponsorship import plan_pause, plan_resume
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import UNLIMITED, Limits
from tests.support.stores import delivered, filled_store, profile_id
from tests.unit.commands.helping import user

FORMAT = "drtui-remembered-limits/1"


def paused(workspace: Workspace, text: str) -> None:
    operation_id = submit(workspace, plan_pause(workspace, select_by_filter(workspace, text)))
    assert operation_id is not None
    delivered(workspace.database, operation_id)


def document(*users: object, form: object = FORMAT) -> str:
    return json.dumps({"format": form, "users": list(users)})


def entry(**fields: object) -> dict[str, object]:
    return {"profile_id": profile_id(1), "minutes_limit": 60, "models_limit": 3, **fields}


def test_a_spare_laptop_remembers_what_the_first_one_did(
    workspace: Workspace, tmp_path: Path
) -> None:
    paused(workspace, "role:racer")
    number, text = export_remembered(workspace)
    assert number > 20
    spare = Workspace(filled_store(tmp_path / "spare.sqlite", racers=12), "bo")
    assert import_remembered(spare, text) == (number, ())
    assert user(spare, profile_id(4)).remembered == Limits(300, UNLIMITED)
    again = json.loads(export_remembered(spare)[1])
    assert again["users"] == json.loads(text)["users"]
    spare.database.close()


def test_the_file_is_ascii_whatever_the_aliases(workspace: Workspace) -> None:
    paused(workspace, "role:racer")
    _, text = export_remembered(workspace)
    assert text.isascii()
    assert all(char.isprintable() or char == "\n" for char in text)
    aliases = [each["alias"] for each in json.loads(text)["users"]]
    assert "evil\x1b[2J\u202eparty" in aliases


def test_nothing_remembered_is_an_empty_list(workspace: Workspace) -> None:
    number, text = export_remembered(workspace)
    assert number == 0
    assert json.loads(text)["users"] == []
    assert import_remembered(workspace, text) == (0, ())


def test_who_is_not_in_the_store_is_told(workspace: Workspace) -> None:
    text = document(entry(), entry(profile_id="nobody000000001"))
    assert import_remembered(workspace, text) == (1, ("nobody000000001",))


def test_an_import_replaces_what_is_remembered(workspace: Workspace) -> None:
    paused(workspace, "ada-l")
    assert user(workspace, profile_id(1)).remembered == Limits(300, UNLIMITED)
    import_remembered(workspace, document(entry(models_limit=None)))
    assert user(workspace, profile_id(1)).remembered == Limits(60, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"format": ' + "9" * 5_000 + "}", "not JSON"),
        ("[]", "does not hold remembered limits"),
        ("null", "does not hold remembered limits"),
        (document(form="drtui-remembered-limits/2"), "does not hold remembered limits"),
        (json.dumps({"format": FORMAT}), "no list of users"),
        (json.dumps({"format": FORMAT, "users": {}}), "no list of users"),
        (document("x"), "User 1 of the file has no profile id"),
        (document(entry(), entry(profile_id=None)), "User 2 of the file has no profile id"),
        (document(entry(profile_id="")), "no profile id"),
        (document(entry(profile_id="\ud800")), "no profile id"),
        (document(entry(profile_id="a\nb")), "no profile id"),
        (document(entry(minutes_limit=-2)), "no whole number from -1"),
        (document(entry(minutes_limit=2**31)), "no whole number from -1"),
        (document(entry(models_limit=True)), "no whole number from -1"),
        (document(entry(models_limit="3")), "no whole number from -1"),
        (document(entry(minutes_limit=1.5)), "no whole number from -1"),
        (document(entry(minutes_limit=0, models_limit=0)), "0 and 0, which is never remembered"),
        (document(entry(minutes_limit=None, models_limit=None)), "no limits"),
        (document(entry(), entry(minutes_limit=61)), "User 2 of the file is there twice"),
    ],
)
def test_a_malformed_file_is_one_sentence_and_changes_nothing(
    workspace: Workspace, text: str, sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as caught:
        import_remembered(workspace, text)
    assert str(caught.value).endswith(".")
    assert export_remembered(workspace)[0] == 0


def test_the_same_entry_twice_is_no_contradiction(workspace: Workspace) -> None:
    assert import_remembered(workspace, document(entry(), entry())) == (1, ())


def test_what_a_file_says_is_what_a_resume_brings_back(workspace: Workspace) -> None:
    assert user(workspace, profile_id(3)).profile.limits.paused
    import_remembered(workspace, document(entry(profile_id=profile_id(3), minutes_limit=-1)))
    one = select_by_name(workspace, ["carlos_v"])
    operation_id = submit(workspace, plan_resume(workspace, one))
    assert operation_id is not None
    delivered(workspace.database, operation_id)
    assert user(workspace, profile_id(3)).profile.limits == Limits(UNLIMITED, 3)
