"""Rows whose own page is whole are saved, whichever other page of the store is lost."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from drtui.store.database import open_database
from drtui.store.journal import journal
from drtui.store.raw_pages import Pages
from drtui.store.salvage import Salvaged, damage, salvage
from tests.support.logs import ADA, Log
from tests.torture.damage import PAGE, as_one_file
from tests.unit.store.sixty_operations import (
    NEEDS_PAGES,
    changed,
    leave_a_log,
    log,
    path,
    rows,
    sixty,
)

__all__ = ["log", "path", "sixty"]

pytestmark = NEEDS_PAGES
MATTERS: Final = ("operation", "operation_item", "journal", "scheduled_operation", "tag")
_SCHEMA: Final = "sqlite_schema"
_STALE: Final = 1_000  # the numbers of rows that were deleted
_LONG: Final = 3  # of each kind


@dataclass(frozen=True)
class Known:
    """A store, and what was in it.

    Attributes:
        pages: Whose each page is, of what kind, and how many rows it has where it is a leaf.
    """

    log: Log
    path: Path
    content: bytes
    rows: dict[str, set[Any]]
    pages: dict[int, tuple[str, str, int]]

    def mended(self, *numbers: int) -> Salvaged:
        """Zero some pages, and mend it."""
        self.path.write_bytes(self.content)
        zero(self.path, *numbers)
        saved = salvage(self.path, self.log.clock, ADA)
        saved.aside.unlink()
        return saved

    def of(self, name: str, kind: str) -> list[int]:
        return [one for one, (*there, _) in self.pages.items() if there == [name, kind]]

    @property
    def trunk(self) -> int:
        """The first page of the list of free ones."""
        return int.from_bytes(self.content[32:36])

    @property
    def stray(self) -> set[Any]:
        """The targets that the store has and should not."""
        return matters(self.path)["operation_item"] - self.rows["operation_item"]


def zero(path: Path, *numbers: int) -> None:
    with path.open("r+b") as file:
        for number in numbers:
            file.seek((number - 1) * PAGE)
            file.write(bytes(PAGE))


def matters(path: Path) -> dict[str, set[Any]]:
    return {name: set(rows(path, f'SELECT * FROM "{name}"')) for name in MATTERS}


def fill(path: Path) -> None:
    """Have every table that matters take several pages, rows that take some, and free pages."""
    copied = ("operation_id", "target", "label", "before", "after", "state", "reason", "theirs")
    others = ("attempts", "due_at", "cancel_requested", "local", "claim")
    columns = ", ".join(f'"{one}"' for one in (*copied, *others))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA secure_delete = OFF")  # what is deleted stays on free pages
        raw.execute("UPDATE operation SET account_user = ?", ("a" * 100,))
        raw.execute(
            "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60) INSERT INTO "
            "scheduled_operation (kind, what, params, everybody, filter_text, profiles, named, "
            "scheduled_for, zone, who, account_user, created_at, state, note, newest_operation) "
            f"SELECT 'pause', 'Pause', '{{}}', 0, '', json_array(n, printf('%.*c', "
            f"iif(n <= {_LONG}, 3000 * n, 9), 'x')), '[]', 2e9 + n, '', 'ada', '', 1.5, "
            "'waiting', '', 60 FROM n"
        )
        raw.execute(
            "INSERT INTO journal (at, who, account_user, what, result) SELECT 9, 'ada', '', 'w', "
            f"printf('%.*c', 5000 + id, 'r') FROM operation WHERE id <= {_LONG}"
        )
        raw.execute(
            "INSERT INTO tag SELECT target, 'team', printf('%.*c', 90, 't') FROM operation_item"
        )
        raw.execute(
            f"INSERT INTO operation_item (id, {columns}) "
            f"SELECT id + {_STALE}, {columns} FROM operation_item WHERE state = 'pending'"
        )
        raw.execute(f"DELETE FROM operation_item WHERE id > {_STALE}")
        raw.commit()


def pages_of_all(path: Path) -> dict[int, tuple[str, str, int]]:
    query = "SELECT pageno, name, pagetype, ncell FROM dbstat"
    return {number: (name, kind, cells) for number, name, kind, cells in rows(path, query)}


@pytest.fixture(scope="module")
def known(sixty: tuple[Log, bytes], tmp_path_factory: pytest.TempPathFactory) -> Known:
    made, content = sixty
    path = tmp_path_factory.mktemp("strays") / "store.sqlite"
    path.touch(0o600)
    path.write_bytes(content)
    fill(path)
    return Known(made, path, path.read_bytes(), matters(path), pages_of_all(path))


def test_whichever_page_is_lost_every_row_of_the_others_is_saved(known: Known) -> None:
    kinds = {(name, kind) for name, kind, _ in known.pages.values()}
    assert kinds >= {(name, kind) for name in MATTERS for kind in ("internal", "leaf")}
    assert kinds >= {(name, "overflow") for name in ("journal", "scheduled_operation")}
    assert len(known.of(_SCHEMA, "leaf")) > 1
    for number in range(2, len(known.content) // PAGE + 1):
        saved = known.mended(number)
        owner, kind, cells = known.pages.get(number, ("", "free", 0))
        there = matters(known.path)
        for name, before in known.rows.items():
            least = len(before)
            if owner == name and kind != "internal":
                least -= cells if kind == "leaf" else 1
            assert len(before & there[name]) >= least, (number, owner, kind, name)
        assert not known.stray, number
        assert saved.items == len(there["operation_item"])
        if kind == "free" or (owner not in MATTERS and owner != _SCHEMA):
            assert not set(saved.partly) & set(MATTERS)


def test_what_was_deleted_does_not_come_back_from_a_free_page(known: Known) -> None:
    roots = known.of("operation_item", "internal")
    known.path.write_bytes(known.content)
    with Pages(known.path) as pages:
        assert pages.free
        left = {row for one in pages.free for row, _ in pages.rows(one)}
    assert any(row > _STALE for row in left)
    known.mended(*roots)
    assert not known.stray


def test_where_the_free_pages_are_not_known_nothing_is_sent_again_unasked(known: Known) -> None:
    numbers = [
        *(known.of("operation_item", "internal")),
        *(known.of("scheduled_operation", "internal")),
        known.trunk,
    ]
    saved = known.mended(*numbers)
    assert saved.items > len(known.rows["operation_item"])  # they may be of before
    states = rows(known.path, "SELECT DISTINCT state FROM operation_item")
    assert sorted(states) == [("done",), ("sending",)]
    assert rows(known.path, "SELECT count(*) FROM scheduled_operation") == [(0,)]


def test_of_a_row_that_is_there_twice_neither_is_taken(known: Known) -> None:
    (root,), (leaf, *_) = (known.of("operation_item", kind) for kind in ("internal", "leaf"))
    (other,) = known.of("ix_model_size", "leaf")
    content = bytearray(known.content)
    page = content[(leaf - 1) * PAGE : leaf * PAGE]
    assert (twice := page.count(b"pending")) > 1
    content[(other - 1) * PAGE : other * PAGE] = page.replace(b"pending", b"sending")
    saved = replace(known, content=bytes(content)).mended(root)
    assert saved.items == len(known.rows["operation_item"]) - twice
    assert saved.partly["operation_item"] == saved.items
    assert not saved.whole
    assert not known.stray


def test_what_an_index_tells_to_be_whole_is_told_as_whole(known: Known) -> None:
    numbers = [*known.of("operation_item", "internal"), *known.of("journal", "internal")]
    assert known.mended(*numbers).whole
    (leaf, *_) = known.of("journal", "leaf")
    assert set(known.mended(*numbers, leaf).partly) == {"journal"}


def test_rows_that_are_only_in_the_log_beside_a_store_are_saved(log: Log, path: Path) -> None:
    before = [
        number
        for number, (*there, _) in pages_of_all(path).items()
        if there == ["operation_item", "internal"]
    ]
    leave_a_log(log, path)
    zero(path, *before)
    saved = salvage(path, log.clock, ADA)
    assert (saved.operations, saved.items, saved.undelivered) == (61, 61, 60)


def leave_two_changes(path: Path) -> Path:
    """Leave two changes in a store's log, behind which are pages of before it was begun anew."""
    beside = path.with_name(f"{path.name}-wal")
    change = "UPDATE operation SET who = ?"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("UPDATE operation_item SET label = 'of before'")
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(RESTART)")
        for who in ("ada", "bob"):
            raw.execute(change, (who,))
            raw.commit()
        kept = path.read_bytes(), beside.read_bytes()
    path.write_bytes(kept[0])
    beside.write_bytes(kept[1])
    return beside


