"""The small rules: comparing, statuses, the month, spending, plans, text from outside."""

import csv
import io
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.actions import Pause, SetQuotas, TargetState
from drtui.domain.operations import Item, ItemState, Verdict, compare, is_local
from drtui.domain.planning import Outcome, Plan, Target, plan_restore, plan_target, summary_lines
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import UNLIMITED, Limits, Profile, Role, Status
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.sponsorship import FIRST_ALIAS, status_of
from drtui.domain.text import clean, csv_cell, fold
from drtui.domain.usage import Usage, began_again

VALUE = st.one_of(st.none(), st.integers(-1, 3))
VALUES = st.fixed_dictionaries({"minutes_limit": VALUE, "models_limit": VALUE})


@given(VALUES, VALUES, VALUES)
def test_comparing_goes_field_by_field(
    before: dict[str, int | None], after: dict[str, int | None], theirs: dict[str, int | None]
) -> None:
    verdict = compare(before, after, theirs)
    if theirs == after:
        assert verdict is Verdict.ALREADY_SO
    elif all(theirs[name] in (before[name], after[name]) for name in theirs):
        assert verdict is Verdict.SEND
    else:
        assert verdict is Verdict.CONFLICT


def test_fields_that_an_item_does_not_change_are_nobodys_business() -> None:
    theirs = {"minutes_limit": 300, "models_limit": 99}
    assert compare({"minutes_limit": 300}, {"minutes_limit": 420}, theirs) is Verdict.SEND


def test_what_only_drtui_remembers_needs_no_call() -> None:
    assert is_local({"remembered_minutes": 5})
    assert not is_local({"remembered_minutes": 5, "minutes_limit": 0})


RACER = Profile("profile00000001", "ada", role_name="dr-racers", minutes_used=10, minutes_limit=300)


@pytest.mark.parametrize(
    ("profile", "status"),
    [
        (RACER, Status.ACTIVE),
        (replace(RACER, minutes_limit=0, models_limit=0), Status.PAUSED),
        (replace(RACER, minutes_limit=0, models_limit=3), Status.OVER_QUOTA),
        (replace(RACER, minutes_used=299, minutes_queued=1), Status.OVER_QUOTA),
        (replace(RACER, minutes_used=299, minutes_queued=None), Status.ACTIVE),
        (replace(RACER, minutes_used=None, minutes_queued=900), Status.ACTIVE),
        (replace(RACER, minutes_used=900, minutes_limit=UNLIMITED), Status.ACTIVE),
        (replace(RACER, minutes_used=900, minutes_limit=None), Status.ACTIVE),
        (replace(RACER, alias=FIRST_ALIAS, minutes_used=0), Status.INVITED),
        (replace(RACER, alias=FIRST_ALIAS, minutes_used=None), Status.INVITED),
        (replace(RACER, alias=FIRST_ALIAS, minutes_used=0, models=1), Status.ACTIVE),
        (replace(RACER, alias=FIRST_ALIAS, minutes_used=0, minutes_limit=0, models_limit=0),
         Status.PAUSED),
    ],
)  # fmt: skip
def test_everyone_is_listed_under_one_status(profile: Profile, status: Status) -> None:
    assert status_of(profile) is status


@pytest.mark.parametrize(
    ("group", "role"),
    [
        ("dr-admins", Role.ADMIN),
        ("dr-race-facilitators", Role.FACILITATOR),
        ("dr-racers", Role.RACER),
        (None, Role.RACER),
        ("dr-commentators", Role.UNKNOWN),
    ],
)
def test_a_group_that_is_not_known_is_a_role_that_is_not_known(
    group: str | None, role: Role
) -> None:
    assert replace(RACER, role_name=group).role is role


OCTOBER = datetime(2026, 10, 31, 23, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("used", "later", "again"),
    [
        (100, timedelta(minutes=1), False),
        (130, timedelta(minutes=1), False),
        (0, timedelta(minutes=20), True),
        (40, timedelta(days=3), True),
        (130, timedelta(hours=2), False),  # the month's job has not run yet
        (130, timedelta(days=3), True),
        (None, timedelta(minutes=20), False),
        (99, timedelta(minutes=1), True),
    ],
)
def test_a_month_that_began_again_is_noticed(
    used: int | None, later: timedelta, again: bool
) -> None:
    before = Usage(100, 3, OCTOBER)
    assert began_again(before, Usage(used, 3, OCTOBER + later)) is again


