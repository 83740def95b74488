"""What the Setup screen asks of the commands: its page, its plans, the checklist, the event.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drtui.commands import fixing, handing_off, multi_user, prerequisites, setup
from drtui.commands.event import read_event, write_event
from drtui.commands.fixing import Fix
from drtui.commands.progress_of_event import Preparation, Progress
from drtui.commands.workspace import Workspace
from drtui.commands.writing import typed_file, write_new
from drtui.domain.event_settings import EventSettings
from drtui.domain.multi_user import Mode
from drtui.domain.operations import ON_THE_WAY, ItemState, Operation
from drtui.domain.planning import Plan
from drtui.domain.quotas import Unit, limit_hours, parse_quota
from drtui.domain.sponsor.checks import Checked
from drtui.screens.setup_texts import EnableTexts, SettingTexts
from drtui.store.multi_user import last_switch
from drtui.store.sync_state import read_sync_state

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor


@dataclass(frozen=True, slots=True)
class SetupPage:
    """All that the Setup screen shows, as read in one go.

    Attributes:
        mode: What is known of multi-user mode.
        mode_as_of: The age of the older one of what the mode is inferred from: racers, settings.
        switch: The operation that last enabled or disabled it, or is going to; None for none.
        settings: The deployment's, with what is on its way.
        checks: The checklist as it was found last.
        checked_at: When that was; None when it never was.
        due: Whether the checklist is to run again by itself.
        prepared: How far the event's preparation has come.
    """

    mode: Mode
    mode_as_of: datetime | None
    switch: Operation | None
    settings: tuple[setup.Setting, ...]
    checks: tuple[Checked, ...]
    checked_at: datetime | None
    event: EventSettings
    due: bool = False
    prepared: Preparation = field(default_factory=Preparation)

    @property
    def fixes(self) -> dict[Fix, Checked]:
        """What of the checklist can be mended from here."""
        return fixing.fixable(self.checks)

    @property
    def settings_as_of(self) -> datetime | None:
        """When the settings were read; None when they never were."""
        return self.settings[0].as_of


class SetupDesk:
    """The setup of one account's event.

    Attributes:
        no_second_door: What enabling leaves out where no AWS profile is named.
        new_user_hours: What new users get unless the admin says otherwise.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._progress = Progress(workspace)
        self.no_second_door = multi_user.NO_SECOND_DOOR
        self.new_user_hours = limit_hours(multi_user.NEW_USER_MINUTES)

    def page(self, *, second_door: bool = False) -> SetupPage:
        """Read all that the screen shows.

        Args:
            second_door: See `commands.multi_user.mode_of`.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        mode = multi_user.mode_of(self._workspace, second_door=second_door)
        settings = tuple(setup.settings_now(self._workspace))
        with self._workspace.database.read() as connection:
            swept = read_sync_state(connection).swept_from
            switch = last_switch(connection, (ItemState.DONE, *ON_THE_WAY))
        ages = [age for age in (swept, settings[0].as_of) if age is not None]
        checks, checked_at = prerequisites.last_checked(self._workspace)
        event = read_event(self._workspace)
        as_of = min(ages, default=None)
        due = prerequisites.is_due(self._workspace)
        prepared = self._progress.read()
        return SetupPage(*(mode, as_of, switch, settings, checks, checked_at, event, due, prepared))

    def enable(self, wanted: EnableTexts, *, second_door: bool) -> Plan:
        """See `commands.multi_user.plan_enable`; the texts can be read."""
        return multi_user.plan_enable(
            self._workspace,
            minutes=parse_quota(wanted.hours, Unit.HOURS).amount,
            models=parse_quota(wanted.models, Unit.MODELS).amount if wanted.models else None,
            registration=wanted.registration,
            second_door=second_door,
        )

    def model_limit(self) -> multi_user.ModelLimit:
        """See `commands.multi_user.model_limit`."""
        return multi_user.model_limit(self._workspace)

    def disable(self, *, second_door: bool) -> Plan:
        """See `commands.multi_user.plan_disable`."""
        return multi_user.plan_disable(self._workspace, second_door=second_door)

    def consequences(self, *, second_door: bool) -> list[str]:
        """Return what disabling multi-user mode means, in numbers; a sentence each."""
        plan = self.disable(second_door=second_door)
        return multi_user.consequences(self._workspace, plan, second_door=second_door).lines()

    def change_settings(self, wanted: SettingTexts) -> Plan:
        """See `commands.setup.plan_settings`."""
        values = setup.read_values(
            wanted.hours,
            wanted.models,
            instance_hours=wanted.instance_hours,
            instance_models=wanted.instance_models,
            registration=wanted.registration,
        )
        return setup.plan_settings(self._workspace, values)

    def check(self, open_sponsor: "OpenSponsor | None", *, simulated: bool) -> tuple[Checked, ...]:
        """See `commands.prerequisites.check`; asks AWS, and takes its time.

        Raises:
            ProblemError: The sponsor's AWS account cannot be opened, or the store not be written.
        """
        services = None if open_sponsor is None else open_sponsor()
        return prerequisites.check(self._workspace, services, simulated=simulated)

    def plan_fix(self, fix: Fix, instances: int | None) -> Plan:
        """See `commands.fixing.plan_fix`; the account names the sponsor's AWS profile."""
        return fixing.plan_fix(self._workspace, fix, instances=instances, second_door=True)

    def hand_off(self) -> handing_off.HandOff:
        """See `commands.handing_off.hand_off_of`."""
        return handing_off.hand_off_of(self._workspace)

    def save(self, path: str, text: str) -> Path:
        """Save a text to a new file that only its owner can read; return where.

        Raises:
            InvalidInputError: It is no path, there is something at it already, or it cannot be
                written.
        """
        target = typed_file(path)
        write_new(target, text)
        return target

    def event(self) -> EventSettings:
        """See `commands.event.read_event`."""
        return read_event(self._workspace)

    def write_event(self, event: EventSettings, was: EventSettings) -> None:
        """See `commands.event.write_event`."""
        write_event(self._workspace, event, was)
