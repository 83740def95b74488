"""Multi-user mode: see whether it is on, enable it, disable it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from drtui.commands.bulk import with_errands, with_names
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.errands import Errand, Service
from drtui.domain.multi_user import Crowd, Mode, infer
from drtui.domain.multi_user_actions import Close, Reopen
from drtui.domain.operations import OperationKind, Value
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import UNLIMITED, AccountSettings, Limits, Role
from drtui.domain.setting_keys import Registration, SettingKey, setting_errand, value_in
from drtui.domain.sign_in_errands import close_sign_in, open_sign_in
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.wording import counted, noun
from drtui.store.bulk_planning import plan_users
from drtui.store.database import Transaction
from drtui.store.errands import closed_by
from drtui.store.multi_user import coming_limits, crowd, last_switch, replaced_models
from drtui.store.settings import read_settings
from drtui.store.summing import totals
from drtui.store.users import user_keys

NEW_USER_MINUTES: Final = 300
"""What a new participant may train unless the admin says otherwise (the guide: 5 hours)."""

NO_SECOND_DOOR: Final = (
    "Sign-ins stay as they are: closing and opening them needs the sponsor's AWS profile, which "
    "this account does not name (“drtui account set”)."
)

_RESTORED: Final = "as before the mode was disabled"
_NOT_KNOWN: Final = "what they were before the mode was disabled is not known"


@dataclass(frozen=True, slots=True)
class ModelLimit:
    """The limit on new users' models that enabling the mode brings, unless another is typed.

    Attributes:
        value: -1 is unlimited; None is unknown.
        why: Where it is from; empty where it is the one there is, which stays.
    """

    value: Value
    why: str = ""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What disabling multi-user mode means, in numbers.

    Attributes:
        racers: How many are stopped and hidden from the lists.
        paused: Those of them who are paused already, and stay so when it is enabled again.
        models: How many models they created this month.
        storage_bytes: What stays stored.
        storage_usd: What that goes on costing a month, estimated.
        at_work: How many have jobs that run or wait, which complete and are billed.
        sign_ins: How many sign-ins are closed; None where that cannot be done.
        no_address: How many racers have no address, by which a sign-in would be found.
    """

    racers: int
    paused: int
    models: int
    storage_bytes: int
    storage_usd: float
    at_work: int
    sign_ins: int | None
    no_address: int = 0

    def lines(self) -> list[str]:
        """Return them as sentences."""
        stored = f"{self.storage_bytes / BYTES_PER_GB:,.1f} GB"
        lines = [
            "No new profiles can be made: new users get no quota, and only invitations are taken.",
            f"{counted(self.racers, 'racer')} {noun(self.racers, 'is', 'are')} stopped and hidden "
            f"from the lists; their quotas are remembered.{self._paused_before()}",
            f"Models persist, and their storage goes on costing: {stored}, about "
            f"${self.storage_usd:,.2f} a month (estimated).",
        ]
        if self.at_work:
            lines.append(
                f"{counted(self.at_work, 'racer has', 'racers have')} jobs that run or wait: they "
                "complete and are billed."
            )
        if self.sign_ins is None:
            lines.append(NO_SECOND_DOOR)
        else:
            lines.append(
                f"{counted(self.sign_ins, 'sign-in')} {noun(self.sign_ins, 'is', 'are')} closed "
                "and signed out everywhere; what was issued before goes on for up to an hour."
                f"{self._without_address()}"
            )
        return [*lines, "Admins and race facilitators are not touched."]

    def _without_address(self) -> str:
        if not self.no_address:
            return ""
        who = noun(self.no_address, "racer has", "racers have")
        return f" {self.no_address:,} {who} no address, by which a sign-in would be found."

    def _paused_before(self) -> str:
        if not self.paused:
            return ""
        who = noun(
            self.paused,
            "of them was paused before and stays",
            "of them were paused before and stay",
        )
        return f" {self.paused:,} {who} so when it is enabled again."


def mode_of(workspace: Workspace, *, second_door: bool = False) -> Mode:
    """Return what is known of multi-user mode, from the store.

    Args:
        workspace: The account's.
        second_door: Whether the account names the sponsor's AWS profile; for the signs alone.
    """
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
        return _mode(connection, settings, crowd(connection), second_door=second_door)


def model_limit(workspace: Workspace) -> ModelLimit:
    """Return the limit on new users' models that enabling the mode brings by itself."""
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
        return _model_limit(connection, settings)


