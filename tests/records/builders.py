"""Small builders for the tests of records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pushconsole.records import LoadReport, ReadOptions, Workspace, selections


def texts(workspace: Workspace) -> list[str]:
    """Return the JSON texts of all records in file order."""
    with workspace.database.reading() as connection:
        return list(selections.texts(connection, [(1, 2**40)]))


def sizes(workspace: Workspace) -> list[int]:
    """Return the sizes the workspace has on record, in file order."""
    with workspace.database.reading() as connection:
        return [size for (size,) in connection.execute("SELECT size FROM records ORDER BY id")]


@contextmanager
def loaded(content: str | bytes, options: ReadOptions | None = None) -> Iterator[tuple[Workspace, LoadReport]]:
    """Load a file with this content into a workspace of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "input")
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        workspace = Workspace.create(Path(folder, "workspace"))
        try:
            yield workspace, workspace.load(file, options)
        finally:
            workspace.close()


@contextmanager
def all_loaded(
    contents: Sequence[str | bytes], options: ReadOptions | None = None
) -> Iterator[tuple[Workspace, LoadReport]]:
    """Load several files, called a, b, c, with these contents into a workspace of its own."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, chr(ord("a") + number)) for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        workspace = Workspace.create(Path(folder, "workspace"))
        try:
            yield workspace, workspace.load(files, options)
        finally:
            workspace.close()


@contextmanager
def empty() -> Iterator[Workspace]:
    """Make a workspace that no file was loaded into."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder, "workspace"))
        try:
            yield workspace
        finally:
            workspace.close()
