"""The filter language: what is read, what is refused and where."""

import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from drtui.domain.filter_conditions import (
    Amount,
    Choice,
    DateMatch,
    IdMatch,
    Labelled,
    TextMatch,
    Unknown,
    Unlimited,
)
from drtui.domain.filter_fields import FIELDS, Operator
from drtui.domain.filters import (
    DEEPEST,
    LONGEST,
    And,
    Everything,
    Expression,
    FilterError,
    Not,
    Or,
    Word,
    parse,
)

PAGE = Path(__file__).parents[3] / "docs" / "filter.md"
A, B, C = Word("a"), Word("b"), Word("c")


def day(year: int, month: int, date: int) -> datetime:
    return datetime(year, month, date, tzinfo=UTC)


def amount(field: str, operator: Operator, number: str, *, percent: bool = False) -> Amount:
    return Amount(field, operator, Decimal(number), percent)


def refused(text: str) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Everything()),
        (" \t ", Everything()),
        ("anna", Word("anna")),
        ("anna@example.com", Word("anna@example.com")),
        ("first-last", Word("first-last")),
        ('"two words"', Word("two words")),
        ('"team:red"', Word("team:red")),
        ('"or"', Word("or")),
        (r'"say \"hi\" \\o/ \n"', Word(r'say "hi" \o/ \n')),
        ("oregon", Word("oregon")),
        ("not-a-keyword", Word("not-a-keyword")),
        ("O'Neil 100%", And((Word("O'Neil"), Word("100%")))),
        ("a b", And((A, B))),
        ("a and b", And((A, B))),
        ('"a""b"', And((A, B))),
        ("a b AND c", And((A, B, C))),
        ("a or b", Or((A, B))),
        ("a OR b Or c", Or((A, B, C))),
        ("a or b c", Or((A, And((B, C))))),
        ("(a or b) c", And((Or((A, B)), C))),
        ("(a)or(b)", Or((A, B))),
        ("not a", Not(A)),
        ("Not a b", And((Not(A), B))),
        ("-a", Not(A)),
        ("b -a", And((B, Not(A)))),
        ("b - a", And((B, Not(A)))),
        ("-(a b)", Not(And((A, B)))),
        ("not(a or b)", Not(Or((A, B)))),
        ("--a", Not(Not(A))),
        ('-"a"', Not(A)),
        ("a not b", And((A, Not(B)))),
        ("(a b) c", And((And((A, B)), C))),
        ("((a))", A),
    ],
)
def test_words_and_connectives(text: str, expected: Expression) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alias:ada", TextMatch("alias", "ada")),
        ("alias=ada", TextMatch("alias", "ada", whole=True)),
        ('alias:"a b "', TextMatch("alias", "a b ")),
        ("alias:-x", TextMatch("alias", "-x")),
        ("alias:unknown", TextMatch("alias", "unknown")),
        ("email:@example.com", TextMatch("email", "@example.com")),
        ("email:Unknown", Unknown("email")),
        ('email:"unknown"', TextMatch("email", "unknown")),
        ("id:Ab3dE6gH9jK2mN5", IdMatch("Ab3dE6gH9jK2mN5")),
        ("status:paused", Choice("status", "paused")),
        ("STATUS=Active", Choice("status", "active")),
        ("status:over_quota", Choice("status", "over_quota")),
        ("status:over-quota", Choice("status", "over_quota")),
        ("status:overquota", Choice("status", "over_quota")),
        ('status:"Over Quota"', Choice("status", "over_quota")),
        ("role:facilitator", Choice("role", "facilitator")),
        ("role:unknown", Choice("role", "unknown")),
        ("pending:yes", Choice("pending", "yes")),
        ("pending:No", Choice("pending", "no")),
        ("team:red", Labelled("team", "red")),
        ('team:"red bull"', Labelled("team", "red bull")),
        ('team:"or"', Labelled("team", "or")),
        ("team:oregon", Labelled("team", "oregon")),
        ("tag:vip", Labelled("tag", "vip")),
        ("tag:class:9a", Labelled("class", "9a")),
        ("hours>4", amount("hours", Operator.MORE, "4")),
        ("hours > 4", amount("hours", Operator.MORE, "4")),
        ("hours>=4.25", amount("hours", Operator.AT_LEAST, "4.25")),
        ("hours<.5", amount("hours", Operator.LESS, "0.5")),
        ("hours<=5.", amount("hours", Operator.AT_MOST, "5")),
        ("hours:4", amount("hours", Operator.IS, "4")),
        ("hours=4", amount("hours", Operator.IS, "4")),
        ("used>80%", amount("hours", Operator.MORE, "80", percent=True)),
        ("used > 80 %", amount("hours", Operator.MORE, "80", percent=True)),
        ("hours>=33.3%", amount("hours", Operator.AT_LEAST, "33.3", percent=True)),
        ("queued>0", amount("queued", Operator.MORE, "0")),
        ("left<1", amount("left", Operator.LESS, "1")),
        ("left<-1", amount("left", Operator.LESS, "-1")),
        ("left<10%", amount("left", Operator.LESS, "10", percent=True)),
        ("limit>=10", amount("limit", Operator.AT_LEAST, "10")),
        ("limit:unlimited", Unlimited("limit")),
        ("limit=UNKNOWN", Unknown("limit")),
        ("models>=3", amount("models", Operator.AT_LEAST, "3")),
        ("models>=80%", amount("models", Operator.AT_LEAST, "80", percent=True)),
        ("models-limit<3", amount("models-limit", Operator.LESS, "3")),
        ("models_limit:unlimited", Unlimited("models-limit")),
        ("storage>1.5", amount("storage", Operator.MORE, "1.5")),
        ("usd>3", amount("usd", Operator.MORE, "3")),
        ("hours:unknown", Unknown("hours")),
        (
            "joined>2026-05-01",
            DateMatch("joined", Operator.MORE, day(2026, 5, 1), day(2026, 5, 2)),
        ),
        ("joined:2026-5", DateMatch("joined", Operator.IS, day(2026, 5, 1), day(2026, 6, 1))),
        ("joined:2026-12", DateMatch("joined", Operator.IS, day(2026, 12, 1), day(2027, 1, 1))),
        ("joined<=2026", DateMatch("joined", Operator.AT_MOST, day(2026, 1, 1), day(2027, 1, 1))),
        ("joined:unknown", Unknown("joined")),
        (
            "-team:red or hours>4 a",
            Or((Not(Labelled("team", "red")), And((amount("hours", Operator.MORE, "4"), A)))),
        ),
        ("used>80 %a", And((amount("hours", Operator.MORE, "80"), Word("%a")))),
    ],
)
def test_conditions(text: str, expected: Expression) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "fragment"),
    [
        ("tem:red", 0, "“tem” is no field; did you mean “team”?"),
        ("a or modles>3", 5, "did you mean “models”?"),
        ("modelslimit<3", 0, "did you mean “models-limit”?"),
        ("usde>80%", 0, "did you mean"),
        ("http://example.com", 0, "“http” is no field; text with “:” goes in quotes"),
        ("a:b", 0, "“a” is no field"),
        ("or:x", 0, "“or” is no field"),
        ("anna models!=3", 5, "put “not” before the condition"),
        ("team:", 5, "“team:” needs a value: a label"),
        ("a team:  ", 9, "needs a value"),
        ("(team:)", 6, "needs a value"),
        ("team: or a", 6, "“or” in quotes, if that is it"),
        ('team:""', 5, "nothing stands between these quotes"),
        ('a "  "', 2, "nothing stands between these quotes"),
        ('a "b', 2, "this quote is not closed"),
        ('team:"red', 5, "this quote is not closed"),
        ('"hours">4', 7, "“>” needs a field before it"),
        (":x", 0, "“:” needs a field before it"),
        ("a (b", 2, "this parenthesis is not closed"),
        ("(a (b) (c", 7, "this parenthesis is not closed"),
        ("(a (b) c", 0, "this parenthesis is not closed"),
        ("a (", 2, "this parenthesis is not closed"),
        ("a)", 1, "this parenthesis was never opened"),
        ("a ()", 2, "nothing stands in these parentheses"),
        ("or a", 0, "“or” needs a condition before it"),
        ("(and a)", 1, "“and” needs a condition before it"),
        ("a OR", 2, "“OR” needs a condition after it"),
        ("a or and b", 2, "“or” needs a condition after it"),
        ("(a or)", 3, "“or” needs a condition after it"),
        ("a not", 2, "“not” needs a condition after it"),
        ("a -", 2, "“-” needs a condition after it"),
        ("not or a", 0, "“not” needs a condition after it"),
        ("status:sleeping", 7, "active, invited, over_quota, paused or unknown, not “sleeping”"),
        ("a status>paused", 8, "“status” takes “:” or “=”, not “>”"),
        ("team<red", 4, "takes “:” or “=”"),
        ("role:king", 5, "admin, facilitator, racer or unknown"),
        ("pending:perhaps", 8, "yes or no"),
        ("tag::x", 4, "“tag” takes a label"),
        ("tag:x:", 4, "“tag” takes a label"),
        ("id:abc", 3, "15 letters and digits"),
        ("hours>many", 6, "hours such as 4, a share such as 80%"),
        ("hours> 1,5", 7, "not “1,5”"),
        ("hours:>4", 6, "not “>4”"),
        ("hours>%", 6, "not “%”"),
        ("hours>.", 6, "“hours” takes hours such as 4"),
        ("hours>1e3", 6, "“hours” takes hours such as 4"),
        ("hours>٣", 6, "“hours” takes hours such as 4"),
        ("hours>unlimited", 6, "“hours” takes hours such as 4"),
        ("hours>unknown", 5, "write “:”, not “>”"),
        ("limit<=unlimited", 5, "write “:”, not “<=”"),
        ("limit>80%", 6, "no percentage"),
        ("storage>1%", 8, "no percentage"),
        ("usd>1.2345", 4, "too long"),
        ("usd>1234567890", 4, "too long"),
        ("joined:yesterday", 7, "a date such as 2026-05-01, 2026-05, 2026 or unknown"),
        ("joined:2026-", 7, "a date such as"),
        ("joined:2026-02-30", 7, "no date of the calendar"),
        ("joined:2026-00", 7, "no date of the calendar"),
        ("joined:2026-05-00", 7, "no date of the calendar"),
        ("joined:0000", 7, "no date of the calendar"),
        ("joined:9999", 7, "no date of the calendar"),
        ("a \x00", 2, "cannot be searched for"),
        ("a \udcff", 2, "cannot be searched for"),
    ],
)
def test_errors_say_what_is_wrong_and_where(text: str, position: int, fragment: str) -> None:
    error = refused(text)
    assert fragment in error.message
    assert error.position == position
    assert str(error) == error.message


