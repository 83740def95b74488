"""An emulated deployment, and an engine that stops, deletes and imports models; over HTTP."""

from dataclasses import replace
from pathlib import Path

from drtui.aws.gateway import AwsCredentials
from drtui.aws.sessions import Timeouts
from drtui.aws.uploads import BucketUploads
from drtui.commands.bulk import submit
from drtui.commands.selection import Selection, select_by_name
from drtui.couriers import ModelDoor, couriers
from drtui.domain.errands import Courier, Service
from drtui.domain.models import ModelRow
from drtui.domain.operations import Item
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.model_table import model_keys_of, models_by_key
from drtui.store.models import write_models
from drtui.store.sync_state import read_sync_state
from tests.support.emulator import RunningEmulator
from tests.sync.downloading import Event

BUCKET = "dremulator-uploads"


class Changing(Event):
    """An event whose models can be changed; whoever is signed in is known."""

    def __init__(self, emulator: RunningEmulator, path: Path) -> None:
        super().__init__(emulator, path)
        keys = emulator.keys()
        self.uploads = BucketUploads(
            BUCKET,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
            timeouts=Timeouts(read=5.0),
        )
        self.run()
        with self.database.read() as connection:
            self.me = read_sync_state(connection).caller_profile
        assert self.me

    def couriers(self) -> dict[Service, Courier]:
        def no_sponsor() -> SponsorServices:
            raise InvalidInputError("no AWS profile")

        door = ModelDoor(self.gateway.models, self.gateway.delete_models, self.uploads)
        found = couriers(
            self.workspace, self.gateway.setup, no_sponsor, downloads=self.door, changes=door
        )
        return dict(found)

    def own(self, name: str) -> ModelRow:
        """One of the signed-in admin's models, as the deployment has it now."""
        page = self.gateway.models.own_models()
        (found,) = [one for one in page.models if one.name == name]
        write_models(
            self.database,
            self.me,
            [replace(one, profile_id=self.me) for one in page.models],
            self.database.clock(),
        )
        return self.row(found.model_id)

    def row(self, model_id: str) -> ModelRow:
        with self.database.read() as connection:
            rows = models_by_key(connection, model_keys_of(connection, [self.me])).values()
        (found,) = [one for one in rows if one.model_id == model_id]
        return found

    def own_status(self, model_id: str) -> str:
        """How a model of the admin is by now; empty where it is gone."""
        people = self.emulator.control("snapshot", models=True)["profiles"]
        found: dict[str, str] = {one["modelId"]: one["status"] for one in people[self.me]["models"]}
        return found.get(model_id, "")

    def read(self, profile_id: str) -> None:
        """Let the store know a racer's models as they are."""
        began = self.database.clock()
        write_models(self.database, profile_id, self.gateway.models_of(profile_id), began)

    def selection(self, *profile_ids: str) -> Selection:
        return select_by_name(self.workspace, list(profile_ids))

    def carried(self, plan: Plan) -> list[Item]:
        """Submit a plan, carry it out to the end, and return what became of it."""
        number = submit(self.workspace, plan)
        assert number is not None
        self.run(lambda: self.settled(number))
        return self.items(number)
