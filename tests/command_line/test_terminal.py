"""What a run's last lines say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pushconsole.command_line.terminal import Screen
from pushconsole.ingestion import Action
from pushconsole.runs import Accounting, BatchEnded, BatchLimits, Finished, Throttled, Verdict, plan_records
from tests.runs.builders import PRODUCTS, numbered, workspace_of


def _finished(**numbers: int) -> Finished:
    zero: dict[str, Any] = {"succeeded": 0, "failed": 0, "in_doubt": 0, "unsent": 0}
    return Finished(run_id="r", records=30, batches=3, bytes=900, seconds=2.0, **{**zero, **numbers})


@pytest.mark.parametrize(
    ("decided_before", "finished", "speed"),
    [
        (0, _finished(succeeded=30), "15 records/s"),
        (0, _finished(succeeded=10, unsent=20), "5 records/s"),
        (10, _finished(succeeded=30), "10 records/s"),
        (0, _finished(unsent=30), "2.0 s\n"),
    ],
    ids=["all", "cancelled", "resumed", "nothing sent"],
)
def test_the_speed_is_that_of_the_records_that_this_process_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], decided_before: int, finished: Finished, speed: str
) -> None:
    limits = BatchLimits(max_records=10)
    plan = plan_records(
        workspace_of(tmp_path, numbered(30)), PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits
    )
    accounting = Accounting(plan)
    for batch in plan.batches[: decided_before // 10]:
        accounting.apply(
            BatchEnded(run_id="r", batch=batch.number, verdict=Verdict.SUCCEEDED, records=10, bytes=1, seconds=0.1)
        )
    screen = Screen()
    with screen.running(accounting):
        pass
    screen.closed(finished)
    assert capsys.readouterr().out.endswith(speed if speed.endswith("\n") else f"2.0 s, {speed}\n")


def test_the_bar_counts_down_how_long_the_services_limit_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("pushconsole.command_line.terminal.time.monotonic", lambda: now)
    screen = Screen()
    (task,) = screen._progress.tasks
    said = [screen._held.render(task).plain]
    screen.show(Throttled(run_id="r", seconds=61.0, calls_per_minute=240.0, reason="Too many calls."))
    for now in (100.5, 160.5, 161.5):  # noqa: B007  the clock above tells it
        said.append(screen._held.render(task).plain)  # noqa: PERF401  it is read while the clock goes on
    assert said == ["", "call limit · 1:01", "call limit · 0:01", ""]
