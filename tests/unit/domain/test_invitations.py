"""Invitations: templates that are refused with their place, and values that stay data."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.invitation_templates import (
    FIELD_HELP,
    OF_PARTICIPANT,
    InvitationField,
    TemplateError,
    fields_text,
    parse_template,
)
from drtui.domain.invitation_texts import DEFAULT_TEXTS, InvitationKind
from drtui.domain.invitations import (
    LONGEST_SUBJECT,
    Invitation,
    MissingValues,
    MissingValuesError,
    event_lacks,
    missing_of_event,
    missing_values,
    parse_invitation,
    render,
    values_of,
)
from drtui.domain.participants import Participant
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import TEAM, Tag
from drtui.domain.text import clean

F = InvitationField
EVENT = {
    F.EVENT: "Spring Cup",
    F.DATES: "1 to 3 May",
    F.ORGANIZER: "The Racing Club",
    F.CONTACT: "help@example.com",
    F.CONSOLE_ADDRESS: "https://race.example.com/start?a=1&b=2",
    F.RACE_LINKS: "Oval: https://race.example.com/1\nBend: https://race.example.com/2",
    F.TRAINING_TIME: "5 hours",
    F.ACCOUNT_ID: "123456789012",
}
ADA = {
    F.NAME: "Ada",
    F.EMAIL: "ada@example.com",
    F.TEAM: "red",
    F.USER_NAME: "ada-l",
    F.PASSWORD: "Ab2!",
}


class Document(HTMLParser):
    """What a reader of mail makes of HTML: its text, its elements and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self._in_body = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self._in_body = self._in_body or tag == "body"
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        if self._in_body:
            self.text += data


def written(body: str, subject: str = "Hello", **values: str) -> Invitation:
    own = {F(name): value for name, value in values.items()}
    return render(parse_invitation(subject, body), EVENT | own, ADA | own)


def words(text: str) -> list[str]:
    return text.split()


# Templates


@pytest.mark.parametrize("field", list(F))
def test_every_field_is_known_explained_and_taken_in_any_case(field: InvitationField) -> None:
    assert FIELD_HELP[field]
    shouted = f"{{ {field.upper().replace('_', ' ')} }}"
    assert parse_template(f"a{{{field}}}b{shouted}").parts == ("a", field, "b", field)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("{evnt}", (1, 1), "did you mean {event}?"),
        ("Hello\n  {user}, go", (2, 3), "did you mean {user_name}?"),
        ("a\r\nb\r\n{consol address}", (3, 1), "did you mean {console_address}?"),
        ("{xyzzy}", (1, 1), "there are {event}, {dates}"),
        ("{}", (1, 1), "there is no field {}"),
        ("{0}", (1, 1), "there is no field {0}"),
        ("{name.__class__}", (1, 1), "there is no field {name.__class__}"),
        ("{name!r}", (1, 1), "there is no field {name!r}"),
        ("{na\x1bme}", (1, 1), "{na\N{REPLACEMENT CHARACTER}me}: did you mean {name}?"),
        ("x {name", (1, 3), "“{” is not closed in this line: write {{ for a brace"),
        ("x {na\nme}", (1, 3), "“{” is not closed"),
        ("{{{name}} b", (1, 9), "“}” closes nothing"),
        ("{a {name}", (1, 1), "“{” is not closed"),
        ("name}", (1, 5), "“}” closes nothing: write }} for a brace"),
        ("{{name}} }", (1, 10), "“}” closes nothing"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    text: str, place: tuple[int, int], told: str
) -> None:
    with pytest.raises(TemplateError) as refused:
        parse_template(text)
    assert (refused.value.line, refused.value.column) == place
    assert str(refused.value).startswith(f"Line {place[0]}, column {place[1]}: ")
    assert told in str(refused.value)


@given(st.text("{}nameevt \n", max_size=30) | st.text())
def test_every_text_is_read_or_refused_within_it(text: str) -> None:
    refused = None
    try:
        parts = parse_template(text).parts
    except TemplateError as error:
        refused = error
    if refused is not None:
        line = re.sub("\r\n?", "\n", text).split("\n")[refused.line - 1]
        assert refused.column >= 1
        assert line[refused.column - 1] in "{}"
        assert str(refused) == clean(str(refused), 1_000)
    else:
        again = "".join(
            f"{{{part}}}" if isinstance(part, F) else part.replace("{", "{{").replace("}", "}}")
            for part in parts
        )
        assert parse_template(again).parts == parts


@given(st.text())
def test_text_with_its_braces_doubled_is_itself(text: str) -> None:
    parts = parse_template(text.replace("{", "{{").replace("}", "}}")).parts
    assert "".join(parts) == re.sub("\r\n?", "\n", text)