@pytest.mark.parametrize("name", [*FIELDS, "x" * 99])
@pytest.mark.parametrize(
    "rest", [":", ">", " or", ":or", ">" + "9" * 40, ":" + "y" * 90, ":>" + "z" * 90, ">unknown"]
)
def test_every_sentence_fits_a_terminal_of_80_columns(name: str, rest: str) -> None:
    for text in (name + rest, rest, f"({name}{rest}"):
        with suppress(FilterError):
            parse(text)
            continue
        message = refused(text).message
        assert len(message) <= 80, message


def test_a_misspelt_field_is_cleaned_before_it_is_named() -> None:
    message = refused("t\u202eeam\x9b:red").message
    assert message.startswith("“t�eam�” is no field")


@pytest.mark.parametrize(
    ("text", "pointed"),
    [
        ("tem:red", "tem:red\n^"),
        ("a (b", "a (b\n  ^"),
        ("team:", "team:\n     ^"),
        ("a\n\ttem:x", "a  tem:x\n   ^"),
        ("日本 (é", "日本 (é\n     ^"),
        ("e\N{COMBINING ACUTE ACCENT} (a", "e\N{COMBINING ACUTE ACCENT} (a\n  ^"),
        ("\u202eab\x9b (", "�ab� (\n     ^"),
        ("\N{MAN}\N{ZERO WIDTH JOINER}\N{MAN} (", "\N{MAN}\N{MAN} (\n     ^"),
    ],
)
def test_a_caret_stands_under_the_place(text: str, pointed: str) -> None:
    assert refused(text).pointed() == pointed


