"""`drtui summary`."""

from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsJson, Sync
from drtui.cli.output import print_json, say
from drtui.cli.tables import print_page
from drtui.commands.usage import not_shown, summarise
from drtui.domain.permissions import ROLES_UNSEEN
from drtui.domain.quotas import count_text, hours_text
from drtui.domain.records import Status
from drtui.domain.spending import BYTES_PER_GB, CAVEAT
from drtui.domain.summary import MOST_RACES, Summary
from drtui.domain.text import iso
from drtui.domain.wording import counted, noun


def summary(
    as_json: AsJson = False,
    sync: Sync = None,
) -> None:
    """The usage summary: users, hours, models, storage, estimated spending."""
    with open_desk(chosen_account(), reading=True) as desk:
        desk.refresh(sync)
        it = summarise(desk.workspace)
        unseen = not_shown(desk.workspace)
    if unseen:
        say(unseen)
    if as_json:
        print_json(it.as_json())
        return
    print_page(_lines(it))
    if not it.names_only:
        say(CAVEAT)


def _lines(it: Summary) -> list[tuple[str, str]]:
    unknown = it.totals.unknown_role
    unseen = [("Profiles", f"{unknown:,}: {ROLES_UNSEEN}")] if unknown else []
    conflicts = [f"{it.in_conflict:,} in conflict"] if it.in_conflict else []
    return [
        *([] if it.names_only else _usage(it)),
        *unseen,
        ("Pending", " · ".join([f"{it.pending:,}", *conflicts])),
        ("As of", iso(it.as_of) or "never read"),
    ]


def _usage(it: Summary) -> list[tuple[str, str]]:
    totals, new = it.totals, it.settings.new_user_limits
    statuses = " · ".join(
        f"{status.value.replace('_', ' ')} {totals.racers.get(status, 0):,}"
        for status in Status
        if status is not Status.UNKNOWN
    )
    unknown = f" · unknown for {totals.unknown_usage:,}" if totals.unknown_usage else ""
    models = f"{count_text(new.models)} {noun(new.models, 'model')}"
    users = counted(totals.at_work, "user")
    at_work = f"{hours_text(totals.minutes_queued)} running or queued, of {users}"
    others = hours_text(totals.others_minutes)
    beside = f": {others} h in total, not counted below" if totals.others_minutes else ""
    return [
        ("Sponsored users", f"{it.sponsored_users:,}: {statuses}"),
        ("Other users", f"{totals.others:,}{beside}"),
        ("Hours", f"{hours_text(totals.minutes_used)} used this month{unknown}"),
        ("", f"{hours_text(totals.minutes_in_total)} used in total, earlier months included"),
        ("", at_work),
        ("Models", f"{totals.models:,} this month"),
        ("Races", _races(it)),
        ("Storage", f"{totals.storage_bytes / BYTES_PER_GB:,.1f} GB"),
        ("Estimated", f"${it.training_usd:,.2f} training and evaluation so far"),
        ("", f"${it.storage_usd_month:,.2f} a month storage"),
        ("Rates", f"{it.rates}"),
        ("New users", f"{hours_text(new.minutes)} h · {models}"),
    ]


def _races(it: Summary) -> str:
    if it.races is None:
        return "not listed yet"
    return f"{it.races:,} open or to come; the guide allows {MOST_RACES}, a deployment any number"
