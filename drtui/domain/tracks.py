"""The tracks that a deployment has, with their lengths and directions.

The deployment knows these 62 (DeepRacer API facts, "Leaderboard definition"); a track that is not
among them is shown by its id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from drtui.domain.races import Direction
from drtui.domain.text import clean, fold

_CLOCKWISE: Final = Direction.CLOCKWISE
_COUNTER: Final = Direction.COUNTER_CLOCKWISE


@dataclass(frozen=True, slots=True)
class Track:
    """A track.

    Attributes:
        track_id: As the deployment calls it.
        name: As people call it.
        length: In m.
        default: The direction that it is driven in unless another one is asked for.
        directions: Those that it can be driven in, the default first.
    """

    track_id: str
    name: str
    length: float
    default: Direction
    directions: tuple[Direction, ...]


def track(track_id: str) -> Track | None:
    """Return a track by its id; None where this version does not know it."""
    return _BY_ID.get(track_id)


def track_name(track_id: str) -> str:
    """Return what people call a track, safe to show; its id where this version does not know it."""
    found = track(track_id)
    return found.name if found is not None else clean(track_id)


def find_tracks(words: str) -> Sequence[Track]:
    """Return the tracks whose name or id holds all the words, in the order of names.

    An exact id or name, whatever its case, is found alone.
    """
    wanted = fold(words).split()
    whole = " ".join(wanted)
    exact = [one for one in TRACKS if whole in (fold(one.track_id), fold(one.name))]
    if exact:
        return exact
    return [
        one
        for one in TRACKS
        if all(word in f"{fold(one.name)} {fold(one.track_id)}" for word in wanted)
    ]


def direction_text(direction: str) -> str:
    """Return a direction for the admin, safe to show; as sent where it is not known."""
    return _DIRECTIONS.get(direction) or clean(direction)


def _track(
    track_id: str, name: str, length: float, default: Direction, *, both: bool = False
) -> Track:
    others = tuple(one for one in Direction if both and one is not default)
    return Track(track_id, name, length, default, (default, *others))


_DIRECTIONS: Final[Mapping[str, str]] = {
    Direction.CLOCKWISE: "clockwise",
    Direction.COUNTER_CLOCKWISE: "counter-clockwise",
}

TRACKS: Final = (
    _track("2022_reinvent_champ", "2022 re:Invent Championship", 33.27, _COUNTER, both=True),
    _track("reInvent2019_wide", "A to Z Speedway", 16.64, _CLOCKWISE, both=True),
    _track("2022_april_open", "Ace Speedway", 50.3, _COUNTER, both=True),
    _track("2022_april_pro", "Ace Super Speedway", 67.46, _COUNTER, both=True),
    _track("Austin", "American Hills Speedway", 59.0, _COUNTER),
    _track("Singapore", "Asia Pacific Bay Loop", 60.0, _COUNTER),
    _track("Singapore_building", "Asia Pacific Bay Loop - Buildings", 60.0, _COUNTER),
    _track("Vegas_track", "AWS Summit Raceway", 22.57, _COUNTER),
    _track("AmericasGeneratedInclStart", "Baadal Track", 39.0, _COUNTER),
    _track("dubai_pro", "Baja Highway", 64.67, _COUNTER),
    _track("dubai_open", "Baja Turnpike", 40.56, _COUNTER, both=True),
    _track("Bowtie_track", "Bowtie Track", 17.43, _COUNTER),
    _track("2022_june_open", "BreadCentric Loop", 41.28, _COUNTER, both=True),
    _track("2022_june_pro", "BreadCentric Speedway", 58.61, _COUNTER, both=True),
    _track("Spain_track", "Circuit de Barcelona-Catalunya", 60.0, _CLOCKWISE),
    _track("jyllandsringen_pro", "Cosmic Circuit", 62.02, _COUNTER, both=True),
    _track("jyllandsringen_open", "Cosmic Loop", 46.12, _COUNTER, both=True),
    _track("Mexico_track", "Cumulo Carrera Training", 20.51, _COUNTER),
    _track("Belille", "Cumulo Turnpike", 60.0, _CLOCKWISE),
    _track("2022_july_open", "DBro Raceway", 40.2, _COUNTER),
    _track("2022_july_pro", "DBro Super Raceway", 57.89, _COUNTER, both=True),
    _track("New_York_Track", "Empire City Training", 21.88, _COUNTER),
    _track("Monaco", "European Seaside Circuit", 60.0, _CLOCKWISE),
    _track("Monaco_building", "European Seaside Circuit - Buildings", 60.0, _CLOCKWISE),
    _track("red_star_open", "Expedition Loop", 43.47, _COUNTER),
    _track("red_star_pro", "Expedition Super Loop", 69.17, _COUNTER, both=True),
    _track("2024_reinvent_champ", "Forever Raceway", 25.1, _COUNTER, both=True),
    _track("FS_June2020", "Fumiaki Loop", 53.0, _CLOCKWISE),
    _track("arctic_open", "Hot Rod Speedway", 42.21, _COUNTER, both=True),
    _track("arctic_pro", "Hot Rod Super Speedway", 59.5, _COUNTER, both=True),
    _track("2022_october_open", "Jennens Family Speedway", 49.57, _COUNTER, both=True),
    _track("2022_october_pro", "Jennens Super Speedway", 62.08, _COUNTER, both=True),
    _track("2022_august_pro", "Jochem Highway", 63.88, _COUNTER, both=True),
    _track("2022_august_open", "Jochem Turnpike", 43.31, _COUNTER, both=True),
    _track("hamption_open", "Kuei Raceway", 45.93, _COUNTER),
    _track("hamption_pro", "Kuei Super Raceway", 60.74, _COUNTER),
    _track("Tokyo_Training_track", "Kumo Torakku Training", 22.63, _COUNTER),
    _track("thunder_hill_pro", "Lars Circuit", 59.23, _COUNTER, both=True),
    _track("thunder_hill_open", "Lars Loop", 41.55, _COUNTER),
    _track("Virtual_May19_Train_track", "London Loop Training", 19.45, _COUNTER),
    _track("Oval_track", "Oval Track", 19.55, _COUNTER),
    _track("morgan_open", "Playa Raceway", 45.06, _COUNTER),
    _track("morgan_pro", "Playa Super Raceway", 59.57, _COUNTER),
    _track("penbay_open", "Po-Chun Speedway", 68.68, _COUNTER, both=True),
    _track("penbay_pro", "Po-Chun Super Speedway", 89.24, _COUNTER, both=True),
    _track("reinvent_base", "re:Invent 2018", 17.6, _COUNTER),
    _track("2022_summit_speedway", "RL Speedway", 25.24, _COUNTER, both=True),
    _track("July_2020", "Roger Raceway", 60.0, _CLOCKWISE),
    _track("2022_september_open", "Roger Ring", 45.3, _COUNTER, both=True),
    _track("2022_september_pro", "Roger Super Raceway", 60.18, _COUNTER, both=True),
    _track("2022_march_open", "Rogue Circuit", 48.07, _COUNTER, both=True),
    _track("2022_march_pro", "Rogue Raceway", 76.76, _COUNTER, both=True),
    _track("2022_may_open", "Ross Raceway", 46.16, _COUNTER, both=True),
    _track("2022_may_pro", "Ross Super Speedway", 63.92, _COUNTER, both=True),
    _track("China_track", "Shanghai Sudu Training", 22.92, _COUNTER),
    _track("reInvent2019_track", "Smile Speedway", 23.12, _COUNTER, both=True),
    _track("LGSWide", "SOLA Speedway", 38.0, _COUNTER),
    _track("Aragon", "Stratus Loop", 60.0, _CLOCKWISE),
    _track("Canada_Training", "Toronto Turnpike Training", 21.74, _COUNTER),
    _track("caecer_loop", "Vivalas Loop", 39.12, _COUNTER),
    _track("caecer_gp", "Vivalas Speedway", 73.78, _COUNTER),
    _track("Albert", "Yun Speedway", 51.0, _CLOCKWISE),
)
"""All of them, in the order of names."""

_BY_ID: Final[Mapping[str, Track]] = MappingProxyType({one.track_id: one for one in TRACKS})
