"""The operations of the API: where they are, who may call them, and what their bodies must be."""

from dataclasses import dataclass
from urllib.parse import unquote

from drtui.emulator import handlers, later_handlers, live_handlers, model_handlers, race_handlers
from drtui.emulator.handlers import ID_PATTERN, Handler
from drtui.emulator.invitations import MOST_ENTRIES
from drtui.emulator.race_schemas import MOVE, RACE, RACE_CHANGE, RESET
from drtui.emulator.records import Group
from drtui.emulator.releases import Release
from drtui.emulator.schema import BodySchema, Member

_RACE = "/leaderboards/{leaderboardId}"
_QUEUE = f"{_RACE}/liveQueue"

ADMIN = frozenset({Group.ADMINS})
STAFF = frozenset({Group.ADMINS, Group.FACILITATORS})
ALL = frozenset(Group)

_PROFILE_ID = Member("string", pattern=ID_PATTERN)
_AVATAR_ITEM = Member("string", pattern=r"^[a-zA-Z0-9\-\ ]*$", longest=40)
_AVATAR = Member(
    "object",
    members=tuple(
        (name, _AVATAR_ITEM)
        for name in (
            "accessories", "clothing", "clothingColor", "countryCode", "eyes", "eyebrows",
            "facialHair", "facialHairColor", "hairColor", "hatColor", "mouth", "skinColor", "top",
            "tshirtGraphic",
        )
    ),
)  # fmt: skip
_COUNT = Member("integer", least=0)

