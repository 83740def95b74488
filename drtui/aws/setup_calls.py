"""The deployment's settings and invitations over HTTP: implements `domain.deployment_setup`."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from drtui.aws import records
from drtui.aws.answers import discreet, unbelieved
from drtui.aws.line import Line
from drtui.domain.deployment_setup import Invitee, InviteJob, InviteResult
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import Value
from drtui.domain.records import AccountSettings
from drtui.domain.setting_keys import SettingKey, stored_name
from drtui.domain.text import clean

_PROFILE_ID: Final = re.compile(r"[A-Za-z0-9]{15}")
_JOB_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_QUOTAS: Final = "usageQuotas"
# What the deployment says (DeepRacer API facts, behaviour 8, and POST /profile).
_BEING_DEPLOYED: Final = "failed to update setting"
_EXISTS: Final = "already exists"


class SetupCalls:
    """Implements `DeploymentSetup`; safe to use from several threads.

    Args:
        line: Where the signed calls go.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    def setting(self, key: str) -> Value:
        """See `DeploymentSetup`."""
        return _leaf(self._read(key))

    def set_setting(self, key: str, value: int | str) -> bool:
        """See `DeploymentSetup`."""
        try:
            self._line.ask(lambda client: client.put_setting(key=key, value=value), write=True)
        except DeploymentError as error:
            if error.status != 500 or _BEING_DEPLOYED not in error.message.lower():
                raise
            return False
        return True

    def account_settings(self) -> AccountSettings:
        """Return all settings that drtui reads; one that the deployment does not have is None.

        The quotas are read at once, and by itself what that leaves out.
        """
        quotas = self._read(_QUOTAS)
        found = {key: _within(quotas, key) for key in SettingKey}
        values = {
            key: _leaf(self._read(key) if found[key] is None else found[key]) for key in SettingKey
        }
        numbers = {
            stored_name(key): value if isinstance(value, int) else None
            for key, value in values.items()
            if key is not SettingKey.REGISTRATION
        }
        registration = values[SettingKey.REGISTRATION]
        return AccountSettings(
            **numbers, registration=registration if isinstance(registration, str) else None
        )

    def invite(self, email: str) -> bool:
        """See `DeploymentSetup`."""
        try:
            self._line.ask(lambda client: client.create_profile(emailAddress=email), write=True)
        except DeploymentError as error:
            if error.kind is not FailureKind.INVALID or _EXISTS not in error.message.lower():
                raise
            return False
        return True

    def bulk_invite(self, invitees: Sequence[Invitee], client_token: str) -> str:
        """See `DeploymentSetup`; an id that no path can carry leaves the outcome unknown."""
        entries = [invitee.as_entry() for invitee in invitees]
        answer = self._line.ask(
            lambda client: client.bulk_invite(profiles=entries, clientToken=client_token),
            write=True,
        )
        job_id = answer.get("jobId")
        if not isinstance(job_id, str) or not _JOB_ID.fullmatch(job_id):
            raise unbelieved("the job has no id", write=True, status=202)
        return job_id

    def bulk_invite_job(self, job_id: str) -> InviteJob:
        """See `DeploymentSetup`."""
        answer = self._line.ask(lambda client: client.get_bulk_invite(jobId=job_id))
        status = records.text(answer.get("status"))
        if status is None:
            raise unbelieved("the job has no status", write=False, status=200)
        listed = answer.get("results")
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        return InviteJob(
            clean(status, 40),
            {
                email.lower(): InviteResult(_shown(row.get("status")), _shown(row.get("reason")))
                for row in rows
                if (email := records.text(row.get("emailAddress"))) is not None
            },
            _shown(answer.get("errorMessage")),
        )

    def resend_invite(self, profile_id: str) -> None:
        """See `DeploymentSetup`."""
        check_profile_id(profile_id)
        self._line.ask(lambda client: client.resend_invite(profileId=profile_id), write=True)

    def _read(self, key: str) -> object:
        try:
            return self._line.ask(lambda client: client.get_setting(key=key)).get("value")
        except DeploymentError as error:
            if error.kind is FailureKind.NOT_FOUND:
                return None
            raise


def check_profile_id(profile_id: str) -> None:
    """Refuse what cannot be a profile's id, before anything is sent.

    Raises:
        DeploymentError: `INVALID`.
    """
    if not _PROFILE_ID.fullmatch(profile_id):
        raise DeploymentError(FailureKind.INVALID, "The deployment has no such profile ids.")


def _within(quotas: object, key: SettingKey) -> object:
    """Return a setting out of the document of quotas; None where it is not in there."""
    first, *parts = key.split(".")
    value = quotas if first == _QUOTAS else None
    for part in parts:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _leaf(value: object) -> Value:
    """Return a setting's value: what reads as a number is one, and an object is nothing."""
    number = records.whole(value)
    return records.text(value) if number is None else number


def _shown(value: object) -> str:
    return discreet(records.text(value) or "")
