"""What the operations about races do with the account."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from drtui.emulator.account import Account
from drtui.emulator.entrants import let_go
from drtui.emulator.errors import Answer, failure, rule_broken
from drtui.emulator.handlers import Call, id_of
from drtui.emulator.listing import PAGE
from drtui.emulator.model_files import MODEL_BUCKET
from drtui.emulator.race_records import Race, Result
from drtui.emulator.records import present, to_json

VIDEO_SECONDS = 3600.0
"""For how long the link to a video is good."""

_SWITCHES = ("autoLaunchEnabled", "submissionPeriodOpen", "liveEventTime")


def list_races(account: Account, call: Call) -> Answer:
    """GET /leaderboards: by when they close; a full page has a token, even the last one."""
    races = account.races.ordered()
    token = call.query.get("token")
    if token is not None:
        after = _read_list_token(token)
        races = [race for race in races if (race.closes, race.race_id) > after]
    page = races[:PAGE]
    rows = [_listed(race) | {"submissionPeriodOpen": race.submissions_open} for race in page]
    answer: dict[str, Any] = {"leaderboards": rows}
    if len(page) == PAGE:
        last = page[-1]
        answer["token"] = _token(
            {
                "pk": "leaderboards",
                "sk": f"leaderboard_{last.race_id}",
                "closeTime": last.definition["closeTime"],
            }
        )
    return Answer(body=to_json(answer))


def get_race(account: Account, call: Call) -> Answer:
    """GET /leaderboards/{leaderboardId}: without submissionPeriodOpen (behaviour 9)."""
    return _one(race_of(account, call))


def create_race(account: Account, call: Call) -> Answer:
    """POST /leaderboards."""
    race = account.races.create(call.body["leaderboardDefinition"])
    return Answer(body=to_json({"leaderboardId": race.race_id}))


def edit_race(account: Account, call: Call) -> Answer:
    """PATCH /leaderboards/{leaderboardId}: a whole definition, or what a live race switches."""
    race = race_of(account, call)
    definition: dict[str, Any] | None = call.body.get("leaderboardDefinition")
    switched = {name: call.body[name] for name in _SWITCHES if name in call.body}
    if definition is None and not switched:
        message = "There is nothing to update."
        raise rule_broken(message)
    if definition is None:
        account.races.switch(race, switched)
    elif switched:
        message = "Live race controls cannot be updated together with a leaderboard definition."
        raise rule_broken(message)
    else:
        account.races.edit(race, definition)
    return _one(race)


def delete_race(account: Account, call: Call) -> Answer:
    """DELETE /leaderboards/{leaderboardId}."""
    race = race_of(account, call)
    account.races.delete(race)
    let_go(account, race)
    return Answer()


def list_rankings(account: Account, call: Call) -> Answer:
    """GET /leaderboards/{leaderboardId}/rankings: from the leader on."""
    race = race_of(account, call)
    seen = 0
    token = call.query.get("token")
    if token is not None:
        seen = _read_rankings_token(token, race)
    rows = rankings_page(account, race, seen)
    answer: dict[str, Any] = {"rankings": rows}
    if len(rows) == PAGE:
        last = race.ranked()[seen + PAGE - 1]
        answer["token"] = _token(
            {
                "lastEvaluatedKey": {
                    "pk": f"leaderboard_{race.race_id}",
                    "sk": f"profile_{last.profile_id}#ranking",
                    "rankingScore": last.score,
                },
                "itemsSeen": seen + PAGE,
            }
        )
    return Answer(body=to_json(answer))


def race_of(account: Account, call: Call) -> Race:
    """The race in the path.

    Raises:
        ApiError: 400 it cannot be one, 404 there is none.
    """
    return account.races.race(id_of(call, "leaderboardId"))


def rankings_page(account: Account, race: Race, seen: int = 0) -> list[dict[str, Any]]:
    """The rows that follow so many; there is neither an email nor a profile's id (behaviour 5)."""
    return [
        ranking(account, race, result, rank)
        for rank, result in enumerate(race.ranked()[seen : seen + PAGE], start=seen + 1)
    ]


def ranking(account: Account, race: Race, result: Result, rank: int) -> dict[str, Any]:
    """One row of a leaderboard."""
    profile = account.profiles.get(result.profile_id)
    video = f"{result.profile_id}/models/{result.model_id}/videos/{race.race_id}/video.mp4"
    now = account.clock.timestamp()
    return {
        "rank": rank,
        "rankingScore": result.score,
        "stats": result.stats,
        "submissionNumber": result.number,
        "submittedAt": result.submitted_at,
        "userProfile": present(
            {
                "alias": result.alias if profile is None else profile.alias,
                "avatar": None if profile is None else profile.avatar,
            }
        ),
        "videoUrl": account.files.links.make(MODEL_BUCKET, video, now, VIDEO_SECONDS),
    }


def _one(race: Race) -> Answer:
    return Answer(body=to_json({"leaderboard": _listed(race)}))


def _listed(race: Race) -> dict[str, Any]:
    participants = race.results.keys() | {each.profile_id for each in race.entries.values()}
    return race.definition | present(
        {
            "autoLaunchEnabled": race.auto_launch,
            "leaderboardId": race.race_id,
            "liveEventStatus": race.live_status,
            "participantCount": len(participants),
        }
    )


def _token(key: dict[str, Any]) -> str:
    """The key to go on after, in base64; always one that has to be percent-encoded."""
    data = to_json(key)
    return base64.b64encode(data + b" " * ((1 - len(data)) % 3)).decode()


def _read_token(token: str) -> dict[str, Any]:
    try:
        key = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, binascii.Error):
        raise failure() from None
    if not isinstance(key, dict):
        raise failure()
    return key


def _read_list_token(token: str) -> tuple[datetime, str]:
    key = _read_token(token)
    try:
        moment = datetime.fromisoformat(key["closeTime"])
        return moment, str(key["sk"]).removeprefix("leaderboard_")
    except (ValueError, KeyError, TypeError):
        raise failure() from None


def _read_rankings_token(token: str, race: Race) -> int:
    key = _read_token(token)
    try:
        seen = key["itemsSeen"]
        mine = key["lastEvaluatedKey"]["pk"] == f"leaderboard_{race.race_id}"
    except (KeyError, TypeError):
        raise failure() from None
    if not mine or not isinstance(seen, int) or seen < 1:
        raise failure()
    return seen
