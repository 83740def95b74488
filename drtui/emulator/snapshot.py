"""The whole true state, racer by racer, for tests that compare it with what was asked."""

from typing import Any

from drtui.emulator.account import Account
from drtui.emulator.records import Profile

FIELDS = {
    "alias": "alias",
    "avatar": "avatar",
    "emailAddress": "email",
    "computeMinutesUsed": "minutes_used",
    "computeMinutesQueued": "minutes_queued",
    "maxTotalComputeMinutes": "minutes_limit",
    "modelCount": "model_count",
    "maxModelCount": "model_limit",
    "modelStorageUsage": "storage",
    "roleName": "role_name",
    "createdAt": "created_at",
    "group": "group",
    "signedIn": "signed_in",
}
"""The names that control uses, and the fields of a profile behind them."""


def snapshot(account: Account, with_models: bool) -> dict[str, Any]:
    """Profiles by id, jobs and settings; what is absent is null, and nothing lags."""
    return {
        "now": account.clock.timestamp(),
        "settings": account.settings.document,
        "profiles": {
            profile.profile_id: _shown(profile, with_models)
            for profile in account.profiles.values()
        },
        "jobs": [
            {
                "profileId": job.profile_id,
                "modelId": job.model_id,
                "kind": job.kind,
                "requested": job.requested,
                "running": job.running,
            }
            for job in account.jobs.values()
        ],
    }


def _shown(profile: Profile, with_models: bool) -> dict[str, Any]:
    row = {name: getattr(profile, field) for name, field in FIELDS.items()}
    row["storedModels"] = len(profile.models)
    if with_models:
        row["models"] = [
            {"modelId": model.model_id, "name": model.name, "status": model.status}
            for model in profile.models.values()
        ]
    return row