def test_braces_are_read_from_the_left() -> None:
    assert parse_template("{{{name}}}").parts == ("{", F.NAME, "}")
    assert parse_template("{{name}}").parts == ("{name}",)


@given(st.text(max_size=30), st.sampled_from(F), st.text(max_size=30))
def test_a_field_is_found_wherever_it_stands(before: str, field: F, after: str) -> None:
    before, after = (re.sub("[{}\r]", "", part) for part in (before, after))
    parts = parse_template(f"{before}{{{field}}}{after}").parts
    assert parts == tuple(part for part in (before, field, after) if part)


def test_a_subject_that_cannot_be_read_says_that_it_is_the_subject() -> None:
    with pytest.raises(TemplateError, match=r"Line 1, column 3: in the subject, there is no field"):
        parse_invitation("a {evnt}", "text")
    with pytest.raises(TemplateError, match=r"Line 2, column 1: there is no field"):
        parse_invitation("a {event}", "text\n{evnt}")


@pytest.mark.parametrize(
    ("subject", "body", "told"),
    [
        ("", "text", "has a subject and a text"),
        ("subject", " \n", "has a subject and a text"),
        ("one\ntwo", "text", "is one line"),
        ("one\u2028two", "text", "is one line"),
        ("x" * (LONGEST_SUBJECT + 1), "text", "at most"),
        ("x", "x" * 100_001, "at most"),
        ("{password}", "text", "does not belong into a subject"),
    ],
)
def test_invitations_that_cannot_be_sent_are_refused(subject: str, body: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        parse_invitation(subject, body)


# The texts to begin with


@pytest.mark.parametrize("kind", list(InvitationKind))
def test_the_texts_to_begin_with_are_complete(kind: InvitationKind) -> None:
    text = DEFAULT_TEXTS[kind]
    template = parse_invitation(text.subject, text.body)
    assert {F.EVENT, F.DATES, F.CONSOLE_ADDRESS, F.RACE_LINKS, F.CONTACT} <= template.fields
    made = render(template, EVENT, ADA)
    assert made.subject == "Your invitation to Spring Cup"
    assert not re.search(r"[{}]", made.text)
    assert words(Document(made.html).text) == words(made.text)
    deployed = kind is InvitationKind.DEPLOYMENT
    assert ("AWS player account" in made.text) is not deployed
    assert ("first sign-in" in made.text) is (kind is not InvitationKind.SINGLE_SIGN_ON)
    credentials = {F.USER_NAME, F.PASSWORD, F.ACCOUNT_ID}
    assert template.fields & credentials == (credentials if kind is InvitationKind.IAM else set())


# Values that are missing


def test_what_is_missing_is_told_for_the_event_and_for_each_participant() -> None:
    template = parse_invitation("{event} {dates}", "{name} {password} {race_links} {user_name}")
    event = EVENT | {F.DATES: " ", F.RACE_LINKS: ""}
    bob = {F.NAME: "Bob", F.EMAIL: "bob@example.com", F.PASSWORD: "\t"}
    found = missing_values(template, event, [ADA, bob])
    assert found == (
        MissingValues(None, (F.DATES, F.RACE_LINKS)),
        MissingValues("bob@example.com", (F.USER_NAME, F.PASSWORD)),
    )
    assert str(found[0]) == "the event: no value for {dates}, {race_links}"
    assert str(found[1]) == "bob@example.com: no value for {user_name}, {password}"
    with pytest.raises(MissingValuesError, match=r"the event: .*; bob@example\.com: .*Nothing is"):
        render(template, event, bob)


def test_nothing_is_missing_that_is_not_asked_for() -> None:
    assert missing_values(parse_invitation("Hello", "{{name}}"), {}, [{}]) == ()


def test_the_event_can_give_what_participants_lack_and_not_the_other_way_round() -> None:
    template = parse_invitation("Hello", "{team} {event}")
    assert render(template, EVENT | {F.TEAM: "all"}, {}).text == "all Spring Cup\n"
    assert render(template, EVENT | {F.TEAM: "all"}, ADA | {F.EVENT: "x"}).text == (
        "red Spring Cup\n"
    )
    assert missing_values(template, {}, [ADA | {F.EVENT: "x"}]) == (
        MissingValues(None, (F.EVENT,)),
    )


def test_a_participant_without_a_name_is_greeted_by_the_address() -> None:
    bob = Participant("bob@x.com", "", None, 1)
    assert values_of(bob) == {F.NAME: "bob@x.com", F.EMAIL: "bob@x.com", F.TEAM: ""}
    ada = Participant("ada@x.com", "Ada", Tag(TEAM, "red"), 2)
    assert values_of(ada) == {F.NAME: "Ada", F.EMAIL: "ada@x.com", F.TEAM: "red"}


# Values are data


@pytest.mark.parametrize("value", ["{password}", "{{", "}", "{evnt}", "{0}", "%s", "\\1", "${x}"])
def test_values_never_act_as_templates(value: str) -> None:
    made = written("Hello {name}: {password}", subject="For {name}", name=value, password="secret")
    assert made.text == f"Hello {value}: secret\n"
    assert made.subject == f"For {value}"
    assert words(Document(made.html).text) == words(made.text)


@given(st.sampled_from(F), st.text())
def test_no_value_breaks_a_subject_or_the_markup(field: F, value: str) -> None:
    if field is F.PASSWORD or not value.strip():
        return
    made = written(f"Hello\n\n{{{field}}} bye", subject=f"a {{{field}}}", **{field: value})
    assert made.subject.isprintable()
    assert len(made.subject) <= LONGEST_SUBJECT
    bad = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    shown = made.subject + made.text.replace("\n", "") + made.html.replace("\n", "")
    assert not {unicodedata.category(char) for char in shown} & bad
    document = Document(made.html)
    assert set(document.elements) <= {"html", "head", "meta", "title", "body", "p", "br", "a"}
    assert words(document.text) == words(made.text)
    assert all(link.startswith(("https://", "http://", "mailto:")) for link in document.links)


def test_a_subject_takes_no_header_from_a_value() -> None:
    made = written("text", subject="{event} for {name}", event="Cup\r\nBcc: eve@x.com", name="A\nB")
    assert made.subject == "Cup Bcc: eve@x.com for A B"


def test_markup_in_values_and_in_the_template_is_text() -> None:
    made = written("<b>{name}</b> & {event}", subject="<i>", name="<script>", event='"Cup"')
    assert "&lt;b&gt;&lt;script&gt;&lt;/b&gt; &amp; &quot;Cup&quot;" in made.html
    assert "<title>&lt;i&gt;</title>" in made.html


# Links


def test_addresses_are_links_and_the_signs_after_them_are_not() -> None:
    made = written(
        "Go to {console_address}. (See https://a.example.com/x_(y), or HTTP.) Ask {contact}!"
    )
    assert Document(made.html).links == [
        "https://race.example.com/start?a=1&b=2",
        "https://a.example.com/x_(y)",
        "mailto:help@example.com",
    ]
    assert "a=1&amp;b=2</a>." in made.html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///x", "x.com"]
)
def test_other_addresses_are_no_links(address: str) -> None:
    assert Document(written("{console_address}", console_address=address).html).links == []


