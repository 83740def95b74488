"""Lists of participants at random: every row is accounted for, and what is written is read back."""

import csv
import io
import unicodedata
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.csv_rows import read_rows, split_lines
from drtui.domain.participants import is_email, read_address, read_participants

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
HOSTILE = st.text("a@.x\",;\t\n\r =<>'\0\ufeff\u202e\u2028\x1b\ud800é", max_size=60)
PIECES = st.sampled_from(
    [
        *("a@x.com", "B@X.com", "email", "Name", "team", "red", "mailto:", "sep=;", '"', '""'),
        *("\r\n", "\n", "\r", ",", ";", "\t", "<", ">", " "),
        *("\0", "\ufeff", "\u202e", "\u2028", "\x1b", "é"),
    ]
)
EMAILS = st.from_regex(
    r"[a-zA-Z0-9_%+-]{1,20}(\.[a-zA-Z0-9_%+-]{1,9})?@([a-z0-9](-?[A-Z0-9]{1,9})?\.){1,3}[a-zA-Z]{2,5}",
    fullmatch=True,
)
WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="<>@"))
TEAMS = st.from_regex(r"[a-z][a-z0-9.+#/_-]{0,10}", fullmatch=True).filter(
    lambda word: word not in {"and", "or", "not"}
)


@given(st.one_of(HOSTILE, st.lists(PIECES, max_size=40).map("".join)))
def test_whatever_the_text_every_row_is_accounted_for(text: str) -> None:
    found = read_participants(text)
    lines = split_lines(text)
    places = [one.line for one in found.participants]
    places += [one.line for one in found.problems + found.warnings]
    assert all(lines[place - 1].strip() for place in places)
    assert [one.line for one in found.participants] == sorted(
        one.line for one in found.participants
    )
    assert [one.line for one in found.problems] == sorted(one.line for one in found.problems)
    assert len({one.key for one in found.participants}) == len(found.participants)
    assert all(is_email(one.email) for one in found.participants)
    shown = [one.name for one in found.participants]
    shown += [part for one in found.problems + found.warnings for part in (one.text, one.reason)]
    assert not {unicodedata.category(char) for part in shown for char in part} & UNSAFE


@given(
    st.lists(
        st.sampled_from(
            [
                *("ada@x.com,Ada,red", "BOB@x.com,,", "nobody,Eve,", ",Eve,red", "", "  ", ",,"),
                *('x@x.com,"Two\nlines",blue', 'y@x.com,"a ""quote""",', "z@x.com", "a,b,c,d"),
            ]
        )
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_each_row_that_is_not_blank_is_a_participant_or_a_problem(
    rows: list[str], end: str
) -> None:
    text = "\n".join(["email,name,team", *rows]).replace("\n", end)
    wanted = []
    line = 2
    for row in rows:
        if row.strip(" ,"):
            wanted.append(line)
        line += 1 + row.count("\n")
    found = read_participants(text)
    places = [one.line for one in found.participants] + [one.line for one in found.problems]
    assert sorted(places) == wanted


@given(
    st.lists(
        st.tuples(EMAILS, WORDS, st.none() | TEAMS),
        min_size=1,
        max_size=20,
        unique_by=lambda row: row[0].lower(),
    ),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_is_written_as_csv_is_read_back(
    rows: list[tuple[str, str, str | None]], separator: str, end: str, quoting: Literal[0, 1]
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow(["Name", "E-Mail", "Team"])
    writer.writerows([name, email, team or ""] for email, name, team in rows)
    found = read_participants(buffer.getvalue())
    assert found.problems == found.warnings == ()
    assert [
        (one.email, one.name, one.team and one.team.value, one.line) for one in found.participants
    ] == [
        (email, " ".join(name.split()), team, line)
        for line, (email, name, team) in enumerate(rows, start=2)
    ]


@given(EMAILS, WORDS)
def test_an_address_with_a_name_is_read_back(email: str, name: str) -> None:
    shown = " ".join(name.replace('"', "").replace("'", "").split())
    assert read_address(f"{shown} <{email}>") == (shown, email)


@given(HOSTILE, st.sampled_from(",;\t"))
def test_rows_come_in_the_order_of_their_lines_and_end(text: str, separator: str) -> None:
    lines = split_lines(text)
    places = [row.line for row in read_rows(lines, separator)]
    assert places == sorted(set(places))
    assert len(places) <= len(lines)