@pytest.mark.parametrize(("damaged", "who"), [(None, "bob"), (2, "ada"), (1, "Ada"), (0, "Ada")])
def test_pages_are_those_that_sqlite_finds_in_the_log(
    log: Log, path: Path, damaged: int | None, who: str
) -> None:
    changed(path, "UPDATE operation SET who = 'Ada'")
    beside = leave_two_changes(path)
    content = bytearray(beside.read_bytes())
    starts = [0, *range(32, len(content), PAGE + 24)]
    assert len(starts) > 4
    if damaged is not None:
        content[starts[damaged] + 9] ^= 1
        beside.write_bytes(content)
    with Pages(path) as pages:
        found = b"".join(pages.page(number) for number in range(1, pages.count + 1))
    as_one_file(path)
    assert found == path.read_bytes()
    assert rows(path, "SELECT DISTINCT who FROM operation") == [(who,)]


def test_targets_that_are_lost_are_told_on_their_operations_page(known: Known) -> None:
    (leaf, *_) = known.of("operation_item", "leaf")
    missing = known.mended(leaf).missing
    assert missing
    database = open_database(known.path)
    with database.read() as connection:
        for number, targets in missing.items():
            line = journal(connection, number)[-1]
            assert (line.what, line.who) == ("Mend the store", ADA.who)
            assert line.result.startswith(f"{targets} target could not be read")
    database.close()


