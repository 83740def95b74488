"""What drtui needs of a deployment for its races: the seam to the client.

`drtui.aws.race_calls` implements `DeploymentRaces` over HTTP. Every method may raise
`DeploymentError`, is safe to call from several threads, and is sent once. No path here is one of
those that a firewall counts.
"""

from datetime import datetime
from typing import Protocol

from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.races import Definition, ListedRace, RacePage, RankingPage


class DeploymentRaces(Protocol):
    """The calls about races; changes are for admins and race facilitators."""

    def races(self, token: str | None = None) -> RacePage:
        """Return one page (up to 100) of all races, ordered by when they close."""

    def race(self, race_id: str) -> ListedRace:
        """Return one race; whether it takes submissions is not told here."""

    def create(self, definition: Definition) -> str:
        """Create a race and return its id. Not idempotent: each call makes another one.

        Raises:
            DeploymentError: After `OUTCOME_UNKNOWN`, read the list before creating it again.
        """

    def edit(self, race_id: str, definition: Definition) -> ListedRace:
        """Replace the whole definition of a race."""

    def switch(
        self,
        race_id: str,
        *,
        auto_launch: bool | None = None,
        submissions_open: bool | None = None,
        live_at: datetime | None = None,
    ) -> None:
        """Change what of a live race changes without a definition; None leaves it as it is."""

    def delete(self, race_id: str) -> None:
        """Delete a race; one that is open, or live without a winner, is a `CONFLICT` or refused."""

    def rankings(self, race_id: str, token: str | None = None) -> RankingPage:
        """Return one page (up to 100) of a leaderboard, from the leader on."""

    def live_state(self, race_id: str) -> LiveState:
        """Return how a live race stands."""

    def live_queue(self, race_id: str) -> tuple[QueueItem, ...]:
        """Return all submissions in the queue, in their order."""

    def reorder(self, race_id: str, submission_id: str, after: str | None = None) -> QueueItem:
        """Move a pending submission behind another one; to the front without one."""

    def remove(self, race_id: str, submission_id: str) -> None:
        """Take a submission out of the queue that is pending or failed; else `CONFLICT`."""

    def reset_model(self, race_id: str, submission_id: str, reason: str = "") -> None:
        """Begin a submission anew that failed or runs.

        Raises:
            DeploymentError: `CONFLICT` where it may not be. The deployment answers 500 `{}` then
                (DeepRacer API facts, "Errors"), which is `UNAVAILABLE` here: read the queue.
        """

    def reset_all(self, race_id: str) -> None:
        """Stop what runs, clear the rankings, and make all submissions pending again."""

    def launch(self, race_id: str) -> None:
        """Run the next submission; `CONFLICT` while one runs."""

    def declare_winner(self, race_id: str) -> None:
        """Declare whoever leads the winner; `CONFLICT` while one runs. It can be repeated."""
