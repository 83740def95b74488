"""What control can be asked to do with what stands in front of the account.

Each public method is a command, its keywords the fields.
"""

import re
from datetime import UTC, datetime

from drtui.emulator.commanding import CommandError, Reply, group_of, one_of, profile_of
from drtui.emulator.deployment import Deployment
from drtui.emulator.firewall import Rules
from drtui.emulator.keys import SigningKey
from drtui.emulator.records import FIRST_ALIAS, Group, Profile


class FrontCommands:
    """The commands over the site, the keys, the firewall and the throttle."""

    def __init__(self, deployment: Deployment) -> None:
        self._it = deployment

    def site(
        self,
        *,
        user_pool_id: str | None = None,
        client_id: str | None = None,
        identity_pool_id: str | None = None,
        solution_version: str | None = None,
    ) -> Reply:
        """Change what env.js says, so that it leads to a user pool; `-` says no version."""
        site = self._it.site
        site.user_pool_id = user_pool_id or site.user_pool_id
        site.client_id = client_id or site.client_id
        site.identity_pool_id = identity_pool_id or site.identity_pool_id
        if solution_version is not None:
            site.solution_version = None if solution_version == "-" else solution_version
        return {
            "user_pool_id": site.user_pool_id,
            "client_id": site.client_id,
            "identity_pool_id": site.identity_pool_id,
            "solution_version": site.solution_version,
        }

    def accept_keys(
        self,
        *,
        access_key: str,
        secret_key: str,
        session_token: str | None = None,
        role: str = "admin",
        profile_id: str | None = None,
        email: str | None = None,
        expires_at: str | None = None,
        expires_in: float | None = None,
    ) -> Reply:
        """Accept a signing key that was issued elsewhere.

        It belongs to the profile with the id or the address; who has the address and no profile
        gets one. An expiry counts by the gateway's clock.
        """
        group = group_of(role)
        expiry = self._expiry(expires_at, expires_in)
        profile = self._holder(group, profile_id, email)
        key = SigningKey(
            access_key, secret_key, session_token or "", group, profile.profile_id, expiry
        )
        self._it.keys.add(key)
        return {"profile_id": profile.profile_id}

    def issue_keys(self, *, role: str = "admin", profile_id: str | None = None) -> Reply:
        """Make a fresh signing key and accept it."""
        group = group_of(role)
        profile = self._holder(group, profile_id, None)
        key = SigningKey.issue(group, profile.profile_id)
        self._it.keys.add(key)
        return key.public() | {"profile_id": profile.profile_id}

    def expire_keys(self, *, role: str | None = None, access_key: str | None = None) -> Reply:
        """Let keys expire now: all, those of a role, or one."""
        group = None if role is None else group_of(role)
        expired = 0
        for key in self._it.keys.all():
            if access_key in (None, key.access_key) and group in (None, key.group):
                key.expires_at = 0.0
                expired += 1
        return {"expired": expired}

    def reject_keys(self, *, role: str | None = None, access_key: str | None = None) -> Reply:
        """Forget keys, so that the gateway does not know them: all, those of a role, or one."""
        group = None if role is None else group_of(role)
        rejected = [
            key
            for key in self._it.keys.all()
            if access_key in (None, key.access_key) and group in (None, key.group)
        ]
        for key in rejected:
            self._it.keys.remove(key)
        return {"rejected": len(rejected)}

    def firewall(
        self,
        *,
        rules: str | None = None,
        admin_calls: int | None = None,
        blocked_user_agents: list[str] | None = None,
        allowed_user_agents: list[str] | None = None,
        names_its_error: bool | None = None,
        forget: bool = False,
    ) -> Reply:
        """Change what the firewall blocks and how, or let it forget what it counted."""
        firewall = self._it.gateway.firewall
        if rules is not None:
            firewall.rules = one_of(Rules, rules, "rules")
        if admin_calls is not None:
            firewall.admin_calls = admin_calls
        if blocked_user_agents is not None:
            firewall.blocked_user_agents = tuple(blocked_user_agents)
        if allowed_user_agents is not None:
            firewall.allowed_user_agents = tuple(allowed_user_agents)
        if names_its_error is not None:
            firewall.names_its_error = names_its_error
        if forget:
            firewall.forget()
        return {"rules": firewall.rules}

    def throttle(self, *, per_second: float, status: int = 429) -> Reply:
        """Refuse profile changes above a rate; 0 a second refuses none."""
        self._it.gateway.throttle.per_second = per_second
        self._it.gateway.throttle.status = status
        return {}

    def _expiry(self, at: str | None, seconds: float | None) -> float | None:
        if seconds is not None:
            return self._it.account.clock.gateway_now().timestamp() + seconds
        if at is None:
            return None
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            problem = "`expires_at` is a date like 2026-12-01T00:00:00Z."
            raise CommandError(problem) from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

    def _holder(self, group: Group, profile_id: str | None, email: str | None) -> Profile:
        """Who holds a key: named, or the first of the group."""
        account = self._it.account
        if profile_id is not None:
            return profile_of(self._it, profile_id)
        if email is None:
            for profile in account.profiles.values():
                if profile.group is group and profile.signed_in:
                    return profile
            problem = f"There is nobody in {group} to hold the key."
            raise CommandError(problem)
        known = account.emails.get(email.lower())
        holder = account.invite(email) if known is None else account.profiles[known]
        # Who has keys has signed in, and the user pool decides about the group.
        changes: dict[str, object] = {"group": group, "role_name": group, "signed_in": True}
        if holder.alias == FIRST_ALIAS:
            changes["alias"] = re.sub(r"[^\w-]", "-", email.partition("@")[0])[:64]
        if any(getattr(holder, name) != value for name, value in changes.items()):
            account.change(holder, lags=False, **changes)
        return holder
