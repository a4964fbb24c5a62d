"""The wheel holds the resources, and the program installed from it finds them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.packaging.tools import CHECKOUT, uv

FIND = """
import json
from pushconsole.locations import resources
folder = resources()
print(json.dumps([str(folder), sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())]))
"""


def run(*command: str | Path) -> str:
    """Run a command outside the checkout, so that only what is installed is found; return its stdout."""
    environ = os.environ | {"UV_OFFLINE": "1"}
    done = subprocess.run(
        command, cwd=CHECKOUT.anchor, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return an environment's folder with the wheel installed; what it depends on is borrowed from this one."""
    run(
        uv(),
        "build",
        "--quiet",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "-o",
        tmp_path,
        CHECKOUT,
    )
    [wheel] = tmp_path.glob("*.whl")
    environment = tmp_path / "environment"
    run(uv(), "venv", "--quiet", "--python", sys.executable, environment)
    run(uv(), "pip", "install", "--quiet", "--no-deps", "--python", environment / "bin" / "python", wheel)
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return environment


def test_the_program_installed_from_the_wheel_finds_every_resource(installed: Path) -> None:
    folder, files = json.loads(run(installed / "bin" / "python", "-c", FIND))
    assert Path(folder).is_relative_to(installed)
    source = CHECKOUT / "resources"
    assert files == sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file())
    assert {"samples/products.csv", "samples/products.json"} <= set(files)


def test_the_wheel_brings_the_command(installed: Path) -> None:
    assert "sandbox" in run(installed / "bin" / "pushconsole", "--help")
