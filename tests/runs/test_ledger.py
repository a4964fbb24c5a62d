"""What the ledger has taken is there for the next process, and what may have left is in doubt."""

from pathlib import Path

import msgspec
import pytest

from pushconsole.errors import LedgerFailed
from pushconsole.ingestion import Action
from pushconsole.runs import BatchSending, Divided, Ledger, Part, Plan, Started, Verdict, plan_index_action
from pushconsole.runs.events import BatchAccepted, BatchEnded
from pushconsole.runs.plan import Batch
from tests.runs.builders import PRODUCTS, numbered, workspace_of

_STARTED = Started(
    run_id="run",
    application_id="A",
    task_id=PRODUCTS.task_id,
    task=PRODUCTS.name,
    index=PRODUCTS.index,
    action=Action.CLEAR,
    watch=False,
    source="",
    records=0,
    batches=1,
    bytes=0,
)


def _started(ledger: Ledger) -> Started:
    ledger.open_run(_STARTED, plan_index_action(PRODUCTS, Action.CLEAR, watch=False))
    return _STARTED


def _sending() -> BatchSending:
    return BatchSending(run_id="run", batch=1, records=7, bytes=9, sha256="ab", attempt=1)


def test_a_second_process_reads_what_the_first_wrote_without_closing(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger.sqlite")
    _started(first)
    first.record(_sending())
    first.record(BatchAccepted(run_id="run", batch=1, service_run_id="s", event_id="e"))
    second = Ledger(tmp_path / "ledger.sqlite")
    (entry,) = second.batches("run")
    assert (entry.state, entry.sha256, entry.attempts, entry.service_run_id, entry.event_id) == (
        "accepted",
        "ab",
        1,
        "s",
        "e",
    )
    assert second.runs()[0].state == "open"
    second.close()
    first.close()


@pytest.mark.parametrize("event", [_sending(), BatchAccepted(run_id="run", batch=1, service_run_id="s", event_id=None)])
def test_what_may_have_left_is_in_doubt(ledger: Ledger, event: BatchSending | BatchAccepted) -> None:
    _started(ledger)
    ledger._connection.execute("UPDATE batches SET records = 7")
    ledger.record(event)
    assert ledger.totals("run") == {
        Verdict.SUCCEEDED: 0,
        Verdict.FAILED: 0,
        Verdict.IN_DOUBT: 7,
        Verdict.UNSENT: 0,
    }


def test_a_ledger_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(LedgerFailed, match="cannot be written"):
        Ledger(tmp_path / "ledger.sqlite")


def test_every_write_is_on_the_disk_before_the_call_returns(ledger: Ledger) -> None:
    assert ledger._connection.pragma("journal_mode") == "wal"
    assert ledger._connection.pragma("synchronous") == 2  # FULL


def test_only_what_may_leave_a_batch_in_doubt_goes_to_the_disk_later(ledger: Ledger) -> None:
    def on_disk_after(event: BatchSending | BatchAccepted | BatchEnded) -> bool:
        ledger.record(event)
        return bool(ledger._connection.pragma("synchronous") == _FULL)

    ended = BatchEnded(run_id="run", batch=1, verdict=Verdict.SUCCEEDED, records=7, bytes=9, seconds=1.0)
    _started(ledger)
    assert on_disk_after(_sending()), "a batch that leaves has to be known after a power cut"
    assert not on_disk_after(BatchAccepted(run_id="run", batch=1, service_run_id="s", event_id="e"))
    assert not on_disk_after(ended)
    assert on_disk_after(msgspec.structs.replace(ended, verdict=Verdict.FAILED))


_FULL = 2  # as `PRAGMA synchronous` tells it


def test_a_record_is_found_in_the_batches_it_was_in_and_in_no_other(tmp_path: Path) -> None:
    ledger, workspace = Ledger(tmp_path / "ledger.sqlite"), workspace_of(tmp_path, numbered(9))
    batches = (Batch(1, 1, 3, 9, ((1, 2), (5, 5))), Batch(2, 4, 2, 9, ((7, 8),)))
    plan = Plan(PRODUCTS, Action.UPDATE_OBJECT, watch=False, batches=batches, workspace=workspace)
    for run_id in ("first", "second"):
        ledger.open_run(msgspec.structs.replace(_STARTED, run_id=run_id, records=5, batches=2), plan)
    parts = tuple(
        Part(batch=number, of=1, first=first, records=count, bytes=9, ranges=ranges)
        for number, first, count, ranges in ((3, 1, 1, ((1, 1),)), (4, 2, 2, ((2, 2), (5, 5))))
    )
    ledger.record(Divided(run_id="second", batches=(1,), into=parts, reason=""))

    def found(record_id: int) -> dict[str, set[int]]:
        held = ledger.batches_of_record(str(workspace.path), record_id)
        return {run_id: set(numbers) for run_id, numbers in held.items()}

    assert found(5) == {"second": {1, 4}, "first": {1}}
    assert found(7) == {"second": {2}, "first": {2}}
    assert found(3) == found(6) == found(9) == {}
    assert ledger.batches_of_record("another", 5) == {}
    assert ledger.ranges_of_batches("second", (2, 4)) == ((2, 2), (5, 5), (7, 8))
