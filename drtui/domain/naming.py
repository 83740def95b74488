"""Who is who: by name, else by id, and what has to be typed to confirm what cannot be undone."""

from collections.abc import Sequence
from typing import Final

from drtui.domain.errands import OF_MODELS, Service, service_of
from drtui.domain.planning import Outcome, Plan, PlannedTarget, Target
from drtui.domain.records import Role
from drtui.domain.sponsorship import FIRST_ALIAS
from drtui.domain.text import clean, fold, is_seen
from drtui.domain.wording import role_text

_ALL_NAMED: Final = 3  # targets; of more the first few are named, and the number
_FOR_ADDRESSES: Final = frozenset(
    {Service.INVITATIONS, Service.MAIL, Service.IAM, Service.IDENTITY_CENTER}
)
_STAFF: Final = frozenset({Role.ADMIN, Role.FACILITATOR})


def name_of(alias: str, profile_id: str, email: str | None = None) -> str:
    """Return an alias, safe to show; where it is blank the email, else the profile id."""
    if is_seen(alias):
        return clean(alias)
    return clean(email or "").strip() or f"id {clean(profile_id)}"


def target_name(label: str, target: str) -> str:
    """Return what an operation's target is called, safe to show.

    Of an errand that is for an address it is the name with it: two may have one name.

    Args:
        label: What the item is called.
        target: The item's.
    """
    address = target.partition(":")[2]
    if service_of(target) not in _FOR_ADDRESSES or "@" not in address:
        return name_of(label, target)
    if fold(label) in ("", fold(address)):
        return clean(address)
    return f"{clean(label)} <{clean(address)}>"


def racer_and_model(label: str, target: str) -> tuple[str, str]:
    """Return the racer and the model that an errand about one model names, safe to show.

    Args:
        label: What the errand is called.
        target: An item's, or a planned one's.

    Returns:
        The model is empty where it is an errand about something else.
    """
    racer, slash, model = label.rpartition(" / ")
    if service_of(target) in OF_MODELS and slash:
        return clean(racer), clean(model)
    return name_of(label, target), ""


def leading(plan: Plan) -> Sequence[PlannedTarget]:
    """Return the rows that a plan is told by: all of a few, else the first that change."""
    rows = _told_by(plan)
    if len(rows) <= _ALL_NAMED:
        return rows
    return (_changing(rows) or rows)[:_ALL_NAMED]


def name_lines(plan: Plan) -> list[str]:
    """Return whom a plan is for: a line each of up to three, one line where they are more."""
    rows, everybody = leading(plan), _told_by(plan)
    if len(everybody) <= _ALL_NAMED:
        return [_whole_name(plan, row) for row in rows]
    names = ", ".join(short_name(plan, row.target) for row in rows)
    more = len(_changing(everybody) or everybody) - len(rows)
    return [f"{names} and {more:,} more" if more else names]


def _told_by(plan: Plan) -> Sequence[PlannedTarget]:
    """Return the users of a plan; without any, its errands, but for settings, told one by one."""
    if users := plan.users:
        return users
    return [
        row for service, rows in plan.errands.items() if service != Service.SETTINGS for row in rows
    ]


def _changing(rows: Sequence[PlannedTarget]) -> Sequence[PlannedTarget]:
    return [row for row in rows if row.outcome is Outcome.CHANGE]


def _whole_name(plan: Plan, row: PlannedTarget) -> str:
    target = row.target
    known_by = list(dict.fromkeys([target.alias.strip(), target.email or ""]))
    by_id = target.profile_id in plan.ambiguous or not target.alias.strip()
    if by_id and (target.email is None or service_of(target.profile_id) is None):
        known_by.append(f"id {target.profile_id}")
    if target.role in _STAFF:
        known_by.append(role_text(target.role))
    # Of one alone the numbers say it, with the reason.
    said = row.outcome is Outcome.CHANGE or len(plan.rows) == 1
    outcome = "" if said else f": {row.outcome.value}"
    return " · ".join(filter(None, known_by)) + outcome


def short_name(plan: Plan, target: Target) -> str:
    """Return who a target is, for a list in one line.

    Of an errand's that is the name with the address; the address alone where the name tells nobody
    apart: it is the one that everybody begins with, others of the plan have it too, or it has a
    comma, which would make two of it.
    """
    if service_of(target.profile_id) is not None and target.email:
        tells = target.alias.strip() not in ("", FIRST_ALIAS, target.email)
        if not tells or "," in target.alias or _bearers(plan, target.alias) > 1:
            return clean(target.email)
        return f"{clean(target.alias)} ({clean(target.email)})"
    if target.profile_id not in plan.ambiguous or not target.alias.strip():
        return name_of(target.alias, target.profile_id, target.email)
    return f"{target.alias} ({target.email or target.profile_id})"


def _bearers(plan: Plan, alias: str) -> int:
    """Return how many targets of a plan have an alias, whatever its case."""
    return sum(fold(row.target.alias) == fold(alias) for row in _told_by(plan))


def confirmation(plan: Plan) -> str:
    """Return what is typed to confirm a plan that cannot be undone.

    It is the number of those who change; where that is one, the alias, or the profile id where
    the alias cannot be typed as it is shown or others have it too.
    """
    changed = [row.target for row in plan.rows if row.outcome is Outcome.CHANGE]
    if len(changed) != 1:
        return f"{len(changed):,}"
    target = changed[0]
    plain = target.alias.isascii() and target.alias.isprintable() and bool(target.alias)
    if not plain or target.alias != target.alias.strip() or target.profile_id in plan.ambiguous:
        return target.profile_id
    return target.alias


def confirms(answer: str, wanted: str) -> bool:
    """Whether what was typed is what `confirmation` asked for; a number needs no separators."""
    typed = answer.strip()
    number = wanted.replace(",", "")
    return typed == wanted or (number.isdigit() and typed.replace(",", "") == number)
