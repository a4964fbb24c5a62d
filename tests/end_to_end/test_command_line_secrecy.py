"""The API key is found nowhere after runs that went wrong in every way there is."""

from __future__ import annotations

import base64
import os
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]
import pytest

from pushconsole.command_line.connection import Choice, connected
from pushconsole.errors import PermissionRefused
from pushconsole.locations import ledger_file, run_records
from pushconsole.sandbox import RunningSandbox
from tests.command_line.fixtures import shell
from tests.command_line.shell import Outcome, Shell, numbered_csv, run, start, written
from tests.sandbox.caller import PRODUCTS, Caller, eventually

__all__ = ["shell"]

LOUD = ("-X", "dev")
DEBUG = {"PYTHONASYNCIODEBUG": "1"}


def _forms(key: str) -> set[bytes]:
    plain = key.encode()
    return {plain, quote(key, safe="").encode(), base64.b64encode(plain), plain.hex().encode(), repr(key).encode()}


@pytest.fixture
def key(shell: Shell) -> str:
    """Give the sandbox's key, which no file and no output may hold."""
    return shell.environ["ALGOLIA_API_KEY"]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the processes put their temporary files where the test looks."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (file for file in folder.rglob("*") if file.is_file())


def _found_nowhere(key: str, done: Outcome, *folders: Path) -> None:
    for text in (done.stdout, done.stderr):
        assert not any(form in text.encode() for form in _forms(key)), text
    for file in _files(*folders):
        content = file.read_bytes()
        assert not any(form in content or form in str(file).encode() for form in _forms(key)), file


