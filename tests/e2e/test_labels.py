"""Labels from a spreadsheet and saved filters, on the command line."""

from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.support.emulator import RunningEmulator


@pytest.fixture(scope="module")
def reader(
    account: RunningEmulator, tmp_path_factory: pytest.TempPathFactory, forks: Forks
) -> Drtui:
    """A command line that has read the account, and goes on with its copy."""
    made = drtui_on(
        account,
        tmp_path_factory.mktemp("labels"),
        config="[sync]\nrefresh_seconds=9999",
        forks=forks,
    )
    made("sync")
    return made


def test_labels_are_imported_and_what_is_left_out_is_told(reader: Drtui, tmp_path: Path) -> None:
    some = [row["email"] for row in reader.users("-f", "role:racer email:example").values()][:2]
    file = tmp_path / "teams.csv"
    file.write_text(f"email,phone,team\n{some[0]},1,Red\n{some[1]},2,Blue\nnobody,3,red\n")
    ran = reader("users", "tag", "import", str(file), code=4)
    assert "Labelled 2 users." in ran.err
    assert "columns left out: phone" in ran.err
    assert "nobody: matched nobody" in ran.err
    assert {row["email"] for row in reader.users("-f", "team:red").values()} == {some[0]}
    reader("users", "tag", "import", "-", stdin=f"email,tags\n{some[1]},vip\n".encode())
    assert {row["email"] for row in reader.users("-f", "tag:vip").values()} == {some[1]}


def test_labels_are_set_and_removed_and_how_to_reverse_that_is_told(reader: Drtui) -> None:
    some = [row["email"] for row in reader.users("-f", "role:racer email:example").values()][:2]
    named = [part for email in some for part in ("--profile", email)]
    ran = reader("users", "tag", "--add", "heat:b", "--add", "heat:a", *named)
    assert "Set heat:a heat:b on 2 users." in ran.err
    assert "--remove for --add" in ran.err
    ran = reader("users", "tag", "--add", "late", "--remove", "heat:b", *named[:2])
    assert "Set late, removed heat:b on 1 user." in ran.err


def labels(reader: Drtui, email: str) -> list[str]:
    (row,) = reader.users("-f", f"email:{email}").values()
    found: list[str] = row["tags"]
    return found


def test_another_value_of_a_key_is_told_and_replaced_where_that_is_asked_for(
    reader: Drtui,
) -> None:
    some = [row["email"] for row in reader.users("-f", "role:racer email:example").values()][:2]
    named = [part for email in some for part in ("--profile", email)]
    reader("users", "tag", "--add", "bus:one", *named[:2])
    ran = reader("users", "tag", "--add", "bus:two", *named)
    assert "1 has another bus too, which stays: bus:one (1). --replace takes it off." in ran.err
    assert {"bus:one", "bus:two"} <= set(labels(reader, some[0]))
    ran = reader("users", "tag", "--add", "bus:three", "--replace", *named)
    assert "Set bus:three on 2 users, instead of bus:two (2), bus:one (1)." in ran.err
    assert "label them anew" in ran.err
    assert [one for one in labels(reader, some[0]) if "bus:" in one] == ["bus:three"]
    assert "with a key" in reader("users", "tag", "--add", "x", "--replace", *named, code=2).err


def test_an_import_that_cannot_be_meant_is_refused(reader: Drtui, tmp_path: Path) -> None:
    reader("users", "tag", "import", str(tmp_path / "missing"), code=2)
    assert "The first line" in reader("users", "tag", "import", "-", stdin=b"a\nb\n", code=2).err
    ran = reader("users", "tag", "--add", "x", "import", "-", stdin=b"email,team\n", code=2)
    assert "no options before it" in ran.err


def test_a_filter_is_saved_listed_used_and_removed(reader: Drtui) -> None:
    reader("users", "filters", "save", "Late", "used>=20%")
    reader("users", "filters", "save", "racers", "role:racer -@late")
    assert reader("users", "filters", "list", "--json").json() == [
        {"name": "Late", "filter": "used>=20%"},
        {"name": "racers", "filter": "role:racer -(used>=20%)"},
    ]
    assert reader("users", "filters", "list", "--csv").out.splitlines()[0] == "name,filter"
    assert "used>=20%" in reader("users", "filters", "list").out
    late = reader.users("--filter", "@late")
    assert late == reader.users("--filter", "used>=20%") != {}
    plan = reader("users", "pause", "--filter", "@late role:racer", "--dry-run")
    assert "Pause" in plan.out + plan.err
    reader("users", "filters", "remove", "LATE")
    ran = reader("users", "list", "--filter", "role:racer @late", code=2)
    assert "no saved filter is called “late”" in ran.err
    assert "\n           ^" in ran.err


def test_what_cannot_be_saved_is_refused(reader: Drtui) -> None:
    reader("users", "filters", "save", "two words", "x", code=2)
    assert "^" in reader("users", "filters", "save", "bad", "tem:red", code=2).err
    reader("users", "filters", "remove", "bad", code=2)