@pytest.mark.parametrize("field", sorted(OF_PARTICIPANT))
def test_what_a_participant_is_called_is_no_link(field: InvitationField) -> None:
    made = written(f"Hi {{{field}}} at https://a.example.com/", **{field: "https://evil.example"})
    assert Document(made.html).links == ["https://a.example.com/"]
    assert "https://evil.example" in made.text


def test_a_link_ends_where_the_value_of_a_participant_begins() -> None:
    made = written("https://a.example.com/?u={name}", name='"onclick="x')
    assert Document(made.html).links == ["https://a.example.com/?u="]
    assert unescape(made.html).count('"onclick="x') == 1


# The shape


def test_paragraphs_and_lines_are_kept() -> None:
    made = written("One\r\ntwo\n\n\nThree {race_links}\n \nFour\n")
    assert made.text == (
        "One\ntwo\n\n\nThree Oval: https://race.example.com/1\n"
        "Bend: https://race.example.com/2\n \nFour\n"
    )
    assert made.html.count("<p>") == 3
    assert "<p>One<br>\ntwo</p>" in made.html
    assert made.html.startswith("<!DOCTYPE html>")


def test_an_invitation_does_not_show_its_password_when_it_is_logged() -> None:
    assert "secret" not in repr(written("{password}", password="secret"))


def test_fields_are_told_in_the_order_of_help() -> None:
    assert fields_text({F.PASSWORD, F.EVENT}) == "{event}, {password}"
    assert list(FIELD_HELP) == list(F)


def test_what_nobody_says_of_the_event_is_not_asked_of_the_admin() -> None:
    template = parse_invitation("{event}", "{training_time} {account_id} {name}")
    lacking = missing_of_event(missing_values(template, {}, [{}]))
    assert lacking == (F.EVENT, F.TRAINING_TIME, F.ACCOUNT_ID)
    told = event_lacks(lacking)
    assert "Say {event} first: n on Setup, or “drtui setup event”." in told
    assert "{training_time} is what new users get: sync first." in told
    assert "{account_id} is told by AWS" in told
    assert "on Setup" not in event_lacks([F.ACCOUNT_ID])


def test_what_only_participants_lack_is_not_the_events() -> None:
    template = parse_invitation("Hi", "{name}")
    assert missing_of_event(missing_values(template, {}, [{}])) == ()
