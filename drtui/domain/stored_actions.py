"""Reading an action back from the operation that was stored for it."""

from collections.abc import Callable, Mapping
from typing import Final

from drtui.domain.actions import Action
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole, DeleteModels, DeleteUser
from drtui.domain.multi_user_actions import Close, Reopen
from drtui.domain.operations import MINUTES_LIMIT, MODELS_LIMIT, OperationKind
from drtui.domain.quota_actions import Pause, Resume, ResumeTo, SetQuotas
from drtui.domain.quotas import parse_amount
from drtui.domain.records import Limits, Role
from drtui.domain.wording import values_text


def action_from(kind: OperationKind, params: Mapping[str, str]) -> Action:
    """Return the action that `Action.params` was taken from (an undo has none of its own).

    Raises:
        ValueError: The parameters are not such an action's.
    """
    if kind not in _READERS:
        raise ValueError(f"an operation of kind {kind.value} has no action of its own")
    return _READERS[kind](params)


def asked_for(kind: OperationKind, params: Mapping[str, str]) -> list[str]:
    """Return what was asked for as it was typed, such as `hours +2`; an undo asks for nothing.

    Of a resume that is also what those get of whom nothing is remembered.
    """
    try:
        action = action_from(kind, params)
    except ValueError:
        return []
    asked = action.describe().split("  ")[1:]
    if isinstance(action, Resume):
        asked += _limits_asked_for("new users have", action.defaults)
        asked += _limits_asked_for("otherwise", action.asked)
    return asked


def _limits_asked_for(label: str, limits: Limits) -> list[str]:
    values = {MINUTES_LIMIT: limits.minutes, MODELS_LIMIT: limits.models}
    known = [values_text({name: value}) for name, value in values.items() if value is not None]
    return [f"{label} {' and '.join(known)}"] if known else []


def _set_quotas(params: Mapping[str, str]) -> SetQuotas:
    return SetQuotas(
        parse_amount(params["minutes"]) if "minutes" in params else None,
        parse_amount(params["models"]) if "models" in params else None,
    )


def _resume(params: Mapping[str, str]) -> Resume:
    return Resume(
        to=ResumeTo(params.get("to", "remembered")),
        defaults=_limits(params, "default"),
        asked=_limits(params, "asked"),
    )


def _limits(params: Mapping[str, str], which: str) -> Limits:
    names = f"{which}_minutes", f"{which}_models"
    minutes, models = (int(params[name]) if name in params else None for name in names)
    return Limits(minutes, models)


def _text(params: Mapping[str, str], name: str) -> str:
    if name not in params:
        raise ValueError(f"the parameter {name} is missing")
    return params[name]


_READERS: Final[Mapping[OperationKind, Callable[[Mapping[str, str]], Action]]] = {
    OperationKind.SET_QUOTAS: _set_quotas,
    OperationKind.PAUSE: lambda _: Pause(),
    OperationKind.RESUME: _resume,
    OperationKind.CHANGE_ALIAS: lambda params: ChangeAlias(_text(params, "alias")),
    OperationKind.CHANGE_ROLE: lambda params: ChangeRole(Role(_text(params, "role"))),
    OperationKind.DELETE_MODELS: lambda _: DeleteModels(),
    OperationKind.DELETE_USERS: lambda _: DeleteUser(),
    OperationKind.ENABLE_MULTI_USER: lambda params: Reopen(_limits(params, "default")),
    OperationKind.DISABLE_MULTI_USER: lambda _: Close(),
}
