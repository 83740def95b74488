"""Downloads of which something is wrong: a clear sentence, and a state from which it goes on.

The storage is a scripted one, so that it can be as wrong as none would be.
"""

import errno
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.aws.partial_files import PartialFile
from drtui.commands.downloads import plan_download, progress, progress_line
from drtui.domain.archives import Archive
from drtui.domain.manifests import MANIFEST_CSV, MANIFEST_JSON, ManifestEntry, read_manifest
from drtui.domain.model_calls import FetchStoppedError
from drtui.domain.model_names import TAG
from drtui.domain.operations import ItemState
from drtui.domain.planning import Outcome
from drtui.model_folders import ModelFolder
from drtui.store.model_files import model_files
from drtui.sync.couriers import archive_source
from drtui.sync.couriers.archive_source import ArchiveSource
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.archives import archive
from tests.sync.troubled_downloads import (
    FIRST,
    LARGE,
    OCTETS,
    OTHER,
    SECOND,
    SOUND,
    Trouble,
    bomb,
    cut_short,
    file,
    partly,
    refused,
    rest,
    server,
    trouble,
)

__all__ = ["server", "trouble"]


def test_what_is_cut_short_goes_on_at_once_where_it_was(
    trouble: Trouble, server: ScriptedServer
) -> None:
    server.script(cut_short(500), rest(500))
    assert trouble.turn().state is ItemState.DONE
    assert server.requests[1].headers["range"] == "bytes=500-"
    assert trouble.whole()


def test_what_is_cut_short_without_a_byte_is_told_and_goes_on_later(
    trouble: Trouble, server: ScriptedServer
) -> None:
    server.script(cut_short(500), Step(b"", End.CLOSE))
    item = trouble.turn()
    assert item.state is ItemState.PENDING
    assert item.reason.endswith(".")
    assert trouble.part.stat().st_size == 500
    trouble.start()
    server.script(rest(500))
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_another_archive_than_before_is_begun_anew(
    trouble: Trouble, server: ScriptedServer
) -> None:
    server.script(cut_short(500), Step(b"", End.CLOSE))
    trouble.turn()
    server.script(file(OTHER, SECOND))
    assert trouble.turn().state is ItemState.DONE
    assert server.requests[-1].headers["if-range"] == FIRST
    assert trouble.whole(OTHER)


def test_links_that_are_never_good_use_up_few_and_are_told(
    trouble: Trouble, server: ScriptedServer
) -> None:
    server.script(*[refused()] * 8)
    found = [trouble.turn() for _ in range(4)]
    assert [one.state for one in found] == [ItemState.PENDING] * 3 + [ItemState.FAILED]
    assert found[0].reason == "the storage refuses links to it as soon as they are given"
    assert found[3].reason == f"{found[0].reason}: a retry later may find it"
    assert trouble.models.links == 8
    trouble.submit()
    server.script(refused(), file())
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (SOUND[:-1] + bytes([SOUND[-1] ^ 1]), "damaged on its way"),
        (SOUND[: len(SOUND) // 2], "cut short"),
        (archive({"../../outside": b"x"}), "leads out of the folder"),
    ],
)
def test_what_is_not_sound_is_fetched_anew_and_then_told(
    trouble: Trouble, server: ScriptedServer, bad: bytes, said: str
) -> None:
    server.script(*[file(bad)] * 3)
    found = [trouble.turn() for _ in range(3)]
    assert [one.state for one in found] == [ItemState.PENDING] * 2 + [ItemState.FAILED]
    assert all(said in one.reason for one in found)
    assert {each.name for each in trouble.folder.iterdir()} == {MANIFEST_JSON, MANIFEST_CSV}
    trouble.submit()
    server.script(file(bad), file())
    assert [trouble.turn().state, trouble.turn().state] == [ItemState.PENDING, ItemState.DONE]
    assert trouble.whole()


