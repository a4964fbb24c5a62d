"""What `pushconsole` says about itself, and what it takes a word for."""

from __future__ import annotations

import pytest

from pushconsole import __version__
from tests.command_line.shell import run


def test_the_program_names_its_commands_and_statuses() -> None:
    done = run("--help")
    assert done.status == 0
    for word in ("open", "push", "tasks", "profiles", "sandbox", "130"):
        assert word in done.stdout


def test_the_program_says_its_version() -> None:
    assert run("--version").stdout == f"{__version__}\n"


@pytest.mark.parametrize("word", ["products.csv", "--sandbox"])
def test_what_is_no_command_is_for_the_window(word: str) -> None:
    done = run(word, "--help")
    assert done.status == 0
    assert "Usage: pushconsole open" in done.stdout


def test_the_help_of_a_push_cuts_no_name() -> None:
    done = run("push", "--help", environ={"COLUMNS": "80"})
    assert done.status == 0
    for name in ("partialUpdateObjectNoCreate", "ALGOLIA_APPLICATION_ID", "omit|empty|null", "--max-batch-records"):
        assert name in done.stdout
    for option in ("--task", "--watch", "--text-columns", "--all-text", "--dry-run", "--yes", "--report", "--json"):
        assert option in done.stdout
    assert "--install-completion" not in done.stdout
