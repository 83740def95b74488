"""What the bodies of calls about races must be."""

from drtui.emulator.handlers import ID_PATTERN
from drtui.emulator.race_tracks import DIRECTIONS, TRACKS
from drtui.emulator.schema import BodySchema, Member

_ID = Member("string", pattern=ID_PATTERN)
_TEXT = Member("string")
_FLAG = Member("boolean")
_SECONDS = Member("number", least=0)
_POSITION = Member(
    "object",
    members=(
        ("laneNumber", Member("number", least=-1, most=1)),
        ("trackPercentage", Member("number", least=0.07, most=0.9)),
    ),
    required=("laneNumber", "trackPercentage"),
)
_DEFINITION = Member(
    "object",
    members=(
        ("name", Member("string", pattern=r"\S", shortest=1, longest=64)),
        ("description", _TEXT),
        ("openTime", _TEXT),
        ("closeTime", _TEXT),
        (
            "trackConfig",
            Member(
                "object",
                members=(
                    ("trackId", Member("string", choices=tuple(TRACKS))),
                    ("trackDirection", Member("string", choices=DIRECTIONS)),
                ),
                required=("trackId", "trackDirection"),
            ),
        ),
        ("raceType", Member("string", choices=("TIME_TRIAL", "OBJECT_AVOIDANCE"))),
        ("maxSubmissionsPerUser", Member("integer", least=0)),
        (
            "objectAvoidanceConfig",
            Member(
                "object",
                members=(
                    ("numberOfObjects", Member("integer", least=1, most=6)),
                    ("objectPositions", Member("array", item=_POSITION)),
                ),
                required=("numberOfObjects",),
            ),
        ),
        (
            "resettingBehaviorConfig",
            Member(
                "object",
                members=(
                    ("continuousLap", _FLAG),
                    ("collisionPenaltySeconds", _SECONDS),
                    ("offTrackPenaltySeconds", _SECONDS),
                ),
                required=("continuousLap",),
            ),
        ),
        (
            "submissionTerminationConditions",
            Member(
                "object",
                members=(
                    ("minimumLaps", Member("integer", least=1)),
                    ("maximumLaps", Member("integer", least=1)),
                    ("maxTimeInMinutes", Member("number", least=1)),
                ),
                required=("minimumLaps", "maximumLaps"),
            ),
        ),
        (
            "timingMethod",
            Member("string", choices=("AVG_LAP_TIME", "BEST_LAP_TIME", "TOTAL_TIME")),
        ),
        ("isLive", _FLAG),
        ("liveEventTime", _TEXT),
        ("maxResets", Member("integer", least=0)),
    ),
    required=(
        "name", "openTime", "closeTime", "trackConfig", "raceType", "maxSubmissionsPerUser",
        "resettingBehaviorConfig", "submissionTerminationConditions", "timingMethod",
    ),
)  # fmt: skip

RACE = BodySchema((("leaderboardDefinition", _DEFINITION),), required=("leaderboardDefinition",))
RACE_CHANGE = BodySchema(
    (
        ("leaderboardDefinition", _DEFINITION),
        ("autoLaunchEnabled", _FLAG),
        ("submissionPeriodOpen", _FLAG),
        ("liveEventTime", _TEXT),
    )
)
MOVE = BodySchema((("submissionId", _ID), ("afterSubmissionId", _ID)), required=("submissionId",))
RESET = BodySchema((("reason", Member("string", longest=256)),), may_be_empty=True)
