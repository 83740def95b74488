"""The keys that sign calls: whose they are, and whether they still count."""

import secrets
from dataclasses import dataclass

from drtui.emulator.records import Group


@dataclass(slots=True)
class SigningKey:
    """Temporary credentials, as the identity pool gives them out.

    Attributes:
        access_key: starts with `ASIA`.
        secret_key: signs.
        session_token: sent with each call; empty for keys that have none.
        group: the role at the time of issue; a later change of role does not touch it
            (DeepRacer API facts, behaviour 11).
        profile_id: who the caller is.
        expires_at: seconds since the epoch; None never.
    """

    access_key: str
    secret_key: str
    session_token: str
    group: Group
    profile_id: str
    expires_at: float | None = None

    @classmethod
    def issue(cls, group: Group, profile_id: str) -> "SigningKey":
        """Make a key at random."""
        return cls(
            access_key="ASIA" + secrets.token_hex(8).upper(),
            secret_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(180),
            group=group,
            profile_id=profile_id,
        )

    def public(self) -> dict[str, str]:
        """What the ready line says of it."""
        return {
            "access_key": self.access_key,
            "secret_key": self.secret_key,
            "session_token": self.session_token,
        }


class KeyRing:
    """All keys by their access key."""

    def __init__(self) -> None:
        self._keys: dict[str, SigningKey] = {}

    def add(self, key: SigningKey) -> None:
        """Accept a key from now on, instead of an earlier one of the same name."""
        self._keys[key.access_key] = key

    def remove(self, key: SigningKey) -> None:
        """Know a key no longer."""
        self._keys.pop(key.access_key, None)

    def find(self, access_key: str) -> SigningKey | None:
        """The key, if it is one of ours."""
        return self._keys.get(access_key)

    def all(self) -> list[SigningKey]:
        """Every key."""
        return list(self._keys.values())
