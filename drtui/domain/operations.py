"""The operation log's vocabulary and its rules of comparison.

An operation is what an admin confirmed; it has one item per target. An item carries the values
of the fields it changes, before and after. Fields of the account are delivered to the deployment;
the remembered limits, and who was stopped by disabling multi-user mode, are drtui's own and change
only here.

A deletion is a field too, whose value goes from `PRESENT` to `DELETED`: that of all stored
models, and that of the user. Of these the store knows nothing to compare with, so that only a
verified answer settles them; and neither can be undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from drtui.domain.records import Limits

Value = int | str | None
Values = Mapping[str, Value]

MINUTES_LIMIT: Final = "minutes_limit"
MODELS_LIMIT: Final = "models_limit"
ALIAS: Final = "alias"
ROLE_NAME: Final = "role_name"  # the user-pool group, such as `dr-racers`
STORED_MODELS: Final = "stored_models"  # all of a racer's, running ones too
USER: Final = "user"  # with its profile; the models first
REMEMBERED_MINUTES: Final = "remembered_minutes"
REMEMBERED_MODELS: Final = "remembered_models"
CLOSED: Final = "closed"  # 1 where disabling multi-user mode set the limits to 0
DELETIONS: Final = (STORED_MODELS, USER)
ACCOUNT_FIELDS: Final = (MINUTES_LIMIT, MODELS_LIMIT, ALIAS, ROLE_NAME, *DELETIONS)
LOCAL_FIELDS: Final = (REMEMBERED_MINUTES, REMEMBERED_MODELS, CLOSED)

# The values of a deletion's fields.
PRESENT: Final = "present"
DELETED: Final = "deleted"

MEANT_MODELS: Final = "meant_models"
"""Under which a deletion of all models keeps, in what it was planned on, the ids of those that were
counted when it was confirmed, with blanks between them. Without it they were not known."""

# A request can be applied by the deployment up to 29 s after it was sent, its gateway's limit;
# until then, and a margin, no different value may follow one whose outcome is unknown.
LATE_REQUEST_SECONDS: Final = 35.0
# The deployment's list may lag a write by a moment (DeepRacer API facts, behaviour 4), and shows
# a role one to two minutes after it was given (PUT /profile/role).
LIST_LAG_SECONDS: Final = 10.0
ROLE_LAG_SECONDS: Final = 150.0
# However long the deployment asks to be left alone, an item is tried again after so long.
LONGEST_DELAY_SECONDS: Final = 300.0


class OperationKind(StrEnum):
    """What an operation does."""

    SET_QUOTAS = "set_quotas"
    PAUSE = "pause"
    RESUME = "resume"
    UNDO = "undo"
    CHANGE_ALIAS = "change_alias"
    CHANGE_ROLE = "change_role"
    DELETE_MODELS = "delete_models"
    DELETE_USERS = "delete_users"
    ENABLE_MULTI_USER = "enable_multi_user"
    DISABLE_MULTI_USER = "disable_multi_user"
    CHANGE_SETTINGS = "change_settings"
    INVITE = "invite"
    RESEND_INVITATIONS = "resend_invitations"
    RESET_PASSWORDS = "reset_passwords"
    CLOSE_SIGN_INS = "close_sign_ins"
    OPEN_SIGN_INS = "open_sign_ins"
    GIVE_ACCESS = "give_access"
    REMOVE_ACCESS = "remove_access"
    SEND_MAIL = "send_mail"
    CHANGE_BILLING_ALERTS = "change_billing_alerts"
    FIX_PREREQUISITES = "fix_prerequisites"
    DOWNLOAD_MODELS = "download_models"
    SAVE_MODELS = "save_models"
    STOP_MODELS = "stop_models"
    DELETE_OWN_MODELS = "delete_own_models"
    DELETE_DOWNLOADED_MODELS = "delete_downloaded_models"
    IMPORT_MODEL = "import_model"
    CREATE_RACES = "create_races"
    EDIT_RACES = "edit_races"
    DELETE_RACES = "delete_races"
    APPLY_RACES = "apply_races"
    RUN_LIVE_RACE = "run_live_race"


class ItemState(StrEnum):
    """Where one target of an operation stands."""

    PENDING = "pending"
    SENDING = "sending"
    DOUBTFUL = "doubtful"
    DONE = "done"
    ALREADY_SO = "already_so"
    CONFLICT = "conflict"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN: Final = frozenset(
    {ItemState.PENDING, ItemState.SENDING, ItemState.DOUBTFUL, ItemState.CONFLICT}
)
ON_THE_WAY: Final = frozenset({ItemState.PENDING, ItemState.SENDING, ItemState.DOUBTFUL})
SETTLED_WELL: Final = frozenset({ItemState.DONE, ItemState.ALREADY_SO})
NEEDS_A_HAND: Final = frozenset({ItemState.CONFLICT, ItemState.FAILED})


class OperationState(StrEnum):
    """The one word for a whole operation."""

    DELIVERING = "delivering"
    WAITING = "waiting"
    NEEDS_A_HAND = "needs a hand"
    DONE = "done"
    CANCELLED = "cancelled"


class Hold(StrEnum):
    """What keeps all that is on its way of an operation from moving."""

    OFFLINE = "offline"
    SIGN_IN = "sign-in"
    ROLE = "role not allowed"
    FIREWALL = "blocked by a firewall"
    CONFLICT = "conflict"
    LATE = "late"
    BEHIND_LATE = "one before it is late"
    NOBODY = "nobody delivers"


@dataclass(frozen=True, slots=True)
class Item:
    """One target of an operation.

    Attributes:
        target: The profile id; of an errand, see `errands.Errand.target`.
        label: The target's alias when it was planned.
        before: The values that the plan was made on.
        after: The values asked for; the same keys as `before`.
        theirs: What the account had instead, in a conflict.
        reason: Why it stands as it does, for the admin; empty when there is nothing to say.
        unknown_at: When a call whose outcome is unknown was last given up; None when none was.
        cancel_requested: A doubtful item that is only verified, never sent again.
        service: Who carries it out where it is an errand; None where it changes a profile.
        expires_at: What was not sent by then is never sent; None is never.
        rank: Its operation's place in the queue: the lower, the earlier.
    """

    item_id: int
    operation_id: int
    target: str
    label: str
    before: Values
    after: Values
    state: ItemState
    reason: str = ""
    theirs: Values = field(default_factory=dict)
    attempts: int = 0
    unknown_at: datetime | None = None
    settled_at: datetime | None = None
    cancel_requested: bool = False
    service: str | None = None
    expires_at: datetime | None = None
    rank: int = 0

    @property
    def tried(self) -> bool:
        """Whether it was answered with an error, and may have been applied all the same.

        It is sent again then. Errands find out by themselves, and deletions say how far they came.
        """
        waits = self.state is ItemState.PENDING and self.attempts > 0
        return waits and self.service is None and not deletes(self.after)


@dataclass(frozen=True, slots=True)
class Undoing:
    """How far an operation is undone.

    Attributes:
        by: The operation that undoes it.
        targets: How many targets of that have what they had before, or were left as they are
            when their conflicts were settled.
        total: How many targets there were to undo.
        settled: Whether nothing of it is on its way any more, or in conflict.
    """

    by: int
    targets: int
    total: int
    settled: bool = True

    @property
    def whole(self) -> bool:
        """Whether nothing of it is left to undo."""
        return self.settled and self.targets >= self.total

    @property
    def state(self) -> str:
        """The word for it: `on its way`, `in part` or `whole`."""
        if not self.settled:
            return "on its way"
        return "whole" if self.whole else "in part"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with the number of its items in each state.

    Attributes:
        who: The system user who confirmed it.
        account_user: The profile that was signed in, by alias; empty when not known.
        what: One line that says what it does, such as `Set usage quotas  hours +2`.
        params: The action as it was asked for; `actions.action_from` reads it.
        undoes: The operation that this one undoes.
        undoing: How far it is undone; None where it is not, and is not being.
        hold: Why nothing of what is on its way moves; None while something does.
    """

    operation_id: int
    kind: OperationKind
    what: str
    who: str
    account_user: str
    created_at: datetime
    params: Mapping[str, str]
    counts: Mapping[ItemState, int]
    undoes: int | None = None
    undoing: Undoing | None = None
    hold: Hold | None = None

    @property
    def total(self) -> int:
        """How many targets there are."""
        return sum(self.counts.values())

    def count(self, *states: ItemState) -> int:
        """How many items are in one of the states."""
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def state(self) -> OperationState:
        """The word for the whole: what is on its way first, then what needs a hand."""
        if self.count(*ON_THE_WAY):
            return OperationState.DELIVERING if self.hold is None else OperationState.WAITING
        if self.count(*NEEDS_A_HAND):
            return OperationState.NEEDS_A_HAND
        if self.count(*SETTLED_WELL):
            return OperationState.DONE
        return OperationState.CANCELLED


