"""What is known of the deployment: its version, and what it can do; each with its age."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select

from drtui.domain.changes import RecordKind
from drtui.domain.features import Feature, features_of
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.facts import read_fact, write_fact
from drtui.store.tables import table
from drtui.store.users import moment

_FACTS: Final = table("deployment_fact")
_VERSION: Final = "version"
_FEATURE: Final = "feature: "


class Source(StrEnum):
    """How something is known."""

    SITE = "said by its site"
    FOUND_OUT = "found out"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a deployment.

    Attributes:
        has: Whether it has the feature; None where that was asked for and is not known.
        source: How it is known.
        as_of: When it was last said or found out.
    """

    has: bool | None
    source: Source
    as_of: datetime


@dataclass(frozen=True, slots=True)
class DeploymentFacts:
    """What is known of a deployment.

    Attributes:
        version: The `solutionVersion` as its site says it; empty when it says none.
        version_as_of: When that was read; None when it never was.
        features: What was said or found out; a feature that is not there was never asked for.
    """

    version: str = ""
    version_as_of: datetime | None = None
    features: Mapping[Feature, Fact] = field(default_factory=dict)


def write_version(database: Database, version: str) -> None:
    """Note a version as the deployment's site says it, and what that version can do.

    Of a version that cannot be read nothing follows; what was found out stays.
    """
    features = {name: has for name, has in features_of(version).items() if has is not None}
    _write(database, {_VERSION: version} | _named(features, Source.SITE))


def write_found(database: Database, features: Mapping[Feature, bool | None]) -> None:
    """Note what was found out by asking; None is that asking did not tell."""
    _write(database, _named(features, Source.FOUND_OUT))


def read_facts(connection: Connection) -> DeploymentFacts:
    """Return what is known of the deployment."""
    rows = {row["name"]: row for row in connection.execute(select(_FACTS)).mappings()}
    features = {}
    for feature in Feature:
        row = rows.get(_FEATURE + feature.value)
        as_of = None if row is None else moment(row["as_of"])
        if row is not None and as_of is not None:
            value = json.loads(row["value"])
            features[feature] = Fact(value["has"], Source(value["source"]), as_of)
    version = rows.get(_VERSION)
    if version is None:
        return DeploymentFacts(features=features)
    return DeploymentFacts(json.loads(version["value"]), moment(version["as_of"]), features)


def _named(features: Mapping[Feature, bool | None], source: Source) -> dict[str, object]:
    return {
        _FEATURE + feature.value: {"has": has, "source": source.value}
        for feature, has in features.items()
    }


def _write(database: Database, values: Mapping[str, object]) -> None:
    now = database.clock()
    with database.write() as connection:
        before = {name: read_fact(connection, name)[0] for name in values}
        for name, value in values.items():
            write_fact(connection, name, value, now)
        if before != dict(values):
            changed(connection, RecordKind.SYNC_STATE)
