"""The settings file: read whole, changed whole, and never half written."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pushconsole import errors

Settings = dict[str, Any]

_PATIENCE_S = 10.0  # a change takes milliseconds; who holds the lock for longer hangs


class SettingsFile:
    """One JSON object in a file that others may have written too: what is not understood is kept as it is.

    Every read opens the file anew, so that the window sees what the command line has changed meanwhile. Changes stand
    in line across processes: two that read at once would write back what the other has changed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def read(self) -> Settings:
        """Return the settings; empty if there is no file yet.

        Raises:
            errors.ConfigurationError: the file cannot be read or is not a JSON object.

        """
        try:
            text = self.path.read_text(encoding="utf-8-sig")  # Windows' editors put a byte order mark in front
            settings = json.loads(text)
        except FileNotFoundError:
            return {}
        except json.JSONDecodeError as error:
            raise self.broken(f"line {error.lineno}, column {error.colno} is not JSON ({error.msg})") from error
        except UnicodeDecodeError as error:
            raise self.broken(f"byte {error.start} is not UTF-8") from error
        except OSError as error:
            raise self.broken(error.strerror or type(error).__name__) from error
        if not isinstance(settings, dict):
            raise self.broken("it does not hold a JSON object")
        return settings

    def change(self, edit: Callable[[Settings], None]) -> None:
        """Read the settings, let `edit` change them in place, and write them; nothing is written if it raises.

        Raises:
            errors.ConfigurationError: the file cannot be read or written; it is then as it was.

        """
        with self._lock, self._alone():
            settings = self.read()
            edit(settings)
            try:
                _replace(self.path, json.dumps(settings, ensure_ascii=False, indent=2) + "\n")
            except (OSError, UnicodeEncodeError) as error:
                raise self._unwritable(str(error)) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process change the file meanwhile; the system drops the lock of one that dies."""
        target = self.path.resolve()
        lock = FileLock(target.with_name(f".{target.name}.lock"))
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire(timeout=_PATIENCE_S)
        except Timeout as error:
            raise self._unwritable("another Push Console holds it") from error
        except (OSError, NotImplementedError) as error:
            raise self._unwritable(str(error)) from error
        try:
            yield
        finally:
            lock.release()

    def _unwritable(self, reason: str) -> errors.ConfigurationError:
        return errors.ConfigurationError(
            f"The settings file {self.path} could not be written: {reason}.",
            "The settings are as they were; make the folder writable and try again.",
        )

    def broken(self, reason: str) -> errors.ConfigurationError:
        """Return the error for a file that cannot be understood for `reason`, half a sentence."""
        return errors.ConfigurationError(
            f"The settings file {self.path} cannot be used: {reason}.",
            "Mend it or move it away; it was left as it is.",
        )


def _replace(path: Path, text: str) -> None:
    """Put `text` in the file's place, so that after a crash there is either the old file or the new one."""
    target = path.resolve()  # a symbolic link stays one
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # made with mode 0600
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  a Path cannot open a descriptor
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)  # noqa: PTH105  the name is a string as mkstemp gave it
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name in `folder` survive a loss of power."""
    if os.name != "posix":  # Windows opens no folders, and its journal keeps the name
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
