"""Names of downloaded files: safe on any file system, unique, stable, and telling."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.model_names import LONGEST, PART, file_name, is_file_name, mark_of

IDS = st.from_regex(r"[A-Za-z0-9]{15}", fullmatch=True)
RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{one}{n}" for one in ("com", "lpt") for n in "0123456789¹²³"
}


def test_a_name_tells_racer_and_model() -> None:
    name = file_name("ada-lovelace", "fast_1", "A" * 15, "B" * 15)
    assert name == f"ada-lovelace_fast_1_{mark_of('A' * 15, 'B' * 15)}.tar.gz"
    assert file_name("Ada Lövelace", "x", "a", "b").startswith("Ada-Lövelace_x_")
    assert file_name("车手", "最快", "a", "b").startswith("车手_最快_")
    assert file_name("🏎️", "../..", "a", "b").startswith("racer_model_")


@given(st.text(), st.text(), IDS, IDS)
def test_whatever_racers_call_themselves_a_name_is_safe(
    alias: str, model: str, profile_id: str, model_id: str
) -> None:
    name = file_name(alias, model, profile_id, model_id)
    assert is_file_name(name)
    assert len(f"{name}{PART}.etag".encode()) <= LONGEST + 10
    assert not set(name) & set('/\\:*?"<>|\0 \n')
    assert name.split(".")[0].casefold() not in RESERVED
    assert name.count(".") == 2
    assert name[0] not in "-._ "
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert name == file_name(alias, model, profile_id, model_id)


@given(st.lists(st.tuples(IDS, IDS), unique=True, min_size=2, max_size=30))
def test_names_differ_even_where_a_file_system_ignores_case(owned: list[tuple[str, str]]) -> None:
    names = [file_name("Ada", "FAST" if n % 2 else "fast", *one) for n, one in enumerate(owned)]
    assert len({name.casefold() for name in names}) == len(names)


@given(st.text(max_size=80))
def test_only_such_names_are_taken_from_a_manifest(text: str) -> None:
    for name in (
        text,
        f"../{text}_0123456789ab.tar.gz",
        f"a\u202e_{text[:3]}/x_0123456789ab.tar.gz",
    ):
        if is_file_name(name):
            assert "/" not in name
            assert name.endswith(".tar.gz")
    assert not is_file_name(f"../{text}_0123456789ab.tar.gz")
