"""What the screens' actions ask of the commands: plans, and submitting them.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from drtui.commands import bulk, help_desk, quotas, sponsorship, tags, usage
from drtui.commands.selection import Selection
from drtui.commands.undo import UndoPlan, next_to_undo, plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.operations import Operation
from drtui.domain.planning import Plan
from drtui.domain.quota_notes import QuotasNow
from drtui.domain.records import Profile, Role
from drtui.domain.tags import OtherValues, Tag


class Planner:
    """Plans actions on one account's store, and submits them.

    Attributes:
        pause_consequences: What pausing does and does not stop.
        user_consequences: What deleting a user does and does not.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.pause_consequences = sponsorship.CONSEQUENCES
        self.user_consequences = help_desk.USER_CONSEQUENCES

    def selection(self, keys: Sequence[int], named: Collection[int]) -> Selection:
        """Return users as the subject of an action; `named` are meant whatever their role."""
        return Selection(tuple(keys), frozenset(named))

    def quotas_now(self, selection: Selection) -> QuotasNow:
        """See `commands.quotas.quotas_now`."""
        return quotas.quotas_now(self._workspace, selection)

    def label_sets(self, selection: Selection) -> Counter[frozenset[Tag]]:
        """See `commands.tags.label_sets`."""
        return tags.label_sets(self._workspace, selection)

    def known_labels(self) -> list[str]:
        """Return every label of the account, the most frequent first."""
        return list(tags.known_labels(self._workspace))

    def profile(self, selection: Selection) -> Profile | None:
        """Return the one selected user's profile; None when it is not one, or gone."""
        users = usage.list_users(self._workspace, selection)
        return users[0].profile if len(users) == 1 else None

    def set_quotas(self, selection: Selection, hours: str, models: str) -> Plan:
        """See `commands.quotas.plan_set_quotas`."""
        return quotas.plan_set_quotas(self._workspace, selection, hours, models)

    def pause(self, selection: Selection) -> Plan:
        """See `commands.sponsorship.plan_pause`."""
        return sponsorship.plan_pause(self._workspace, selection)

    def resume(self, selection: Selection, hours: str = "", models: str = "") -> Plan:
        """See `commands.sponsorship.plan_resume`; remembered limits come first."""
        return sponsorship.plan_resume(self._workspace, selection, hours=hours, models=models)

    def change_alias(self, selection: Selection, alias: str) -> Plan:
        """See `commands.help_desk.plan_change_alias`."""
        return help_desk.plan_change_alias(self._workspace, selection, alias)

    def check_alias(self, alias: str) -> None:
        """See `commands.help_desk.check_alias`."""
        help_desk.check_alias(alias)

    def change_role(self, selection: Selection, role: Role) -> Plan:
        """See `commands.help_desk.plan_change_role`."""
        return help_desk.plan_change_role(self._workspace, selection, role)

    def delete_users(self, selection: Selection) -> Plan:
        """See `commands.help_desk.plan_delete_users`."""
        return help_desk.plan_delete_users(self._workspace, selection)

    def undo(self, operation: int | None = None, of: str = "") -> UndoPlan:
        """See `commands.undo.plan_undo`; without a number it is one's own last operation."""
        return plan_undo(self._workspace, operation, of=of)

    def next_to_undo(self) -> Operation | None:
        """See `commands.undo.next_to_undo`."""
        return next_to_undo(self._workspace)

    def submit(self, plan: Plan) -> int | None:
        """See `commands.bulk.submit`."""
        return bulk.submit(self._workspace, plan)

    def submit_undo(self, plan: UndoPlan) -> int | None:
        """See `commands.undo.submit_undo`."""
        return submit_undo(self._workspace, plan)

    def read_tags(
        self, add: Sequence[str], remove: Sequence[str], *, instead: bool = False
    ) -> tags.TagChange:
        """See `commands.tags.read_tags`."""
        return tags.read_tags(add, remove, instead=instead)

    def tagged(self, change: tags.TagChange, whom: str, others: OtherValues) -> str:
        """See `commands.tags.told`."""
        return tags.told(change, whom, others)

    def tag(self, selection: Selection, change: tags.TagChange) -> int:
        """See `commands.tags.tag_users`."""
        return tags.tag_users(self._workspace, selection, change)
