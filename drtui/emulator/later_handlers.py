"""What the operations that came with 1.3 do with the account."""

from drtui.emulator.account import Account
from drtui.emulator.errors import Answer, conflict, constraint_violated, not_found
from drtui.emulator.handlers import Call, profile_id_of
from drtui.emulator.model_cards import card_of, for_operators
from drtui.emulator.records import Status, present, to_json


def list_all_models(account: Account, call: Call) -> Answer:
    """GET /admin/models: of everybody, the newest first, in one answer.

    Older rows say nothing of their source, and lack the metadata.
    """
    wanted = call.query.get("status")
    if wanted is not None and wanted not in list(Status):
        problem = f"Member must satisfy enum value set: {', '.join(Status)}"
        raise constraint_violated("/status", problem)
    rows = [
        present(
            {
                "createdAt": model.created_at,
                "importErrorMessage": model.trouble if model.status is Status.ERROR else None,
                "metadata": for_operators(card_of(model)) if model.source else None,
                "modelId": model.model_id,
                "modelSource": model.source,
                "name": model.name,
                "profileId": profile.profile_id,
                "status": model.status,
                "username": profile.alias,
            }
        )
        for profile in account.profiles.values()
        for model in profile.models.values()
        if wanted in (None, model.status)
    ]
    rows.sort(key=lambda row: row["createdAt"], reverse=True)
    return Answer(body=to_json({"models": rows}))


def bulk_invite(account: Account, call: Call) -> Answer:
    """POST /profiles/bulkInvite: begins a job, which goes on by itself."""
    entries = [
        {name: each[name] for name in ("emailAddress", "displayName") if name in each}
        for each in call.body["profiles"]
    ]
    token: str | None = call.body.get("clientToken")
    job = account.invitations.begin(call.caller.profile_id, token, entries)
    status = job.status_at(account.clock.timestamp())
    body = {"jobId": job.job_id, "status": status, "totalEntries": len(job.entries)}
    return Answer(202, to_json(body))


def get_bulk_invite(account: Account, call: Call) -> Answer:
    """GET /profiles/bulkInvite/{jobId}: of the caller's own jobs."""
    found = account.invitations.shown(call.caller.profile_id, call.path["jobId"])
    return Answer(body=to_json(found))


def resend_invite(account: Account, call: Call) -> Answer:
    """POST /profiles/{profileId}/resendInvite: until the first sign-in.

    An unknown profile is "not found" here, unlike in the operations of 1.2.
    """
    profile = account.profiles.get(profile_id_of(call))
    if profile is None or profile.email is None:
        raise not_found()
    if profile.signed_in:
        message = "This user has signed in already."
        raise conflict(message)
    return Answer(body=to_json({"message": "The invitation was sent again."}))
