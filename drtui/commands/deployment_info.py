"""What is known of an account's deployment: its version, what it can do, and in which role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from drtui.domain.features import Feature
from drtui.domain.records import Role
from drtui.domain.text import clean, iso
from drtui.store import deployment_facts
from drtui.store.database import Database, Transaction
from drtui.store.deployment_facts import Fact
from drtui.store.sign_in import read_sign_in


@dataclass(frozen=True, slots=True)
class DeploymentInfo:
    """What is known of a deployment.

    Attributes:
        version: As its site says it, safe to show; empty when that is not known.
        version_as_of: When it was read; None when it never was.
        features: Every feature; None for one that was never asked for.
        role: In which role it is used.
    """

    version: str
    version_as_of: datetime | None
    features: Mapping[Feature, Fact | None]
    role: Role

    def as_json(self) -> dict[str, object]:
        """Return it for `--json`: an unknown version, feature or age is null."""
        return {
            "version": self.version or None,
            "version_as_of": iso(self.version_as_of),
            "features": {
                feature.value: {
                    "has": None if fact is None else fact.has,
                    "known": None if fact is None else fact.source.value,
                    "as_of": None if fact is None else iso(fact.as_of),
                }
                for feature, fact in self.features.items()
            },
            "role": self.role.value,
        }


def deployment_info(database: Database) -> DeploymentInfo:
    """Return what the store knows of the deployment.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with database.read() as connection:
        return deployment_info_in(connection)


def deployment_info_in(connection: Transaction) -> DeploymentInfo:
    """Return what the store knows of the deployment, as one transaction sees it."""
    facts = deployment_facts.read_facts(connection)
    return DeploymentInfo(
        version=clean(facts.version),
        version_as_of=facts.version_as_of,
        features={feature: facts.features.get(feature) for feature in Feature},
        role=read_sign_in(connection).role,
    )
