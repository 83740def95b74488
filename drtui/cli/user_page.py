"""One user, whole: for `drtui users show`."""

from collections.abc import Sequence
from datetime import datetime

from drtui.cli.output import emit
from drtui.cli.tables import Column, print_page, print_table
from drtui.commands.racer import RacerPage, racer_page, watch_models
from drtui.commands.selection import select_by_name
from drtui.commands.usage import list_users, user_as_json
from drtui.commands.workspace import Workspace
from drtui.domain.quotas import count_text, hours_text, used_hours
from drtui.domain.records import Limits
from drtui.domain.spending import BYTES_PER_GB
from drtui.domain.text import iso
from drtui.domain.wording import values_text
from drtui.store.history import Touch

_TOUCHES_SHOWN = 20


def ask_for_models(workspace: Workspace, name: str) -> bool:
    """Have the next sync, or the engine that runs, read a user's models.

    Returns:
        Whether somebody is known by that name.
    """
    found = list_users(workspace, select_by_name(workspace, [name]))
    for user in found:
        watch_models(workspace, user.profile.profile_id)
    return bool(found)


def models_are_read(workspace: Workspace, name: str, since: float) -> bool:
    """Whether the models of whoever a name means were read, or could not be, since a moment.

    Args:
        workspace: The account's.
        name: A profile id, email or alias.
        since: In seconds since the epoch.
    """
    pages = [page_of(workspace, key) for key in select_by_name(workspace, [name]).keys]
    return all(_is_read(page.models_as_of, since) or page.models_trouble for page in pages)


def page_of(workspace: Workspace, key: int) -> RacerPage:
    """Return the page of somebody who was selected."""
    page = racer_page(workspace, key)
    assert page is not None, "rows of users are never removed"
    return page


def user_page_as_json(page: RacerPage) -> dict[str, object]:
    """Return the list's keys, and what only this page shows."""
    user = page.user
    return {
        **user_as_json(user, page.rates),
        "minutes_in_earlier_months": user.carried_minutes,
        "models_in_earlier_months": user.carried_models,
        "remembered": _limits(user.remembered),
        "usage_over_time": [
            {"at": iso(at), "minutes_in_total": minutes} for at, minutes in page.usage
        ],
        "stored_models": _models(page),
        "operations": [_touch(touch) for touch in _shown(page)],
    }


def _limits(limits: Limits | None) -> dict[str, int | None] | None:
    if limits is None:
        return None
    return {"minutes_limit": limits.minutes, "models_limit": limits.models}


def _models(page: RacerPage) -> dict[str, object]:
    known = page.models_as_of is not None
    models = [
        {
            "model_id": model.model_id,
            "name": model.name,
            "status": model.status,
            "created_at": iso(model.created_at),
        }
        for model in page.models
    ]
    return {
        "as_of": iso(page.models_as_of),
        "trouble": page.models_trouble,
        "by_status": dict(page.models_by_status) if known else None,
        "models": models if known else None,
    }


def _shown(page: RacerPage) -> Sequence[Touch]:
    return page.touches[:_TOUCHES_SHOWN][::-1]


def _touch(touch: Touch) -> dict[str, object]:
    item = touch.item
    return {
        "operation": item.operation_id,
        "what": touch.what,
        "who": touch.who,
        "created_at": iso(touch.at),
        "state": item.state.value,
        "reason": item.reason,
        "before": dict(item.before),
        "after": dict(item.after),
        "theirs": dict(item.theirs),
    }


def print_user(page: RacerPage) -> None:
    """Print everything known of one user."""
    user, profile, size = page.user, page.user.profile, page.user.profile.storage_bytes
    usd = "?" if page.training_usd is None else f"${page.training_usd:,.2f}"
    limit = profile.minutes_limit
    hours = f"{used_hours(profile.minutes_used, limit)} of {hours_text(limit)}"
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
            ("Models stored", _by_status(page)),
            ("Storage", "?" if size is None else f"{size / BYTES_PER_GB:,.2f} GB"),
            ("Estimated so far", f"{usd} training and evaluation, at {page.rates}"),
            ("Joined", iso(profile.created_at) or "unknown"),
            ("Tags", " ".join(user.tags) or "none"),
            ("Remembered", _remembered(user.remembered)),
            ("Pending", values_text(user.pending) or "nothing"),
            ("As of", iso(user.as_of) or ""),
        ]
    )
    if page.models:
        emit("\n")
        print_table(
            [Column("Model"), Column("Status"), Column("Created", spare=1)],
            [
                [model.name or model.model_id, model.status, iso(model.created_at) or "unknown"]
                for model in page.models
            ],
        )
    if page.touches:
        emit("\n")
        print_table(
            [
                Column("Operation", number=True),
                Column("When", spare=2),
                Column("Who", spare=3),
                Column("What", spare=1),
                *(Column(heading) for heading in ("State", "Before", "After", "Reason")),
            ],
            [
                [
                    str(touch.item.operation_id),
                    iso(touch.at) or "",
                    touch.who,
                    touch.what,
                    touch.item.state.value,
                    values_text(touch.item.before),
                    values_text(touch.item.after),
                    touch.item.reason,
                ]
                for touch in _shown(page)
            ],
        )


def _by_status(page: RacerPage) -> str:
    if page.models_as_of is None:
        why = page.models_trouble or "not read yet; with --sync they are"
        return f"unknown ({why})"
    counts = [
        f"{count:,} {status.lower() or 'unknown'}"
        for status, count in page.models_by_status.items()
    ]
    trouble = f"; not read since: {page.models_trouble}" if page.models_trouble else ""
    return f"{' · '.join(counts) or 'none'} (as of {iso(page.models_as_of)}{trouble})"


def _remembered(limits: Limits | None) -> str:
    if limits is None:
        return "nothing"
    return f"hours {hours_text(limits.minutes)} · models {count_text(limits.models)}"


def _is_read(as_of: datetime | None, since: float) -> bool:
    return as_of is not None and as_of.timestamp() >= since
