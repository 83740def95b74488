"""The deployment's races over HTTP: implements `domain.race_calls.DeploymentRaces`."""

import re
from datetime import datetime
from typing import Final

from drtui.aws import race_records, records
from drtui.aws.answers import DOUBT, unbelieved
from drtui.aws.line import Line
from drtui.aws.usable import following_token, usable
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.race_documents import definition_document, wire_time
from drtui.domain.races import Definition, ListedRace, RacePage, RankingPage

_OURS: Final = re.compile(r"[A-Za-z0-9]{15}")
_LACK_OF_RACES: Final = "id, name or times"


class RaceCalls:
    """Implements `DeploymentRaces`; safe to use from several threads.

    Args:
        line: Where the signed calls go.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    def races(self, token: str | None = None) -> RacePage:
        """See `DeploymentRaces`; a race without an id, a name or times is left out, and logged."""
        asked = {} if token is None else {"token": token}
        answer = self._line.ask(lambda client: client.list_leaderboards(**asked))
        found = usable(
            answer["leaderboards"], race_records.listed_race, "race", lack=_LACK_OF_RACES
        )
        entries = answer["leaderboards"]
        whole = isinstance(entries, list) and len(found) == len(entries)
        return RacePage(found, following_token(answer, token), whole)

    def race(self, race_id: str) -> ListedRace:
        """See `DeploymentRaces`; an answer for another race is `UNAVAILABLE`."""
        check_race_id(race_id)
        answer = self._line.ask(lambda client: client.get_leaderboard(leaderboardId=race_id))
        return _race_of(answer.get("leaderboard"), race_id, write=False)

    def create(self, definition: Definition) -> str:
        """See `DeploymentRaces`; an answer without an id leaves the outcome unknown.

        So does one that says that the deployment failed: the race may be there for all that, and
        creating it once more would make two.
        """
        document = definition_document(definition)
        try:
            answer = self._line.ask(
                lambda client: client.create_leaderboard(leaderboardDefinition=document),
                write=True,
            )
        except DeploymentError as error:
            if error.kind is not FailureKind.UNAVAILABLE or error.status is None:
                raise
            failure = _doubtful(error)
        else:
            race_id = answer.get("leaderboardId")
            if isinstance(race_id, str) and _OURS.fullmatch(race_id):
                return race_id
            failure = unbelieved("the race has no id", write=True, status=200)
        raise failure

    def edit(self, race_id: str, definition: Definition) -> ListedRace:
        """See `DeploymentRaces`; an answer for another race leaves the outcome unknown."""
        check_race_id(race_id)
        document = definition_document(definition)
        answer = self._line.ask(
            lambda client: client.edit_leaderboard(
                leaderboardId=race_id, leaderboardDefinition=document
            ),
            write=True,
        )
        return _race_of(answer.get("leaderboard"), race_id, write=True)

    def switch(
        self,
        race_id: str,
        *,
        auto_launch: bool | None = None,
        submissions_open: bool | None = None,
        live_at: datetime | None = None,
    ) -> None:
        """See `DeploymentRaces`; an answer for another race leaves the outcome unknown.

        Raises:
            ValueError: There is nothing to change.
            DeploymentError: Also `INVALID`, and nothing was sent, when the id cannot be one.
        """
        named = {
            "autoLaunchEnabled": auto_launch,
            "submissionPeriodOpen": submissions_open,
            "liveEventTime": None if live_at is None else wire_time(live_at),
        }
        given = {name: value for name, value in named.items() if value is not None}
        if not given:
            raise ValueError("there is nothing to change")
        check_race_id(race_id)
        answer = self._line.ask(
            lambda client: client.switch_leaderboard(leaderboardId=race_id, **given), write=True
        )
        # No such answer was observed: one without a race is as good as an empty body.
        if "leaderboard" in answer:
            changed = records.mapping(answer["leaderboard"])
            if changed.get("leaderboardId") != race_id:
                raise unbelieved("it is for another race", write=True, status=200)

    def delete(self, race_id: str) -> None:
        """See `DeploymentRaces`."""
        check_race_id(race_id)
        self._line.ask(lambda client: client.delete_leaderboard(leaderboardId=race_id), write=True)

    def rankings(self, race_id: str, token: str | None = None) -> RankingPage:
        """See `DeploymentRaces`; a ranking without a place is left out, and logged."""
        check_race_id(race_id)
        asked = {"leaderboardId": race_id} | ({} if token is None else {"token": token})
        answer = self._line.ask(lambda client: client.list_rankings(**asked))
        found = usable(answer["rankings"], race_records.ranking, "ranking", lack="place")
        return RankingPage(found, following_token(answer, token))

    def live_state(self, race_id: str) -> LiveState:
        """See `DeploymentRaces`; an answer for another race is `UNAVAILABLE`."""
        check_race_id(race_id)
        answer = self._line.ask(lambda client: client.get_live_state(leaderboardId=race_id))
        rankings = usable(answer["rankings"], race_records.ranking, "ranking", lack="place")
        state = race_records.live_state(answer, rankings)
        if state is None or state.race_id != race_id:
            raise unbelieved("it is for another race", write=False, status=200)
        return state

    def live_queue(self, race_id: str) -> tuple[QueueItem, ...]:
        """See `DeploymentRaces`; a submission without an id is left out, and logged."""
        check_race_id(race_id)
        answer = self._line.ask(lambda client: client.get_live_queue(leaderboardId=race_id))
        found = usable(answer["items"], race_records.queue_item, "submission")
        return tuple(sorted(found, key=lambda one: one.place))

    def reorder(self, race_id: str, submission_id: str, after: str | None = None) -> QueueItem:
        """See `DeploymentRaces`; an answer for another submission leaves the outcome unknown."""
        members = _submission(race_id, submission_id)
        if after is not None:  # null is refused (DeepRacer API facts, behaviour 10)
            check_submission_id(after)
            members["afterSubmissionId"] = after
        answer = self._line.ask(lambda client: client.reorder_live_queue(**members), write=True)
        item = race_records.queue_item(answer.get("item"))
        if item is None or item.submission_id != submission_id:
            raise unbelieved("it is for another submission", write=True, status=200)
        return item

    def remove(self, race_id: str, submission_id: str) -> None:
        """See `DeploymentRaces`."""
        members = _submission(race_id, submission_id)
        self._line.ask(lambda client: client.remove_from_live_queue(**members), write=True)

    def reset_model(self, race_id: str, submission_id: str, reason: str = "") -> None:
        """See `DeploymentRaces`; no reason is sent where there is none."""
        members = _submission(race_id, submission_id) | ({"reason": reason} if reason else {})
        self._line.ask(lambda client: client.reset_live_model(**members), write=True)

    def reset_all(self, race_id: str) -> None:
        """See `DeploymentRaces`."""
        check_race_id(race_id)
        self._line.ask(lambda client: client.reset_live_queue(leaderboardId=race_id), write=True)

    def launch(self, race_id: str) -> None:
        """See `DeploymentRaces`."""
        check_race_id(race_id)
        self._line.ask(lambda client: client.launch_live_race(leaderboardId=race_id), write=True)

    def declare_winner(self, race_id: str) -> None:
        """See `DeploymentRaces`."""
        check_race_id(race_id)
        self._line.ask(lambda client: client.declare_winner(leaderboardId=race_id), write=True)


def check_race_id(race_id: str) -> None:
    """Refuse what cannot be a race's id, before anything is sent.

    Raises:
        DeploymentError: `INVALID`.
    """
    if not _OURS.fullmatch(race_id):
        raise DeploymentError(FailureKind.INVALID, "The deployment has no such race ids.")


def check_submission_id(submission_id: str) -> None:
    """Refuse what cannot be a submission's id, before anything is sent.

    Raises:
        DeploymentError: `INVALID`.
    """
    if not _OURS.fullmatch(submission_id):
        raise DeploymentError(FailureKind.INVALID, "The deployment has no such submission ids.")


def _submission(race_id: str, submission_id: str) -> dict[str, str]:
    check_race_id(race_id)
    check_submission_id(submission_id)
    return {"leaderboardId": race_id, "submissionId": submission_id}


def _race_of(value: object, race_id: str, *, write: bool) -> ListedRace:
    race = race_records.listed_race(value)
    if race is None:
        raise unbelieved(f"the race has no {_LACK_OF_RACES}", write=write, status=200)
    if race.race_id != race_id:
        raise unbelieved("it is for another race", write=write, status=200)
    return race


def _doubtful(error: DeploymentError) -> DeploymentError:
    """Return the failure of a change that may have taken effect all the same."""
    return DeploymentError(
        FailureKind.OUTCOME_UNKNOWN,
        error.message.removesuffix(".") + DOUBT + ".",
        status=error.status,
        code=error.code,
        retry_after=error.retry_after,
    )
