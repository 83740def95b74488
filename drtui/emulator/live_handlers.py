"""What the operations about live races do with the account.

The facts tell no output of the changes but `reorder`: they answer with an empty body.
"""

from typing import Any

from drtui.emulator.account import Account
from drtui.emulator.errors import Answer, rule_broken
from drtui.emulator.handlers import Call, id_of
from drtui.emulator.race_handlers import race_of, ranking, rankings_page
from drtui.emulator.race_records import Entry, EntryStatus, Race
from drtui.emulator.records import present, to_json


def get_live_state(account: Account, call: Call) -> Answer:
    """GET /leaderboards/{leaderboardId}/liveState."""
    race = _live(account, call)
    statuses = [each.status for each in race.entries.values()]
    running = race.running()
    state = {
        "race": {
            "autoLaunchEnabled": bool(race.auto_launch),
            "isLive": True,
            "leaderboardId": race.race_id,
            "liveEventStatus": race.live_status,
            "name": race.definition["name"],
            "submissionPeriodOpen": race.submissions_open,
        },
        "currentEvaluation": None if running is None else _current(running),
        "queue": {
            "totalModels": len(statuses),
            "completedModels": statuses.count(EntryStatus.COMPLETED),
            "pendingModels": statuses.count(EntryStatus.PENDING),
            "inProgressModels": statuses.count(EntryStatus.IN_PROGRESS),
        },
        "rankings": rankings_page(account, race),
        "winner": _winner(account, race),
    }
    return Answer(body=to_json(present(state)))


def get_live_queue(account: Account, call: Call) -> Answer:
    """GET /leaderboards/{leaderboardId}/liveQueue: all submissions in their order, unpaged."""
    race = _live(account, call)
    items = [_item(account, race, each) for each in race.queue()]
    return Answer(body=to_json({"items": items}))


def reorder(account: Account, call: Call) -> Answer:
    """POST …/liveQueue/reorder: without `afterSubmissionId` to the front (behaviour 10)."""
    race = _live(account, call)
    after: str | None = call.body.get("afterSubmissionId")
    entry = account.live.reorder(race, call.body["submissionId"], after)
    item = _item(account, race, entry)
    # Observed: this answer leaves them out.
    left = {name: value for name, value in item.items() if name not in ("avatar", "modelId")}
    return Answer(body=to_json({"item": left}))


def remove(account: Account, call: Call) -> Answer:
    """DELETE …/liveQueue/{submissionId}."""
    account.live.remove(_live(account, call), id_of(call, "submissionId"))
    return Answer()


def reset_model(account: Account, call: Call) -> Answer:
    """POST …/liveQueue/{submissionId}/resetModel: a conflict is a 500 here."""
    account.live.reset_model(_live(account, call), id_of(call, "submissionId"))
    return Answer()


def reset_all(account: Account, call: Call) -> Answer:
    """POST …/liveQueue/resetAll."""
    account.live.reset_all(_live(account, call))
    return Answer()


def launch(account: Account, call: Call) -> Answer:
    """POST …/liveQueue/launch."""
    account.live.launch(_live(account, call))
    return Answer()


def declare_winner(account: Account, call: Call) -> Answer:
    """POST …/declareWinner."""
    account.live.declare_winner(_live(account, call))
    return Answer()


def _live(account: Account, call: Call) -> Race:
    race = race_of(account, call)
    if not race.is_live:
        message = "This leaderboard is not a live race."
        raise rule_broken(message)
    return race


def _item(account: Account, race: Race, entry: Entry) -> dict[str, Any]:
    profile = account.profiles.get(entry.profile_id)
    return present(
        {
            "avatar": None if profile is None else profile.avatar,
            "leaderboardId": race.race_id,
            "modelId": entry.model_id,
            "modelName": entry.model_name,
            "participantName": entry.participant,
            "profileId": entry.profile_id,
            "queuePosition": entry.position,
            "resetCount": entry.resets,
            "status": entry.status,
            "submissionId": entry.submission_id,
            "submittedAt": entry.submitted_at,
        }
    )


def _current(entry: Entry) -> dict[str, Any]:
    """What runs; the facts do not name its members."""
    return present(
        {
            "modelId": entry.model_id,
            "modelName": entry.model_name,
            "participantName": entry.participant,
            "profileId": entry.profile_id,
            "startedAt": entry.started_at,
            "status": entry.status,
            "submissionId": entry.submission_id,
        }
    )


def _winner(account: Account, race: Race) -> dict[str, Any] | None:
    """Who was declared, as a row of the leaderboard; the facts do not name its members."""
    for rank, result in enumerate(race.ranked(), start=1):
        if result.profile_id == race.winner:
            return ranking(account, race, result, rank)
    return None
