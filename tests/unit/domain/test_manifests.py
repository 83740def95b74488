"""Manifests: what was written is read again, and nothing in them is a formula or a path."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.manifests import (
    DOWNLOADED,
    ManifestEntry,
    identical,
    in_order,
    manifest_csv,
    manifest_json,
    read_manifest,
)
from drtui.domain.model_names import file_name
from drtui.domain.problems import InvalidInputError

AT = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


def entry(number: int = 0, alias: str = "ada", contents: str = "c0") -> ManifestEntry:
    name = file_name(alias, "fast", f"r{number}", f"m{number}")
    return ManifestEntry(
        f"r{number}",
        f"m{number}",
        alias,
        "",
        "fast",
        name,
        7,
        f"{number}",
        contents,
        AT,
        DOWNLOADED,
    )


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_what_was_written_is_read_again(texts: list[tuple[str, str]]) -> None:
    entries = [
        replace(entry(number), alias=alias, email=email)
        for number, (alias, email) in enumerate(texts)
    ]
    assert read_manifest(manifest_json(entries), "it") == in_order(entries)


def test_no_cell_starts_a_formula_or_holds_a_control_character() -> None:
    text = manifest_csv([entry(alias="=HYPERLINK(1)\x1b[2J\u202e"), replace(entry(1), name="+1")])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["racer"][0] for row in rows} <= {"'", "a"}
    assert [row["model"] for row in rows if row["model_id"] == "m1"] == ["'+1"]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert {"racer", "email", "model", "file", "bytes", "sha256", "when", "outcome"} <= set(rows[0])


@pytest.mark.parametrize("file", ["../x", "/etc/passwd", "x.tar.gz", "a/b_0123456789ab.tar.gz"])
def test_a_manifest_that_names_other_files_is_none_of_ours(file: str) -> None:
    document = json.loads(manifest_json([entry()]))
    document["models"][0]["file"] = file
    with pytest.raises(InvalidInputError, match=r"it is none of drtui's"):
        read_manifest(json.dumps(document), "it")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"drtui_manifest": 2, "models": []}', "[" * 9_999]
)
def test_what_is_no_manifest_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"it is none of drtui's"):
        read_manifest(text, "it")


def test_identical_models_are_grouped_the_largest_group_first() -> None:
    failed = replace(entry(9), outcome="failed: gone")
    entries = [entry(0), entry(1, contents="c1"), entry(2, contents="c1"), entry(3, contents="c1")]
    entries += [entry(4, "bob"), failed, replace(entry(5), contents="", sha256="")]
    groups = identical(entries)
    assert [[one.model_id for one in group] for group in groups] == [
        ["m1", "m2", "m3"],
        ["m0", "m4"],
    ]
