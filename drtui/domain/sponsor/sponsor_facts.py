"""What the checklist learned of the sponsor's AWS account beside how each line stands. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from drtui.domain.sponsor.quotas import ServiceQuota
from drtui.domain.text import clean


@dataclass(frozen=True, slots=True)
class SponsorFacts:
    """What was found out last, so that it is known without the network; empty is unknown.

    Attributes:
        account: The AWS account, 12 digits.
        arn: Of whose credentials they are.
        quotas: Those of training jobs, as far as AWS tells them.
    """

    account: str = ""
    arn: str = ""
    quotas: tuple[ServiceQuota, ...] = ()


def facts_values(facts: SponsorFacts) -> dict[str, object]:
    """Return facts as they are kept."""
    return asdict(facts)


def facts_from(value: object) -> SponsorFacts:
    """Return facts as they were kept; what cannot be read is unknown."""
    if not isinstance(value, dict):
        return SponsorFacts()
    quotas = value.get("quotas")
    known = [one for one in quotas if isinstance(one, dict)] if isinstance(quotas, list) else []
    return SponsorFacts(
        _text(value, "account", 20), _text(value, "arn", 300), tuple(map(_quota, known))
    )


def _quota(kept: Mapping[str, Any]) -> ServiceQuota:
    value, adjustable = kept.get("value"), kept.get("adjustable")
    return ServiceQuota(
        _text(kept, "name", 120),
        _text(kept, "code", 40),
        value if isinstance(value, int) else None,
        kept.get("default") is True,
        adjustable if isinstance(adjustable, bool) else None,
    )


def _text(values: Mapping[str, Any], name: str, longest: int) -> str:
    text = values.get(name)
    return clean(text, longest) if isinstance(text, str) else ""
