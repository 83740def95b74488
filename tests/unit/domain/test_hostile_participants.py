"""Lists of participants that nobody meant well: bytes at random, huge lines, lone quotes, formulas.

Whatever comes in, what comes out is participants that can be invited and problems that can be
shown; nothing raises but the one sentence that it is no list, and nothing takes for ever.
"""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drtui.commands.list_files import LARGEST, read_list
from drtui.domain.csv_rows import split_lines
from drtui.domain.participants import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    ParticipantList,
    is_email,
    read_participants,
)
from drtui.domain.problems import InvalidInputError

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
MEGABYTES = 10_000_000
PIECES = [
    *(b"ada@x.com", b"B@X.com", b"email", b"name,team", b"sep=;", b"mailto:", b"a@b.c d@e.fg"),
    *(b'"', b'""', b"'", b"\r\n", b"\n", b"\r", b",", b";", b"\t", b" ", b"<", b">"),
    *(b"=cmd|'/c calc'!A1", b"+1", b"-1", b"@SUM(A1)", b'=HYPERLINK("https://x.example")'),
    *(
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xf5",
        b"\x1b[2J",
    ),
    *("\u202e".encode(), "\u2066".encode(), "\u200b".encode(), "é".encode(), "é".encode("latin-1")),
]
BYTES = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES)).map(b"".join))
WIDE = st.text(st.characters(), max_size=80).map(
    lambda text: text.encode("utf-16", "surrogatepass")
)


def is_sound(found: ParticipantList, lines: int) -> None:
    """Hold what was read against what holds for every list."""
    for one in found.participants:
        assert is_email(one.email)
        assert one.email.isascii()
        assert len(one.email) <= LONGEST_EMAIL
        assert len(one.name) <= LONGEST_NAME
        assert 1 <= one.line <= lines
    assert len({one.key for one in found.participants}) == len(found.participants)
    shown = [one.name for one in found.participants] + list(found.left_out)
    for told in (*found.problems, *found.warnings):
        assert 1 <= told.line <= lines
        assert len(told.text) <= 200
        shown += [told.text, told.reason]
    assert not {unicodedata.category(char) for char in "".join(shown)} & UNSAFE


@given(BYTES | WIDE)
@example(b"\xff\xfe\x00")
@example(b"\xff\xfe\x00\xd8\x00\xd8")
@example("email\nada@x.com".encode("utf-16-be"))
def test_bytes_at_random_are_read_or_refused_in_a_sentence(data: bytes) -> None:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in data and not wide:
        with pytest.raises(InvalidInputError, match=r"^the file is no text: [ -~]+$"):
            read_list(io.BytesIO(data), "the file")
        return
    text = read_list(io.BytesIO(data), "the file").text
    is_sound(read_participants(text), len(split_lines(text)))


@given(st.binary(max_size=60))
def test_broken_bytes_spoil_no_other_line(data: bytes) -> None:
    clean = bytes(byte for byte in data if byte not in b'\0\r\n"')
    source = io.BytesIO(b"email,name\nada@x.com,Ada\n" + clean + b"\nbob@x.com,Bob\n")
    found = read_participants(read_list(source, "x").text)
    emails = [one.email for one in found.participants]
    assert emails[0] == "ada@x.com"
    assert emails[-1] == "bob@x.com"


LINES = {
    "one letter": "x" * MEGABYTES,
    "separators": "," * MEGABYTES,
    "quotes": '"' * MEGABYTES,
    "single quotes": "'" * MEGABYTES,
    "brackets": "<" * MEGABYTES,
    "parentheses": "([" * (MEGABYTES // 2),
    "signs": "@" * MEGABYTES,
    "an address without an end": "a@" + "a-" * (MEGABYTES // 2),
    "a name without an end": "a." * (MEGABYTES // 2) + "@x.com",
    "many domains": "a@" * (MEGABYTES // 2),
    "lone quotes": '\t"' * (MEGABYTES // 2),
    "NUL": "\0" * MEGABYTES,
    "bidirectional": "\u202e" * MEGABYTES,
    "a separator's name": "sep=" * (MEGABYTES // 4),
    "blanks": " " * MEGABYTES,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize("heading", ["", "email,name\n"])
def test_a_line_of_10_mb_spoils_only_itself(line: str, heading: str) -> None:
    found = read_participants(f"{heading}ada@x.com,Ada\n{line}\nbob@x.com,Bob\n")
    emails = [one.email for one in found.participants]
    assert emails == ["ada@x.com", "bob@x.com"]
    assert len(found.problems) <= 1
    is_sound(found, 5)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("line", ['"', '"a@x.com', 'a@x.com,"b', "'", '""",', 'x"y,"', ',"",'])
def test_many_lines_with_lone_quotes_take_no_more_than_their_share(line: str) -> None:
    many = 40_000
    hostile = f"{line}\n" * many
    found = read_participants(f"email,name\nada@x.com,Ada\n{hostile}\nbob@x.com,Bob\n")
    emails = [one.email for one in found.participants]
    assert emails[0] == "ada@x.com"
    assert len(found.problems) <= many + 1
    is_sound(found, many + 5)


def test_a_list_that_is_larger_than_any_is_not_read_to_its_end() -> None:
    class Endless(io.BytesIO):
        asked = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            self.asked += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(InvalidInputError, match="larger than 20 MB"):
        read_list(endless, "the file")
    assert endless.asked == LARGEST + 1


@pytest.mark.parametrize(
    "formula", ["=cmd|'/c calc'!A1", "+1=1", "-2+3", "@SUM(A1)", '=HYPERLINK("https://x.example")']
)
def test_a_formula_is_a_name_like_any_and_never_an_address_or_a_team(formula: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(
        [["email", "name", "team"], ["ada@x.com", formula, formula], [formula, "Bob", "red"]]
    )
    found = read_participants(buffer.getvalue())
    [ada] = found.participants
    assert (ada.email, ada.team) == ("ada@x.com", None)
    assert ada.name.replace("'", "").strip('"') in formula.replace("'", "")
    assert [one.line for one in found.problems] == [3]
    assert [one.line for one in found.warnings] == [2]


HIDDEN = st.characters(categories=["Cf", "Cc", "Cs", "Co", "Zl", "Zp"], exclude_characters="\r\n\0")


@given(st.text(HIDDEN, min_size=1))
def test_what_cannot_be_seen_gets_into_no_address(hidden: str) -> None:
    found = read_participants(f'email,name\n"ad{hidden}a@x.com","Ada{hidden}L"\nbob@x.com,\n')
    is_sound(found, 4)
    assert [one.email for one in found.participants] == ["bob@x.com"]