class Verdict(StrEnum):
    """What comparing an item with the account says."""

    SEND = "send"
    ALREADY_SO = "already so"
    CONFLICT = "conflict"


def compare(before: Values, after: Values, theirs: Values) -> Verdict:
    """Compare an item with the account's confirmed values, field by field.

    Equal to *after* is done, equal to *before* is sent, anything else is a conflict. A deletion
    is always sent: what is left to delete is known to the account alone.

    Args:
        before: What the plan was made on.
        after: What was asked for; only its account fields count.
        theirs: The account's confirmed values.
    """
    if deletes(after):
        return Verdict.SEND
    fields = [name for name in after if name in ACCOUNT_FIELDS]
    if all(theirs.get(name) == after[name] for name in fields):
        return Verdict.ALREADY_SO
    if all(theirs.get(name) in (before.get(name), after[name]) for name in fields):
        return Verdict.SEND
    return Verdict.CONFLICT


def foreign(before: Values, after: Values, present: Values) -> Values:
    """Return what a target has that an item neither expected nor asks for, by field.

    Args:
        before: What the plan was made on.
        after: What was asked for.
        present: What the target has; a deletion's fields are not looked at.
    """
    return {
        name: present.get(name)
        for name in after
        if name not in DELETIONS and present.get(name) not in (before.get(name), after[name])
    }


def is_local(after: Values) -> bool:
    """Whether an item changes only what drtui remembers, so that no call is needed."""
    return not any(name in ACCOUNT_FIELDS for name in after)


def deletes(after: Values) -> bool:
    """Whether an item deletes something, which nothing brings back."""
    return any(after.get(name) == DELETED for name in DELETIONS)


def deletes_user(after: Values) -> bool:
    """Whether an item deletes the user itself."""
    return after.get(USER) == DELETED


def meant_models(before: Values) -> frozenset[str] | None:
    """Return the ids of the models that a deletion was confirmed for; None where nobody knew."""
    ids = text_in(before, MEANT_MODELS)
    return None if ids is None else frozenset(ids.split())


def number_in(values: Values, name: str) -> int | None:
    """Return a number among values; None where it is unknown or not there."""
    value = values.get(name)
    return value if isinstance(value, int) else None


def text_in(values: Values, name: str) -> str | None:
    """Return a text among values; None where it is unknown or not there."""
    value = values.get(name)
    return value if isinstance(value, str) else None


def limits_in(values: Values) -> Limits:
    """Return the account limits among an item's values; None where a limit is left as it is."""
    return Limits(number_in(values, MINUTES_LIMIT), number_in(values, MODELS_LIMIT))
