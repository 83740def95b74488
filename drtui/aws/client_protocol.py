"""The deployment's operations, as botocore makes them at run time from the service model."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class DeepRacerClient(Protocol):
    """The operations of the service model, as botocore makes them at run time."""

    def list_profiles(self, *, token: str = ...) -> Mapping[str, object]:
        """GET /profiles."""

    def list_admin_profiles(self) -> Mapping[str, object]:
        """GET /admin/profiles."""

    def get_bulk_invite(self, **members: str) -> Mapping[str, object]:
        """GET /profiles/bulkInvite/{jobId}."""

    def get_profile(self) -> Mapping[str, object]:
        """GET /profile."""

    def update_profile(self, **members: str | int) -> Mapping[str, object]:
        """PATCH /profile."""

    def update_group_membership(self, **members: str) -> Mapping[str, object]:
        """PUT /profile/role."""

    def list_profile_models(self, **members: str) -> Mapping[str, object]:
        """GET /admin/profiles/{profileId}/models."""

    def delete_profile_models(self, **members: str) -> Mapping[str, object]:
        """DELETE /profiles/{profileId}/models."""

    def delete_profile(self, **members: str) -> Mapping[str, object]:
        """DELETE /profiles/{profileId}."""

    def get_setting(self, *, key: str) -> Mapping[str, object]:
        """GET /settings/{key}."""

    def put_setting(self, *, key: str, value: int | str) -> Mapping[str, object]:
        """PUT /settings/{key}."""

    def create_profile(self, **members: str) -> Mapping[str, object]:
        """POST /profile."""

    def bulk_invite(
        self, *, profiles: Sequence[Mapping[str, str]], **members: str
    ) -> Mapping[str, object]:
        """POST /profiles/bulkInvite."""

    def resend_invite(self, **members: str) -> Mapping[str, object]:
        """POST /profiles/{profileId}/resendInvite."""

    def list_all_models(self) -> Mapping[str, object]:
        """GET /admin/models."""

    def list_models(self, *, token: str = ...) -> Mapping[str, object]:
        """GET /models."""

    def get_model(self, **members: str) -> Mapping[str, object]:
        """GET /models/{modelId}."""

    def list_evaluations(self, **members: str) -> Mapping[str, object]:
        """GET /models/{modelId}/evaluations."""

    def stop_model(self, **members: str) -> Mapping[str, object]:
        """PATCH /models/{modelId}."""

    def delete_model(self, **members: str) -> Mapping[str, object]:
        """DELETE /models/{modelId}."""

    def import_model(self, **members: str) -> Mapping[str, object]:
        """POST /importmodel."""

    def get_asset(self, **members: str) -> Mapping[str, object]:
        """GET /admin/models/{modelId}/getasset."""

    def list_leaderboards(self, *, token: str = ...) -> Mapping[str, object]:
        """GET /leaderboards."""

    def create_leaderboard(self, **members: Mapping[str, object]) -> Mapping[str, object]:
        """POST /leaderboards."""

    def get_leaderboard(self, **members: str) -> Mapping[str, object]:
        """GET /leaderboards/{leaderboardId}."""

    def edit_leaderboard(self, **members: str | Mapping[str, object]) -> Mapping[str, object]:
        """PATCH /leaderboards/{leaderboardId} with a definition."""

    def switch_leaderboard(self, **members: str | bool) -> Mapping[str, object]:
        """PATCH /leaderboards/{leaderboardId} without one."""

    def delete_leaderboard(self, **members: str) -> Mapping[str, object]:
        """DELETE /leaderboards/{leaderboardId}."""

    def list_rankings(self, **members: str) -> Mapping[str, object]:
        """GET /leaderboards/{leaderboardId}/rankings."""

    def get_live_state(self, **members: str) -> Mapping[str, object]:
        """GET /leaderboards/{leaderboardId}/liveState."""

    def get_live_queue(self, **members: str) -> Mapping[str, object]:
        """GET /leaderboards/{leaderboardId}/liveQueue."""

    def reorder_live_queue(self, **members: str) -> Mapping[str, object]:
        """POST /leaderboards/{leaderboardId}/liveQueue/reorder."""

    def remove_from_live_queue(self, **members: str) -> Mapping[str, object]:
        """DELETE /leaderboards/{leaderboardId}/liveQueue/{submissionId}."""

    def reset_live_model(self, **members: str) -> Mapping[str, object]:
        """POST /leaderboards/{leaderboardId}/liveQueue/{submissionId}/resetModel."""

    def reset_live_queue(self, **members: str) -> Mapping[str, object]:
        """POST /leaderboards/{leaderboardId}/liveQueue/resetAll."""

    def launch_live_race(self, **members: str) -> Mapping[str, object]:
        """POST /leaderboards/{leaderboardId}/liveQueue/launch."""

    def declare_winner(self, **members: str) -> Mapping[str, object]:
        """POST /leaderboards/{leaderboardId}/declareWinner."""

    def close(self) -> None:
        """Close the idle connections."""
