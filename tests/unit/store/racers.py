"""Racers in a SQLite file, for tests of what finds them."""

import random
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, create_engine

from drtui.domain.filters import Expression, parse
from drtui.domain.operations import ItemState
from drtui.domain.records import Role, Status
from drtui.domain.spending import Rates
from drtui.store.filter_sql import where
from drtui.store.tables.log import OperationItemRow, OperationRow
from drtui.store.tables.racers import SponsoredUserRow, TagRow
from drtui.store.users import search_text, user_keys

RATES: Final = Rates()
MOMENT: Final = datetime(2026, 5, 14, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Racer:
    """A row to be, with what hangs on it."""

    alias: str = "RacerAlias"
    email: str | None = "racer@example.com"
    tags: tuple[tuple[str, str], ...] = ()
    status: Status = Status.ACTIVE
    role: Role = Role.RACER
    used: int | None = 60
    queued: int | None = 0
    limit: int | None = 300
    models: int | None = 1
    models_limit: int | None = 3
    storage: int | None = 0
    total: int | None = 60
    created_at: datetime | None = MOMENT
    items: tuple[ItemState, ...] = ()
    profile_id: str = field(
        default_factory=lambda: "".join(random.choices(string.ascii_letters + string.digits, k=15))
    )

    @property
    def search_text(self) -> str:
        labels = (value if key == "tag" else f"{key}:{value}" for key, value in self.tags)
        return search_text(self.alias, self.email, " ".join(sorted(labels)))

    def row(self) -> SponsoredUserRow:
        return SponsoredUserRow(
            profile_id=self.profile_id,
            alias=self.alias,
            email=self.email,
            role=self.role.value,
            status=self.status.value,
            minutes_used=self.used,
            minutes_queued=self.queued,
            minutes_limit=self.limit,
            models=self.models,
            models_limit=self.models_limit,
            storage_bytes=self.storage,
            total_minutes=self.total,
            created_at=None if self.created_at is None else self.created_at.timestamp(),
            search_text=self.search_text,
            seen_sweep=1,
            as_of=0.0,
        )


class Store:
    """A SQLite file with racers in it, numbered from 1 as they were given."""

    def __init__(self, path: Path, racers: list[Racer]) -> None:
        self.engine: Engine = create_engine(f"sqlite:///{path}")
        SQLModel.metadata.create_all(self.engine)
        with Session(self.engine) as session:
            operation = OperationRow(
                kind="pause", what="", who="", account_user="", created_at=0.0, params={}
            )
            session.add(operation)
            session.flush()
            assert operation.id is not None
            for number, racer in enumerate(racers, start=1):
                row = racer.row()
                row.id = number
                session.add(row)
                session.add_all(
                    TagRow(profile_id=racer.profile_id, key=key, value=value)
                    for key, value in racer.tags
                )
                session.add_all(
                    OperationItemRow(
                        operation_id=operation.id,
                        target=racer.profile_id,
                        label="",
                        before={},
                        after={},
                        theirs={},
                        state=state.value,
                    )
                    for state in racer.items
                )
            session.commit()

    def matches(self, expression: Expression | str, rates: Rates = RATES) -> set[int]:
        parsed = parse(expression) if isinstance(expression, str) else expression
        with self.engine.connect() as connection:
            return set(user_keys(connection, where(parsed, rates=rates)))