def test_a_folder_that_may_only_be_read_is_told_and_gone_on_with(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        item = trouble.turn()
    assert (item.state, item.attempts) == (ItemState.PENDING, 0)
    assert "may not be opened" in item.reason
    assert "check the permissions" in item.reason
    assert trouble.models.links == 0
    server.script(file())
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_a_disk_too_small_for_5_gb_is_told_before_it_comes_and_gone_on_with(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = os.statvfs_result((4096, 4096, 10**7, 0, 250_000, 0, 0, 0, 0, 255))
    server.script(answer(SOUND, content_type=OCTETS, etag=FIRST, content_length=str(LARGE)))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fstatvfs", lambda _: small)
        item = trouble.turn()
    assert (item.state, item.attempts) == (ItemState.PENDING, 0)
    assert "5.4 GB are to come, and 1.0 GB are free" in item.reason
    assert trouble.part.stat().st_size == 0
    server.script(file())
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_a_disk_that_fills_up_keeps_what_came(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    server.script(file())
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        item = trouble.turn()
    assert (item.state, item.attempts) == (ItemState.PENDING, 0)
    assert "make room, then go on" in item.reason
    server.script(answer(b"", status=416, content_range=f"bytes */{len(SOUND)}"))
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_a_file_that_the_disk_can_never_hold_fails_alone_and_leaves_nothing(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(self: PartialFile, _: bytes) -> None:
        # As a disk says that takes files of 4 GB at the most.
        self._fail(OSError(errno.EFBIG, os.strerror(errno.EFBIG)))

    server.script(file())
    with monkeypatch.context() as patched:
        patched.setattr(PartialFile, "add", too_large)
        item = trouble.turn()
    assert item.state is ItemState.FAILED
    assert "is too large for the disk" in item.reason
    assert "choose another folder" in item.reason
    assert {each.name for each in trouble.folder.iterdir()} == {MANIFEST_JSON, MANIFEST_CSV}
    trouble.submit()
    server.script(file())
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_what_was_whole_but_not_looked_at_is_not_fetched_again(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> Archive:
        raise FetchStoppedError

    server.script(file(), answer(b"", status=416, content_range=f"bytes */{len(SOUND)}"))
    with monkeypatch.context() as patched:
        patched.setattr(ArchiveSource, "inspect", stopped)
        item = trouble.turn()
    assert item.state is ItemState.PENDING
    trouble.start()
    assert trouble.turn().state is ItemState.DONE
    assert server.requests[1].headers["range"] == f"bytes={len(SOUND)}-"
    assert trouble.whole()


def test_5_gb_are_counted_right_everywhere(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    had = LARGE - len(SOUND)
    trouble.folder.mkdir()
    trouble.part.touch()
    os.truncate(trouble.part, had)  # it takes no room: nothing was written
    trouble.part.with_name(trouble.part.name + TAG).write_text(FIRST)
    fits = f"bytes {had}-{LARGE - 1}/{LARGE}"
    server.script(answer(SOUND, status=206, content_type=OCTETS, etag=FIRST, content_range=fits))
    lines: list[str] = []

    def read(self: ArchiveSource, path: Path) -> Archive:
        lines.append(progress_line(progress(trouble.workspace)))
        return Archive(path.stat().st_size, "ab" * 32, "cd" * 32, 2 * LARGE, 3, {})

    monkeypatch.setattr(ArchiveSource, "inspect", read)
    item = trouble.turn()
    assert (item.state, item.reason) == (ItemState.DONE, f"5.4 GB, SHA-256 {'ab' * 32}")
    assert lines == ["ada / fast: 5.4 GB of 5.4 GB"]
    (entry,) = read_manifest((trouble.folder / MANIFEST_JSON).read_text(), "it")
    assert entry.size == LARGE
    one = trouble.model
    with trouble.database.read() as connection:
        (saved,) = model_files(connection, [(one.profile_id, one.model_id)]).values()
    assert saved[0].size == LARGE
    again = plan_download(trouble.workspace, [one], str(trouble.folder))
    assert [row.outcome for row in again.rows] == [Outcome.CHANGE]
    assert "compared first" in again.rows[0].reason  # when its turn comes, and not in a dialog


def test_a_link_that_ends_on_the_way_again_and_again_goes_on(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_source, "_ROUNDS", 3)
    server.script(cut_short(100), refused(), answer(b"", status=500), refused())
    first = trouble.turn()
    assert first.state is ItemState.PENDING
    assert trouble.part.stat().st_size == 100
    server.script(rest(100))
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_what_comes_further_each_time_is_never_given_up(
    trouble: Trouble, server: ScriptedServer
) -> None:
    for upto in range(1, 13):
        before = [] if upto == 1 else [partly(upto - 1, upto)]
        server.script(*(before or [cut_short(1)]), Step(b"", End.CLOSE))
        item = trouble.turn()
        assert (item.state, item.attempts) == (ItemState.PENDING, 0)
    server.script(Step(b"", End.CLOSE))
    item = trouble.turn()
    assert (item.state, item.attempts) == (ItemState.PENDING, 1)
    server.script(rest(12))
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_a_part_that_is_a_link_fails_alone_and_is_left_as_it_is(
    trouble: Trouble, server: ScriptedServer, tmp_path: Path
) -> None:
    trouble.folder.mkdir()
    trouble.part.symlink_to(tmp_path / "elsewhere")
    item = trouble.turn()
    assert item.state is ItemState.FAILED
    assert "is a link, which is not written to" in item.reason
    assert trouble.part.is_symlink()
    (entry,) = read_manifest((trouble.folder / MANIFEST_JSON).read_text(), "it")
    assert entry.outcome == f"failed: {item.reason}"
    trouble.part.unlink()
    trouble.submit()
    server.script(file())
    assert trouble.turn().state is ItemState.DONE
    assert trouble.whole()


def test_what_is_more_than_is_taken_is_not_fetched_again(
    trouble: Trouble, server: ScriptedServer
) -> None:
    server.script(file(bomb()))
    item = trouble.turn()
    assert item.state is ItemState.FAILED
    assert "unpacks to more than 200 times its size" in item.reason
    assert len(server.requests) == 1
    assert {each.name for each in trouble.folder.iterdir()} == {MANIFEST_JSON, MANIFEST_CSV}


def test_a_line_that_another_process_writes_meanwhile_stays(
    trouble: Trouble, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect = ArchiveSource.inspect
    other = ManifestEntry(
        "Z" * 15, "Y" * 15, "bo", "", "slow", "", None, "", "", datetime.now(UTC), "failed: gone"
    )

    def meanwhile(self: ArchiveSource, path: Path) -> Archive:
        ModelFolder(trouble.folder).note(other)
        return inspect(self, path)

    monkeypatch.setattr(ArchiveSource, "inspect", meanwhile)
    server.script(file())
    assert trouble.turn().state is ItemState.DONE
    entries = read_manifest((trouble.folder / MANIFEST_JSON).read_text(), "it")
    assert sorted(one.alias for one in entries) == ["ada", "bo"]


def test_a_manifest_is_written_by_one_at_a_time(tmp_path: Path) -> None:
    def noted(alias: str) -> None:
        for number in range(20):
            model_id = f"{alias}{number}"
            ModelFolder(tmp_path).note(
                ManifestEntry(
                    "Z" * 15, model_id, alias, "", "", "", None, "", "", datetime.now(UTC), "no"
                )
            )

    writers = [threading.Thread(target=noted, args=(alias,)) for alias in "abc"]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    assert len(ModelFolder(tmp_path).entries()) == 60
    assert {each.name for each in tmp_path.iterdir()} == {MANIFEST_JSON, MANIFEST_CSV}
