"""The store: schema, size, integrity, and whether the place is one where it is safe."""

from pathlib import Path
from typing import Final

from drtui.commands.doctor.machine import nearest
from drtui.domain.doctoring import Area, Check, Verdict, check
from drtui.domain.problems import FullDiskError, StoreProblemError, UnwritableStoreError
from drtui.store import sharing
from drtui.store.health import Health, file_system_of

NAMES: Final = ("schema", "size", "integrity", "WAL")
_MOST_NAMED: Final = 3
_ANEW: Final = (
    "Run “drtui mend”, which sets a copy aside, saves the operations, and lets the rest be read "
    "anew from the account."
)


def examine_place(path: Path) -> Check:
    """Return the check of the file system that a store lies on, or would."""
    kind, safe = file_system_of(nearest(path.parent))
    if not kind:
        why = "The kind of file system is not known here."
        return _line("file system", Verdict.NOT_CHECKED, why)
    if safe:
        return _line("file system", Verdict.OK, f"{kind}, a local one.")
    why = f"{kind}, over the network, where a store is refused: two machines would damage it."
    advice = "Set DRTUI_HOME to a folder on a local disk."
    return _line("file system", Verdict.FAILED, why, advice)


def examine_access(path: Path) -> Check:
    """Return the check of who may read and write a store."""
    if why := sharing.why_refused(path):
        return _line("access", Verdict.FAILED, why)
    folder = path.parent
    try:
        sharing.refuse_links(path)
        if folder.is_dir():
            sharing.refuse_open(path)
    except StoreProblemError as problem:
        return _line("access", Verdict.FAILED, str(problem))
    if not sharing.is_shared(folder):
        return _line("access", Verdict.OK, "Only you: the folder is not shared.")
    if found := sharing.open_to_others(path):
        names = ", ".join(str(each) for each in found[:_MOST_NAMED])
        why = f"Everybody on this machine can get at {names}, not only the group."
        return _line("access", Verdict.WARNING, why, f"Run “chmod -R o-rwx {folder}”.")
    gid = folder.stat().st_gid
    names = ", ".join(sharing.members(gid)) or "nobody"
    why = f"Shared with the group “{sharing.group_name(gid)}”: {names}."
    return _line("access", Verdict.OK, why)


def examine_health(health: Health) -> list[Check]:
    """Return the checks of a store that could be read."""
    return [_schema(health), _size(health), _integrity(health), _wal(health)]


def is_usable(health: Health) -> bool:
    """Whether its tables can be read as this drtui knows them."""
    return health.revision == health.expected and not health.flaws


def unreadable(problem: StoreProblemError) -> list[Check]:
    """Return the checks of a store that cannot be read at all."""
    failed = "size" if isinstance(problem, FullDiskError) else "integrity"
    # Where it cannot be written now, nothing is wrong with what is in it.
    advice = "" if isinstance(problem, UnwritableStoreError) else _ANEW
    return [
        _line(failed, Verdict.FAILED, str(problem), advice),
        *(
            _line(name, Verdict.NOT_CHECKED, "It cannot be read.")
            for name in NAMES
            if name != failed
        ),
    ]


def none_yet(why: str) -> list[Check]:
    """Return the checks where there is no store."""
    return [_line(name, Verdict.NOT_CHECKED, why) for name in NAMES]


def _line(name: str, verdict: Verdict, why: str, advice: str = "") -> Check:
    return check(Area.STORE, name, verdict, why, advice)


def _schema(health: Health) -> Check:
    if health.revision == health.expected:
        return _line("schema", Verdict.OK, f"{health.revision}, which this drtui works with.")
    if health.revision is None:
        why = "The file has no schema of drtui's: it is empty, or another program's."
        return _line("schema", Verdict.FAILED, why, "Move the file away.")
    if health.revision < health.expected:
        why = (
            f"{health.revision}; the next start of drtui brings it to {health.expected}, and makes "
            "a copy first."
        )
        return _line("schema", Verdict.OK, why)
    why = f"{health.revision}, of a newer drtui; this one works with {health.expected}."
    return _line("schema", Verdict.FAILED, why, "Install that drtui.")


def _size(health: Health) -> Check:
    why = f"{health.size / 1e6:,.1f} MB, and {health.log_size / 1e6:,.1f} MB in its log."
    if health.full:
        why = f"{why} The disk is full, so that it is only read."
        return _line("size", Verdict.FAILED, why, "Free some space.")
    if health.read_only:
        why = f"{why} It may not be written, so that it is only read."
        return _line("size", Verdict.WARNING, why, "Check the permissions of the file.")
    return _line("size", Verdict.OK, why)


def _integrity(health: Health) -> Check:
    if health.flaws:
        why = f"SQLite's quick check finds: {'; '.join(health.flaws)}"
        return _line("integrity", Verdict.FAILED, why, _ANEW)
    return _line("integrity", Verdict.OK, "SQLite's quick check finds nothing.")


def _wal(health: Health) -> Check:
    if health.journal == "wal":
        return _line("WAL", Verdict.OK, "Granted, so that several programs can share the store.")
    if health.read_only:
        return _line("WAL", Verdict.NOT_CHECKED, "The store is only read, which may need none.")
    why = (
        f"The journal is in “{health.journal}” mode; drtui asks for WAL when it opens the store, "
        "and refuses the store where that is not granted."
    )
    advice = "Where it is refused, set DRTUI_HOME to a folder on a local disk."
    return _line("WAL", Verdict.WARNING, why, advice)
