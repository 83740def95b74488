"""Text from outside: harmless on a terminal, in a log, in a spreadsheet."""

import csv
import io
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.aws.answers import discreet
from drtui.domain.doctoring import publishable
from drtui.domain.text import clean, csv_cell, fold, is_seen, iso, shown_alias

WIDE = ("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_nothing_that_moves_hides_or_reorders_is_left(text: str) -> None:
    assert not {unicodedata.category(char) for char in clean(text)} & UNSAFE


@given(st.text(max_size=300), st.integers(1, 50))
def test_the_limit_holds(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ada", "ada"),
        ("車手一号", "車手一号"),
        ("evil\x1b[2J", "evil\N{REPLACEMENT CHARACTER}[2J"),
        ("abc\u202edef", "abc\N{REPLACEMENT CHARACTER}def"),
        ("line\nline", "line\N{REPLACEMENT CHARACTER}line"),
        ("a\u2028b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}", "\N{WOMAN}\N{ROCKET}"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("", ""),
    ],
)
def test_what_is_shown_instead(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    assert clean("a" * 10, 5) == "aaaa…"
    assert clean("a" * 5, 5) == "aaaaa"


@given(st.text(max_size=60))
def test_a_cell_is_one_cell(text: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([csv_cell(text), "end"])
    assert [len(row) for row in csv.reader(io.StringIO(buffer.getvalue()))] == [2]


@pytest.mark.parametrize(
    "secret", ["123456789012", "AKIAIOSFODNN7EXAMPLE", "x" * 64, "IQoJb3/" + "abcd/efgh+" * 8]
)
def test_what_no_message_shows_no_report_shows_either(secret: str) -> None:
    for told in (discreet, publishable):
        assert told(f"It said {secret}, at\n/home/ada") == "It said …, at /home/ada"


def test_a_path_however_long_is_no_secret() -> None:
    path = "/home/ada/" + "a-folder/" * 12 + "store"
    assert discreet(path) == publishable(path) == path


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "|", "%", *WIDE))
    assert not {unicodedata.category(char) for char in cell} & UNSAFE


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-1, "-1"),
        (-0.5, "-0.5"),
        ("-1", "'-1"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        (" =1+1", "' =1+1"),
        (f"{WIDE[0]}1", f"'{WIDE[0]}1"),
        ("@ada", "'@ada"),
        ("ada", "ada"),
        ("2026-05-02", "2026-05-02"),
    ],
)
def test_numbers_keep_their_sign_and_texts_stay_texts(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


def test_folding_makes_case_and_width_meaningless() -> None:
    assert fold("STRASSE") == fold("straße")
    assert fold("e\N{COMBINING ACUTE ACCENT}") == fold("\N{LATIN CAPITAL LETTER E WITH ACUTE}")
    assert fold("\N{FULLWIDTH LATIN CAPITAL LETTER A}da") == "ada"


def test_times_end_in_z() -> None:
    moment = datetime(2026, 5, 2, 12, 5, 24, 999_000, tzinfo=UTC)
    assert iso(moment) == "2026-05-02T12:05:24Z"
    assert iso(None) is None


@pytest.mark.parametrize(
    "alias",
    [
        *("", "   ", "\N{NO-BREAK SPACE}", "\N{IDEOGRAPHIC SPACE} ", "\N{ZERO WIDTH JOINER}"),
        *("\N{HANGUL FILLER}", "\N{BRAILLE PATTERN BLANK}", "\N{VARIATION SELECTOR-16}"),
    ],
)
def test_an_alias_of_which_nothing_is_seen_is_a_question_mark(alias: str) -> None:
    assert not is_seen(alias)
    assert shown_alias(alias) == "?"


@pytest.mark.parametrize("alias", ["ada", " a ", "車手一号", "🏎️", "\N{ZERO WIDTH SPACE}", "한"])
def test_an_alias_of_which_something_is_seen_is_shown_as_it_is(alias: str) -> None:
    assert is_seen(alias)
    assert shown_alias(alias) == clean(alias)
