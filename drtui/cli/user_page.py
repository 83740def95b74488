"""One user, whole: for `drtui users show`."""

from drtui.cli.output import emit
from drtui.cli.tables import Column, print_page, print_table
from drtui.commands.usage import user_as_json
from drtui.commands.workspace import Workspace
from drtui.domain.actions import values_text
from drtui.domain.operations import Item
from drtui.domain.quotas import count_text, hours_text
from drtui.domain.records import Limits, SponsoredUser
from drtui.domain.spending import BYTES_PER_GB
from drtui.domain.text import iso
from drtui.store.operation_log import items

_ITEMS_SHOWN = 20


def user_page_as_json(workspace: Workspace, user: SponsoredUser) -> dict[str, object]:
    """Return the list's keys, and what only this page shows."""
    return {
        **user_as_json(user, workspace.rates),
        "minutes_in_earlier_months": user.carried_minutes,
        "models_in_earlier_months": user.carried_models,
        "remembered": _limits(user.remembered),
        "operations": [_item(item) for item in _items(workspace, user)],
    }


def _limits(limits: Limits | None) -> dict[str, int | None] | None:
    if limits is None:
        return None
    return {"minutes_limit": limits.minutes, "models_limit": limits.models}


def _items(workspace: Workspace, user: SponsoredUser) -> list[Item]:
    with workspace.database.read() as connection:
        return items(connection, target=user.profile.profile_id)[-_ITEMS_SHOWN:]


def _item(item: Item) -> dict[str, object]:
    return {
        "operation": item.operation_id,
        "state": item.state.value,
        "reason": item.reason,
        "before": dict(item.before),
        "after": dict(item.after),
        "theirs": dict(item.theirs),
    }


def print_user(workspace: Workspace, user: SponsoredUser) -> None:
    """Print everything known of one user."""
    profile, size, minutes = user.profile, user.profile.storage_bytes, user.minutes_in_total
    usd = "?" if minutes is None else f"${workspace.rates.training(minutes):,.2f}"
    hours = f"{hours_text(profile.minutes_used)} of {hours_text(profile.minutes_limit)}"
    models = f"{count_text(profile.models)} of {count_text(profile.models_limit)}"
    print_page(
        [
            ("Alias", profile.alias),
            ("Email", profile.email or "unknown"),
            ("Profile id", profile.profile_id),
            ("Role", profile.role.value),
            ("Status", user.status.value.replace("_", " ")),
            ("Hours used", hours),
            ("Hours running or queued", hours_text(profile.minutes_queued)),
            ("Hours in earlier months", hours_text(user.carried_minutes)),
            ("Models this month", models),
            ("Storage", "?" if size is None else f"{size / BYTES_PER_GB:,.2f} GB"),
            ("Estimated so far", f"{usd} training and evaluation, at {workspace.rates}"),
            ("Joined", iso(profile.created_at) or "unknown"),
            ("Tags", " ".join(user.tags) or "none"),
            ("Remembered", _remembered(user.remembered)),
            ("Pending", values_text(user.pending) or "nothing"),
            ("As of", iso(user.as_of) or ""),
        ]
    )
    touched = _items(workspace, user)
    if touched:
        emit("\n")
        print_table(
            [
                Column("Operation", number=True),
                *(Column(heading) for heading in ("State", "Before", "After", "Reason")),
            ],
            [
                [
                    str(item.operation_id),
                    item.state.value,
                    values_text(item.before),
                    values_text(item.after),
                    item.reason,
                ]
                for item in touched
            ],
        )


def _remembered(limits: Limits | None) -> str:
    if limits is None:
        return "nothing"
    return f"hours {hours_text(limits.minutes)} · models {count_text(limits.models)}"
