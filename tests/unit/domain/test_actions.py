"""What the bulk actions make of one target."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.actions import Action, Restore, TargetState
from drtui.domain.operations import OperationKind
from drtui.domain.quota_actions import Pause, Resume, ResumeTo, SetQuotas
from drtui.domain.quotas import CannotChangeError, QuotaChange
from drtui.domain.records import NO_LIMITS, UNLIMITED, Limits
from drtui.domain.stored_actions import action_from
from drtui.domain.wording import values_text

LIMIT = st.one_of(st.none(), st.just(UNLIMITED), st.integers(0, 10_000))
LIMITS = st.builds(Limits, LIMIT, LIMIT)
REMEMBERED = LIMITS.filter(lambda limits: not limits.paused)
STATES = st.builds(TargetState, LIMITS, REMEMBERED)
PAUSED = st.builds(TargetState, st.just(Limits(0, 0)), REMEMBERED)
CHANGE = st.one_of(
    st.none(),
    st.builds(QuotaChange, st.one_of(st.just(UNLIMITED), st.integers(0, 10_000))),
    st.builds(QuotaChange, st.integers(-1000, 1000), st.just(True)),
)
SET = st.builds(SetQuotas, CHANGE, CHANGE)
RESUME = st.builds(Resume, st.sampled_from(ResumeTo), LIMITS, LIMITS)
ACTIONS = st.one_of(st.just(Pause()), SET, RESUME)

TWO_HOURS_MORE = SetQuotas(QuotaChange(120, relative=True), None)


@given(ACTIONS)
def test_an_action_is_read_back_as_it_was_stored(action: Action) -> None:
    assert action_from(action.kind, action.params()) == action


def test_an_undo_has_no_action_of_its_own() -> None:
    with pytest.raises(ValueError, match="undo"):
        action_from(OperationKind.UNDO, {})


@given(STATES)
def test_pausing_sets_both_limits_to_0_and_remembers_them(state: TargetState) -> None:
    change = Pause().apply(state)
    after = state.overlaid(change.after)
    assert after.limits.paused
    if state.limits.paused:
        assert change.already_so
        assert after.remembered == state.remembered
    else:
        assert after.remembered == state.limits


@given(STATES, ACTIONS)
def test_0_and_0_is_never_remembered(state: TargetState, action: Action) -> None:
    try:
        change = action.apply(state)
    except CannotChangeError:
        return
    assert not state.overlaid(change.after).remembered.paused


@given(STATES, ACTIONS)
def test_a_change_names_its_fields_before_and_after(state: TargetState, action: Action) -> None:
    try:
        change = action.apply(state)
    except CannotChangeError:
        return
    assert set(change.before) == set(change.after)
    assert state.has(change.before)


@given(PAUSED, SET)
def test_quotas_set_on_a_paused_racer_leave_it_paused(
    state: TargetState, action: SetQuotas
) -> None:
    try:
        change = action.apply(state)
    except CannotChangeError:
        return
    assert state.overlaid(change.after).limits == Limits(0, 0)


def test_quotas_set_on_a_paused_racer_change_what_resuming_brings_back() -> None:
    paused = TargetState(Limits(0, 0), Limits(300, UNLIMITED))
    state = paused.overlaid(TWO_HOURS_MORE.apply(paused).after)
    assert state.remembered == Limits(420, UNLIMITED)
    assert state.overlaid(Resume().apply(state).after) == TargetState(Limits(420, UNLIMITED))


def test_setting_0_and_0_pauses_and_remembers() -> None:
    state = TargetState(Limits(300, 3))
    after = state.overlaid(SetQuotas(QuotaChange(0), QuotaChange(0)).apply(state).after)
    assert after == TargetState(Limits(0, 0), Limits(300, 3))


def test_setting_the_second_limit_to_0_pauses_too() -> None:
    state = TargetState(Limits(300, 0))
    after = state.overlaid(SetQuotas(QuotaChange(0), None).apply(state).after)
    assert after == TargetState(Limits(0, 0), Limits(300, 0))


def test_0_and_0_cannot_be_set_on_a_paused_racer() -> None:
    with pytest.raises(CannotChangeError, match="cannot be remembered"):
        SetQuotas(QuotaChange(0), QuotaChange(0)).apply(TargetState(Limits(0, 0), Limits(5, 5)))


@pytest.mark.parametrize(
    ("resume", "remembered", "limits"),
    [
        (Resume(), Limits(300, 3), Limits(300, 3)),
        (Resume(defaults=Limits(60, 1)), Limits(300, None), Limits(300, 1)),
        (Resume(defaults=Limits(60, 1)), NO_LIMITS, Limits(60, 1)),
        (Resume(to=ResumeTo.DEFAULTS, defaults=Limits(60, 1)), Limits(300, 3), Limits(60, 1)),
        (Resume(asked=Limits(120, 2)), NO_LIMITS, Limits(120, 2)),
        (Resume(defaults=Limits(0, 0), asked=Limits(120, 2)), NO_LIMITS, Limits(120, 2)),
        (Resume(defaults=Limits(60, 1), asked=Limits(120, 2)), NO_LIMITS, Limits(60, 1)),
        (Resume(asked=Limits(120, 2)), Limits(0, UNLIMITED), Limits(0, UNLIMITED)),
    ],
)
def test_resuming_takes_remembered_then_defaults_then_what_was_asked(
    resume: Resume, remembered: Limits, limits: Limits
) -> None:
    state = TargetState(Limits(0, 0), remembered)
    assert state.overlaid(resume.apply(state).after) == TargetState(limits)


@pytest.mark.parametrize("defaults", [NO_LIMITS, Limits(60, None), Limits(0, 0)])
def test_resuming_without_limits_to_give_says_so(defaults: Limits) -> None:
    with pytest.raises(CannotChangeError, match="nothing is remembered"):
        Resume(defaults=defaults).apply(TargetState(Limits(0, 0)))


@given(STATES.filter(lambda state: not state.limits.paused), RESUME)
def test_who_is_not_paused_is_resumed_already(state: TargetState, resume: Resume) -> None:
    assert resume.apply(state).already_so


@given(STATES, ACTIONS)
def test_restoring_puts_back_what_an_action_replaced(state: TargetState, action: Action) -> None:
    try:
        change = action.apply(state)
    except CannotChangeError:
        return
    after = state.overlaid(change.after)
    restored = Restore(expected=change.after, restored=change.before).apply(after)
    assert after.overlaid(restored.after) == state


def test_what_somebody_changed_since_is_not_restored() -> None:
    restore = Restore(expected={"minutes_limit": 420}, restored={"minutes_limit": 300})
    with pytest.raises(CannotChangeError, match="changed since"):
        restore.apply(TargetState(Limits(360, 3)))
    assert restore.apply(TargetState(Limits(300, 3))).already_so


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (SetQuotas(QuotaChange(120, relative=True), None), "Set usage quotas  hours +2"),
        (SetQuotas(QuotaChange(-90, relative=True), None), "Set usage quotas  hours -1.5"),
        (SetQuotas(QuotaChange(420), QuotaChange(UNLIMITED)),
         "Set usage quotas  hours 7  models unlimited"),
        (Pause(), "Pause sponsorship"),
        (Resume(), "Resume sponsorship  to remembered"),
    ],
)  # fmt: skip
def test_an_action_says_what_it_does(action: Action, text: str) -> None:
    assert action.describe() == text


def test_values_are_shown_with_their_units() -> None:
    values = {"minutes_limit": 90, "models_limit": -1, "remembered_minutes": None}
    assert values_text(values) == "hours 1.5 · models ∞ · remembered hours nothing"


def test_a_relative_quota_on_a_paused_racer_of_whom_nothing_is_remembered_says_so() -> None:
    with pytest.raises(CannotChangeError, match="paused, and no limit is remembered that"):
        TWO_HOURS_MORE.apply(TargetState(Limits(0, 0)))


def test_resuming_to_something_else_than_what_is_remembered_is_said() -> None:
    resume = Resume(defaults=Limits(60, 1))
    assert resume.apply(TargetState(Limits(0, 0), Limits(300, 3))).note == ""
    assert resume.apply(TargetState(Limits(0, 0))).note == (
        "nothing remembered: 1 h and 1 model (new-user defaults)"
    )


@pytest.mark.parametrize(
    ("resume", "remembered", "note"),
    [
        (
            Resume(defaults=Limits(300, 15)),
            NO_LIMITS,
            "nothing remembered: 5 h and 15 models (new-user defaults)",
        ),
        (
            Resume(defaults=Limits(300, 15)),
            Limits(300, None),
            "models not remembered: 15 models (new-user defaults)",
        ),
        (
            Resume(defaults=Limits(90, None), asked=Limits(60, UNLIMITED)),
            NO_LIMITS,
            "nothing remembered: 1.5 h (new-user defaults) and unlimited models (as asked for)",
        ),
        (
            Resume(defaults=Limits(0, 0), asked=Limits(UNLIMITED, 3)),
            Limits(None, 3),
            "hours not remembered: unlimited hours (as asked for)",
        ),
    ],
)
def test_resuming_says_which_limits_are_not_remembered_and_what_stands_in_for_them(
    resume: Resume, remembered: Limits, note: str
) -> None:
    assert resume.apply(TargetState(Limits(0, 0), remembered)).note == note


@pytest.mark.parametrize(
    ("change", "remembered", "why"),
    [
        (QuotaChange(-60, relative=True), Limits(30, 3), "with the limit that is remembered the"),
        (QuotaChange(60, relative=True), Limits(UNLIMITED, 3), "the limit that is remembered is"),
        (QuotaChange(60, relative=True), NO_LIMITS, "no limit is remembered that"),
    ],
)
def test_why_a_paused_racers_quota_cannot_change_is_said_in_plain_words(
    change: QuotaChange, remembered: Limits, why: str
) -> None:
    with pytest.raises(CannotChangeError, match=f"paused, and {why}"):
        SetQuotas(change, None).apply(TargetState(Limits(0, 0), remembered))
