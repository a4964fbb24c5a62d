"""The sandbox as a process: starting, announcing, keeping, ending."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pushconsole.sandbox import RunningSandbox, SandboxNotStarted, SandboxTask, launch
from tests.sandbox.caller import ARCHIVE, ARTICLES, EVENTS, PRODUCTS, Caller, eventually

A = {"objectID": "a", "price": 1}
LAUNCH_AND_WAIT = """
import sys
from pushconsole.sandbox import launch
running = launch()
print(running.ingestion_url, flush=True)
sys.stdin.read()
"""


def answers(url: str) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 0), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the processes launched in a test a place of their own for temporary files."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def test_it_announces_where_it_is_and_what_it_has(sandbox: RunningSandbox) -> None:
    assert sandbox.ingestion_url == sandbox.search_url
    assert urlsplit(sandbox.ingestion_url).hostname == "127.0.0.1"
    assert sandbox.app_id == "SANDBOX001"
    assert sandbox.tasks == [
        SandboxTask(PRODUCTS, "Products", "products"),
        SandboxTask(ARTICLES, "Articles", "articles"),
        SandboxTask(EVENTS, "Events", "events"),
        SandboxTask(ARCHIVE, "Archive", "archive"),
    ]


def test_stopping_ends_the_process_and_leaves_nothing_behind(temporary: Path) -> None:
    running = launch()
    assert list(temporary.iterdir()) != []
    running.stop()
    running.stop()
    assert not answers(running.ingestion_url)
    assert list(temporary.iterdir()) == []


def test_each_sandbox_has_a_key_of_its_own(sandbox: RunningSandbox) -> None:
    with launch() as other:
        assert other.api_key != sandbox.api_key


@pytest.mark.skipif(os.name != "posix", reason="the signals of POSIX")
@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(name: signal.Signals, temporary: Path) -> None:
    with launch() as running:
        os.kill(running.process_id, name)
        eventually(lambda: not answers(running.ingestion_url))
        eventually(lambda: not list(temporary.iterdir()))


def test_it_ends_when_the_process_that_launched_it_is_killed() -> None:
    command = [sys.executable, "-c", LAUNCH_AND_WAIT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert answers(url)
        parent.kill()
        parent.wait()
    eventually(lambda: not answers(url))


def test_with_a_data_folder_everything_is_kept(tmp_path: Path) -> None:
    with launch(data=tmp_path) as running, Caller(running) as caller:
        caller.push("updateObject", '[{"objectID":"a","price":1.10}]')
        caller.http.put(f"/2/tasks/{ARTICLES}/disable")
        added = caller.control("POST", "/sandbox/keys", {"acl": ["browse"]}).json()["value"]
        run = caller.get("/1/runs")["runs"][0]
        key = running.api_key
    with launch(data=tmp_path) as running, Caller(running) as caller:
        assert running.api_key == key
        assert caller.text("a") == '{"objectID":"a","price":1.10}'
        assert not caller.get(f"/2/tasks/{ARTICLES}")["enabled"]
        assert caller.get("/1/runs")["runs"] == [run]
        assert [task.index for task in running.tasks] == ["products", "articles", "events", "archive"]
        with Caller(running, api_key=added) as limited:
            assert limited.hits() == [{"objectID": "a", "price": 1.1}]


def test_what_was_accepted_is_applied_before_the_end(tmp_path: Path) -> None:
    with launch(data=tmp_path, delay_s=600) as running, Caller(running) as caller:
        accepted = caller.push("updateObject", [A], watch=False)
        assert caller.event(accepted).status_code == 404
    with launch(data=tmp_path) as running, Caller(running) as caller:
        assert caller.event(accepted).json()["status"] == "succeeded"
        assert caller.hits() == [A]


def test_nobody_is_kept_waiting_at_the_end() -> None:
    with launch(delay_s=600) as running, Caller(running) as caller, ThreadPoolExecutor() as pool:
        caller.fault({"delay_s": 600}, path="/1/sources")
        watching = pool.submit(caller.push, "updateObject", [A])
        delayed = pool.submit(caller.http.get, "/1/sources")
        eventually(lambda: len(caller.control("GET", "/sandbox/calls").json()) == 2)
        eventually(lambda: caller.get("/1/runs")["runs"])
        running.stop()
        assert "events" not in watching.result()
        assert "message" not in watching.result()
        assert delayed.result().status_code == 200


@pytest.mark.skipif(os.name != "posix", reason="the sessions of POSIX")
def test_an_interrupt_from_the_terminal_does_not_reach_it(sandbox: RunningSandbox) -> None:
    assert os.getsid(sandbox.process_id) != os.getsid(0)


def test_a_sandbox_that_cannot_start_says_why(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    with pytest.raises(SandboxNotStarted, match=r"The sandbox did not start\. .*file is not a folder\."):
        launch(data=file)
