"""Lists of participants, as people write them: what is read, and what is told about the rest."""

import pytest

from drtui.domain.csv_rows import MOST_LINES
from drtui.domain.participants import (
    LONGEST_EMAIL,
    LONGEST_LIST,
    LONGEST_NAME,
    Participant,
    ParticipantList,
    is_email,
    read_participants,
)
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import TEAM, Tag


def emails(found: ParticipantList) -> list[str]:
    return [one.email for one in found.participants]


def told(found: ParticipantList) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in found.problems]


def red(line: int, email: str = "ada@x.com", name: str = "Ada Lovelace") -> Participant:
    return Participant(email, name, Tag(TEAM, "red"), line)


# Headings and separators


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "headings",
    [
        ("email", "name", "team"),
        ("\ufeffE-Mail", "FULL NAME", "Group"),
        ("e-mail address (required)", "Full name", "Team name"),
        ("Mail", "Teilnehmer", "Gruppe"),
        ('"Email:"', "display_name", "TEAM*"),
        ("Correo electrónico", "Nombre", "Équipe"),
    ],
)
def test_headings_are_taken_as_people_write_them(
    headings: tuple[str, str, str], separator: str
) -> None:
    text = f"{separator.join(headings)}\r\n{separator.join(('ada@x.com', 'Ada Lovelace', 'Red'))}"
    assert read_participants(text).participants == (red(2),)


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("First name,Last name,Email,Team", "Ada,Lovelace,ada@x.com,red"),
        ("Team;Nachname;Vorname;E-Mail", "red;Lovelace;Ada;ada@x.com"),
        ("Vorname;Name;Gruppe;Mail", "Ada;Lovelace;red;ada@x.com"),
        ("Name,First name,Team,Mail", "Ada Lovelace,Ada,red,ada@x.com"),
        ("Name,First name,Last name,Team,Mail", ",Ada,Lovelace,red,ada@x.com"),
        ("Name,First name,Last name,Team,Mail", "Ada Lovelace,A.,L.,red,ada@x.com"),
        ("Team,Email", "red,Ada Lovelace <ada@x.com>"),
        ("Email,Mail,Name,Team", ",ada@x.com,Ada Lovelace,red"),
        ("Corporate mail of the racer,Name,Team", "ada@x.com,Ada Lovelace,red"),
    ],
)
def test_a_name_is_whole_or_of_two_halves_and_columns_come_in_any_order(
    headings: str, row: str
) -> None:
    assert read_participants(f"{headings}\n{row}\n").participants == (red(2),)


def test_columns_that_are_not_read_are_told() -> None:
    found = read_participants("Email,Phone\x1b,Name,,Size\nada@x.com,1,Ada,,M\n")
    assert found.left_out == ("Phone\N{REPLACEMENT CHARACTER}", "Size")
    assert found.participants == (Participant("ada@x.com", "Ada", None, 2),)


def test_a_first_line_may_say_what_the_separator_is() -> None:
    found = read_participants("sep=;\nemail;name\nada@x.com;Ada, Countess\n")
    assert found.participants == (Participant("ada@x.com", "Ada, Countess", None, 3),)


@pytest.mark.parametrize(
    "text",
    [
        "ada@x.com;Lovelace, Ada, Countess;red",
        "ada@x.com\tLovelace, Ada, Countess\tred",
        'ada@x.com,"Lovelace, Ada, Countess",red',
        'E-Mail;Name, Vorname;"Name";Team\nada@x.com;;Lovelace, Ada, Countess;red',
    ],
)
def test_separators_within_names_do_not_mislead(text: str) -> None:
    (found,) = read_participants(text).participants
    assert (found.name, str(found.team)) == ("Lovelace, Ada, Countess", "team:red")


# Without a heading