INVITATION = BodySchema((("emailAddress", Member("string")),), required=("emailAddress",))
PROFILE_CHANGE = BodySchema(
    (
        ("alias", Member("string", pattern=r"^[\w-]+$", shortest=2, longest=64)),
        ("avatar", _AVATAR),
        ("computeMinutesUsed", _COUNT),
        ("computeMinutesQueued", _COUNT),
        ("maxTotalComputeMinutes", Member("integer")),
        ("maxModelCount", Member("integer")),
        ("profileId", _PROFILE_ID),
    )
)
ROLE_CHANGE = BodySchema(
    (
        ("profileId", _PROFILE_ID),
        ("targetUserPoolGroup", Member("string", choices=tuple(Group))),
    ),
    required=("profileId", "targetUserPoolGroup"),
)
SETTING = BodySchema((("value", Member()),), required=("value",))
_ENTRY = Member(
    "object",
    members=(
        ("emailAddress", Member("string", shortest=1, longest=254)),
        ("displayName", Member("string", longest=128)),
    ),
    required=("emailAddress",),
)
BULK_INVITATION = BodySchema(
    (
        ("profiles", Member("array", shortest=1, longest=MOST_ENTRIES, item=_ENTRY)),
        ("clientToken", Member("string", pattern="^[A-Za-z0-9-]{1,64}$")),
    ),
    required=("profiles",),
)
MODEL_IMPORT = BodySchema(
    (
        ("s3Bucket", Member("string")),
        ("s3Path", Member("string")),
        ("modelName", Member("string", pattern="^[a-zA-Z0-9-]{1,64}$")),
        ("modelDescription", Member("string", pattern="^[a-zA-Z0-9- ]{1,255}$")),
    ),
    required=("s3Bucket", "s3Path", "modelName"),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Attributes:
        method: in capitals.
        template: the path below the stage; labels in braces.
        groups: the roles that may call it.
        handler: what it does.
        schema: what its body must be; None when it has none.
        since: the release that it came with.
    """

    method: str
    template: str
    groups: frozenset[Group]
    handler: Handler
    schema: BodySchema | None = None
    since: Release = Release.V1_2_5

    @property
    def writes(self) -> bool:
        """Whether it can change the account."""
        return self.method != "GET"

    @property
    def changes_profiles(self) -> bool:
        """Whether it asks the user pool for the caller's groups, as changes of profiles do."""
        return (self.method, self.template) == ("PATCH", "/profile")


OPERATIONS = (
    Operation("GET", "/profiles", ADMIN, handlers.list_profiles),
    Operation("GET", "/profile", ALL, handlers.get_profile),
    Operation("POST", "/profile", ADMIN, handlers.create_profile, INVITATION),
    Operation("PATCH", "/profile", ALL, handlers.update_profile, PROFILE_CHANGE),
    Operation("PUT", "/profile/role", ADMIN, handlers.update_role, ROLE_CHANGE),
    Operation("DELETE", "/profiles/{profileId}", ADMIN, handlers.delete_profile),
    Operation("DELETE", "/profiles/{profileId}/models", ADMIN, handlers.delete_models),
    Operation("GET", "/admin/profiles", STAFF, handlers.list_admin_profiles),
    Operation("GET", "/admin/profiles/{profileId}/models", STAFF, handlers.list_admin_models),
    Operation("GET", "/admin/models/{modelId}/getasset", STAFF, model_handlers.get_asset),
    Operation("GET", "/models", ALL, model_handlers.list_own_models),
    Operation("GET", "/models/{modelId}", ALL, model_handlers.get_own_model),
    Operation("PATCH", "/models/{modelId}", ALL, model_handlers.stop_own_model),
    Operation("DELETE", "/models/{modelId}", ALL, model_handlers.delete_own_model),
    Operation("GET", "/models/{modelId}/evaluations", ALL, model_handlers.list_own_evaluations),
    Operation("POST", "/importmodel", ALL, model_handlers.import_model, MODEL_IMPORT),
    Operation("GET", "/settings/{key}", ALL, handlers.get_setting),
    Operation("PUT", "/settings/{key}", ADMIN, handlers.put_setting, SETTING),
    Operation("GET", "/leaderboards", ALL, race_handlers.list_races),
    Operation("POST", "/leaderboards", STAFF, race_handlers.create_race, RACE),
    Operation("GET", _RACE, ALL, race_handlers.get_race),
    Operation("PATCH", _RACE, STAFF, race_handlers.edit_race, RACE_CHANGE),
    Operation("DELETE", _RACE, STAFF, race_handlers.delete_race),
    Operation("GET", f"{_RACE}/rankings", ALL, race_handlers.list_rankings),
    Operation("GET", f"{_RACE}/liveState", ALL, live_handlers.get_live_state),
    Operation("POST", f"{_RACE}/declareWinner", STAFF, live_handlers.declare_winner),
    Operation("GET", _QUEUE, ALL, live_handlers.get_live_queue),
    Operation("POST", f"{_QUEUE}/reorder", STAFF, live_handlers.reorder, MOVE),
    Operation("POST", f"{_QUEUE}/resetAll", STAFF, live_handlers.reset_all),
    Operation("POST", f"{_QUEUE}/launch", STAFF, live_handlers.launch),
    Operation("DELETE", f"{_QUEUE}/{{submissionId}}", STAFF, live_handlers.remove),
    Operation(
        "POST", f"{_QUEUE}/{{submissionId}}/resetModel", STAFF, live_handlers.reset_model, RESET
    ),
    Operation("GET", "/admin/models", STAFF, later_handlers.list_all_models, since=Release.V1_3_1),
    Operation(
        "POST",
        "/profiles/bulkInvite",
        ADMIN,
        later_handlers.bulk_invite,
        BULK_INVITATION,
        since=Release.V1_3_1,
    ),
    Operation(
        "GET",
        "/profiles/bulkInvite/{jobId}",
        ADMIN,
        later_handlers.get_bulk_invite,
        since=Release.V1_3_1,
    ),
    Operation(
        "POST",
        "/profiles/{profileId}/resendInvite",
        ADMIN,
        later_handlers.resend_invite,
        since=Release.V1_3_1,
    ),
)

_BY_SHAPE: dict[tuple[str, int], list[tuple[list[str], Operation]]] = {}
for _operation in OPERATIONS:
    _parts = _operation.template.split("/")
    _BY_SHAPE.setdefault((_operation.method, len(_parts)), []).append((_parts, _operation))


def find(method: str, path: str, release: Release) -> tuple[Operation, dict[str, str]] | None:
    """The operation of a release at a path below the stage, and the values of its labels."""
    given = path.split("/")
    for parts, operation in _BY_SHAPE.get((method, len(given)), ()):
        if not release.has(operation.since):
            continue
        labels: dict[str, str] = {}
        for part, value in zip(parts, given, strict=True):
            if part.startswith("{") and value:
                labels[part[1:-1]] = unquote(value)
            elif part != value:
                break
        else:
            return operation, labels
    return None
