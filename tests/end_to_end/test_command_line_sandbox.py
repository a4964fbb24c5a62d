"""The sandbox from the command line: one folder that all share, and what happens where there is no display."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from pushconsole.locations import resources, sandbox_data
from pushconsole.sandbox import launch
from pushconsole.sandbox.residence import is_served
from tests.command_line.shell import Outcome, numbered_csv, run, start, written
from tests.sandbox.caller import ARTICLES, EVENTS, PRODUCTS, Caller, eventually

SAMPLE = resources() / "samples" / "products.csv"


LAUNCH_AND_WAIT = """
import pathlib, sys
from pushconsole.sandbox import launch
from pushconsole.sandbox.residence import is_served
with launch(data=pathlib.Path(sys.argv[1])) as running:
    print(running.ingestion_url, flush=True)
    sys.stdin.read()
"""


def push(file: Path, task: str = PRODUCTS) -> Outcome:
    """Push to the user's own sandbox."""
    return run("push", file, "--task", task, "--action", "updateObject", "--sandbox", "--json")


@contextlib.contextmanager
def served(*options: str | Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run `pushconsole sandbox` and give its process and what it announced."""
    with start("sandbox", "--json", *options) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
    assert process.returncode == 0


def hits(announced: dict[str, Any], index: str = "products") -> list[dict[str, Any]]:
    """Return the records of a sandbox's index."""
    headers = {"x-algolia-application-id": announced["app_id"], "x-algolia-api-key": announced["api_key"]}
    url = f"{announced['search_url']}/1/indexes/{index}/browse"
    return list(httpx.post(url, headers=headers, json={}).raise_for_status().json()["hits"])


def test_the_sample_is_pushed_and_kept_in_the_users_sandbox() -> None:
    done = push(SAMPLE)
    assert (done.status, done.stderr) == (0, "")
    with served("--data", sandbox_data()) as (_, announced):
        found = hits(announced)
    assert [hit["objectID"] for hit in found] == [f"sku-{number:04}" for number in range(1, len(found) + 1)]
    assert done.numbers == (len(found), 0, 0, 0)


def test_who_comes_second_joins_the_sandbox_that_runs(tmp_path: Path) -> None:
    with launch(data=sandbox_data(), delay_s=0) as running, Caller(running) as caller:
        done = push(numbered_csv(tmp_path / "records.csv", 3))
        assert (done.status, done.numbers) == (0, (3, 0, 0, 0))
        assert len(caller.hits()) == 3  # and it is still running


def test_pushes_that_start_at_once_share_one_sandbox(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{name}.csv", f"objectID\n{name}\n") for name in ("a", "b", "c")]
    tasks = {PRODUCTS: "products", ARTICLES: "articles", EVENTS: "events"}  # one run a task at a time
    with ThreadPoolExecutor() as pool:
        assert [done.numbers for done in pool.map(push, files, tasks)] == [(1, 0, 0, 0)] * 3
    with served("--data", sandbox_data()) as (_, announced):
        assert [hit["objectID"] for index in tasks.values() for hit in hits(announced, index)] == ["a", "b", "c"]


@pytest.mark.skipif(os.name != "posix", reason="the signal of POSIX")
@pytest.mark.parametrize("leaves", ["stops it", "is killed"])
def test_a_sandbox_stays_for_a_guest_when_who_started_it_leaves(tmp_path: Path, leaves: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCH_AND_WAIT, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        url = first.stdout.readline().strip()
        with launch(data=tmp_path) as guest, Caller(guest) as caller:
            assert guest.ingestion_url == url
            if leaves == "is killed":
                first.kill()
            first.communicate(timeout=20)
            caller.push("updateObject", [{"objectID": "a"}])
            assert len(caller.hits()) == 1
    eventually(lambda: not is_served(tmp_path))


def test_launches_at_the_same_moment_get_the_same_sandbox(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        launched = list(pool.map(lambda _: launch(data=tmp_path), range(3)))
    try:
        assert len({running.process_id for running in launched}) == 1
        assert len({running.ingestion_url for running in launched}) == 1
    finally:
        for running in launched:
            running.stop()


def test_what_a_killed_sandbox_left_behind_deceives_nobody(tmp_path: Path) -> None:
    with launch(data=tmp_path) as first:
        os.kill(first.process_id, signal.SIGKILL)
    assert (tmp_path / "running.json").exists()
    with launch(data=tmp_path) as second, Caller(second) as caller:
        assert second.process_id != first.process_id
        assert caller.index_names() == []


def test_only_the_user_can_read_where_it_answers(tmp_path: Path) -> None:
    with launch(data=tmp_path):
        assert (tmp_path / "running.json").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "running.json").exists()


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with launch(data=tmp_path):
        done = run("sandbox", "--data", tmp_path)
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr == f"Another sandbox serves the folder {tmp_path}. Choose another one.\n"


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("sandbox", "--port", str(port))
    assert (done.status, done.stdout) == (2, "")
    assert (
        done.stderr == f"The port {port} of this machine cannot be used: Address already in use. Choose another one.\n"
    )


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    file = written(tmp_path / "file", "")
    done = run("sandbox", "--data", file)
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr == f"{file} is not a folder. Choose another one.\n"


def test_a_sandbox_that_cannot_start_is_a_wrong_target(tmp_path: Path) -> None:
    written(sandbox_data() / "sandbox.sqlite", "this is no database, and long enough to be looked at" * 20)
    done = push(numbered_csv(tmp_path / "records.csv", 3))
    assert (done.status, done.stdout) == (3, "")
    assert "The sandbox did not start." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("display", ["", ":77"])
def test_without_a_display_the_sample_is_pushed_in_the_terminal(display: str) -> None:
    done = run("--sandbox", environ={"DISPLAY": display} if display else {})
    assert (done.status, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "A window needs a display" in lines[0]
    assert "xvfb-run" in lines[0]
    assert any(line.startswith("Batch 1 · 300 records") for line in lines)
    heading = next(at for at, line in enumerate(lines) if "in doubt" in line)
    assert lines[heading + 2].split() == ["300", "0", "0", "0", "300"]


@pytest.mark.parametrize(("words", "display"), [([SAMPLE], ""), ([SAMPLE], ":77"), ([], "")], ids=str)
def test_without_a_display_a_window_is_refused(words: list[Path], display: str) -> None:
    done = run(*words, environ={"DISPLAY": display} if display else {})
    assert (done.status, done.stdout) == (2, "")
    assert "A window needs a display" in done.stderr
    assert "xvfb-run" in done.stderr
    assert "Traceback" not in done.stderr
