"""What the actions on models ask of the commands: plans, and where models were saved last.

Like the desk it may be called from any thread.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from drtui.commands import downloads, help_desk, model_changes, model_imports
from drtui.commands.model_imports import ImportPlan
from drtui.commands.models import age_line
from drtui.commands.relisting import ask, is_listed, relisting
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.import_checks import check_description, check_name
from drtui.domain.model_changes import cost_lines
from drtui.domain.models import ModelRow
from drtui.domain.planning import YOURSELF, Outcome, Plan
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.model_texts import DeletionChoice, DeletionWay, ImportField, ImportTexts
from drtui.store.model_table import model_keys_of, models_by_key
from drtui.store.preferences import read_preferences, write_preference_entry
from drtui.store.sync_state import read_sync_state

_PLACES: Final = "models.places"
_PATIENCE_SECONDS: Final = 10.0  # for which a plan waits for a listing
_LOOK_SECONDS: Final = 0.1
_ONESELF: Final = "your own profile is never emptied as a whole"
_NO_MODEL: Final = "they have no models"
_NO_RACER: Final = "nothing but the models is known of their racers"


@dataclass(frozen=True, slots=True)
class DeletionPlan:
    """A deletion of models as it is planned.

    Attributes:
        plan: To be submitted as it is.
        notes: What it comes to, and what there is to know.
        number: How many models go, which is typed; of racers where none of theirs was read; 0 is
            nothing to delete.
    """

    plan: Plan
    notes: tuple[str, ...]
    number: int

    def check(self) -> None:
        """Refuse to delete models of racers who have none.

        Raises:
            InvalidInputError: It says so.
        """
        if self.plan.count(Outcome.CHANGE) and not self.number:
            raise InvalidInputError(self.notes[0])


class ModelPlanner:
    """Plans what is done to models of one account.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.

    Attributes:
        uploads: Whether the account knows the deployment's upload bucket.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self.uploads = workspace.uploads

    def models(self, keys: Sequence[int]) -> list[ModelRow]:
        """Read models by key; those that are gone are left out."""
        with self._database.read() as connection:
            return list(models_by_key(connection, keys).values())

    # Where they are saved

    def place(self, name: str) -> str:
        """Return where models were saved last; empty where they never were.

        Args:
            name: Of the kind of place.
        """
        with self._database.read() as connection:
            places = read_preferences(connection).get(_PLACES)
        found = places.get(name) if isinstance(places, dict) else None
        return found if isinstance(found, str) else ""

    def remember_place(self, name: str, place: str) -> None:
        """Remember where models were saved last; see `place`."""
        write_preference_entry(self._database, _PLACES, name, place)

    def download(self, keys: Sequence[int], folder: str) -> tuple[Plan, list[str]]:
        """Plan to download models to a folder; see `commands.downloads`."""
        models = self.models(keys)
        plan = downloads.plan_download(self._workspace, models, folder)
        return plan, self._notes(plan, models)

    def save(
        self, keys: Sequence[int], address: str, *, second_door: bool
    ) -> tuple[Plan, list[str]]:
        """Plan to save models to a bucket of the sponsor's; see `commands.downloads`."""
        models = self.models(keys)
        plan = downloads.plan_save_to_bucket(
            self._workspace,
            models,
            address,
            second_door=second_door,
            own_buckets=self._workspace.own_buckets,
        )
        return plan, self._notes(plan, models)

    def _notes(self, plan: Plan, models: Sequence[ModelRow]) -> list[str]:
        per_window = self._workspace.downloads
        lines = downloads.finish_lines(self._workspace, plan, per_window=per_window)
        lines += filter(None, [age_line(models, zone=None)])
        return [" ".join(lines), downloads.CONSEQUENCES]

    # Stopping and deleting

    def stop(self, keys: Sequence[int], *, second_door: bool) -> tuple[Plan, list[str]]:
        """Plan to stop what runs of models; see `commands.model_changes`."""
        models = self.models(keys)
        plan = model_changes.plan_stop(self._workspace, models, second_door=second_door)
        age = age_line(models, zone=None)
        return plan, [*filter(None, [age]), model_changes.STOP_CONSEQUENCES]

    def racers_of(self, keys: Sequence[int], *, named: bool) -> Selection:
        """Return the racers whose models these are; one of whom nothing is known is left out.

        Args:
            keys: The models'.
            named: Whether they were named one by one, so that even an admin may be meant.
        """
        known = (one.racer_key for one in self.models(keys))
        racers = tuple(dict.fromkeys(key for key in known if key is not None))
        return Selection(racers, frozenset(racers) if named else frozenset())

    def list_again(self, racers: Selection) -> str:
        """List the models of racers before they are counted; return why that was not done.

        It waits until they are listed, for some seconds at the most. Empty where they are, or
        where the account does not answer: the plan says how old what is known is.
        """
        wanted = relisting(self._workspace, racers.keys)
        if not wanted.reachable or not wanted.profile_ids or not wanted.fits:
            return wanted.refusal if wanted.reachable else ""
        ask(self._workspace, wanted)
        until = time.monotonic() + min(wanted.seconds, _PATIENCE_SECONDS)
        while not is_listed(self._workspace, wanted) and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        return "" if is_listed(self._workspace, wanted) else wanted.missed

    def models_of(self, racers: Selection) -> list[int]:
        """Return the keys of all models of those racers who would lose theirs."""
        rows = self.delete_all(racers).plan.rows
        losing = [row.target.profile_id for row in rows if row.outcome is Outcome.CHANGE]
        with self._database.read() as connection:
            return model_keys_of(connection, losing)

    def deletion_choices(self, keys: Sequence[int], racers: Selection) -> list[DeletionChoice]:
        """Return the ways to delete models, and why some cannot be gone.

        Args:
            keys: The models'.
            racers: Those whose models these are.
        """
        theirs = self._choice(DeletionWay.ALL, lambda: self.delete_all(racers))
        return [
            self._choice(DeletionWay.OWN, lambda: self.delete_own(keys)),
            theirs,
            DeletionChoice(DeletionWay.DOWNLOAD_FIRST, theirs.told, theirs.refusal),
            self._choice(DeletionWay.DOWNLOADED, lambda: self.delete_downloaded(racers)),
        ]

    def _choice(self, way: DeletionWay, plan: Callable[[], DeletionPlan]) -> DeletionChoice:
        try:
            found = plan()
        except ProblemError as problem:
            return DeletionChoice(way, "", str(problem))
        if not found.plan.rows:
            return DeletionChoice(way, "", _NO_RACER)
        changes = found.plan.count(Outcome.CHANGE)
        if not changes:
            return DeletionChoice(way, "", _first_reason(found.plan))
        if not found.number:
            return DeletionChoice(way, "", _NO_MODEL)
        whose = "" if way is DeletionWay.OWN else f" of {counted(changes, 'racer')}"
        return DeletionChoice(way, f"{counted(found.number, 'model')}{whose}")

    def delete_own(self, keys: Sequence[int]) -> DeletionPlan:
        """Plan to delete one's own models; see `commands.model_changes`."""
        plan = model_changes.plan_delete_own(self._workspace, self.models(keys))
        return self._deletion(plan, model_changes.OWN_CONSEQUENCES)

    def delete_all(self, racers: Selection) -> DeletionPlan:
        """Plan to delete all models of racers; see `commands.model_changes`."""
        plan = model_changes.plan_delete_all(self._workspace, racers)
        return self._deletion(plan, help_desk.MODELS_CONSEQUENCES)

    def delete_downloaded(self, racers: Selection) -> DeletionPlan:
        """Plan to delete what was safely downloaded; see `commands.model_changes`."""
        plan = model_changes.plan_delete_downloaded(self._workspace, racers)
        return self._deletion(plan, model_changes.DOWNLOADED_CONSEQUENCES)

    def _deletion(self, plan: Plan, consequences: str) -> DeletionPlan:
        if not plan.count(Outcome.CHANGE):
            return DeletionPlan(plan, (consequences,), 0)
        cost = model_changes.deletion_of(self._workspace, plan)
        lines = cost_lines(cost, self._workspace.rates, zone=None)
        return DeletionPlan(plan, (" ".join(lines), consequences), cost.number)

    # Importing

    def signed_in(self) -> str:
        """Return the alias of whoever is signed in, safe to show; empty where it is not known."""
        with self._database.read() as connection:
            return clean(read_sync_state(connection).caller_alias)

    def check_import(self, texts: ImportTexts) -> dict[ImportField, str]:
        """Return what is wrong with the name and the description of an import, by field."""
        problems = {}
        for field, check, text in (
            (ImportField.NAME, check_name, texts.name),
            (ImportField.DESCRIPTION, check_description, texts.description),
        ):
            try:
                check(text)
            except InvalidInputError as problem:
                problems[field] = str(problem)
        return problems

    def plan_import(self, texts: ImportTexts) -> ImportPlan:
        """Plan an import, which reads its files; see `commands.model_imports`."""
        return model_imports.plan_import(
            self._workspace, texts.path, texts.name, texts.description, uploads=self.uploads
        )


def _first_reason(plan: Plan) -> str:
    """Say why a plan changes nothing, by what holds for the most of its rows."""
    outcome = max(Outcome, key=lambda one: (plan.count(one), one is Outcome.CANNOT))
    reason = next((reason for reason, _ in plan.reasons(outcome)), "")
    if reason == YOURSELF:
        return _ONESELF
    if outcome is Outcome.CANNOT and reason:
        return reason
    return ": ".join(filter(None, (outcome.value, reason)))
