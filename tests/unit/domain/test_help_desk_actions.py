"""What the help desk's actions make of one target, and what can be undone of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.actions import Action, Restore, TargetState, applied
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole, DeleteModels, DeleteUser
from drtui.domain.operations import Item, ItemState, Verdict, compare, deletes
from drtui.domain.planning import Outcome, Target, plan_restore, plan_target
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import CannotChangeError, QuotaChange
from drtui.domain.records import GROUP_OF_ROLE, Limits, Role
from drtui.domain.sponsorship import is_alias
from drtui.domain.stored_actions import action_from
from drtui.domain.wording import field_label, value_text, values_text

ME = "profile00000009"
ADA = TargetState(Limits(300, 3), alias="ada", role_name="dr-racers")
ALIASES = st.from_regex(re.compile(r"[A-Za-z0-9_-]{2,64}", re.ASCII), fullmatch=True)
ROLES = st.sampled_from(sorted(GROUP_OF_ROLE))
REVERSIBLE = st.one_of(st.builds(ChangeAlias, ALIASES), st.builds(ChangeRole, ROLES))
DELETIONS = st.sampled_from([DeleteModels(), DeleteUser()])
STATES = st.builds(
    TargetState,
    st.just(Limits(300, 3)),
    alias=ALIASES,
    role_name=st.sampled_from(sorted(GROUP_OF_ROLE.values())),
    models_deleted=st.booleans(),
)


def target(state: TargetState = ADA, profile_id: str = "profile00000001") -> Target:
    return Target(profile_id, "ada", Role.RACER, state, named=True)


def item(action: Action, state: TargetState = ADA) -> Item:
    change = action.apply(state)
    return Item(1, 1, "profile00000001", "ada", change.before, change.after, ItemState.DONE)


@given(st.one_of(REVERSIBLE, DELETIONS))
def test_an_action_is_read_back_as_it_was_stored(action: Action) -> None:
    assert action_from(action.kind, action.params()) == action


def test_an_action_without_its_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match="alias is missing"):
        action_from(ChangeAlias.kind, {})


@given(STATES, REVERSIBLE)
def test_what_is_changed_can_be_put_back(state: TargetState, action: Action) -> None:
    change = action.apply(state)
    after = state.overlaid(change.after)
    assert after.has(change.after)
    back = Restore(expected=change.after, restored=change.before).apply(after)
    assert after.overlaid(back.after) == state


@given(STATES, DELETIONS)
def test_a_deletion_cannot_be_undone_and_says_so_before(state: TargetState, action: Action) -> None:
    planned = plan_target(action, target(state), ME)
    if planned.outcome is Outcome.CHANGE:
        assert "cannot be undone" in planned.reason
    undone = plan_restore(item(action, state), target(state))
    assert (undone.outcome, undone.reason) == (Outcome.CANNOT, "a deletion cannot be undone")


@given(STATES, DELETIONS, STATES)
def test_what_is_left_to_delete_is_for_the_account_to_say(
    state: TargetState, action: Action, present: TargetState
) -> None:
    change = action.apply(state)
    assert deletes(change.after)
    assert compare(change.before, change.after, present.values()) is Verdict.SEND


@pytest.mark.parametrize(
    "action",
    [Pause(), SetQuotas(QuotaChange(60), None), ChangeAlias("bo"), DeleteModels(), DeleteUser()],
)
def test_nothing_is_planned_for_a_user_who_is_being_deleted(action: Action) -> None:
    leaving = ADA.overlaid(DeleteUser().apply(ADA).after)
    planned = plan_target(action, target(leaving), ME)
    assert (planned.outcome, planned.reason) == (Outcome.CANNOT, "is being deleted")
    with pytest.raises(CannotChangeError, match="is being deleted"):
        applied(action, leaving)
    undone = plan_restore(item(ChangeAlias("bo")), target(leaving))
    assert (undone.outcome, undone.reason) == (Outcome.CANNOT, "is being deleted")


def test_models_whose_deletion_is_on_its_way_are_not_deleted_twice() -> None:
    clearing = ADA.overlaid(DeleteModels().apply(ADA).after)
    assert plan_target(DeleteModels(), target(clearing), ME).outcome is Outcome.ALREADY_SO
    assert plan_target(Pause(), target(clearing), ME).outcome is Outcome.CHANGE
    assert plan_target(DeleteUser(), target(clearing), ME).outcome is Outcome.CHANGE


@pytest.mark.parametrize("action", [ChangeRole(Role.RACER), DeleteUser()])
def test_nobody_does_it_to_oneself(action: Action) -> None:
    planned = plan_target(action, target(profile_id=ME), ME)
    assert (planned.outcome, planned.reason) == (Outcome.LEFT_OUT, "yourself")


def test_a_new_role_says_what_it_does_not_touch() -> None:
    planned = plan_target(ChangeRole(Role.FACILITATOR), target(), ME)
    assert planned.change is not None
    assert planned.change.after == {"role_name": "dr-race-facilitators"}
    assert planned.reason == "credentials issued before keep the old role until they expire"


@pytest.mark.parametrize(
    ("state", "action", "lost"),
    [
        (TargetState(Limits(300, 3), alias="two words"), ChangeAlias("bo"), "an alias that"),
        (TargetState(Limits(300, 3), alias="ada"), ChangeRole(Role.ADMIN), "a role that was not"),
    ],
)
def test_what_could_not_be_put_back_is_said_before_and_refused_after(
    state: TargetState, action: Action, lost: str
) -> None:
    assert f"undo cannot bring back {lost}" in plan_target(action, target(state), ME).reason
    undone = plan_restore(item(action, state), target(state))
    assert undone.outcome is Outcome.CANNOT
    assert lost in undone.reason


@pytest.mark.parametrize("text", ["ab", "a-b_C9", "RacerAlias", "x" * 64])
def test_an_alias(text: str) -> None:
    assert is_alias(text)


@pytest.mark.parametrize("text", ["", "a", "x" * 65, "two words", "añb", "ab\n", "a\u202eb"])
def test_no_alias(text: str) -> None:
    assert not is_alias(text)


@pytest.mark.parametrize(
    ("name", "value", "label", "text"),
    [
        ("minutes_limit", 75, "hours", "1.25"),
        ("models_limit", -1, "models", "∞"),
        ("alias", "a\u202eb\x1b[31m", "alias", "a\ufffdb\ufffd[31m"),
        ("role_name", "dr-race-facilitators", "role", "race facilitator"),
        ("role_name", "dr-kings", "role", "dr-kings"),
        ("role_name", None, "role", "?"),
        ("stored_models", "deleted", "stored models", "deleted"),
        ("user", "present", "user", "present"),
        ("remembered_minutes", None, "remembered hours", "nothing"),
        ("of_a_later_version", 7, "of_a_later_version", "7"),
    ],
)
def test_every_field_has_a_label_and_every_value_a_text(
    name: str, value: int | str | None, label: str, text: str
) -> None:
    assert (field_label(name), value_text(name, value)) == (label, text)
    assert values_text({name: value}) == f"{label} {text}"
