"""Where the program finds its own files and keeps the user's.

Resources lie beside the package in a wheel and in a frozen bundle (``pushconsole/resources``) and at the top of a
checkout. Settings and data follow the platform's conventions, as platformdirs knows them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_NAME = "pushconsole"


def _config() -> Path:
    import platformdirs  # noqa: PLC0415  finding the program's own files is to cost nothing

    return platformdirs.user_config_path(_NAME, appauthor=False)


def _data() -> Path:
    """Return the folder for data, made if need be."""
    import platformdirs  # noqa: PLC0415  as above

    return platformdirs.user_data_path(_NAME, appauthor=False, ensure_exists=True)


@cache
def resources() -> Path:
    """Return the folder with icons, styles and samples."""
    package = Path(__file__).parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent.parent / "resources"


def known_tasks(application_id: str) -> Path:
    """Return the file with an application's tasks as they were last fetched; its folder made if need be."""
    import platformdirs  # noqa: PLC0415  as above

    folder = platformdirs.user_cache_path(_NAME, appauthor=False, ensure_exists=True)
    return folder / f"tasks-{application_id}.json"


def known_standings(application_id: str) -> Path:
    """Return the file with how an application's tasks stood when they were last looked at; its folder made."""
    return known_tasks(application_id).with_name(f"standings-{application_id}.json")


def sample() -> Path:
    """Return the file of sample products."""
    return resources() / "samples" / "products.csv"


def settings_file() -> Path:
    """Return the file with profiles and preferences; it never holds a secret."""
    return _config() / "settings.json"


def recipes() -> Path:
    """Return the folder with the user's recipes for reading files."""
    return _config() / "recipes"


def workspaces() -> Path:
    """Return the folder with open workspaces, made if need be."""
    return _data() / "workspaces"


def ledger_file() -> Path:
    """Return the database of every run, its folder made if need be."""
    return _data() / "ledger.sqlite"


def backups() -> Path:
    """Return the folder for what indexes held before they were cleared or deleted; not made yet."""
    return _data() / "backups"


def run_records() -> Path:
    """Return the folder with the records of runs that were started from the command line, made if need be."""
    folder = _data() / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sandbox_data() -> Path:
    """Return the folder in which the user's own sandbox keeps its indexes, made if need be."""
    folder = _data() / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def window_state_file() -> Path:
    """Return the file with the window's size, panes and theme."""
    return _config() / "window.ini"
