"""`drtui users`: list and show; the changes and the remembered limits are put in here."""

from functools import partial
from typing import Annotated, Final

import typer

from drtui.cli.choosing import Filter
from drtui.cli.context import open_desk
from drtui.cli.filters import filters
from drtui.cli.help_desk import change_alias, change_role, delete, delete_models
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, SortBy, Sync
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.remembered import remembered
from drtui.cli.sponsoring import pause, resume, set_quota
from drtui.cli.tables import Column, print_table
from drtui.cli.tagging import tagging
from drtui.commands.selection import Selection, select_by_filter, select_by_name
from drtui.commands.usage import USER_COLUMNS, list_users, not_shown, user_as_json
from drtui.domain.problems import InvalidInputError
from drtui.domain.quotas import count_text, hours_text, used_hours
from drtui.domain.records import SponsoredUser
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.wording import counted, values_text

users = typer.Typer(no_args_is_help=True, help="The sponsored users of the account.")


_TABLE: Final = (
    Column("Alias"),
    Column("Email", spare=1),
    Column("Role", spare=7),
    Column("Status"),
    Column("Hours", number=True),
    Column("Queued", number=True, spare=5),
    Column("Max hours", number=True),
    Column("Models", number=True, spare=3),
    Column("Max models", number=True, spare=4),
    Column("GB", number=True, spare=6),
    Column("USD est.", number=True, spare=2),
)


@users.command("list")
def list_(
    filter_: Filter = None,
    sort: SortBy = "alias",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    sync: Sync = None,
) -> None:
    """List users with hours, quotas, models, storage and estimated spending."""
    choose_one(as_json, as_csv)
    reverse, field = sort.startswith("-"), sort.removeprefix("-")
    with open_desk(chosen_account(), reading=True) as desk:

        def select() -> Selection:
            return select_by_filter(desk.workspace, filter_ or "", field, reverse=reverse)

        select()  # what is wrong with it is found before the account is asked
        desk.refresh(sync)
        found = list_users(desk.workspace, select())
        rates = desk.settings.spending
        unseen = not_shown(desk.workspace)
    if unseen:
        say(unseen)
    if as_json:
        print_json([user_as_json(user, rates) for user in found])
    elif as_csv:
        print_csv([user_as_json(user, rates) for user in found], USER_COLUMNS)
    else:
        print_table(_TABLE, [_cells(user, rates) for user in found])
        users = counted(len(found), "user")
        say(f"{users} · estimate at {rates}, not for budgeting or cost accounting")


def _cells(user: SponsoredUser, rates: Rates) -> list[str]:
    profile = user.profile
    size, minutes = profile.storage_bytes, user.minutes_in_total
    status = user.status.value.replace("_", " ")
    return [
        profile.alias,
        profile.email or "?",
        profile.role.value,
        f"{status} → {values_text(user.pending)}" if user.pending else status,
        used_hours(profile.minutes_used, profile.minutes_limit),
        hours_text(profile.minutes_queued),
        hours_text(profile.minutes_limit),
        count_text(profile.models),
        count_text(profile.models_limit),
        "?" if size is None else f"{size / BYTES_PER_GB:,.1f}",
        "?" if minutes is None else f"{rates.training(minutes):,.2f}",
    ]


@users.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A profile id, email or alias.")],
    as_json: AsJson = False,
    sync: Sync = None,
) -> None:
    """Show everything known of one user, and the operations that touched them."""
    from drtui.cli.user_page import (
        ask_for_models,
        models_are_read,
        page_of,
        print_user,
        user_page_as_json,
    )

    with open_desk(chosen_account(), reading=True) as desk:
        asks = sync is not False and not desk.workspace.database.read_only
        read = partial(models_are_read, desk.workspace, name)
        with desk.unwritten():
            known = asks and ask_for_models(desk.workspace, name)
            desk.refresh(sync, also=read)
            if sync and asks and not known and ask_for_models(desk.workspace, name):
                desk.refresh(sync, also=read)  # who it is was not known before the list was read
        selection = select_by_name(desk.workspace, [name])
        if not selection.keys:
            raise InvalidInputError(
                f"No single user matched: {selection.unmatched[0]}. Name a profile id or an email."
            )
        page = page_of(desk.workspace, selection.keys[0])
        if as_json:
            print_json(user_page_as_json(page))
        else:
            print_user(page)


users.command("set-quota")(set_quota)
users.command("pause")(pause)
users.command("resume")(resume)
users.add_typer(tagging, name="tag")
users.command("change-alias")(change_alias)
users.command("change-role")(change_role)
users.command("delete-models")(delete_models)
users.command("delete")(delete)
users.add_typer(filters, name="filters")
users.add_typer(remembered, name="remembered")
