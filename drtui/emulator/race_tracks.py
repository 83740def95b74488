"""The tracks that the deployment knows: how long they are, and which ways round they go."""

from typing import NamedTuple

CLOCKWISE = "CLOCKWISE"
COUNTER_CLOCKWISE = "COUNTER_CLOCKWISE"
DIRECTIONS = (CLOCKWISE, COUNTER_CLOCKWISE)

_ONE = (CLOCKWISE,)
_OTHER = (COUNTER_CLOCKWISE,)
_BOTH = DIRECTIONS


class Track(NamedTuple):
    """One track.

    Attributes:
        metres: the length of a lap.
        directions: the ways round that races may go.
    """

    metres: float
    directions: tuple[str, ...]


TRACKS = {
    "reInvent2019_wide": Track(16.64, _BOTH),
    "2022_april_open": Track(50.3, _BOTH),
    "2022_april_pro": Track(67.46, _BOTH),
    "Austin": Track(59.0, _OTHER),
    "Singapore": Track(60.0, _OTHER),
    "Singapore_building": Track(60.0, _OTHER),
    "Vegas_track": Track(22.57, _OTHER),
    "AmericasGeneratedInclStart": Track(39.0, _OTHER),
    "dubai_pro": Track(64.67, _OTHER),
    "dubai_open": Track(40.56, _BOTH),
    "Bowtie_track": Track(17.43, _OTHER),
    "2022_june_open": Track(41.28, _BOTH),
    "2022_june_pro": Track(58.61, _BOTH),
    "Spain_track": Track(60.0, _ONE),
    "jyllandsringen_pro": Track(62.02, _BOTH),
    "jyllandsringen_open": Track(46.12, _BOTH),
    "Mexico_track": Track(20.51, _OTHER),
    "Belille": Track(60.0, _ONE),
    "2022_july_open": Track(40.2, _OTHER),
    "2022_july_pro": Track(57.89, _BOTH),
    "New_York_Track": Track(21.88, _OTHER),
    "Monaco": Track(60.0, _ONE),
    "Monaco_building": Track(60.0, _ONE),
    "red_star_open": Track(43.47, _OTHER),
    "red_star_pro": Track(69.17, _BOTH),
    "2024_reinvent_champ": Track(25.1, _BOTH),
    "FS_June2020": Track(53.0, _ONE),
    "arctic_open": Track(42.21, _BOTH),
    "arctic_pro": Track(59.5, _BOTH),
    "2022_october_open": Track(49.57, _BOTH),
    "2022_october_pro": Track(62.08, _BOTH),
    "2022_august_pro": Track(63.88, _BOTH),
    "2022_august_open": Track(43.31, _BOTH),
    "hamption_open": Track(45.93, _OTHER),
    "hamption_pro": Track(60.74, _OTHER),
    "Tokyo_Training_track": Track(22.63, _OTHER),
    "thunder_hill_pro": Track(59.23, _BOTH),
    "thunder_hill_open": Track(41.55, _OTHER),
    "Virtual_May19_Train_track": Track(19.45, _OTHER),
    "Oval_track": Track(19.55, _OTHER),
    "morgan_open": Track(45.06, _OTHER),
    "morgan_pro": Track(59.57, _OTHER),
    "penbay_open": Track(68.68, _BOTH),
    "penbay_pro": Track(89.24, _BOTH),
    "reinvent_base": Track(17.6, _OTHER),
    "2022_reinvent_champ": Track(33.27, _BOTH),
    "2022_summit_speedway": Track(25.24, _BOTH),
    "July_2020": Track(60.0, _ONE),
    "2022_september_open": Track(45.3, _BOTH),
    "2022_september_pro": Track(60.18, _BOTH),
    "2022_march_open": Track(48.07, _BOTH),
    "2022_march_pro": Track(76.76, _BOTH),
    "2022_may_open": Track(46.16, _BOTH),
    "2022_may_pro": Track(63.92, _BOTH),
    "China_track": Track(22.92, _OTHER),
    "reInvent2019_track": Track(23.12, _BOTH),
    "LGSWide": Track(38.0, _OTHER),
    "Aragon": Track(60.0, _ONE),
    "Canada_Training": Track(21.74, _OTHER),
    "caecer_loop": Track(39.12, _OTHER),
    "caecer_gp": Track(73.78, _OTHER),
    "Albert": Track(51.0, _ONE),
}
"""By id, in the order in which the API names them."""
