"""The files a run leaves behind: exactly the records that did not succeed, and what is known about every batch."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec

from pushconsole.errors import InputError
from pushconsole.ingestion import Target
from pushconsole.records import SUPPORTED_ENDINGS, OnProgress, Workspace, export_records, unheeded
from pushconsole.runs import record_folders, record_ids
from pushconsole.runs.accounting import Accounting
from pushconsole.runs.events import Finished, Started, Verdict
from pushconsole.runs.html_report import FAILED_SHOWN, html_report
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.ledger_rows import BatchEntry, SavedRun
from pushconsole.runs.plan import Plan
from pushconsole.runs.resuming import accounting_of, resumption

_LOOKED_EVERY: Final = 1000
_LEFT_OVER = (Verdict.FAILED, Verdict.IN_DOUBT, Verdict.UNSENT)


def write_report(
    folder: Path,
    plan: Plan,
    accounting: Accounting,
    ledger: Ledger,
    started: Started,
    finished: Finished,
    on_progress: OnProgress = unheeded,
) -> list[Path]:
    """Write ``report.json``, a ``report.html`` for people, and a file of records for each verdict but success.

    The records' files have the format of the source, so they can be mended and pushed again. Those of a report that
    was there before are gone then.

    Args:
        folder: made where it is missing.
        plan: of the run.
        accounting: of the run.
        ledger: that has the run.
        started: the run's first event.
        finished: its last.
        on_progress: called now and then with how many records are written. What it raises ends the work.

    Raises:
        InputError: the folder cannot be written.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = list(_record_files(folder, plan, accounting, on_progress))
        document = msgspec.to_builtins(_report(ledger, started, finished))
        still = functools.partial(on_progress, finished.records)
        shown, failed_count = _write_json(folder / "report.json", document, _failed_records(plan, accounting), still)
        with _replacing(folder / "report.html") as file:
            file.write(html_report(document, shown, failed_count))
    except OSError as error:
        raise InputError(f"The report cannot be written to {folder}: {error.strerror}.") from error
    return [*written, folder / "report.json", folder / "report.html"]


def export_run(folder: Path, ledger: Ledger, saved: SavedRun, on_progress: OnProgress = unheeded) -> list[Path]:
    """Write the files of a run from the ledger alone, as `write_report` does, whether or not it came to its end.

    Its records are needed only where some did not succeed.

    Raises:
        InputError: the folder cannot be written, or records that are needed are not there any more.

    """
    complete = ledger.totals(saved.run_id)[Verdict.SUCCEEDED] == saved.records
    needed = record_folders.opened(saved.workspace) if saved.workspace and not complete else contextlib.nullcontext()
    with needed as workspace:
        return _exported(folder, ledger, saved, workspace, on_progress)


def _exported(
    folder: Path, ledger: Ledger, saved: SavedRun, workspace: Workspace | None, on_progress: OnProgress
) -> list[Path]:
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
    return write_report(folder, again.plan, accounting, ledger, started, finished, on_progress)


def _record_files(folder: Path, plan: Plan, accounting: Accounting, on_progress: OnProgress) -> Iterator[Path]:
    before = 0
    for verdict in _LEFT_OVER:
        for ending in SUPPORTED_ENDINGS:
            (folder / f"{verdict}{ending}").unlink(missing_ok=True)
        ranges = accounting.ranges(verdict)
        if ranges and plan.workspace:
            tell = functools.partial(_tell, on_progress, before)
            yield export_records(plan.workspace, ranges, folder / verdict, on_progress=tell)
            before += record_ids.count(ranges)


def _tell(on_progress: OnProgress, before: int, done: int) -> None:
    on_progress(before + done)


def _report(ledger: Ledger, started: Started, finished: Finished) -> dict[str, Any]:
    entries = ledger.batches(started.run_id)
    saved = ledger.saved_run(started.run_id)
    return {
        "started_at": saved.started_at,
        "stopped_because": saved.stopped_because,
        "started": started,
        "finished": finished,
        "batches": [_batch(entry) for entry in entries],
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


def _write_json(
    path: Path, document: dict[str, Any], failed: Iterator[dict[str, Any]], still: Callable[[], object]
) -> tuple[list[dict[str, Any]], int]:
    """Write the report with the failed records, a line each; return the first of these and how many there are.

    They can be a million, so they are written as they come.
    """
    shown, count = list[dict[str, Any]](), 0
    with _replacing(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(document)).decode().removesuffix("\n}"))
        file.write(',\n  "failed_records": [')
        for record in failed:
            file.write(("," if count else "") + "\n    " + msgspec.json.encode(record).decode())
            if count < FAILED_SHOWN:
                shown.append(record)
            if count % _LOOKED_EVERY == 0:
                still()
            count += 1
        file.write("\n  ]\n}\n")
    return shown, count


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Open a file beside another one that takes its place when all is written, and only then."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