def test_a_plain_list_of_addresses_is_enough() -> None:
    assert emails(read_participants("ada@x.com\n\n bob@x.com \n'eve@x.com'\nmailto:f@x.com")) == [
        "ada@x.com",
        "bob@x.com",
        "eve@x.com",
        "f@x.com",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Lovelace, Ada <ada@x.com>\nBob <bob@x.com>",
        "Lovelace, Ada <ada@x.com>; Bob <bob@x.com>;",
        '"Lovelace, Ada" <ada@x.com>, Bob <bob@x.com>',
        "'Lovelace, Ada' <mailto:ada@x.com>;\n\"Bob\" <bob@x.com>",
    ],
)
def test_addresses_are_read_as_mail_programs_copy_them(text: str) -> None:
    found = read_participants(text)
    assert [(one.name, one.email) for one in found.participants] == [
        ("Lovelace, Ada", "ada@x.com"),
        ("Bob", "bob@x.com"),
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    "row",
    ["ada@x.com,Ada Lovelace,red", "Ada Lovelace,ada@x.com,red", "Ada Lovelace,red,ada@x.com"],
)
def test_without_a_heading_a_name_then_a_team_stand_beside_the_address(row: str) -> None:
    assert read_participants(row).participants == (red(1),)


def test_without_a_heading_more_than_three_cells_mean_nothing() -> None:
    found = read_participants("17,ada@x.com,Ada,red")
    assert found.participants == (Participant("ada@x.com", "", None, 1),)


def test_a_row_of_several_addresses_and_more_is_left_out() -> None:
    found = read_participants("ada@x.com,Ada,boss@x.com\n")
    assert told(found) == [(1, "several addresses: it is not clear which counts")]


# Rows that are left out


def test_of_equal_addresses_the_first_counts_whatever_the_case() -> None:
    found = read_participants("email,name\nAda@X.com,Ada\nbob@x.com,\nada@x.COM,Another\n")
    assert emails(found) == ["Ada@X.com", "bob@x.com"]
    assert [(one.line, one.text, one.reason) for one in found.problems] == [
        (4, "ada@x.COM", "the same address as in line 2")
    ]
    assert found.participants[0].key == "ada@x.com"


@pytest.mark.parametrize(
    "address",
    [
        *("bob", "bob@x", "bob@x.c", "bob x@x.com", "bob@x_y.com", "böb@x.com", "bob@x.com."),
        *("@x.com", "bob@@x.com", "a@x.com b@x.com", "bo\u200bb@x.com", "bob@x.co1"),
        f"{'b' * 254}@x.com",
        # These it takes, and no mail system does.
        *("..@x.com", ".b@x.com", "b.@x.com", "b..b@x.com", "b@x..com", "b@.x.com", "b@-x.com"),
        *("b@x-.com", "a@-b..co", "a@.b.co"),
    ],
)
def test_addresses_that_a_deployment_refuses_are_left_out(address: str) -> None:
    found = read_participants(f"email,name\nada@x.com,Ada\n{address},Bob\n")
    assert emails(found) == ["ada@x.com"]
    assert [one.line for one in found.problems] == [3]
    assert not is_email(address)


def test_a_name_with_characters_that_cannot_be_read_is_told_with_its_line() -> None:
    found = read_participants("email,name\nada@x.com,Ada\nj@x.com,Jos\ufffd M\n")
    assert emails(found) == ["ada@x.com", "j@x.com"]
    assert [(one.line, one.reason) for one in found.warnings] == [
        (3, "characters of the name cannot be read")
    ]


def test_an_address_has_a_longest_length() -> None:
    longest = f"{'a' * (LONGEST_EMAIL - 6)}@x.com"
    assert emails(read_participants(longest)) == [longest]
    assert emails(read_participants(f"a{longest}")) == []


def test_a_row_without_an_address_is_left_out() -> None:
    found = read_participants("email,name\n,Ada\n , \nbob@x.com,\n")
    assert emails(found) == ["bob@x.com"]
    assert [(one.line, one.text, one.reason) for one in found.problems] == [
        (2, "Ada", "no email address")
    ]


def test_more_cells_than_headings_are_told_and_not_guessed() -> None:
    found = read_participants("email,name,team\nada@x.com,Lovelace, Ada,red\nbob@x.com,Bob,red,,\n")
    assert emails(found) == ["bob@x.com"]
    assert found.problems[0].reason.startswith("4 cells under 3 headings")


def test_a_team_that_cannot_be_a_label_leaves_the_participant_without_one() -> None:
    found = read_participants("email,team\nada@x.com,Red!\nbob@x.com,Red  Dragons\neve@x.com,-a\n")
    assert [one.team for one in found.participants] == [None, Tag(TEAM, "red-dragons"), None]
    assert [(one.line, one.text) for one in found.warnings] == [(2, "Red!"), (4, "-a")]
    assert found.warnings[0].reason.startswith("left without a team: “Red!” cannot be a label")
    assert found.problems == ()


# Lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_in_the_file(end: str) -> None:
    text = 'email,name~~ada@x.com,"Ada~~Lovelace"~bob@x.com,"B\u2028\x0bob"~nobody,~'
    found = read_participants(text.replace("~", end))
    assert [(one.email, one.line) for one in found.participants] == [
        ("ada@x.com", 3),
        ("bob@x.com", 6),
    ]
    assert found.participants[0].name == "Ada Lovelace"
    assert [one.line for one in found.problems] == [7]


def test_a_quote_that_is_never_closed_spoils_its_own_line_only() -> None:
    found = read_participants('email,name\nada@x.com,"Ada\nbob@x.com,Bob\neve@x.com,Eve\n')
    assert [(one.email, one.line) for one in found.participants] == [
        ("bob@x.com", 3),
        ("eve@x.com", 4),
    ]
    assert told(found) == [(2, "a quote is opened that is not closed")]


def test_a_quote_that_another_row_closes_spoils_its_own_line_only() -> None:
    found = read_participants('email,name\n"ada@x.com,Ada\nbob@x.com,Bob\neve@x.com,"E\nve"\n')
    assert [(one.email, one.name) for one in found.participants] == [
        ("bob@x.com", "Bob"),
        ("eve@x.com", "E ve"),
    ]
    assert told(found) == [(2, "a quote is opened that is not closed")]


def test_a_quote_does_not_swallow_rows_without_addresses_either() -> None:
    rows = "nothing\n" * (MOST_LINES + 5)
    found = read_participants(f'email\n"open\n{rows}"closed\n')
    assert [one.line for one in found.problems] == list(range(2, MOST_LINES + 9))
    kept = "\n" * (MOST_LINES - 3)
    assert emails(read_participants(f'email,note\nada@x.com,"long{kept}note"\n')) == ["ada@x.com"]


def test_a_cell_that_is_too_long_spoils_its_own_row_only() -> None:
    found = read_participants(f"email,name\nada@x.com,{'x' * 200_000}\nbob@x.com,Bob\n")
    assert emails(found) == ["bob@x.com"]
    assert told(found) == [(2, "a cell has more than 131,072 characters")]
    assert len(found.problems[0].text) <= 60


def test_a_hundred_thousand_rows_are_read() -> None:
    rows = "".join(
        f"racer{number}@x.com,Racer {number},team{number % 9}\n" for number in range(10**5)
    )
    found = read_participants(f"email,name,team\n{rows}")
    assert len(found.participants) == 10**5
    assert found.participants[-1].line == 10**5 + 1


# Hostile text


def test_what_hides_or_reorders_is_replaced_and_dropped_around_addresses() -> None:
    found = read_participants(
        "\ufeffem\0ail,name\n\u200bada@x.com\u202c\u00a0,A\x1b[2Jda\u202e\nbo\u202eb@x.com,Bob\n"
    )
    mark = "\N{REPLACEMENT CHARACTER}"
    assert found.participants == (Participant("ada@x.com", f"A{mark}[2Jda{mark}", None, 2),)
    assert found.problems[0].text == f"bo{mark}b@x.com"


def test_wide_text_that_was_read_as_narrow_is_still_read() -> None:
    wide = "email\nada@x.com\n".encode("utf-16-le").decode("latin-1")
    assert emails(read_participants(wide)) == ["ada@x.com"]


def test_names_are_cut() -> None:
    (found,) = read_participants(f"ada@x.com,{'Ada ' * 1000}").participants
    assert len(found.name) == LONGEST_NAME


def test_a_list_of_too_many_lines_is_refused_with_the_way_out() -> None:
    with pytest.raises(InvalidInputError, match=r"200,001 lines, and at most 200,000.*split it"):
        read_participants("a," + "\n" * LONGEST_LIST)


def test_the_longest_list_is_read() -> None:
    found = read_participants("\n" * (LONGEST_LIST - 1) + "ada@x.com")
    assert [one.line for one in found.participants] == [LONGEST_LIST]


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "email", "name,team\n", ",,;\t\r\n", "\0"])
def test_of_nothing_nothing_is_read(text: str) -> None:
    found = read_participants(text)
    assert found.participants == ()
    assert all(one.text for one in found.problems)
