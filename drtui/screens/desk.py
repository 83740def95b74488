"""What the screens ask of the commands and the store.

This module alone brings the store, and with it SQLAlchemy, into the console's process; the app
imports it after the first frame. Everything here may be called from any thread.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from drtui.commands.workspace import Workspace
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.records import Profile, SponsoredUser
from drtui.domain.spending import Rates
from drtui.screens.views import Glance, Reading, View
from drtui.store.filter_sql import where
from drtui.store.need import with_trouble
from drtui.store.sign_in import SignIn, read_sign_in
from drtui.store.stopped import but_racers, stopped_racers
from drtui.store.users import found_keys, user_keys, users_by_key
from drtui.store.watching import ChangeWatch

if TYPE_CHECKING:  # what the racers' table does not need is imported when it is
    from drtui.commands.racer import RacerPage
    from drtui.domain.doctoring import Check
    from drtui.domain.sponsor.services import OpenSponsor
    from drtui.screens.access_desk import AccessDesk
    from drtui.screens.billing_desk import BillingDesk
    from drtui.screens.invitation_desk import InvitationDesk
    from drtui.screens.log_desk import LogDesk
    from drtui.screens.marshal_desk import MarshalDesk
    from drtui.screens.models_desk import ModelsDesk
    from drtui.screens.offline_flow import OfflineDesk
    from drtui.screens.participants_desk import ParticipantsDesk
    from drtui.screens.planner import Planner
    from drtui.screens.preparing import PrepareDesk
    from drtui.screens.races_desk import RacesDesk
    from drtui.screens.schedule_desk import ScheduleDesk
    from drtui.screens.setup_desk import SetupDesk
    from drtui.screens.view_desk import ViewDesk


class Desk:
    """One account's store as the screens see it.

    Attributes:
        rates: What estimates are made with.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.rates: Rates = workspace.rates

    @cached_property
    def planner(self) -> "Planner":
        """Plans and submits actions."""
        from drtui.screens.planner import Planner

        return Planner(self._workspace)

    @cached_property
    def views(self) -> "ViewDesk":
        """Saved filters, columns and labels."""
        from drtui.screens.view_desk import ViewDesk

        return ViewDesk(self._workspace)

    @cached_property
    def access(self) -> "AccessDesk":
        """Participants' access to AWS, their passwords, and ending it all."""
        from drtui.screens.access_desk import AccessDesk

        return AccessDesk(self._workspace)

    @cached_property
    def models(self) -> "ModelsDesk":
        """Everybody's models."""
        from drtui.screens.models_desk import ModelsDesk

        return ModelsDesk(self._workspace)

    @cached_property
    def races(self) -> "RacesDesk":
        """The races."""
        from drtui.screens.races_desk import RacesDesk

        return RacesDesk(self._workspace)

    @cached_property
    def live(self) -> "MarshalDesk":
        """Live races, and what a marshal does in them."""
        from drtui.screens.marshal_desk import MarshalDesk

        return MarshalDesk(self._workspace)

    @cached_property
    def log(self) -> "LogDesk":
        """The operation log."""
        from drtui.screens.log_desk import LogDesk

        return LogDesk(self._workspace)

    @cached_property
    def schedule(self) -> "ScheduleDesk":
        """What is to be done at a set time."""
        from drtui.screens.schedule_desk import ScheduleDesk

        return ScheduleDesk(self._workspace)

    @cached_property
    def offline(self) -> "OfflineDesk":
        """Being offline on purpose."""
        from drtui.screens.offline_flow import OfflineDesk

        return OfflineDesk(self._workspace)

    @cached_property
    def setup(self) -> "SetupDesk":
        """Multi-user mode, the deployment's settings, the checklist, and the event."""
        from drtui.screens.setup_desk import SetupDesk

        return SetupDesk(self._workspace)

    @cached_property
    def participants(self) -> "ParticipantsDesk":
        """The roster, the list of participants, invitations, and the user pool."""
        from drtui.screens.participants_desk import ParticipantsDesk

        return ParticipantsDesk(self._workspace)

    @cached_property
    def billing(self) -> "BillingDesk":
        """The month's costs, and the alerts on them."""
        from drtui.screens.billing_desk import BillingDesk

        return BillingDesk(self._workspace)

    @cached_property
    def invitation(self) -> "InvitationDesk":
        """The texts of invitations, what they come to, and their sending."""
        from drtui.screens.invitation_desk import InvitationDesk

        return InvitationDesk(self._workspace)

    def now(self) -> datetime:
        """Return the moment by the store's clock."""
        return datetime.fromtimestamp(self._workspace.database.clock(), UTC)

    @property
    def damage(self) -> str:
        """What is said of damage that reading or writing has met with; empty while none has."""
        return self._workspace.database.damage

    def watch(self) -> ChangeWatch:
        """Open a watch on the store."""
        return ChangeWatch(self._workspace.database.path)

    def close(self) -> None:
        """Close the store."""
        self._workspace.database.close()

    def read(self, view: View) -> Reading:
        """Read the keys of a view, and the rows of those that are visible now.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        condition = where(view.expression, rates=self.rates)
        with self._workspace.database.read() as connection:
            stopped = stopped_racers(connection)
            if stopped and not view.stopped:
                condition = but_racers(condition)
            keys = user_keys(connection, condition, view.sort, reverse=view.reverse)
            rows = users_by_key(connection, view.visible)
            return Reading(keys, with_trouble(connection, rows), stopped)

    def racers(self, keys: Sequence[int]) -> dict[int, SponsoredUser]:
        """Read users by key; those that are gone are left out.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        with self._workspace.database.read() as connection:
            return with_trouble(connection, users_by_key(connection, keys))

    def glance(self, before: Glance | None = None) -> Glance:
        """Read the state of the account; `before` is the one that was shown last.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        from drtui.screens.glancing import glance

        return glance(self._workspace, self.now(), before)

    def undelivered(self) -> tuple[int, int]:
        """Count the changes that are not delivered yet, and those of them that save models.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        from drtui.domain.errands import READING
        from drtui.store.errands import on_the_way
        from drtui.store.operation_log import open_count

        with self._workspace.database.read() as connection:
            saves = sum(len(on_the_way(connection, service)) for service in READING)
            return open_count(connection, ON_THE_WAY), saves

    def sign_in(self) -> SignIn:
        """Read where the account stands with its sign-in.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        with self._workspace.database.read() as connection:
            return read_sign_in(connection)

    def doctor(self, account: str, columns: int, lines: int) -> "list[Check]":
        """See `screens.doctoring.examine_here`."""
        from drtui.screens.doctoring import examine_here

        return examine_here(account, columns, lines, self._workspace)

    def find_racers(self, text: str, limit: int) -> list[tuple[int, Profile]]:
        """Find users whose alias, email or labels hold a text; at most `limit`.

        Those whose alias or email begins with it come first.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        with self._workspace.database.read() as connection:
            keys = found_keys(connection, text, limit)
            return [(key, user.profile) for key, user in users_by_key(connection, keys).items()]

    def racer_page(self, key: int) -> "RacerPage | None":
        """See `commands.racer.racer_page`."""
        from drtui.commands.racer import racer_page

        return racer_page(self._workspace, key)

    def export_folder(self, typed: str) -> Path:
        """Return the folder for an export, as it was typed.

        Raises:
            InvalidInputError: It is no folder for that.
        """
        from drtui.commands.exporting import check_folder

        return check_folder(typed)

    def export(self, account: str, folder: Path, progress: Callable[[str, int], None]) -> str:
        """Write everything to a folder; return what was written, a sentence.

        Raises:
            InvalidInputError: There is an export in it meanwhile.
            LocalFileError: It cannot be written.
            StoreProblemError: The store cannot be read.
        """
        from drtui.commands.exporting import export

        return export(self._workspace, account, folder, progress=progress).text

    def preparing(self, open_sponsor: "OpenSponsor | None") -> "PrepareDesk":
        """Return what shows and reads what a day without network needs."""
        from drtui.screens.preparing import PrepareDesk

        return PrepareDesk(self._workspace, open_sponsor)

    def held(self, open_sponsor: "OpenSponsor") -> "OpenSponsor":
        """See `commands.holding.held_door`."""
        from drtui.commands.holding import held_door

        return held_door(self._workspace.database, open_sponsor)

    def ask_for_sweep(self) -> None:
        """See `commands.usage.ask_for_sweep`."""
        from drtui.commands.usage import ask_for_sweep

        ask_for_sweep(self._workspace)

    def watch_models(self, profile_id: str) -> None:
        """See `commands.racer.watch_models`."""
        from drtui.commands.racer import watch_models

        watch_models(self._workspace, profile_id)
