"""Multi-user mode and pausing are layers of their own, in whatever order they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.actions import Action, TargetState
from drtui.domain.multi_user_actions import Close, Reopen
from drtui.domain.quota_actions import Pause, Resume, SetQuotas
from drtui.domain.quotas import CannotChangeError, QuotaChange
from drtui.domain.records import NO_LIMITS, UNLIMITED, Limits
from drtui.domain.stored_actions import action_from

LIMIT = st.one_of(st.just(UNLIMITED), st.integers(0, 10_000))
LIMITS = st.builds(Limits, LIMIT, LIMIT)
RUNNING = LIMITS.filter(lambda limits: not limits.paused)
STATES = st.builds(TargetState, RUNNING)
DEFAULTS = Limits(300, -1)
ENABLE = Reopen(DEFAULTS)


def after(state: TargetState, *actions: Action) -> TargetState:
    for action in actions:
        state = state.overlaid(action.apply(state).after)
    return state


@given(STATES)
def test_enabling_gives_everybody_back_what_disabling_took(state: TargetState) -> None:
    closed = after(state, Close())
    assert closed.limits.paused
    assert closed.closed
    assert after(closed, ENABLE) == state


@given(STATES)
def test_who_was_paused_before_stays_paused_after_enabling(state: TargetState) -> None:
    paused = after(state, Pause())
    assert after(paused, Close(), ENABLE) == paused
    assert after(paused, Close(), ENABLE, Resume(defaults=DEFAULTS)) == state


@given(STATES)
def test_who_is_paused_while_the_mode_is_disabled_stays_paused(state: TargetState) -> None:
    end = after(state, Close(), Pause(), ENABLE)
    assert end.limits.paused
    assert not end.closed
    assert after(end, Resume(defaults=DEFAULTS)) == state


@given(STATES)
def test_who_is_resumed_while_the_mode_is_disabled_is_left_alone(state: TargetState) -> None:
    end = after(state, Close(), Resume(defaults=DEFAULTS))
    assert end == state
    assert ENABLE.apply(end).already_so


@given(STATES)
def test_both_are_done_once(state: TargetState) -> None:
    closed = after(state, Close())
    assert Close().apply(closed).already_so
    assert after(closed, Close()) == closed
    assert ENABLE.apply(state).already_so


def test_new_quotas_of_a_stopped_racer_are_remembered_for_enabling() -> None:
    closed = after(TargetState(Limits(300, 3)), Close())
    more = after(closed, SetQuotas(QuotaChange(60, relative=True), None))
    assert more.limits.paused
    assert after(more, ENABLE).limits == Limits(360, 3)


def test_limits_that_somebody_else_gave_meanwhile_are_left_as_they_are() -> None:
    given_again = after(TargetState(Limits(300, 3)), Close()).overlaid({"minutes_limit": 60})
    end = after(given_again, ENABLE)
    assert end.limits == Limits(60, 0)
    assert not end.closed


def test_without_anything_remembered_it_is_the_new_user_limits_or_nothing() -> None:
    forgotten = TargetState(Limits(0, 0), NO_LIMITS, closed=True)
    assert after(forgotten, ENABLE).limits == DEFAULTS
    with pytest.raises(CannotChangeError, match="nothing is remembered"):
        Reopen().apply(forgotten)


@given(st.one_of(st.just(Close()), st.builds(Reopen, LIMITS)))
def test_they_are_read_back_as_they_were_stored(action: Action) -> None:
    assert action_from(action.kind, action.params()) == action