def test_a_target_in_conflict_is_not_on_its_way(log: Log, path: Path) -> None:
    changed(path, "UPDATE operation_item SET state = 'conflict' WHERE id IN (5, 6)")
    saved = salvage(path, log.clock, ADA)
    assert (saved.undelivered, saved.conflicts) == (57, 2)


def test_a_target_without_a_place_in_the_queue_has_its_operations(log: Log, path: Path) -> None:
    changed(path, "UPDATE operation_item SET rank = 0 WHERE id = 5")
    salvage(path, log.clock, ADA)
    assert rows(path, "SELECT rank FROM operation_item WHERE id = 5") == [(5,)]


def test_a_page_of_another_table_in_the_place_of_one_is_passed_over(known: Known) -> None:
    (samples,) = known.of("usage_sample", "leaf")
    (tags, *_) = known.of("tag", "leaf")
    (users, *_) = known.of("sponsored_user", "leaf")
    content = bytearray(known.content)
    content[(samples - 1) * PAGE : samples * PAGE] = content[(tags - 1) * PAGE : tags * PAGE]
    saved = replace(known, content=bytes(content)).mended(users)
    assert saved.partly["usage_sample"] == 0
    assert saved.items == len(known.rows["operation_item"])


def test_a_racer_whose_number_is_another_s_gets_a_free_one(known: Known) -> None:
    (lost, *_) = known.of("sponsored_user", "leaf")
    named, other = b"racer0000000059", b"racer00000000zz"
    content = bytearray(known.content)
    for number in known.of("sqlite_autoindex_sponsored_user_1", "leaf"):
        page = slice((number - 1) * PAGE, number * PAGE)
        content[page] = content[page].replace(named, other)
    assert other in content
    replace(known, content=bytes(content)).mended(lost)
    found = dict(rows(known.path, "SELECT profile_id, id FROM sponsored_user"))
    assert found[named.decode()] != found[other.decode()]


@pytest.mark.parametrize("revision", ["H3B8XZbbQS7", None])
def test_neither_the_revision_nor_some_of_the_tables_are_needed(
    known: Known, revision: str | None
) -> None:
    known.path.write_bytes(known.content)
    changed(known.path, "DELETE FROM alembic_version")
    if revision is not None:
        changed(known.path, f"INSERT INTO alembic_version VALUES ('{revision}')")
    without = replace(known, content=known.path.read_bytes())
    for leaf in known.of(_SCHEMA, "leaf"):
        without.mended(leaf)
        there = matters(known.path)
        assert all(before <= there[name] for name, before in known.rows.items())


def test_names_that_are_no_text_any_more_are_damage_like_any_other(known: Known) -> None:
    content = known.content.replace(b"ix_model_created", b"ix_model_cre\xff\xfe\xfd\xfc")
    content = content.replace(b"CREATE INDEX ix_model_cre", b"CREATE XXXXX ix_model_cre")
    known.path.write_bytes(content)
    assert damage(known.path) == ("what its tables are called is damaged",)
    saved = salvage(known.path, known.log.clock, ADA)
    saved.aside.unlink()
    assert saved.items == len(known.rows["operation_item"])
