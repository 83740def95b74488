"""Where the files of models are, and how what is done with them goes on.

Nothing of this is kept across restarts: links are void then, and what was uploaded but not
imported is gone.
"""

from collections import deque
from dataclasses import dataclass, field

from drtui.emulator.archives import Archives
from drtui.emulator.faults import GATEWAY_PATIENCE
from drtui.emulator.links import Links
from drtui.emulator.uploads import Uploads

MODEL_BUCKET = "dremulator-models"
UPLOAD_BUCKET = "dremulator-uploads"
ARCHIVE = "/output/model.tar.gz"
"""How the key of an archive for physical cars ends."""


@dataclass(slots=True)
class ModelFiles:
    """Archives, links and uploads, and what control changes about them.

    Attributes:
        packaging_seconds: simulated seconds from a training's end to its archive.
        packaging_fails: no more archives are built.
        import_seconds: simulated seconds that an import takes.
        failing_imports: what the next imports fail with.
        undeletable: models whose deletion fails when all of a racer are deleted.
        undeletable_share: the share of models whose deletion fails then, 0 to 1.
        stop_seconds: real seconds after which stopping a queued model without a job is given up.
    """

    archives: Archives = field(default_factory=Archives)
    links: Links = field(default_factory=Links)
    uploads: Uploads = field(default_factory=lambda: Uploads(UPLOAD_BUCKET))
    packaging_seconds: float = 90.0
    packaging_fails: bool = False
    import_seconds: float = 60.0
    failing_imports: deque[str] = field(default_factory=deque)
    undeletable: set[str] = field(default_factory=set)
    undeletable_share: float = 0.0
    stop_seconds: float = GATEWAY_PATIENCE
