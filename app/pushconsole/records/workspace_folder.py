"""The folder of workspaces: those that are open, each owned by its process, and those that somebody left behind.

A workspace is left behind by a crash, or kept on purpose when the program was quitted with edits that are in no file.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import apsw
import msgspec
import uuid_utils

from pushconsole.errors import InputError
from pushconsole.records.database import Database, get_meta
from pushconsole.records.ownership import Ownership
from pushconsole.records.source_file import SourceFile
from pushconsole.records.workspace import Workspace

OLD_AFTER_DAYS: Final = 30
"""After so many days without being used a workspace is proposed for deletion."""

_ENDING = ".sqlite"
_ROOM_ENDING = ".fetched"
_DAY_S = 24 * 60 * 60


@dataclass(frozen=True)
class LeftWorkspace:
    """A workspace that no living process has open.

    Attributes:
        path: its file.
        name: what its records came from; empty where that is not known.
        records: how many there are.
        edits: how many edits of them are in no other file.
        size_bytes: what it takes on the disk.
        used: when it was last written to.
        whole: whether it can be opened again; not where its file was still being read, or where it is damaged or
            another version's.

    """

    path: Path
    name: str
    records: int
    edits: int
    size_bytes: int
    used: datetime
    whole: bool

    @property
    def is_old(self) -> bool:
        """Whether it was not used for long."""
        return time.time() - self.used.timestamp() > OLD_AFTER_DAYS * _DAY_S


class WorkspaceFolder:
    """Makes, keeps, finds and removes workspaces; each it gave away is owned by this process. Every call blocks."""

    def __init__(self, folder: Path, needed: Callable[[], Container[str]] = frozenset) -> None:
        """Look after a folder; `needed` names the files that are kept even when nobody has them open any more."""
        self._folder = folder
        self._needed = needed
        self._owned: dict[Path, Ownership] = {}

    def create(self) -> Workspace:
        """Make an empty workspace.

        Raises:
            InputError: none can be made there.

        """
        self._make_folder()
        path = self._folder / f"{uuid_utils.uuid7()}{_ENDING}"
        ownership = self._take(path)
        try:
            workspace = Workspace.create(path)
        except BaseException:
            ownership.end()
            raise
        self._owned[path] = ownership
        return workspace

    def left(self) -> list[LeftWorkspace]:
        """Return the workspaces of processes that are gone, the last used one first.

        One into which nothing was read yet holds nothing, and is removed; so is a file that was being fetched.
        """
        self._remove_left_rooms()
        found = [left for path in self._folder.glob(f"*{_ENDING}") for left in _look(path)]
        return sorted(found, key=lambda left: left.used, reverse=True)

    def open(self, path: Path) -> Workspace:
        """Open a workspace that was left.

        Raises:
            InputError: it is gone, it cannot be opened, or somebody else has it open.

        """
        ownership = self._take(path)
        try:
            _remove_views(path)
            workspace = Workspace.open(path)
        except BaseException:
            ownership.end()
            raise
        self._owned[path] = ownership
        return workspace

    def take_in(self, file: Path) -> Path:
        """Give a workspace that was made elsewhere a second name here, and return it; the first one stays.

        Raises:
            InputError: it cannot be had here, or somebody else has it open.

        """
        self._make_folder()
        Workspace.open(file).close()  # brings its journal into the file, unless somebody else uses that
        if file.with_name(f"{file.name}-wal").exists():
            raise InputError("Another process has these records open.", "Wait for its end.", file=str(file))
        path = self._folder / f"{uuid_utils.uuid7()}{_ENDING}"
        try:
            _link_or_copy(file, path)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise InputError(f"{file} cannot be taken into {self._folder}: {error.strerror}.") from error
        return path

    def keep(self, workspace: Workspace) -> None:
        """Close a workspace of this process and leave it, to be opened again by whoever comes next."""
        workspace.close()
        _remove_views(workspace.path)
        self._owned.pop(workspace.path).end()

    def remove(self, workspace: Workspace, *, even_if_needed: bool = False) -> None:
        """Close a workspace of this process and delete its file, unless it is needed."""
        if not even_if_needed and str(workspace.path) in self._needed():
            self.keep(workspace)
            return
        workspace.close()
        _delete(workspace.path)
        self._owned.pop(workspace.path).end()

    def delete(self, paths: Sequence[Path]) -> None:
        """Delete workspaces that were left.

        Raises:
            InputError: somebody has one of them open; those before it are gone.

        """
        for path in paths:
            ownership = self._take(path)
            _delete(path)
            ownership.end()

    def make_room(self) -> Path:
        """Make a folder for a file that is fetched from elsewhere, to be read from there.

        Raises:
            InputError: none can be made there.

        """
        room = self._folder / f"{uuid_utils.uuid7()}{_ROOM_ENDING}"
        self._make_folder()
        self._owned[room] = self._take(room)
        room.mkdir()
        return room

    def clear_room(self, room: Path) -> None:
        """Delete such a folder with what is in it."""
        shutil.rmtree(room, ignore_errors=True)
        self._owned.pop(room).end()

    def _remove_left_rooms(self) -> None:
        for room in self._folder.glob(f"*{_ROOM_ENDING}"):
            if (ownership := Ownership.taken(room)) is not None:
                shutil.rmtree(room, ignore_errors=True)
                ownership.end()

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self._folder} cannot be made: {error.strerror}.", file=str(self._folder)) from error

    def _take(self, path: Path) -> Ownership:
        ownership = Ownership.taken(path)
        if ownership is None:
            raise InputError("Another window has these records open.", "Use that window, or close it.", file=str(path))
        return ownership


def _look(path: Path) -> Iterator[LeftWorkspace]:
    ownership = Ownership.taken(path)
    if ownership is None:
        return
    try:
        if path.is_file():
            yield from _looked_into(path)
    finally:
        ownership.end()


def _looked_into(path: Path) -> Iterator[LeftWorkspace]:
    size_bytes, used = sum(file.stat().st_size for file in _files_of(path)), _last_written(path)
    try:
        with _undated(path), closing(Database(path, create=False)) as database, database.reading() as connection:
            text = get_meta(connection, "source")
            if text is not None or _count(connection, "commands"):
                name = msgspec.json.decode(text, type=SourceFile).name if text else ""
                records, edits = _records(connection), _count(connection, "commands WHERE NOT undone")
                whole = get_meta(connection, "loading") is None
                yield LeftWorkspace(path, name, records, edits, size_bytes, used, whole)
                return
    except InputError:  # damaged, or another version's: it is listed all the same, so that it can be deleted
        yield LeftWorkspace(path, "", 0, 0, size_bytes, used, whole=False)
        return
    _delete(path)


def _records(connection: apsw.Connection) -> int:
    """Count the records without a scan of them, as `Positions` does: ids begin at 1, and those removed are known."""
    ends = "SELECT max(id) AS last FROM records UNION ALL SELECT max(id) FROM removed"
    last = connection.execute(f"SELECT max(last) FROM ({ends})").get or 0
    return last - _count(connection, "removed")


def _count(connection: apsw.Connection, rows: str) -> int:
    number: int = connection.execute(f"SELECT count(*) FROM {rows}").get
    return number


@contextmanager
def _undated(path: Path) -> Iterator[None]:
    """Keep when a workspace was last used: to look into what a crash left writes its journal into the file."""
    used_ns = int(_last_written(path).timestamp() * 1e9)
    try:
        yield
    finally:
        os.utime(path, ns=(used_ns, used_ns))


def _last_written(path: Path) -> datetime:
    journal = path.with_name(f"{path.name}-wal")
    moments = [file.stat().st_mtime for file in (path, journal) if file.exists()]
    return datetime.fromtimestamp(max(moments)).astimezone()


def _link_or_copy(file: Path, path: Path) -> None:
    try:
        path.hardlink_to(file)
    except OSError:  # there are file systems without links
        shutil.copyfile(file, path)


def _files_of(path: Path) -> list[Path]:
    """Return the file with its journal and its views, without its lock."""
    return [path, *path.parent.glob(f"{path.name}-*")]


def _remove_views(path: Path) -> None:
    for view in path.parent.glob(f"{path.name}-view-*"):
        view.unlink(missing_ok=True)


def _delete(path: Path) -> None:
    for file in _files_of(path):
        file.unlink(missing_ok=True)