def test_of_a_long_filter_only_the_part_around_the_place_is_shown() -> None:
    line, caret = refused("a " * 200 + "tem:red" + " b" * 200).pointed().split("\n")
    assert line[len(caret) - 1 :].startswith("tem:red b")
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) < 80


def test_a_filter_has_a_longest_length() -> None:
    assert isinstance(parse("a " * (LONGEST // 2)), And)
    error = refused("a" * (LONGEST + 1))
    assert error.position == LONGEST
    assert "1,000 characters" in error.message


@pytest.mark.parametrize("opening", ["-", "not ", "-(a or ", "(b -"])
def test_a_filter_has_a_deepest_nesting(opening: str) -> None:
    levels = 2 if opening in ("-(a or ", "(b -") else 1
    most = (DEEPEST - 1) // levels

    def nested(times: int) -> str:
        return opening * times + "a" + ")" * (times * opening.count("("))

    parse(nested(most))
    assert "nests deeper" in refused(nested(most + 1)).message


@pytest.mark.parametrize("text", ["-" * 999 + "a", "(" * 1000, "not " * 249 + "a", "(-" * 500])
def test_hostile_nesting_is_an_error_and_no_crash(text: str) -> None:
    assert refused(text).position < LONGEST


def test_parentheses_that_group_nothing_do_not_nest() -> None:
    assert parse("(" * 499 + "a" + ")" * 499) == A


def test_every_field_has_an_example_that_is_about_it() -> None:
    for name, field in FIELDS.items():
        assert field.name == name
        assert field.help
        parsed = parse(field.example)
        named = parsed.key if isinstance(parsed, Labelled) else getattr(parsed, "field", "id")
        assert named == name


def test_every_word_of_a_field_and_every_alias_is_read() -> None:
    for field in FIELDS.values():
        for word in field.words:
            parse(f"{field.name}:{word}")
        for alias in field.aliases:
            assert parse(field.example.replace(field.name, alias)) == parse(field.example)


def test_the_page_names_every_field_alias_and_word() -> None:
    rows = {
        line.split("|")[1].strip(): line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    }
    for field in FIELDS.values():
        names = ", ".join(f"`{name}`" for name in (field.name, *field.aliases))
        assert names in rows
        for word in field.words:
            assert f"`{word}`" in rows[names]
        assert ("%" in rows[names]) == bool(field.percent_of)


def test_every_example_on_the_page_can_be_read() -> None:
    text = PAGE.read_text(encoding="utf-8")
    block = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert block is not None
    examples = [line.split("  ")[0] for line in block[1].splitlines()]
    examples += re.findall(r"\| `[^|]*` \| [^|]* \| `([^`]*)` \|", text)
    assert len(examples) > len(FIELDS)
    for example in examples:
        parse(example)


def test_importing_the_language_does_not_import_its_parser() -> None:
    code = "import sys, drtui.domain.filters; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
