"""What an undo makes of errands: some are put back by an errand the other way round, others last.

What a service has done shows nowhere in the store but for settings, so that otherwise the newest
errand of the same subject tells what is there now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drtui.domain.errands import PUT_BACK, Errand, Service, subject_of
from drtui.domain.operations import ON_THE_WAY, Item, Values
from drtui.domain.overtaken import Later, errand_overtaken_by
from drtui.domain.planning import Outcome, PlannedTarget, plan_errand
from drtui.domain.records import AccountSettings
from drtui.domain.setting_keys import VALUE, SettingKey, value_in
from drtui.domain.sign_in_errands import CLOSED, LATE, SIGN_IN, email_of
from drtui.domain.wording import changed_since

_LASTING: Final[Mapping[Service, str]] = {
    Service.SIGN_INS: "a password that was reset cannot be put back",
    Service.INVITATIONS: "an invitation that was sent cannot be taken back",
    Service.IAM: "a change of IAM users cannot be taken back",
    Service.IDENTITY_CENTER: "a change in Identity Center cannot be taken back",
    Service.MAIL: "an email that was sent cannot be taken back",
    Service.BILLING: "a change of billing alerts cannot be taken back",
    Service.SENDERS: "a message that SES sent cannot be taken back",
    Service.QUOTAS: "what AWS was asked for cannot be taken back from here",
    Service.DOWNLOADS: "what was downloaded stays: delete the files where you do not want them",
    Service.BUCKET_SAVES: "what was saved stays: delete it in the bucket where you do not want it",
    Service.OWN_STOPS: "what was stopped does not go on",
    Service.STOPS: "what was stopped does not go on",
    Service.OWN_MODELS: "a deletion cannot be undone",
    Service.DOWNLOADED_MODELS: "a deletion cannot be undone",
    Service.IMPORTS: "what was imported stays: delete the model where you do not want it",
    Service.RACES: "what became of a race stays: edit it, or delete it",
    Service.LIVE: "what was done in a live race stays",
}
_FIELDS: Final = {Service.SETTINGS: VALUE, Service.SIGN_INS: SIGN_IN}
"""What is put back, by service; an errand that has no such field lasts."""

_UNKNOWN: Final = {
    Service.SETTINGS: "cannot bring back a setting that was not known",
    Service.SIGN_INS: "cannot bring back a sign-in that was not known",
}
_BY_OTHERS: Final = "changed since by somebody else"


@dataclass(frozen=True, slots=True)
class Present:
    """What an errand's subject has once what is on its way has arrived.

    Attributes:
        values: The fields of the errand.
        by: The later operation that asked for them; None where there is none.
    """

    values: Values
    by: int | None = None


def present_of(item: Item, later: Sequence[Item], settings: AccountSettings) -> Present:
    """Return what an errand's subject has, as far as is known.

    Args:
        item: The errand to undo.
        later: The errands of the same target that came about or may come about after it, the
            oldest first.
        settings: As last read.
    """
    present = Present(item.after)
    read = None
    if item.service == Service.SETTINGS and item.state not in ON_THE_WAY:
        read = value_in(settings, SettingKey(subject_of(item)))
        if read is not None:
            present = Present({VALUE: read})
    for one in later:
        if read is None or one.state in ON_THE_WAY or one.after == present.values:
            present = Present(one.after, one.operation_id)
    return present


def plan_put_back(
    item: Item, present: Present, later: Sequence[Later], whose: Mapping[int, str]
) -> PlannedTarget:
    """Plan the undo of one errand that came about, or may have.

    Args:
        item: The errand to undo.
        present: What its subject has now; anything but what it asked for was changed since.
        later: What came about of its subject since, which may have asked for just the same.
        whose: Who confirmed later operations, where it was somebody else.
    """
    service = Service(item.service or "")
    name = _FIELDS.get(service, "")
    if service not in PUT_BACK or name not in item.after:
        return _cannot(item, service, item.after, _LASTING[service])
    if item.before.get(name) is None:
        return _cannot(item, service, present.values, _UNKNOWN[service])
    now = present.values.get(name)
    by, changed = present.by, now != item.before[name]
    if now == item.after[name]:
        by = errand_overtaken_by(item, name, later)
        changed = by is not None
    if changed:
        why = _BY_OTHERS if by is None else changed_since([by], whose)
        return _cannot(item, service, present.values, why)
    before, after = ({**item.after, name: value} for value in (now, item.before[name]))
    return plan_errand(_errand(item, service, before, after))


def _cannot(item: Item, service: Service, present: Values, reason: str) -> PlannedTarget:
    row = plan_errand(_errand(item, service, present, present))
    return replace(row, outcome=Outcome.CANNOT, reason=reason)


def _errand(item: Item, service: Service, before: Values, after: Values) -> Errand:
    closes = service is Service.SIGN_INS and after.get(SIGN_IN) == CLOSED
    note = LATE if closes and before != after else ""
    email = email_of(item) or None if service is Service.SIGN_INS else None
    return Errand(service, subject_of(item), item.label, before, after, note, email)