@pytest.mark.parametrize(
    "effect",
    [
        {"status": 403, "message": "Invalid API key"},
        {"status": 500},
        {"close": "after_reading"},
        {"event": "critical"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("temporary")
def test_after_a_run_that_failed(
    shell: Shell, caller: Caller, key: str, home: Path, tmp_path: Path, effect: dict[str, object]
) -> None:
    caller.fault(effect, path="/push$")
    file = numbered_csv(tmp_path / "records.csv", 30)
    options = ("--max-batch-records", "10", "--report", tmp_path / "report")
    done = shell.push(file, *options, environ=DEBUG, python=LOUD)
    assert done.status in {1, 3}
    assert done.of("finished")
    assert ledger_file().is_file()
    assert (tmp_path / "report" / "report.json").is_file()
    _found_nowhere(key, done, home, tmp_path)


@pytest.mark.parametrize(
    ("file", "environ"),
    [
        ('{"objectID":"a",}\n', {}),
        ('{"objectID":"a"}\n', {"ALGOLIA_API_KEY": "a-wrong-key-that-nobody-may-see"}),
        ('{"objectID":"a"}\n', {"ALGOLIA_API_KEY": "a wrong-key-that-nobody-may-see"}),
        ('{"objectID":"a"}\n', {"ALGOLIA_REGION": "mars"}),
    ],
    ids=["malformed file", "wrong key", "no key", "no region"],
)
@pytest.mark.usefixtures("temporary")
def test_after_a_command_that_was_refused(
    shell: Shell, key: str, home: Path, tmp_path: Path, file: str, environ: dict[str, str]
) -> None:
    input_file = written(tmp_path / "records.ndjson", file)
    done = shell.push(input_file, environ={**environ, **DEBUG}, python=LOUD)
    assert done.status in {2, 3}
    _found_nowhere(key, done, home, tmp_path)
    _found_nowhere("wrong-key-that-nobody-may-see", done, home, tmp_path)


@pytest.mark.usefixtures("temporary")
def test_after_a_crash_in_the_middle(shell: Shell, caller: Caller, key: str, home: Path, tmp_path: Path) -> None:
    caller.fault({"delay_s": 30}, path="/push$")
    words = shell.arguments(numbered_csv(tmp_path / "records.csv", 30), "--json")
    with start(*words, environ={**shell.environ, **DEBUG}) as process:
        eventually(lambda: [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")])
        arguments = Path(f"/proc/{process.pid}/cmdline")
        assert not arguments.exists() or key.encode() not in arguments.read_bytes()
        os.kill(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=20)
    assert ledger_file().with_name("ledger.sqlite-wal").stat().st_size > 0
    assert list(run_records().glob("*/records.sqlite"))  # a crash leaves the records that the run needs
    _found_nowhere(key, Outcome(process.returncode, stdout, stderr), home, tmp_path)


def _started_by(pid: int, own: list[str]) -> list[psutil.Process]:
    """Return a process's children, once they are more than a copy of it that is about to become another program."""
    return [child for child in psutil.Process(pid).children(recursive=True) if child.cmdline() not in ([], own)]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into processes through /proc")
def test_no_process_that_is_started_inherits_the_key(key: str, tmp_path: Path) -> None:
    file = numbered_csv(tmp_path / "records.csv", 200_000)
    words = ("push", file, "--task", PRODUCTS, "--action", "updateObject", "--sandbox", "--max-batch-records", "500")
    with start(*words, environ={"ALGOLIA_API_KEY": key}) as process:
        try:
            own = psutil.Process(process.pid).cmdline()
            children = eventually(lambda: _started_by(process.pid, own))
            looked_at = [Path(f"/proc/{child.pid}/environ").read_bytes() for child in children]
        finally:
            process.kill()
            process.communicate(timeout=20)
    assert all(looked_at)
    assert not any(key.encode() in environ for environ in looked_at)


@pytest.mark.parametrize("text", ["{broken", "a,b\n1\n", "\x00\x01\x02"], ids=["json", "csv", "binary"])
@pytest.mark.usefixtures("temporary")
def test_after_an_import_that_failed(shell: Shell, key: str, home: Path, tmp_path: Path, text: str) -> None:
    suffix = "csv" if "," in text else "json"
    done = shell.push(written(tmp_path / f"records.{suffix}", text), environ=DEBUG, python=LOUD)
    assert done.status == 2
    _found_nowhere(key, done, home, tmp_path)


@pytest.mark.secret_service
@pytest.mark.usefixtures("secret_service", "temporary")
@pytest.mark.parametrize("effect", ["echoes the address", "a broken answer", "a lost answer"])
def test_after_a_question_whose_address_holds_the_key(
    sandbox: RunningSandbox, caller: Caller, key: str, home: Path, effect: str
) -> None:
    page = {"status": 404, "body": "html", "message": f"The requested URL /1/keys/{key} was not found on this server."}
    effects: dict[str, dict[str, object]] = {
        "echoes the address": page,
        "a broken answer": {"body": "broken"},
        "a lost answer": {"close": "after_reading"},
    }
    caller.fault(effects[effect], path="/1/keys/")
    where = ("--ingestion-url", sandbox.ingestion_url, "--search-url", sandbox.search_url)
    words = ("profiles", "add", "Shop", "--application-id", sandbox.app_id, "--region", "us", *where)
    _found_nowhere(key, run(*words, stdin=key.encode(), environ=DEBUG, python=LOUD), home)
    tested = run("profiles", "test", "Shop", environ=DEBUG, python=LOUD)
    run("profiles", "remove", "Shop")
    assert tested.status == 0, "the tasks could be read with it"
    assert "could not be looked up" in tested.stdout
    _found_nowhere(key, tested, home)


async def test_nothing_that_holds_the_key_shows_it(
    shell: Shell, caller: Caller, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in shell.environ.items():
        monkeypatch.setenv(name, value)
    caller.fault({"status": 403, "message": f"The key {key} is not valid"}, path="/2/tasks")
    choice = Choice(credentials="env", ingestion_url=shell.target[3], search_url=shell.target[5])
    with connected(choice) as connection:
        async with connection.client as client:
            shown = [repr(connection), str(client), repr(vars(client)), repr(vars(client._http))]
            http = client._http._newest
            shown += [repr(vars(http)), repr(vars(http.auth)), repr(http.headers)]
            try:
                await client.tasks(1)
            except PermissionRefused as error:
                shown += [str(error), repr(error), repr(vars(error))]
                ours = error.__traceback__.tb_next if error.__traceback__ else None  # this test's own frame has the key
                report = traceback.TracebackException(type(error), error, ours, capture_locals=True)
                shown.append("".join(report.format()))
    assert "PermissionRefused" in shown[-1]
    assert not any(key in text for text in shown)