def test_fewer_models_show_a_new_month_too() -> None:
    assert began_again(Usage(None, 3, OCTOBER), Usage(None, 0, OCTOBER + timedelta(hours=1)))


def test_estimates_are_hours_and_gigabytes_times_rates() -> None:
    rates = Rates()
    assert rates.training(int(4812.5 * 60)) == pytest.approx(3436.125)
    assert rates.storage(int(812.4 * BYTES_PER_GB)) == pytest.approx(18.6852)
    assert str(rates) == "$0.714/h, $0.023/GB-month"


def target(role: Role = Role.RACER, *, named: bool = False, minutes: int | None = 300) -> Target:
    return Target("profile00000001", "ada", role, TargetState(Limits(minutes, 3)), named=named)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FACILITATOR, Role.UNKNOWN])
def test_only_racers_are_meant_unless_somebody_is_named(role: Role) -> None:
    assert plan_target(Pause(), target(role), "").outcome is Outcome.LEFT_OUT
    assert plan_target(Pause(), target(role, named=True), "").outcome is Outcome.CHANGE


def test_oneself_is_left_out_even_when_named() -> None:
    planned = plan_target(Pause(), target(named=True), "profile00000001")
    assert (planned.outcome, planned.reason) == (Outcome.LEFT_OUT, "yourself")


def test_a_plan_counts_its_outcomes_and_says_why() -> None:
    action = SetQuotas(QuotaChange(120, relative=True), None)
    chosen = [target(), target(minutes=UNLIMITED), target(minutes=None), target(Role.ADMIN)]
    rows = tuple(plan_target(action, each, "") for each in chosen)
    plan = Plan(action.kind, action.describe(), rows, position=0, unmatched=("nobody",))
    text = "\n".join(summary_lines(plan))
    assert "1 of 4 selected will change" in text
    for part in ("1 left out", "admin", "2 cannot", "unlimited", "unknown", "1 matched nobody"):
        assert part in text
    assert not plan.complete
    assert [row.outcome for row in plan.to_submit] == [Outcome.CHANGE]


def item(before: int | None) -> Item:
    return Item(
        item_id=1,
        operation_id=1,
        target="profile00000001",
        label="ada",
        before={"minutes_limit": before},
        after={"minutes_limit": 300},
        state=ItemState.DONE,
    )


def test_an_absent_before_value_cannot_be_undone() -> None:
    assert plan_restore(item(None), target()).outcome is Outcome.CANNOT


def test_an_undo_of_what_was_changed_since_is_a_conflict_with_theirs() -> None:
    planned = plan_restore(item(60), target(minutes=999))
    assert planned.outcome is Outcome.CONFLICT
    assert planned.theirs == {"minutes_limit": 999}


def test_an_undo_puts_the_before_value_back() -> None:
    planned = plan_restore(item(60), target(minutes=300))
    assert planned.outcome is Outcome.CHANGE
    assert planned.change is not None
    assert planned.change.after == {"minutes_limit": 60}


@given(st.text(max_size=300))
def test_cleaned_text_cannot_move_a_cursor(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= 200
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in cleaned)


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), max_size=200))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@given(st.text(max_size=60))
def test_no_cell_starts_a_formula(text: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([csv_cell(text), "end"])
    read = next(csv.reader(io.StringIO(buffer.getvalue())))
    assert len(read) == 2
    assert not read[0].lstrip().startswith(("=", "+", "-", "@", "|", "%"))


@pytest.mark.parametrize(("value", "cell"), [(-1, "-1"), (None, ""), (True, "yes"), (2.5, "2.5")])
def test_numbers_stay_numbers_in_a_cell(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


def test_folding_brings_cases_and_forms_together() -> None:
    assert fold("STRASSE") == fold("straße")
    assert fold("\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}") == fold("É")