def plan_enable(
    workspace: Workspace,
    *,
    minutes: int = NEW_USER_MINUTES,
    models: int | None = None,
    registration: Registration | None = None,
    second_door: bool,
) -> Plan:
    """Plan to enable multi-user mode: new users' limits, registration, quotas and sign-ins back.

    Args:
        workspace: The account's.
        minutes: Of training and evaluation that a new user may use; -1 is unlimited.
        models: That a new user may create; None leaves the limit as it is, or brings back the one
            that disabling the mode replaced, and takes it off where that is not known.
        registration: Who may make a profile; None leaves it as it is.
        second_door: Whether the account names the sponsor's AWS profile.

    Raises:
        InvalidInputError: The limits would be 0 and 0, which is what disabled means.
        NotAllowedError: Whoever is signed in may not do it.
    """
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
        closed_by_us = closed_by(connection, OperationKind.DISABLE_MULTI_USER)
        left = _model_limit(connection, settings)
    wanted = left.value if models is None else models
    limits = Limits(minutes, wanted if isinstance(wanted, int) else None)
    if limits.paused:
        raise InvalidInputError("New users need a limit above 0: that is what enabled means.")
    values: list[tuple[SettingKey, int | str]] = [(SettingKey.NEW_USER_MINUTES, minutes)]
    if limits.models is not None and (models is not None or left.why):
        values.append((SettingKey.NEW_USER_MODELS, limits.models))
    if registration is not None:
        values.append((SettingKey.REGISTRATION, registration.value))
    errands = [setting_errand(settings, key, value) for key, value in values]
    if models is None and left.why:
        errands = [
            replace(one, note=left.why) if one.subject == SettingKey.NEW_USER_MODELS else one
            for one in errands
        ]
    plan = _plan(workspace, Reopen(limits))
    if second_door:
        errands += _sign_ins(plan, only=closed_by_us, close=False)
    return with_errands(plan, errands)


def plan_disable(workspace: Workspace, *, second_door: bool) -> Plan:
    """Plan to disable multi-user mode: no new profiles, every racer stopped, sign-ins closed.

    Raises:
        NotAllowedError: Whoever is signed in may not do it.
    """
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
    errands = [
        setting_errand(settings, SettingKey.NEW_USER_MINUTES, 0),
        setting_errand(settings, SettingKey.NEW_USER_MODELS, 0),
        setting_errand(settings, SettingKey.REGISTRATION, Registration.INVITE_ONLY.value),
    ]
    plan = _plan(workspace, Close())
    if second_door:
        errands += _sign_ins(plan, only=None, close=True)
    return with_errands(plan, errands)


def consequences(workspace: Workspace, plan: Plan, *, second_door: bool) -> Consequences:
    """Return what a plan to disable the mode means, in numbers."""
    with workspace.database.read() as connection:
        sums = totals(connection)
    rates: Rates = workspace.rates
    return Consequences(
        racers=len(plan.users),
        paused=sum(
            row.target.state.limits.paused and not row.target.state.closed for row in plan.users
        ),
        models=sums.models,
        storage_bytes=sums.storage_bytes,
        storage_usd=rates.storage(sums.storage_bytes),
        at_work=sums.at_work,
        sign_ins=_count_sign_ins(plan) if second_door else None,
        no_address=sum(not row.target.email for row in plan.users),
    )


def _count_sign_ins(plan: Plan) -> int:
    return len(plan.errands.get(Service.SIGN_INS, ()))


def _plan(workspace: Workspace, action: Action) -> Plan:
    with workspace.database.read() as connection:
        everybody = plan_users(connection, action, user_keys(connection))
        racers = tuple(row for row in everybody.rows if row.target.role is Role.RACER)
        return with_names(connection, replace(everybody, rows=racers))


def _sign_ins(plan: Plan, *, only: frozenset[str] | None, close: bool) -> Sequence[Errand]:
    make = close_sign_in if close else open_sign_in
    rows = (row for row in plan.rows if only is None or row.target.profile_id in only)
    return [errand for row in rows if (errand := make(row.target)) is not None]


def _model_limit(connection: Transaction, settings: AccountSettings) -> ModelLimit:
    coming = coming_limits(connection)
    minutes, models = (
        coming.get(key, value_in(settings, key))
        for key in (SettingKey.NEW_USER_MINUTES, SettingKey.NEW_USER_MODELS)
    )
    # 0 and 0 is what disabling left, or will leave, and no limit that anybody chose.
    if (minutes, models) != (0, 0):
        return ModelLimit(models)
    before = replaced_models(connection)
    return ModelLimit(UNLIMITED, _NOT_KNOWN) if before is None else ModelLimit(before, _RESTORED)


def _mode(
    connection: Transaction, settings: AccountSettings, racers: Crowd, *, second_door: bool
) -> Mode:
    state, signs = infer(settings, racers, second_door=second_door)
    switch = last_switch(connection)
    if switch is None:
        return Mode(state, signs)
    return Mode(state, signs, switch.created_at, switch.who, switch.operation_id)
