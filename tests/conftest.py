"""What every test gets: directories of its own, a loop for async tests, and no unexpected log record."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import logging
import os
import warnings
from collections.abc import Callable, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any

import apsw
import hypothesis
import pytest

from tests.sandbox.fixtures import caller, sandbox, sandbox_process
from tests.secret_service import secret_service, secret_service_session

__all__ = ["caller", "sandbox", "sandbox_process", "secret_service", "secret_service_session"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# An example may take as long as a busy machine lets it: pytest-timeout ends what hangs.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

_HOMES = {
    "HOME": "",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
}

_UNCLOSED = """
SELECT runs.run_id, runs.records, sum(b.records), group_concat(DISTINCT b.state) FROM runs JOIN batches b
ON runs.run_id = b.run_id AND b.state <> 'divided'
WHERE runs.state = 'finished' GROUP BY runs.run_id
HAVING runs.records <> sum(b.records)
    OR sum(b.records) <> sum(b.records) FILTER (WHERE b.state IN ('succeeded', 'failed', 'in_doubt', 'unsent'))
    OR count(*) <> count(*) FILTER (WHERE b.state IN ('succeeded', 'failed', 'in_doubt', 'unsent'))
"""


_APART = frozenset({"benchmarks", "desktop", "end_to_end", "faults"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that measure stalls, memory and time: beside others their stalls would be those of the others."""
    tests = Path(__file__).parent
    for item in items:
        if item.path.relative_to(tests).parts[0] in _APART:
            item.add_marker(pytest.mark.apart)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test, and the processes it starts, user directories and an environment of their own."""
    folder = tmp_path_factory.mktemp("home")
    for name, below in _HOMES.items():
        monkeypatch.setenv(name, str(folder / below))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={folder / 'none'}")  # not the keyring of who runs this
    for name in ("ALGOLIA_APPLICATION_ID", "ALGOLIA_API_KEY", "ALGOLIA_REGION"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(autouse=True)
def every_run_is_accounted_for(home: Path) -> Iterator[None]:
    """Fail a test that leaves a finished run in a ledger whose batches do not add up to its records."""
    yield
    for ledger in home.rglob("ledger.sqlite"):
        with contextlib.closing(apsw.Connection(str(ledger), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            unclosed = list(connection.execute(_UNCLOSED))
        assert not unclosed, f"these runs do not add up: {unclosed}"


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or worse without saying so with the marker `logs_warnings`."""
    yield
    if request.node.get_closest_marker("logs_warnings"):
        return
    unexpected = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not unexpected, [record.getMessage() for record in unexpected]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Function) -> Generator[None, object, object]:
    """Destroy a test's widgets when all of it is over, on the GUI thread: a thread that collects must find none."""
    if "qapp" not in item.fixturenames:
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        _destroy_what_is_left()
        gc.enable()


def _destroy_what_is_left() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed .*/bus", ResourceWarning)  # keyring leaves it where a service fails
        gc.collect()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test: on Qt's loop where it asks for `qapp`, else on a plain one."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    on_qt = "qapp" in pyfuncitem.fixturenames
    _run(lambda: pyfuncitem.obj(**arguments), _qt_loop(pyfuncitem.funcargs["qapp"]) if on_qt else None)
    return True


def _qt_loop(qapp: Any) -> Callable[[], asyncio.AbstractEventLoop]:
    import qasync

    qapp.setQuitOnLastWindowClosed(False)  # else closing a window stops the loop under the test
    return lambda: qasync.QEventLoop(qapp, already_running=False)


def _run(
    test: Callable[[], Coroutine[Any, Any, None]], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None
) -> None:
    failures: list[dict[str, Any]] = []

    async def guarded() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
        await test()

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(guarded())
    assert not failures, failures
