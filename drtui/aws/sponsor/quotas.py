"""Service Quotas: what SageMaker lets the account run at once, as applied or by default."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.quotas import (
    ACROSS_NAMES,
    DEFAULT_INSTANCE,
    QuotaRequest,
    ServiceQuota,
    TrainingQuotas,
    instance_quota_name,
)
from drtui.domain.text import clean

_SERVICE: Final = "service-quotas"
_SAGEMAKER: Final = "sagemaker"
_PAGE: Final = 100
_INSTANCES: Final = "instances"
_ACROSS: Final = "across"


class ServiceQuotas:
    """Implements `drtui.domain.sponsor.quotas.Quotas`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def training(self, instance_type: str = DEFAULT_INSTANCE) -> TrainingQuotas:
        """Return the quotas of training jobs in the deployment's region.

        SageMaker has thousands of quotas, a hundred to a page, so the list is read only as far as
        needed. It leaves out quotas of which no applied value is known: those are looked up among
        AWS's defaults. What may not be read there stays unknown, with the permission that it needs.
        """
        names = {instance_quota_name(instance_type): _INSTANCES}
        names |= dict.fromkeys(ACROSS_NAMES, _ACROSS)
        found = self._find("ListServiceQuotas", names, set(names.values()))
        permission = ""
        try:
            for which, quota in found.items():
                if quota.value is None and quota.code:
                    found[which] = self._default(quota)
            wanted = {_INSTANCES, _ACROSS} - set(found)
            if wanted:
                found |= self._find("ListAWSDefaultServiceQuotas", names, wanted, default=True)
        except SponsorError as error:
            if error.kind is not SponsorFailure.DENIED:
                raise
            permission = error.permission
        return TrainingQuotas(instance_type, found.get(_INSTANCES), found.get(_ACROSS), permission)

    def request_increase(self, code: str, instances: int) -> QuotaRequest:
        """Ask AWS for a higher quota of SageMaker's, once."""
        answer = self._door.call(
            _SERVICE,
            "RequestServiceQuotaIncrease",
            {"ServiceCode": _SAGEMAKER, "QuotaCode": code, "DesiredValue": float(instances)},
            write=True,
        )
        told = answer.get("RequestedQuota") or {}
        return QuotaRequest(
            clean(str(told.get("Id") or ""), 60), clean(str(told.get("Status") or ""), 40)
        )

    def _find(
        self, operation: str, names: Mapping[str, str], wanted: set[str], *, default: bool = False
    ) -> dict[str, ServiceQuota]:
        """Return the wanted quotas by what they bound, as far as the list has them."""
        found: dict[str, ServiceQuota] = {}
        members = {"ServiceCode": _SAGEMAKER, "MaxResults": _PAGE}
        for told in self._door.pages(_SERVICE, operation, "Quotas", members):
            which = names.get(" ".join(str(told.get("QuotaName") or "").split()).lower())
            if which in wanted and which not in found:
                found[which] = _quota(told, default=default)
                if len(found) == len(wanted):
                    break
        return found

    def _default(self, quota: ServiceQuota) -> ServiceQuota:
        """Return AWS's default for a quota whose applied value was not told."""
        try:
            answer = self._door.call(
                _SERVICE,
                "GetAWSDefaultServiceQuota",
                {"ServiceCode": _SAGEMAKER, "QuotaCode": quota.code},
            )
        except SponsorError as error:
            if error.kind is not SponsorFailure.NOT_FOUND:
                raise
            return quota
        told = _quota(answer.get("Quota") or {}, default=True)
        return replace(quota, value=told.value, default=True)


def _quota(told: Mapping[str, Any], *, default: bool) -> ServiceQuota:
    value = told.get("Value")
    known = isinstance(value, int | float) and math.isfinite(value) and not told.get("ErrorReason")
    adjustable = told.get("Adjustable")
    return ServiceQuota(
        clean(str(told.get("QuotaName") or ""), 120),
        clean(str(told.get("QuotaCode") or ""), 40),
        int(value) if known and value is not None else None,
        default,
        adjustable if isinstance(adjustable, bool) else None,
    )
