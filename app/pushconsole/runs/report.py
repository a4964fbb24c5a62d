"""The files a run leaves behind: exactly the records that did not succeed, and what is known about every batch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pushconsole.errors import InputError
from pushconsole.ingestion import Target
from pushconsole.records import Workspace, export_records
from pushconsole.runs.accounting import Accounting
from pushconsole.runs.events import Finished, Started, Verdict
from pushconsole.runs.html_report import html_report
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.ledger_rows import BatchEntry, SavedRun
from pushconsole.runs.plan import Plan
from pushconsole.runs.resuming import accounting_of, resumption

_LEFT_OVER = (Verdict.FAILED, Verdict.IN_DOUBT, Verdict.UNSENT)


def write_report(
    folder: Path, plan: Plan, accounting: Accounting, ledger: Ledger, started: Started, finished: Finished
) -> list[Path]:
    """Write ``report.json``, a ``report.html`` for people, and a file of records for each verdict but success.

    The records' files have the format of the source, so they can be mended and pushed again.

    Raises:
        InputError: the folder cannot be written.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = list(_record_files(folder, plan, accounting))
        document = msgspec.to_builtins(_report(plan, accounting, ledger, started, finished))
        contents = {
            "report.json": msgspec.json.format(msgspec.json.encode(document)),
            "report.html": html_report(document).encode(),
        }
        for name, content in contents.items():
            _write(folder / name, content)
    except OSError as error:
        raise InputError(f"The report cannot be written to {folder}: {error.strerror}.") from error
    return [*written, *(folder / name for name in contents)]


def export_run(folder: Path, ledger: Ledger, saved: SavedRun, workspace: Workspace | None) -> list[Path]:
    """Write the files of a run from the ledger alone, whether or not it came to its end.

    Raises:
        InputError: the folder cannot be written.

    """
    target = Target(
        task_id=saved.task_id,
        name=saved.task,
        index=saved.index,
        source_type="push",
        enabled=True,
        transformations=0,
        last_run=None,
        reference=saved.reference,
    )
    again = resumption(ledger, saved, target, workspace)
    accounting = accounting_of(again)
    started = Started(
        run_id=saved.run_id,
        application_id=saved.application_id,
        task_id=saved.task_id,
        task=saved.task,
        index=saved.index,
        action=saved.action,
        watch=saved.watch,
        source=saved.source,
        records=saved.records,
        batches=len(again.plan.batches),
        bytes=again.plan.body_bytes,
        left_out=saved.left_out.records,
        left_out_because=saved.left_out.reason,
        reference=saved.reference,
    )
    finished = Finished(
        run_id=saved.run_id,
        records=accounting.records,
        succeeded=accounting.succeeded,
        failed=accounting.failed,
        in_doubt=accounting.in_doubt,
        unsent=accounting.unsent,
        batches=accounting.batches,
        bytes=accounting.sent_bytes,
        seconds=round(max(0.0, (saved.finished_at or saved.started_at) - saved.started_at), 3),
    )
    return write_report(folder, again.plan, accounting, ledger, started, finished)


def _record_files(folder: Path, plan: Plan, accounting: Accounting) -> Iterator[Path]:
    for verdict in _LEFT_OVER:
        for stale in folder.glob(f"{verdict}.*"):
            stale.unlink()
        ranges = accounting.ranges(verdict)
        if ranges and plan.workspace:
            yield export_records(plan.workspace, ranges, folder / verdict)


def _report(plan: Plan, accounting: Accounting, ledger: Ledger, started: Started, finished: Finished) -> dict[str, Any]:
    entries = ledger.batches(started.run_id)
    saved = ledger.saved_run(started.run_id)
    return {
        "started_at": saved.started_at,
        "stopped_because": saved.stopped_because,
        "started": started,
        "finished": finished,
        "batches": [_batch(entry) for entry in entries],
        "failed_records": list(_failed_records(plan, accounting)),
    }


def _batch(entry: BatchEntry) -> dict[str, Any]:
    return {
        "batch": entry.batch,
        "of": entry.of,
        "records": {"first": entry.first, "last": entry.first + entry.records - 1, "count": entry.records},
        "bytes": entry.bytes,
        "sha256": entry.sha256,
        "attempts": entry.attempts,
        "runID": entry.service_run_id,
        "eventID": entry.event_id,
        "verdict": entry.state,
        "reason": entry.reason,
        "sent_at": entry.sent_at,
        "ended_at": entry.ended_at,
    }


def _failed_records(plan: Plan, accounting: Accounting) -> Iterator[dict[str, Any]]:
    for batch in accounting.leaves():
        ended = accounting.ended(batch)
        if ended is None or ended.verdict is not Verdict.FAILED:
            continue
        named = {failure.record_id: failure.reason for failure in ended.failures}
        for who in plan.identities(batch):
            yield {
                "batch": batch.number,
                "line": who.line,
                "objectID": who.object_id,
                "named": who.record_id in named,
                "reason": named.get(who.record_id, ended.reason),
            }


def _write(path: Path, content: bytes) -> None:
    """Replace a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)
