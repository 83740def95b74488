"""What errands will do, as a plan tells it in numbers: `55 IAM users will be made`."""

from collections.abc import Callable, Mapping
from typing import Final

from drtui.domain.access_errands import ACCESS, ACCOUNT, GIVEN, HOURS, RELAY_STATE
from drtui.domain.billing_errands import is_absent
from drtui.domain.errands import Service
from drtui.domain.invitation_errands import AGAIN, INVITED
from drtui.domain.operations import Values
from drtui.domain.race_errands import DEED, LiveDeed
from drtui.domain.race_errands import Deed as RaceDeed
from drtui.domain.sign_in_errands import CLOSED, PASSWORD, SIGN_IN
from drtui.domain.sponsor.identity_center import GROUP, PERMISSION_SET
from drtui.domain.wording import capitalised, counted

Deed = tuple[str, str, str]
"""What one target is called, what several are, and the sentence around them."""

_INVITED: Final = ("person", "people", "{} will be invited by the deployment")
_AGAIN: Final = ("invitation", "", "{} will be sent again by the deployment")
_RESET: Final = ("password", "", "{} will be reset")
_CLOSED: Final = ("sign-in", "", "{} will be closed")
_OPENED: Final = ("sign-in", "", "{} will be opened")
_MAIL: Final = ("invitation", "", "{} will be sent by email")
_ALERT: Final = "billing alert"
_SENDER: Final = ("sender", "", "The verification of {} will be asked for")
_QUOTA: Final = ("higher quota", "", "{} will be asked for")
_DOWNLOADED: Final = ("model", "", "{} will be downloaded")
_SAVED: Final = ("model", "", "{} will be saved to the bucket")
_STOPPED: Final = ("own model", "", "{} will be stopped by the deployment")
_STOPPED_IN_AWS: Final = ("model", "", "{} will be stopped in SageMaker")
_DELETED: Final = ("own model", "", "{} will be deleted")
_EMPTIED: Final = ("racer", "", "{} will lose all models, which were downloaded")
_IMPORTED: Final = ("model", "", "{} will be imported into your own profile")
_RACES: Final = {
    RaceDeed.CREATE.value: "{} will be created",
    RaceDeed.EDIT.value: "{} will be changed",
    RaceDeed.DELETE.value: "{} will be deleted",
    RaceDeed.MOVE_LIVE.value: "The live time of {} will be moved",
}
_LIVE: Final = {
    LiveDeed.LAUNCH.value: ("race", "", "The next submission of {} will be launched"),
    LiveDeed.RESET.value: ("submission", "", "{} will begin anew"),
    LiveDeed.RESET_ALL.value: ("race", "", "The whole of {} will begin anew"),
    LiveDeed.REMOVE.value: ("submission", "", "{} will be taken out of the queue"),
    LiveDeed.MOVE.value: ("submission", "", "{} will be moved in the queue"),
    LiveDeed.ORDER.value: ("queue", "", "{} will be brought into order"),
    LiveDeed.SWITCH.value: ("race", "", "{} will be switched"),
    LiveDeed.DECLARE_WINNER.value: ("winner", "", "{} will be declared"),
}
ON_MODELS: Final[Mapping[Service, str]] = {
    Service.DOWNLOADS: "downloaded",
    Service.BUCKET_SAVES: "saved to the bucket",
    Service.OWN_STOPS: "stopped",
    Service.STOPS: "stopped",
    Service.OWN_MODELS: "deleted",
}
"""What a model will be that an errand is about, as its row tells it."""

_HOME: Final = "the AWS console's home page"


def deed_line(deed: Deed, number: int) -> str:
    """Return so many errands of one deed in a line; see `deed_of`."""
    one, several, line = deed
    return line.format(counted(number, one, several))


def deed_of(target: str, before: Values, after: Values) -> Deed:
    """Return what an errand does.

    Args:
        target: The errand's, but not of a setting, which is told by its values.
        before: Its values before; what was said to be there.
        after: What is asked for.
    """
    return _DEEDS[Service(target.partition(":")[0])](before, after)


def _of_invitation(_: Values, after: Values) -> Deed:
    return _AGAIN if after.get(INVITED) == AGAIN else _INVITED


def _of_sign_in(_: Values, after: Values) -> Deed:
    if PASSWORD in after:
        return _RESET
    return _CLOSED if after.get(SIGN_IN) == CLOSED else _OPENED


def _of_iam(_: Values, after: Values) -> Deed:
    made = after.get(ACCESS) == GIVEN
    return "IAM user", "", "{} will be made" if made else "{} will be removed"


def _of_alert(before: Values, after: Values) -> Deed:
    if is_absent(after):
        return _ALERT, "", "{} will be removed"
    return _ALERT, "", "{} will be created" if is_absent(before) else "{} will be changed"


def _of_identity_center(_: Values, after: Values) -> Deed:
    if RELAY_STATE in after:
        leads = after[RELAY_STATE] or _HOME
        account = f"AWS account {after[ACCOUNT]}" if after.get(ACCOUNT) else "the AWS account"
        hours = after.get(HOURS)
        lasts = counted(hours, "hour") if isinstance(hours, int) else "?"
        line = capitalised(
            f"permission set {PERMISSION_SET} will be set up, and assigned to {GROUP} in "
            f"{account}; a sign-in lasts {lasts}, and leads to {leads} (relay state)"
        )
        return "", "", line.replace("{", "{{").replace("}", "}}")
    if after.get(ACCESS) == GIVEN:
        return "person", "people", "{} will be put into the group of Identity Center"
    return "person", "people", "{} will be taken out of the group of Identity Center"


def _of_race(_: Values, after: Values) -> Deed:
    return "race", "", _RACES[str(after.get(DEED))]


def _of_live(_: Values, after: Values) -> Deed:
    return _LIVE[str(after.get(DEED))]


_DEEDS: Final[Mapping[Service, Callable[[Values, Values], Deed]]] = {
    Service.INVITATIONS: _of_invitation,
    Service.SIGN_INS: _of_sign_in,
    Service.IAM: _of_iam,
    Service.IDENTITY_CENTER: _of_identity_center,
    Service.MAIL: lambda *_: _MAIL,
    Service.BILLING: _of_alert,
    Service.SENDERS: lambda *_: _SENDER,
    Service.QUOTAS: lambda *_: _QUOTA,
    Service.DOWNLOADS: lambda *_: _DOWNLOADED,
    Service.BUCKET_SAVES: lambda *_: _SAVED,
    Service.OWN_STOPS: lambda *_: _STOPPED,
    Service.STOPS: lambda *_: _STOPPED_IN_AWS,
    Service.OWN_MODELS: lambda *_: _DELETED,
    Service.DOWNLOADED_MODELS: lambda *_: _EMPTIED,
    Service.IMPORTS: lambda *_: _IMPORTED,
    Service.RACES: _of_race,
    Service.LIVE: _of_live,
}
